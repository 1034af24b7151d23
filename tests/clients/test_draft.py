"""A first map of databases in the manner of real systems: what is personal is found, and every table is reached."""

from __future__ import annotations

import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from clients.bases import ask, run, sample, url_of
from clients.labelled import SCHEMAS, found, labels, made_of, vocabulary

from mailbot.clients.directory import open_directory
from mailbot.clients.survey import survey_url
from mailbot.core.drafting.maptext import map_text
from mailbot.core.drafting.personal import personal, reached
from mailbot.core.drafting.suggest import suggest
from mailbot.core.drafting.tables import Outline
from mailbot.core.mapping.datamap import DataMap, load_map
from mailbot.core.mapping.mapshape import TODO
from mailbot.interfaces import Away, Misconfigured


def drafted(made: Outline) -> DataMap:
    return load_map(map_text(suggest(made), made.vocabulary, len(made.seen.tables)), "draft.toml")


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_a_draft_finds_what_is_personal_and_reaches_all_that_names_a_person(
    file: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url, made = made_of(file, tmp_path, request)
    labelled, shown = labels(file), found(made)
    assert len(labelled.personal & shown) >= 0.95 * len(labelled.personal), sorted(labelled.personal - shown)
    false = shown - labelled.personal - labelled.either
    assert len(false) <= 0.1 * len(shown), sorted(false)
    with closing(open_directory(url, drafted(made), read_only=True)) as directory:
        assert directory.check() == ()
    naming = {link.table for link in made.links if link.target in made.persons and not made.table(link.table).view}
    assert naming <= {one.table for one in drafted(made).holding} == reached(made).keys()


def test_no_secret_is_shown_by_a_draft(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for file in SCHEMAS:
        if file.name.endswith("sqlite.sql"):
            folder = tmp_path / file.stem
            folder.mkdir()
            _, made = made_of(file, folder, request)
            secret = {(t, c) for t, c, guess, _ in personal(made) if guess.category == "secret"}
            shown = {(h.table, c) for h in drafted(made).holding for c, rule in h.columns.items() if not rule.secret}
            assert not secret & shown


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mariadb"])
def test_the_draft_of_the_sample_is_much_like_its_map(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made = survey_url(sample(url_of(kind, tmp_path, request)), vocabulary(), "FR")
    contact, site = (drafted(made).person[name] for name in ("contact", "site"))
    assert [str(ref) for ref in (*contact.find.email, *contact.find.phone)] == ["email", "phone", "mobile"]
    assert (str(contact.language), str(contact.company), str(contact.changed)) == (
        *("language", "client.name", "changed_on"),
    )
    assert [str(ref) for ref in site.find.names] == ["manager_last_name", "manager_first_name"]
    assert not {"client", "contract"} & set(drafted(made).person)


def test_values_tell_what_names_do_not_and_refuse_what_they_promise(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    with closing(sqlite3.connect(tmp_path / "c.db")) as base, base:
        base.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, first_name TEXT, c7 TEXT, c8 TEXT, email TEXT)")
        rows = [(f"Ann{n}", f"a{n}@x.example", f"+33 6 12 34 56 7{n}", f"weekly {n}") for n in range(5)]
        base.executemany("INSERT INTO people (first_name, c7, c8, email) VALUES (?, ?, ?, ?)", rows)
    made = survey_url(url, vocabulary(), "FR")
    categories = {column: guess.category for _, column, guess, _ in personal(made)}
    assert (categories["c7"], categories["c8"]) == ("email", "phone")
    assert categories["email"] != "email"


def test_a_link_is_believed_only_where_its_values_lead(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    with closing(sqlite3.connect(tmp_path / "c.db")) as base, base:
        base.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, last_name TEXT, email TEXT)")
        base.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total NUMERIC)")
        base.execute("CREATE TABLE stock (id INTEGER PRIMARY KEY, customer_id INTEGER, total NUMERIC)")
        base.executemany("INSERT INTO customer VALUES (?, 'A', 'a@x.example')", [(n,) for n in range(1, 9)])
        base.executemany("INSERT INTO orders (customer_id) VALUES (?)", [(n,) for n in range(1, 9)])
        base.executemany("INSERT INTO stock (customer_id) VALUES (?)", [(n,) for n in range(100, 120)])
    made = survey_url(url, vocabulary(), "FR")
    assert {str(table) for table in reached(made)} == {"customer", "orders"}


def test_what_names_the_entity_beneath_a_person_names_him_and_another_entity_does_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    (tmp_path / "c.db").touch()
    run(
        url,
        "CREATE TABLE entity (entity_id INTEGER PRIMARY KEY)",
        "CREATE TABLE person (entity_id INTEGER PRIMARY KEY REFERENCES entity (entity_id), last_name TEXT, email TEXT)",
        "CREATE TABLE garage (entity_id INTEGER PRIMARY KEY REFERENCES entity (entity_id), places INTEGER)",
        "CREATE TABLE home (id INTEGER PRIMARY KEY, entity_id INTEGER REFERENCES entity (entity_id), street TEXT)",
    )
    made = survey_url(url, vocabulary(), "FR")
    assert {str(table) for table in reached(made)} == {"person", "home"}
    with closing(open_directory(url, drafted(made))) as directory:
        assert directory.check() == ()


def test_the_card_of_a_payment_is_the_payers_and_the_bank_account_it_went_to_is_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    (tmp_path / "c.db").touch()
    run(
        url,
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, last_name TEXT, email TEXT)",
        "CREATE TABLE credit_card (id INTEGER PRIMARY KEY, card_number TEXT)",
        "CREATE TABLE bank_account (id INTEGER PRIMARY KEY, ref TEXT, iban TEXT, bic TEXT)",
        "CREATE TABLE payment (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id),"
        " card_id INTEGER REFERENCES credit_card (id), bank_account_id INTEGER REFERENCES bank_account (id))",
    )
    made = survey_url(url, vocabulary(), "FR")
    assert {str(table) for table in reached(made)} == {"customer", "payment", "credit_card"}
    assert not [column for table, column, _, _ in personal(made) if table.name == "bank_account"]


def test_staff_are_whom_their_own_expenses_are_about_and_clerks_of_a_quote(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    (tmp_path / "c.db").touch()
    run(
        url,
        "CREATE TABLE user (id INTEGER PRIMARY KEY, last_name TEXT, email TEXT)",
        "CREATE TABLE expense_report (id INTEGER PRIMARY KEY, user_author INTEGER REFERENCES user (id), note TEXT)",
        "CREATE TABLE quote (id INTEGER PRIMARY KEY, user_author INTEGER REFERENCES user (id), note TEXT)",
    )
    sorts = {str(table): sorts for table, sorts in reached(survey_url(url, vocabulary(), "FR")).items()}
    assert (sorts["expense_report"], sorts["quote"]) == (("about",), ("clerk",))


def test_a_cycle_of_keys_and_a_key_to_itself_end(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    (tmp_path / "c.db").touch()
    run(
        url,
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, boss_id INTEGER REFERENCES users (id),"
        " home_id INTEGER REFERENCES addresses (id))",
        "CREATE TABLE addresses (id INTEGER PRIMARY KEY, street TEXT, user_id INTEGER REFERENCES users (id))",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id),"
        " last_line_id INTEGER REFERENCES lines (id))",
        "CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), what TEXT)",
    )
    made = survey_url(url, vocabulary(), "FR")
    assert {str(table) for table in reached(made)} == {"users", "addresses", "orders", "lines"}
    with closing(open_directory(url, drafted(made))) as directory:
        assert directory.check() == ()


def test_odd_names_are_quoted_in_a_draft(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    (tmp_path / "c.db").touch()
    run(
        url,
        'CREATE TABLE "the ""people""" ("id" INTEGER PRIMARY KEY, "first name" TEXT, "e-mail" TEXT, "100% \\" TEXT)',
        'CREATE TABLE "a.b\nc" ("select" INTEGER REFERENCES "the ""people""" ("id"), "no%s" TEXT)',
    )
    made = survey_url(url, vocabulary(), "FR")
    with closing(open_directory(url, drafted(made))) as directory:
        assert directory.check() == ()
    assert len(drafted(made).holding) == 2


def test_a_draft_only_reads(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = sample(url_of("sqlite", tmp_path, request))
    before = (tmp_path / "clients.db").read_bytes()
    survey_url(url, vocabulary(), "FR")
    assert (tmp_path / "clients.db").read_bytes() == before


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_who_may_only_read_gets_the_same_draft(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = sample(url_of(kind, tmp_path, request))
    full = set(reached(survey_url(url, vocabulary(), "FR")))
    name = url.rpartition("/")[2]
    if kind == "postgres":
        run(url, f"CREATE ROLE reader_{name} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}")
        reader = url.replace("postgres@", f"reader_{name}@")
    else:
        run(url, f"CREATE USER r_{name}@'127.0.0.1'", f"GRANT SELECT ON {name}.* TO r_{name}@'127.0.0.1'")
        reader = url.replace("root@", f"r_{name}@")
    assert set(reached(survey_url(reader, vocabulary(), "FR"))) == full
    assert ask(reader, "SELECT COUNT(*) FROM contact") == [(40,)]


def test_a_database_that_is_away_or_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(Away):
        survey_url(f"sqlite:///{tmp_path}/nothing.db", vocabulary(), "FR")
    (tmp_path / "no.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Misconfigured):
        survey_url(f"sqlite:///{tmp_path}/no.db", vocabulary(), "FR")
    with pytest.raises(Away):
        survey_url("postgresql://x@127.0.0.1:1/y", vocabulary(), "FR")


def test_a_draft_says_what_is_left_to_do(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made = survey_url(sample(url_of("sqlite", tmp_path, request)), vocabulary(), "FR")
    text = map_text(suggest(made), made.vocabulary, 1)
    assert all(TODO in one["purpose"] for one in tomllib.loads(text)["holding"])
