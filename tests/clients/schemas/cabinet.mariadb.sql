-- A medical practice, French, everything shortened, no foreign key.
CREATE TABLE t_pat (
  pat_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pat_civ varchar(5), --!
  pat_nom varchar(60), --!
  pat_nom_jf varchar(60), --!
  pat_prenom varchar(60), --!
  pat_ddn date, --!
  pat_lieu_naiss varchar(60), --!
  pat_sexe char(1), --!
  pat_nir varchar(15), --!
  pat_adr1 varchar(80), --!
  pat_adr2 varchar(80), --!
  pat_cp varchar(5), --!
  pat_ville varchar(60), --!
  pat_tel_dom varchar(20), --!
  pat_tel_port varchar(20), --!
  pat_mel varchar(80), --!
  pat_prof varchar(60), --!
  pat_grp_sang varchar(3), --!
  pat_allergies text, --!
  pat_antecedents text, --!
  pat_obs text, --!
  pat_mt_id int,
  pat_dt_crea datetime,
  pat_dt_maj datetime
) ENGINE=InnoDB;
CREATE TABLE t_med (
  med_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  med_nom varchar(60), --!
  med_prenom varchar(60), --!
  med_rpps varchar(11), --!
  med_specialite varchar(40), --?
  med_tel varchar(20), --!
  med_mel varchar(80), --!
  med_mdp varchar(100) --!
) ENGINE=InnoDB;
CREATE TABLE t_rdv (
  rdv_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pat_id int NOT NULL,
  med_id int NOT NULL,
  rdv_debut datetime,
  rdv_fin datetime,
  rdv_motif varchar(200), --!
  rdv_etat tinyint
) ENGINE=InnoDB;
CREATE TABLE t_consult (
  cst_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pat_id int NOT NULL,
  med_id int NOT NULL,
  cst_date date,
  cst_poids decimal(5,2), --!
  cst_taille decimal(5,2), --!
  cst_tension varchar(10), --!
  cst_diagnostic text, --!
  cst_cr text --!
) ENGINE=InnoDB;
CREATE TABLE t_ordo (
  ord_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  cst_id int NOT NULL,
  ord_date date,
  ord_texte text --!
) ENGINE=InnoDB;
CREATE TABLE t_ordo_ligne (
  lig_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ord_id int NOT NULL,
  medicament_id int,
  posologie varchar(200) --?
) ENGINE=InnoDB;
CREATE TABLE t_medicament (
  medicament_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  libelle varchar(100),
  dosage varchar(20),
  prix decimal(8,2)
) ENGINE=InnoDB;
CREATE TABLE t_mutuelle (
  mut_id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mut_libelle varchar(80),
  mut_ville varchar(60),
  mut_tel varchar(20)
) ENGINE=InnoDB;
CREATE TABLE t_pat_mut (
  pat_id int NOT NULL,
  mut_id int NOT NULL,
  num_adherent varchar(20), --!
  dt_fin date,
  PRIMARY KEY (pat_id, mut_id)
) ENGINE=InnoDB;
CREATE TABLE t_param (
  cle varchar(40) NOT NULL PRIMARY KEY,
  valeur varchar(200)
) ENGINE=InnoDB;
