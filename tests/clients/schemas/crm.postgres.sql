-- A hosted customer relations system, exported: CamelCase in quotes, text keys, own fields with endings.
CREATE TABLE "Account" (
  "Id" varchar(18) PRIMARY KEY,
  "Name" varchar(255) NOT NULL, --?
  "BillingStreet" varchar(255), --?
  "BillingCity" varchar(40), --?
  "BillingPostalCode" varchar(20), --?
  "BillingCountry" varchar(80), --?
  "Phone" varchar(40), --?
  "Website" varchar(255), --?
  "Industry" varchar(40),
  "AnnualRevenue" numeric(18,0),
  "NumberOfEmployees" integer,
  "OwnerId" varchar(18),
  "CreatedDate" timestamp,
  "LastModifiedDate" timestamp
);
CREATE TABLE "Contact" (
  "Id" varchar(18) PRIMARY KEY,
  "AccountId" varchar(18),
  "Salutation" varchar(40), --!
  "FirstName" varchar(40), --!
  "LastName" varchar(80) NOT NULL, --!
  "Title" varchar(128), --!
  "Department" varchar(80), --?
  "Email" varchar(80), --!
  "Phone" varchar(40), --!
  "MobilePhone" varchar(40), --!
  "AssistantName" varchar(40), --!
  "AssistantPhone" varchar(40), --!
  "MailingStreet" varchar(255), --!
  "MailingCity" varchar(40), --!
  "MailingState" varchar(80), --!
  "MailingPostalCode" varchar(20), --!
  "MailingCountry" varchar(80), --!
  "Birthdate" date, --!
  "LeadSource" varchar(40),
  "HasOptedOutOfEmail" boolean, --?
  "DoNotCall" boolean, --?
  "Description" text, --!
  "LinkedIn__c" varchar(255), --!
  "Hobbies__c" text, --!
  "ReportsToId" varchar(18),
  "OwnerId" varchar(18),
  "LastModifiedById" varchar(18),
  "LastModifiedDate" timestamp,
  "IsDeleted" boolean
);
CREATE TABLE "Lead" (
  "Id" varchar(18) PRIMARY KEY,
  "FirstName" varchar(40), --!
  "LastName" varchar(80) NOT NULL, --!
  "Company" varchar(255), --!
  "Email" varchar(80), --!
  "Phone" varchar(40), --!
  "Street" varchar(255), --!
  "City" varchar(40), --!
  "PostalCode" varchar(20), --!
  "Country" varchar(80), --!
  "Status" varchar(40),
  "Rating" varchar(40),
  "ConvertedContactId" varchar(18),
  "OwnerId" varchar(18)
);
CREATE TABLE "User" (
  "Id" varchar(18) PRIMARY KEY,
  "Username" varchar(80) NOT NULL, --!
  "FirstName" varchar(40), --!
  "LastName" varchar(80) NOT NULL, --!
  "Email" varchar(128) NOT NULL, --!
  "Alias" varchar(8), --?
  "TimeZoneSidKey" varchar(40), --!
  "LanguageLocaleKey" varchar(40), --?
  "SmallPhotoUrl" varchar(1024), --!
  "IsActive" boolean
);
CREATE TABLE "Opportunity" (
  "Id" varchar(18) PRIMARY KEY,
  "AccountId" varchar(18),
  "ContactId" varchar(18),
  "Name" varchar(120) NOT NULL,
  "StageName" varchar(40),
  "Amount" numeric(18,2),
  "CloseDate" date,
  "OwnerId" varchar(18)
);
CREATE TABLE "Task" (
  "Id" varchar(18) PRIMARY KEY,
  "WhoId" varchar(18),
  "Subject" varchar(255), --?
  "ActivityDate" date,
  "Description" text, --?
  "OwnerId" varchar(18)
);
CREATE TABLE "Case" (
  "Id" varchar(18) PRIMARY KEY,
  "CaseNumber" varchar(30),
  "ContactId" varchar(18),
  "SuppliedName" varchar(80), --!
  "SuppliedEmail" varchar(80), --!
  "SuppliedPhone" varchar(40), --!
  "Subject" varchar(255), --?
  "Description" text, --!
  "Status" varchar(40)
);
CREATE TABLE "CaseComment" (
  "Id" varchar(18) PRIMARY KEY,
  "ParentId" varchar(18),
  "CommentBody" text, --!
  "CreatedById" varchar(18)
);
CREATE TABLE "Product2" (
  "Id" varchar(18) PRIMARY KEY,
  "Name" varchar(255) NOT NULL,
  "ProductCode" varchar(255),
  "Description" text,
  "IsActive" boolean
);
CREATE TABLE "EmailTemplate" (
  "Id" varchar(18) PRIMARY KEY,
  "Name" varchar(80) NOT NULL,
  "Subject" varchar(255),
  "HtmlValue" text
);
