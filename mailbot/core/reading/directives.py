"""What a directive for after death says: to define, change or revoke, what shall become of the data, who sees to it.

Source of the notions: loi n° 78-17, art. 85 (keeping, erasing, communicating; a person charged with the execution).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mailbot.core.reading.classify import negated
from mailbot.core.reading.mentions import Mentions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.items import Item
    from mailbot.core.reading.understood import Understood

_AFTER = 5  # sentences after the one that speaks of death or of a directive that still belong to it
_BEFORE = 1
_WISHES = {
    "erase": ("erase", "remove", "wish_erase"),
    "keep": ("keep", "wish_keep"),
    "communicate": ("hand_over", "wish_give"),
}
_OBJECT_WITHIN = 2  # words from “change” to “directives”
_CLAUSE = 4  # words of “what you still keep”
_WHAT = frozenset({"what", "was", "wat", "quanto", "whatever", "everything"})
_THAT_WHICH = frozenset({("ce", "que"), ("lo", "que"), ("cio", "che"), ("donnees", "que"), ("alles", "das")})
_DENIED_WITHIN = 8  # words from “give” to “nobody”
_KIN_WITHIN = 4  # words between “my daughter” and her name
_TO_WHOM = ("kin", "executor", "title")
_ENOUGH = 2  # points from which a name is that of who sees to it


class Directive:
    """The directive that a mail gives."""

    def __init__(self, taken: Understood) -> None:
        """Take the mail apart into sentences that belong to the directive and others."""
        self.m = Mentions(taken.mail, taken.seen, taken.language)
        near = {
            number + step
            for number, one in enumerate(self.m.seen)
            if self.m.has(one, "directive", "death_mine")
            for step in range(-_BEFORE, _AFTER + 1)
        }
        self.numbers = [n for n in range(len(self.m.seen)) if n in near or not near]

    def action(self) -> str:
        """Whether it is defined, modified or revoked: what speaks of an earlier one and says nothing new revokes it."""
        said = [self.m.seen[number] for number in self.numbers]
        revoked = any(self.m.has(one, "revokes") or self._revokes(one) for one in said)
        if not self._recounted() and not any(self._amends(one) for one in self.m.all_seen):
            return "revoke" if revoked and not any(self._told()) else "define"
        return "modify" if any(self._told()) or (not revoked and self._named()) else "revoke"

    def _revokes(self, one: Seen) -> bool:
        return self.m.has(one, "revoke") and self.m.has(one, "directive")

    def _amends(self, one: Seen) -> bool:
        """Whether a directive is said to be changed: “modifier mes directives”; in a subject, both words are enough."""
        changing = (
            place for name in ("amend", "changes_it") for place in one.found.get(self.m.numbers.get(name, -1), ())
        )
        changed = one.found.get(self.m.numbers.get("directive", -1), ())
        subject = one.sentence.place == "subject"
        return any(subject or 0 <= start - end <= _OBJECT_WITHIN for _, end in changing for start, _ in changed)

    def _recounted(self) -> set[int]:
        """The sentences that tell what an earlier directive said."""
        return {
            number
            for number in self.numbers
            if self.m.has(self.m.seen[number], "earlier") and self.m.near(number, "directive", "death_mine")
        }

    def wishes(self) -> tuple[str, ...]:
        """What shall become of the data, in the order of the text."""
        return () if self.action() == "revoke" else tuple(dict.fromkeys(self._told()))

    def _told(self) -> Iterator[str]:
        """The wishes of all sentences but those about the time until death and about an earlier directive."""
        recounted = self._recounted()
        for number in self.numbers:
            one = self.m.seen[number]
            if number in recounted or (self.m.has(one, "alive") and not self.m.has(one, "death_mine")):
                continue
            found = [(place, wish) for wish, names in _WISHES.items() for place in self._wished(one, names)]
            found += [(place, "keep") for place in self._spared(one)]
            for place, wish in sorted(found):
                if wish != "communicate" or self._to_somebody(number, place):
                    yield wish

    def _wished(self, one: Seen, names: tuple[str, ...]) -> Iterator[int]:
        for name in names:
            for place in one.found.get(self.m.numbers.get(name, -1), ()):
                holds = name in _WISHES["keep"] and _relative(one.sentence.words[: place[0]])
                if place[0] >= one.sentence.lead and not holds and not negated(place, one, self.m.language):
                    yield place[0]

    def _spared(self, one: Seen) -> Iterator[int]:
        """Where data shall not be erased: that is, kept."""
        for name in ("erase", "wish_erase"):
            for place in one.found.get(self.m.numbers.get(name, -1), ()):
                if place[0] >= one.sentence.lead and negated(place, one, self.m.language):
                    yield place[0]

    def _to_somebody(self, number: int, place: int) -> bool:
        """Whether data is given to a person: named or akin in the sentence, and not right away denied (“to nobody”)."""
        one = self.m.seen[number]
        known = self.m.has(one, *_TO_WHOM, "their") or bool(self.m.names(number))
        nobody = one.found.get(self.m.numbers.get("nobody", -1), ())
        kin = [start for start, _ in one.found.get(self.m.numbers.get("kin", -1), ()) if start > place]
        return known and not any(place < start < min([*kin, place + _DENIED_WITHIN]) for start, _ in nobody)

    def executor(self) -> str | None:
        """The full name of who shall see to it."""
        return None if self.action() == "revoke" else self._named()

    def _named(self) -> str | None:
        recounted = self._recounted() if len(self.numbers) > 1 else set()
        best, points = None, _ENOUGH - 1
        for number in self.numbers:
            for item in self.m.names(number) if number not in recounted else ():
                given = self._points(number, item)
                if given > points or (best and given == points and len(item.words) > len(best.words)):
                    best, points = item, given
        return self.m.full(best).text if best else None

    def _points(self, number: int, item: Item) -> int:
        """How much speaks for a name: a word of kinship before it, words of seeing to it beside it."""
        one = self.m.seen[number]
        if item.age < 0 or self.m.is_own(item) or item.sort == "company":
            return 0
        words = one.sentence.words
        before = words[max(0, item.first - _KIN_WITHIN) : item.first]
        kin = self.m.numbers.get("kin", -1)
        related = any(kin in self.m.language.vocabulary.classes(word) for word in before)
        named = related or item.titled > 0 or len(item.words) > 1
        if not named:
            return 0
        following = number + 1 < len(self.m.seen) and self.m.has(self.m.seen[number + 1], "sees_to", "executor")
        return (
            3 * self.m.has(one, "executor")
            + 2 * self.m.has(one, "sees_to")
            + related
            + following
            + (len(item.words) > 1)
        )


def _relative(before: tuple[str, ...]) -> bool:
    """Whether the words before a verb make it “what you keep”: that tells which data, not what shall become of it."""
    last = before[-_CLAUSE:]
    return any(word in _WHAT for word in last) or any(pair in _THAT_WHICH for pair in pairwise(last))
