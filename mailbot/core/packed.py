"""Many rows in little memory: a sequence that keeps them compressed, a thousand at a time."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar, overload

Row = TypeVar("Row")

CHUNK = 1000
"""Rows that are unpacked at once."""


class Packed(Sequence[Row]):
    """Rows as a value: it can be read again and again, and never changes."""

    __slots__ = ("_chunks", "_count")

    def __init__(self, rows: Iterable[Row]) -> None:
        """Keep `rows`, read once."""
        source, chunks, self._count = iter(rows), [], 0
        while chunk := tuple(islice(source, CHUNK)):
            self._count += len(chunk)
            chunks.append(zlib.compress(pickle.dumps(chunk, pickle.HIGHEST_PROTOCOL), 1))
        self._chunks = tuple(chunks)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        for place in range(len(self._chunks)):
            yield from self._chunk(place)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(self._count)))
        place = index + self._count if index < 0 else index
        if not 0 <= place < self._count:
            raise IndexError(index)
        return self._chunk(place // CHUNK)[place % CHUNK]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(other) == len(self) and all(map(_same, self, other))

    def __hash__(self) -> int:
        return hash(self._chunks)

    def __repr__(self) -> str:
        """Tell rows apart without showing them."""
        return f"Packed({self._count} rows, {hashlib.sha256(b''.join(self._chunks)).hexdigest()})"

    def _chunk(self, place: int) -> tuple[Row, ...]:
        rows: tuple[Row, ...] = pickle.loads(zlib.decompress(self._chunks[place]))  # noqa: S301 -- packed here
        return rows


def _same(one: object, other: object) -> bool:
    return one == other


def packed(rows: Iterable[Row]) -> Sequence[Row]:
    """The rows as a tuple where they are few, else packed."""
    source = iter(rows)
    first = tuple(islice(source, CHUNK))
    if len(first) < CHUNK:
        return first
    return Packed(_chain(first, source))


def _chain(first: Iterable[Row], rest: Iterable[Row]) -> Iterator[Row]:
    yield from first
    yield from rest
