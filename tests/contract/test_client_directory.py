"""What every client directory does, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date, datetime
from pathlib import Path

import pytest
from clients.bases import KINDS, NOW, ask, contact, get, refs, run, sample, sample_map, url_of

from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.values import Change, Identifiers, Outcome, Performed, PersonRef
from mailbot.demo.persons import PERSONS


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return sample(url_of(request.param, tmp_path, request))


@pytest.fixture(scope="module", params=KINDS)
def reading(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlDirectory]:
    """One sample for all the tests that change nothing."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('base')}/clients.db"
        else:
            url = stack.enter_context(request.getfixturevalue(request.param).database())
        yield stack.enter_context(closing(open_directory(sample(url), sample_map())))


@pytest.fixture
def directory(url: str) -> Iterator[SqlDirectory]:
    with closing(open_directory(url, sample_map())) as opened:
        yield opened


# --- who --------------------------------------------------------------------------------------------------------------


def test_the_map_fits_its_database(reading: SqlDirectory) -> None:
    assert reading.check() == ()


def test_an_address_finds_every_person_who_has_it(reading: SqlDirectory) -> None:
    sophie, garage = "Sophie.Bernard@bernard-conseil.example", " contact@GARAGE-du-port.example"
    odd, stranger = "zoe.lefevre@atelier-zoe.example", "nobody@elsewhere.example"
    found = reading.by_email([sophie, garage, odd, stranger, "no address"])
    assert {address: refs(matches) for address, matches in found.items()} == {
        sophie: ["contact:4", "contact:5", "contact:6"],
        garage: ["contact:8", "contact:9"],
        odd: ["contact:13"],
        stranger: [],
        "no address": [],
    }
    assert all(match.by == ("email",) for matches in found.values() for match in matches)


def test_a_second_owner_in_another_notation_is_not_overlooked(directory: SqlDirectory, url: str) -> None:
    run(url, "UPDATE contact SET email = ' CLAIRE.Dupont@moulin-bleu.example' WHERE id = 7")
    claire = PERSONS[0].email
    assert refs(directory.by_email([claire])[claire]) == ["contact:1", "contact:7"]


def test_an_international_domain_is_found_in_both_its_forms(directory: SqlDirectory, url: str) -> None:
    run(url, "UPDATE contact SET email = 'zoe@lefèvre.example' WHERE id = 13")
    ascii_form, written = "zoe@xn--lefvre-5ua.example", "Zoe@Lefèvre.example"
    found = directory.by_email([ascii_form, written])
    assert (refs(found[ascii_form]), refs(found[written])) == (["contact:13"], ["contact:13"])


def test_a_hundred_addresses_are_answered_at_once(reading: SqlDirectory) -> None:
    addresses = [person.email for person in PERSONS] + [f"stranger{n}@else.example" for n in range(100)]
    found = reading.by_email(addresses)
    assert list(found) == list(dict.fromkeys(addresses))
    assert all(found[person.email] for person in PERSONS)
    assert not any(found[address] for address in addresses[len(PERSONS) :])


@pytest.mark.parametrize("written", ["+33 4 65 71 01 01", "04.65.71.01.01", "0033465710101", "+33 (0)4 65 71 01 01"])
def test_a_phone_is_found_in_any_notation(reading: SqlDirectory, written: str) -> None:
    found = reading.find(Identifiers(phones=(written,)))
    assert [(str(match.person.ref), match.by) for match in found] == [("site:1", ("phone",))]


@pytest.mark.parametrize("written", ["Zoé Lefèvre", "LEFEVRE Zoe", "Mme Lefèvre, Zoé"])
def test_a_name_is_found_whatever_its_accents_case_and_order(reading: SqlDirectory, written: str) -> None:
    assert refs(reading.find(Identifiers(names=(written,)))) == ["contact:13"]


def test_a_last_name_alone_finds_nobody(reading: SqlDirectory) -> None:
    assert reading.find(Identifiers(names=("M. Martin",))) == []


def test_the_person_with_most_reasons_comes_first(reading: SqlDirectory) -> None:
    found = reading.find(Identifiers(names=("Jean Martin",), customers=("c-0003 ",)))
    assert [(str(match.person.ref), match.by) for match in found][:2] == [
        ("contact:3", ("names", "customer")),
        ("contact:2", ("names",)),
    ]
    assert {match.by for match in found[2:]} == {("customer",)}


