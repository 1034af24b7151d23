"""Kill -9 before and after every commit, network call and file operation: the end is the same, and nothing twice.

Each try starts from the same company in the middle of its work, lets one `mailbot run --once` die at one point, starts
it again, and compares all that came of it with a run that nobody killed.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from crash.base import Base, build_base, copied_database
from crash.points import all_points
from crash.sink import Sink
from crash.stage import Stage
from crash.world import World, provider_files
from path.company import Company
from servers.databases import Postgres

from mailbot.failpoint import VARIABLE

SEED = 20261123
KILLED = -9

EXCUSED = {
    "oauth.ask": "a token is asked for, nothing of ours is done; needs a provider",
    "imap.find_folder": "asked only to word the error that a folder is missing",
    **dict.fromkeys(("imap.copy", "imap.delete", "imap.expunge"), "for servers without MOVE: tests/mail/test_imap.py"),
    **dict.fromkeys(
        ("commit.steps.asking.remind", "commit.steps.asking._give_up", "commit.steps.proposing._kept"),
        "not killed yet: days after the mail, which no scenario reaches; tests/path/test_path_proof.py",
    ),
    **dict.fromkeys(
        ("commit.steps.retention.carry_out", "commit.steps.retention._conclude"),
        "not killed yet: `mailbot retention` by hand; its changes are those of tests/clients that are killed",
    ),
    **dict.fromkeys(
        ("commit.steps.replay.compare", "commit.steps.replay._processed", "commit.steps.replay._record"),
        "not killed yet: `mailbot replay` by hand, which can be run again; tests/path/test_path_restore.py",
    ),
}
"""Points that no scenario passes, with the reason."""
SHARED = {"commit.steps.take_in", "commit.steps.perform.perform", "commit.steps.prepare.prepare", "store.watch"}
"""What only PostgreSQL has: a transaction around what a worker claimed, and the lock of the one that watches."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How the company is set up for its tries."""

    name: str
    sections: dict[str, dict[str, object]] = field(default_factory=dict)
    prepared_by: str = ""  # a point at which a run before the tries died
    daemon: bool = False
    fresh: bool = False  # without a store: the first start
    maildir: bool = False
    whole: bool = False  # all its points are tried, not only those that it has alone


