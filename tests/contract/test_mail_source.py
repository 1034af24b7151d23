"""What every mail source must do: one suite, over Dovecot (plain and TLS), pymap and a Maildir."""

from __future__ import annotations

import mailbox as stdlib_mailbox
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mail.pymap_server import PymapServer
from servers.dovecot import PASSWORD, Dovecot, Mailbox
from servers.process import HOST

from mailbot.core.values import Place
from mailbot.interfaces import MailSource, Misconfigured
from mailbot.mail.imap import ImapSource
from mailbot.mail.maildir import MaildirSettings, MaildirSource
from mailbot.mail.session import ImapSettings

ARRIVED = datetime(2026, 3, 5, 8, 30, tzinfo=UTC)
ACCENTED = "Traités/Été 2026 & œuvres"
MAX_SIZE = 10_000


@dataclass
class World:
    """One kind of mailbox: a source for it, and a way in beside it."""

    make: Callable[..., MailSource]  # folders= and processed= as in the settings
    put: Callable[[bytes, str], None]  # a mail that arrived at ARRIVED into a folder, made if absent
    look: Callable[[str], list[bytes]]  # the mails of a folder; none if it is absent

    def mail(self, number: int = 1, body: bytes = b"Bonjour\n", folder: str = "INBOX") -> bytes:
        """Put a mail of its own into `folder`."""
        raw = b"Message-ID: <%d@client.example>\nSubject: %d\n\n%b" % (number, number, body)
        raw = raw.replace(b"\n", b"\r\n")
        self.put(raw, folder)
        return raw


def _imap(mailbox: Mailbox, port: int, ca_file: str | None = None) -> World:
    plain = ImapSettings(HOST, port, mailbox.user, PASSWORD, tls="none", sent_folder="Sent", batch=3, max_size=MAX_SIZE)
    settings = replace(plain, tls="implicit", ca_file=ca_file) if ca_file else plain

    def make(folders: tuple[str, ...] = ("INBOX",), processed: str = "Processed") -> MailSource:
        return ImapSource(replace(settings, folders=folders, processed=processed))

    def put(raw: bytes, folder: str) -> None:
        mailbox.append(raw, ARRIVED, folder)

    return World(make, put, mailbox.mails)


def _maildir(path: Path) -> World:
    stdlib_mailbox.Maildir(path)

    def at(folder: str) -> Path:
        return path if folder == "INBOX" else path / f".{folder.replace('/', '.')}"

    def make(folders: tuple[str, ...] = ("INBOX",), processed: str = "Processed") -> MailSource:
        return MaildirSource(MaildirSettings(path, folders, processed, max_size=MAX_SIZE))

    def put(raw: bytes, folder: str) -> None:
        if not at(folder).exists():
            stdlib_mailbox.Maildir(path).add_folder(at(folder).name[1:])
        box = stdlib_mailbox.Maildir(at(folder))
        os.utime(at(folder) / "new" / box.add(raw), (ARRIVED.timestamp(), ARRIVED.timestamp()))

    def look(folder: str) -> list[bytes]:
        files = (file for part in ("new", "cur") for file in (at(folder) / part).glob("*"))
        return [file.read_bytes() for file in sorted(files)]

    return World(make, put, look)


