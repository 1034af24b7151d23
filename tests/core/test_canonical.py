"""One value has one form in bytes; what is stored comes back equal; an approval binds every part."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.canonical import action_from_json, action_to_json, approval_hash, canonical
from mailbot.core.values import Action, Cell, PersonRef, RegisterDirective, RowUpdate, Suppress

texts = st.text(max_size=30)
zones = st.sampled_from([UTC, timezone(timedelta(hours=2))])
scalars = (
    texts
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.binary(max_size=30)
    | st.dates()
    | st.datetimes(timezones=st.none() | zones).map(lambda moment: moment.replace(fold=0))
    | st.none()
)
keys = st.lists(st.tuples(texts, scalars), max_size=2).map(tuple)
persons = st.builds(PersonRef, texts, keys)
cells = st.builds(Cell, texts, scalars, scalars, texts)
actions = (
    st.builds(RowUpdate, texts, persons, texts, keys, st.lists(cells, max_size=3).map(tuple))
    | st.builds(Suppress, texts)
    | st.builds(
        RegisterDirective, texts, texts, persons, st.lists(texts, max_size=3).map(tuple), st.none() | texts, texts
    )
)

PERSON = PersonRef("contact", (("id", 12),))
UPDATE = RowUpdate("rectify", PERSON, "contact", (("id", 12),), (Cell("last_name", "Martin", "Dupont"),))


@given(actions)
@example(
    RowUpdate(
        "erase", PERSON, "t", (("k", b"\x00\xff"),), (Cell("d", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),)
    )
)
def test_an_action_comes_back_equal_with_the_types_of_its_values(action: Action) -> None:
    found = action_from_json(action_to_json(action))
    assert found == action
    assert repr(found).replace("datetime.timezone.utc", "") == repr(action).replace("datetime.timezone.utc", "")


@given(actions, actions)
def test_different_actions_have_different_bytes(one: Action, other: Action) -> None:
    assert (canonical(one) == canonical(other)) == (repr(one) == repr(other))


def test_the_form_is_plain_json_with_sorted_keys_and_no_blanks() -> None:
    assert canonical({"b": (1, 1.0, True, None), "a": "é €"}) == '{"a":"é €","b":[1,1.0,true,null]}'.encode()
    assert json.loads(canonical(UPDATE))["$"] == "RowUpdate"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"$": "bytes"}, "\ud800"])
def test_values_without_one_form_are_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each refusal in the words of its own part
        canonical(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, UPDATE.__class__])
def test_unknown_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="canonical"):
        canonical(value)


@pytest.mark.parametrize(
    "text", ["[]", "{}", "1", '{"$":"Evil"}', '{"$":"Suppress"}', '{"$":"bytes","value":"AA=="}', "NaN", "x"]
)
def test_a_text_that_is_no_action_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of this module or of json
        action_from_json(text)


def test_an_approval_binds_recipient_actions_old_values_and_every_byte() -> None:
    approved = approval_hash("a@example.fr", [UPDATE, Suppress("a@example.fr")], b"Subject: x\r\n\r\ny")
    others = [
        approval_hash("b@example.fr", [UPDATE, Suppress("a@example.fr")], b"Subject: x\r\n\r\ny"),
        approval_hash("a@example.fr", [UPDATE], b"Subject: x\r\n\r\ny"),
        approval_hash("a@example.fr", [Suppress("a@example.fr"), UPDATE], b"Subject: x\r\n\r\ny"),
        approval_hash("a@example.fr", [UPDATE, Suppress("a@example.fr")], b"Subject: x\r\n\r\nz"),
        approval_hash(
            "a@example.fr",
            [replace(UPDATE, cells=(Cell("last_name", "Martyn", "Dupont"),)), Suppress("a@example.fr")],
            b"Subject: x\r\n\r\ny",
        ),
    ]
    assert approved == approval_hash("a@example.fr", (UPDATE, Suppress("a@example.fr")), b"Subject: x\r\n\r\ny")
    assert approved not in others
    assert len({approved, *others}) == 6
