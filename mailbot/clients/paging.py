"""The rows of a long answer a page at a time: no driver holds all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from peewee import Column, Select

PAGE = 2000
"""Rows asked for at once."""


def pages(query: Select, key: Sequence[Column], place: int | None) -> Iterator[tuple[object, ...]]:
    """The rows of `query` in the order of `key`; `place` is where the one key column stands in a row, None for none.

    The next page begins behind the last key seen: rows that come or go meanwhile move no others.
    """
    ordered = query.order_by(*key)
    if place is None or len(key) != 1:
        yield from ordered.tuples()
        return
    page = list(ordered.limit(PAGE).tuples())
    while page:
        yield from page
        if len(page) < PAGE:
            return
        page = list(ordered.where(key[0] > page[-1][place]).limit(PAGE).tuples())
