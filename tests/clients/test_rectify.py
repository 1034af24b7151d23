"""Which corrections a machine may plan, and which wait for staff."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from clients.bases import contact, get, run, sample, sample_map

from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.values import Change, Person
from mailbot.interfaces import RectifyPlan


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("base") / "clients.db"
    path.touch()
    url = sample(f"sqlite:///{path}")
    run(url, "UPDATE contact SET mobile = '06.39.98.00.03' WHERE id = 3")
    return url


@pytest.fixture(scope="module")
def directory(url: str) -> Iterator[SqlDirectory]:
    with closing(open_directory(url, sample_map())) as opened:
        yield opened


@pytest.fixture
def claire(directory: SqlDirectory) -> Person:
    return contact(directory, 1)


def written(plan: RectifyPlan) -> dict[str, object]:
    return {f"{update.table}.{cell.column}": cell.new for update in plan.updates for cell in update.cells}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("last_name", "DUPONT", "Durand-Léger"), {"contact.last_name": "Durand-Léger"}),
        (Change("last_name", None, "  De   La Tour "), {"contact.last_name": "De La Tour"}),
        (Change("first_name", "claire", "Clara"), {"contact.first_name": "Clara"}),
        (Change("phone", "+33465710001", "06.12.34.56.78"), {"contact.phone": "06 12 34 56 78"}),
        (Change("phone", None, "+44 20 7946 0018"), {"contact.phone": "+44 20 7946 0018"}),
        (
            Change("email", "Claire.Dupont@MOULIN-BLEU.example", "claire@moulin-rouge.fr"),
            {"contact.email": "claire@moulin-rouge.fr", "subscription.email": "claire@moulin-rouge.fr"},
        ),
    ],
)
def test_a_correction_is_planned_on_the_persons_own_rows(
    directory: SqlDirectory, claire: Person, change: Change, expected: dict[str, str]
) -> None:
    plan = directory.plan_rectify(claire, [change])
    assert (written(plan), plan.undecided) == (expected, ())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Change("last_name", "Lefort", "Durand"), "last_name: the old value that the mail gives is not on file"),
        (Change("last_name", None, None), "last_name: the mail gives no new value"),
        (Change("last_name", None, " "), "last_name: the mail gives no new value"),
        (Change("last_name", None, "Du\x00rand"), "last_name: the new value has control or invisible characters"),
        (Change("last_name", None, "Du\u202erand"), "last_name: the new value has control or invisible characters"),
        (Change("last_name", None, "D" * 81), "last_name: the new value is longer than the column"),
        (Change("last_name", None, "06 12 34"), "last_name: the new value is no name"),
        (Change("first_name", None, "claire@x.fr"), "first_name: the new value is no name"),
        (Change("phone", None, "06 12 34"), "phone: the new value is no possible phone number"),
        (Change("email", None, "claire@"), "email: the new value is no valid mail address"),
        (Change("email", None, "claire@x.fr\r\nBcc: y@z.fr"), "email: the new value is no valid mail address"),
        (Change("company", None, "Moulin Vert"), "company: a change of company: staff decide"),
        (Change("site_contact", None, "Luc"), "site_contact: another person in charge of a site: staff decide"),
        (Change("other", "x", "y"), "other: a correction that names no known field: staff decide"),
        (Change("address", None, "1 rue Neuve"), "address: not in the data map"),
    ],
)
def test_what_a_machine_cannot_plan_goes_to_staff_with_the_reason(
    directory: SqlDirectory, claire: Person, change: Change, reason: str
) -> None:
    assert directory.plan_rectify(claire, [change]) == RectifyPlan((), (reason,), ())


def test_one_wish_that_cannot_be_planned_leaves_the_others(directory: SqlDirectory, claire: Person) -> None:
    plan = directory.plan_rectify(claire, [Change("phone", None, "?"), Change("last_name", None, "Durand")])
    assert written(plan) == {"contact.last_name": "Durand"}
    assert plan.undecided == ("phone: the new value is no possible phone number",)


def test_several_wishes_about_one_row_are_one_update(directory: SqlDirectory, claire: Person) -> None:
    plan = directory.plan_rectify(claire, [Change("last_name", None, "Durand"), Change("phone", None, "0612345678")])
    [update] = plan.updates
    assert [(cell.column, cell.old, cell.title) for cell in update.cells] == [
        ("last_name", "Dupont", "Nom"),
        ("phone", "04 65 71 00 01", "Téléphone"),
    ]


def test_a_whole_new_name_may_be_another_person(directory: SqlDirectory, claire: Person) -> None:
    plan = directory.plan_rectify(claire, [Change("last_name", None, "Petit"), Change("first_name", None, "Léo")])
    assert plan.updates == ()
    assert [reason.partition(": ")[2] for reason in plan.undecided] == [
        "last and first name both change: another person taking over?"
    ] * 2


def test_names_that_were_swapped_are_the_same_person(directory: SqlDirectory, claire: Person) -> None:
    plan = directory.plan_rectify(claire, [Change("last_name", None, "Claire"), Change("first_name", None, "Dupont")])
    assert written(plan) == {"contact.last_name": "Claire", "contact.first_name": "Dupont"}


@pytest.mark.parametrize(
    "change",
    [
        Change("last_name", "Dupond", "Dupont"),
        Change("phone", "0611111111", "+33 4 65 71 00 01"),
        Change("phone", None, "04-65-71-00-01"),
    ],
)
def test_what_is_already_so_needs_no_update(directory: SqlDirectory, claire: Person, change: Change) -> None:
    assert directory.plan_rectify(claire, [change]) == RectifyPlan(())


def test_of_two_phones_the_old_one_given_says_which(directory: SqlDirectory) -> None:
    jean = contact(directory, 3)
    plan = directory.plan_rectify(jean, [Change("phone", "06 39 98 00 03", "0612345678")])
    assert written(plan) == {"contact.mobile": "06.12.34.56.78"}
    vague = directory.plan_rectify(jean, [Change("phone", None, "0612345678")])
    assert vague.undecided == ("phone: several values are on file and the mail does not say which one is meant",)


def test_issued_invoices_keep_the_name_they_were_issued_with(directory: SqlDirectory, claire: Person) -> None:
    plan = directory.plan_rectify(claire, [Change("last_name", None, "Durand")])
    assert {update.table for update in plan.updates} == {"contact"}


def test_a_site_manager_corrects_the_own_phone(directory: SqlDirectory) -> None:
    plan = directory.plan_rectify(get(directory, "site", ("id", 1)), [Change("phone", None, "0612345678")])
    assert written(plan) == {"site.manager_phone": "06 12 34 56 78"}
    assert plan.needs_staff == ()
