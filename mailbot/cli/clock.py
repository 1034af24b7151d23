"""extend, doubt: what moves the legal clock, each by a named human, told to the person at once."""

from __future__ import annotations

from typing import Annotated

import typer

from mailbot.actions import deciding
from mailbot.actions.doubting import doubt as state_doubt
from mailbot.cli.deciding import Reason, Request
from mailbot.cli.frame import By, Json, acting, command, opened, tell
from mailbot.core.roles import Right
from mailbot.core.values import Kind
from mailbot.daemon import now


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(extend)
    app.command()(doubt)


@command
def extend(ref: Request, reason: Reason, by: By = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Extend the time for an answer by two months (GDPR art. 12(3)), and tell the person why at once.

    Only within the first month, and only once. The reason stands in the letter, as you write it.
    """
    with opened() as house:
        until = deciding.extend(house, ref, reason, acting(house, by, Right.RELEASE), now())
    tell(
        {"ref": ref, "due": until.isoformat()},
        f"{ref} extended until {until}; the person is told with the next pass",
        as_json=as_json,
    )


@command
def doubt(
    ref: Request,
    reason: Reason,
    asks: Annotated[list[Kind] | None, typer.Option("--ask", metavar="KIND", help="Only this ask; repeatable.")] = None,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """State a reasonable doubt about who asks (GDPR art. 12(6)), and tell the person why at once: the clock stands.

    It runs on from the day on which the answer arrives. After it: verify, attribute, or refuse. The reason stands in
    the letter, as you write it.
    """
    with opened() as house:
        kinds = state_doubt(house, ref, asks or (), reason, acting(house, by, Right.RELEASE), now())
    tell(
        {"ref": ref, "paused": kinds},
        f"{ref}: the clock of {', '.join(kinds)} stands until the answer",
        as_json=as_json,
    )