HERE: dict[str, dict[str, object]] = {"outgoing": {"proof": "none"}}
THERE: dict[str, dict[str, object]] = {"outgoing": {"proof": "provider-sent"}}
LOGGED_IN: dict[str, dict[str, object]] = {
    "outgoing": {"proof": "none", "user": "direction@astrallys.com", "password_env": "MAILBOX_PASSWORD"},
    "mailbox": {"tls": "starttls", "processed": ""},
}
SETTINGS = (
    Setting("copies filed here", HERE, whole=True),
    Setting("after a kill while a mail left", THERE, prepared_by="smtp.answer:before", whole=True),
    Setting("logged in, mails marked", LOGGED_IN),
    Setting("first start", HERE, fresh=True),
    Setting("a Maildir", HERE, maildir=True),
    Setting("the daemon", HERE, daemon=True),
)


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
        world.deliver(*self.base.mails)
        if setting.maildir:
            world.configure(mailbox={"host": f"maildir:{world.home()}/Maildir", "tls": "implicit"})
        if setting.prepared_by:
            assert world.mailbot("run", "--once", **{VARIABLE: setting.prepared_by}) == KILLED, world.log()
            world.workers_are_dead()
            provider_files(world)

    def learn(self, setting: Setting) -> None:
        """Run without a kill: which points are passed how often, and what is right."""
        with self.world(setting) as world:
            trace = world.folder / "trace"
            assert world.mailbot("run", "--once", **{VARIABLE: str(trace)}) == 0, world.log()
            passed = Counter(trace.read_text().split())
            self.finish(world, setting)
            self.right[setting.name] = world.state()
            assert (world.doubled(), world.misjudged(), world.broken_journal()) == ([], [], None)
        if setting.daemon:  # it does not end by itself: what it alone does is tried
            passed = Counter(f"imap.{what}:{side}" for what in ("idle", "done") for side in ("before", "after"))
        for point, count in sorted(passed.items()):
            if setting.whole or point not in self.seen:
                self.tries += [(setting, f"{point}:{number}") for number in sorted({1, (count + 1) // 2, count})]
        self.seen |= passed.keys()

    def kill(self, setting: Setting, point: str) -> None:
        """One try: die at `point`, start again, compare."""
        what = f"{setting.name}, {point}"
        self.tried += 1
        self.points.add(point.rpartition(":")[0])
        with self.world(setting) as world:
            command = ("run",) if setting.daemon else ("run", "--once")
            code = world.mailbot(*command, **{VARIABLE: point})
            if code != KILLED:
                self.wrong.append(f"{what}: ended with {code}\n{world.log()[-2000:]}")
            world.workers_are_dead()
            self.finish(world, setting)
            self.judge(world, setting, what)

    def finish(self, world: World, setting: Setting) -> None:
        """Start again until nothing is left to do; the provider's Sent or a human settles what is uncertain."""
        if setting.sections is THERE:
            provider_files(world)
        assert world.mailbot("run", "--once") == 0, world.log()
        taken = world.sink.taken
        found = world.rows(
            "SELECT reference, n, reply.message_id FROM reply JOIN release ON release.id = release_id"
            " JOIN request ON request.id = request_id WHERE reply.status = 'uncertain'"
        )
        for reference, n, message_id in found:
            self.uncertain += 1
            how = "sent" if taken[message_id] else "resend"
            assert world.mailbot("resolve", f"{reference}/{n}", how, "--by", "anna") == 0, world.log()
        if found:
            assert world.mailbot("run", "--once") == 0, world.log()

    def judge(self, world: World, setting: Setting, what: str) -> None:
        right, found = self.right[setting.name], world.state()
        self.doubled += [f"{what}: {one}" for one in world.doubled()]
        for name in right:
            if right[name] != found[name]:
                self.lost.append(f"{what}: {name}: {found[name]} instead of {right[name]}")
        self.wrong += [f"{what}: {one}" for one in world.misjudged()]
        if broken := world.broken_journal():
            self.wrong.append(f"{what}: {broken}")

    def __str__(self) -> str:
        """As it is printed."""
        return (
            f"kill matrix, {self.base.world.url.partition(':')[0]}: {len(self.points)} points, {self.tried} kills,"
            f" {len(self.lost)} losses, {len(self.doubled)} doubles, {len(self.wrong)} other faults,"
            f" {self.uncertain} replies uncertain and resolved"
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def matrix(request: pytest.FixtureRequest, company: Company, sink: Sink, stage: Stage) -> Matrix:
    """What is to be tried on one kind of store."""
    postgres: Postgres | None = None
    url = "sqlite:///store.db"
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
        url = request.getfixturevalue("postgres_url")
    made = Matrix(build_base(company, sink, stage, url), postgres)
    for setting in SETTINGS:
        if setting.whole or not made.postgres:
            made.learn(setting)
    return made


def _try(matrix: Matrix, tries: list[tuple[Setting, str]]) -> None:
    for setting, point in tries:
        matrix.kill(setting, point)
    print(matrix)  # noqa: T201 -- the figures are the point
    assert (matrix.lost, matrix.doubled, matrix.wrong) == ([], [], [])


def _unseen(matrix: Matrix) -> set[str]:
    """The points of the code that no scenario passed; on PostgreSQL those that only it has."""
    names = {point.partition(":")[0] for point in all_points() - matrix.seen} - EXCUSED.keys()
    return names & SHARED if matrix.postgres else names - SHARED


def test_a_seeded_part_of_the_kills_loses_and_doubles_nothing_and_every_point_is_passed(matrix: Matrix) -> None:
    assert _unseen(matrix) == set()
    chance = random.Random(SEED)  # noqa: S311 -- the same tries each time
    _try(matrix, chance.sample(matrix.tries, len(matrix.tries) // 20))


@pytest.mark.soak
def test_a_kill_at_any_point_loses_and_doubles_nothing(matrix: Matrix) -> None:
    _try(matrix, matrix.tries)
