"""The shape of the data map: the values that rules/datamap.toml is read into. That file explains every key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    model_validator,
)

from mailbot.core.mapping.condition import ColumnRef, Condition, TableName, parse_column, parse_condition, parse_table

IS = Literal["last_name", "first_name", "email", "phone", "company", "site_contact", "address"]
BASIS = Literal[
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interest"
]  # GDPR art. 6(1)(a)-(f)
_LANGUAGE = re.compile(r"[a-z]{2}")
TODO = "TODO"
"""What a drafted map writes where only the company knows the words; `map check` names each that is left."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is wanted")  # noqa: TRY004 - pydantic collects ValueError alone
    return value


def _texts(value: object) -> object:
    return {"": value} if isinstance(value, str) else value


def _languages(value: Mapping[str, str]) -> Mapping[str, str]:
    if not value or any(key and not _LANGUAGE.fullmatch(key) for key in value):
        raise ValueError('write one text, or texts by language: { fr = "…", en = "…" }')
    return value


def _rectify(value: object) -> object:
    if value is True or value is False or value == "staff":
        return value
    raise ValueError('true (a machine may), "staff" (a human releases it) or false')


def _erase(value: object) -> object:
    return {"then": value} if isinstance(value, str) else value


def _language(value: object) -> ColumnRef | str:
    text = _text(value)
    return text if _LANGUAGE.fullmatch(text) else parse_column(text)


Texts: TypeAlias = Annotated[Mapping[str, str], BeforeValidator(_texts), AfterValidator(_languages)]
"""A text by language; one text for all languages stands under the empty key."""
Table: TypeAlias = Annotated[TableName, PlainValidator(lambda value: parse_table(_text(value)))]
Ref: TypeAlias = Annotated[ColumnRef, PlainValidator(lambda value: parse_column(_text(value)))]
Equalities: TypeAlias = Annotated[Condition, PlainValidator(lambda value: parse_condition(_text(value)))]
Joins: TypeAlias = Mapping[Table, Equalities]
Plain: TypeAlias = str | int | float | bool


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Find(_Strict):
    """The columns that a person is found by."""

    email: tuple[Ref, ...] = ()
    phone: tuple[Ref, ...] = ()
    names: tuple[Ref, ...] = ()  # last name first
    customer: tuple[Ref, ...] = ()


class PersonKind(_Strict):
    """One kind of person: the table that has a row for each."""

    table: Table
    key: Annotated[tuple[str, ...], Field(min_length=1)]
    find: Find
    language: Annotated[ColumnRef | str | None, PlainValidator(_language)] = None  # str: fixed
    company: Ref | None = None
    changed: Ref | None = None  # when address or phone were last changed
    join: Joins = Field(default_factory=dict)


class Retention(_Strict):
    """How long data is kept: exactly one unit, counted from `after` or, without it, from when it was given."""

    years: Annotated[int, Field(gt=0)] | None = None
    months: Annotated[int, Field(gt=0)] | None = None
    days: Annotated[int, Field(gt=0)] | None = None
    after: Ref | None = None
    event: Texts | None = None  # `after` in words: "la fin du contrat"

    @model_validator(mode="after")
    def _one_unit(self) -> Retention:
        if sum(unit is not None for unit in (self.years, self.months, self.days)) != 1:
            raise ValueError("exactly one of years, months, days")
        return self


class ColumnRule(_Strict):
    """One column of a holding. Columns that the map does not name are neither exported nor written."""

    title: Texts | None = None
    is_: IS | None = Field(default=None, alias="is")
    category: str | None = None
    mandatory: bool = False
    rectify: Annotated[bool | Literal["staff"], PlainValidator(_rectify)] = False
    provided: bool = False
    others: bool = False  # may speak of other persons (GDPR art. 15(4)): staff look
    secret: bool = False  # never read
    erase: Literal["null", "empty", "anonymise", "keep"] | None = None

    @model_validator(mode="after")
    def _secret_or_titled(self) -> ColumnRule:
        if self.secret and (self.rectify or self.is_):
            raise ValueError("a secret column is never read: it has neither is nor rectify")
        if not self.secret and self.title is None:
            raise ValueError('title is missing (or secret = true): title = { fr = "…", en = "…" }')
        return self


class Keep(_Strict):
    """A law that stands against erasure."""

    law: str
    years: Annotated[int, Field(gt=0)]
    after: Ref


class Erase(_Strict):
    """How rows are erased, at once or when the law that keeps them has run out."""

    keep: Keep | None = None
    then: Literal["anonymise", "delete"]


class SetColumns(_Strict):
    """Columns and the values that a change writes."""

    set: Annotated[Mapping[str, Plain], Field(min_length=1)]


class Change(_Strict):
    """The changes that a holding knows; what is not named cannot be done."""

    unsubscribe: SetColumns | None = None
    restrict: SetColumns | None = None
    erase: Annotated[Erase, BeforeValidator(_erase)] | None = None


class Holding(_Strict):
    """Data about one kind of person in one table, with the information of GDPR art. 15(1)."""

    person: str
    table: Table
    where: Equalities
    title: Texts
    purpose: Texts
    basis: BASIS
    recipients: tuple[Texts, ...] = ()
    source: Texts
    retention: Retention
    columns: Annotated[Mapping[str, ColumnRule], Field(min_length=1)]
    key: tuple[str, ...] = ()  # where the table has no primary key
    join: Joins = Field(default_factory=dict)
    change: Change = Change()


class Elsewhere(_Strict):
    """Data outside the database: staff tick it or attach a file before release."""

    title: Texts
    who: str
    required: bool = True  # no copy leaves before somebody looked


class Recipients(_Strict):
    """Who is told of a rectification or erasure (GDPR art. 19): recipient and mail address."""

    notify: Mapping[str, Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]] = Field(default_factory=dict)


class LeftOut(_Strict):
    """What was looked at and is not about a person: `map check` asks no more about it."""

    tables: tuple[Table, ...] = ()
    columns: tuple[Ref, ...] = ()  # table.column


class DataMap(_Strict):
    """The whole map."""

    person: Annotated[Mapping[str, PersonKind], Field(min_length=1)]
    holding: tuple[Holding, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    recipients: Recipients = Recipients()
    left_out: LeftOut = LeftOut()
    _where: str = PrivateAttr(default="datamap.toml")

    @property
    def where(self) -> str:
        """The file that the map was read from, for messages."""
        return self._where

    @property
    def language(self) -> str:
        """The map's first language: what is not written in another one is told in this one."""
        return next((key for one in self.holding for key in one.title if key), "en")

    @property
    def writes(self) -> bool:
        """Whether the map allows any write."""
        return any(one.change.model_fields_set or any(c.rectify for c in one.columns.values()) for one in self.holding)

    def read_from(self, where: str) -> DataMap:
        """The same map, said to come from the file `where`."""
        self._where = where
        return self

    def holdings(self, kind: str) -> tuple[Holding, ...]:
        """The holdings about the persons of `kind`."""
        return tuple(one for one in self.holding if one.person == kind)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in the first language that the map gives."""
    return texts.get(language) or next(iter(texts.values()))
