"""How well mails are read: labelled mails against their readings. Pure; the corpus form is that of tests/corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mailbot.core.reading.words import fold_text
from mailbot.core.values import Change, Kind, Reading

Row = Mapping[str, Any]
"""One labelled mail: id, subject, body, asks, language, on_behalf, fields."""

_HUMANS = frozenset({Kind.HEIR, Kind.AUTHORITY})
_BINS = (0.0, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99, 1.0001)
_PARTIAL = frozenset({"scope", "when"})


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one kind: read and right, read and wrong, missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of those read, how many are right (1 where none is read)."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of those asked, how many are read (1 where none is asked)."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """One mail whose set of kinds is read wrongly, with the words that misled."""

    id: str
    wanted: tuple[str, ...]
    read: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Asks read with a confidence in [low, high): how many, and how many of them are right."""

    low: float
    high: float
    count: int
    right: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of one corpus."""

    mails: int
    kinds: Mapping[str, Score]
    macro_f1: float  # over the kinds that the corpus asks
    exact: float  # share of mails whose set of kinds is read exactly
    languages: Mapping[str, tuple[int, float]]  # language → mails, exact share
    nothing: float  # of the mails that ask nothing, the share read as asking nothing
    asking: float  # of the mails that ask, the share read as asking something
    dangerous: tuple[str, ...]  # ids of mails with an ask called automatic that a machine must not act on
    coverage: float  # of the asks a machine may act on, the share read automatic and right
    values: tuple[int, int]  # rectification values found with the right field, of how many
    language_right: float
    on_behalf_right: float  # among mails that ask
    confusions: tuple[Confusion, ...]
    calibration: tuple[Bin, ...]


def evaluate(rows: Sequence[Row], readings: Sequence[Reading]) -> Evaluation:
    """The measures of `readings` (one a row, same order); raises ValueError where the lengths differ."""
    pairs = list(zip(rows, readings, strict=True))
    scores = {kind.value: _score(kind, pairs) for kind in Kind}
    asked = [score for score in scores.values() if score.right + score.missed]
    right = [_wanted(row) == reading.kinds for row, reading in pairs]
    found, total = _values(pairs)
    return Evaluation(
        mails=len(pairs),
        kinds=scores,
        macro_f1=_share(score.f1 for score in asked),
        exact=_share(right),
        languages=_by_language(pairs),
        nothing=_share(not reading.asks for row, reading in pairs if not _wanted(row)),
        asking=_share(bool(reading.asks) for row, reading in pairs if _wanted(row)),
        dangerous=tuple(_id(row) for row, reading in pairs if _dangerous(row, reading)),
        coverage=_coverage(pairs),
        values=(found, total),
        language_right=_share(row.get("language") == reading.language for row, reading in pairs),
        on_behalf_right=_share(
            bool(row.get("on_behalf")) == reading.on_behalf for row, reading in pairs if _wanted(row)
        ),
        confusions=tuple(
            _confusion(row, reading) for (row, reading), good in zip(pairs, right, strict=True) if not good
        ),
        calibration=tuple(_calibration(pairs)),
    )


def _id(row: Row) -> str:
    return str(row.get("id", ""))


def _wanted(row: Row) -> frozenset[Kind]:
    return frozenset(Kind(kind) for kind in row.get("asks", ()))


def _share(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 1.0


def _score(kind: Kind, pairs: Iterable[tuple[Row, Reading]]) -> Score:
    counts = Counter((kind in _wanted(row), kind in reading.kinds) for row, reading in pairs)
    return Score(counts[True, True], counts[False, True], counts[True, False])


def _by_language(pairs: Iterable[tuple[Row, Reading]]) -> Mapping[str, tuple[int, float]]:
    result: dict[str, list[bool]] = {}
    for row, reading in pairs:
        result.setdefault(str(row.get("language", "")), []).append(_wanted(row) == reading.kinds)
    return {code: (len(good), _share(good)) for code, good in sorted(result.items())}


def _for_people(row: Row, kind: Kind) -> bool:
    """Whether a human must see it: heirs, authorities, others' affairs, a part of the data, a person replaced."""
    fields = row.get("fields", {})
    changed = {change.get("field") for change in fields.get("changes", ())} if kind is Kind.RECTIFICATION else set()
    return (
        kind in _HUMANS
        or bool(row.get("on_behalf"))
        or bool(_PARTIAL & set(fields))
        or (kind is Kind.RECTIFICATION and ("site_contact" in changed or {"last_name", "first_name"} <= changed))
    )


def _dangerous(row: Row, reading: Reading) -> bool:
    for ask in reading.asks:
        if ask.automatic and (
            ask.kind not in _wanted(row)
            or _for_people(row, ask.kind)
            or (ask.kind is Kind.RECTIFICATION and _wrong_value(row, reading))
        ):
            return True
    return False


def _wrong_value(row: Row, reading: Reading) -> bool:
    """Whether a value would be written that the mail does not ask for; unknown where the row tells no values."""
    if not row.get("fields", {}).get("changes"):
        return False
    allowed = {(change["field"], _plain(change.get("new"))) for change in row.get("fields", {}).get("changes", ())}
    return any((change.field, _plain(change.new)) not in allowed for change in reading.fields.changes)


def _plain(value: str | None) -> str:
    text = value or ""
    return (
        "".join(char for char in text.lower() if char.isalnum() or char in "@.+")
        if "@" in text or any(map(str.isdigit, text))
        else fold_text(text)
    )


def _coverage(pairs: Iterable[tuple[Row, Reading]]) -> float:
    return _share(
        any(ask.kind is kind and ask.automatic for ask in reading.asks)
        for row, reading in pairs
        for kind in _wanted(row)
        if not _for_people(row, kind)
    )


def _values(pairs: Iterable[tuple[Row, Reading]]) -> tuple[int, int]:
    found = total = 0
    for row, reading in pairs:
        for change in row.get("fields", {}).get("changes", ()):
            total += 1
            found += any(_same(change, read) for read in reading.fields.changes)
    return found, total


def _same(wanted: Mapping[str, Any], read: Change) -> bool:
    """The same field and new value; a number may stand beside the name of a site contact."""
    new, given = _plain(wanted.get("new")), _plain(read.new)
    return (
        read.field == wanted["field"]
        and bool(given)
        and (new == given or (read.field == "site_contact" and new.startswith(given)))
    )


def _confusion(row: Row, reading: Reading) -> Confusion:
    wrong = [ask for ask in reading.asks if ask.kind not in _wanted(row)]
    return Confusion(
        _id(row),
        tuple(sorted(kind.value for kind in _wanted(row))),
        tuple(sorted(kind.value for kind in reading.kinds)),
        tuple(f"{proof.rule}: {proof.text[:80]}" for ask in wrong for proof in ask.evidence[:2]),
    )


def _calibration(pairs: Iterable[tuple[Row, Reading]]) -> Iterable[Bin]:
    asks = [(ask.confidence, ask.kind in _wanted(row)) for row, reading in pairs for ask in reading.asks]
    for low, high in pairwise(_BINS):
        inside = [good for confidence, good in asks if low <= confidence < high]
        if inside:
            yield Bin(low, min(high, 1.0), len(inside), sum(inside))
