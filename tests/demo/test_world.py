"""The demo's world, and mailbot at work in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.app import open_house, open_sender, open_source
from mailbot.config import Mode
from mailbot.core.parse import parse
from mailbot.core.triage import MessageState
from mailbot.daemon import run_once
from mailbot.demo.world import MAILBOX, DemoWorld, what_clients_got
from mailbot.interfaces import Misconfigured

SOPHIE = "sophie.bernard@bernard-conseil.example"


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    """A world whose samples mailbot has handled."""
    with DemoWorld() as world:
        asyncio.run(handle(world))
        yield world


async def handle(world: DemoWorld) -> None:
    house, source, sender = (
        open_house(world.config, datetime.now(UTC).date()),
        open_source(world.config),
        open_sender(world.config),
    )
    try:
        assert await run_once(house, source, sender, lambda _step, _count: None)
    finally:
        await sender.close()
        source.close()
        house.clients.close()
        house.store.close()


def subjects(world: DemoWorld, folder: str) -> set[str]:
    return {parse(raw).subject for raw in world.servers.mails(MAILBOX, folder)}


def test_the_configuration_lacks_nothing(world: DemoWorld) -> None:
    assert world.config.lacks() == ()
    assert world.config.policy.mode is Mode.LIVE


def test_post_stays_in_the_inbox_and_requests_do_not(world: DemoWorld) -> None:
    kept = {sample.subject for sample in world.samples if sample.expect.becomes is not MessageState.REQUEST}
    assert kept <= subjects(world, "INBOX")
    assert not kept & subjects(world, "Processed")
    assert "Mes données personnelles" in subjects(world, "Processed")


def test_persons_are_answered_and_nobody_else(world: DemoWorld) -> None:
    recipients = {got.recipient for got in what_clients_got(world)}
    answered = {
        s.address for s in world.samples if s.expect.becomes is MessageState.REQUEST and s.expect.nature == "person"
    }
    named = {"ines.caron@caron-traiteur.example"}  # is told that a lawyer asks in her name
    assert recipients <= answered | named
    assert {"claire.dupont@moulin-bleu.example", "tom.reed@harbour.example"} <= recipients


def test_a_clients_answer_joins_the_request(world: DemoWorld) -> None:
    before = len(world.servers.mails(MAILBOX, "Processed"))
    world.answer(SOPHIE, "Une question : quand vous faut-il ma réponse ?\n")
    asyncio.run(handle(world))
    assert len(world.servers.mails(MAILBOX, "Processed")) == before + 1


def test_a_directive_that_its_author_confirms_is_registered(world: DemoWorld) -> None:
    world.answer(SOPHIE, "Oui, je confirme ces directives.\n")
    asyncio.run(handle(world))
    last = parse(world.servers.mails(SOPHIE)[-1])
    assert "D-20" in last.subject + last.text


def test_a_folder_that_is_given_keeps_the_databases(tmp_path: Path) -> None:
    with DemoWorld(tmp_path / "new") as world:
        assert world.config.clients.url == f"sqlite:///{tmp_path / 'new' / 'clients.db'}"
    assert (tmp_path / "new" / "clients.db").is_file()
    with pytest.raises(Misconfigured, match="is not empty"), DemoWorld(tmp_path / "new"):
        pass


def test_without_a_folder_nothing_is_left() -> None:
    with DemoWorld() as world:
        assert world.folder.is_dir()
    assert not world.folder.exists()
