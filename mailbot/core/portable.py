"""What portability covers: data that the person provided (GDPR art. 20(1))."""

from __future__ import annotations

from dataclasses import replace

from mailbot.core.packed import packed
from mailbot.core.values import Export, HoldingData

DEMANDED = frozenset({"consent", "contract"})
"""The bases on which art. 20(1)(a) demands it; on others it may be given."""


def provided(export: Export) -> Export:
    """The same export with only what the person provided; holdings without any are left out."""
    kept = tuple(map(_provided, export.holdings))
    return replace(export, holdings=tuple(holding for holding in kept if holding.columns and holding.rows))


def _provided(holding: HoldingData) -> HoldingData:
    places = [place for place, column in enumerate(holding.columns) if column.provided]
    rows = packed(tuple(row[place] for place in places) for row in holding.rows) if places else ()
    return replace(holding, columns=tuple(holding.columns[place] for place in places), rows=rows)
