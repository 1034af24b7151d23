-- A help desk: uuid keys, two schemas, mail threads, roles of the same people, JSON, arrays, no link for some columns.
CREATE SCHEMA support;
CREATE TABLE organizations (
  id uuid PRIMARY KEY,
  name varchar(200) NOT NULL,
  domain varchar(100),
  note text
);
CREATE TABLE users (
  id uuid PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id),
  login varchar(255), --!
  firstname varchar(100), --!
  lastname varchar(100), --!
  email varchar(255), --!
  image varchar(100), --!
  image_source varchar(200), --?
  web varchar(100), --!
  password varchar(120), --!
  phone varchar(100), --!
  mobile varchar(100), --!
  street varchar(120), --!
  zip varchar(100), --!
  city varchar(100), --!
  country varchar(100), --!
  vip boolean DEFAULT false,
  verified boolean DEFAULT false,
  active boolean DEFAULT true,
  note varchar(5000), --!
  last_login timestamptz, --?
  out_of_office boolean DEFAULT false,
  preferences jsonb, --!
  created_by_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE support.tickets (
  id bigserial PRIMARY KEY,
  number varchar(60) NOT NULL,
  title varchar(250) NOT NULL, --?
  customer_id uuid NOT NULL REFERENCES users (id),
  owner_id uuid REFERENCES users (id),
  group_id integer NOT NULL,
  state varchar(30) NOT NULL,
  priority smallint,
  created_at timestamptz NOT NULL
);
CREATE TABLE support.articles (
  id bigserial PRIMARY KEY,
  ticket_id bigint NOT NULL REFERENCES support.tickets (id),
  sender varchar(3000), --!
  recipients varchar(3000), --!
  cc varchar(3000), --?
  reply_to varchar(300), --?
  subject varchar(3000), --?
  message_id varchar(3000),
  content_type varchar(30),
  body text NOT NULL, --!
  internal boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE TABLE support.time_entries (
  id bigserial PRIMARY KEY,
  ticket_id bigint NOT NULL REFERENCES support.tickets (id),
  agent_id uuid REFERENCES users (id),
  minutes integer NOT NULL
);
CREATE TABLE authorizations (
  id serial PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  provider varchar(250) NOT NULL,
  uid varchar(250) NOT NULL, --?
  token varchar(2500), --!
  secret varchar(250), --!
  username varchar(250) --!
);
CREATE TABLE user_devices (
  id serial PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  name varchar(250) NOT NULL,
  os varchar(150), --?
  browser varchar(250), --!
  location varchar(150), --!
  ip inet, --!
  user_agent varchar(250), --!
  fingerprint varchar(160) --!
);
CREATE TABLE chat_sessions (
  id serial PRIMARY KEY,
  visitor_name varchar(100), --!
  visitor_email varchar(200), --!
  user_id uuid,
  state varchar(50) NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE TABLE chat_messages (
  id serial PRIMARY KEY,
  chat_session_id integer NOT NULL REFERENCES chat_sessions (id),
  content text NOT NULL, --!
  created_at timestamptz NOT NULL
);
CREATE TABLE email_addresses (
  id serial PRIMARY KEY,
  channel_id integer,
  name varchar(250) NOT NULL,
  email varchar(255) NOT NULL, --?
  active boolean NOT NULL DEFAULT true
);
CREATE TABLE groups (
  id serial PRIMARY KEY,
  name varchar(160) NOT NULL,
  note varchar(250)
);
CREATE TABLE settings (
  id serial PRIMARY KEY,
  title varchar(200) NOT NULL,
  name varchar(200) NOT NULL,
  area varchar(100) NOT NULL,
  description varchar(2000) NOT NULL
);
CREATE TABLE knowledge_base_answers (
  id serial PRIMARY KEY,
  title varchar(250) NOT NULL,
  body text NOT NULL,
  published_at timestamptz
);
