-- A site with a blog and members: prefixed columns, key and value tables, comments of guests.
CREATE TABLE wp_users (
  ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_login varchar(60) NOT NULL DEFAULT '', --!
  user_pass varchar(255) NOT NULL DEFAULT '', --!
  user_nicename varchar(50) NOT NULL DEFAULT '', --!
  user_email varchar(100) NOT NULL DEFAULT '', --!
  user_url varchar(100) NOT NULL DEFAULT '', --!
  user_registered datetime NOT NULL DEFAULT '2000-01-01 00:00:00', --?
  user_activation_key varchar(255) NOT NULL DEFAULT '', --!
  user_status int NOT NULL DEFAULT 0,
  display_name varchar(250) NOT NULL DEFAULT '' --!
);
CREATE TABLE wp_usermeta (
  umeta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id bigint unsigned NOT NULL DEFAULT 0,
  meta_key varchar(255) DEFAULT NULL,
  meta_value longtext --!
);
CREATE TABLE wp_posts (
  ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  post_author bigint unsigned NOT NULL DEFAULT 0,
  post_date datetime NOT NULL DEFAULT '2000-01-01 00:00:00',
  post_content longtext NOT NULL, --?
  post_title text NOT NULL, --?
  post_status varchar(20) NOT NULL DEFAULT 'publish',
  post_password varchar(255) NOT NULL DEFAULT '', --?
  guid varchar(255) NOT NULL DEFAULT ''
);
CREATE TABLE wp_comments (
  comment_ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  comment_post_ID bigint unsigned NOT NULL DEFAULT 0,
  comment_author tinytext NOT NULL, --!
  comment_author_email varchar(100) NOT NULL DEFAULT '', --!
  comment_author_url varchar(200) NOT NULL DEFAULT '', --!
  comment_author_IP varchar(100) NOT NULL DEFAULT '', --!
  comment_date datetime NOT NULL DEFAULT '2000-01-01 00:00:00',
  comment_content text NOT NULL, --!
  comment_approved varchar(20) NOT NULL DEFAULT '1',
  comment_agent varchar(255) NOT NULL DEFAULT '', --!
  user_id bigint unsigned NOT NULL DEFAULT 0
);
CREATE TABLE wp_options (
  option_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  option_name varchar(191) NOT NULL DEFAULT '',
  option_value longtext NOT NULL,
  autoload varchar(20) NOT NULL DEFAULT 'yes'
);
CREATE TABLE wp_terms (
  term_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(200) NOT NULL DEFAULT '',
  slug varchar(200) NOT NULL DEFAULT ''
);
CREATE TABLE wp_links (
  link_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  link_url varchar(255) NOT NULL DEFAULT '',
  link_name varchar(255) NOT NULL DEFAULT '',
  link_notes mediumtext NOT NULL
);
CREATE TABLE wp_newsletter (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(100) NOT NULL, --!
  name varchar(100) NOT NULL DEFAULT '', --!
  surname varchar(100) NOT NULL DEFAULT '', --!
  sex char(1) NOT NULL DEFAULT 'n', --!
  token varchar(50) NOT NULL DEFAULT '', --!
  ip varchar(50) NOT NULL DEFAULT '', --!
  status char(1) NOT NULL DEFAULT 'S',
  created timestamp NOT NULL
);
CREATE TABLE wp_newsletter_sent (
  email_id int NOT NULL,
  user_id int NOT NULL,
  open int NOT NULL DEFAULT 0,
  ip varchar(100) NOT NULL DEFAULT '', --!
  PRIMARY KEY (email_id, user_id)
);
