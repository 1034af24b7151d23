"""The tables of the sample client database, as a small company's own software would have them."""

from __future__ import annotations

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    Model,
    TextField,
)


class Flag(BooleanField):
    """A boolean that SQLite too declares as one (peewee would make it an INTEGER)."""

    field_type = "BOOLEAN"


class Client(Model):
    """A client company."""

    id = AutoField()
    number = CharField(max_length=20, unique=True)
    name = CharField(max_length=120)
    city = CharField(max_length=80)


class Contact(Model):
    """A person who works for a client company; name, mail and phone are mandatory."""

    id = AutoField()
    client = ForeignKeyField(Client)
    last_name = CharField(max_length=80)
    first_name = CharField(max_length=80)
    email = CharField(max_length=254, index=True)
    phone = CharField(max_length=30)
    mobile = CharField(max_length=30, null=True)
    job = CharField(max_length=80, null=True)
    language = CharField(max_length=2)
    frozen = Flag()
    changed_on = DateField()


class Site(Model):
    """A place where the company works, and the person in charge of it: name and phone, no mail."""

    id = AutoField()
    client = ForeignKeyField(Client)
    name = CharField(max_length=80)
    address = CharField(max_length=200)
    manager_last_name = CharField(max_length=80)
    manager_first_name = CharField(max_length=80)
    manager_phone = CharField(max_length=30)
    frozen = Flag()
    changed_on = DateField()


class Contract(Model):
    """A contract; without an end it runs."""

    client = ForeignKeyField(Client)
    number = CharField(max_length=20)
    started_on = DateField()
    ended_on = DateField(null=True)


class Subscription(Model):
    """Who receives the newsletters."""

    contact = ForeignKeyField(Contact)
    email = CharField(max_length=254)
    active = Flag()
    since = DateField()


class NewsletterSent(Model):
    """A newsletter that went out to a contact."""

    contact = ForeignKeyField(Contact)
    subject = CharField(max_length=200)
    sent_on = DateField()

    class Meta:
        """The table's name."""

        table_name = "newsletter_sent"


class Intervention(Model):
    """A visit that a contact asked for."""

    site = ForeignKeyField(Site)
    contact = ForeignKeyField(Contact)
    requested_on = DateField()
    description = TextField()
    status = CharField(max_length=20)


class Invoice(Model):
    """An accounting document: never changed once issued."""

    client = ForeignKeyField(Client)
    contact = ForeignKeyField(Contact)
    number = CharField(max_length=20)
    issued_on = DateField()
    amount = DecimalField(max_digits=10, decimal_places=2)
    contact_name = CharField(max_length=160)


class Account(Model):
    """An account on the online space."""

    contact = ForeignKeyField(Contact)
    login = CharField(max_length=80)
    password_hash = CharField(max_length=200)
    created_on = DateField()
    last_login_at = DateTimeField()


class Note(Model):
    """What the staff wrote about a contact."""

    contact = ForeignKeyField(Contact)
    written_on = DateField()
    text = TextField()


ALL: list[type[Model]] = [
    Client,
    Contact,
    Site,
    Contract,
    Subscription,
    NewsletterSent,
    Intervention,
    Invoice,
    Account,
    Note,
]
"""Every table, in the order that foreign keys want."""
