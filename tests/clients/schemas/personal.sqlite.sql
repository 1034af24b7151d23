-- Personnel of a German company: German names, written together, shortened.
CREATE TABLE Abteilung (
  AbtNr INTEGER PRIMARY KEY,
  Bezeichnung VARCHAR(60),
  Kostenstelle VARCHAR(10)
);
CREATE TABLE Mitarbeiter (
  MitarbeiterNr INTEGER PRIMARY KEY,
  Anrede VARCHAR(10), --!
  Titel VARCHAR(20), --!
  Vorname VARCHAR(40), --!
  Nachname VARCHAR(40), --!
  Geburtsname VARCHAR(40), --!
  GebDatum DATE, --!
  Geburtsort VARCHAR(40), --!
  Staatsangehoerigkeit VARCHAR(40), --!
  Familienstand VARCHAR(20), --!
  Strasse VARCHAR(60), --!
  HausNr VARCHAR(6), --!
  PLZ CHAR(5), --!
  Ort VARCHAR(40), --!
  TelNr VARCHAR(20), --!
  Handy VARCHAR(20), --!
  EMail VARCHAR(80), --!
  SVNr VARCHAR(20), --!
  SteuerID VARCHAR(20), --!
  IBAN VARCHAR(34), --!
  BIC VARCHAR(11), --!
  Konfession VARCHAR(10), --!
  Eintrittsdatum DATE, --!
  Austrittsdatum DATE, --!
  Gehalt DECIMAL(10,2), --!
  AbtNr INTEGER REFERENCES Abteilung (AbtNr),
  Bemerkung TEXT --!
);
CREATE TABLE Urlaub (
  UrlaubNr INTEGER PRIMARY KEY,
  MitarbeiterNr INTEGER NOT NULL REFERENCES Mitarbeiter (MitarbeiterNr),
  Von DATE,
  Bis DATE,
  Tage INTEGER
);
CREATE TABLE Krankmeldung (
  KrankNr INTEGER PRIMARY KEY,
  MaNr INTEGER NOT NULL REFERENCES Mitarbeiter (MitarbeiterNr),
  Von DATE,
  Bis DATE,
  Diagnose VARCHAR(80) --!
);
CREATE TABLE Notfallkontakt (
  KontaktNr INTEGER PRIMARY KEY,
  MitarbeiterNr INTEGER NOT NULL REFERENCES Mitarbeiter (MitarbeiterNr),
  Name VARCHAR(60), --!
  Beziehung VARCHAR(20), --?
  Telefon VARCHAR(20) --!
);
CREATE TABLE Artikel (
  ArtikelNr INTEGER PRIMARY KEY,
  Bezeichnung VARCHAR(60),
  Preis DECIMAL(10,2),
  Lieferant VARCHAR(60)
);
