"""evidence: one request proved, for the supervisory authority or a court."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from mailbot.actions.evidence import evidence as made
from mailbot.actions.finding import Refused
from mailbot.cli.frame import By, Json, acting, command, opened, tell
from mailbot.core.roles import Right
from mailbot.daemon import now


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(evidence)


@command
def evidence(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A reference such as 2026-00042.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.zip", help="A file that does not exist yet.")],
    language: Annotated[str | None, typer.Option(metavar="LANG", help="Of the index: fr or en.")] = None,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Pack all that proves how a request was handled: mails, decisions, journal; verify.py inside checks it alone.

    The pack holds personal data: it is readable by its owner only. Making it is journalled.
    """
    with opened() as house:
        who = acting(house, by, Right.READ)
        content = made(house, ref, language or house.staff_words[0], who, now())
    try:
        with os.fdopen(os.open(output, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
    except OSError as fault:
        raise Refused(f"{output}: {fault.strerror}; name a file that does not exist yet") from None
    told = f"{output}: {len(content)} bytes; check it with: unzip -p {output} verify.py > verify.py;"
    tell({"file": str(output), "bytes": len(content)}, f"{told} python3 -I -S verify.py {output}", as_json=as_json)
