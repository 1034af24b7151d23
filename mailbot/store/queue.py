"""The queue page by page: what the console shows of thousands, found by the database instead of by reading all.

The state of a request is a function of its parts (core/status.py); STATE says the same in SQL, and a test holds both
equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailbot.core.reading.words import fold_text
from mailbot.core.status import ASK_OVER
from mailbot.store.database import Handle, Row

# Of each request its own few rows, never all that are in a state: `status || ''` keeps SQLite from that index, LIMIT
# keeps PostgreSQL from gathering those of all requests first, as it would for EXISTS.
_HAS_RELEASE = "(SELECT 1 FROM release x WHERE x.request_id = r.id AND x.status || '' {0} LIMIT 1) IS NOT NULL"
_HAS_REPLY = (
    "(SELECT 1 FROM release x JOIN reply y ON y.release_id = x.id"
    " WHERE x.request_id = r.id AND y.status || '' IN ('failed', 'uncertain') LIMIT 1) IS NOT NULL"
)
_HAS_ASK = "(SELECT 1 FROM ask a WHERE a.request_id = r.id AND a.status || '' = '{0}' LIMIT 1) IS NOT NULL"
STATE = f"""CASE
 WHEN {_HAS_RELEASE.format("= 'blocked'")} OR {_HAS_REPLY} THEN 'trouble'
 WHEN {_HAS_RELEASE.format("= 'planned'")} THEN 'to_release'
 WHEN {_HAS_ASK.format("open")} THEN CASE WHEN r.preparing = 1 THEN 'preparing' ELSE 'to_staff' END
 WHEN {_HAS_RELEASE.format("IN ('approved', 'performing', 'performed')")} THEN 'leaving'
 WHEN {_HAS_ASK.format("proving")} THEN 'proving'
 ELSE 'closed' END"""

_WAITING = """m.dismissed_by IS NULL AND (m.state IN ('waiting', 'unreadable', 'too_large')
 OR (m.state = 'before_start' AND m.due IS NOT NULL) OR (m.state = 'joined' AND m.nature = 'person'))"""
_MESSAGE_DUE = "COALESCE(r.due, m.due, m.arrived)"

REQUESTS: Mapping[str, str] = {
    "all": "r.closed_at IS NULL",
    "release": f"r.closed_at IS NULL AND {STATE} = 'to_release'",
    "staff": f"r.closed_at IS NULL AND {STATE} = 'to_staff'",
    "proving": f"r.closed_at IS NULL AND {STATE} = 'proving'",
    "overdue": "r.closed_at IS NULL AND r.due < ?",
    "trouble": f"r.closed_at IS NULL AND {STATE} = 'trouble'",
    "mine": "r.closed_at IS NULL AND EXISTS (SELECT 1 FROM assignment s WHERE s.request_id = r.id AND s.name = ?)",
    "closed": "r.closed_at IS NOT NULL",
}
"""Filter -> which requests it shows. `overdue` takes today, `mine` a name."""

MESSAGES: Mapping[str, str] = {
    "all": _WAITING,
    "staff": _WAITING,
    "overdue": f"{_WAITING} AND {_MESSAGE_DUE} < ?",
    "unreadable": f"{_WAITING} AND m.state IN ('unreadable', 'too_large')",
    "robots": "m.state = 'robot'",
}
"""Filter -> which messages it shows."""

_REQUEST_WORDS = "(SELECT 1 FROM searched w WHERE w.request_id = r.id AND {0} LIMIT 1) IS NOT NULL"
_MESSAGE_WORDS = "(SELECT 1 FROM searched w WHERE w.message_id = m.id AND {0} LIMIT 1) IS NOT NULL"
_HOLDING = "SELECT w.request_id FROM searched w WHERE w.request_id IS NOT NULL AND {0} LIMIT ?"
_FEW = 5000  # requests that hold a rare word
_MOST_WORDS = 8  # of a search


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the queue: a request or a message."""

    request: int | None
    message: int | None


