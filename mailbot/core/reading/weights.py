"""The learnt part of the reading: for each feature of a mail, how much it speaks for or against each kind."""

from __future__ import annotations

import io
import math
from array import array
from typing import TYPE_CHECKING

from mailbot.core.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = tuple(Kind)
INTERCEPT = "(intercept)"
_REMEMBERED = 4096  # features whose weights are kept as integers
_WIDTH = 32  # bits of a lane
_LANES = tuple(range(0, _WIDTH * len(KINDS), _WIDTH))
_MASK, _MIDDLE = (1 << _WIDTH) - 1, 1 << (_WIDTH - 1)
_BIAS = sum(_MIDDLE << lane for lane in _LANES)  # so that no lane borrows from the next


class Lines:
    """Lines `name<TAB>value` as one text with a table of their places: a dict of as many strings takes five times that.

    The table is a hash table with open addressing, at least half of it free; 0 is a free place.
    """

    def __init__(self, text: str) -> None:
        """Take the lines of `text`; what has no tab is passed over."""
        self._text = f"\n{text}\n".encode()
        self._places = array("I", [0]) * (1 << (2 * text.count("\t") + 1).bit_length())
        place = 0
        for line in io.BytesIO(self._text):
            name, tab, _ = line.partition(b"\t")
            if tab:
                slot = self._slot(name.decode(), name + tab)
                self._places[slot] = place
            place += len(line)

    def get(self, name: str) -> str:
        """The value of a name, empty where there is none."""
        start = name.encode() + b"\t"
        place = self._places[self._slot(name, start)]
        return self._text[place + len(start) : self._text.index(b"\n", place)].decode() if place else ""

    def _slot(self, name: str, start: bytes) -> int:
        """Where the place of a name is, or would be."""
        last = len(self._places) - 1
        slot = hash(name) & last
        while (place := self._places[slot]) and not self._text.startswith(start, place):
            slot = slot + 1 & last
        return slot


class Weights:
    """A linear model: log odds of each kind = the sum over the features that a mail has.

    The ten weights of a feature are kept as one integer, each in a lane of its own: one addition adds them all.
    """

    def __init__(self, lines: Lines) -> None:
        """Take feature → "place of the kind in KINDS:hundredths …"; a line is read when needed."""
        self._packed = _Packed(lines)

    def probabilities(self, features: Iterable[str]) -> dict[Kind, float]:
        """The probability of each kind for a mail with these features."""
        total = sum(map(self._packed.__getitem__, features), self._packed[INTERCEPT] + _BIAS)
        odds = ((((total >> lane) & _MASK) - _MIDDLE) / 100 for lane in _LANES)
        return {kind: 1 / (1 + math.exp(-max(-30.0, min(30.0, odd)))) for kind, odd in zip(KINDS, odds, strict=True)}


class _Packed(dict[str, int]):
    """The weights of each feature as one integer; those met last are remembered."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines

    def __missing__(self, feature: str) -> int:
        line = self._lines.get(feature)
        if not line:
            return 0
        pairs = (value.split(":") for value in line.split())
        packed = sum(int(weight) << _LANES[int(kind)] for kind, weight in pairs)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[feature] = packed
        return packed


def load_weights(text: str) -> Weights:
    """The model from its lines `feature<TAB>kind number:weight …`."""
    return Weights(Lines(text))
