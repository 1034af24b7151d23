"""The words of the pages: templates/console/<lang>.toml, and days, moments and sizes as people say them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
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
_BEGUN = re.compile(r"(?:verified|papers seen|struck part \d+ of m\d+): ")
_GROUP = re.compile(r"\{(\d)\}")
_BETWEEN = re.compile(r"(, | and |\+)")
_VALUES = ("kind", "proof", "ask", "release", "reply", "ground", "channel", "role", "state", "change", "alarm")
"""Groups of words for values that stand in the machine's sentences, the first that knows one counts."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language of the console."""

    language: str
    texts: Mapping[str, str]
    said: Mapping[str, str] = field(default_factory=dict)  # what the machine says, in this language
    patterns: tuple[tuple[re.Pattern[str], str], ...] = field(default=())  # the same, where it holds values

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
        return self.texts.get("semicolon", "; ").join(self._said(part) for part in parts if part)

    def _said(self, part: str) -> str:
        """One part; what it is about may stand before it: a kind, a reference, a field."""
        told = self._translated(part)
        about, colon, rest = part.partition(": ")
        if told != part or not colon:
            return told
        said = self._said(rest)
        named = self._value(about)
        return f"{named}{self('colon')} {said}" if named != about or said != rest else part

    def _translated(self, sentence: str) -> str:
        if said := self.said.get(sentence):
            return said
        for pattern, told in self.patterns:
            if match := pattern.fullmatch(sentence):
                return _filled(told, [self.worded(group or "") for group in match.groups()])
        return sentence

    def noted(self, text: str) -> str:
        """A note as it was written; where the machine began it (`verified: …`), its beginning in this language."""
        return self._translated(text) if _BEGUN.match(text) else text

    def worded(self, text: str) -> str:
        """A piece of the machine's sentence: itself a sentence, or values such as `access, erasure`, or as it is."""
        told = self._said(text)
        if told != text:
            return told
        return "".join(self._value(part) for part in _BETWEEN.split(text))

    def _value(self, word: str) -> str:
        if word == " and ":
            return f" {self('and')} "
        return next((self.texts[key] for group in _VALUES if (key := f"{group}.{word}") in self.texts), word)

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


def _filled(told: str, groups: Sequence[str]) -> str:
    return _GROUP.sub(lambda found: groups[int(found[1]) - 1], told)


def load_words(language: str, text: str) -> Words:
    """The words in a TOML text: tables become dotted keys; [said] and [pattern] tell what the machine says in English.

    Raises tomllib.TOMLDecodeError, KeyError and re.error for a file that cannot be used.
    """
    data = tomllib.loads(text)
    said = data.pop("said", {})
    patterns = tuple((re.compile(pattern), told) for pattern, told in data.pop("pattern", {}).items())
    return Words(language, dict(_flat("", data)), said, patterns)


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
