"""map draft, map check: where personal data lies in the client database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailbot.actions.finding import Refused
from mailbot.checking import check_clients
from mailbot.cli.frame import Json, chosen, command, configuration, fail, print_json, say
from mailbot.clients.directory import BadUrl
from mailbot.clients.survey import survey_url
from mailbot.config import Config, ConfigError
from mailbot.content import Content
from mailbot.core.drafting.maptext import map_text
from mailbot.core.drafting.personal import personal
from mailbot.core.drafting.suggest import suggest
from mailbot.core.drafting.tables import Outline
from mailbot.knowledge import read_vocabulary


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    part = typer.Typer(help="The data map: where personal data lies in the client database.")
    part.callback()(_map)
    part.command("draft")(map_draft)
    part.command("check")(map_check)
    app.add_typer(part, name="map")


def _map() -> None:
    """The data map: where personal data lies in the client database, and how a change is written there."""


@command
def map_draft(
    url: Annotated[
        str | None,
        typer.Argument(metavar="[URL]", help="sqlite:///… postgresql://… mysql://…; else that of config.toml."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file that does not exist yet, instead of the screen.")
    ] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Write a first data map of any database; it is only read. Comments in it say what was guessed.

    With --json: each column with personal data, and what it is.
    """
    config = _configured(needed=url is None)
    address = url or (config.clients.address() if config else None)
    if address is None:
        fail("give the URL of the database, or write [clients] url into config.toml")
    vocabulary = read_vocabulary(Content(config.content.overlay if config else None))
    try:
        made = survey_url(address, vocabulary, config.organisation.country if config else "FR")
    except BadUrl as fault:
        fail(str(fault))
    if not made.persons:
        fail("no table with persons was found: see that this account may read the tables, or write the map by hand")
    if as_json:
        _print_columns(made)
        return
    text = map_text(suggest(made), made.vocabulary, len(made.seen.tables))
    if output is None:
        typer.echo(text, nl=False)
    else:
        _write(output, text)
        say(f"{output}: {len(made.persons)} kinds of person; complete it, then `mailbot map check`")


def _configured(*, needed: bool) -> Config | None:
    """The configuration; None if there is none and the URL was given."""
    try:
        return configuration()
    except ConfigError:
        if needed or chosen["config"] is not None:
            raise
        return None


def _print_columns(made: Outline) -> None:
    for table, column, guess, path in personal(made):
        category = made.vocabulary.category[guess.category]
        print_json(
            {
                "table": str(table),
                "column": column,
                "category": guess.category,
                "is": category.is_,
                "person": table in made.persons,
                "reached": path is not None,
                "sure": guess.sure,
                "because": guess.because,
            }
        )


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise Refused(f"{file} exists already: nothing is overwritten") from None
    except OSError as fault:
        raise Refused(f"{file}: cannot be written ({type(fault).__name__}); check folder, rights and room") from None


@command
def map_check(as_json: Json = False) -> None:  # noqa: FBT002
    """Lay the data map over the client database: what does not fit, what is missing, what a write cannot do."""
    config = configuration()
    try:
        found = check_clients(config)
    except BadUrl as fault:
        fail(f"{config.name} [clients] url: {fault}")
    if as_json:
        print_json({"ok": not found, "problems": [{"where": one.where, "what": one.what} for one in found]})
    elif found:
        fail(*map(str, found))
    else:
        say("map and client database fit each other")
    if found:
        raise typer.Exit(1)
