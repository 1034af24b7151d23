"""Many rows are kept small and read back equal; portability takes of them what the person provided."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mailbot.core.packed import CHUNK, Packed, packed
from mailbot.core.portable import provided
from mailbot.core.values import Column, Export, HoldingData, Person, PersonRef, Scalar

ROWS: list[tuple[Scalar, ...]] = [(n, f"é{n}", date(2026, 1, 1), None, b"\x00") for n in range(2 * CHUNK + 3)]
PERSON = Person(PersonRef("contact", (("id", 1),)))
AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_many_rows_are_read_back_equal_again_and_again() -> None:
    kept = packed(ROWS)
    assert isinstance(kept, Packed)
    assert list(kept) == ROWS == list(kept)
    assert (len(kept), kept[0], kept[-1], kept[CHUNK]) == (len(ROWS), ROWS[0], ROWS[-1], ROWS[CHUNK])
    assert kept[CHUNK - 1 : CHUNK + 1] == tuple(ROWS[CHUNK - 1 : CHUNK + 1])
    assert kept == tuple(ROWS)
    assert kept != packed(ROWS[1:])
    with pytest.raises(IndexError):
        kept[len(ROWS)]


def test_few_rows_stay_as_they_are() -> None:
    assert packed(ROWS[:3]) == tuple(ROWS[:3])
    assert isinstance(packed(ROWS[:3]), tuple)


def test_packed_rows_are_values_that_show_nothing() -> None:
    kept = packed(ROWS)
    assert "é1" not in repr(kept)
    assert repr(kept) == repr(packed(ROWS)) != repr(packed([*ROWS[:-1], ROWS[0]]))
    assert pickle.loads(pickle.dumps(kept)) == kept  # noqa: S301 - our own


def test_only_what_was_provided_is_portable() -> None:
    columns = (Column("a", "A", provided=True), Column("b", "B"), Column("c", "C", provided=True))
    holding = HoldingData("n", "N", "p", "contract", (), "s", "r", columns, (("1", "2", "3"), ("4", "5", "6")))
    nothing = replace(holding, columns=tuple(replace(column, provided=False) for column in columns))
    export = provided(Export(PERSON, "fr", AT, (holding, nothing)))
    [own] = export.holdings
    assert ([column.name for column in own.columns], own.rows) == (["a", "c"], (("1", "3"), ("4", "6")))
