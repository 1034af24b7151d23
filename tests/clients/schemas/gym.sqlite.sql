-- A gym: members, visits, health questions, trainers, a shop at the counter.
CREATE TABLE members (
  id INTEGER PRIMARY KEY,
  membership_no VARCHAR(12), --?
  full_name VARCHAR(100), --!
  preferred_name VARCHAR(50), --!
  dob DATE, --!
  gender VARCHAR(12), --!
  mobile VARCHAR(20), --!
  email_addr VARCHAR(120), --!
  street_line1 VARCHAR(100), --!
  street_line2 VARCHAR(100), --!
  suburb VARCHAR(60), --!
  postcode VARCHAR(10), --!
  emergency_contact_name VARCHAR(100), --!
  emergency_contact_phone VARCHAR(20), --!
  medical_conditions TEXT, --!
  goals TEXT, --!
  height_cm INTEGER, --!
  weight_kg REAL, --!
  photo_url VARCHAR(200), --!
  marketing_opt_in BOOLEAN, --?
  plan_id INTEGER REFERENCES plans (id),
  referred_by INTEGER,
  status VARCHAR(10),
  joined_on DATE --?
);
CREATE TABLE plans (
  id INTEGER PRIMARY KEY,
  name VARCHAR(50),
  monthly_fee NUMERIC(6,2),
  description TEXT
);
CREATE TABLE visits (
  id INTEGER PRIMARY KEY,
  member_id INTEGER,
  club_id INTEGER,
  checked_in_at TIMESTAMP,
  checked_out_at TIMESTAMP
);
CREATE TABLE clubs (
  id INTEGER PRIMARY KEY,
  name VARCHAR(60),
  address VARCHAR(120),
  phone VARCHAR(20),
  manager_email VARCHAR(120) --?
);
CREATE TABLE trainers (
  id INTEGER PRIMARY KEY,
  first VARCHAR(40), --!
  last VARCHAR(40), --!
  phone VARCHAR(20), --!
  bio TEXT, --!
  hourly_rate NUMERIC(6,2), --!
  certifications TEXT --!
);
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  trainer_id INTEGER REFERENCES trainers (id),
  member_id INTEGER REFERENCES members (id),
  starts_at TIMESTAMP,
  trainer_notes TEXT --!
);
CREATE TABLE direct_debits (
  id INTEGER PRIMARY KEY,
  member_id INTEGER REFERENCES members (id),
  account_name VARCHAR(100), --!
  sort_code VARCHAR(8), --!
  account_number VARCHAR(12), --!
  mandate_signed_on DATE --?
);
CREATE TABLE products (
  id INTEGER PRIMARY KEY,
  name VARCHAR(60),
  price NUMERIC(6,2)
);
CREATE TABLE sales (
  id INTEGER PRIMARY KEY,
  member_id INTEGER,
  product_id INTEGER REFERENCES products (id),
  qty INTEGER,
  sold_at TIMESTAMP
);
