-- A maker of bicycles: one entity number for persons, shops and vendors; the person's data in many tables.
CREATE TABLE BusinessEntity (
  BusinessEntityID INTEGER PRIMARY KEY,
  rowguid TEXT,
  ModifiedDate DATETIME
);
CREATE TABLE Person (
  BusinessEntityID INTEGER PRIMARY KEY REFERENCES BusinessEntity (BusinessEntityID),
  PersonType NCHAR(2) NOT NULL,
  NameStyle BIT NOT NULL DEFAULT 0,
  Title NVARCHAR(8), --!
  FirstName NVARCHAR(50) NOT NULL, --!
  MiddleName NVARCHAR(50), --!
  LastName NVARCHAR(50) NOT NULL, --!
  Suffix NVARCHAR(10), --!
  EmailPromotion INTEGER NOT NULL DEFAULT 0, --!
  AdditionalContactInfo XML, --!
  Demographics XML, --!
  rowguid TEXT,
  ModifiedDate DATETIME
);
CREATE TABLE EmailAddress (
  BusinessEntityID INTEGER NOT NULL REFERENCES Person (BusinessEntityID),
  EmailAddressID INTEGER NOT NULL,
  EmailAddress NVARCHAR(50), --!
  ModifiedDate DATETIME,
  PRIMARY KEY (BusinessEntityID, EmailAddressID)
);
CREATE TABLE PersonPhone (
  BusinessEntityID INTEGER NOT NULL REFERENCES Person (BusinessEntityID),
  PhoneNumber NVARCHAR(25) NOT NULL, --!
  PhoneNumberTypeID INTEGER NOT NULL REFERENCES PhoneNumberType (PhoneNumberTypeID),
  ModifiedDate DATETIME,
  PRIMARY KEY (BusinessEntityID, PhoneNumber, PhoneNumberTypeID)
);
CREATE TABLE PhoneNumberType (
  PhoneNumberTypeID INTEGER PRIMARY KEY,
  Name NVARCHAR(50) NOT NULL
);
CREATE TABLE Password (
  BusinessEntityID INTEGER PRIMARY KEY REFERENCES Person (BusinessEntityID),
  PasswordHash VARCHAR(128) NOT NULL, --!
  PasswordSalt VARCHAR(10) NOT NULL, --!
  ModifiedDate DATETIME
);
CREATE TABLE Address (
  AddressID INTEGER PRIMARY KEY,
  AddressLine1 NVARCHAR(60) NOT NULL, --!
  AddressLine2 NVARCHAR(60), --!
  City NVARCHAR(30) NOT NULL, --!
  StateProvinceID INTEGER NOT NULL REFERENCES StateProvince (StateProvinceID), --?
  PostalCode NVARCHAR(15) NOT NULL, --!
  SpatialLocation GEOGRAPHY, --!
  ModifiedDate DATETIME
);
CREATE TABLE BusinessEntityAddress (
  BusinessEntityID INTEGER NOT NULL REFERENCES BusinessEntity (BusinessEntityID),
  AddressID INTEGER NOT NULL REFERENCES Address (AddressID),
  AddressTypeID INTEGER NOT NULL REFERENCES AddressType (AddressTypeID),
  PRIMARY KEY (BusinessEntityID, AddressID, AddressTypeID)
);
CREATE TABLE AddressType (
  AddressTypeID INTEGER PRIMARY KEY,
  Name NVARCHAR(50) NOT NULL
);
CREATE TABLE StateProvince (
  StateProvinceID INTEGER PRIMARY KEY,
  StateProvinceCode NCHAR(3) NOT NULL,
  CountryRegionCode NVARCHAR(3) NOT NULL,
  Name NVARCHAR(50) NOT NULL,
  TerritoryID INTEGER
);
CREATE TABLE ContactType (
  ContactTypeID INTEGER PRIMARY KEY,
  Name NVARCHAR(50) NOT NULL
);
CREATE TABLE BusinessEntityContact (
  BusinessEntityID INTEGER NOT NULL REFERENCES BusinessEntity (BusinessEntityID),
  PersonID INTEGER NOT NULL REFERENCES Person (BusinessEntityID),
  ContactTypeID INTEGER NOT NULL REFERENCES ContactType (ContactTypeID),
  PRIMARY KEY (BusinessEntityID, PersonID, ContactTypeID)
);
CREATE TABLE Employee (
  BusinessEntityID INTEGER PRIMARY KEY REFERENCES Person (BusinessEntityID),
  NationalIDNumber NVARCHAR(15) NOT NULL, --!
  LoginID NVARCHAR(256) NOT NULL, --!
  OrganizationLevel INTEGER,
  JobTitle NVARCHAR(50) NOT NULL, --!
  BirthDate DATE NOT NULL, --!
  MaritalStatus NCHAR(1) NOT NULL, --!
  Gender NCHAR(1) NOT NULL, --!
  HireDate DATE NOT NULL, --!
  SalariedFlag BIT NOT NULL, --?
  VacationHours SMALLINT NOT NULL, --?
  SickLeaveHours SMALLINT NOT NULL, --!
  CurrentFlag BIT NOT NULL
);
CREATE TABLE EmployeePayHistory (
  BusinessEntityID INTEGER NOT NULL REFERENCES Employee (BusinessEntityID),
  RateChangeDate DATETIME NOT NULL,
  Rate MONEY NOT NULL, --!
  PayFrequency TINYINT NOT NULL, --?
  PRIMARY KEY (BusinessEntityID, RateChangeDate)
);
CREATE TABLE JobCandidate (
  JobCandidateID INTEGER PRIMARY KEY,
  BusinessEntityID INTEGER REFERENCES Employee (BusinessEntityID),
  Resume XML, --!
  ModifiedDate DATETIME
);
CREATE TABLE Department (
  DepartmentID INTEGER PRIMARY KEY,
  Name NVARCHAR(50) NOT NULL,
  GroupName NVARCHAR(50) NOT NULL
);
CREATE TABLE EmployeeDepartmentHistory (
  BusinessEntityID INTEGER NOT NULL REFERENCES Employee (BusinessEntityID),
  DepartmentID INTEGER NOT NULL REFERENCES Department (DepartmentID),
  StartDate DATE NOT NULL, --?
  EndDate DATE, --?
  PRIMARY KEY (BusinessEntityID, DepartmentID, StartDate)
);
CREATE TABLE Store (
  BusinessEntityID INTEGER PRIMARY KEY REFERENCES BusinessEntity (BusinessEntityID),
  Name NVARCHAR(50) NOT NULL, --?
  SalesPersonID INTEGER,
  Demographics XML --?
);
CREATE TABLE Vendor (
  BusinessEntityID INTEGER PRIMARY KEY REFERENCES BusinessEntity (BusinessEntityID),
  AccountNumber NVARCHAR(15) NOT NULL, --?
  Name NVARCHAR(50) NOT NULL, --?
  CreditRating TINYINT NOT NULL, --?
  PurchasingWebServiceURL NVARCHAR(1024) --?
);
CREATE TABLE Customer (
  CustomerID INTEGER PRIMARY KEY,
  PersonID INTEGER REFERENCES Person (BusinessEntityID),
  StoreID INTEGER REFERENCES Store (BusinessEntityID),
  TerritoryID INTEGER,
  AccountNumber VARCHAR(10) --?
);
CREATE TABLE CreditCard (
  CreditCardID INTEGER PRIMARY KEY,
  CardType NVARCHAR(50) NOT NULL, --?
  CardNumber NVARCHAR(25) NOT NULL, --!
  ExpMonth TINYINT NOT NULL, --?
  ExpYear SMALLINT NOT NULL --?
);
CREATE TABLE PersonCreditCard (
  BusinessEntityID INTEGER NOT NULL REFERENCES Person (BusinessEntityID),
  CreditCardID INTEGER NOT NULL REFERENCES CreditCard (CreditCardID),
  PRIMARY KEY (BusinessEntityID, CreditCardID)
);
CREATE TABLE SalesOrderHeader (
  SalesOrderID INTEGER PRIMARY KEY,
  OrderDate DATETIME NOT NULL,
  Status TINYINT NOT NULL,
  SalesOrderNumber NVARCHAR(25),
  PurchaseOrderNumber NVARCHAR(25),
  AccountNumber NVARCHAR(15), --?
  CustomerID INTEGER NOT NULL REFERENCES Customer (CustomerID),
  SalesPersonID INTEGER,
  BillToAddressID INTEGER NOT NULL REFERENCES Address (AddressID),
  ShipToAddressID INTEGER NOT NULL REFERENCES Address (AddressID),
  ShipMethodID INTEGER NOT NULL,
  CreditCardID INTEGER REFERENCES CreditCard (CreditCardID),
  CreditCardApprovalCode VARCHAR(15), --?
  TotalDue MONEY,
  Comment NVARCHAR(128) --!
);
CREATE TABLE SalesOrderDetail (
  SalesOrderID INTEGER NOT NULL REFERENCES SalesOrderHeader (SalesOrderID),
  SalesOrderDetailID INTEGER NOT NULL,
  CarrierTrackingNumber NVARCHAR(25), --?
  OrderQty SMALLINT NOT NULL,
  ProductID INTEGER NOT NULL REFERENCES Product (ProductID),
  UnitPrice MONEY NOT NULL,
  PRIMARY KEY (SalesOrderID, SalesOrderDetailID)
);
CREATE TABLE ProductReview (
  ProductReviewID INTEGER PRIMARY KEY,
  ProductID INTEGER NOT NULL REFERENCES Product (ProductID),
  ReviewerName NVARCHAR(50) NOT NULL, --!
  ReviewDate DATETIME NOT NULL,
  EmailAddress NVARCHAR(50) NOT NULL, --!
  Rating INTEGER NOT NULL,
  Comments NVARCHAR(3850) --!
);
CREATE TABLE Product (
  ProductID INTEGER PRIMARY KEY,
  Name NVARCHAR(50) NOT NULL,
  ProductNumber NVARCHAR(25) NOT NULL,
  Color NVARCHAR(15),
  ListPrice MONEY NOT NULL,
  Style NCHAR(2)
);
CREATE TABLE ErrorLog (
  ErrorLogID INTEGER PRIMARY KEY,
  ErrorTime DATETIME,
  UserName NVARCHAR(128), --?
  ErrorNumber INTEGER,
  ErrorMessage NVARCHAR(4000)
);
INSERT INTO BusinessEntity (BusinessEntityID) VALUES (1), (2), (3);
INSERT INTO Person (BusinessEntityID, PersonType, FirstName, LastName) VALUES (1, 'IN', 'Ken', 'Sato'), (2, 'EM', 'Terri', 'Dufour');
INSERT INTO EmailAddress (BusinessEntityID, EmailAddressID, EmailAddress) VALUES (1, 1, 'ken@sato.example'), (2, 2, 'terri@dufour.example');
INSERT INTO PhoneNumberType VALUES (1, 'Cell'), (3, 'Work');
INSERT INTO StateProvince VALUES (79, 'WA', 'US', 'Washington', 1);
INSERT INTO AddressType VALUES (2, 'Home');
INSERT INTO PersonPhone (BusinessEntityID, PhoneNumber, PhoneNumberTypeID) VALUES (1, '697-555-0142', 1), (2, '819-555-0175', 3);
INSERT INTO Address (AddressID, AddressLine1, City, StateProvinceID, PostalCode) VALUES (1, '1970 Napa Court', 'Bothell', 79, '98011'), (2, '9833 Mt Dias', 'Bothell', 79, '98012');
INSERT INTO BusinessEntityAddress VALUES (1, 1, 2), (2, 2, 2);
INSERT INTO Customer (CustomerID, PersonID) VALUES (11, 1);
INSERT INTO SalesOrderHeader (SalesOrderID, OrderDate, Status, CustomerID, BillToAddressID, ShipToAddressID, ShipMethodID, TotalDue) VALUES (43659, '2026-05-31', 5, 11, 1, 1, 5, 20.5);
