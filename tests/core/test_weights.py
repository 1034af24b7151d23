"""The learnt weights: each line is found again, and what has none speaks for nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.reading.weights import Lines, load_weights
from mailbot.core.values import Kind

_NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)
_VALUES = st.text(st.characters(whitelist_categories=("Nd", "Ll", "So"), whitelist_characters=" :-"), max_size=12)


@given(st.dictionaries(_NAMES, _VALUES, max_size=60), _NAMES)
def test_every_name_gives_its_value_and_no_other_gives_any(lines: dict[str, str], other: str) -> None:
    found = Lines("\n".join(f"{name}\t{value}" for name, value in lines.items()))
    assert {name: found.get(name) for name in lines} == lines
    assert other in lines or not found.get(other)


def test_a_feature_speaks_for_its_kinds_alone_and_an_unknown_one_for_none() -> None:
    weights = load_weights("(intercept)\t0:-100 4:-100\nerase\t4:300\nerase+data\t0:-50\nno line of ours\n")
    known = weights.probabilities(["erase", "never seen"])
    assert known[Kind.ERASURE] > 0.8
    assert known[Kind.ACCESS] == weights.probabilities([])[Kind.ACCESS] < 0.3
    assert weights.probabilities(["erase"]) == known
