"""Several releases in one transaction of the client database: each ends as it would alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from clients.bases import KINDS, ask, contact, run, sample, sample_map, url_of

from mailbot.clients.directory import SqlDirectory, open_directory
from mailbot.core.values import Change, Performed, RowUpdate


@pytest.fixture(params=KINDS)
def url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return sample(url_of(request.param, tmp_path, request))


@pytest.fixture
def directory(url: str) -> Iterator[SqlDirectory]:
    with closing(open_directory(url, sample_map())) as opened:
        yield opened


def renamed(directory: SqlDirectory, number: int, name: str) -> tuple[RowUpdate, ...]:
    return tuple(directory.plan_rectify(contact(directory, number), [Change("last_name", None, name)]).updates)


def name(url: str, number: int) -> object:
    return ask(url, f"SELECT last_name FROM contact WHERE id = {number}")[0][0]  # noqa: S608 -- a number


def test_all_are_done_and_the_same_one_twice_is_found_done(directory: SqlDirectory, url: str) -> None:
    releases = [renamed(directory, 1, "Abel"), renamed(directory, 2, "Babel"), renamed(directory, 1, "Abel")]
    ends = [outcome.performed for outcome in directory.perform_each(releases)]
    assert ends == [Performed.DONE, Performed.DONE, Performed.ALREADY]
    assert (name(url, 1), name(url, 2)) == ("Abel", "Babel")


def test_one_that_cannot_be_holds_up_no_other(directory: SqlDirectory, url: str) -> None:
    releases = [renamed(directory, number, "Neuf") for number in (1, 2, 3)]
    run(url, "UPDATE contact SET last_name = 'Autre' WHERE id = 2")
    ends = [outcome.performed for outcome in directory.perform_each(releases)]
    assert ends == [Performed.DONE, Performed.CHANGED, Performed.DONE]
    assert [name(url, number) for number in (1, 2, 3)] == ["Neuf", "Autre", "Neuf"]


def test_two_that_contradict_each_other_are_taken_in_their_order(directory: SqlDirectory, url: str) -> None:
    releases = [renamed(directory, 1, "Premier"), renamed(directory, 1, "Second")]
    ends = [outcome.performed for outcome in directory.perform_each(releases)]
    assert ends == [Performed.DONE, Performed.CHANGED]
    assert name(url, 1) == "Premier"
