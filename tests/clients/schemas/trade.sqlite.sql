-- A trading company: CamelCase, tables with blanks, contacts inside the rows of companies.
CREATE TABLE Categories (
  CategoryID INTEGER PRIMARY KEY AUTOINCREMENT,
  CategoryName TEXT,
  Description TEXT,
  Picture BLOB
);
CREATE TABLE Customers (
  CustomerID TEXT PRIMARY KEY,
  CompanyName TEXT, --?
  ContactName TEXT, --!
  ContactTitle TEXT, --!
  Address TEXT, --!
  City TEXT, --!
  Region TEXT, --!
  PostalCode TEXT, --!
  Country TEXT, --!
  Phone TEXT, --!
  Fax TEXT --!
);
CREATE TABLE Employees (
  EmployeeID INTEGER PRIMARY KEY AUTOINCREMENT,
  LastName TEXT, --!
  FirstName TEXT, --!
  Title TEXT, --!
  TitleOfCourtesy TEXT, --!
  BirthDate DATE, --!
  HireDate DATE, --!
  Address TEXT, --!
  City TEXT, --!
  Region TEXT, --!
  PostalCode TEXT, --!
  Country TEXT, --!
  HomePhone TEXT, --!
  Extension TEXT, --!
  Photo BLOB, --!
  Notes TEXT, --!
  ReportsTo INTEGER REFERENCES Employees (EmployeeID),
  PhotoPath TEXT --!
);
CREATE TABLE EmployeeTerritories (
  EmployeeID INTEGER NOT NULL REFERENCES Employees (EmployeeID),
  TerritoryID TEXT NOT NULL REFERENCES Territories (TerritoryID),
  PRIMARY KEY (EmployeeID, TerritoryID)
);
CREATE TABLE Territories (
  TerritoryID TEXT NOT NULL PRIMARY KEY,
  TerritoryDescription TEXT NOT NULL,
  RegionID INTEGER NOT NULL REFERENCES Regions (RegionID)
);
CREATE TABLE Regions (
  RegionID INTEGER NOT NULL PRIMARY KEY,
  RegionDescription TEXT NOT NULL
);
CREATE TABLE Orders (
  OrderID INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  CustomerID TEXT REFERENCES Customers (CustomerID),
  EmployeeID INTEGER REFERENCES Employees (EmployeeID),
  OrderDate DATETIME,
  RequiredDate DATETIME,
  ShippedDate DATETIME,
  ShipVia INTEGER REFERENCES Shippers (ShipperID),
  Freight NUMERIC DEFAULT 0,
  ShipName TEXT, --!
  ShipAddress TEXT, --!
  ShipCity TEXT, --!
  ShipRegion TEXT, --!
  ShipPostalCode TEXT, --!
  ShipCountry TEXT --!
);
CREATE TABLE "Order Details" (
  OrderID INTEGER NOT NULL REFERENCES Orders (OrderID),
  ProductID INTEGER NOT NULL REFERENCES Products (ProductID),
  UnitPrice NUMERIC NOT NULL DEFAULT 0,
  Quantity INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (OrderID, ProductID)
);
CREATE TABLE Products (
  ProductID INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  ProductName TEXT NOT NULL,
  SupplierID INTEGER REFERENCES Suppliers (SupplierID),
  CategoryID INTEGER REFERENCES Categories (CategoryID),
  QuantityPerUnit TEXT,
  UnitPrice NUMERIC DEFAULT 0,
  Discontinued TEXT NOT NULL DEFAULT '0'
);
CREATE TABLE Shippers (
  ShipperID INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  CompanyName TEXT NOT NULL,
  Phone TEXT
);
CREATE TABLE Suppliers (
  SupplierID INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  CompanyName TEXT NOT NULL, --?
  ContactName TEXT, --!
  ContactTitle TEXT, --!
  Address TEXT, --!
  City TEXT, --!
  Region TEXT, --!
  PostalCode TEXT, --!
  Country TEXT, --!
  Phone TEXT, --!
  Fax TEXT, --!
  HomePage TEXT --!
);