@pytest.mark.parametrize("text", ["\x00", "a\x00@b.example", "\ud800@b.example", "' OR 1=1 --", "%", "\\", "_@_", ""])
def test_whatever_a_mail_writes_finds_nobody_and_breaks_nothing(reading: SqlDirectory, text: str) -> None:
    assert reading.find(Identifiers(emails=(text,), phones=(text,), names=(text,), customers=(text,))) == []


def test_a_person_is_got_by_the_key_that_staff_type(reading: SqlDirectory) -> None:
    emma = get(reading, "contact", ("id", "7"))
    assert (emma.name, emma.emails, emma.language) == ("Emma Taylor", ("emma.taylor@northgate.example",), "en")
    assert (emma.company, emma.phones) == ("Northgate France", ("+44 20 7946 0007",))
    assert emma.ref == PersonRef("contact", (("id", 7),))
    assert contact(reading, 14).changed == date(2026, 11, 13)


@pytest.mark.parametrize(
    "ref", [("contact", "id", "9999"), ("contact", "id", "1x"), ("contact", "id", "x'; --"), ("contact", "no", "1")]
)
def test_a_key_that_nobody_has_finds_nobody(reading: SqlDirectory, ref: tuple[str, str, str]) -> None:
    assert reading.person(PersonRef(ref[0], ((ref[1], ref[2]),))) is None


# --- what is held -----------------------------------------------------------------------------------------------------


def test_an_export_has_every_row_about_the_person_and_no_other(directory: SqlDirectory, url: str) -> None:
    export = directory.export(contact(directory, 1), "fr", NOW)
    own = {holding.name: len(holding.rows) for holding in export.holdings}
    tables = ("subscription", "newsletter_sent", "intervention", "invoice", "account", "note")
    assert own == {"contact": 1, "contract": 1} | {
        table: ask(url, f"SELECT COUNT(*) FROM {table} WHERE contact_id = 1")[0][0]  # noqa: S608 - names of ours
        for table in tables
    }


def test_an_export_never_reads_a_secret_column_and_marks_what_may_speak_of_others(reading: SqlDirectory) -> None:
    export = reading.export(contact(reading, 1), "fr", NOW)
    assert "argon2id" not in repr(export)
    assert [column.name for holding in export.holdings for column in holding.columns if column.others] == [
        "description",
        "text",
    ]
    assert "password_hash" not in {column.name for holding in export.holdings for column in holding.columns}


def test_exported_values_are_typed_the_same_on_every_database(directory: SqlDirectory, url: str) -> None:
    run(url, "UPDATE invoice SET amount = 2177.90, issued_on = '2026-01-31' WHERE contact_id = 1")
    holdings = {holding.name: holding for holding in directory.export(contact(directory, 1), "fr", NOW).holdings}
    [row] = holdings["contact"].rows
    first = dict(zip((column.name for column in holdings["contact"].columns), row, strict=True))
    assert (first["frozen"], first["mobile"], first["last_name"]) == (False, None, "Dupont")
    assert isinstance(first["changed_on"], date)
    assert holdings["subscription"].rows[0][1] is True
    assert {row[1:3] for row in holdings["invoice"].rows} == {(date(2026, 1, 31), "2177.90")}
    assert isinstance(holdings["account"].rows[0][2], datetime)


def test_an_export_speaks_the_language_asked_else_the_first_of_the_map(reading: SqlDirectory) -> None:
    person = contact(reading, 1)
    english, portuguese = (reading.export(person, language, NOW).holdings[0] for language in ("en", "pt"))
    assert (english.title, english.columns[0].title) == ("Your contact details", "Last name")
    assert english.retention == "5 years after the end of the contract (still running)"
    assert (portuguese.title, portuguese.basis) == ("Vos coordonnées", "legitimate_interest")
    assert portuguese.recipients == ("OVH (hébergement)",)


def test_retention_is_counted_from_the_end_of_the_contract(reading: SqlDirectory) -> None:
    [kept, *_] = reading.export(contact(reading, 11), "fr", NOW).holdings
    assert kept.retention == "5 ans après la fin du contrat (jusqu’au 23/11/2027)"


def test_a_site_manager_gets_the_site_and_nothing_of_the_contacts(reading: SqlDirectory) -> None:
    export = reading.export(get(reading, "site", ("id", 1)), "fr", NOW)
    assert [holding.name for holding in export.holdings] == ["site", "intervention"]
    assert "claire.dupont" not in repr(export).lower()


# --- changes ----------------------------------------------------------------------------------------------------------