@pytest.fixture(params=["dovecot", "dovecot over TLS", "pymap", "maildir"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Each kind of mailbox, empty."""
    if request.param == "maildir":
        yield _maildir(tmp_path / "Maildir")
    elif request.param == "pymap":
        with PymapServer() as server:
            with server.mailbox.client() as client:
                client.create_folder("Sent")
            yield _imap(server.mailbox, server.port)
    else:
        dovecot: Dovecot = request.getfixturevalue("dovecot")
        mailbox = dovecot.fresh()
        if request.param == "dovecot":
            yield _imap(mailbox, dovecot.imap_port)
        else:
            yield _imap(mailbox, dovecot.imaps_port, str(dovecot.certificate))


@pytest.fixture
def source(world: World) -> Iterator[MailSource]:
    """A source over INBOX alone."""
    source = world.make()
    yield source
    source.close()


def everything(source: MailSource, folder: str = "INBOX") -> list[bytes | None]:
    """The bytes of all mails of a folder."""
    return [mail.raw for mail in source.fetch(folder, source.uids(folder))]


def test_all_mails_are_given_with_bytes_size_arrival_and_place(world: World, source: MailSource) -> None:
    raws = [world.mail(number) for number in range(7)]
    mails = list(source.fetch("INBOX", source.uids("INBOX")))
    assert sorted(mail.raw or b"" for mail in mails) == raws
    assert {mail.received for mail in mails} == {ARRIVED}
    assert [mail.size for mail in mails] == [len(mail.raw or b"") for mail in mails]
    [uidvalidity] = source.folders().values()
    assert [mail.place for mail in mails] == [Place("INBOX", uidvalidity, uid) for uid in source.uids("INBOX")]


def test_an_empty_folder_gives_nothing(source: MailSource) -> None:
    assert list(source.uids("INBOX")) == []
    assert list(source.fetch("INBOX", [])) == []


def test_uids_and_uidvalidity_stay_the_same_for_a_new_source(world: World, source: MailSource) -> None:
    world.mail(1)
    world.mail(2)
    again = world.make()
    assert again.folders() == source.folders()
    assert again.uids("INBOX") == source.uids("INBOX")
    again.close()


def test_a_mail_over_the_size_limit_is_named_but_not_read(world: World, source: MailSource) -> None:
    small = world.mail(1)
    world.mail(2, b"x" * MAX_SIZE + b"\n")
    mails = list(source.fetch("INBOX", source.uids("INBOX")))
    assert sorted((mail.size > MAX_SIZE, mail.raw) for mail in mails) == [(False, small), (True, None)]


def test_a_uid_that_is_gone_or_never_was_is_left_out(world: World, source: MailSource) -> None:
    raw = world.mail(1)
    [uid] = source.uids("INBOX")
    assert [mail.raw for mail in source.fetch("INBOX", [uid, uid + 7, uid + 8])] == [raw]


def test_what_became_ours_is_moved_and_the_rest_stays(world: World, source: MailSource) -> None:
    ours, theirs = world.mail(1), world.mail(2)
    places = [mail.place for mail in source.fetch("INBOX", source.uids("INBOX")) if mail.raw == ours]
    source.mark_done(places)
    assert (world.look("INBOX"), world.look("Processed")) == ([theirs], [ours])
    assert everything(source) == [theirs]


def test_marking_twice_or_a_mail_that_is_gone_changes_nothing_more(world: World, source: MailSource) -> None:
    raw = world.mail(1)
    places = [mail.place for mail in source.fetch("INBOX", source.uids("INBOX"))]
    source.mark_done(places)
    source.mark_done(places)
    source.mark_done([])
    assert (world.look("INBOX"), world.look("Processed")) == ([], [raw])


def test_a_mail_of_another_uidvalidity_is_not_touched(world: World, source: MailSource) -> None:
    raw = world.mail(1)
    [place] = [mail.place for mail in source.fetch("INBOX", source.uids("INBOX"))]
    source.mark_done([Place(place.folder, place.uidvalidity + 1, place.uid)])
    assert world.look("INBOX") == [raw]


def test_the_connection_may_be_used_between_two_mails_of_a_fetch(world: World, source: MailSource) -> None:
    raws = [world.mail(number) for number in range(8)]
    for mail in source.fetch("INBOX", source.uids("INBOX")):
        source.mark_done([mail.place])
    assert (world.look("INBOX"), sorted(world.look("Processed"))) == ([], raws)


def test_several_folders_are_read_and_their_names_may_have_accents(world: World) -> None:
    inbox, accented = world.mail(1), world.mail(2, folder=ACCENTED)
    source = world.make(folders=("INBOX", ACCENTED), processed="Traité par le délégué")
    assert set(source.folders()) == {"INBOX", ACCENTED}
    mails = [mail for folder in source.folders() for mail in source.fetch(folder, source.uids(folder))]
    assert [mail.raw for mail in mails] == [inbox, accented]
    source.mark_done([mail.place for mail in mails])
    assert sorted(world.look("Traité par le délégué")) == [inbox, accented]
    source.close()


def test_a_missing_folder_is_named_to_the_operator(world: World) -> None:
    source = world.make(folders=("INBOX", "Réclamations"))
    with pytest.raises(Misconfigured, match="Réclamations"):
        source.folders()
    assert list(source.uids("INBOX")) == []
    source.close()


def test_a_sent_mail_is_filed_and_found_by_its_message_id(world: World, source: MailSource) -> None:
    raw = b"Message-ID: <mailbot.1@astrallys.com>\r\nSubject: =?utf-8?q?R=C3=A9ponse?=\r\n\r\nBonjour\r\n"
    source.file_sent(raw)
    assert world.look("Sent") == [raw]
    assert source.find_message_id("Sent", "<mailbot.1@astrallys.com>")
    assert not source.find_message_id("Sent", "<mailbot.2@astrallys.com>")


def test_waiting_ends_when_a_mail_arrives(world: World, source: MailSource) -> None:
    source.uids("INBOX")
    timer = threading.Timer(0.2, world.mail)
    timer.start()
    assert source.wait(20)
    timer.join()
    assert len(source.uids("INBOX")) == 1


def test_a_mail_that_arrived_before_the_wait_is_news(world: World, source: MailSource) -> None:
    source.uids("INBOX")
    world.mail()
    assert source.wait(20)


def test_a_mail_that_arrived_while_others_were_handled_is_news(world: World, source: MailSource) -> None:
    world.mail(1)
    mails = list(source.fetch("INBOX", source.uids("INBOX")))
    world.mail(2)
    source.mark_done([mail.place for mail in mails])
    assert source.wait(20)
    assert len(source.uids("INBOX")) == 1


def test_a_mail_in_any_folder_is_news(world: World) -> None:
    world.mail(1, folder="Junk")
    source = world.make(folders=("INBOX", "Junk"))
    for folder in source.folders():
        source.uids(folder)
    world.mail(2, folder="Junk")
    assert source.wait(20)
    source.close()


def test_no_mail_is_no_news(world: World, source: MailSource) -> None:
    world.mail()
    source.uids("INBOX")
    assert not source.wait(0.3)


def test_our_own_moves_are_no_news(world: World, source: MailSource) -> None:
    world.mail()
    source.mark_done([mail.place for mail in source.fetch("INBOX", source.uids("INBOX"))])
    assert not source.wait(0.3)


def test_a_wait_is_ended_from_another_thread(source: MailSource) -> None:
    source.uids("INBOX")
    started = time.monotonic()
    threading.Timer(0.2, source.wake).start()
    assert not source.wait(30)
    assert time.monotonic() - started < 15


def test_a_wake_just_before_the_wait_is_not_lost(source: MailSource) -> None:
    source.uids("INBOX")
    started = time.monotonic()
    source.wake()
    assert not source.wait(30)
    assert time.monotonic() - started < 15


def test_another_thread_may_use_the_mailbox_during_a_wait(world: World, source: MailSource) -> None:
    source.uids("INBOX")
    waiting = threading.Thread(target=source.wait, args=(30,))
    waiting.start()
    time.sleep(0.2)
    source.file_sent(b"Subject: x\r\n\r\nx\r\n")
    assert len(world.look("Sent")) == 1
    source.wake()
    waiting.join(10)
    assert not waiting.is_alive()


def test_after_close_the_next_call_opens_again(world: World, source: MailSource) -> None:
    raw = world.mail()
    source.uids("INBOX")
    source.close()
    source.close()
    assert everything(source) == [raw]
