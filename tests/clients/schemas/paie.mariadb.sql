-- Payroll of a French company: words written together, keys by number.
CREATE TABLE SALARIE (
  MATRICULE varchar(10) NOT NULL PRIMARY KEY, --?
  CIVILITE varchar(4), --!
  NOMUSAGE varchar(40), --!
  NOMNAISSANCE varchar(40), --!
  PRENOM varchar(40), --!
  DATENAISSANCE date, --!
  COMMUNENAISSANCE varchar(40), --!
  NATIONALITE varchar(30), --!
  NUMSECU varchar(15), --!
  SITUATIONFAMILIALE varchar(20), --!
  NBENFANTS int, --!
  ADRESSE1 varchar(60), --!
  ADRESSE2 varchar(60), --!
  CODEPOSTAL varchar(5), --!
  VILLE varchar(40), --!
  TELDOMICILE varchar(20), --!
  TELPORTABLE varchar(20), --!
  EMAILPERSO varchar(80), --!
  EMAILPRO varchar(80), --!
  IBAN varchar(34), --!
  BIC varchar(11), --!
  DATEENTREE date, --!
  DATESORTIE date, --!
  MOTIFSORTIE varchar(60), --!
  TRAVAILLEURHANDICAPE tinyint(1), --!
  CODESERVICE varchar(6)
) ENGINE=InnoDB;
CREATE TABLE CONTRAT (
  NUMCONTRAT int NOT NULL PRIMARY KEY,
  MATRICULE varchar(10) NOT NULL,
  TYPECONTRAT varchar(10), --?
  EMPLOI varchar(60), --!
  COEFFICIENT int, --?
  SALAIREBASE decimal(10,2), --!
  DATEDEBUT date,
  DATEFIN date
) ENGINE=InnoDB;
CREATE TABLE BULLETIN (
  NUMBULLETIN int NOT NULL PRIMARY KEY,
  MATRICULE varchar(10) NOT NULL,
  PERIODE char(6),
  BRUT decimal(10,2), --?
  NETAPAYER decimal(10,2), --!
  COMMENTAIRE varchar(200) --!
) ENGINE=InnoDB;
CREATE TABLE LIGNEBULLETIN (
  NUMBULLETIN int NOT NULL,
  NUMLIGNE int NOT NULL,
  CODERUBRIQUE varchar(6),
  BASE decimal(10,2),
  TAUX decimal(8,4),
  MONTANT decimal(10,2),
  PRIMARY KEY (NUMBULLETIN, NUMLIGNE)
) ENGINE=InnoDB;
CREATE TABLE ABSENCE (
  NUMABSENCE int NOT NULL PRIMARY KEY,
  MATRICULE varchar(10) NOT NULL,
  CODEABSENCE varchar(6),
  DATEDEBUT date,
  DATEFIN date,
  MOTIF varchar(100) --!
) ENGINE=InnoDB;
CREATE TABLE ENFANT (
  NUMENFANT int NOT NULL PRIMARY KEY,
  MATRICULE varchar(10) NOT NULL,
  PRENOM varchar(40), --!
  DATENAISSANCE date --!
) ENGINE=InnoDB;
CREATE TABLE RUBRIQUE (
  CODERUBRIQUE varchar(6) NOT NULL PRIMARY KEY,
  LIBELLE varchar(60),
  TAUXSALARIAL decimal(8,4)
) ENGINE=InnoDB;
CREATE TABLE SERVICE (
  CODESERVICE varchar(6) NOT NULL PRIMARY KEY,
  LIBELLE varchar(60),
  RESPONSABLE varchar(10) --?
) ENGINE=InnoDB;
