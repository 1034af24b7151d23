"""The learnt part of the reading: for each feature of a mail, how much it speaks for or against each kind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mailbot.core.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS = tuple(Kind)
INTERCEPT = "(intercept)"
_WIDTH = 32  # bits of a lane
_LANES = tuple(range(0, _WIDTH * len(KINDS), _WIDTH))
_MASK, _MIDDLE = (1 << _WIDTH) - 1, 1 << (_WIDTH - 1)
_BIAS = sum(_MIDDLE << lane for lane in _LANES)  # so that no lane borrows from the next


class Weights:
    """A linear model: log odds of each kind = the sum over the features that a mail has.

    The ten weights of a feature are kept as one integer, each in a lane of its own: one addition adds them all.
    """

    def __init__(self, lines: Mapping[str, str]) -> None:
        """Take feature → "place of the kind in KINDS:hundredths …"; a line is read when first needed."""
        self._lines = lines
        self._packed = _Packed(lines)

    def probabilities(self, features: Iterable[str]) -> dict[Kind, float]:
        """The probability of each kind for a mail with these features."""
        known = self._lines.keys() & features
        total = sum(map(self._packed.__getitem__, known), self._packed[INTERCEPT] + _BIAS)
        odds = ((((total >> lane) & _MASK) - _MIDDLE) / 100 for lane in _LANES)
        return {kind: 1 / (1 + math.exp(-max(-30.0, min(30.0, odd)))) for kind, odd in zip(KINDS, odds, strict=True)}


class _Packed(dict[str, int]):
    """The weights of each feature as one integer."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        super().__init__()
        self._lines = lines

    def __missing__(self, feature: str) -> int:
        pairs = (value.split(":") for value in self._lines.get(feature, "").split())
        self[feature] = sum(int(weight) << _LANES[int(kind)] for kind, weight in pairs)
        return self[feature]


def load_weights(text: str) -> Weights:
    """The model from its lines `feature<TAB>kind number:weight …`; they are read when first needed."""
    return Weights(
        {feature: values for feature, tab, values in (line.partition("\t") for line in text.splitlines()) if tab}
    )
