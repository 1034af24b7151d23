-- A shop of French origin: ps_ tables, id_x keys, no foreign key declared.
CREATE TABLE ps_customer (
  id_customer int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_shop int unsigned NOT NULL DEFAULT 1,
  id_gender int unsigned NOT NULL, --!
  id_default_group int unsigned NOT NULL DEFAULT 1,
  id_lang int unsigned NULL, --!
  id_risk int unsigned NOT NULL DEFAULT 1,
  company varchar(255), --!
  siret varchar(14), --?
  ape varchar(6),
  firstname varchar(255) NOT NULL, --!
  lastname varchar(255) NOT NULL, --!
  email varchar(255) NOT NULL, --!
  passwd varchar(255) NOT NULL, --!
  last_passwd_gen timestamp NOT NULL,
  birthday date DEFAULT NULL, --!
  newsletter tinyint(1) unsigned NOT NULL DEFAULT 0, --?
  ip_registration_newsletter varchar(15) DEFAULT NULL, --!
  newsletter_date_add datetime DEFAULT NULL, --?
  optin tinyint(1) unsigned NOT NULL DEFAULT 0, --?
  website varchar(128), --!
  outstanding_allow_amount decimal(20,6) NOT NULL DEFAULT 0,
  max_payment_days int unsigned NOT NULL DEFAULT 60,
  secure_key varchar(32) NOT NULL DEFAULT '-1', --!
  note text, --!
  active tinyint(1) unsigned NOT NULL DEFAULT 0,
  is_guest tinyint(1) NOT NULL DEFAULT 0,
  deleted tinyint(1) NOT NULL DEFAULT 0,
  date_add datetime NOT NULL,
  date_upd datetime NOT NULL,
  reset_password_token varchar(40) DEFAULT NULL, --!
  reset_password_validity datetime DEFAULT NULL
);
CREATE TABLE ps_address (
  id_address int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_country int unsigned NOT NULL,
  id_state int unsigned DEFAULT NULL,
  id_customer int unsigned NOT NULL DEFAULT 0,
  id_manufacturer int unsigned NOT NULL DEFAULT 0,
  id_supplier int unsigned NOT NULL DEFAULT 0,
  alias varchar(32) NOT NULL, --?
  company varchar(255) DEFAULT NULL, --!
  lastname varchar(255) NOT NULL, --!
  firstname varchar(255) NOT NULL, --!
  address1 varchar(128) NOT NULL, --!
  address2 varchar(128) DEFAULT NULL, --!
  postcode varchar(12) DEFAULT NULL, --!
  city varchar(64) NOT NULL, --!
  other text, --!
  phone varchar(32) DEFAULT NULL, --!
  phone_mobile varchar(32) DEFAULT NULL, --!
  vat_number varchar(32) DEFAULT NULL, --?
  dni varchar(16) DEFAULT NULL, --!
  date_add datetime NOT NULL,
  date_upd datetime NOT NULL,
  active tinyint(1) unsigned NOT NULL DEFAULT 1,
  deleted tinyint(1) unsigned NOT NULL DEFAULT 0
);
CREATE TABLE ps_orders (
  id_order int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  reference varchar(9),
  id_carrier int unsigned NOT NULL,
  id_customer int unsigned NOT NULL,
  id_cart int unsigned NOT NULL,
  id_address_delivery int unsigned NOT NULL,
  id_address_invoice int unsigned NOT NULL,
  current_state int unsigned NOT NULL,
  secure_key varchar(32) NOT NULL DEFAULT '-1', --!
  payment varchar(255) NOT NULL,
  gift tinyint(1) unsigned NOT NULL DEFAULT 0,
  gift_message text, --!
  total_paid decimal(20,6) NOT NULL DEFAULT 0,
  date_add datetime NOT NULL,
  date_upd datetime NOT NULL
);
CREATE TABLE ps_order_detail (
  id_order_detail int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_order int unsigned NOT NULL,
  product_id int unsigned NOT NULL,
  product_name text NOT NULL,
  product_quantity int unsigned NOT NULL DEFAULT 0,
  product_price decimal(20,6) NOT NULL DEFAULT 0
);
CREATE TABLE ps_customer_thread (
  id_customer_thread int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_contact int unsigned NOT NULL,
  id_customer int unsigned DEFAULT NULL,
  id_order int unsigned DEFAULT NULL,
  status varchar(10) NOT NULL DEFAULT 'open',
  email varchar(255) NOT NULL, --!
  token varchar(12) DEFAULT NULL, --!
  date_add datetime NOT NULL
);
CREATE TABLE ps_customer_message (
  id_customer_message int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_customer_thread int unsigned NULL,
  id_employee int unsigned DEFAULT NULL,
  message mediumtext NOT NULL, --!
  file_name varchar(18) DEFAULT NULL,
  ip_address varchar(16) DEFAULT NULL, --!
  user_agent varchar(128) DEFAULT NULL, --!
  date_add datetime NOT NULL
);
CREATE TABLE ps_employee (
  id_employee int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_profile int unsigned NOT NULL,
  id_lang int unsigned NOT NULL DEFAULT 0, --!
  lastname varchar(255) NOT NULL, --!
  firstname varchar(255) NOT NULL, --!
  email varchar(255) NOT NULL, --!
  passwd varchar(255) NOT NULL, --!
  last_passwd_gen timestamp NOT NULL,
  active tinyint(1) unsigned NOT NULL DEFAULT 0,
  last_connection_date date DEFAULT NULL --?
);
CREATE TABLE ps_guest (
  id_guest int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_operating_system int unsigned DEFAULT NULL,
  id_customer int unsigned DEFAULT NULL,
  screen_resolution_x smallint unsigned DEFAULT NULL,
  accept_language varchar(8) DEFAULT NULL --?
);
CREATE TABLE ps_connections (
  id_connections int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_guest int unsigned NOT NULL,
  id_page int unsigned NOT NULL,
  ip_address bigint DEFAULT NULL, --!
  date_add datetime NOT NULL,
  http_referer varchar(255) DEFAULT NULL --!
);
CREATE TABLE ps_product (
  id_product int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id_supplier int unsigned DEFAULT NULL,
  reference varchar(64) DEFAULT NULL,
  location varchar(255) NOT NULL DEFAULT '',
  price decimal(20,6) NOT NULL DEFAULT 0,
  active tinyint(1) unsigned NOT NULL DEFAULT 0
);
CREATE TABLE ps_supplier (
  id_supplier int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(64) NOT NULL, --?
  active tinyint(1) NOT NULL DEFAULT 0
);
CREATE TABLE ps_carrier (
  id_carrier int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(64) NOT NULL,
  url varchar(255) DEFAULT NULL
);
CREATE TABLE ps_country (
  id_country int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  iso_code varchar(3) NOT NULL,
  zip_code_format varchar(12) NOT NULL DEFAULT ''
);
CREATE TABLE ps_configuration (
  id_configuration int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(254) NOT NULL,
  value text
);
