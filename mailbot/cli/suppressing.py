"""suppressions: who gets no promotional mail, and mailing lists without them."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from mailbot.actions import suppressing
from mailbot.actions.finding import Refused
from mailbot.cli.frame import By, Json, acting, command, fail, opened, print_rows, tell
from mailbot.core.keyed import address_digest
from mailbot.core.roles import Right
from mailbot.daemon import now
from mailbot.steps.house import House

_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
_BATCH = 2000  # rows of a mailing list looked up at once


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    part = typer.Typer(
        help="Addresses that get no promotional mail: list, add, remove, or clean a mailing list with `filter`.",
        invoke_without_command=True,
    )
    part.callback()(suppressions)
    part.command("add")(suppress)
    part.command("remove")(unsuppress)
    part.command("filter")(filter_csv)
    app.add_typer(part, name="suppressions")


@command
def suppressions(context: typer.Context, as_json: Json = False) -> None:  # noqa: FBT002
    """List addresses that get no promotional mail, as keyed digests: whose they are cannot be read from them."""
    if context.invoked_subcommand is not None:
        return
    with opened() as house:
        rows = house.store.suppressions.all()
    print_rows(rows, ("digest", "added_at", "why"), as_json=as_json, empty="no address is suppressed")


Addresses = Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Mail addresses.")]


@command
def suppress(addresses: Addresses, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Put addresses on the list: they get no promotional mail any more."""
    with opened() as house:
        count, known = suppressing.suppress(house, addresses, acting(house, by), now())
    tell({"added": count, "known": known}, f"{count} added, {known} on the list before", as_json=as_json)


@command
def unsuppress(addresses: Addresses, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Take addresses off the list, where the person asked for promotional mail again."""
    with opened() as house:
        gone = suppressing.unsuppress(house, addresses, acting(house, by, Right.RELEASE), now())
    if not gone:
        fail("none of them is on the list: nothing was changed")
    tell({"removed": gone}, f"{gone} removed", as_json=as_json)


@command
def filter_csv(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A mailing list; - is standard input.")],
) -> None:
    """Write a mailing list without the rows whose address is on the list; all other rows come out byte for byte.

    Run it before each campaign: `mailbot suppressions filter list.csv > clean.csv`. Counts go to standard error.
    """
    raw = sys.stdin.buffer.read() if str(file) == "-" else _bytes(file)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(f"{file} is UTF-16: save it as CSV in UTF-8")
    kept = left = 0
    with opened() as house:
        for batch in _batches(_records(raw.decode("utf-8", "surrogateescape"), file)):
            known = house.store.suppressions.known({digest for _, mine in batch for digest in _of(house, mine)})
            clean = [text for text, mine in batch if not known & _of(house, mine)]
            sys.stdout.buffer.write("".join(clean).encode("utf-8", "surrogateescape"))
            kept, left = kept + len(clean), left + len(batch) - len(clean)
    sys.stdout.buffer.flush()
    typer.echo(f"{kept} rows kept (the head counts), {left} left out", err=True)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise Refused(f"{file}: cannot be read ({fault.strerror})") from None


def _records(text: str, file: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Each record of a CSV text as it stands there, with the addresses in it; a quoted cell may have several lines."""
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            consumed.append(line)
            yield line

    first = text.partition("\n")[0]
    reader = csv.reader(lines(), delimiter=max(";,\t|", key=first.count))
    try:
        for cells in reader:
            found = (match.strip("'.") for part in cells for match in _ADDRESS.findall(part))
            yield "".join(consumed), frozenset(found)
            consumed.clear()
    except csv.Error as fault:
        raise Refused(f"{file}:{reader.line_num}: {fault}") from None


def _of(house: House, addresses: frozenset[str]) -> set[str]:
    return {address_digest(house.key, address) for address in addresses}


def _batches(records: Iterator[tuple[str, frozenset[str]]]) -> Iterator[list[tuple[str, frozenset[str]]]]:
    while batch := list(islice(records, _BATCH)):
        yield batch
