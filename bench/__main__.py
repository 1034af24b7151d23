"""`make bench`, or `python -m bench --help`: mailbot and two bare floors on the same mails, rounds interleaved."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' own Dovecot

from servers.dovecot import Dovecot

from bench import reading
from bench.mails import request
from bench.rounds import Result, play
from bench.sides import FLOORS, MAILBOT, Side

SIZES = (1000, 10_000)
MEMORY = 150_000_000
"""Bytes that mailbot may use, whatever the mailbox holds."""


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--n", type=int, action="append", help="mails in the mailbox (may be repeated; 1000 and 10000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=1, help="[workers] processes of mailbot")
    parser.add_argument("--quick", action="store_true", help="300 mails, one round")
    parser.add_argument(
        "--only", action="append", choices=[side.name for side in (MAILBOT, *FLOORS)], help="these sides"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="add one JSON line a round to this file")
    parser.add_argument("--no-reading", action="store_true", help="leave out reading and start time")
    chosen = parser.parse_args(arguments)
    chosen.n = chosen.n or ([300] if chosen.quick else list(SIZES))
    chosen.rounds = 1 if chosen.quick else chosen.rounds
    return chosen


def main() -> int:
    """Measure and print; 1 if mailbot falls short."""
    chosen = options()
    own = replace(MAILBOT, processes=chosen.processes)
    sides = [side for side in (own, *FLOORS) if not chosen.only or side.name in chosen.only]
    if not chosen.no_reading:
        print(*reading.lines(), sep="\n", end="\n\n")
    short = []
    with Dovecot() as dovecot:
        for count in chosen.n:
            results = measure(sides, count, chosen.rounds, dovecot, chosen.json)
            print(*table(results), sep="\n", end="\n\n")
            short += shortfalls(results)
    print(*(f"falls short: {what}" for what in short), sep="\n")
    return 1 if short else 0


def measure(sides: Sequence[Side], count: int, rounds: int, dovecot: Dovecot, file: Path | None) -> list[Result]:
    """All rounds over the first `count` mails, the sides in turn, so that a drift of the machine meets them alike."""
    mails = [request(index) for index in range(count)]
    results = []
    for _ in range(rounds):
        for side in sides:
            result = play(side, mails, dovecot)
            results.append(result)
            if file:
                with file.open("a", encoding="utf-8") as output:
                    output.write(json.dumps({**asdict(result), "rate": result.rate}) + "\n")
    return results


def table(results: Sequence[Result]) -> list[str]:
    """The medians of each side as lines, and how mailbot compares."""
    own = _rate(results, MAILBOT.name)
    lines = [
        f"{'':10}{'mails':>7}{'mails/s':>9}{'CPU ms':>8}{'MB':>6}{'lost':>6}{'doubled':>9}{'left':>6}   mailbot is"
    ]
    for name in dict.fromkeys(result.side for result in results):
        mine = [result for result in results if result.side == name]
        rate = _rate(results, name)
        cpu = statistics.median(one.cpu / one.mails * 1000 for one in mine)
        peak = max(one.peak for one in mine) / 1e6
        faults = [sum(getattr(one, fault) for one in mine) for fault in ("lost", "doubled", "left")]
        ratio = "" if name == MAILBOT.name or not own else f"   {own / rate:.2f} times as fast"
        lines.append(
            f"{name:10}{mine[0].mails:>7}{rate:>9.0f}{cpu:>8.2f}{peak:>6.0f}{faults[0]:>6}{faults[1]:>9}{faults[2]:>6}{ratio}"
        )
    return lines


def shortfalls(results: Sequence[Result]) -> list[str]:
    """What mailbot owes: nothing lost or doubled, as fast as `batch`, half as fast as `fast-2c`, little memory."""
    mine = [result for result in results if result.side == MAILBOT.name]
    if not mine:
        return []
    at, own = f"at {mine[0].mails} mails", _rate(results, MAILBOT.name)
    found = [
        f"{sum(getattr(one, fault) for one in mine)} mails {fault} {at}"
        for fault in ("lost", "doubled", "left")
        if any(getattr(one, fault) for one in mine)
    ]
    for name, share in (("batch", 1.0), ("fast-2c", 0.5)):
        floor = _rate(results, name)
        if floor and own < share * floor:
            found.append(f"{own / floor:.2f} times as fast as the floor {name} {at}, {share:g} is wanted")
    if (peak := max(one.peak for one in mine)) > MEMORY:
        found.append(f"{peak / 1e6:.0f} MB {at}, {MEMORY / 1e6:.0f} are allowed")
    return found


def _rate(results: Sequence[Result], name: str) -> float:
    """The median rate of one side, 0 if it did not play."""
    return statistics.median([result.rate for result in results if result.side == name] or [0.0])


if __name__ == "__main__":
    sys.exit(main())
