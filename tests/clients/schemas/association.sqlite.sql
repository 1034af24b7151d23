-- An association, French, in full words with accents, declared and undeclared links.
CREATE TABLE adhérents (
  numéro INTEGER PRIMARY KEY,
  civilité TEXT, --!
  nom TEXT, --!
  prénom TEXT, --!
  date_de_naissance DATE, --!
  adresse TEXT, --!
  complément_adresse TEXT, --!
  code_postal TEXT, --!
  commune TEXT, --!
  téléphone_fixe TEXT, --!
  téléphone_portable TEXT, --!
  courriel TEXT, --!
  profession TEXT, --!
  personne_à_prévenir TEXT, --!
  certificat_médical BOOLEAN, --?
  droit_image BOOLEAN,
  date_inscription DATE
);
CREATE TABLE cotisations (
  id INTEGER PRIMARY KEY,
  numéro_adhérent INTEGER REFERENCES adhérents (numéro),
  saison TEXT,
  montant NUMERIC(8,2),
  mode_paiement TEXT,
  payé_le DATE
);
CREATE TABLE dons (
  id INTEGER PRIMARY KEY,
  nom_donateur TEXT, --!
  email_donateur TEXT, --!
  adresse_donateur TEXT, --!
  montant NUMERIC(8,2),
  reçu_le DATE
);
CREATE TABLE bénévoles (
  id INTEGER PRIMARY KEY,
  adhérent_id INTEGER,
  disponibilités TEXT,
  compétences TEXT --?
);
CREATE TABLE activités (
  id INTEGER PRIMARY KEY,
  libellé TEXT,
  lieu TEXT,
  responsable_id INTEGER REFERENCES adhérents (numéro),
  tarif NUMERIC(8,2)
);
CREATE TABLE inscriptions (
  activité_id INTEGER REFERENCES activités (id),
  adhérent_id INTEGER REFERENCES adhérents (numéro),
  remarque TEXT, --!
  PRIMARY KEY (activité_id, adhérent_id)
);
CREATE TABLE salles (
  id INTEGER PRIMARY KEY,
  nom TEXT,
  adresse TEXT,
  capacité INTEGER
);
