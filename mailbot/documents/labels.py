"""The words of the documents: templates/<lang>/documents/labels.toml, and values as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mailbot.core.mapping.mapshape import BASIS
from mailbot.core.toml import validated
from mailbot.core.values import Kind, Scalar

_BASES = frozenset(get_args(BASIS))


def _one_gap(text: str) -> str:
    return _with_gaps(text, 1)


def _two_gaps(text: str) -> str:
    return _with_gaps(text, 2)


def _with_gaps(text: str, count: int) -> str:
    """The text, if `str.format` can fill it; raises ValueError else."""
    if text.replace("{}", "").count("{") or text.replace("{}", "").count("}") or text.count("{}") != count:
        raise ValueError(f"{{}} is needed {'once' if count == 1 else 'twice'}, and no other brace")
    return text


def _all_bases(bases: Mapping[str, str]) -> Mapping[str, str]:
    if set(bases) != _BASES:
        raise ValueError(f"exactly these are needed: {', '.join(sorted(_BASES))}")
    return bases


def _all_kinds(kinds: Mapping[str, str]) -> Mapping[str, str]:
    if set(kinds) != set(Kind):
        raise ValueError(f"exactly these are needed: {', '.join(Kind)}")
    return kinds


Text = Annotated[str, Field(min_length=1)]
Filled = Annotated[str, AfterValidator(_one_gap)]
FilledTwice = Annotated[str, AfterValidator(_two_gaps)]


class RequestLabels(BaseModel):
    """The words of the section on the person's own requests to us."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text
    purpose: Text
    recipients: Text
    source: Text
    retention: Filled  # years
    reference: Text
    arrived: Text
    rights: Text
    closed: Text
    open: Text
    kinds: Annotated[Mapping[str, str], AfterValidator(_all_kinds)]


class Labels(BaseModel):
    """All words of one language that stand in a document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: Text
    made_for: Text
    as_of: Text
    introduction: Text
    controller: Text
    contact: Text
    purpose: Text
    basis: Text
    categories: Text
    recipients: Text
    retention: Text
    source: Text
    nobody: Text
    nothing: Text
    empty: Text
    yes: Text
    no: Text
    octets: Filled  # how many bytes
    record: FilledTwice  # which of how many
    more: Filled  # how many records are not printed
    unprintable: Text
    automated_title: Text
    automated: Text
    rights_title: Text
    rights: Filled  # where to write
    complaint: Text
    page: FilledTwice  # which of how many
    day: Text  # a format of strftime
    moment: Text
    decimal_comma: bool
    requests: RequestLabels
    bases: Annotated[Mapping[str, str], AfterValidator(_all_bases)]


def load_labels(text: str, where: str) -> Labels:
    """The words in the TOML `text`; raises TomlError with all problems, each with `where` and key."""
    return validated(Labels, text, where)


def in_words(value: Scalar, words: Labels) -> str:
    """Return one value of a record as people write it."""
    match value:
        case None | "":
            text = words.empty
        case bool():
            text = words.yes if value else words.no
        case bytes():
            text = words.octets.format(len(value))
        case datetime():
            text = f"{value.strftime(words.moment)} {value.tzname() or ''}".strip()
        case date():
            text = value.strftime(words.day)
        case float() if words.decimal_comma:
            text = str(value).replace(".", ",")
        case _:
            text = str(value)
    return text
