from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.mapping.condition import ColumnRef, TableName, parse_column, parse_condition, parse_table
from mailbot.core.mapping.datamap import MapError, PersonKind, in_language, load_map

PERSON = """
[person.contact]
table = "contact"
key = ["id"]
find = { email = ["email"] }
[person.contact.join]
client = "contact.client_id = client.id"
"""
HOLDING = """
[[holding]]
person = "contact"
table = "note"
where = "note.contact_id = :person.id"
title = { fr = "Notes", en = "Notes" }
purpose = "suivi"
basis = "legitimate_interest"
source = "nous"
recipients = ["OVH (hébergement)"]
retention = { years = 3 }
[holding.columns]
text = { title = "Note" }
"""


LAWFUL = "'consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task' or 'legitimate_interest'"


def problems(text: str) -> list[str]:
    with pytest.raises(MapError) as caught:
        load_map(text, "rules/datamap.toml")
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_map_is_read() -> None:
    shipped = Path(__file__).parents[2] / "rules" / "datamap.toml"
    found = load_map(shipped.read_text(encoding="utf-8"), "rules/datamap.toml")
    assert set(found.person) == {"contact", "site"}
    assert (found.language, found.writes, found.where) == ("fr", True, "rules/datamap.toml")
    assert [holding.table.name for holding in found.holdings("site")] == ["site", "intervention"]


def test_a_map_without_any_write_says_so() -> None:
    assert not load_map(PERSON + HOLDING, "map").writes
    assert load_map(PERSON + HOLDING.replace('"Note" }', '"Note", rectify = true }'), "map").writes


def test_all_problems_are_told_at_once_with_file_key_and_what_is_allowed() -> None:
    text = PERSON.replace("table =", "tabel =") + HOLDING.replace('"legitimate_interest"', '"habit"').replace("3", "0")
    assert problems(text) == [
        "rules/datamap.toml person contact table: is missing",
        f"rules/datamap.toml person contact tabel: unknown key; allowed: {', '.join(PersonKind.model_fields)}",
        f"rules/datamap.toml holding 1 basis: Input should be {LAWFUL}",
        "rules/datamap.toml holding 1 retention years: Input should be greater than 0",
    ]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ('text = { titel = "Note" }', "columns text titel"),
        ('text = { title = "Note", rectify = "perhaps" }', "columns text rectify"),
        ('text = { title = "Note", is = "mail" }', "columns text is"),
        ("text = { }", "columns text"),
        ("text = { secret = true, rectify = true }", "columns text"),
        ('text = { title = { french = "Note" } }', "columns text title"),
    ],
)
def test_a_misspelt_column_rule_is_a_problem_at_its_place(wrong: str, place: str) -> None:
    [problem, *_] = problems(PERSON + HOLDING.replace('text = { title = "Note" }', wrong))
    assert problem.startswith(f"rules/datamap.toml holding 1 {place}")


def test_a_text_that_is_not_toml_is_one_problem_of_the_file() -> None:
    assert problems("[person")[0].startswith("rules/datamap.toml: is not TOML: ")


@pytest.mark.parametrize(
    "where",
    [
        "note.kind = 'open'",
        "note.contact_id = :person.id OR true = true",
        "note.contact_id = :person.id -- all",
        "note.contact_id = (SELECT 1)",
        "note.contact_id > :person.id",
        "note.contact_id = :person.number",
        "contact_id = :person.id",
        "other.contact_id = :person.id",
    ],
)
def test_rows_are_chosen_by_the_whole_key_of_the_person_and_nothing_cleverer(where: str) -> None:
    assert problems(PERSON + HOLDING.replace("note.contact_id = :person.id", where))


def test_a_key_of_several_columns_is_named_whole() -> None:
    person = PERSON.replace('["id"]', '["site", "id"]')
    assert ":person.site, :person.id" in problems(person + HOLDING)[0]
    whole = HOLDING.replace(":person.id", ":person.id AND note.site = :person.site")
    assert load_map(person + whole, "map").holding[0].where.person_keys == {"site", "id"}


