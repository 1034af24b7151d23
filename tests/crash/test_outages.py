"""Whatever breaks between us and the servers, nothing is lost and no reply leaves twice; then all goes on by itself.

Each scenario starts from the company of the kill matrix, breaks one to three things while it works, in the order that
its seed gives, lets it go on until nothing waits, and compares what came of it with a run in which nothing broke.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from crash.base import build_base
from crash.breaks import FAULTS, set_up
from crash.matrix import Matrix, Setting
from crash.sink import Sink
from crash.stage import Stage
from crash.test_kill_matrix import HERE
from path.company import Company
from servers.dovecot import PASSWORD

SEED = 500
SETTING = Setting("outages", HERE)


@dataclass(slots=True)
class Outages:
    """The scenarios, and what they found."""

    matrix: Matrix
    kinds: Counter[str] = field(default_factory=Counter)
    scenarios: int = 0
    broken: Counter[tuple[str, str]] = field(default_factory=Counter)  # connections, by state and how

    def play(self, seed: int) -> None:
        """One scenario: some passes in which something breaks, then those that take it up, then the comparison."""
        chance = random.Random(seed)  # noqa: S311 -- the same scenario each time
        self.scenarios += 1
        with self.matrix.world(SETTING) as world, set_up(world) as scene:
            what = [f"seed {seed}"]
            for fault in chance.choices(list(FAULTS), list(FAULTS.values()), k=chance.randint(1, 3)):
                what.append(fault(scene, chance))
                self.kinds[fault.__name__.strip("_").replace("_", " ")] += 1
            self.broken.update((one.state, one.action) for one in scene.imap.broke + scene.smtp.broke)
            self.matrix.wrong += [f"{what}: {said}" for said in scene.said]
            self.matrix.finish(world, SETTING)
            self.matrix.judge(world, SETTING, "; ".join(what))

    def __str__(self) -> str:
        """As it is printed."""
        return (
            f"outages: {self.scenarios} scenarios, {self.kinds.total()} faults ({dict(self.kinds)}), "
            f"{self.broken.total()} connections broken at {len({state for state, _ in self.broken})} states in"
            f" {len(self.broken)} ways: {self.matrix.figures()}"
        )


@pytest.fixture
def outages(company: Company, sink: Sink, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Outages:
    """What is to be played."""
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    matrix = Matrix(build_base(company, sink, stage, "sqlite:///store.db"), None)
    matrix.learn(SETTING)
    return Outages(matrix)


def _play(outages: Outages, count: int) -> None:
    for seed in range(SEED, SEED + count):
        outages.play(seed)
        if not outages.scenarios % 25:
            print(outages, flush=True)  # noqa: T201 -- how far it is
    print(outages, flush=True)  # noqa: T201 -- the figures are the point
    assert (outages.matrix.lost, outages.matrix.doubled, outages.matrix.wrong) == ([], [], [])


def test_whatever_breaks_nothing_is_lost_and_nothing_leaves_twice(outages: Outages) -> None:
    _play(outages, 50)


@pytest.mark.soak
def test_whatever_breaks_five_hundred_times_nothing_is_lost_and_nothing_leaves_twice(outages: Outages) -> None:
    _play(outages, 500)
