-- A school: Spanish and Dutch names, families, marks, absences.
CREATE TABLE alumnos (
  alumno_id integer PRIMARY KEY,
  nombre varchar(50) NOT NULL, --!
  primer_apellido varchar(50) NOT NULL, --!
  segundo_apellido varchar(50), --!
  fecha_nacimiento date, --!
  dni varchar(12), --!
  sexo char(1), --!
  domicilio varchar(120), --!
  poblacion varchar(60), --!
  codigo_postal char(5), --!
  telefono varchar(20), --!
  movil varchar(20), --!
  correo varchar(100), --!
  nacionalidad varchar(40), --!
  observaciones text, --!
  curso_id integer
);
CREATE TABLE tutores (
  tutor_id integer PRIMARY KEY,
  alumno_id integer NOT NULL REFERENCES alumnos (alumno_id),
  nombre varchar(50) NOT NULL, --!
  apellidos varchar(80) NOT NULL, --!
  parentesco varchar(20), --?
  telefono varchar(20), --!
  correo_electronico varchar(100), --!
  profesion varchar(60) --!
);
CREATE TABLE cursos (
  curso_id integer PRIMARY KEY,
  nombre varchar(60) NOT NULL,
  nivel integer
);
CREATE TABLE calificaciones (
  id integer PRIMARY KEY,
  alumno_id integer NOT NULL REFERENCES alumnos (alumno_id),
  asignatura varchar(60),
  nota numeric(4,2), --?
  comentario text --!
);
CREATE TABLE leerlingen (
  leerlingnummer integer PRIMARY KEY,
  voornaam varchar(50), --!
  tussenvoegsel varchar(20), --!
  achternaam varchar(60), --!
  geboortedatum date, --!
  bsn varchar(9), --!
  straatnaam varchar(80), --!
  huisnummer varchar(8), --!
  postcode varchar(7), --!
  woonplaats varchar(60), --!
  telefoonnummer varchar(20), --!
  emailadres varchar(100) --!
);
CREATE TABLE verzuim (
  id integer PRIMARY KEY,
  leerlingnummer integer NOT NULL,
  datum date,
  reden varchar(200) --!
);
CREATE TABLE lokalen (
  id integer PRIMARY KEY,
  naam varchar(30),
  verdieping integer
);
