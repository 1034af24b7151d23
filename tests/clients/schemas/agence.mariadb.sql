-- A real-estate agency, French: owners, tenants, guarantors, visits, keys of the flats.
CREATE TABLE proprietaires (
  id_proprietaire int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  civ varchar(5), --!
  nom varchar(60), --!
  prenoms varchar(60), --!
  raison_sociale varchar(80), --!
  adresse_1 varchar(100), --!
  adresse_2 varchar(100), --!
  code_post varchar(5), --!
  localite varchar(60), --!
  tel1 varchar(20), --!
  tel2 varchar(20), --!
  mail varchar(100), --!
  rib_iban varchar(34), --!
  commentaires text, --!
  date_maj datetime
) ENGINE=InnoDB;
CREATE TABLE biens (
  id_bien int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_proprietaire int NOT NULL,
  type_bien varchar(20),
  adresse varchar(120), --!
  cp varchar(5), --!
  ville varchar(60), --!
  surface decimal(8,2),
  loyer decimal(8,2),
  digicode varchar(20), --!
  descriptif text --?
) ENGINE=InnoDB;
CREATE TABLE locataires (
  id_locataire int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nom varchar(60), --!
  prenom varchar(60), --!
  ne_le date, --!
  ne_a varchar(60), --!
  nationalite varchar(40), --!
  employeur varchar(80), --!
  revenus_mensuels decimal(10,2), --!
  piece_identite varchar(60), --!
  tel_portable varchar(20), --!
  courriel varchar(100), --!
  mdp_extranet varchar(100), --!
  actif tinyint(1)
) ENGINE=InnoDB;
CREATE TABLE garants (
  id_garant int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_locataire int NOT NULL,
  nom_complet varchar(100), --!
  lien_parente varchar(40), --?
  adresse varchar(150), --!
  telephone varchar(20), --!
  salaire_net decimal(10,2) --!
) ENGINE=InnoDB;
CREATE TABLE baux (
  id_bail int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_bien int NOT NULL,
  id_locataire int NOT NULL,
  date_effet date,
  depot_garantie decimal(8,2)
) ENGINE=InnoDB;
CREATE TABLE quittances (
  id_quittance int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_bail int NOT NULL,
  mois char(6),
  montant decimal(8,2),
  paye tinyint(1)
) ENGINE=InnoDB;
CREATE TABLE visites (
  id_visite int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_bien int NOT NULL,
  nom_visiteur varchar(100), --!
  tel_visiteur varchar(20), --!
  mail_visiteur varchar(100), --!
  date_visite datetime,
  avis_visiteur text --!
) ENGINE=InnoDB;
CREATE TABLE agents (
  id_agent int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nom_agent varchar(60), --!
  prenom_agent varchar(60), --!
  identifiant varchar(40), --!
  mot_de_passe varchar(100), --!
  taux_commission decimal(5,2) --?
) ENGINE=InnoDB;
CREATE TABLE types_bien (
  type_bien varchar(20) NOT NULL PRIMARY KEY,
  libelle varchar(60)
) ENGINE=InnoDB;
CREATE TABLE agences (
  id_agence int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nom varchar(60),
  adresse varchar(120),
  telephone varchar(20)
) ENGINE=InnoDB;
