-- A web application made with a framework: auth_ tables, sessions, social logins, invoices by a payment provider.
CREATE TABLE auth_user (
  id serial PRIMARY KEY,
  password varchar(128) NOT NULL, --!
  last_login timestamptz, --?
  is_superuser boolean NOT NULL,
  username varchar(150) NOT NULL, --!
  first_name varchar(150) NOT NULL, --!
  last_name varchar(150) NOT NULL, --!
  email varchar(254) NOT NULL, --!
  is_staff boolean NOT NULL,
  is_active boolean NOT NULL,
  date_joined timestamptz NOT NULL --?
);
CREATE TABLE auth_group (
  id serial PRIMARY KEY,
  name varchar(150) NOT NULL
);
CREATE TABLE auth_user_groups (
  id bigserial PRIMARY KEY,
  user_id integer NOT NULL REFERENCES auth_user (id),
  group_id integer NOT NULL REFERENCES auth_group (id)
);
CREATE TABLE auth_permission (
  id serial PRIMARY KEY,
  name varchar(255) NOT NULL,
  content_type_id integer NOT NULL,
  codename varchar(100) NOT NULL
);
CREATE TABLE django_session (
  session_key varchar(40) PRIMARY KEY, --?
  session_data text NOT NULL, --?
  expire_date timestamptz NOT NULL
);
CREATE TABLE django_admin_log (
  id serial PRIMARY KEY,
  action_time timestamptz NOT NULL,
  object_id text,
  object_repr varchar(200) NOT NULL, --?
  action_flag smallint NOT NULL,
  change_message text NOT NULL, --?
  user_id integer NOT NULL REFERENCES auth_user (id)
);
CREATE TABLE account_emailaddress (
  id serial PRIMARY KEY,
  email varchar(254) NOT NULL, --!
  verified boolean NOT NULL,
  "primary" boolean NOT NULL,
  user_id integer NOT NULL REFERENCES auth_user (id)
);
CREATE TABLE socialaccount_socialaccount (
  id serial PRIMARY KEY,
  provider varchar(30) NOT NULL,
  uid varchar(191) NOT NULL, --?
  extra_data jsonb NOT NULL, --!
  user_id integer NOT NULL REFERENCES auth_user (id)
);
CREATE TABLE socialaccount_socialtoken (
  id serial PRIMARY KEY,
  token text NOT NULL, --!
  token_secret text NOT NULL, --!
  account_id integer NOT NULL REFERENCES socialaccount_socialaccount (id)
);
CREATE TABLE profiles_profile (
  id serial PRIMARY KEY,
  user_id integer NOT NULL REFERENCES auth_user (id),
  company varchar(200), --!
  job_title varchar(200), --!
  phone_number varchar(32), --!
  avatar varchar(100), --!
  bio text, --!
  birth_date date, --!
  twitter_handle varchar(50), --!
  preferred_language varchar(8), --!
  stripe_customer_id varchar(64) --?
);
CREATE TABLE billing_invoice (
  id serial PRIMARY KEY,
  user_id integer NOT NULL REFERENCES auth_user (id),
  number varchar(40) NOT NULL,
  billing_name varchar(200), --!
  billing_email varchar(254), --!
  billing_address text, --!
  vat_number varchar(32), --?
  card_brand varchar(20), --?
  card_last4 varchar(4), --!
  amount_cents integer NOT NULL,
  paid_at timestamptz
);
CREATE TABLE audit_event (
  id bigserial PRIMARY KEY,
  actor_id integer,
  verb varchar(60) NOT NULL,
  remote_addr inet, --!
  ua varchar(400), --?
  payload jsonb, --?
  at timestamptz NOT NULL
);
CREATE TABLE cms_page (
  id serial PRIMARY KEY,
  title varchar(200) NOT NULL,
  slug varchar(200) NOT NULL,
  body text NOT NULL,
  published boolean NOT NULL
);
CREATE TABLE waiting_list (
  id serial PRIMARY KEY,
  email varchar(254) NOT NULL, --!
  full_name varchar(200), --!
  referrer varchar(300), --?
  created_at timestamptz NOT NULL
);
