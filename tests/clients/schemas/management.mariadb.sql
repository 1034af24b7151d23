-- The further modules of an ERP of French origin: leave, expenses, tickets, gifts, candidates, mailings; a few links declared.
CREATE TABLE llx_societe (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nom varchar(128), --!
  name_alias varchar(128), --!
  entity integer DEFAULT 1 NOT NULL,
  code_client varchar(24), --?
  code_compta varchar(24), --?
  address varchar(255), --!
  zip varchar(25), --!
  town varchar(50), --!
  phone varchar(30), --!
  phone_mobile varchar(30), --!
  email varchar(128), --!
  tva_intra varchar(20), --?
  outstanding_limit double(24,8),
  cond_reglement integer,
  client tinyint DEFAULT 0,
  fk_user_creat integer,
  datec datetime,
  tms timestamp
) ENGINE=InnoDB;
CREATE TABLE llx_socpeople (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_soc integer,
  civility varchar(6), --!
  lastname varchar(50), --!
  firstname varchar(50), --!
  birthday date, --!
  poste varchar(255), --!
  phone_perso varchar(30), --!
  phone_mobile varchar(30), --!
  email varchar(255), --!
  fk_user_creat integer,
  statut tinyint DEFAULT 1 NOT NULL,
  CONSTRAINT fk_socpeople_fk_soc FOREIGN KEY (fk_soc) REFERENCES llx_societe (rowid)
) ENGINE=InnoDB;
CREATE TABLE llx_user (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  entity integer DEFAULT 1 NOT NULL,
  login varchar(50) NOT NULL, --!
  pass_crypted varchar(128), --!
  lastname varchar(50), --!
  firstname varchar(50), --!
  email varchar(255), --!
  user_mobile varchar(20), --!
  tjm double(24,8), --!
  weeklyhours double(16,8), --?
  dateemploymentend date, --!
  fk_user integer,
  fk_user_expense_validator integer,
  admin smallint DEFAULT 0,
  statut tinyint DEFAULT 1,
  employee tinyint DEFAULT 1
) ENGINE=InnoDB;
CREATE TABLE llx_adherent (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(30) NOT NULL,
  civility varchar(6), --!
  lastname varchar(50), --!
  firstname varchar(50), --!
  login varchar(50), --!
  email varchar(255), --!
  birth date, --!
  state_id integer, --?
  note_private text, --!
  ip varchar(250), --!
  datefin datetime,
  fk_soc integer
) ENGINE=InnoDB;
CREATE TABLE llx_subscription (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_adherent integer,
  dateadh datetime,
  datef datetime,
  subscription double(24,8),
  fk_bank integer,
  note_private text --!
) ENGINE=InnoDB;
CREATE TABLE llx_don (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(30),
  datedon datetime,
  amount double(24,8) DEFAULT 0,
  firstname varchar(50), --!
  lastname varchar(50), --!
  societe varchar(50), --!
  address text, --!
  zip varchar(30), --!
  town varchar(50), --!
  country varchar(50), --!
  email varchar(255), --!
  phone varchar(24), --!
  phone_mobile varchar(24), --!
  public smallint DEFAULT 1,
  fk_user_author integer NOT NULL,
  note_private text --!
) ENGINE=InnoDB;
CREATE TABLE llx_holiday (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(30) NOT NULL,
  fk_user integer NOT NULL,
  fk_type integer NOT NULL,
  description varchar(255) NOT NULL, --!
  date_debut date NOT NULL, --?
  date_fin date NOT NULL, --?
  halfday integer DEFAULT 0,
  statut integer DEFAULT 1,
  fk_validator integer NOT NULL,
  detail_refuse varchar(250), --!
  note_private text, --!
  note_public text --!
) ENGINE=InnoDB;
CREATE TABLE llx_expensereport (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(50) NOT NULL,
  total_ht double(24,8) DEFAULT 0,
  date_debut date NOT NULL,
  date_fin date NOT NULL,
  fk_user_author integer NOT NULL,
  fk_user_validator integer,
  fk_statut integer NOT NULL,
  paid smallint DEFAULT 0 NOT NULL,
  note_public text, --!
  note_private text, --!
  detail_refuse varchar(255) --!
) ENGINE=InnoDB;
CREATE TABLE llx_salary (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  label varchar(255),
  fk_user integer NOT NULL,
  datep date,
  salary double(24,8), --!
  amount double(24,8) NOT NULL DEFAULT 0, --?
  datesp date,
  dateep date,
  note text, --!
  FOREIGN KEY (fk_user) REFERENCES llx_user (rowid)
) ENGINE=InnoDB;
CREATE TABLE llx_user_rib (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_user integer NOT NULL,
  bank varchar(255), --?
  code_banque varchar(128), --!
  number varchar(255), --?
  bic varchar(11), --!
  iban_prefix varchar(34), --!
  domiciliation varchar(255), --?
  proprio varchar(60), --!
  owner_address varchar(255) --!
) ENGINE=InnoDB;
CREATE TABLE llx_propal (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(30) NOT NULL,
  ref_client varchar(255),
  fk_soc integer,
  datep date,
  fin_validite datetime,
  fk_user_author integer,
  total_ttc double(24,8) DEFAULT 0,
  online_sign_ip varchar(48), --!
  online_sign_name varchar(64), --!
  note_private text, --!
  note_public text, --!
  model_pdf varchar(255)
) ENGINE=InnoDB;
CREATE TABLE llx_facture (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(30) NOT NULL,
  fk_soc integer NOT NULL,
  datef date,
  date_lim_reglement date,
  total_ttc double(24,8) DEFAULT 0,
  fk_statut smallint DEFAULT 0 NOT NULL,
  note_private text, --!
  CONSTRAINT fk_facture_fk_soc FOREIGN KEY (fk_soc) REFERENCES llx_societe (rowid)
) ENGINE=InnoDB;
CREATE TABLE llx_paiement_facture (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_paiement integer,
  fk_facture integer,
  amount double(24,8) DEFAULT 0
) ENGINE=InnoDB;
CREATE TABLE llx_fichinter (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_soc integer NOT NULL,
  ref varchar(30) NOT NULL,
  dateo date,
  duree real,
  description text, --!
  signed_status smallint,
  fk_user_author integer
) ENGINE=InnoDB;
CREATE TABLE llx_fichinterdet (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_fichinter integer,
  date datetime,
  description text, --!
  duree integer,
  rang integer DEFAULT 0
) ENGINE=InnoDB;
CREATE TABLE llx_ticket (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(128) NOT NULL,
  track_id varchar(128) NOT NULL,
  fk_soc integer DEFAULT 0,
  origin_email varchar(128), --!
  subject varchar(255), --!
  message mediumtext, --!
  fk_user_create integer,
  fk_user_assign integer,
  fk_statut integer,
  type_code varchar(32),
  severity_code varchar(32),
  ip varchar(250) --!
) ENGINE=InnoDB;
CREATE TABLE llx_actioncomm (
  id integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  datep datetime,
  datep2 datetime,
  code varchar(50),
  label varchar(255) NOT NULL, --?
  fk_soc integer,
  fk_contact integer,
  fk_user_author integer,
  location varchar(128), --?
  note mediumtext, --!
  email_subject varchar(255), --?
  email_from varchar(255), --?
  email_sender varchar(255), --?
  email_to varchar(255), --?
  percent smallint NOT NULL DEFAULT 0
) ENGINE=InnoDB;
CREATE TABLE llx_recruitment_recruitmentcandidature (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(128) NOT NULL,
  fk_recruitmentjobposition integer,
  firstname varchar(128), --!
  lastname varchar(128), --!
  email varchar(255), --!
  phone varchar(64), --!
  date_birth date, --!
  remuneration_requested integer, --!
  remuneration_proposed integer, --!
  description text, --!
  note_private text, --!
  status smallint NOT NULL
) ENGINE=InnoDB;
CREATE TABLE llx_mailing (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  titre varchar(128),
  sujet varchar(128),
  body mediumtext,
  email_from varchar(160),
  email_replyto varchar(160),
  nbemail integer,
  fk_user_creat integer,
  date_envoi datetime
) ENGINE=InnoDB;
CREATE TABLE llx_mailing_cibles (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_mailing integer NOT NULL,
  fk_contact integer NOT NULL,
  lastname varchar(160), --!
  firstname varchar(160), --!
  email varchar(160) NOT NULL, --!
  other varchar(255), --?
  tag varchar(64),
  statut smallint NOT NULL DEFAULT 0,
  source_url varchar(255),
  date_envoi datetime
) ENGINE=InnoDB;
CREATE TABLE llx_mailing_unsubscribe (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  entity integer DEFAULT 1 NOT NULL,
  email varchar(255), --!
  unsubscribegroup varchar(128),
  ip varchar(128), --!
  date_creat datetime
) ENGINE=InnoDB;
CREATE TABLE llx_events (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  type varchar(32) NOT NULL,
  dateevent datetime,
  fk_user integer,
  description varchar(250) NOT NULL, --?
  ip varchar(250) NOT NULL, --!
  user_agent varchar(255) --!
) ENGINE=InnoDB;
CREATE TABLE llx_element_contact (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  datecreate datetime,
  statut smallint DEFAULT 5,
  element_id integer NOT NULL,
  fk_c_type_contact integer NOT NULL,
  fk_socpeople integer NOT NULL
) ENGINE=InnoDB;
CREATE TABLE llx_c_type_contact (
  rowid integer NOT NULL PRIMARY KEY,
  element varchar(30) NOT NULL,
  source varchar(8) NOT NULL,
  code varchar(32) NOT NULL,
  libelle varchar(128) NOT NULL
) ENGINE=InnoDB;
CREATE TABLE llx_c_civility (
  rowid integer NOT NULL PRIMARY KEY,
  code varchar(6) NOT NULL,
  label varchar(128)
) ENGINE=InnoDB;
CREATE TABLE llx_bank_account (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref varchar(12) NOT NULL,
  label varchar(50) NOT NULL,
  bank varchar(60),
  bic varchar(11),
  iban_prefix varchar(34),
  currency_code varchar(3)
) ENGINE=InnoDB;
CREATE TABLE llx_product_price (
  rowid integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fk_product integer NOT NULL,
  date_price datetime NOT NULL,
  price_level smallint DEFAULT 1,
  price double(24,8),
  fk_user_author integer
) ENGINE=InnoDB;
INSERT INTO llx_societe (nom, address, zip, town, phone, email, code_client) VALUES ('Menuiserie Aubry', '4 rue du Port', '44000', 'Nantes', '0240123456', 'contact@aubry.example', 'CU2601-00001'), ('Le Goff Paysage', '12 chemin Vert', '29000', 'Quimper', '0298765432', 'info@legoff.example', 'CU2601-00002');
INSERT INTO llx_socpeople (fk_soc, civility, lastname, firstname, poste, phone_mobile, email) VALUES (1, 'MME', 'Aubry', 'Claire', 'Gérante', '0612345678', 'claire@aubry.example'), (2, 'MR', 'Le Goff', 'Yann', 'Comptable', '0687654321', 'yann@legoff.example');
INSERT INTO llx_user (login, lastname, firstname, email) VALUES ('pmartin', 'Martin', 'Paul', 'paul@firm.example');
INSERT INTO llx_facture (ref, fk_soc, datef, total_ttc) VALUES ('FA2601-0001', 1, '2026-01-12', 240), ('FA2601-0002', 2, '2026-01-13', 96);
INSERT INTO llx_paiement_facture (fk_paiement, fk_facture, amount) VALUES (1, 1, 240), (2, 2, 96);
INSERT INTO llx_element_contact (element_id, fk_c_type_contact, fk_socpeople) VALUES (1, 60, 1), (2, 60, 2);
INSERT INTO llx_c_type_contact VALUES (60, 'facture', 'external', 'BILLING', 'Contact client facturation');
