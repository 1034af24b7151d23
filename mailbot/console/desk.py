"""What every page works with: the house, the settings of the console, its words and templates."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import BaseLoader, Environment, FunctionLoader, StrictUndefined, TemplateError

from mailbot.console.wording import Words, load_words
from mailbot.core.values import Problem
from mailbot.steps.house import House

LANGUAGES = ("en", "fr")
_T = TypeVar("_T")
_FRESH = 2.0  # seconds for which counts may be shown although something happened


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """What config.toml says of the console."""

    host: str = "127.0.0.1"
    port: int = 8025
    cert: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()  # addresses of reverse proxies whose X-Forwarded-* headers count
    queue_time: timedelta = timedelta(hours=24)  # how long what should leave at once may wait for a human
    idle: timedelta = timedelta(minutes=30)  # after which a session that did nothing is over
    longest: timedelta = timedelta(hours=12)  # after which any session is over
    retention: Mapping[str, int] = field(default_factory=dict)  # what is kept, and for how many days
    alarms: tuple[int, ...] = (10, 5, 2, 0)  # days before an ask is due

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by HTTPS only."""
        return self.cert is not None or bool(self.proxies)


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that the pages share."""

    house: House
    settings: ConsoleSettings
    read: Callable[[str], str]  # the text of a file of templates/, the overlay's before the shipped one
    words: Mapping[str, Words] = field(init=False)
    templates: Environment = field(init=False)
    _held: dict[str, tuple[float, Any]] = field(default_factory=dict, repr=False)
    _counted: dict[tuple[str, str], tuple[int, float, dict[str, int]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Read words and templates; raises TomlError and jinja2's errors for a file that cannot be used."""
        words = {code: load_words(code, self.read(f"templates/console/{code}.toml")) for code in LANGUAGES}
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "templates", environment(FunctionLoader(self._template)))

    def _template(self, name: str) -> str | None:
        try:
            return self.read(f"templates/console/{name}")
        except FileNotFoundError:
            return None

    def counts(self, today: str, name: str) -> dict[str, int]:
        """How many lines each filter of the queue has; counted anew when the journal grew, at most every 2 s."""
        head, at = self.house.store.journal.head().n, time.monotonic()
        known = self._counted.get((today, name))
        if known is None or (known[0] != head and at - known[1] > _FRESH):
            known = (head, at, self.house.store.queue.counts(today, name))
            self._counted[today, name] = known
        return known[2]

    def held(self, name: str, seconds: float, make: Callable[[], _T]) -> _T:
        """What `make` gives, made anew after so many seconds at most: figures that read the whole store."""
        known = self._held.get(name)
        if known is None or time.monotonic() - known[0] > seconds:
            known = (time.monotonic(), make())
            self._held[name] = known
        made: _T = known[1]
        return made

    def file(self, name: str) -> bytes:
        """A style sheet, script or picture of the console; raises FileNotFoundError."""
        return self.read(f"templates/console/{name}").encode()


def environment(loader: BaseLoader) -> Environment:
    """Templates in which everything is escaped and a misspelt name is an error."""
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def check_pages(read: Callable[[str], str], paths: Iterable[str]) -> list[Problem]:
    """All that is wrong with the words and templates of the pages, which an overlay may replace."""
    problems: list[Problem] = []
    for code in LANGUAGES:
        path = f"templates/console/{code}.toml"
        try:
            load_words(code, read(path))
        except (OSError, ValueError, KeyError, re.error) as fault:
            problems.append(Problem(path, str(fault)))
    checker = environment(FunctionLoader(lambda _: None))
    for path in paths:
        try:
            checker.parse(read(path))
        except TemplateError as fault:
            problems.append(Problem(f"{path}, line {getattr(fault, 'lineno', '?')}", str(fault.message)))
    return problems
