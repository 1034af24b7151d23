-- A manager of mailing lists with its archive: one address per row, members, bounces, votes; a key word for a table.
CREATE TABLE preferences (
  id SERIAL PRIMARY KEY,
  acknowledge_posts BOOLEAN,
  hide_address BOOLEAN,
  preferred_language VARCHAR, --?
  receive_list_copy BOOLEAN,
  delivery_mode INTEGER,
  delivery_status INTEGER
);
CREATE TABLE "user" (
  id SERIAL PRIMARY KEY,
  display_name VARCHAR, --!
  _user_id UUID,
  _created_on TIMESTAMP,
  is_server_owner BOOLEAN DEFAULT false,
  password VARCHAR, --!
  _preferred_address_id INTEGER,
  preferences_id INTEGER REFERENCES preferences (id)
);
CREATE TABLE address (
  id SERIAL PRIMARY KEY,
  email VARCHAR NOT NULL, --!
  _original VARCHAR, --!
  display_name VARCHAR, --!
  verified_on TIMESTAMP,
  registered_on TIMESTAMP,
  user_id INTEGER REFERENCES "user" (id),
  preferences_id INTEGER REFERENCES preferences (id)
);
ALTER TABLE "user" ADD FOREIGN KEY (_preferred_address_id) REFERENCES address (id);
CREATE TABLE mailinglist (
  id SERIAL PRIMARY KEY,
  list_name VARCHAR,
  mail_host VARCHAR,
  list_id VARCHAR,
  display_name VARCHAR,
  description VARCHAR,
  info VARCHAR,
  admin_immed_notify BOOLEAN,
  advertised BOOLEAN,
  autoresponse_owner_text VARCHAR,
  subject_prefix VARCHAR,
  moderator_password BYTEA, --?
  posting_pipeline VARCHAR,
  preferred_language VARCHAR,
  reply_to_address VARCHAR, --?
  created_at TIMESTAMP,
  max_message_size INTEGER
);
CREATE TABLE member (
  id SERIAL PRIMARY KEY,
  _member_id UUID,
  role INTEGER,
  list_id VARCHAR,
  moderation_action INTEGER,
  address_id INTEGER REFERENCES address (id),
  preferences_id INTEGER REFERENCES preferences (id),
  user_id INTEGER REFERENCES "user" (id),
  bounce_score INTEGER,
  last_bounce_received TIMESTAMP,
  total_warnings_sent INTEGER
);
CREATE TABLE acceptablealias (
  id SERIAL PRIMARY KEY,
  alias VARCHAR NOT NULL, --?
  alias_pattern VARCHAR,
  mailing_list_id INTEGER REFERENCES mailinglist (id)
);
CREATE TABLE ban (
  id SERIAL PRIMARY KEY,
  email VARCHAR, --!
  list_id VARCHAR
);
CREATE TABLE bounceevent (
  id SERIAL PRIMARY KEY,
  list_id VARCHAR,
  email VARCHAR, --!
  "timestamp" TIMESTAMP,
  message_id VARCHAR,
  context INTEGER,
  processed BOOLEAN
);
CREATE TABLE autoresponserecord (
  id SERIAL PRIMARY KEY,
  address_id INTEGER REFERENCES address (id),
  mailing_list_id INTEGER REFERENCES mailinglist (id),
  response_type INTEGER,
  date_sent DATE
);
CREATE TABLE onelastdigest (
  id SERIAL PRIMARY KEY,
  mailing_list_id INTEGER REFERENCES mailinglist (id),
  address_id INTEGER REFERENCES address (id),
  delivery_mode INTEGER
);
CREATE TABLE domain (
  id SERIAL PRIMARY KEY,
  mail_host VARCHAR,
  description VARCHAR,
  alias_domain VARCHAR
);
CREATE TABLE domain_owner (
  user_id INTEGER REFERENCES "user" (id),
  domain_id INTEGER REFERENCES domain (id),
  PRIMARY KEY (user_id, domain_id)
);
CREATE TABLE pended (
  id SERIAL PRIMARY KEY,
  token VARCHAR, --?
  expiration_date TIMESTAMP
);
CREATE TABLE workflowstate (
  name VARCHAR,
  token VARCHAR PRIMARY KEY, --?
  step VARCHAR,
  data VARCHAR --?
);
CREATE TABLE uid (
  id SERIAL PRIMARY KEY,
  uid UUID
);
CREATE TABLE file_cache (
  id SERIAL PRIMARY KEY,
  key VARCHAR,
  file_id VARCHAR,
  is_bytes BOOLEAN,
  created_on TIMESTAMP,
  expires_on TIMESTAMP
);
CREATE TABLE auth_user (
  id SERIAL PRIMARY KEY,
  password VARCHAR(128) NOT NULL, --!
  last_login TIMESTAMPTZ, --?
  username VARCHAR(150) NOT NULL, --!
  first_name VARCHAR(150) NOT NULL, --!
  last_name VARCHAR(150) NOT NULL, --!
  email VARCHAR(254) NOT NULL, --!
  is_staff BOOLEAN NOT NULL,
  date_joined TIMESTAMPTZ NOT NULL --?
);
CREATE TABLE hyperkitty_profile (
  id SERIAL PRIMARY KEY,
  karma INTEGER NOT NULL, --?
  timezone VARCHAR(100) NOT NULL, --!
  user_id INTEGER NOT NULL UNIQUE REFERENCES auth_user (id)
);
CREATE TABLE hyperkitty_sender (
  address VARCHAR(255) PRIMARY KEY, --!
  mailman_id VARCHAR(255)
);
CREATE TABLE hyperkitty_mailinglist (
  id SERIAL PRIMARY KEY,
  name VARCHAR(254) NOT NULL,
  display_name VARCHAR(255) NOT NULL,
  description TEXT NOT NULL,
  subject_prefix VARCHAR(255) NOT NULL,
  archive_policy INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE hyperkitty_thread (
  id SERIAL PRIMARY KEY,
  thread_id VARCHAR(255) NOT NULL,
  date_active TIMESTAMPTZ NOT NULL,
  mailinglist_id INTEGER NOT NULL REFERENCES hyperkitty_mailinglist (id)
);
CREATE TABLE hyperkitty_email (
  id SERIAL PRIMARY KEY,
  message_id VARCHAR(255) NOT NULL,
  message_id_hash VARCHAR(255) NOT NULL,
  subject VARCHAR(512) NOT NULL, --!
  content TEXT NOT NULL, --!
  date TIMESTAMPTZ NOT NULL,
  timezone SMALLINT NOT NULL, --?
  in_reply_to VARCHAR(255),
  sender_name VARCHAR(255), --!
  sender_id VARCHAR(255) NOT NULL REFERENCES hyperkitty_sender (address), --?
  thread_id INTEGER NOT NULL REFERENCES hyperkitty_thread (id),
  mailinglist_id INTEGER NOT NULL REFERENCES hyperkitty_mailinglist (id),
  thread_depth INTEGER NOT NULL
);
CREATE TABLE hyperkitty_attachment (
  id SERIAL PRIMARY KEY,
  counter SMALLINT NOT NULL,
  name VARCHAR(255) NOT NULL, --?
  content_type VARCHAR(255) NOT NULL,
  size INTEGER,
  content BYTEA, --?
  email_id INTEGER NOT NULL REFERENCES hyperkitty_email (id)
);
CREATE TABLE hyperkitty_vote (
  id SERIAL PRIMARY KEY,
  value SMALLINT NOT NULL,
  email_id INTEGER NOT NULL REFERENCES hyperkitty_email (id),
  user_id INTEGER NOT NULL REFERENCES auth_user (id)
);
CREATE TABLE hyperkitty_favorite (
  id SERIAL PRIMARY KEY,
  thread_id INTEGER NOT NULL REFERENCES hyperkitty_thread (id),
  user_id INTEGER NOT NULL REFERENCES auth_user (id)
);
CREATE TABLE hyperkitty_lastview (
  id SERIAL PRIMARY KEY,
  view_date TIMESTAMPTZ NOT NULL,
  thread_id INTEGER NOT NULL REFERENCES hyperkitty_thread (id),
  user_id INTEGER NOT NULL REFERENCES auth_user (id)
);
INSERT INTO preferences (preferred_language) VALUES ('fr'), ('en'), (NULL);
INSERT INTO "user" (display_name, preferences_id) VALUES ('Anna Berg', 1), ('Luc Petit', 2);
INSERT INTO address (email, _original, display_name, user_id, preferences_id) VALUES ('anna@berg.example', 'Anna@berg.example', 'Anna Berg', 1, 1), ('luc@petit.example', NULL, 'Luc Petit', 2, 2), ('info@petit.example', NULL, '', 2, 3);
INSERT INTO mailinglist (list_name, mail_host, list_id, display_name) VALUES ('news', 'lists.example', 'news.lists.example', 'News');
INSERT INTO member (list_id, address_id, user_id, role) VALUES ('news.lists.example', 1, 1, 1), ('news.lists.example', 3, NULL, 1);
INSERT INTO bounceevent (list_id, email, message_id) VALUES ('news.lists.example', 'luc@petit.example', '<1@x>');
INSERT INTO auth_user (password, username, first_name, last_name, email, is_staff, date_joined) VALUES ('pbkdf2$1', 'anna', 'Anna', 'Berg', 'anna@berg.example', false, now());
INSERT INTO hyperkitty_sender VALUES ('anna@berg.example', 'a1'), ('luc@petit.example', 'a2');
