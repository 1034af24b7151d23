"""The words of the pages: templates/console/<lang>.toml, and days, moments and sizes as people say them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}
_KILO = 1000
_COMMANDS = re.compile(
    r"[;:,]?(?: look again with| with| write it with| say first who it is:| is)?\s*`?mailbot [a-z][^`;]*`?"
    r"(?: (?:says|lists|opens|running)[^;]*)?"
)
_OPTIONS = re.compile(r":? --[a-z]+(?: [A-Z]+\b)?(?:, several times if need be)?")


@dataclass(frozen=True, slots=True)
class Words:
    """One language of the console."""

    language: str
    texts: Mapping[str, str]
    sentences: tuple[tuple[re.Pattern[str], str], ...] = field(default=())  # what the machine says, in this language

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`, filled; raises KeyError for one that is not there."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def named(self, group: str, name: object) -> str:
        """The word for a value such as the kind `access`; the value itself where there is none."""
        return self.texts.get(f"{group}.{name}", str(name).replace("_", " "))

    def counted(self, key: str, n: int) -> str:
        """The text of `key` for this number: `key.one` or `key.many`."""
        return self.texts[f"{key}.{'one' if n == 1 else 'many'}"].format(n=n)

    def plainly(self, text: str) -> str:
        """A sentence of the machine without hints at commands, in this language where its words are known."""
        parts = [_OPTIONS.sub("", _COMMANDS.sub("", part)).strip(" :") for part in text.split("; ")]
        return "; ".join(self._said(part) for part in parts if part)

    def _said(self, part: str) -> str:
        """One part; the kind that it is about has a word of its own."""
        kind, colon, rest = part.partition(": ")
        if colon and f"kind.{kind}" in self.texts:
            return f"{self.texts[f'kind.{kind}']}{self('colon')} {self._translated(rest)}"
        return self._translated(part)

    def _translated(self, sentence: str) -> str:
        for pattern, said in self.sentences:
            if match := pattern.fullmatch(sentence):
                return match.expand(said)
        return sentence

    # --- days and moments ---

    def day(self, day: date) -> str:
        """A day: 3 Dec 2026, 3 déc. 2026."""
        return f"{day.day} {_MONTHS[self.language][day.month - 1]} {day.year}"

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """A moment where the organisation sits."""
        local = at.astimezone(zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def left(self, days: int) -> str:
        """How long until a day that is `days` away: in 3 days, today, 2 days late."""
        if days == 0:
            return self("days.today")
        if days == 1:
            return self("days.tomorrow")
        return self.counted("days.left", days) if days > 0 else self.counted("days.late", -days)

    def size(self, count: int) -> str:
        """A number of bytes for people."""
        for unit in ("B", "kB", "MB"):
            if count < _KILO:
                return f"{count} {unit}"
            count = round(count / _KILO)
        return f"{count} GB"


def load_words(language: str, text: str) -> Words:
    """The words in a TOML text: tables become dotted keys; [[sentence]] tables match what the machine says.

    Raises tomllib.TOMLDecodeError, KeyError and re.error for a file that cannot be used.
    """
    data = tomllib.loads(text)
    sentences = tuple((re.compile(one["match"]), one["say"]) for one in data.pop("sentence", ()))
    return Words(language, dict(_flat("", data)), sentences)


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
