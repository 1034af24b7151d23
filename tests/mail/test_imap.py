"""What the IMAP source does besides the contract: no trace, poor servers, big mails, lost connections."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from mail.imap_server import DROP, SILENT, ImapServer
from servers.dovecot import PASSWORD, Dovecot, Mailbox
from servers.process import HOST, free_port, need

from mailbot.core.values import Fetched, Place
from mailbot.interfaces import Away, Misconfigured
from mailbot.mail import imap
from mailbot.mail.idle import idle
from mailbot.mail.imap import ImapSource
from mailbot.mail.session import ImapSession, ImapSettings
from mailbot.mail.wake import Waker

RAW = b"Subject: Mes droits\r\n\r\nBonjour\r\n"


def settings(mailbox: Mailbox) -> ImapSettings:
    """Plain text to Dovecot."""
    return ImapSettings(HOST, mailbox.port, mailbox.user, PASSWORD, tls="none")


@pytest.fixture
def source(mailbox: Mailbox) -> Iterator[ImapSource]:
    """A source over the INBOX of `mailbox`."""
    source = ImapSource(settings(mailbox))
    yield source
    source.close()


def everything(source: ImapSource) -> list[Fetched]:
    """All mails of INBOX."""
    return list(source.fetch("INBOX", source.uids("INBOX")))


# --- no trace ---------------------------------------------------------------------------------------------------------


def test_reading_leaves_no_trace(mailbox: Mailbox, source: ImapSource) -> None:
    mailbox.append(RAW)
    with mailbox.client() as client:
        client.select_folder("INBOX", readonly=True)
        before = client.get_flags([1])  # \Recent among them
    assert len(everything(source)) == 1
    source.find_message_id("INBOX", "<1@x>")
    source.wait(0.2)
    source.close()
    with mailbox.client() as client:
        client.select_folder("INBOX", readonly=True)
        assert client.get_flags([1]) == before
        assert not client.folder_exists("Processed")


def test_flags_and_keywords_of_staff_survive_the_move(mailbox: Mailbox, source: ImapSource) -> None:
    mailbox.append(RAW)
    with mailbox.client() as client:
        client.select_folder("INBOX")
        client.add_flags([1], [b"\\Flagged", b"$Urgent"])
    source.mark_done([mail.place for mail in everything(source)])
    assert mailbox.flags("Processed") == [{b"\\Flagged", b"$Urgent"}]


def test_the_folder_that_the_server_calls_sent_is_found(mailbox: Mailbox, source: ImapSource) -> None:
    source.file_sent(RAW)
    assert mailbox.flags("Sent") == [{b"\\Seen"}]


def test_where_the_named_folder_for_sent_mails_is_missing_the_servers_own_serves(mailbox: Mailbox) -> None:
    source = ImapSource(replace(settings(mailbox), sent_folder="Nowhere"))
    source.file_sent(RAW)
    assert mailbox.flags("Sent") == [{b"\\Seen"}]
    source.close()


def test_a_processed_folder_that_was_deleted_is_made_again(mailbox: Mailbox, source: ImapSource) -> None:
    mailbox.append(RAW)
    source.mark_done([mail.place for mail in everything(source)])
    with mailbox.client() as client:
        client.delete_folder("Processed")
    mailbox.append(RAW)
    source.mark_done([mail.place for mail in everything(source)])
    assert (mailbox.mails(), mailbox.mails("Processed")) == ([], [RAW])


def test_the_check_names_what_is_missing_and_makes_nothing(mailbox: Mailbox, source: ImapSource) -> None:
    assert source.check() == []
    with mailbox.client() as client:
        assert not client.folder_exists("Processed")
    [problem] = ImapSource(replace(settings(mailbox), folders=("INBOX", "Nowhere"))).check()
    assert "Nowhere" in problem.what
    [problem] = ImapSource(replace(settings(mailbox), password="wrong", port=free_port())).check()
    assert "wrong" not in str(problem)


# --- servers with less ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def poor(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """A Dovecot that admits to no more than the capabilities given."""
    need("dovecot", "openssl", "/usr/lib/dovecot/lmtp")
    with Dovecot(more=f"imap_capability = IMAP4rev1 {request.param}\n") as server:
        yield server


@pytest.mark.parametrize("poor", ["UIDPLUS"], indirect=True)
def test_without_move_a_mail_is_copied_and_that_one_alone_expunged(poor: Dovecot) -> None:
    mailbox = poor.fresh()
    for _ in range(3):
        mailbox.append(RAW)
    with mailbox.client() as client:
        client.select_folder("INBOX")
        client.add_flags([2], [b"\\Deleted"])  # by staff, who may still change their mind
    source = ImapSource(settings(mailbox))
    source.mark_done([everything(source)[0].place] * 2)
    assert len(mailbox.mails("Processed")) == 1
    assert mailbox.flags() == [{b"\\Deleted"}, set()]
    source.close()


@pytest.mark.parametrize("poor", [""], indirect=True)
def test_without_uidplus_a_mail_gets_the_keyword(poor: Dovecot) -> None:
    mailbox = poor.fresh()
    mailbox.append(RAW)
    source = ImapSource(settings(mailbox))
    source.mark_done([mail.place for mail in everything(source)])
    assert mailbox.flags() == [{b"$Mailbot"}]
    source.close()


@pytest.mark.parametrize("poor", [""], indirect=True)
def test_without_idle_a_wait_polls(poor: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "POLL", 0.2)
    mailbox = poor.fresh()
    source = ImapSource(settings(mailbox))
    source.uids("INBOX")
    assert not source.wait(0.3)
    threading.Timer(0.2, mailbox.append, [RAW]).start()
    assert source.wait(20)
    source.close()


def test_where_nothing_is_moved_by_choice_the_keyword_is_set(mailbox: Mailbox) -> None:
    mailbox.append(RAW)
    source = ImapSource(replace(settings(mailbox), processed=""))
    source.mark_done([mail.place for mail in everything(source)])
    assert mailbox.flags() == [{b"$Mailbot"}]
    source.close()


def test_where_the_server_keeps_no_keywords_a_mail_is_left_alone() -> None:
    selected = "1 EXISTS\nOK [UIDVALIDITY 7] .\nOK [PERMANENTFLAGS (\\Seen)] .\nOK ."
    with ImapServer(answers=[("SELECT", selected)]) as server:
        source = ImapSource(replace(at(server), processed=""))
        source.mark_done([Place("INBOX", 7, 1)])
        assert not [command for command in server.commands if "STORE" in command]
        source.close()


# --- much -------------------------------------------------------------------------------------------------------------


def test_a_mail_of_26_megabytes_is_whole_and_in_memory_once(mailbox: Mailbox, source: ImapSource) -> None:
    big = RAW + b"0123456789abcdef" * 4 * 416_000 + b"\r\n"
    mailbox.append(RAW)
    mailbox.append(big)
    mailbox.append(RAW)
    uids = source.uids("INBOX")
    tracemalloc.start()
    sizes = [len(mail.raw or b"") for mail in source.fetch("INBOX", uids)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes == [len(RAW), len(big), len(RAW)]
    assert peak < 1.3 * len(big)
    assert [mail.raw for mail in source.fetch("INBOX", uids)] == [RAW, big, RAW]


def test_a_mail_that_fills_its_last_piece_is_whole(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbot.mail.fetching.BATCH_BYTES", 10)
    monkeypatch.setattr("mailbot.mail.fetching.PIECE", len(RAW) // 2)
    mailbox.append(RAW[: len(RAW) // 2 * 2])
    source = ImapSource(settings(mailbox))
    assert [mail.raw for mail in everything(source)] == [RAW[: len(RAW) // 2 * 2]]
    source.close()


def test_a_folder_too_big_for_one_search_is_searched_in_parts(
    mailbox: Mailbox, source: ImapSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "SEARCHED_AT_ONCE", 3)
    for _ in range(8):
        mailbox.append(RAW)
    assert list(source.uids("INBOX")) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_folder_made_anew_gives_its_new_mails_under_their_new_place(mailbox: Mailbox) -> None:
    mailbox.append(RAW, folder="Box")
    source = ImapSource(replace(settings(mailbox), folders=("Box",)))
    [old] = source.fetch("Box", source.uids("Box"))
    with mailbox.client() as client:
        client.delete_folder("Box")
        client.create_folder("Box")
    mailbox.append(RAW + b"new\r\n", folder="Box")
    source.mark_done([old.place])
    [new] = source.fetch("Box", source.uids("Box"))
    assert new.raw == RAW + b"new\r\n"
    assert new.place.uidvalidity == source.folders()["Box"] != old.place.uidvalidity
    source.close()


def test_many_uids_are_named_in_few_short_sets() -> None:
    assert list(imap.uid_sets([])) == []
    assert list(imap.uid_sets([*range(1, 5001), 5002, 5002, 5003, 5007])) == ["1:5000,5002:5003,5007"]
    scattered = range(1_000_000, 1_010_000, 2)
    sets = list(imap.uid_sets(scattered))
    assert max(len(uid_set) for uid_set in sets) <= imap.SET_LENGTH
    assert [int(uid) for uid_set in sets for uid in uid_set.split(",")] == list(scattered)


# --- waiting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", [False, True])
def test_a_mail_that_lands_between_the_look_and_idle_is_never_slept_on(
    dovecot: Dovecot, mailbox: Mailbox, *, tls: bool
) -> None:
    reach = settings(mailbox)
    if tls:
        reach = replace(reach, port=dovecot.imaps_port, tls="implicit", ca_file=str(dovecot.certificate))
    session = ImapSession(reach)
    with session.talk() as client:
        for _ in range(16):
            session.select("INBOX", again=True)
            mailbox.append(RAW)
            started = datetime.now(UTC)
            assert idle(client, Waker(), 60)
            assert datetime.now(UTC) - started < timedelta(seconds=30)
    session.close()


def test_a_server_that_stops_ends_the_wait_and_all_is_well_when_it_is_back() -> None:
    need("dovecot", "openssl", "/usr/lib/dovecot/lmtp")
    with Dovecot() as server:
        mailbox = server.fresh()
        mailbox.append(RAW)
        source = ImapSource(settings(mailbox))
        source.uids("INBOX")
        threading.Timer(0.3, server.stop).start()
        with pytest.raises(Away):
            source.wait(60)
        with pytest.raises(Away):
            source.uids("INBOX")
        server.start()
        assert [mail.raw for mail in everything(source)] == [RAW]
        source.close()


# --- refusals and lost connections ------------------------------------------------------------------------------------


def at(server: ImapServer) -> ImapSettings:
    """Plain text to the scripted server, impatient."""
    return ImapSettings(HOST, server.port, "us@astrallys.com", PASSWORD, tls="none", connect_timeout=2, timeout=1)


@pytest.mark.parametrize("answer", [DROP, SILENT, "NO [UNAVAILABLE] back-end down for us@astrallys.com"])
@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH"])
def test_what_may_pass_is_away_and_the_next_call_connects_again(command: str, answer: str) -> None:
    sound = [("UID SEARCH", "SEARCH 1\nOK done"), ("LIST", 'LIST () "/" INBOX\nOK done')]
    with ImapServer(answers=[(command, answer), *sound]) as server:
        source = ImapSource(at(server))
        with pytest.raises(Away) as raised:
            source.uids("INBOX")
        assert "astrallys" not in str(raised.value)
        del server.answers[0]
        assert list(source.uids("INBOX")) == [1]
        source.close()


def test_a_refused_password_is_for_the_operator_and_not_repeated() -> None:
    with ImapServer(answers=[("LOGIN", "NO [AUTHENTICATIONFAILED] bad password for us@astrallys.com")]) as server:
        with pytest.raises(Misconfigured, match=r"refused user or password \[AUTHENTICATIONFAILED\]") as raised:
            ImapSource(at(server)).folders()
        assert "astrallys" not in str(raised.value)


def test_a_password_with_accents_is_given_as_utf_8() -> None:
    with ImapServer() as server:
        source = ImapSource(replace(at(server), password=lambda: "sécret"))
        source.folders()
        assert "AUTHENTICATE PLAIN \0us@astrallys.com\0sécret" in server.commands
        source.close()


def test_a_mail_that_the_server_never_hands_over_is_shown_at_the_third_try_and_blocks_no_other() -> None:
    heads = "1 FETCH (UID 1 RFC822.SIZE 3)\n2 FETCH (UID 2 RFC822.SIZE 3)\nOK done"  # and no INTERNALDATE
    answers = [
        (r"UID FETCH 1,2 \(RFC822.SIZE", heads),
        ("UID FETCH 1,2 ", "NO [EXPUNGEISSUED] some are gone"),
        ("UID FETCH 1 ", "NO cannot read it"),
        ("UID FETCH 2 ", '9 FETCH (UID 9 FLAGS (\\Seen))\n2 FETCH (FLAGS (\\Seen) UID 2 BODY[] "x y")\nOK done'),
    ]
    with ImapServer(answers=answers) as server:
        source = ImapSource(at(server))
        passes = [[(mail.place.uid, mail.raw) for mail in source.fetch("INBOX", [1, 2])] for _ in range(3)]
        assert passes == [[(2, b"x y")], [(2, b"x y")], [(1, None), (2, b"x y")]]
        source.close()


def test_a_mail_over_which_the_server_breaks_each_time_holds_up_no_other() -> None:
    answers = [
        (r"UID FETCH 1,2 \(RFC822.SIZE", "1 FETCH (UID 1 RFC822.SIZE 3)\n2 FETCH (UID 2 RFC822.SIZE 3)\nOK done"),
        (r"UID FETCH 1 \(RFC822.SIZE", "1 FETCH (UID 1 RFC822.SIZE 3)\nOK done"),
        (r"UID FETCH 2 \(RFC822.SIZE", "2 FETCH (UID 2 RFC822.SIZE 3)\nOK done"),
        ("UID FETCH 1", DROP),
        ("UID FETCH 2 ", '2 FETCH (UID 2 BODY[] "x y")\nOK done'),
    ]
    with ImapServer(answers=answers) as server:
        source = ImapSource(at(server))
        came: list[int] = []
        for uids in ([1, 2], [1, 2], [2, 1]):
            with pytest.raises(Away):
                came += (mail.place.uid for mail in source.fetch("INBOX", uids))
        assert 2 in came
        source.close()


def test_a_mail_whose_size_cannot_be_had_blocks_no_other() -> None:
    answers = [
        ("UID FETCH 1,2 ", "NO cannot read one of them"),
        ("UID FETCH 1 ", "NO cannot read it"),
        (r"UID FETCH 2 \(RFC822.SIZE", "2 FETCH (UID 2 RFC822.SIZE 3)\nOK done"),
        ("UID FETCH", '2 FETCH (UID 2 BODY[] "x y")\nOK done'),
    ]
    with ImapServer(answers=answers) as server:
        source = ImapSource(at(server))
        passes = [[(mail.place.uid, mail.raw) for mail in source.fetch("INBOX", [1, 2])] for _ in range(3)]
        assert passes == [[(2, b"x y")], [(2, b"x y")], [(1, None), (2, b"x y")]]
        source.close()


def test_an_access_token_that_is_refused_is_renewed_once() -> None:
    asked: list[bool] = []

    def token(*, fresh: bool) -> str:
        asked.append(fresh)
        return "new" if fresh else "old"

    with ImapServer(answers=[("AUTHENTICATE XOAUTH2 .*Bearer old", "NO [AUTHENTICATIONFAILED] expired")]) as server:
        source = ImapSource(replace(at(server), oauth2=token))
        source.folders()
        source.close()
        server.answers = [("AUTHENTICATE", "NO [AUTHENTICATIONFAILED] no")]
        with pytest.raises(Misconfigured):
            source.folders()
    assert asked == [False, True, False, True]


def test_plain_text_never_leaves_this_machine() -> None:
    with pytest.raises(Misconfigured, match="loopback"):
        ImapSource(ImapSettings("imap.astrallys.com", 143, "us", PASSWORD, tls="none"))


def test_a_certificate_is_checked_against_the_authority_given(dovecot: Dovecot, mailbox: Mailbox) -> None:
    trusted = replace(settings(mailbox), port=dovecot.imaps_port, tls="implicit", ca_file=str(dovecot.certificate))
    starttls = replace(trusted, port=dovecot.imap_port, tls="starttls")
    for good in (trusted, starttls):
        source = ImapSource(good)
        assert list(source.folders()) == ["INBOX"]
        source.close()
        with pytest.raises(Misconfigured, match="ca_file"):
            ImapSource(replace(good, ca_file=None)).folders()
    with pytest.raises(Misconfigured, match="starttls"):
        ImapSource(replace(trusted, port=dovecot.imap_port)).folders()
    with pytest.raises(Misconfigured, match="PEM"):
        ImapSource(replace(trusted, ca_file="/nowhere.pem"))


def test_no_server_is_away(mailbox: Mailbox) -> None:
    with pytest.raises(Away, match="Connection refused"):
        ImapSource(replace(settings(mailbox), port=free_port())).folders()
