"""read: how mails would be understood. Needs no configuration and touches nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from mailbot.cli import frame
from mailbot.cli.frame import MENDABLE, Json, cell, command, print_json
from mailbot.cli.mails import Named, mails
from mailbot.config import load
from mailbot.core.parse import Unreadable, parse
from mailbot.core.printed import reading_to_json
from mailbot.core.reading import read
from mailbot.core.sender.nature import may_answer, nature
from mailbot.core.understanding import Eyes
from mailbot.core.values import Mail, MayAnswer, Nature, Reading
from mailbot.sight import Sight, eyes

_T = TypeVar("_T")


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("read")(read_command)


def reading_eyes() -> Eyes:
    """The shipped rules, or those that the file of --config lays over them; raises ConfigError, Unusable."""
    path = frame.chosen["config"]
    return eyes(Sight(load(path).content.overlay if path else None))


@command
def read_command(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH…", help="Mails (.eml), mbox files, Maildirs, folders; - is standard input."),
    ],
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say how mails would be read: who wrote them, in which language, what they ask, and by which words.

    An ask with a * is read surely enough to be acted on without a human. Nothing is kept, sent or changed.
    """
    known = reading_eyes()
    missing = False
    for named in watched(one for path in paths for one in mails(path)):
        reading = _read(known, named)
        missing |= named.raw is None and named.name in paths
        if as_json:
            print_json({"file": named.name, **reading_to_json(reading)})
        else:
            typer.echo("\t".join(map(cell, _line(named.name, reading))))
        if named.raw is None:
            typer.echo(f"mailbot: {cell(named.name)}: {named.problem}", err=True)
    if missing:
        raise typer.Exit(MENDABLE)


def _read(known: Eyes, named: Named) -> Reading:
    """The reading of one mail; an unreadable one is a reading too."""
    try:
        if named.raw is None:
            return _unreadable(named.problem)
        mail = parse(named.raw)
    except Unreadable as fault:
        return _unreadable(str(fault))
    return reading_of(known, mail)


def reading_of(known: Eyes, mail: Mail) -> Reading:
    """The reading of one parsed mail; no address is ours here."""
    may = may_answer(mail, known.noise, ())
    return read(mail, known.rules, known.thresholds, nature(mail, known.noise)[0], may)


def _unreadable(because: str) -> Reading:
    return Reading(Nature.UNREADABLE, MayAnswer(machine=False, because=because), "und")  # ISO 639-2: undetermined


def _line(name: str, reading: Reading) -> Iterable[Any]:
    asks = [f"{ask.kind} {ask.confidence:.2f}{'*' * ask.automatic}" for ask in reading.asks]
    words = [f"“{evidence.text}”" for ask in reading.asks for evidence in ask.evidence[:1]]
    return name, reading.nature, reading.language, ", ".join(asks) or None, " ".join(words) or None


def watched(found: Iterable[_T]) -> Iterator[_T]:
    """The same mails; where the result goes into a file, a terminal shows how far it is."""
    shown = sys.stderr.isatty() and not sys.stdout.isatty()
    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} mails read"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not shown, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("", total=None)
        for one in found:
            yield one
            bar.advance(task)
