"""A sample client database: a French maintenance company's clients, their contacts and sites. All of it is invented.

The same seed and day give the same rows; the persons of `mailbot.demo.persons` are always among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from faker import Faker
from peewee import chunked

from mailbot.clients.connect import close_all, open_database
from mailbot.core.reading.words import fold
from mailbot.demo.persons import PERSONS, SITE_MANAGER, Known
from mailbot.demo.tables import (
    ALL,
    Account,
    Client,
    Contact,
    Contract,
    Intervention,
    Invoice,
    NewsletterSent,
    Note,
    Site,
    Subscription,
)

if TYPE_CHECKING:
    from peewee import Model

Row = dict[str, object]


__all__ = ["PERSONS", "SITE_MANAGER", "Known", "build"]

_COMPANIES = (
    "Moulin Bleu", "Ateliers Vernet", "Transports Lacaze", "Bernard Conseil", "Bernard Formation", "Bernard Immobilier",
    "Northgate France", "Garage du Port", "Girard Optique", "Faure Imprimerie", "Roussel et Fils", "Atelier Zoé",
    "Haddad Frères", "Caron Traiteur", "Perrot Menuiserie",
)  # fmt: skip
_ENDED_YEARS_AGO = {9: 1, 10: 4, 11: 6}  # client number: contract ended
_CHANGED_DAYS_AGO, _UNSUBSCRIBED, _FROZEN = {14: 10}, {15}, {16}  # by number of the contact
_JOBS = ("Responsable technique", "Gérante", "Assistant de direction", "Comptable", "Directrice des achats", None)
_TROUBLES = ("Fuite au sous-sol", "Chaudière en panne", "Contrôle annuel", "Éclairage du hall", "Porte bloquée")
_ISSUES = ("Nos nouveautés de printemps", "Bien préparer l’hiver", "Maintenance : les bons réflexes")
_NOTES = ("Préfère être appelé le matin.", "A demandé un devis pour le second site.", "Rappeler après les congés.")


def build(url: str, *, companies: int = 200, contacts: int = 500, seed: int = 1, today: date | None = None) -> None:
    """Create the tables at `url` and fill them; `companies` >= 15, `contacts` >= 16; dates count back from `today`.

    Raises peewee's OperationalError or ProgrammingError if one of the tables is already there: nothing is overwritten.
    """
    database = open_database(url, create=True)
    sample = _Sample(Random(seed), today or date.today(), companies, contacts)  # noqa: S311, DTZ011 - a sample
    try:
        with database.connection_context(), database.bind_ctx(ALL):
            database.create_tables(ALL, safe=False)
            with database.atomic():
                for table, rows in sample.tables():
                    _insert(table, rows)
    finally:
        close_all(database)


def _insert(table: type[Model], rows: Iterator[Row]) -> None:
    for batch in chunked(rows, 60):  # SQLite takes a limited number of values a statement
        table.insert_many(batch).execute()


class _Sample:
    """The rows of every table, in the order that foreign keys want."""

    def __init__(self, random: Random, today: date, companies: int, contacts: int) -> None:
        self.random = random
        self.today = today
        self.faker = Faker("fr_FR")
        self.faker.seed_instance(random.random())
        self.companies = list(range(1, max(companies, len(_COMPANIES)) + 1))
        self.names = [*_COMPANIES, *(self.faker.company() for _ in self.companies[len(_COMPANIES) :])]
        self.persons = [*PERSONS, *(self._person() for _ in range(contacts - len(PERSONS)))]
        self.numbered = list(enumerate(self.persons, start=1))

    def tables(self) -> Sequence[tuple[type[Model], Iterator[Row]]]:
        """Each table with its rows."""
        return (
            (Client, self._clients()),
            (Contact, self._contacts()),
            (Site, self._sites()),
            (Contract, self._contracts()),
            (Subscription, self._subscriptions()),
            (NewsletterSent, self._newsletters()),
            (Intervention, self._interventions()),
            (Invoice, self._invoices()),
            (Account, self._accounts()),
            (Note, self._notes()),
        )

    def _person(self) -> Known:
        company = self.random.choice(self.companies[len(_COMPANIES) :] or self.companies)
        first, last = self.faker.first_name(), self.faker.last_name()
        host = "-".join(fold(self.names[company - 1]).replace(".", "").replace("'", "").split())
        local = f"{fold(first)}.{fold(last)}".replace(" ", "-")
        return Known(first, last, f"{local}@{host}.example", self._phone(), company)

    def _phone(self) -> str:
        return "04 65 71 {} {}".format(*(f"{self.random.randrange(100):02}" for _ in range(2)))

    def _day(self, least: int, most: int) -> date:
        return self.today - timedelta(days=self.random.randint(least, most))

    def _clients(self) -> Iterator[Row]:
        for number, name in zip(self.companies, self.names, strict=True):
            yield {"id": number, "number": f"C-{number:04}", "name": name, "city": self.faker.city()}

    def _contacts(self) -> Iterator[Row]:
        for number, one in self.numbered:
            days = _CHANGED_DAYS_AGO.get(number) or self.random.randint(60, 1500)
            yield {
                "id": number,
                "client_id": one.company,
                "last_name": one.last_name,
                "first_name": one.first_name,
                "email": one.email,
                "phone": one.phone,
                "mobile": None if number <= len(PERSONS) else self.random.choice((None, self._phone())),
                "job": self.random.choice(_JOBS),
                "language": one.language,
                "frozen": number in _FROZEN,
                "changed_on": self.today - timedelta(days=days),
            }

    def _sites(self) -> Iterator[Row]:
        for number, company in enumerate(self.companies, start=1):
            one = SITE_MANAGER if number == 1 else None
            yield {
                "id": number,
                "client_id": company,
                "name": "Entrepôt nord" if one else self.random.choice(("Siège", "Entrepôt", "Magasin", "Atelier")),
                "address": " ".join(self.faker.address().split()),
                "manager_last_name": one.last_name if one else self.faker.last_name(),
                "manager_first_name": one.first_name if one else self.faker.first_name(),
                "manager_phone": one.phone if one else self._phone(),
                "frozen": False,
                "changed_on": self._day(60, 1500),
            }

    def _contracts(self) -> Iterator[Row]:
        for company in self.companies:
            ago = _ENDED_YEARS_AGO.get(company)
            if ago is None and company > len(_COMPANIES) and self.random.random() < 0.1:  # noqa: PLR2004 - a tenth
                ago = self.random.randint(1, 6)
            ended = self.today - relativedelta(years=ago) if ago else None
            started = (ended or self.today) - timedelta(days=self.random.randint(400, 2000))
            number = f"K-{started.year}-{company:04}"
            yield {"client_id": company, "number": number, "started_on": started, "ended_on": ended}

    def _subscriptions(self) -> Iterator[Row]:
        for number, one in self.numbered:
            if number <= len(PERSONS) or self.random.random() < 0.7:  # noqa: PLR2004 - most of them
                active, since = number not in _UNSUBSCRIBED, self._day(100, 1500)
                yield {"contact_id": number, "email": one.email.strip(), "active": active, "since": since}

    def _newsletters(self) -> Iterator[Row]:
        for number, _ in self.numbered:
            for issue, subject in enumerate(_ISSUES[: 3 if number == 1 else self.random.randrange(4)]):
                sent = self.today - timedelta(days=30 + 90 * issue)
                yield {"contact_id": number, "subject": subject, "sent_on": sent}

    def _interventions(self) -> Iterator[Row]:
        for number, one in self.numbered:
            for _ in range(2 if number == 1 else self.random.randrange(3)):
                yield {
                    "site_id": one.company,
                    "contact_id": number,
                    "requested_on": self._day(5, 900),
                    "description": self.random.choice(_TROUBLES),
                    "status": self.random.choice(("ouverte", "faite", "annulée")),
                }

    def _invoices(self) -> Iterator[Row]:
        for number, one in self.numbered:
            for rank in range(2 if number == 1 else self.random.randrange(3)):
                yield {
                    "client_id": one.company,
                    "contact_id": number,
                    "number": f"F-{number:05}-{rank + 1}",
                    "issued_on": self._day(10, 3000),
                    "amount": Decimal(self.random.randrange(5_000, 500_000)) / 100,
                    "contact_name": f"{one.first_name} {one.last_name}",
                }

    def _accounts(self) -> Iterator[Row]:
        for number, one in self.numbered:
            if number == 1 or self.random.random() < 0.4:  # noqa: PLR2004 - some of them
                made = self._day(400, 1500)
                yield {
                    "contact_id": number,
                    "login": f"{fold(one.last_name)}{number}",
                    "password_hash": f"$argon2id$v=19$m=19456,t=2,p=1${self.random.getrandbits(128):032x}",
                    "created_on": made,
                    "last_login_at": datetime.combine(self._day(1, 399), datetime.min.time()) + timedelta(hours=9),
                }

    def _notes(self) -> Iterator[Row]:
        for number, _ in self.numbered:
            if number == 1 or self.random.random() < 0.2:  # noqa: PLR2004 - a few
                yield {"contact_id": number, "written_on": self._day(5, 700), "text": self.random.choice(_NOTES)}
