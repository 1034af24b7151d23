"""stats, health: how it goes, and whether somebody must look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer

from mailbot.actions.figures import by_year, figures, troubles
from mailbot.actions.metrics import metrics
from mailbot.cli.frame import Json, command, configuration, fail, opened, print_json, say
from mailbot.core.yearly import Tally, Year
from mailbot.daemon import now
from mailbot.store.connect import StoreAway


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(stats)
    app.command()(health)


@command
def stats(as_json: Json = False) -> None:  # noqa: FBT002
    """Count what there is, reconcile with the mailbox, and give the figures of each year for the register.

    In time: answered up to the legal end. Median: days from arrival to answer.
    """
    with opened() as house:
        found, yearly = figures(house, now()), by_year(house, now())
    if as_json:
        print_json({**found, "years": [_year_json(year) for year in yearly]})
        return
    for year in yearly:
        say(*_year_lines(year))
    for name in ("messages", "asks", "releases", "replies"):
        say(f"{name}: {_counts(found[name])}")
    say(f"open {found['open']}, overdue {found['overdue']}, mode {found['mode']}")
    passed = found["mailbox"]
    for folder in passed["folders"] if passed else ():
        lacks = "every mail accounted for" if folder["server"] == folder["known"] else "NOT ALL READ YET"
        count = f"server {folder['server']}, known {folder['known']}"
        say(f"{folder['folder']}: {count}, {lacks} at {passed['at'][:19]}")
    for part, why in found["away"].items():
        say(f"away: {part}: {why}")
    say(f"journal head {found['journal']}")


def _year_json(year: Year) -> dict[str, Any]:
    kinds = {kind: _tally(one) for kind, one in year.kinds.items()}
    return {"year": year.year, "requests": year.requests, **_tally(year.all), "kinds": kinds}


def _tally(one: Tally) -> dict[str, Any]:
    return {**asdict(one), "share_in_time": one.share_in_time}


def _year_lines(year: Year) -> Iterator[str]:
    yield f"{year.year}: {year.requests} requests, {_told(year.all)}"
    for kind, one in year.kinds.items():
        refused = ", ".join(f"{count} {ground}" for ground, count in one.refused.items())
        yield f"  {kind}: {_told(one)}" + (f"; refused: {refused}" if refused else "")


def _told(one: Tally) -> str:
    share = "–" if one.share_in_time is None else f"{one.share_in_time:.0%}"
    days = "–" if one.median_days is None else f"{one.median_days:g}"
    return f"{one.asked} asked, {one.answered} answered, {one.open} open, in time {share}, median {days} days"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none"


@command
def health(
    as_json: Json = False,  # noqa: FBT002
    as_metrics: Annotated[bool, typer.Option("--metrics", help="Print figures for Prometheus; exit 0.")] = False,  # noqa: FBT002
) -> None:
    """Say whether somebody must look: exit 0 all is well, 1 something is wrong, one line each. For monitoring."""
    config = configuration()
    if as_metrics:
        with opened() as house:
            typer.echo(metrics(house, timedelta(hours=config.deadlines.queue_hours), now()), nl=False)
        return
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
