"""Whatever is the same address is looked for: by its place in an index, and by LIKE."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.address import normalise
from mailbot.core.notation import folded_spans, pattern, spans

NOTATIONS = [
    " Claire.Dupont@Moulin-Bleu.EXAMPLE",
    "claire.dupont@moulin-bleu.example. ",
    "\t\u00a0claire.dupont@moulin-bleu\u3002example",
    "info@LEFÈVRE.example",
    "info@lefe\u0300vre.example",
    "info@xn--lefvre-5ua.example",
    "ZOÉ@x.example",
    "zoe\u0301@x.example",
    "İstanbul@x.example",
    "aİ@x.example",
    "\u212a@x.example",
    "100%_sure\\@x.example",
    "a@b@C.example",
    "@x",
    "z" * 70 + "Z@x.example",
]
texts = st.text(
    st.sampled_from("aAzZ.@ \t\x1f-_%\\xXn0éÉ\u0300\u0301İıßſ\u3002\uff0e\u00a0\u2028\U0001f600"), max_size=14
)


def found_by_order(stored: str, form: str) -> bool:
    """Whether a database that orders by bytes finds `stored`."""
    where = spans(form)
    text = stored.encode(errors="surrogatepass")
    return where is None or any(start.encode() <= text < end.encode() for start, end in where)


def found_by_folded_order(stored: str, form: str) -> bool:
    where = folded_spans(form)
    text = _ascii_lower(stored).encode(errors="surrogatepass")
    return where is None or any(start.encode() <= text < _ascii_lower(end).encode() for start, end in where)


def found_by_like(stored: str, form: str) -> bool:
    signs = (".*" if one == "%" else "." if one == "_" else re.escape(one) for one in pattern(form))
    return re.fullmatch("".join(signs), stored, re.DOTALL | re.IGNORECASE | re.ASCII) is not None or (
        re.fullmatch("".join(signs), _ascii_lower(stored), re.DOTALL) is not None
    )


def _ascii_lower(text: str) -> str:
    return "".join(one.lower() if one.isascii() else one for one in text)


@pytest.mark.parametrize("stored", NOTATIONS)
def test_every_notation_is_looked_for(stored: str) -> None:
    form = normalise(stored)
    assert found_by_order(stored, form)
    assert found_by_folded_order(stored, form)
    assert found_by_like(stored, form)


@given(texts)
@example("A\u0301@x")
@example("aſ@x")
def test_whatever_is_written_is_looked_for_under_its_normal_form(stored: str) -> None:
    form = normalise(stored)
    assert found_by_order(stored, form)
    assert found_by_folded_order(stored, form)
    assert found_by_like(stored, form)


def test_another_address_is_not_looked_at() -> None:
    form = "claire.dupont@moulin-bleu.example"
    for other in ("claire.dupond@moulin-bleu.example", "paul@moulin-bleu.example"):
        assert not found_by_order(other, form)
        assert not found_by_like(other, form)


def test_a_pattern_has_no_backslash() -> None:
    assert "\\" not in pattern("a\\b@x.example")
