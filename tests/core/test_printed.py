"""A reading printed as JSON reads back as the same reading."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.printed import fields_from_json, fields_to_json, reading_from_json, reading_to_json
from mailbot.core.values import Ask, Change, Evidence, Fields, Kind, MayAnswer, Nature, Reading

some = st.text(min_size=1, max_size=20)
maybe = st.none() | some
several = st.lists(some, max_size=3).map(tuple)
fields = st.builds(
    Fields,
    changes=st.lists(st.builds(Change, field=some, old=maybe, new=maybe), max_size=3).map(tuple),
    address=maybe,
    action=st.none() | st.sampled_from(["define", "modify", "revoke"]),
    wishes=st.none() | st.lists(st.sampled_from(["erase", "keep", "communicate"])).map(tuple),
    executor=maybe,
    reply_to=maybe,
    references=several,
    articles=several,
)
evidence = st.builds(
    Evidence, text=some, place=st.sampled_from(["subject", "text"]), start=st.integers(0), end=st.integers(0), rule=some
)
asks = st.builds(
    Ask,
    kind=st.sampled_from(Kind),
    confidence=st.integers(0, 10_000).map(lambda share: share / 10_000),
    automatic=st.booleans(),
    scope=maybe,
    when=some,
    evidence=st.lists(evidence, max_size=2).map(tuple),
)
readings = st.builds(
    Reading,
    nature=st.sampled_from(Nature),
    may_answer=st.builds(MayAnswer, machine=st.booleans(), because=st.text(max_size=20)),
    language=some,
    on_behalf=st.booleans(),
    persons=st.integers(0, 9),
    asks=st.lists(asks, max_size=3).map(tuple),
    signals=several,
    fields=fields,
)


@given(readings)
def test_a_reading_printed_and_read_back_is_the_same(reading: Reading) -> None:
    assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading


@given(fields)
def test_fields_printed_and_read_back_are_the_same(given_fields: Fields) -> None:
    assert fields_from_json(json.loads(json.dumps(fields_to_json(given_fields)))) == given_fields


def test_a_field_that_was_not_read_is_not_printed() -> None:
    assert fields_to_json(Fields()) == {}
    assert fields_to_json(Fields(articles=("15",))) == {"articles": ["15"]}


def test_a_directive_says_that_nobody_is_named_and_that_nothing_is_wished() -> None:
    assert fields_to_json(Fields(action="revoke", wishes=())) == {"action": "revoke", "wishes": [], "executor": None}


def test_a_reading_prints_what_the_contract_promises() -> None:
    ask = Ask(Kind.ACCESS, 0.97, automatic=True, evidence=(Evidence("mes données", "text", 12, 23, "fr/access#x"),))
    reading = Reading(Nature.PERSON, MayAnswer(machine=True, because="no mark"), "fr", asks=(ask,))
    assert reading_to_json(reading) == {
        "nature": "person",
        "may_answer": {"machine": True, "because": "no mark"},
        "language": "fr",
        "on_behalf": False,
        "persons": 1,
        "asks": [
            {
                "kind": "access",
                "confidence": 0.97,
                "automatic": True,
                "scope": None,
                "when": "now",
                "evidence": [{"text": "mes données", "in": "text", "start": 12, "end": 23, "rule": "fr/access#x"}],
            }
        ],
        "signals": [],
        "fields": {},
    }
