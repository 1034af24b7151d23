-- A shop, Italian.
CREATE TABLE clienti (
  id_cliente int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nome varchar(40), --!
  cognome varchar(40), --!
  ragione_sociale varchar(80), --!
  codice_fiscale varchar(16), --!
  partita_iva varchar(11), --?
  data_nascita date, --!
  indirizzo varchar(80), --!
  cap varchar(5), --!
  citta varchar(40), --!
  provincia char(2), --!
  telefono varchar(20), --!
  cellulare varchar(20), --!
  email varchar(80), --!
  pec varchar(80), --!
  password varchar(100), --!
  consenso_marketing tinyint(1), --?
  note text, --!
  data_registrazione datetime, --?
  ultimo_accesso datetime --?
) ENGINE=InnoDB;
CREATE TABLE ordini (
  id_ordine int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_cliente int NOT NULL,
  data_ordine datetime,
  stato varchar(20),
  indirizzo_spedizione varchar(120), --!
  citta_spedizione varchar(40), --!
  cap_spedizione varchar(5), --!
  totale decimal(10,2)
) ENGINE=InnoDB;
CREATE TABLE righe_ordine (
  id_riga int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_ordine int NOT NULL,
  id_prodotto int NOT NULL,
  quantita int,
  prezzo decimal(10,2)
) ENGINE=InnoDB;
CREATE TABLE prodotti (
  id_prodotto int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nome varchar(120),
  descrizione text,
  prezzo decimal(10,2),
  id_fornitore int
) ENGINE=InnoDB;
CREATE TABLE fornitori (
  id_fornitore int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ragione_sociale varchar(80), --?
  referente varchar(80), --!
  telefono varchar(20), --!
  email varchar(80) --!
) ENGINE=InnoDB;
CREATE TABLE recensioni (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_cliente int NOT NULL,
  id_prodotto int NOT NULL,
  voto int,
  commento text --!
) ENGINE=InnoDB;
CREATE TABLE accessi (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_cliente int,
  indirizzo_ip varchar(45), --!
  data datetime
) ENGINE=InnoDB;
