-- An accounting and trade program of French origin: short prefixes, everything shortened.
CREATE TABLE F_COMPTET (
  CT_Num varchar(17) NOT NULL PRIMARY KEY, --?
  CT_Intitule varchar(69), --?
  CT_Type smallint,
  CG_NumPrinc varchar(13),
  CT_Qualite varchar(17), --?
  CT_Classement varchar(17),
  CT_Contact varchar(35), --!
  CT_Adresse varchar(35), --!
  CT_Complement varchar(35), --!
  CT_CodePostal varchar(9), --!
  CT_Ville varchar(35), --!
  CT_CodeRegion varchar(25), --?
  CT_Pays varchar(35), --!
  CT_Identifiant varchar(25), --?
  CT_Siret varchar(15), --?
  CT_Encours decimal(24,6),
  CT_Telephone varchar(21), --!
  CT_Telecopie varchar(21), --!
  CT_EMail varchar(69), --!
  CT_Site varchar(69), --?
  CT_Sommeil smallint,
  CT_Commentaire varchar(35), --!
  CT_DateCreate datetime,
  cbModification datetime
) ENGINE=InnoDB;
CREATE TABLE F_CONTACTT (
  CT_Num varchar(17) NOT NULL,
  CT_No int NOT NULL PRIMARY KEY,
  CT_Nom varchar(35), --!
  CT_Prenom varchar(35), --!
  CT_Fonction varchar(35), --!
  CT_Telephone varchar(21), --!
  CT_TelPortable varchar(21), --!
  CT_Telecopie varchar(21), --!
  CT_EMail varchar(69), --!
  CT_Civilite smallint --!
) ENGINE=InnoDB;
CREATE TABLE F_DOCENTETE (
  DO_Piece varchar(13) NOT NULL PRIMARY KEY,
  DO_Type smallint,
  DO_Date datetime,
  DO_Ref varchar(17),
  CT_NumTiers varchar(17),
  CO_No int,
  DO_TotalHT decimal(24,6),
  DO_Coord01 varchar(25) --?
) ENGINE=InnoDB;
CREATE TABLE F_DOCLIGNE (
  DL_No int NOT NULL PRIMARY KEY,
  DO_Piece varchar(13) NOT NULL,
  AR_Ref varchar(19),
  DL_Design varchar(69),
  DL_Qte decimal(24,6)
) ENGINE=InnoDB;
CREATE TABLE F_COLLABORATEUR (
  CO_No int NOT NULL PRIMARY KEY,
  CO_Nom varchar(35), --!
  CO_Prenom varchar(35), --!
  CO_Fonction varchar(35), --!
  CO_Adresse varchar(35), --!
  CO_CodePostal varchar(9), --!
  CO_Ville varchar(35), --!
  CO_Telephone varchar(21), --!
  CO_EMail varchar(69), --!
  CO_Matricule varchar(11) --!
) ENGINE=InnoDB;
CREATE TABLE F_ARTICLE (
  AR_Ref varchar(19) NOT NULL PRIMARY KEY,
  AR_Design varchar(69),
  FA_CodeFamille varchar(11),
  AR_PrixVen decimal(24,6)
) ENGINE=InnoDB;
CREATE TABLE F_DEPOT (
  DE_No int NOT NULL PRIMARY KEY,
  DE_Intitule varchar(35),
  DE_Adresse varchar(35),
  DE_Ville varchar(35)
) ENGINE=InnoDB;
