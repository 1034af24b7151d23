-- A place where code is kept: users with many settings, several mail addresses, keys, tokens, events.
CREATE TABLE users (
  id bigserial PRIMARY KEY,
  email varchar NOT NULL, --!
  encrypted_password varchar NOT NULL, --!
  reset_password_token varchar, --!
  reset_password_sent_at timestamp,
  sign_in_count integer,
  current_sign_in_at timestamp, --?
  last_sign_in_at timestamp, --?
  current_sign_in_ip varchar, --!
  last_sign_in_ip varchar, --!
  name varchar, --!
  admin boolean NOT NULL,
  skype varchar, --!
  linkedin varchar, --!
  twitter varchar, --!
  bio varchar, --!
  failed_attempts integer,
  locked_at timestamp,
  username varchar, --!
  can_create_group boolean,
  state varchar,
  color_scheme_id bigint,
  avatar varchar, --!
  confirmation_token varchar, --!
  confirmed_at timestamp,
  hide_no_ssh_key boolean,
  website_url varchar, --!
  notification_email varchar, --!
  otp_secret varchar, --!
  public_email varchar, --!
  location varchar, --!
  preferred_language varchar, --!
  organization varchar, --!
  time_zone varchar, --!
  created_at timestamp,
  updated_at timestamp
);
CREATE TABLE emails (
  id bigserial PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  email varchar NOT NULL, --!
  confirmed_at timestamp
);
CREATE TABLE keys (
  id bigserial PRIMARY KEY,
  user_id bigint,
  key text, --?
  title varchar, --?
  fingerprint varchar, --?
  created_at timestamp
);
CREATE TABLE personal_access_tokens (
  id bigserial PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  name varchar NOT NULL,
  token_digest varchar, --!
  expires_at date
);
CREATE TABLE projects (
  id bigserial PRIMARY KEY,
  name varchar,
  path varchar,
  description text, --?
  creator_id bigint REFERENCES users (id),
  visibility_level integer
);
CREATE TABLE issues (
  id bigserial PRIMARY KEY,
  title varchar, --?
  author_id bigint REFERENCES users (id),
  project_id bigint REFERENCES projects (id),
  description text, --!
  state_id smallint
);
CREATE TABLE issue_assignees (
  user_id bigint NOT NULL REFERENCES users (id),
  issue_id bigint NOT NULL REFERENCES issues (id),
  PRIMARY KEY (issue_id, user_id)
);
CREATE TABLE notes (
  id bigserial PRIMARY KEY,
  note text, --!
  noteable_type varchar,
  noteable_id bigint,
  author_id bigint,
  created_at timestamp
);
CREATE TABLE authentication_events (
  id bigserial PRIMARY KEY,
  user_id bigint REFERENCES users (id),
  user_name varchar NOT NULL, --!
  ip_address inet, --!
  provider varchar,
  result smallint
);
CREATE TABLE members (
  id bigserial PRIMARY KEY,
  user_id bigint REFERENCES users (id),
  source_id bigint NOT NULL,
  access_level integer NOT NULL,
  invite_email varchar, --!
  invite_token varchar --!
);
CREATE TABLE labels (
  id bigserial PRIMARY KEY,
  title varchar,
  color varchar,
  description varchar
);
CREATE TABLE ci_builds (
  id bigserial PRIMARY KEY,
  name varchar,
  status varchar,
  user_id bigint REFERENCES users (id),
  commands text, --?
  token varchar --?
);
