"""The learnt part of the reading: for each feature of a mail, how much it speaks for or against each kind."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailbot.core.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS = tuple(Kind)
INTERCEPT = "(intercept)"


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model: log odds of each kind = the sum over the features that a mail has."""

    lines: Mapping[str, str]  # feature → "place of the kind in KINDS:hundredths …"
    known: dict[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)  # those already looked up

    def probabilities(self, features: Iterable[str]) -> dict[Kind, float]:
        """The probability of each kind for a mail with these features."""
        odds = [0.0] * len(KINDS)
        known = self.known
        for feature in (INTERCEPT, *features):
            pairs = known.get(feature)
            if pairs is None:
                if feature not in self.lines:
                    continue
                pairs = self._learn(feature)
            for kind, weight in pairs:
                odds[kind] += weight
        return {kind: 1 / (1 + math.exp(-max(-30.0, min(30.0, odd)))) for kind, odd in zip(KINDS, odds, strict=True)}

    def _learn(self, feature: str) -> tuple[tuple[int, float], ...]:
        pairs = (value.split(":") for value in self.lines[feature].split())
        self.known[feature] = tuple((int(kind), float(weight) / 100) for kind, weight in pairs)
        return self.known[feature]


def load_weights(text: str) -> Weights:
    """The model from its lines `feature<TAB>kind number:weight …`; they are read when first needed."""
    return Weights(
        {feature: values for feature, tab, values in (line.partition("\t") for line in text.splitlines()) if tab}
    )
