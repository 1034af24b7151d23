# ruff: noqa: INP001 -- a script, no part of the package
"""Draw docs/states.md from the tables of mailbot/core/status.py: `python docs/draw_states.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mailbot.core.status import ASK_OVER, RELEASE_OVER, TABLES, RequestState, Transition

PAGE = Path(__file__).parent / "states.md"
MEANING = {
    "ask": "One right that a message exercises. Each goes its own way; none waits for another.",
    "release": "The unit of approval: the asks that it answers, its changes, its one reply.",
    "reply": "One outgoing mail. In doubt whether it left, it is uncertain, and never sent again unasked.",
}
_OVER = {"ask": ASK_OVER, "release": RELEASE_OVER, "reply": frozenset({"sent"})}


def page() -> str:
    """The whole page as Markdown with Mermaid diagrams."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# States"
    yield ""
    yield "Drawn from the tables of `mailbot/core/status.py` by `python docs/draw_states.py`; do not edit by hand."
    yield "A pair of state and event that is not here cannot happen: it raises and changes nothing."
    for name, table in TABLES.items():
        yield from ("", f"## {name.capitalize()}", "", MEANING[name], "", "```mermaid")
        yield from _diagram(name, table)
        yield from ("```", "", "| from | event | to | who | button |", "|---|---|---|---|---|")
        yield from (f"| {t.source} | {t.event} | {t.target} | {t.who} | {t.label} |" for t in table)
    yield from ("", "## Request", "")
    yield "Never set by hand: what a request waits for follows from its asks, releases and replies, most urgent first:"
    yield ", ".join(f"`{state}`" for state in RequestState) + "."


def _diagram(name: str, table: tuple[Transition, ...]) -> Iterator[str]:
    """Arrows of one machine; those that share both ends are one arrow."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {table[0].source}"
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in table:
        arrows.setdefault((str(row.source), str(row.target)), []).append(row.event)
    yield from (f"    {source} --> {target}: {', '.join(events)}" for (source, target), events in arrows.items())
    yield from (f"    {state} --> [*]" for state in dict.fromkeys(row.target for row in table) if state in _OVER[name])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
