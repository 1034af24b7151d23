"""Tries on copies of one company: die at one point, or see something break, go on, compare all that came of it."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crash.base import Base, copied_database
from crash.sink import Sink
from crash.stage import CLOCK
from crash.world import World, provider_files
from servers.databases import Postgres

from mailbot.failpoint import VARIABLE

KILLED = -9
DONE, LATER = 0, 75
ONCE = ("run", "--once")
PATIENCE = 12  # times that mailbot is started again until nothing is left to do


@dataclass(frozen=True, slots=True)
class Setting:
    """How the company is set up for its tries, and what is done in them."""

    name: str
    sections: dict[str, dict[str, object]] = field(default_factory=dict)
    prepared_by: str = ""  # a point at which a run before the tries died
    command: tuple[str, ...] = ONCE
    after: timedelta = timedelta(0)  # the new mails, how much later it runs
    silent: bool = False  # no new mails come
    fresh: bool = False  # without a store: the first start
    restored: bool = False  # with a store and a client database as a backup had kept them before the last run
    maildir: bool = False
    whole: bool = False  # all its points are tried, not only those that it has alone
    sqlite: bool = False  # tried on SQLite alone: it has nothing of its own in the store, or no server has its like

    @property
    def endless(self) -> bool:
        """Whether the command does not end by itself: the daemon."""
        return self.command == ("run",)

    @property
    def provider(self) -> bool:
        """Whether the provider files what it took from us, so that an uncertain mail is found again."""
        return self.sections.get("outgoing", {}).get("proof") == "provider-sent"


@dataclass(slots=True)
class Matrix:
    """The tries on one kind of store, and what they found."""

    base: Base
    postgres: Postgres | None
    right: dict[str, dict[str, object]] = field(default_factory=dict)  # setting -> the state without any kill
    tries: list[tuple[Setting, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # points passed
    points: set[str] = field(default_factory=set)  # points tried
    tried: int = 0
    uncertain: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @contextmanager
    def world(self, setting: Setting) -> Iterator[World]:
        """A copy of the base, set up as `setting` says, with its new mails."""
        folder = Path(tempfile.mkdtemp(prefix="mailbot-crash-"))
        url = copied_database(self.postgres, self.base.world.url) if self.postgres else "sqlite:///store.db"
        with Sink() as sink:
            world = self.base.copy(folder, sink, url)
            self._set_up(world, setting)
            yield world
            shutil.rmtree(world.home())
        shutil.rmtree(folder)
        if self.postgres:
            self.postgres.sql(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _set_up(self, world: World, setting: Setting) -> None:
        world.configure(**setting.sections)
        if setting.sections.get("mailbox", {}).get("tls") == "starttls":
            world.configure(mailbox={"ca_file": str(world.dovecot.certificate)})
        if setting.fresh:
            for name in ("store.db", "mailbot.keys"):
                (world.folder / name).unlink()
        if not setting.silent:
            world.deliver(*self.base.mails)
        if setting.maildir:
            world.configure(mailbox={"host": f"maildir:{world.home()}/Maildir", "tls": "implicit"})
        if setting.restored:
            world.goes_back()
        if setting.prepared_by:
            assert world.mailbot(*ONCE, **{VARIABLE: setting.prepared_by}) == KILLED, world.log()
            world.workers_are_dead()
            provider_files(world)

    # --- one try ------------------------------------------------------------------------------------------------------

    def learn(self, setting: Setting) -> None:
        """Run without a kill: which points are passed how often, and what is right."""
        with self.world(setting) as world:
            trace = world.folder / "trace"
            command = ONCE if setting.endless else setting.command
            assert world.mailbot(*command, **_clock(setting), **{VARIABLE: str(trace)}) == DONE, world.log()
            passed = Counter(trace.read_text().split())
            self.finish(world, setting)
            self.right[setting.name] = world.state()
            assert (world.doubled(), world.misjudged(), world.broken_journal()) == ([], [], None)
        if setting.endless:  # what it alone does is tried
            passed = Counter(f"imap.{what}:{side}" for what in ("idle", "done") for side in ("before", "after"))
        for point, count in sorted(passed.items()):
            if setting.whole or point not in self.seen:
                self.tries += [(setting, f"{point}:{number}") for number in sorted({1, (count + 1) // 2, count})]
        self.seen |= passed.keys()

    def kill(self, setting: Setting, point: str) -> None:
        """One try: die at `point`, start again, compare.

        How often a point is passed hangs on what two connections do at once: where it is passed less often this time,
        its first pass is tried.
        """
        name, _, number = point.rpartition(":")
        with self.world(setting) as world:
            code = world.mailbot(*setting.command, **_clock(setting), **{VARIABLE: point})
            if code == KILLED:
                self.tried += 1
                self.points.add(name)
                world.workers_are_dead()
                self.finish(world, setting)
                self.judge(world, setting, f"{setting.name}, {point}")
                return
            if number == "1":
                self.wrong.append(f"{setting.name}, {point}: ended with {code}\n{world.log()[-2000:]}")
                return
        self.kill(setting, f"{name}:1")

    def finish(self, world: World, setting: Setting) -> None:
        """Start again until nothing is left to do; the provider's Sent or a human settles what is uncertain."""
        if setting.provider:
            provider_files(world)
        if not setting.endless and setting.command != ONCE:
            assert world.mailbot(*setting.command, **_clock(setting)) == DONE, world.log()
        self._until_nothing_waits(world, setting)
        taken = world.sink.taken
        found = world.rows(
            "SELECT reference, n, reply.message_id FROM reply JOIN release ON release.id = release_id"
            " JOIN request ON request.id = request_id WHERE reply.status = 'uncertain'"
        )
        for reference, n, message_id in found:
            self.uncertain += 1
            how = "sent" if taken[message_id] else "resend"
            assert world.mailbot("resolve", f"{reference}/{n}", how, "--by", "anna") == DONE, world.log()
        if found:
            self._until_nothing_waits(world, setting)

    def _until_nothing_waits(self, world: World, setting: Setting) -> None:
        """Run, and again when what was put off is due by its own word: what waits for a time that comes is not lost."""
        at = _clock(setting)
        for _ in range(PATIENCE):
            code = world.mailbot(*ONCE, **at)
            if code == DONE and not (tries := world.next_tries()):
                return
            assert code in {DONE, LATER}, world.log()
            if code == DONE:
                at = {CLOCK: max(tries)}
        self.wrong.append(f"{setting.name}: something is left after {PATIENCE} runs: {world.log()[-2000:]}")

    def judge(self, world: World, setting: Setting, what: str) -> None:
        """Compare what came of it with what should have."""
        right, found = self.right[setting.name], world.state()
        self.doubled += [f"{what}: {one}" for one in world.doubled()]
        if other := [f"{name}: {_other(found[name], right[name])}" for name in right if right[name] != found[name]]:
            self.lost.append(f"{what}: {'; '.join(other)}")
        self.wrong += [f"{what}: {one}" for one in world.misjudged()]
        if broken := world.broken_journal():
            self.wrong.append(f"{what}: {broken}")

    def figures(self) -> str:
        """What was lost, doubled and otherwise wrong so far."""
        return (
            f"{len(self.lost)} losses, {len(self.doubled)} doubles, {len(self.wrong)} other faults,"
            f" {self.uncertain} replies uncertain and resolved"
        )

    def __str__(self) -> str:
        """As it is printed."""
        store = self.base.world.url.partition(":")[0]
        return f"kill matrix, {store}: {len(self.points)} points, {self.tried} kills, {self.figures()}"


def _clock(setting: Setting) -> dict[str, str]:
    """The clock of a try, as the stage takes it."""
    return {CLOCK: (datetime.now(UTC) + setting.after).isoformat()} if setting.after else {}


def _other(found: object, right: object) -> str:
    """What is there and should not be, and what should be: of two lists only that."""
    if isinstance(found, list) and isinstance(right, list):
        found, right = [one for one in found if one not in right], [one for one in right if one not in found]
    return f"{found} instead of {right}"