class Queue:
    """Slots of a filter in order of their due dates, and how many there are."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._held = (
            "strpos(w.words, ?) > 0" if handle.postgres else "w.words GLOB '*' || ? || '*'"
        )  # the fastest of each

    def slots(self, show: str, value: str, text: str, start: int, most: int) -> list[Slot]:
        """Up to `most` slots from number `start`; `value` is what the filter takes, `text` narrows by words."""
        found = self._requests(show, value, text, start + most) + self._messages(show, value, text, start + most)
        found.sort(key=lambda row: (row["due"], row["id"]), reverse=show == "closed")
        return [
            Slot(row["id"], None) if row["what"] == "r" else Slot(None, row["id"])
            for row in found[start : start + most]
        ]

    def _requests(self, show: str, value: str, text: str, most: int) -> list[Row]:
        if show not in REQUESTS:
            return []
        bound = _bound(REQUESTS[show], value)
        found, words = self._holding(_REQUEST_WORDS, text)
        found += self._among(words) if show == "closed" else ""
        by = "r.closed_at DESC" if show == "closed" else "r.due, r.id"
        due = "r.closed_at" if show == "closed" else "r.due"
        sql = (
            f"SELECT 'r' AS what, r.id, {due} AS due FROM request r WHERE {REQUESTS[show]}{found} ORDER BY {by} LIMIT ?"  # noqa: S608 -- all of our own
        )
        return self._handle.query(sql, [*bound, *words, most])

    def _messages(self, show: str, value: str, text: str, most: int) -> list[Row]:
        if show not in MESSAGES:
            return []
        bound = _bound(MESSAGES[show], value)
        found, words = self._holding(_MESSAGE_WORDS, text)
        by = "m.id DESC" if show == "robots" else "due, m.id"
        sql = (
            f"SELECT 'm' AS what, m.id, {_MESSAGE_DUE} AS due FROM message m LEFT JOIN request r ON r.id = m.request_id"  # noqa: S608 -- all of our own
            f" WHERE {MESSAGES[show]}{found} ORDER BY {by} LIMIT ?"
        )
        return self._handle.query(sql, [*bound, *words, most])

    def _holding(self, one: str, text: str) -> tuple[str, list[str]]:
        """The condition that each word of the text is held, as `one` says for one word, and the values of its marks."""
        words = sorted(fold_text(text).split()[:_MOST_WORDS], key=len, reverse=True)  # the rarest first, mostly
        if text and not words:
            return " AND 1 = 0", []
        return f" AND {one}".format(self._held) * len(words), words

    def _among(self, words: Sequence[str]) -> str:
        """The condition that names the requests with the longest of these words, if they are few.

        Closed requests are many: to look for a rare word in each of them takes ten times as long as to look for it
        once; a frequent one is found in the first that are looked at.
        """
        if not words:
            return ""
        found = self._handle.cursor(_HOLDING.format(self._held), [words[0], _FEW + 1]).fetchall()
        named = ", ".join(str(int(row[0])) for row in found) or "NULL"
        return f" AND r.id IN ({named})" if len(found) <= _FEW else ""

    def counts(self, today: str, name: str) -> dict[str, int]:
        """How many slots each filter has, but for those that only grow (robots, closed)."""
        states = self._handle.query(
            f"SELECT state, COUNT(*) AS n FROM (SELECT {STATE} AS state FROM request r WHERE r.closed_at IS NULL) s"  # noqa: S608 -- our own
            " GROUP BY state",
            [],
        )
        by_state = {row["state"]: int(row["n"]) for row in states}
        messages = {show: self._count("m", MESSAGES[show], today) for show in ("all", "overdue", "unreadable")}
        return {
            "all": sum(by_state.values()) + messages["all"],
            "release": by_state.get("to_release", 0),
            "staff": by_state.get("to_staff", 0) + messages["all"],
            "proving": by_state.get("proving", 0),
            "trouble": by_state.get("trouble", 0),
            "overdue": self._count("r", REQUESTS["overdue"], today) + messages["overdue"],
            "mine": self._count("r", REQUESTS["mine"], name),
            "unreadable": messages["unreadable"],
        }

    def _count(self, what: str, wanted: str, value: str) -> int:
        table = "request r" if what == "r" else "message m LEFT JOIN request r ON r.id = m.request_id"
        row = self._handle.query(f"SELECT COUNT(*) AS n FROM {table} WHERE {wanted}", _bound(wanted, value))[0]  # noqa: S608 -- our own
        return int(row["n"])

    def states(self, request_ids: Sequence[int]) -> dict[int, str]:
        """The state of each of these requests, as SQL sees it."""
        if not request_ids:
            return {}
        marks = ", ".join("?" * len(request_ids))
        rows = self._handle.query(f"SELECT r.id, {STATE} AS state FROM request r WHERE r.id IN ({marks})", request_ids)  # noqa: S608 -- our own
        return {row["id"]: row["state"] for row in rows}

    def living(self) -> list[Row]:
        """Every ask that is not over: reference, kind, due, legal_end, state (of its request), paused (since, or None).

        Only these columns: there may be thousands, and a whole request weighs 15 kB.
        """
        marks = ", ".join("?" * len(ASK_OVER))
        return self._handle.query(
            f"SELECT r.reference, a.kind, a.due, a.legal_end, {STATE} AS state,"  # noqa: S608 -- our own
            " (SELECT MIN(p.began) FROM pause p"
            "   WHERE p.request_id = r.id AND p.kind = a.kind AND p.ended IS NULL) AS paused"
            " FROM request r JOIN ask a ON a.request_id = r.id"
            f" WHERE r.closed_at IS NULL AND a.status NOT IN ({marks}) ORDER BY a.due, r.reference, a.kind",
            [str(state) for state in ASK_OVER],
        )

    def kept(self, before: str) -> list[Row]:
        """Releases planned before a moment that nobody has approved: reference, n, purpose, asks, planned_at."""
        return self._handle.query(
            "SELECT r.reference, x.n, x.purpose, x.asks, x.planned_at FROM release x JOIN request r"
            " ON r.id = x.request_id WHERE x.status = 'planned' AND x.planned_at < ? ORDER BY x.id",
            [before],
        )

    def of_person(self, person: str | None, sender: str | None, but: int, most: int) -> list[Row]:
        """Other requests of one person on file, or of one writing address: id, reference, arrived, closed_at."""
        column, value = ("person", person) if person and person != "[]" else ("sender", sender)
        if value is None:
            return []
        return self._handle.query(
            f"SELECT id, reference, arrived, closed_at FROM request WHERE {column} = ? AND id <> ?"  # noqa: S608 -- our own
            " ORDER BY id DESC LIMIT ?",
            [value, but, most],
        )


def _bound(condition: str, value: str) -> list[Any]:
    return [value] * condition.count("?")