@pytest.mark.parametrize(
    ("join", "reason"),
    [
        ("", "no join leads from note to contract"),
        ("[holding.join]\ncontract = \"contract.kind = 'a'\"", "must equal a column of contract with one of another"),
        ('[holding.join]\ncontract = "contract.client_id = client.id"', "no join leads from note to client"),
        ('[holding.join]\ncontract = "contract.a = b.a"\nb = "b.a = contract.a"', "no join leads from note to"),
    ],
)
def test_a_table_that_no_join_reaches_is_a_problem(join: str, reason: str) -> None:
    retained = HOLDING.replace("years = 3 }", 'years = 3, after = "contract.ended_on" }')
    assert any(reason in problem for problem in problems(PERSON + retained + join))


def test_a_holding_of_an_unknown_kind_of_person_names_the_known_ones() -> None:
    [problem] = problems(PERSON + HOLDING.replace('person = "contact"', 'person = "client"'))
    assert problem == "rules/datamap.toml [[holding]] 1 (Notes): person = 'client' is not described; allowed: contact"


def test_who_is_notified_is_a_recipient_of_some_holding() -> None:
    told = PERSON + HOLDING + '[recipients.notify]\n"RECIPIENT" = "privacy@host.example"\n'
    assert load_map(told.replace("RECIPIENT", "OVH (hébergement)"), "map").recipients.notify
    assert "is a recipient of no holding" in problems(told.replace("RECIPIENT", "OVH"))[0]


def test_a_text_missing_in_a_language_is_told_in_the_first_one() -> None:
    title = load_map(PERSON + HOLDING.replace('en = "Notes"', 'en = "Remarks"'), "map").holding[0].title
    assert [in_language(title, language) for language in ("en", "fr", "de")] == ["Remarks", "Notes", "Notes"]


def test_a_language_is_a_fixed_one_or_a_column() -> None:
    fixed, column = (
        load_map(PERSON.replace("key =", f'language = "{language}"\nkey ='), "map").person["contact"].language
        for language in ("fr", "contact.language")
    )
    assert (fixed, column) == ("fr", ColumnRef(TableName(None, "contact"), "language"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("contact", TableName(None, "contact")),
        ("rh.contact", TableName("rh", "contact")),
        ('"a b"."it""s"', TableName("a b", 'it"s')),
        ('"x; DROP TABLE y"', TableName(None, "x; DROP TABLE y")),
        ("événement", TableName(None, "événement")),
    ],
)
def test_a_table_name_is_read_and_written_back_equal(text: str, expected: TableName) -> None:
    assert parse_table(text) == expected
    assert parse_table(str(expected)) == expected


@given(st.text(min_size=1), st.none() | st.text(min_size=1))
def test_any_name_can_be_written(name: str, schema: str | None) -> None:
    assert parse_table(str(TableName(schema, name))) == TableName(schema, name)


@given(st.text())
def test_any_text_is_a_condition_or_a_value_error(text: str) -> None:
    try:
        parse_condition(text)
    except ValueError as error:
        assert "allowed" in str(error) or "column is written" in str(error)  # noqa: PT017 - either end is right


@pytest.mark.parametrize("text", ["", "a b", "a.b.c", "a.", ".a", "a;b", "'a'", '"a', "a-b"])
def test_what_is_no_table_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"table|names|allowed"):
        parse_table(text)


def test_a_column_may_have_a_table_and_a_schema() -> None:
    assert parse_column("email") == ColumnRef(None, "email")
    assert parse_column('rh."a b".email') == ColumnRef(TableName("rh", "a b"), "email")


def test_literals_are_values() -> None:
    text = "t.a = 'it''s' AND t.b = -1.5 and t.c = 12 AND t.d = TRUE AND t.e = null"
    assert [getattr(one.right, "value", "?") for one in parse_condition(text).equalities] == [
        "it's",
        -1.5,
        12,
        True,
        None,
    ]


@pytest.mark.parametrize(
    "text", ["t.a", "t.a =", "= t.a", "t.a = t.b t.c = t.d", "t.a = t.b AND", "t.a = :other.id", "a = 1"]
)
def test_a_condition_that_is_not_one_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="allowed: equalities joined by AND"):
        parse_condition(text)
