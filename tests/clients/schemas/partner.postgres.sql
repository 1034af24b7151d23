-- A business suite: one table of partners for companies and persons, users that are partners, messages, leave, pay.
CREATE TABLE res_partner (
  id serial PRIMARY KEY,
  company_id integer,
  name varchar, --!
  display_name varchar, --!
  title integer,
  parent_id integer REFERENCES res_partner (id),
  ref varchar, --?
  lang varchar, --!
  tz varchar, --!
  vat varchar, --?
  website varchar, --!
  "function" varchar, --!
  street varchar, --!
  street2 varchar, --!
  zip varchar, --!
  city varchar, --!
  state_id integer,
  country_id integer,
  partner_latitude numeric, --!
  partner_longitude numeric, --!
  email varchar, --!
  phone varchar, --!
  mobile varchar, --!
  is_company boolean,
  color integer,
  comment text, --!
  signup_token varchar, --!
  create_date timestamp,
  create_uid integer,
  write_uid integer,
  write_date timestamp
);
CREATE TABLE res_users (
  id serial PRIMARY KEY,
  partner_id integer NOT NULL REFERENCES res_partner (id),
  login varchar NOT NULL, --!
  password varchar, --!
  signature text, --!
  totp_secret varchar, --!
  active boolean,
  create_uid integer REFERENCES res_users (id),
  write_uid integer REFERENCES res_users (id)
);
CREATE TABLE sale_order (
  id serial PRIMARY KEY,
  name varchar NOT NULL,
  partner_id integer NOT NULL REFERENCES res_partner (id),
  partner_invoice_id integer NOT NULL REFERENCES res_partner (id),
  user_id integer REFERENCES res_users (id),
  client_order_ref varchar,
  state varchar,
  note text, --!
  amount_total numeric,
  date_order timestamp,
  create_uid integer REFERENCES res_users (id)
);
CREATE TABLE sale_order_line (
  id serial PRIMARY KEY,
  order_id integer NOT NULL REFERENCES sale_order (id),
  product_id integer,
  name text NOT NULL, --?
  price_unit numeric
);
CREATE TABLE product_template (
  id serial PRIMARY KEY,
  name varchar NOT NULL,
  description text,
  list_price numeric,
  create_uid integer REFERENCES res_users (id)
);
CREATE TABLE hr_employee (
  id serial PRIMARY KEY,
  user_id integer REFERENCES res_users (id),
  name varchar NOT NULL, --!
  job_title varchar, --!
  work_phone varchar, --!
  work_email varchar, --!
  private_street varchar, --!
  private_phone varchar, --!
  birthday date, --!
  ssnid varchar, --!
  sinid varchar, --?
  identification_id varchar, --!
  passport_id varchar, --!
  marital varchar, --!
  children integer, --!
  place_of_birth varchar, --!
  spouse_complete_name varchar, --!
  spouse_birthdate date, --!
  emergency_contact varchar, --!
  emergency_phone varchar, --!
  km_home_work integer, --?
  barcode varchar, --?
  pin varchar, --?
  departure_description text, --!
  gender varchar --!
);
CREATE TABLE hr_leave (
  id serial PRIMARY KEY,
  employee_id integer REFERENCES hr_employee (id),
  date_from timestamp,
  date_to timestamp,
  private_name varchar, --?
  notes text --!
);
CREATE TABLE mail_message (
  id serial PRIMARY KEY,
  model varchar,
  res_id integer,
  author_id integer REFERENCES res_partner (id),
  email_from varchar, --!
  subject varchar, --?
  body text, --!
  message_id varchar,
  date timestamp
);
CREATE TABLE res_partner_bank (
  id serial PRIMARY KEY,
  partner_id integer NOT NULL REFERENCES res_partner (id),
  acc_number varchar NOT NULL, --!
  sanitized_acc_number varchar, --!
  acc_holder_name varchar --!
);
CREATE TABLE res_country (
  id serial PRIMARY KEY,
  name varchar NOT NULL,
  code varchar(2),
  address_format text,
  phone_code integer
);
CREATE TABLE ir_config_parameter (
  id serial PRIMARY KEY,
  key varchar NOT NULL,
  value text NOT NULL
);