def test_a_correction_is_written_once_and_seen_to_be_done(directory: SqlDirectory, url: str) -> None:
    wishes = [Change("last_name", "dupont", "Durand"), Change("phone", None, "+33 6 12 34 56 78")]
    plan = directory.plan_rectify(contact(directory, 1), wishes)
    assert (plan.undecided, plan.needs_staff) == ((), ())
    assert [directory.perform(plan.updates) for _ in range(2)] == [
        Outcome(Performed.DONE),
        Outcome(Performed.ALREADY),
    ]
    assert ask(url, "SELECT last_name, first_name, phone FROM contact WHERE id = 1") == [
        ("Durand", "Claire", "06 12 34 56 78")
    ]
    assert ask(url, "SELECT COUNT(*) FROM contact WHERE last_name = 'Durand' AND id <= 16") == [(1,)]


def test_what_others_changed_meanwhile_is_left_alone_and_nothing_is_written(directory: SqlDirectory, url: str) -> None:
    first = directory.plan_rectify(contact(directory, 1), [Change("last_name", None, "Durand")])
    second = directory.plan_rectify(contact(directory, 2), [Change("last_name", None, "Morin")])
    run(url, "UPDATE contact SET last_name = 'Martinez' WHERE id = 2")
    outcome = directory.perform(first.updates + second.updates)
    assert (outcome.performed, outcome.because) == (Performed.CHANGED, "changed by others meanwhile: contact")
    assert ask(url, "SELECT last_name FROM contact WHERE id IN (1, 2) ORDER BY id") == [("Dupont",), ("Martinez",)]


def test_a_row_gone_meanwhile_is_changed(directory: SqlDirectory, url: str) -> None:
    updates = directory.plan_set(contact(directory, 1), "unsubscribe")
    run(url, "DELETE FROM subscription WHERE contact_id = 1")
    assert directory.perform(updates).performed == Performed.CHANGED


def test_unsubscribing_touches_the_one_subscription(directory: SqlDirectory, url: str) -> None:
    before = ask(url, "SELECT contact_id, active FROM subscription ORDER BY id")
    updates = directory.plan_set(contact(directory, 1), "unsubscribe")
    assert directory.perform(updates) == Outcome(Performed.DONE)
    after = ask(url, "SELECT contact_id, active FROM subscription ORDER BY id")
    assert [row for row, old in zip(after, before, strict=True) if row != old] == [(1, False)]
    assert directory.plan_set(contact(directory, 1), "unsubscribe") == ()
    assert directory.perform(updates) == Outcome(Performed.ALREADY)


def test_who_has_unsubscribed_has_nothing_to_change(reading: SqlDirectory) -> None:
    assert reading.plan_set(contact(reading, 15), "unsubscribe") == ()


def test_restriction_freezes_the_record(directory: SqlDirectory, url: str) -> None:
    assert directory.perform(directory.plan_set(contact(directory, 2), "restrict")) == Outcome(Performed.DONE)
    assert ask(url, "SELECT id FROM contact WHERE frozen ORDER BY id") == [(2,), (16,)]


def test_a_change_that_the_map_does_not_name_is_no_change(directory: SqlDirectory) -> None:
    assert directory.plan_set(contact(directory, 1), "erase") == ()
    assert directory.perform(()) == Outcome(Performed.ALREADY)


def test_a_new_mail_address_waits_for_staff_and_goes_everywhere_the_old_one_is(reading: SqlDirectory) -> None:
    plan = reading.plan_rectify(contact(reading, 1), [Change("email", None, "Claire@Durand-Conseil.fr")])
    assert [(update.table, update.cells[0].new) for update in plan.updates] == [
        ("contact", "Claire@durand-conseil.fr"),
        ("subscription", "Claire@durand-conseil.fr"),
    ]
    assert plan.needs_staff == ("email: a human releases this change",)


def test_a_directory_for_reading_refuses_to_write(url: str) -> None:
    with closing(open_directory(url, sample_map(), read_only=True)) as directory:
        outcome = directory.perform(directory.plan_set(contact(directory, 1), "unsubscribe"))
        assert outcome.performed == Performed.REFUSED
        assert any(problem.what.startswith("unsubscribe, erase has no effect") for problem in directory.check())
    assert ask(url, "SELECT active FROM subscription WHERE contact_id = 1") == [(True,)]


def test_several_threads_ask_at_once(reading: SqlDirectory) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: contact(reading, n % 16 + 1).ref.key[0][1], range(64)))
    assert found == [n % 16 + 1 for n in range(64)]
