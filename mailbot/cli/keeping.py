"""lift, retention: what stays frozen or kept, and how it ends."""

from __future__ import annotations

from typing import Annotated

import typer

from mailbot.actions.finding import Refused, must_act
from mailbot.actions.lifting import lift as lift_restriction
from mailbot.cli.frame import By, Json, acting, command, fail, opened, print_rows, tell
from mailbot.core.roles import Right
from mailbot.core.values import Performed
from mailbot.daemon import now
from mailbot.steps.house import House
from mailbot.steps.retention import Past, erase_overdue, overdue


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(lift)
    app.command()(retention)


@command
def lift(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A reference such as 2026-00042.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stands in the letter.")],
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Lift a restriction (GDPR art. 18(3)): the person is told why at once, and the end is planned.

    Release what is planned once that mail left.
    """
    with opened() as house:
        named = lift_restriction(house, ref, reason, acting(house, by, Right.RELEASE), now())
    tell(
        {"ref": ref, "release": int(named.partition("/")[2])},
        f"{named} planned; the person is told with the next pass, then approve it",
        as_json=as_json,
    )


@command
def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Erase it, person by person.")] = False,  # noqa: FBT002
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say what in the client database is past its time by the data map; with --apply, erase it, with proof.

    A date that is empty still runs. What a law keeps longer stays. mailbot's own store forgets by itself, once a day.
    """
    with opened() as house:
        who = acting(house, by, Right.RELEASE) if apply else ""
        if apply:
            must_act(house)
        past = overdue(house, now())
        failed = _apply(house, past, who) if apply else []
    done = "erased" if apply else "past"
    rows = [{"title": t, "rows": n, "how": how, "state": done} for (t, how), n in sorted(past.rows.items())]
    print_rows(rows, ("title", "rows", "how", "state"), as_json=as_json, empty="nothing is past its time")
    if not as_json:
        for line in past.by_hand:
            typer.echo(f"by hand: {line}", err=True)
    if failed:
        fail(*failed)


def _apply(house: House, past: Past, by: str) -> list[str]:
    """Erase what is past its time; what was refused, one line each."""
    failed = []
    for ref, outcome in erase_overdue(house, past, by, now()):
        if outcome.performed not in {Performed.DONE, Performed.ALREADY}:
            failed.append(f"{ref}: {outcome.because}; nothing of it was erased")
    if past.plans and len(failed) == len(past.plans):
        raise Refused(f"nothing was erased: {failed[0]}")
    return failed
