-- Staff of a large company: a number as the key of all, histories, no address.
CREATE TABLE employees (
  emp_no INT NOT NULL PRIMARY KEY,
  birth_date DATE NOT NULL, --!
  first_name VARCHAR(14) NOT NULL, --!
  last_name VARCHAR(16) NOT NULL, --!
  gender ENUM ('M','F') NOT NULL, --!
  hire_date DATE NOT NULL --!
) ENGINE=InnoDB;
CREATE TABLE departments (
  dept_no CHAR(4) NOT NULL PRIMARY KEY,
  dept_name VARCHAR(40) NOT NULL
) ENGINE=InnoDB;
CREATE TABLE dept_manager (
  emp_no INT NOT NULL,
  dept_no CHAR(4) NOT NULL,
  from_date DATE NOT NULL,
  to_date DATE NOT NULL,
  PRIMARY KEY (emp_no, dept_no)
) ENGINE=InnoDB;
CREATE TABLE titles (
  emp_no INT NOT NULL,
  title VARCHAR(50) NOT NULL, --?
  from_date DATE NOT NULL,
  to_date DATE,
  PRIMARY KEY (emp_no, title, from_date)
) ENGINE=InnoDB;
CREATE TABLE salaries (
  emp_no INT NOT NULL,
  salary INT NOT NULL, --!
  from_date DATE NOT NULL,
  to_date DATE NOT NULL,
  PRIMARY KEY (emp_no, from_date)
) ENGINE=InnoDB;
