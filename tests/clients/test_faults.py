"""What a client database may do to us: refuse, rewrite, hang, go away and come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from clients.bases import KINDS, ask, contact, run, sample, sample_map, url_of
from servers.databases import MariaDB, Postgres

from mailbot.clients.connect import BadUrl, close_all, open_database
from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.mapping.datamap import load_map
from mailbot.core.values import Change, Performed
from mailbot.interfaces import Away, Misconfigured

REWRITES = {
    "sqlite": ("CREATE TRIGGER t AFTER UPDATE ON contact BEGIN UPDATE contact SET phone = '0' WHERE id = 1; END",),
    "postgres": (
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN NEW.phone := '0'; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER t BEFORE UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION f()",
    ),
    "mariadb": ("CREATE TRIGGER t BEFORE UPDATE ON contact FOR EACH ROW SET NEW.phone = '0'",),
}
REFUSES = {
    "sqlite": ("CREATE TRIGGER t BEFORE UPDATE ON contact BEGIN SELECT RAISE(ABORT, 'locked: Dupont'); END",),
    "postgres": (
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RAISE 'locked: Dupont'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER t BEFORE UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION f()",
    ),
    "mariadb": (
        "CREATE TRIGGER t BEFORE UPDATE ON contact FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Dupont'",
    ),
}
UPPERCASES = {
    "sqlite": (
        """CREATE TRIGGER t AFTER UPDATE ON contact WHEN NEW.last_name <> upper(NEW.last_name)
        BEGIN UPDATE contact SET last_name = upper(NEW.last_name) WHERE id = NEW.id; END""",
    ),
    "postgres": (
        """CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN NEW.last_name := upper(NEW.last_name); RETURN NEW; END $$
        LANGUAGE plpgsql""",
        "CREATE TRIGGER t BEFORE UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION f()",
    ),
    "mariadb": ("CREATE TRIGGER t BEFORE UPDATE ON contact FOR EACH ROW SET NEW.last_name = upper(NEW.last_name)",),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return sample(url_of(kind, tmp_path, request))


@pytest.fixture
def directory(url: str) -> Iterator[SqlDirectory]:
    with closing(open_directory(url, sample_map(), timeout=2)) as opened:
        yield opened


def test_a_trigger_that_writes_another_value_undoes_everything(directory: SqlDirectory, kind: str, url: str) -> None:
    run(url, *REWRITES[kind])
    person = contact(directory, 1)
    plan = directory.plan_rectify(person, [Change("phone", None, "06 12 34 56 78")])
    outcome = directory.perform([*directory.plan_set(person, "unsubscribe"), *plan.updates])
    assert outcome.performed == Performed.REFUSED
    assert ask(url, "SELECT phone FROM contact WHERE id = 1") == [("04 65 71 00 01",)]
    assert ask(url, "SELECT active FROM subscription WHERE contact_id = 1") == [(True,)]


def test_a_trigger_that_refuses_is_a_refusal_without_its_words(directory: SqlDirectory, kind: str, url: str) -> None:
    run(url, *REFUSES[kind])
    plan = directory.plan_rectify(contact(directory, 1), [Change("last_name", None, "Durand")])
    outcome = directory.perform(plan.updates)
    assert outcome.performed == Performed.REFUSED
    assert "Dupont" not in outcome.because


def test_a_base_that_writes_names_in_capitals_has_done_it(directory: SqlDirectory, kind: str, url: str) -> None:
    run(url, *UPPERCASES[kind])
    plan = directory.plan_rectify(contact(directory, 1), [Change("last_name", None, "Durand")])
    assert [directory.perform(plan.updates).performed for _ in range(2)] == [Performed.DONE, Performed.ALREADY]
    assert ask(url, "SELECT last_name FROM contact WHERE id = 1") == [("DURAND",)]


def test_a_killed_connection_is_replaced_on_the_next_call(postgres_url: str, mariadb_url: str) -> None:
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    with closing(open_directory(sample(postgres_url), sample_map())) as directory:
        assert contact(directory, 1).name == "Claire Dupont"
        run(postgres_url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608
        assert contact(directory, 1).name == "Claire Dupont"
    with closing(open_directory(sample(mariadb_url), sample_map())) as directory:
        assert contact(directory, 1).name == "Claire Dupont"
        [[number]] = ask(
            mariadb_url,
            "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> connection_id()",
        )
        run(mariadb_url, f"KILL {number}")
        assert contact(directory, 1).name == "Claire Dupont"


def test_a_server_that_stops_is_away_and_served_again_when_it_is_back() -> None:
    with (
        Postgres() as server,
        server.database() as url,
        closing(open_directory(sample(url), sample_map())) as directory,
    ):
        assert directory.by_email(["claire.dupont@moulin-bleu.example"])
        run(url, "CHECKPOINT")  # its immediate stop would lose the sample
        server.stop()
        with pytest.raises(Away, match="cannot be reached"):
            directory.by_email(["claire.dupont@moulin-bleu.example"])
        assert [problem.where for problem in directory.check()] == ["[clients] url"]
        server.start()
        assert contact(directory, 1).name == "Claire Dupont"


def test_a_row_that_another_holds_locked_makes_it_away_and_writes_nothing(postgres_url: str, mariadb_url: str) -> None:
    for url in (postgres_url, mariadb_url):
        with closing(open_directory(sample(url), sample_map(), timeout=1)) as directory:
            updates = directory.plan_set(contact(directory, 1), "unsubscribe")
            other = open_database(url)  # the client's own software, inside a transaction of its own
            with other.connection_context(), other.atomic():
                other.execute_sql("UPDATE subscription SET since = '2020-01-01' WHERE contact_id = 1")
                with pytest.raises(Away):
                    directory.perform(updates)
            close_all(other)
            assert directory.perform(updates).performed == Performed.DONE


def test_a_sqlite_file_locked_by_another_is_away(tmp_path: Path) -> None:
    path = tmp_path / "clients.db"
    path.touch()
    with (
        closing(open_directory(sample(f"sqlite:///{path}"), sample_map(), timeout=0.2)) as directory,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        updates = directory.plan_set(contact(directory, 1), "unsubscribe")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Away):
            directory.perform(updates)
        other.execute("ROLLBACK")
        assert directory.perform(updates).performed == Performed.DONE


def test_a_missing_file_is_away_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with closing(open_directory(f"sqlite:///{path}", sample_map())) as directory:
        with pytest.raises(Away):
            contact(directory, 1)
        assert len(directory.check()) == 1
    assert not path.exists()


def test_a_map_of_another_database_is_a_misconfiguration(url: str) -> None:
    run(url, "ALTER TABLE contact RENAME TO people")
    with closing(open_directory(url, sample_map())) as directory, pytest.raises(Misconfigured, match="data map"):
        directory.by_email(["claire.dupont@moulin-bleu.example"])


def test_a_right_to_write_that_is_missing_is_told(postgres: Postgres, postgres_url: str) -> None:
    sample(postgres_url)
    run(
        postgres_url,
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        "GRANT UPDATE ON contact, site, invoice TO reader",
        "GRANT DELETE ON subscription, newsletter_sent, account TO reader",
    )
    with closing(open_directory(postgres_url.replace("postgres@", "reader@"), sample_map())) as directory:
        update, delete = directory.check()
        assert update.where == "rules/datamap.toml [[holding]] 2 (Vos abonnements aux lettres d'information)"
        assert "grant UPDATE (active, email)" in update.what
        assert delete.what.startswith("the database lets nothing be deleted from note")
        updates = directory.plan_set(contact(directory, 1), "unsubscribe")
        assert directory.perform(updates).performed == Performed.REFUSED
    run(postgres_url, "DROP OWNED BY reader", "DROP ROLE reader")
    assert postgres.port


def test_a_table_without_transactions_is_not_written_to(mariadb_url: str) -> None:
    sample(mariadb_url)
    run(mariadb_url, "CREATE TABLE copy ENGINE = MyISAM AS SELECT * FROM subscription")
    old = 'table = "subscription"\nwhere = "subscription.'
    text = sample_text().replace(old, 'table = "copy"\nkey = ["id"]\nwhere = "copy.')
    text = text.replace("contact.id = subscription.contact_id", "contact.id = copy.contact_id")
    with closing(open_directory(mariadb_url, load_map(text, "map.toml"))) as directory:
        [problem] = directory.check()
        assert problem.what.startswith("table copy has no transactions")


def test_a_table_without_a_key_cannot_be_changed_and_says_so(url: str) -> None:
    run(url, "CREATE TABLE copy AS SELECT * FROM subscription")
    old = 'table = "subscription"\nwhere = "subscription.'
    text = sample_text().replace(old, 'table = "copy"\nwhere = "copy.')
    text = text.replace("contact.id = subscription.contact_id", "contact.id = copy.contact_id")
    with closing(open_directory(url, load_map(text, "map.toml"))) as directory:
        [problem] = directory.check()
        assert problem.what.startswith("table copy has no primary key: write key = [...]")
        assert directory.plan_set(contact(directory, 1), "unsubscribe") == ()


def sample_text() -> str:
    return (Path(__file__).parents[2] / "rules" / "datamap.toml").read_text(encoding="utf-8")


def test_a_schema_is_named_in_the_map(postgres_url: str, mariadb: MariaDB, mariadb_url: str, tmp_path: Path) -> None:
    name = mariadb_url.rpartition("/")[2]
    with mariadb.database() as beside:
        cases = ((postgres_url, postgres_url, "public"), (mariadb_url, beside, name))
        for built, opened, schema in cases:
            sample(built)
            text = MINIMAL.replace("SCHEMA", schema)
            with closing(open_directory(opened, load_map(text, "map.toml"))) as directory:
                assert directory.check() == ()
                assert (
                    directory.perform(directory.plan_set(contact(directory, 2), "restrict")).performed == Performed.DONE
                )
            assert ask(built, "SELECT frozen FROM contact WHERE id = 2") == [(True,)]
    assert tmp_path.exists()


MINIMAL = """
[person.contact]
table = "SCHEMA.contact"
key = ["id"]
find = { email = ["email"], names = ["last_name", "first_name"] }
company = "SCHEMA.client.name"
[person.contact.join]
"SCHEMA.client" = "SCHEMA.client.id = SCHEMA.contact.client_id"
[[holding]]
person = "contact"
table = "SCHEMA.contact"
where = "SCHEMA.contact.id = :person.id"
title = "t"
purpose = "p"
basis = "contract"
source = "s"
retention = { days = 30 }
columns = { last_name = { title = "Nom" } }
change = { restrict = { set = { frozen = true } } }
"""


@pytest.mark.parametrize(
    "url", ["oracle://x/y", "clients.db", "sqlite:///", "sqlite://clients.db", "postgresql://host", "mysql://secret@h/"]
)
def test_an_url_that_is_not_understood_says_what_is_allowed(url: str) -> None:
    with pytest.raises(BadUrl, match=r"sqlite://|names no database") as caught:
        open_directory(url, sample_map())
    assert "secret" not in str(caught.value)
