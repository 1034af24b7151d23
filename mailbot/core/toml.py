"""TOML as a validated value: all problems at once, each with file and key."""

from __future__ import annotations

import tomllib
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from mailbot.core.values import Problem

_Model = TypeVar("_Model", bound=BaseModel)


class TomlError(Exception):
    """A file does not hold together; `problems` says all of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems."""
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def validated(model: type[_Model], text: str, where: str) -> _Model:
    """The value of `model` in the TOML `text`; raises TomlError with all problems, each with `where` and key."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise TomlError((Problem(where, f"is not TOML: {fault}"),)) from None
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_context=False, include_input=False)
        raise TomlError(tuple(Problem(f"{where} {'.'.join(map(str, e['loc']))}", e["msg"]) for e in found)) from None
