-- A newsletter manager: serial keys, uuids, JSON, a schema of its own for what was clicked, views.
CREATE TYPE subscriber_status AS ENUM ('enabled', 'disabled', 'blocklisted');
CREATE TABLE subscribers (
  id SERIAL PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  email TEXT NOT NULL UNIQUE, --!
  name TEXT NOT NULL, --!
  attribs JSONB NOT NULL DEFAULT '{}', --!
  status subscriber_status NOT NULL DEFAULT 'enabled',
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE lists (
  id SERIAL PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  name TEXT NOT NULL,
  tags VARCHAR(100)[],
  description TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE subscriber_lists (
  subscriber_id INTEGER REFERENCES subscribers(id) ON DELETE CASCADE,
  list_id INTEGER NULL REFERENCES lists(id) ON DELETE CASCADE,
  meta JSONB NOT NULL DEFAULT '{}', --?
  status TEXT NOT NULL DEFAULT 'unconfirmed',
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  PRIMARY KEY(subscriber_id, list_id)
);
CREATE TABLE templates (
  id SERIAL PRIMARY KEY,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT false
);
CREATE TABLE campaigns (
  id SERIAL PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  from_email TEXT NOT NULL,
  body TEXT NOT NULL,
  altbody TEXT NULL,
  send_at TIMESTAMP WITH TIME ZONE,
  headers JSONB NOT NULL DEFAULT '[]',
  tags VARCHAR(100)[],
  messenger TEXT NOT NULL,
  template_id INTEGER REFERENCES templates(id),
  to_send INT NOT NULL DEFAULT 0,
  sent INT NOT NULL DEFAULT 0
);
CREATE TABLE users (
  id SERIAL PRIMARY KEY,
  username TEXT NOT NULL UNIQUE, --!
  password_login BOOLEAN NOT NULL DEFAULT false,
  password TEXT NULL, --!
  email TEXT NOT NULL UNIQUE, --!
  name TEXT NOT NULL, --!
  avatar TEXT NULL, --!
  type TEXT NOT NULL DEFAULT 'user',
  loggedin_at TIMESTAMP WITH TIME ZONE NULL
);
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  data jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE media (
  id SERIAL PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  provider TEXT NOT NULL DEFAULT '',
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  thumb TEXT NOT NULL
);
CREATE TABLE links (
  id SERIAL PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  url TEXT NOT NULL UNIQUE
);
CREATE SCHEMA tracking;
CREATE TABLE tracking.campaign_views (
  id BIGSERIAL PRIMARY KEY,
  campaign_id INTEGER NULL REFERENCES campaigns(id),
  subscriber_id INTEGER NULL REFERENCES subscribers(id),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE tracking.link_clicks (
  id BIGSERIAL PRIMARY KEY,
  campaign_id INTEGER NULL REFERENCES campaigns(id),
  link_id INTEGER NOT NULL REFERENCES links(id),
  subscriber_id INTEGER NULL REFERENCES subscribers(id),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE bounces (
  id SERIAL PRIMARY KEY,
  subscriber_id INTEGER NOT NULL REFERENCES subscribers(id),
  campaign_id INTEGER NULL REFERENCES campaigns(id),
  type TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT '',
  meta JSONB NOT NULL DEFAULT '{}', --?
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE settings (
  key TEXT NOT NULL UNIQUE,
  value JSONB NOT NULL DEFAULT '{}',
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE VIEW active_subscribers AS SELECT id, email, name FROM subscribers WHERE status = 'enabled';
