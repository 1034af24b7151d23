-- A rental shop: addresses in a table of their own, lookups for cities, names of actors.
CREATE TABLE actor (
  actor_id numeric NOT NULL PRIMARY KEY,
  first_name VARCHAR(45) NOT NULL, --!
  last_name VARCHAR(45) NOT NULL, --!
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE country (
  country_id SMALLINT NOT NULL PRIMARY KEY,
  country VARCHAR(50) NOT NULL,
  last_update TIMESTAMP
);
CREATE TABLE city (
  city_id int NOT NULL PRIMARY KEY,
  city VARCHAR(50) NOT NULL,
  country_id SMALLINT NOT NULL REFERENCES country (country_id),
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE address (
  address_id int NOT NULL PRIMARY KEY,
  address VARCHAR(50) NOT NULL, --!
  address2 VARCHAR(50) DEFAULT NULL, --!
  district VARCHAR(20) NOT NULL, --!
  city_id INT NOT NULL REFERENCES city (city_id),
  postal_code VARCHAR(10) DEFAULT NULL, --!
  phone VARCHAR(20) NOT NULL, --!
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE language (
  language_id SMALLINT NOT NULL PRIMARY KEY,
  name CHAR(20) NOT NULL,
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE category (
  category_id SMALLINT NOT NULL PRIMARY KEY,
  name VARCHAR(25) NOT NULL
);
CREATE TABLE store (
  store_id INT NOT NULL PRIMARY KEY,
  manager_staff_id SMALLINT NOT NULL REFERENCES staff (staff_id),
  address_id INT NOT NULL REFERENCES address (address_id),
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE customer (
  customer_id INT NOT NULL PRIMARY KEY,
  store_id INT NOT NULL REFERENCES store (store_id),
  first_name VARCHAR(45) NOT NULL, --!
  last_name VARCHAR(45) NOT NULL, --!
  email VARCHAR(50) DEFAULT NULL, --!
  address_id INT NOT NULL REFERENCES address (address_id),
  active CHAR(1) DEFAULT 'Y' NOT NULL,
  create_date TIMESTAMP NOT NULL,
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE film (
  film_id int NOT NULL PRIMARY KEY,
  title VARCHAR(255) NOT NULL,
  description BLOB SUB_TYPE TEXT DEFAULT NULL,
  release_year VARCHAR(4) DEFAULT NULL,
  language_id SMALLINT NOT NULL REFERENCES language (language_id),
  rental_rate DECIMAL(4,2) DEFAULT 4.99 NOT NULL,
  special_features VARCHAR(100) DEFAULT NULL,
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE film_actor (
  actor_id INT NOT NULL REFERENCES actor (actor_id),
  film_id INT NOT NULL REFERENCES film (film_id),
  last_update TIMESTAMP NOT NULL,
  PRIMARY KEY (actor_id, film_id)
);
CREATE TABLE inventory (
  inventory_id INT NOT NULL PRIMARY KEY,
  film_id INT NOT NULL REFERENCES film (film_id),
  store_id INT NOT NULL REFERENCES store (store_id)
);
CREATE TABLE staff (
  staff_id SMALLINT NOT NULL PRIMARY KEY,
  first_name VARCHAR(45) NOT NULL, --!
  last_name VARCHAR(45) NOT NULL, --!
  address_id INT NOT NULL REFERENCES address (address_id),
  picture BLOB DEFAULT NULL, --!
  email VARCHAR(50) DEFAULT NULL, --!
  store_id INT NOT NULL REFERENCES store (store_id),
  active SMALLINT DEFAULT 1 NOT NULL,
  username VARCHAR(16) NOT NULL, --!
  password VARCHAR(40) DEFAULT NULL, --!
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE rental (
  rental_id INT NOT NULL PRIMARY KEY,
  rental_date TIMESTAMP NOT NULL,
  inventory_id INT NOT NULL REFERENCES inventory (inventory_id),
  customer_id INT NOT NULL REFERENCES customer (customer_id),
  return_date TIMESTAMP DEFAULT NULL,
  staff_id SMALLINT NOT NULL REFERENCES staff (staff_id),
  last_update TIMESTAMP NOT NULL
);
CREATE TABLE payment (
  payment_id int NOT NULL PRIMARY KEY,
  customer_id INT NOT NULL REFERENCES customer (customer_id),
  staff_id SMALLINT NOT NULL REFERENCES staff (staff_id),
  rental_id INT DEFAULT NULL REFERENCES rental (rental_id),
  amount DECIMAL(5,2) NOT NULL,
  payment_date TIMESTAMP NOT NULL
);
CREATE VIEW customer_list AS SELECT cu.customer_id AS ID, cu.first_name || ' ' || cu.last_name AS name, a.phone FROM customer cu JOIN address a ON cu.address_id = a.address_id;
