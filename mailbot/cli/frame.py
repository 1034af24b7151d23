"""What every command shares: the configuration, the house, how things are printed, how errors end."""

from __future__ import annotations

import getpass
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

from mailbot.actions.finding import ROLE, Refused, must_have, staff_member
from mailbot.app import open_house
from mailbot.checking import foreign_store
from mailbot.config import Config, ConfigError, NoSecret, find_config, load
from mailbot.core.roles import Right
from mailbot.interfaces import Away, Misconfigured
from mailbot.readers import Readers
from mailbot.sight import Unusable
from mailbot.steps.house import House
from mailbot.store.connect import StoreAway

MENDABLE = 1
USAGE = 2
LATER = 75

_P = ParamSpec("_P")
_T = TypeVar("_T")

Json = Annotated[bool, typer.Option("--json", help="Print JSON: lists one object a line.")]
By = Annotated[str | None, typer.Option(metavar="NAME", help="The staff account that acts; by default your login.")]
Ref = Annotated[
    str, typer.Argument(metavar="REF[/N]", help="A reference such as 2026-00042; /2 names its second release.")
]

chosen: dict[str, Path | None] = {"config": None}


def config_path() -> Path:
    """The configuration file in force; raises ConfigError if there is none."""
    return find_config(chosen["config"])


def configuration() -> Config:
    """config.toml, read whole; raises ConfigError with all problems."""
    return load(config_path())


@contextmanager
def opened(readers: Readers | None = None) -> Iterator[House]:
    """The house, for one command; closed behind it, with `readers` that are at work already."""
    config = configuration()
    _owner_only(config)
    ROLE.set(None)
    house = open_house(config, date.today(), readers)  # noqa: DTZ011 -- the day here, for the first start only
    try:
        yield house
    finally:
        house.readers.close()
        house.clients.close()
        house.store.close()


def _owner_only(config: Config) -> None:
    """Refuse to run as anyone but the store's owner: files made as another user would lock the service out."""
    if (stranger := foreign_store(config.store.url)) is not None:
        fail(stranger)


def acting(house: House, by: str | None, right: Right = Right.PREPARE) -> str:
    """The staff account that acts; the journal keeps its login too. Raises Refused if there is none with `right`."""
    login = getpass.getuser()
    must_have(house, login, right)  # another's name gives nobody more than his own account may do
    who = staff_member(house, by, login, right)
    house.store.journal.logins[who] = login
    return who


def looking(house: House) -> None:
    """Before personal data are shown: raises Refused if the login's account may not look at them."""
    must_have(house, getpass.getuser(), Right.READ)


# --- endings ----------------------------------------------------------------------------------------------------------


def fail(*lines: str, code: int = MENDABLE) -> NoReturn:
    """End with one line a problem on standard error."""
    for line in lines:
        typer.echo(plain(f"mailbot: {line}" if not line.startswith("mailbot:") else line), err=True)
    raise typer.Exit(code)


def command(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Give a command the endings of the contract: every known fault is one line and an exit code, never a traceback."""

    @wraps(function)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        except (ConfigError, Unusable) as fault:
            fail(*map(str, fault.problems))
        except (Refused, NoSecret, Misconfigured) as fault:
            fail(str(fault))
        except (Away, StoreAway) as fault:
            fail(str(fault), code=LATER)
        except BrokenPipeError:  # the reader of our output has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None

    return guarded


# --- printing ---------------------------------------------------------------------------------------------------------


def plain(text: object) -> str:
    """Text without control and direction characters: a mail cannot steer a terminal. Blanks of any width are plain."""
    return "".join(sign if sign.isprintable() or sign == "\n" else _stand_in(sign) for sign in str(text))


def _stand_in(sign: str) -> str:
    return " " if unicodedata.category(sign) == "Zs" else "·"


def say(*lines: str) -> None:
    """Print lines for people."""
    for line in lines:
        typer.echo(plain(line))


def print_json(value: object) -> None:
    """Print one JSON object on one line; what no terminal should see stands there as an escape (RFC 8259 section 7)."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    typer.echo(
        text if text.isprintable() else "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)
    )


def tell(value: Mapping[str, Any], line: str, *, as_json: bool) -> None:
    """Print what a command did: one JSON object, or one line for people."""
    if as_json:
        print_json(value)
    else:
        say(line)


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Print a list: JSON lines, a table on a terminal, else one plain line a row."""
    listed = list(rows)
    if as_json:
        for row in listed:
            print_json(row)
    elif not listed:
        typer.echo(empty, err=True)
    elif sys.stdout.isatty():
        _print_table(listed, columns)
    else:
        for row in listed:
            typer.echo("\t".join(cell(row[column]) for column in columns))


def _print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    from rich.console import Console  # noqa: PLC0415 -- for terminals only
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell(row[column])) for column in columns))
    Console().print(table)


def cell(value: object) -> str:
    """One value in a row of text."""
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return plain(" ".join(str(value).split()))
