-- A learning platform: prefixed tables, short lower-case names, ids without links.
CREATE TABLE mdl_user (
  id bigserial PRIMARY KEY,
  auth varchar(20) NOT NULL,
  confirmed smallint NOT NULL DEFAULT 0,
  suspended smallint NOT NULL DEFAULT 0,
  username varchar(100) NOT NULL, --!
  password varchar(255) NOT NULL, --!
  idnumber varchar(255) NOT NULL, --!
  firstname varchar(100) NOT NULL, --!
  lastname varchar(100) NOT NULL, --!
  email varchar(100) NOT NULL, --!
  emailstop smallint NOT NULL DEFAULT 0,
  phone1 varchar(20) NOT NULL, --!
  phone2 varchar(20) NOT NULL, --!
  institution varchar(255) NOT NULL, --!
  department varchar(255) NOT NULL, --?
  address varchar(255) NOT NULL, --!
  city varchar(120) NOT NULL, --!
  country varchar(2) NOT NULL, --!
  lang varchar(30) NOT NULL, --!
  theme varchar(50) NOT NULL,
  timezone varchar(100) NOT NULL, --!
  firstaccess bigint NOT NULL DEFAULT 0, --?
  lastaccess bigint NOT NULL DEFAULT 0, --?
  lastip varchar(45) NOT NULL, --!
  secret varchar(15) NOT NULL, --!
  picture bigint NOT NULL DEFAULT 0, --?
  description text, --!
  mailformat smallint NOT NULL DEFAULT 1,
  maildigest smallint NOT NULL DEFAULT 0,
  timecreated bigint NOT NULL DEFAULT 0,
  timemodified bigint NOT NULL DEFAULT 0,
  middlename varchar(255), --!
  alternatename varchar(255) --!
);
CREATE TABLE mdl_course (
  id bigserial PRIMARY KEY,
  category bigint NOT NULL,
  fullname varchar(254) NOT NULL,
  shortname varchar(255) NOT NULL,
  summary text,
  lang varchar(30) NOT NULL
);
CREATE TABLE mdl_user_enrolments (
  id bigserial PRIMARY KEY,
  status bigint NOT NULL DEFAULT 0,
  enrolid bigint NOT NULL,
  userid bigint NOT NULL,
  timestart bigint NOT NULL DEFAULT 0
);
CREATE TABLE mdl_grade_grades (
  id bigserial PRIMARY KEY,
  itemid bigint NOT NULL,
  userid bigint NOT NULL,
  rawgrade numeric(10,5),
  finalgrade numeric(10,5),
  feedback text --!
);
CREATE TABLE mdl_forum_posts (
  id bigserial PRIMARY KEY,
  discussion bigint NOT NULL,
  parent bigint NOT NULL,
  userid bigint NOT NULL,
  created bigint NOT NULL,
  subject varchar(255) NOT NULL, --?
  message text NOT NULL --!
);
CREATE TABLE mdl_logstore_standard_log (
  id bigserial PRIMARY KEY,
  eventname varchar(255) NOT NULL,
  component varchar(100) NOT NULL,
  userid bigint NOT NULL,
  relateduserid bigint,
  timecreated bigint NOT NULL,
  ip varchar(45), --!
  realuserid bigint
);
CREATE TABLE mdl_message (
  id bigserial PRIMARY KEY,
  useridfrom bigint NOT NULL,
  useridto bigint NOT NULL,
  subject text, --?
  fullmessage text, --!
  timecreated bigint NOT NULL
);
CREATE TABLE mdl_config (
  id bigserial PRIMARY KEY,
  name varchar(255) NOT NULL,
  value text NOT NULL
);
CREATE TABLE mdl_role (
  id bigserial PRIMARY KEY,
  name varchar(255) NOT NULL,
  shortname varchar(100) NOT NULL,
  description text NOT NULL
);
