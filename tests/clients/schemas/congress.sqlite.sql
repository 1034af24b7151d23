-- A conference: delegates, hotels, badges, papers, sponsors.
CREATE TABLE delegates (
  delegate_id INTEGER PRIMARY KEY,
  salutation VARCHAR(10), --!
  given_names VARCHAR(60), --!
  family_name VARCHAR(60), --!
  affiliation VARCHAR(120), --!
  position VARCHAR(80), --!
  badge_name VARCHAR(60), --!
  email VARCHAR(120), --!
  cc_email VARCHAR(120), --!
  tel_office VARCHAR(30), --!
  tel_mobile VARCHAR(30), --!
  addr_line_1 VARCHAR(80), --!
  addr_line_2 VARCHAR(80), --!
  addr_city VARCHAR(60), --!
  addr_postcode VARCHAR(12), --!
  addr_country_code CHAR(2), --!
  dietary_requirements VARCHAR(120), --!
  accessibility_needs VARCHAR(120), --!
  passport_no VARCHAR(20), --!
  visa_letter_needed BOOLEAN,
  tshirt_size VARCHAR(4), --?
  registered_at DATETIME, --?
  fee_category VARCHAR(20),
  heard_about_us VARCHAR(80), --?
  login_pin VARCHAR(60) --!
);
CREATE TABLE papers (
  paper_id INTEGER PRIMARY KEY,
  title VARCHAR(200),
  abstract TEXT, --?
  submitted_by INTEGER REFERENCES delegates (delegate_id),
  decision VARCHAR(10)
);
CREATE TABLE paper_authors (
  paper_id INTEGER REFERENCES papers (paper_id),
  author_order INTEGER,
  full_name VARCHAR(120), --!
  institution VARCHAR(120), --!
  email VARCHAR(120) --!
);
CREATE TABLE reviews (
  review_id INTEGER PRIMARY KEY,
  paper_id INTEGER REFERENCES papers (paper_id),
  reviewer_id INTEGER REFERENCES delegates (delegate_id),
  score INTEGER,
  comments_to_author TEXT, --!
  confidential_comments TEXT --!
);
CREATE TABLE hotel_bookings (
  id INTEGER PRIMARY KEY,
  delegate_id INTEGER REFERENCES delegates (delegate_id),
  hotel_id INTEGER REFERENCES hotels (hotel_id),
  arrival DATE,
  departure DATE,
  sharing_with VARCHAR(120), --!
  card_number_masked VARCHAR(20), --!
  special_requests TEXT --!
);
CREATE TABLE hotels (
  hotel_id INTEGER PRIMARY KEY,
  name VARCHAR(80),
  street VARCHAR(80),
  city VARCHAR(60),
  reservations_phone VARCHAR(30)
);
CREATE TABLE sponsors (
  sponsor_id INTEGER PRIMARY KEY,
  company_name VARCHAR(120), --?
  contact_person VARCHAR(120), --!
  contact_email VARCHAR(120), --!
  contact_phone VARCHAR(30), --!
  package VARCHAR(20)
);
CREATE TABLE sessions (
  session_id INTEGER PRIMARY KEY,
  title VARCHAR(120),
  room VARCHAR(20),
  chair_id INTEGER REFERENCES delegates (delegate_id)
);
CREATE TABLE mail_log (
  id INTEGER PRIMARY KEY,
  recipient VARCHAR(120), --!
  subject VARCHAR(200), --?
  sent_at DATETIME
);
