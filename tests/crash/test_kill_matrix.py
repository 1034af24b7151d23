"""Kill -9 before and after every commit, network call and file operation: the end is the same, and nothing twice.

Each try starts from the same company in the middle of its work, lets one command die at one point, starts it again, and
compares all that came of it with a run that nobody killed.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from crash.base import build_base
from crash.matrix import Matrix, Setting
from crash.points import all_points
from crash.sink import Sink
from crash.stage import Stage
from path.company import Company
from servers.databases import Postgres

SEED = 20261123
PART = 10
"""Every how manieth kill is tried with the tests."""

EXCUSED = {
    "oauth.ask": "a token is asked for, nothing of ours is done; needs a provider",
    "imap.find_folder": "asked only to word the error that a folder is missing",
    **dict.fromkeys(("imap.copy", "imap.delete", "imap.expunge"), "for servers without MOVE: tests/mail/test_imap.py"),
}
"""Points that no scenario passes, with the reason."""
SHARED = {"commit.steps.take_in", "commit.steps.perform.perform", "commit.steps.prepare.prepare", "store.watch"}
"""What only PostgreSQL has: a transaction around what a worker claimed, and the lock of the one that watches."""

HERE: dict[str, dict[str, object]] = {"outgoing": {"proof": "none"}}
THERE: dict[str, dict[str, object]] = {"outgoing": {"proof": "provider-sent"}}
SMALL: dict[str, dict[str, object]] = {"outgoing": {"proof": "none", "max_size": 20_000}}
LOGGED_IN: dict[str, dict[str, object]] = {
    "outgoing": {"proof": "none", "user": "direction@astrallys.com", "password_env": "MAILBOX_PASSWORD"},
    "mailbox": {"tls": "starttls", "processed": ""},
}
BY = ("--by", "anna")
SETTINGS = (
    Setting("copies filed here", HERE, whole=True),
    Setting("after a kill while a mail left", THERE, prepared_by="smtp.answer:before", whole=True),
    Setting("after a kill while the client database changed", HERE, prepared_by="clients.commit:after"),
    Setting("a question not answered for four days", HERE, after=timedelta(days=4), silent=True),
    Setting("a question that expired", HERE, after=timedelta(days=20), silent=True),
    Setting("copies too large for a mail", SMALL),
    Setting("retention", HERE, command=("retention", "--apply", *BY), silent=True),
    Setting("restored", HERE, command=("replay", "--restored", "--without-witness", *BY), restored=True, sqlite=True),
    Setting("logged in, mails marked", LOGGED_IN, sqlite=True),
    Setting("first start", HERE, fresh=True, sqlite=True),
    Setting("a Maildir", HERE, maildir=True, sqlite=True),
    Setting("the daemon", HERE, command=("run",), sqlite=True),
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
        if not (setting.sqlite and made.postgres):
            made.learn(setting)
    return made


def _try(matrix: Matrix, tries: list[tuple[Setting, str]]) -> None:
    for number, (setting, point) in enumerate(tries, 1):
        matrix.kill(setting, point)
        if not number % 25:
            print(f"{matrix} ({number} of {len(tries)})", flush=True)  # noqa: T201 -- how far it is
    print(matrix, flush=True)  # noqa: T201 -- the figures are the point
    assert (matrix.lost, matrix.doubled, matrix.wrong) == ([], [], [])


def _unseen(matrix: Matrix) -> set[str]:
    """The points of the code that no scenario passed; on PostgreSQL those that only it has."""
    names = {point.partition(":")[0] for point in all_points() - matrix.seen} - EXCUSED.keys()
    return names & SHARED if matrix.postgres else names - SHARED


def test_a_seeded_part_of_the_kills_loses_and_doubles_nothing_and_every_point_is_passed(matrix: Matrix) -> None:
    assert _unseen(matrix) == set()
    chance = random.Random(SEED)  # noqa: S311 -- the same tries each time
    _try(matrix, chance.sample(matrix.tries, len(matrix.tries) // PART))


@pytest.mark.soak
def test_a_kill_at_any_point_loses_and_doubles_nothing(matrix: Matrix) -> None:
    _try(matrix, matrix.tries)
