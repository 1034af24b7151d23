"""The data map: where personal data lies in the client database, why, how long, for whom, how a change is written.

Read from rules/datamap.toml, which explains every key; all problems are told at once.
"""

from __future__ import annotations

import tomllib
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError

from mailbot.core.mapping.mapfit import misfits
from mailbot.core.mapping.mapshape import DataMap, Holding, PersonKind, in_language
from mailbot.core.values import Problem

__all__ = ["DataMap", "Holding", "MapError", "PersonKind", "in_language", "load_map"]


class MapError(Exception):
    """The data map cannot be used; `problems` has every reason with file and key."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_map(text: str, where: str) -> DataMap:
    """The data map written in `text` (TOML); `where` names the file. Raises MapError with all problems."""
    try:
        found = DataMap.model_validate(_tuples(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise MapError((Problem(where, f"is not TOML: {error}"),)) from error
    except ValidationError as error:
        raise MapError(_problems(error, where)) from error
    found = found.read_from(where)
    if problems := misfits(found):
        raise MapError(problems)
    return found


def _tuples(value: object) -> object:
    """TOML's arrays as tuples, which is what frozen values hold."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


def _problems(error: ValidationError, where: str) -> tuple[Problem, ...]:
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        what = one["msg"].removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            what = f"unknown key; allowed: {', '.join(_keys_beside(one['loc']))}"
        if one["type"] == "missing":
            what = "is missing"
        found.append(Problem(f"{where} {_place(one['loc'])}".strip(), what))
    return tuple(found)


def _place(loc: tuple[int | str, ...]) -> str:
    """`holding 2 columns.email.title`: the numbers count from 1."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in loc if part != "[key]")


def _keys_beside(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the table holding the last key of `loc` may have."""
    kind: object = DataMap
    for part in loc[:-1]:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            kind = fields.get(str(part))
        else:
            kind = _inside(kind)
    kind = kind if isinstance(kind, type) else _inside(kind)
    fields_of = kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
    return [field.alias or name for name, field in fields_of.items()]


def _inside(kind: object) -> object:
    """The model that a mapping, tuple or optional type holds."""
    if isinstance(kind, type) and get_origin(kind) is None:
        return kind
    inner = [_inside(part) for part in get_args(kind)]
    return next((part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)), None)
