"""The learnt part of the reading: for each feature of a mail, how much it speaks for or against each kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailbot.core.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS = tuple(Kind)
INTERCEPT = "(intercept)"


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model: log odds of each kind = the sum over the features that a mail has."""

    by_feature: Mapping[str, tuple[tuple[int, float], ...]]  # feature → (place of the kind in KINDS, weight)

    def probabilities(self, features: Iterable[str]) -> dict[Kind, float]:
        """The probability of each kind for a mail with these features."""
        odds = [0.0] * len(KINDS)
        table = self.by_feature
        for kind, weight in table.get(INTERCEPT, ()):
            odds[kind] += weight
        for feature in features:
            for kind, weight in table.get(feature, ()):
                odds[kind] += weight
        return {kind: 1 / (1 + math.exp(-max(-30.0, min(30.0, odd)))) for kind, odd in zip(KINDS, odds, strict=True)}


def load_weights(text: str) -> Weights:
    """The model from its lines `feature<TAB>kind number:weight …`; lines that are not so are passed over."""
    table: dict[str, tuple[tuple[int, float], ...]] = {}
    for line in text.splitlines():
        feature, tab, values = line.partition("\t")
        if tab:
            pairs = (value.split(":") for value in values.split())
            table[feature] = tuple((int(kind), float(weight) / 100) for kind, weight in pairs)
    return Weights(table)
