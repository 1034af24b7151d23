"""What erasing does to each row, decided from facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from mailbot.core.erasing.decide import decide, decide_overdue
from mailbot.core.erasing.facts import Edge, ErasePlan, ForeignKey, Held, HeldColumn, HeldRow
from mailbot.core.erasing.order import Circle, generations, table_order
from mailbot.core.erasing.plan import plan
from mailbot.core.erasing.propose import Waiting, copy_first, propose_erasure
from mailbot.core.erasing.replace import Keep, Unfit, replacement
from mailbot.core.values import PersonRef, RowsErase, Scalar

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WHO = PersonRef("contact", (("id", 1),))
NAME = HeldColumn("name", "Name", "varchar(80)", nullable=False, is_="last_name", mandatory=True)
JOB = HeldColumn("job", "Job", "varchar(80)")
ENDED, RUNNING = date(2024, 5, 6), None


def held(*rows: HeldRow, how: str | None = "anonymise", **more: object) -> Held:
    facts = Held("Contact", "contact", ("id",), (NAME, JOB), rows, how, "p", "5 years", relativedelta(years=5))
    return replace(facts, **more)  # type: ignore[arg-type]


def row(key: int = 1, end: Scalar = ENDED, **more: object) -> HeldRow:
    return replace(HeldRow((key,), ("Dupont", "Baker"), (end,)), **more)  # type: ignore[arg-type]


def planned(*holdings: Held, edges: tuple[Edge, ...] = (), keys: tuple[ForeignKey, ...] = ()) -> ErasePlan:
    return plan(decide(holdings, TODAY), holdings, edges, keys, WHO, TODAY)


def written(found: ErasePlan) -> dict[str, object]:
    return {change.table: dict(change.writes) or "deleted" for change in found.changes}


def test_what_may_be_empty_is_emptied_and_what_may_not_tells_of_nobody() -> None:
    found = planned(held(row()))
    assert written(found) == {"contact": {"name": "erased", "job": None}}
    assert found.whole


def test_while_the_contract_runs_the_mandatory_stays_and_the_rest_goes() -> None:
    for end in (RUNNING, date(2027, 1, 1)):
        found = planned(held(row(end=end), how="delete"))
        assert written(found) == {"contact": {"job": None}}
        [kept] = found.kept
        assert (kept.ground, kept.columns, kept.until) == ("contract", ("Name",), None)


@pytest.mark.parametrize(
    ("date_of_law", "until"),
    [(date(2016, 11, 23), TODAY), (date(2020, 2, 29), date(2030, 2, 28)), (None, None)],
)
def test_a_law_keeps_up_to_its_last_day_and_without_a_date_without_an_end(
    date_of_law: date | None, until: date | None
) -> None:
    found = planned(held(row(law_ends=(date_of_law,)), law="C. com. L123-22", law_years=10))
    [kept] = found.kept
    assert (found.changes, kept.ground, kept.because, kept.until) == ((), "law", "C. com. L123-22", until)


def test_a_law_that_has_run_out_keeps_nothing() -> None:
    assert planned(held(row(law_ends=(date(2016, 11, 22),)), law="L", law_years=10)).whole


def test_what_the_map_does_not_erase_stays_with_its_purpose_and_its_time() -> None:
    [kept] = planned(held(row(), how=None)).kept
    assert (kept.ground, kept.because, kept.until) == ("purpose", "p", date(2029, 5, 6))


def test_what_is_about_others_too_stays() -> None:
    whole = planned(held(row(others=frozenset({"name", "job"})), how="delete"))
    assert (whole.changes, whole.kept[0].ground) == ((), "others")
    part = planned(held(row(others=frozenset({"job"})), how="delete"))
    assert written(part) == {"contact": {"name": "erased"}}


def test_what_was_erased_before_is_nothing_to_do() -> None:
    assert planned(held(row(values=("erased", None)))) == ErasePlan()


def test_a_row_that_one_refers_to_that_stays_is_anonymised_and_what_it_refers_to_as_well() -> None:
    contact = held(row(), how="delete")
    note = replace(contact, table="note", title="Notes")
    edges = (Edge(("invoice", (7,)), ("note", (1,))), Edge(("note", (1,)), ("contact", (1,))))
    assert set(map(str, written(planned(contact, note, edges=edges)).values())) == {"{'job': None, 'name': 'erased'}"}
    assert written(planned(contact, note, edges=edges[1:])) == {"note": "deleted", "contact": "deleted"}


def test_children_go_before_parents_and_circles_are_opened_where_they_may_be_empty() -> None:
    keys = [ForeignKey("b", ("a_id",), "a", nullable=False), ForeignKey("a", ("b_id",), "b", nullable=True)]
    assert table_order({"a", "b"}, keys) == (("b", "a"), {"a": ("b_id",)})
    with pytest.raises(Circle, match=r"rows of a, b refer to each other"):
        table_order({"a", "b"}, [replace(key, nullable=False) for key in keys])
    loop = ForeignKey("a", ("boss",), "a", nullable=True)
    assert table_order({"a"}, [loop]) == (("a",), {"a": ("boss",)})


def test_rows_that_must_name_another_go_one_after_the_other() -> None:
    one, two, three = (("a", (n,)) for n in (1, 2, 3))
    assert generations([one, two, three], [Edge(two, one), Edge(three, two)]) == [[three], [two], [one]]
    with pytest.raises(Circle):
        generations([one, two], [Edge(two, one), Edge(one, two)])


def test_a_circle_that_cannot_be_opened_changes_nothing_and_says_why() -> None:
    a, b = held(row(), how="delete", table="a"), held(row(), how="delete", table="b")
    keys = (ForeignKey("a", ("x",), "b", nullable=False), ForeignKey("b", ("y",), "a", nullable=False))
    found = planned(a, b, keys=keys)
    assert found.changes == ()
    assert "no reference may be empty" in found.undecided[0]
    assert propose_erasure([found], [], [], []) == found.undecided[0]


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("int", 0),
        ("bigint(20)", 0),
        ("decimal(9, 2)", 0),
        ("date", date(2000, 1, 1)),
        ("datetime", datetime(2000, 1, 1)),  # noqa: DTZ001 - as a database has it
        ("timestamptz", datetime(2000, 1, 1, tzinfo=UTC)),
        ("uuid", "00000000-0000-0000-0000-000000000000"),
        ("bytea", b""),
        ("text", "erased"),
    ],
)
def test_a_column_that_may_not_be_empty_gets_a_value_of_its_type(declared: str, value: object) -> None:
    assert replacement(HeldColumn("c", "C", declared, nullable=False), ("t", (1,))) == value


def test_where_no_two_rows_may_hold_the_same_each_gets_its_own_and_always_the_same() -> None:
    column = HeldColumn("mail", "M", "varchar(40)", nullable=False, unique=True, length=40, is_="email")
    values = {replacement(column, ("t", (key,))) for key in (1, 2, 3, 1)}
    assert len(values) == 3
    assert all(str(value).endswith("@erased.invalid") and len(str(value)) <= 40 for value in values)


def test_flags_and_keys_stay_and_a_wish_that_the_column_refuses_is_told() -> None:
    for column in (HeldColumn("f", "F", "boolean"), HeldColumn("id", "I", "int", structural=True)):
        with pytest.raises(Keep):
            replacement(column, ("t", (1,)))
    with pytest.raises(Unfit, match="cannot be NULL"):
        replacement(HeldColumn("c", "C", "text", nullable=False, erase="null"), ("t", (1,)))


def test_retention_takes_what_is_past_its_time_and_leaves_the_rest() -> None:
    past, young, open_ended = row(1, date(2021, 11, 22)), row(2, date(2021, 11, 23)), row(3, None)
    facts = (held(past, young, open_ended),)
    found = plan(decide_overdue(facts, TODAY), facts, (), (), WHO, TODAY, "retention")
    [change] = found.changes
    assert isinstance(change, RowsErase)
    assert ([key for key, _ in change.rows], change.operation) == ([1], "retention")
    kept = (held(row(1, date(2021, 11, 22), law_ends=(date(2020, 1, 1),)), law="L", law_years=10),)
    assert plan(decide_overdue(kept, TODAY), kept, (), (), WHO, TODAY).changes == ()


def test_a_copy_comes_first_and_staff_decide_where_the_mail_says_when() -> None:
    assert copy_first(False, [], "now", 5, NOW) is None  # noqa: FBT003 - a fact
    assert isinstance(copy_first(True, [], "now", 5, NOW), Waiting)  # noqa: FBT003 - a fact
    sent = NOW - timedelta(days=4)
    waits = copy_first(False, [sent], "after_copy", 5, NOW)  # noqa: FBT003 - a fact
    assert isinstance(waits, Waiting)
    assert waits.until == sent + timedelta(days=5)
    assert copy_first(False, [sent], "now", 4, NOW) is None  # noqa: FBT003 - a fact
    assert "staff decide" in str(copy_first(True, [], "tout de suite", 5, NOW))  # noqa: FBT003 - a fact
