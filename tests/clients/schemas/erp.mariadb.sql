-- An ERP of French origin: prefixed tables, rowid keys, fk_ columns, most of them without foreign keys.
CREATE TABLE llx_societe (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nom varchar(128), --!
  name_alias varchar(128), --!
  entity integer DEFAULT 1 NOT NULL,
  ref_ext varchar(255),
  statut tinyint DEFAULT 0,
  parent integer,
  status tinyint DEFAULT 1,
  code_client varchar(24), --?
  code_fournisseur varchar(24), --?
  address varchar(255), --!
  zip varchar(25), --!
  town varchar(50), --!
  fk_departement integer DEFAULT 0,
  fk_pays integer DEFAULT 0,
  phone varchar(20), --!
  fax varchar(20), --!
  url varchar(255), --!
  email varchar(128), --!
  socialnetworks text, --!
  fk_effectif integer DEFAULT 0,
  fk_typent integer,
  siren varchar(128), --?
  siret varchar(128), --?
  tva_intra varchar(20), --?
  capital double(24,8),
  fk_stcomm integer DEFAULT 0 NOT NULL,
  note_private text, --!
  note_public text, --!
  prefix_comm varchar(5),
  client tinyint DEFAULT 0,
  fournisseur tinyint DEFAULT 0,
  remise_client double DEFAULT 0,
  mode_reglement tinyint,
  tva_assuj tinyint DEFAULT 1,
  barcode varchar(255),
  fk_barcode_type integer DEFAULT 0,
  price_level integer NULL,
  default_lang varchar(6), --!
  logo varchar(255),
  fk_user_creat integer NULL,
  fk_user_modif integer,
  datec datetime,
  tms timestamp,
  import_key varchar(14)
) ENGINE=InnoDB;
CREATE TABLE llx_socpeople (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  datec datetime,
  tms timestamp,
  fk_soc integer,
  entity integer DEFAULT 1 NOT NULL,
  civility varchar(6), --!
  lastname varchar(50), --!
  firstname varchar(50), --!
  address varchar(255), --!
  zip varchar(25), --!
  town varchar(255), --!
  fk_pays integer DEFAULT 0,
  birthday date, --!
  poste varchar(255), --!
  phone varchar(30), --!
  phone_perso varchar(30), --!
  phone_mobile varchar(30), --!
  fax varchar(30), --!
  email varchar(255), --!
  socialnetworks text, --!
  photo varchar(255), --!
  no_email smallint NOT NULL DEFAULT 0, --?
  priv smallint NOT NULL DEFAULT 0,
  fk_user_creat integer DEFAULT 0,
  fk_user_modif integer,
  note_private text, --!
  note_public text, --!
  default_lang varchar(6), --!
  canvas varchar(32),
  import_key varchar(14),
  statut tinyint DEFAULT 1 NOT NULL
) ENGINE=InnoDB;
CREATE TABLE llx_user (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  entity integer DEFAULT 1 NOT NULL,
  datec datetime,
  tms timestamp,
  fk_user_creat integer,
  login varchar(50) NOT NULL, --!
  pass_encoding varchar(24),
  pass varchar(128), --!
  pass_crypted varchar(128), --!
  pass_temp varchar(128), --!
  api_key varchar(128), --!
  gender varchar(10), --!
  civility varchar(6), --!
  lastname varchar(50), --!
  firstname varchar(50), --!
  address varchar(255), --!
  zip varchar(25), --!
  town varchar(50), --!
  birth date, --!
  job varchar(128), --!
  office_phone varchar(20), --!
  office_fax varchar(20), --!
  user_mobile varchar(20), --!
  personal_mobile varchar(20), --!
  email varchar(255), --!
  personal_email varchar(255), --!
  signature text DEFAULT NULL, --!
  admin smallint DEFAULT 0,
  fk_soc integer NULL,
  fk_socpeople integer NULL,
  fk_member integer NULL,
  fk_user integer NULL,
  note_public text, --!
  note_private text, --!
  datelastlogin datetime, --?
  datepreviouslogin datetime, --?
  iplastlogin varchar(250), --!
  ldap_sid varchar(255) DEFAULT NULL,
  openid varchar(255), --!
  statut tinyint DEFAULT 1,
  photo varchar(255), --!
  lang varchar(6), --!
  color varchar(6),
  salary double(24,8), --!
  thm double(24,8), --!
  dateemployment date, --!
  ref_employee varchar(50), --?
  national_registration_number varchar(50), --!
  nb_holiday integer DEFAULT 0
) ENGINE=InnoDB;
CREATE TABLE llx_adherent (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(30) NOT NULL,
  entity integer DEFAULT 1 NOT NULL,
  gender varchar(10), --!
  civility varchar(6), --!
  lastname varchar(50), --!
  firstname varchar(50), --!
  login varchar(50), --!
  pass varchar(50), --!
  fk_adherent_type integer NOT NULL,
  morphy varchar(3) NOT NULL,
  societe varchar(128), --!
  fk_soc integer NULL,
  address text, --!
  zip varchar(30), --!
  town varchar(50), --!
  email varchar(255), --!
  phone varchar(30), --!
  phone_perso varchar(30), --!
  phone_mobile varchar(30), --!
  birth date, --!
  photo varchar(255), --!
  statut smallint NOT NULL DEFAULT 0,
  public smallint NOT NULL DEFAULT 0,
  datefin datetime,
  note_private text, --!
  datec datetime,
  tms timestamp,
  fk_user_author integer,
  fk_user_mod integer
) ENGINE=InnoDB;
CREATE TABLE llx_adherent_type (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  libelle varchar(50) NOT NULL,
  subscription varchar(3) NOT NULL DEFAULT '1',
  note text,
  mail_valid text
) ENGINE=InnoDB;
CREATE TABLE llx_facture (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(30) NOT NULL,
  entity integer DEFAULT 1 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  fk_soc integer NOT NULL,
  datec datetime,
  datef date,
  tms timestamp,
  paye smallint DEFAULT 0 NOT NULL,
  total_ht double(24,8) DEFAULT 0,
  total_ttc double(24,8) DEFAULT 0,
  fk_user_author integer,
  fk_user_valid integer,
  fk_projet integer,
  note_private text, --!
  note_public text, --!
  model_pdf varchar(255)
) ENGINE=InnoDB;
CREATE TABLE llx_facturedet (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_facture integer NOT NULL,
  fk_product integer NULL,
  label varchar(255) DEFAULT NULL,
  description text, --?
  tva_tx double(6,3),
  qty real,
  subprice double(24,8),
  rang integer DEFAULT 0
) ENGINE=InnoDB;
CREATE TABLE llx_actioncomm (
  id integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  datep datetime,
  fk_action integer,
  code varchar(50) NULL,
  label varchar(255) NOT NULL,
  fk_soc integer,
  fk_contact integer,
  fk_user_author integer,
  fk_user_action integer,
  percent smallint NOT NULL DEFAULT 0,
  note text, --!
  email_from varchar(255), --?
  email_to varchar(255) --?
) ENGINE=InnoDB;
CREATE TABLE llx_product (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(128) NOT NULL,
  label varchar(255) NOT NULL,
  description text,
  note_public text,
  price double(24,8) DEFAULT 0,
  url varchar(255),
  barcode varchar(180),
  fk_user_author integer DEFAULT NULL,
  fk_user_modif integer
) ENGINE=InnoDB;
CREATE TABLE llx_const (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(180) NOT NULL,
  value text NOT NULL,
  type varchar(64) DEFAULT 'string',
  note text
) ENGINE=InnoDB;
CREATE TABLE llx_societe_rib (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_soc integer NOT NULL,
  label varchar(200),
  bank varchar(255), --?
  code_banque varchar(128), --!
  code_guichet varchar(6), --!
  number varchar(255), --?
  cle_rib varchar(5), --!
  bic varchar(20), --!
  iban_prefix varchar(34), --!
  proprio varchar(60), --!
  owner_address varchar(255), --!
  rum varchar(32) --!
) ENGINE=InnoDB;
CREATE TABLE llx_c_country (
  rowid integer NOT NULL PRIMARY KEY,
  code varchar(2) NOT NULL,
  label varchar(128) NOT NULL,
  favorite tinyint DEFAULT 0
) ENGINE=InnoDB;
CREATE TABLE llx_entrepot (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(255) NOT NULL,
  description text,
  address varchar(255),
  zip varchar(10),
  town varchar(50),
  phone varchar(20),
  fk_user_author integer
) ENGINE=InnoDB;
