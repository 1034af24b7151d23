-- A forum: user_ columns, poster ids without foreign keys, bans, private messages.
CREATE TABLE phpbb_users (
  user_id INTEGER PRIMARY KEY,
  user_type INTEGER,
  group_id INTEGER,
  user_ip VARCHAR(40), --!
  user_regdate INTEGER,
  username VARCHAR(255), --!
  username_clean VARCHAR(255), --!
  user_password VARCHAR(255), --!
  user_passchg INTEGER,
  user_email VARCHAR(100), --!
  user_birthday VARCHAR(10), --!
  user_lastvisit INTEGER, --?
  user_posts INTEGER,
  user_lang VARCHAR(30), --!
  user_timezone VARCHAR(100), --!
  user_avatar VARCHAR(255), --!
  user_avatar_type VARCHAR(255),
  user_sig TEXT, --!
  user_jabber VARCHAR(255), --!
  user_actkey VARCHAR(32), --!
  user_newpasswd VARCHAR(255), --!
  user_form_salt VARCHAR(32), --!
  user_style INTEGER
);
CREATE TABLE phpbb_forums (
  forum_id INTEGER PRIMARY KEY,
  forum_name VARCHAR(255),
  forum_desc TEXT,
  forum_password VARCHAR(255), --?
  forum_last_poster_id INTEGER,
  forum_last_poster_name VARCHAR(255) --?
);
CREATE TABLE phpbb_topics (
  topic_id INTEGER PRIMARY KEY,
  forum_id INTEGER,
  topic_title VARCHAR(255),
  topic_poster INTEGER,
  topic_time INTEGER,
  topic_first_poster_name VARCHAR(255), --!
  topic_views INTEGER
);
CREATE TABLE phpbb_posts (
  post_id INTEGER PRIMARY KEY,
  topic_id INTEGER,
  forum_id INTEGER,
  poster_id INTEGER,
  poster_ip VARCHAR(40), --!
  post_time INTEGER,
  post_username VARCHAR(255), --!
  post_subject VARCHAR(255), --?
  post_text TEXT, --!
  enable_sig INTEGER,
  post_edit_user INTEGER
);
CREATE TABLE phpbb_privmsgs (
  msg_id INTEGER PRIMARY KEY,
  author_id INTEGER,
  author_ip VARCHAR(40), --!
  message_time INTEGER,
  message_subject VARCHAR(255), --?
  message_text TEXT, --!
  to_address TEXT --?
);
CREATE TABLE phpbb_sessions (
  session_id CHAR(32) PRIMARY KEY,
  session_user_id INTEGER,
  session_ip VARCHAR(40), --!
  session_browser VARCHAR(150), --!
  session_page VARCHAR(255)
);
CREATE TABLE phpbb_banlist (
  ban_id INTEGER PRIMARY KEY,
  ban_userid INTEGER,
  ban_ip VARCHAR(40), --!
  ban_email VARCHAR(100), --!
  ban_reason VARCHAR(255) --!
);
CREATE TABLE phpbb_groups (
  group_id INTEGER PRIMARY KEY,
  group_name VARCHAR(255),
  group_desc TEXT,
  group_avatar VARCHAR(255)
);
CREATE TABLE phpbb_user_group (
  group_id INTEGER,
  user_id INTEGER,
  group_leader INTEGER
);
CREATE TABLE phpbb_config (
  config_name VARCHAR(255) PRIMARY KEY,
  config_value VARCHAR(255)
);
CREATE TABLE phpbb_smilies (
  smiley_id INTEGER PRIMARY KEY,
  code VARCHAR(50),
  emotion VARCHAR(50),
  smiley_url VARCHAR(50)
);
