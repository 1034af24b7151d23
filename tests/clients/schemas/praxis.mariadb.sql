-- A physiotherapist, German, short names, data that tells what names do not.
CREATE TABLE pat_stamm (
  nr INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  anr VARCHAR(10), --!
  nname VARCHAR(50), --!
  vname VARCHAR(50), --!
  gebdat DATE, --!
  str VARCHAR(80), --!
  plz VARCHAR(8), --!
  ort VARCHAR(60), --!
  tel_p VARCHAR(30), --!
  tel_g VARCHAR(30), --!
  komm1 VARCHAR(80), --!
  kasse VARCHAR(60), --!
  vers_nr VARCHAR(20), --!
  hausarzt VARCHAR(80), --!
  bem LONGTEXT --!
) ENGINE=InnoDB;
CREATE TABLE verordnung (
  vo_nr INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pat_nr INT NOT NULL,
  datum DATE,
  icd10 VARCHAR(10), --?
  diagnose VARCHAR(200), --!
  anzahl INT
) ENGINE=InnoDB;
CREATE TABLE termin (
  t_nr INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pat_nr INT NOT NULL,
  ma_nr INT,
  beginn DATETIME,
  ende DATETIME,
  bemerkung VARCHAR(200) --!
) ENGINE=InnoDB;
CREATE TABLE mitarb (
  ma_nr INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(80), --!
  kennwort VARCHAR(100), --!
  mail VARCHAR(80) --!
) ENGINE=InnoDB;
CREATE TABLE raum (
  r_nr INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  bez VARCHAR(40)
) ENGINE=InnoDB;
INSERT INTO pat_stamm (anr, nname, vname, komm1, tel_p) VALUES ('Frau', 'Huber', 'Anna', 'anna@post.example', '+49 30 901820'), ('Herr', 'Maier', 'Jan', 'jan.maier@web.example', '+49 89 2180 0'), ('Frau', 'Schulz', 'Eva', 'eva@schulz.example', '+49 40 42840');
INSERT INTO verordnung (pat_nr, diagnose) VALUES (1, 'Lumbago'), (2, 'Zustand nach Sturz'), (3, 'Lumbago');
