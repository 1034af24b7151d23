"""lift, retention, replay: what stays frozen, kept or erased, and what brings it there again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer

from mailbot.actions.finding import Refused, must_act
from mailbot.actions.lifting import lift as lift_restriction
from mailbot.app import open_source
from mailbot.cli.frame import By, Json, acting, command, configuration, fail, opened, print_rows, tell
from mailbot.cli.registers import parsed_head
from mailbot.core.roles import Right
from mailbot.core.values import Performed
from mailbot.daemon import now
from mailbot.steps.house import House
from mailbot.steps.replay import compare, replay
from mailbot.steps.retention import Past, erase_overdue, overdue
from mailbot.store.chain import Head

_FINE = frozenset({Performed.DONE, Performed.ALREADY})


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(lift)
    app.command()(retention)
    app.command("replay")(replay_command)


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
        past, failed = _apply(house, past, who) if apply else (past, [])
    done = "erased" if apply else "past"
    rows = [{"title": t, "rows": n, "how": how, "state": done} for (t, how), n in sorted(past.rows.items())]
    print_rows(rows, ("title", "rows", "how", "state"), as_json=as_json, empty="nothing is past its time")
    if not as_json:
        for line in past.by_hand:
            typer.echo(f"by hand: {line}", err=True)
    if failed:
        fail(*failed)


def _apply(house: House, past: Past, by: str) -> tuple[Past, list[str]]:
    """Erase what is past its time; what went, and what was refused, one line each."""
    failed = []
    done = set()
    for ref, outcome in erase_overdue(house, past, by, now()):
        if outcome.performed not in _FINE:
            failed.append(f"{ref}: {outcome.because}; nothing of it was erased")
        else:
            done.add(ref)
    if past.plans and len(failed) == len(past.plans):
        raise Refused(f"nothing was erased: {failed[0]}")
    return replace(past, plans=tuple((ref, plan) for ref, plan in past.plans if ref in done)), failed


@command
def replay_command(
    head: Annotated[
        str | None, typer.Option("--head", metavar="N:HEX", help="The last head that the journal's witness was mailed.")
    ] = None,
    restored: Annotated[  # noqa: FBT002
        bool, typer.Option("--restored", help="mailbot's own store was restored too (copies of `backup` know it).")
    ] = False,
    without_witness: Annotated[  # noqa: FBT002
        bool, typer.Option("--without-witness", help="Nobody has a head: compare the rest alone.")
    ] = False,
    by: By = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """After a restore: erase and suppress again what a backup brought back; first compare a restored store.

    Stop `mailbot run` before. Until a restored store is compared nothing leaves it and nothing is changed.
    """
    known = parsed_head(head)
    with opened() as house, house.store.only_runner():
        who = acting(house, by, Right.RELEASE)
        told: dict[str, object] = {}
        if restored or house.settings.held:
            if known is None and not without_witness:
                raise Refused(
                    "the store was restored: give the witness's last head, --head N:HEX, or --without-witness"
                )
            told |= _compare(house, known, who)
        if house.settings.mode == "shadow":
            raise Refused("mode shadow: nothing is changed in the client database; set mode to queue, then replay")
        again = [(about, outcome) for about, outcome in replay(house, who, now())]
    failed = [f"{about}: {o.because}; try again" for about, o in again if o.performed not in _FINE]
    told |= {"again": len(again) - len(failed), "failed": len(failed)}
    tell(told, ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in told.items()), as_json=as_json)
    if failed:
        fail(*failed)


def _compare(house: House, head: Head | None, by: str) -> dict[str, object]:
    """Compare the restored store with the mailbox, the Sent folder and the witness's head."""
    config = configuration()
    sent = house.settings.proof_folder or (config.outgoing.sent_folder if house.settings.file_copies else "")
    with closing(open_source(config)) as source:
        source.folders()  # connects
        return compare(house, source, config.mailbox.processed, sent or "", head, now(), by).details
