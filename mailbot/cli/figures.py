"""stats, health: how it goes, and whether somebody must look."""

from __future__ import annotations

from datetime import timedelta

import typer

from mailbot.actions.figures import figures, troubles
from mailbot.cli.frame import Json, command, configuration, fail, opened, print_json, say
from mailbot.daemon import now
from mailbot.store.connect import StoreAway


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(stats)
    app.command()(health)


@command
def stats(as_json: Json = False) -> None:  # noqa: FBT002
    """Count messages, asks, releases and mails by state, and reconcile with the mailbox."""
    with opened() as house:
        found = figures(house, now())
    if as_json:
        print_json(found)
        return
    for name in ("messages", "asks", "releases", "replies"):
        say(f"{name}: {_counts(found[name])}")
    say(f"open {found['open']}, overdue {found['overdue']}, mode {found['mode']}")
    passed = found["mailbox"]
    for folder in passed["folders"] if passed else ():
        say(f"{folder['folder']}: server {folder['server']}, known {folder['known']} at {passed['at'][:19]}")
    for part, why in found["away"].items():
        say(f"away: {part}: {why}")
    say(f"journal head {found['journal']}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none"


@command
def health(as_json: Json = False) -> None:  # noqa: FBT002
    """Say whether somebody must look: exit 0 all is well, 1 something is wrong, one line each. For monitoring."""
    config = configuration()
    try:
        with opened() as house:
            found = troubles(house, timedelta(hours=config.deadlines.queue_hours), now())
    except StoreAway as fault:
        found = [{"what": "store", "text": str(fault)}]
    if as_json:
        print_json({"ok": not found, "problems": found})
    elif not found:
        say("well")
    if found and not as_json:
        fail(*(one["text"] for one in found))
    if found:
        raise typer.Exit(1)
