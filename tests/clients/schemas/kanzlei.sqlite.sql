-- A law office, German: clients, opponents, files, time sheets.
CREATE TABLE mandanten (
  mandant_id INTEGER PRIMARY KEY,
  anrede TEXT, --!
  titel TEXT, --!
  vorname TEXT, --!
  name TEXT, --!
  firma TEXT, --!
  geburtsdatum TEXT, --!
  strasse_hausnummer TEXT, --!
  plz TEXT, --!
  ort TEXT, --!
  telefon_privat TEXT, --!
  telefon_geschaeftlich TEXT, --!
  mobiltelefon TEXT, --!
  telefax TEXT, --!
  email TEXT, --!
  rechtsschutzversicherung TEXT, --?
  versicherungsnummer TEXT, --!
  bankverbindung TEXT, --!
  bemerkungen TEXT, --!
  angelegt_am TEXT
);
CREATE TABLE akten (
  akte_id INTEGER PRIMARY KEY,
  aktenzeichen TEXT,
  mandant_id INTEGER REFERENCES mandanten (mandant_id),
  gegner_id INTEGER REFERENCES gegner (gegner_id),
  anwalt_id INTEGER REFERENCES anwaelte (anwalt_id),
  rechtsgebiet TEXT,
  sachverhalt TEXT, --!
  streitwert NUMERIC,
  status TEXT
);
CREATE TABLE gegner (
  gegner_id INTEGER PRIMARY KEY,
  vorname TEXT, --!
  nachname TEXT, --!
  anschrift TEXT, --!
  vertreten_durch TEXT --?
);
CREATE TABLE anwaelte (
  anwalt_id INTEGER PRIMARY KEY,
  vorname TEXT, --!
  nachname TEXT, --!
  kuerzel TEXT, --?
  benutzername TEXT, --!
  passwort_hash TEXT, --!
  stundensatz NUMERIC --?
);
CREATE TABLE zeiterfassung (
  id INTEGER PRIMARY KEY,
  akte_id INTEGER REFERENCES akten (akte_id),
  anwalt_id INTEGER REFERENCES anwaelte (anwalt_id),
  datum TEXT,
  minuten INTEGER,
  taetigkeit TEXT --?
);
CREATE TABLE rechnungen (
  id INTEGER PRIMARY KEY,
  akte_id INTEGER REFERENCES akten (akte_id),
  rechnungsnummer TEXT,
  betrag NUMERIC,
  bezahlt_am TEXT
);
CREATE TABLE gerichte (
  id INTEGER PRIMARY KEY,
  bezeichnung TEXT,
  anschrift TEXT,
  telefon TEXT
);
