"""A mail's text in pieces: all of it, in order, with the deciding words marked and history folded."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.actions.measuring import Month
from mailbot.actions.paging import Line
from mailbot.console import plots
from mailbot.console.marking import Block, Mark, Piece, pieces
from mailbot.console.pages.queue import FLOOD, grouped
from mailbot.console.pages.request import widest
from mailbot.console.planned import differences
from mailbot.core.values import Kind

SPANS = st.tuples(st.integers(0, 60), st.integers(0, 60))


@given(st.text(max_size=50), st.lists(SPANS, max_size=6), SPANS)
def test_no_sign_is_lost_or_doubled_wherever_marks_lie(
    text: str, spans: list[tuple[int, int]], bounds: tuple[int, int]
) -> None:
    start, end = sorted(min(bound, len(text)) for bound in bounds)
    marks = [Mark(*span, kind="access", rule="fr/access#x") for span in spans]
    found = pieces(text, start, end, marks)
    assert "".join(piece.text for piece in found) == text[start:end]
    for piece in found:
        if piece.mark:
            assert piece.text
            assert piece.text in text


def test_marked_words_are_the_evidence() -> None:
    found = pieces("une copie de mes données", 0, 24, [Mark(4, 9, "access", "r")])
    assert [(piece.text, bool(piece.mark)) for piece in found] == [
        ("une ", False),
        ("copie", True),
        (" de mes données", False),
    ]


def test_history_is_folded_unless_something_in_it_decided() -> None:
    mark = Mark(0, 1, "access", "r")
    assert Block("quoted", (Piece("> x"),)).folded
    assert not Block("quoted", (Piece("> x", mark),)).folded
    assert not Block("new", (Piece("x"),)).folded


def test_a_difference_shows_what_changed_and_a_little_around() -> None:
    before = "\n".join(str(number) for number in range(20))
    after = before.replace("\n10\n", "\nten\n")
    found = differences(before, after)
    assert ("-", "10") in found
    assert ("+", "ten") in found
    assert len(found) == 6


def line(ref: str, who: str, state: str = "to_release") -> Line:
    day = "2026-12-01"
    return Line(ref, state, ("access",), who, "", "none", "unknown", 1.0, day, day, "", day, "")


@pytest.mark.parametrize(("count", "floods"), [(FLOOD - 1, 0), (FLOOD, 1), (20, 1)])
def test_many_lines_of_one_writer_are_folded(count: int, floods: int) -> None:
    lines = [line("2026-00001", "a"), *(line(f"2026-{n:05}", "b") for n in range(2, count + 2)), line("2026-09999", "")]
    groups = grouped(lines)
    assert sum(group.flood for group in groups) == floods
    assert [one.ref for group in groups for one in group.lines] == [one.ref for one in lines]


def test_nobody_in_particular_is_no_flood() -> None:
    assert not any(group.flood for group in grouped([line(f"2026-{n:05}", "") for n in range(20)]))


@given(
    st.lists(
        st.dictionaries(st.sampled_from([str(kind) for kind in Kind]), st.integers(1, 9000)), min_size=1, max_size=12
    )
)
def test_every_bar_stands_inside_its_figure(counts: list[dict[str, int]]) -> None:
    months = [Month(f"2026-{n + 1:02}", kinds, 5.0, 40, 0.9, 3, 9, 1) for n, kinds in enumerate(counts)]
    for plot in (plots.asked(months), plots.days(months), plots.shares(months, [1.0] * len(months))):
        for bar in plot.bars:
            assert plots.TOP - 1 <= bar.y <= bar.y + bar.height <= plots.HEIGHT - plots.BOTTOM + 1
            assert plots.LEFT <= bar.x <= bar.x + bar.width <= plots.WIDTH
    assert sum(bar.count for bar in plots.asked(months).bars) == sum(sum(kinds.values()) for kinds in counts)
    assert json.dumps(plots.days(months).limit)


def test_evidence_within_other_evidence_is_shown_once() -> None:
    long = {"in": "text", "start": 0, "end": 12, "text": "delete it all"}
    short = {"in": "text", "start": 0, "end": 6, "text": "delete"}
    subject = {"in": "subject", "start": 0, "end": 6, "text": "Delete"}
    again = {"in": "text", "start": 20, "end": 26, "text": "delete"}
    assert widest([short, long]) == [long]
    assert [one["text"] for one in widest([subject, long, again])] == ["delete", "delete it all"]
    assert widest([]) == []
