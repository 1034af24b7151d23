"""A draft as the text of a data map (TOML), with comments on what is unsure. It loads as it is; staff complete it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from mailbot.core.drafting.draft import Draft, DraftColumn, DraftHolding, DraftPerson
from mailbot.core.drafting.vocabulary import Vocabulary
from mailbot.core.mapping.condition import ColumnRef, Condition, Literal, Operand, PersonKey, TableName
from mailbot.core.mapping.mapshape import BASIS, TODO

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^\W\d]\w*")
_PROVIDED = frozenset(
    {
        "email",
        "first_name",
        "last_name",
        "full_name",
        "phone",
        "address",
        "postal_code",
        "city",
        "country",
        "birth_date",
        "gender",
        "title",
        "company",
        "language",
        "photo",
        "online",
        "bank",
        "consent",
    }
)
_HEAD = """\
# A first data map, drafted from the names, types, keys and some values of {tables} tables. Look at every line, replace
# each TODO, take out what is about nobody, then lay it over the database: `mailbot map check`. docs/datamap.md explains
# the keys. What a comment calls unsure was guessed; `category` stands at what is personal by itself.
"""


def map_text(draft: Draft, vocabulary: Vocabulary, tables: int) -> str:
    """The TOML text of a draft; `tables` is how many were looked at."""
    parts = ["\n".join([_HEAD.format(tables=tables), *(f"# Not in this map: {one}." for one in draft.remarks)])]
    parts += ["\n".join(_person(one)) for one in draft.persons]
    parts += ["\n".join(_holding(one, vocabulary)) for one in draft.holdings]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _person(person: DraftPerson) -> Iterator[str]:
    yield from (f"# unsure: {_one_line(one)}" for one in person.unsure)
    yield f"[person.{_key(person.kind)}]"
    yield f"table = {_text(person.table)}"
    yield f"key = {_list(person.key)}"
    found = ", ".join(
        f"{how} = {_list([_ref(ref, person.table) for ref in refs])}" for how, refs in person.find.items()
    )
    yield f"find = {{ {found} }}"
    for name in ("language", "company", "changed"):
        ref = getattr(person, name)
        if ref:
            yield f"{name} = {_string(_ref(ref, person.table))}"
    yield from _joins(f"person.{_key(person.kind)}", person.join)


def _holding(holding: DraftHolding, vocabulary: Vocabulary) -> Iterator[str]:
    yield from (f"# unsure: {_one_line(one)}" for one in holding.unsure)
    yield "[[holding]]"
    yield f"person = {_string(holding.person)}"
    yield f"table = {_text(holding.table)}"
    if holding.key:
        yield f"key = {_list(holding.key)}  # unsure: the table has no primary key"
    yield f"where = {_string(written(holding.where))}"
    yield f"title = {_string(f'{TODO} {_human(holding.table.name)}')}"
    yield f"purpose = {_string(TODO)}"
    yield f'basis = "contract"  # TODO: {" ".join(get_args(BASIS))}'
    yield f"recipients = [{_string(TODO)}]"
    yield f"source = {_string(TODO)}"
    yield "retention = { years = 5 }  # TODO: how long, after which date"
    yield from _joins("holding", holding.join)
    yield "[holding.columns]"
    repeated = Counter(column.guess.category for column in holding.columns if column.guess)
    for column in holding.columns:
        yield f"{_key(column.name)} = {_column(column, holding, vocabulary, repeated)}"
    if holding.left:
        yield f"# left out: {_one_line(', '.join(holding.left))}"


def _column(column: DraftColumn, holding: DraftHolding, vocabulary: Vocabulary, repeated: Mapping[str, int]) -> str:
    guess = column.guess
    if guess is None:
        return f"{{ title = {_string(_human(column.name))} }}"
    if guess.category == "secret":
        return "{ secret = true }"
    category = vocabulary.category[guess.category]
    plain = _human(column.name).casefold() in {title.casefold() for title in category.title.values()}
    more = f" ({_human(column.name)})" if repeated[guess.category] > 1 and not plain else ""
    titles = ", ".join(f"{language} = {_string(title + more)}" for language, title in category.title.items())
    parts = [f"title = {{ {titles} }}", f"category = {_string(guess.category)}"]
    if category.is_ and holding.own and (repeated[guess.category] == 1 or category.is_ in {"email", "phone"}):
        parts.append(f"is = {_string(category.is_)}")
    if holding.own and guess.category in _PROVIDED:
        parts.append("provided = true")
    if guess.category in {"free_text", "details"}:
        parts.append("others = true")
    sure = "" if guess.sure else f"  # unsure: guessed from {guess.because} alone"
    return f"{{ {', '.join(parts)} }}{sure}"


def _joins(place: str, joins: Mapping[TableName, Condition]) -> Iterator[str]:
    if joins:
        yield f"[{place}.join]"
    for table, condition in joins.items():
        yield f"{_key(str(table))} = {_string(written(condition))}"


def written(condition: Condition) -> str:
    """The condition as the data map writes it; parse_condition() reads it back equal."""
    return " AND ".join(f"{_operand(one.left)} = {_operand(one.right)}" for one in condition.equalities)


def _operand(operand: Operand) -> str:
    match operand:
        case PersonKey():
            plain = _PLAIN.fullmatch(operand.column)
            return f":person.{operand.column}" if plain else ':person."' + operand.column.replace('"', '""') + '"'
        case Literal():
            return json.dumps(operand.value) if not isinstance(operand.value, str) else f"'{operand.value}'"
    return str(operand)


def _ref(ref: ColumnRef, base: TableName) -> str:
    return str(ColumnRef(None if ref.table == base else ref.table, ref.name))


def _human(name: str) -> str:
    """A name as a label: `order_date` is "Order date"."""
    words = " ".join(re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name)).strip() or name
    return words[:1].upper() + words[1:]


def _text(table: TableName) -> str:
    return _string(str(table))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_string, values))}]"


def _string(text: str) -> str:
    """A TOML basic string, which JSON's escapes fit, save DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else "·" for sign in text)
