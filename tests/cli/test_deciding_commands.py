"""What people decide and correct on the command line, from the mail that came to the mail that left."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from cli.fixtures import Found
from cli.office import ACCESS, CLAIRE, EMMA, ERASE, OPPOSE, STOP, STRANGER, Office

from mailbot.core.parse import parse
from mailbot.demo.servers import DemoServers

JPEG = bytes(range(256)) * 40
"""An attached file of 10 240 bytes that are no text."""


def events(office: Office, ref: str) -> list[tuple[str, str]]:
    return [(entry["event"], entry["by"]) for entry in office.lines("journal", ref)]


def got(post: DemoServers, address: str, ref: str) -> list[str]:
    """The texts of the mails about a request that lie in a client's inbox."""
    found = [parse(raw) for raw in post.mails(address)]
    return [mail.text for mail in found if ref in mail.subject and str(mail.references)]


# --- refuse -----------------------------------------------------------------------------------------------------------


def test_a_refusal_names_ground_and_complaint_and_counts_once_it_was_sent(office: Office, post: DemoServers) -> None:
    ref = office.asked(CLAIRE, ERASE)
    told = office.object("refuse", ref, "--ask", "erasure", "--ground", "legal_claims")
    assert office.ask(ref, "erasure")["status"] == "ready"
    office.approves(f"{ref}/{told['release']}")
    office.run()
    ask = office.ask(ref, "erasure")
    assert (ask["status"], ask["outcome"], ask["ground"]) == ("refused", "refused", "legal_claims")
    letter = next(text for text in got(post, CLAIRE, ref) if "17(3)(e)" in text)
    assert "défense de droits en justice" in letter
    assert "CNIL" in letter
    assert ("release.approved", "marie") in events(office, ref)


def test_a_refusal_takes_the_place_of_what_was_planned_on_that_ask(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    before = office.release(ref, "answer")
    assert "is ours to prove" in office.refuses("refuse", ref, "--ask", "access", "--ground", "excessive")
    office.does("refuse", ref, "--ask", "access", "--ground", "excessive", "--because", "Trente copies identiques.")
    states = {release["n"]: release["status"] for release in office.show(ref)["releases"]}
    assert states[before["n"]] == "undone"
    office.run()
    assert office.release(ref, "refusal")["status"] == "planned", "it is not proposed to grant what will be refused"
    office.does("refuse", ref, "--ask", "access", "--ground", "unidentifiable")
    assert "unidentifiable" in office.release(ref, "refusal")["reason"]


def test_an_unknown_ground_is_answered_with_those_that_are_allowed(office: Office) -> None:
    ref = office.asked(CLAIRE, ERASE)
    said = office.refuses("refuse", ref, "--ask", "erasure", "--ground", "lazy")
    assert "legal_claims, legal_obligation, mandatory" in said
    assert "access is not open" in office.refuses("refuse", ref, "--ask", "access", "--ground", "excessive")


def test_unsubscribing_cannot_be_refused(office: Office) -> None:
    ref = office.asked(CLAIRE, STOP)
    assert "cannot be refused" in office.refuses("refuse", ref, "--ask", "unsubscribe", "--ground", "any")


def test_nobody_refuses_who_is_no_member_of_staff(office: Office) -> None:
    ref = office.asked(CLAIRE, ERASE)
    words = ("refuse", ref, "--ask", "erasure", "--ground", "legal_claims")
    assert "ghost is no staff account" in office.refuses(*words, "--by", "ghost")
    assert office.mailbot(*words, login="somebody").exit_code == 1
    assert office.ask(ref, "erasure")["status"] == "proving"


def test_where_no_text_is_ready_staff_write_it_and_it_counts_all_the_same(office: Office, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Musimy zachować te dane.\n", encoding="utf-8")
    ref = office.object("register", "letter", "--ask", "erasure", "--person", "contact:1", "--language", "pl")["ref"]
    number = office.object("refuse", ref, "--ask", "erasure", "--ground", "legal_obligation")["release"]
    assert "no text yet" in office.refuses("approve", f"{ref}/{number}", "--hash", "0" * 64)
    office.does("edit", f"{ref}/{number}", "--file", str(text))
    office.approves(f"{ref}/{number}")
    office.run()
    assert office.ask(ref, "erasure")["status"] == "refused"


def test_an_answer_that_staff_write_by_hand_settles_its_ask(office: Office, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("C'est fait.\n", encoding="utf-8")
    ref = office.asked(CLAIRE, OPPOSE)
    by_hand = f"{ref}/{office.release(ref, 'by_hand')['n']}"
    office.does("edit", by_hand, "--file", str(text))
    office.approves(by_hand)
    office.run()
    assert office.ask(ref, "objection")["status"] == "done"
    assert office.lines("queue") == []


# --- extend -----------------------------------------------------------------------------------------------------------


def test_an_extension_moves_the_dates_by_two_months_and_tells_the_person_at_once(
    office: Office, post: DemoServers
) -> None:
    ref = office.asked(CLAIRE, ACCESS, days_ago=3)
    before = date.fromisoformat(office.show(ref)["due"])
    until = date.fromisoformat(office.object("extend", ref, "--reason", "Archives éparses.")["due"])
    assert timedelta(days=58) < until - before < timedelta(days=63)
    assert office.ask(ref, "access")["due"] == until.isoformat() == office.show(ref)["due"]
    assert office.show(ref)["legal_end"] >= until.isoformat()
    office.run()
    assert any("Archives éparses." in text for text in got(post, CLAIRE, ref))
    assert ("request.extended", "marie") in events(office, ref)
    assert "no second extension" in office.refuses("extend", ref, "--reason", "Encore.")


def test_an_extension_comes_too_late_after_the_first_month(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS, days_ago=45)
    due = office.show(ref)["due"]
    assert "only within it" in office.refuses("extend", ref, "--reason", "Archives éparses.")
    assert office.show(ref)["due"] == due


def test_unsubscribing_is_never_put_off(office: Office) -> None:
    ref = office.asked(CLAIRE, STOP)
    assert "art. 21(3)" in office.refuses("extend", ref, "--reason", "Archives éparses.")


def test_in_shadow_mode_nobody_is_told_of_an_extension(found_office: Found) -> None:
    office = found_office("shadow")
    ref = office.asked(CLAIRE, ACCESS)
    assert "shadow" in office.refuses("extend", ref, "--reason", "Archives éparses.")


# --- end --------------------------------------------------------------------------------------------------------------


def test_a_withdrawn_request_leaves_the_queue_with_all_that_was_planned(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    assert office.object("withdraw", ref) == {"ref": ref, "ended": ["access"]}
    office.run()
    assert office.lines("queue") == []
    found = office.show(ref)
    assert [r["status"] for r in found["releases"] if r["purpose"] != "withdrawn"] == ["undone", "undone"]
    assert office.release(ref, "withdrawn")["status"] == "closed", "the person is told"
    assert (found["asks"][0]["status"], found["closed_at"] is not None) == ("withdrawn", True)
    assert ("ask.withdrawn", "marie") in events(office, ref)
    assert "nothing of it is open" in office.refuses("withdraw", ref)


def test_a_message_that_nobody_could_read_waits_until_it_is_dismissed(office: Office) -> None:
    (office.folder / "box" / "new" / "1.host").write_bytes(b"")
    office.run()
    (row,) = office.lines("queue")
    assert (row["state"], row["due"] is not None) == ("unreadable", True)
    office.does("dismiss", row["ref"])
    assert office.lines("queue") == []
    assert "waits for nobody" in office.refuses("dismiss", row["ref"])
    assert "message.dismissed" in {entry["event"] for entry in office.lines("journal")}


def test_two_requests_that_are_the_same_go_on_as_one_with_the_earlier_clock(office: Office) -> None:
    late = office.asked(CLAIRE, ACCESS, days_ago=1)
    early = office.asked(CLAIRE, f"{ACCESS}\n{ERASE}", days_ago=9)
    due = office.show(early)["due"]
    office.does("merge", early, late)
    office.run()
    found = office.show(late)
    assert {ask["kind"]: ask["due"] for ask in found["asks"]} == {"access": due, "erasure": due}
    assert len(found["messages"]) == 2
    assert {ask["status"] for ask in office.show(early)["asks"]} == {"merged"}
    assert {row["ref"] for row in office.lines("queue")} == {late}
    assert "different persons" in office.refuses("merge", late, office.asked(EMMA, "Please send me a copy of my data."))


def test_a_note_is_shown_and_the_journal_keeps_its_words_to_itself(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.does("note", ref, "Rappelle lundi.")
    (kept,) = office.show(ref)["notes"]
    assert (kept["author"], kept["body"]) == ("marie", "Rappelle lundi.")
    assert "lundi" not in office.does("journal", ref, "--json")


# --- correct ----------------------------------------------------------------------------------------------------------


def test_what_was_read_wrongly_is_asked_and_proposed_anew(office: Office) -> None:
    ref = office.asked(CLAIRE, ERASE)
    assert office.object("reclassify", ref, "access") == {"ref": ref, "added": ["access"], "ended": ["erasure"]}
    office.run()
    assert json.loads(json.dumps(office.release(ref, "answer")["asks"])) == ["access"]
    assert office.ask(ref, "access")["due"] == office.ask(ref, "erasure")["due"]
    office.does("reclassify", ref, "access", "erasure")
    office.run()
    assert {ask["kind"]: ask["status"] for ask in office.show(ref)["asks"]} == {"access": "ready", "erasure": "open"}
    assert "just that already" in office.refuses("reclassify", ref, "erasure", "access")
    assert office.mailbot("reclassify", ref, "everything").exit_code == 2


def test_who_was_checked_otherwise_need_not_confirm(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS, spf="none")
    assert office.ask(ref, "access")["status"] == "proving"
    office.does("verify", ref, "--reason", "rappelée au numéro du contrat")
    assert office.show(ref)["proof"] == "verified"
    office.run()
    assert office.release(ref, "answer")["recipient"] == CLAIRE
    assert "contrat" not in office.does("journal", ref)
    assert office.show(ref)["notes"][0]["body"] == "verified: rappelée au numéro du contrat"


def test_a_stranger_becomes_a_person_on_file_and_the_answer_goes_to_the_stored_address(office: Office) -> None:
    ref = office.asked(STRANGER, ACCESS)
    assert "attribute" in office.refuses("verify", ref, "--reason", "rappelé")
    assert office.object("attribute", ref, "--person", "contact:1")["name"] == "Claire Dupont"
    assert office.show(ref)["proof"] == "none", "being named by staff proves nothing about who wrote"
    office.does("verify", ref, "--reason", "rappelée")
    office.run()
    answer = office.release(ref, "answer")
    assert (answer["recipient"], len(answer["letter"]["files"]) > 0) == (CLAIRE, True)


@pytest.mark.parametrize("person", ["contact:999", "contact:1,2", "boss:1", "1", "contact:x"])
def test_a_person_who_is_not_on_file_is_not_attributed(office: Office, person: str) -> None:
    ref = office.asked(STRANGER, ACCESS)
    assert "no such" in office.refuses("attribute", ref, "--person", person)
    assert office.show(ref)["found"] == "unknown"


# --- register ---------------------------------------------------------------------------------------------------------


def test_the_clock_of_a_letter_runs_from_its_day_of_receipt(office: Office, tmp_path: Path) -> None:
    scan = tmp_path / "lettre.pdf"
    scan.write_bytes(b"%PDF-1.7 a letter")
    day = date.today() - timedelta(days=10)  # noqa: DTZ011 - the day here
    words = ("register", "letter", "--ask", "access", "--ask", "erasure", "--received", day.isoformat())
    ref = office.object(*words, "--person", "contact:1", "--file", str(scan))["ref"]
    found = office.show(ref)
    assert timedelta(days=28) <= date.fromisoformat(found["due"]) - day <= timedelta(days=31)
    assert (found["channel"], found["person_name"], found["language"]) == ("letter", "Claire Dupont", "fr")
    assert {ask["kind"] for ask in found["asks"]} == {"access", "erasure"}
    digest = found["notes"][0]["body"].rpartition(" ")[2].strip("`")
    assert office.does("raw", digest) == "%PDF-1.7 a letter"
    assert ("request.registered", "marie") in events(office, ref)
    office.run()
    assert any(row["ref"] == ref and row["release"] for row in office.lines("queue")), "staff answer it"


def test_what_was_received_tomorrow_is_not_registered(office: Office) -> None:
    day = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011 - the day here
    assert "in the future" in office.refuses("register", "phone", "--ask", "access", "--received", day)
    assert "letter, phone, counter" in office.refuses("register", "fax", "--ask", "access")


def test_a_message_that_nobody_could_read_becomes_a_request_with_its_own_arrival(office: Office) -> None:
    (office.folder / "box" / "new" / "1.host").write_bytes(b"")
    office.run()
    (row,) = office.lines("queue")
    ref = office.object("register", row["ref"], "--ask", "access", "--person", "contact:1")["ref"]
    assert office.show(ref)["due"] == row["due"]
    assert {waits["ref"] for waits in office.lines("queue")} == {ref}
    assert "is request" in office.refuses("register", row["ref"], "--ask", "access")


def test_a_mail_in_which_nothing_was_read_can_still_become_a_request(office: Office) -> None:
    office.receive(CLAIRE, "Bonjour,\n\nMerci pour votre visite.\n", days_ago=4)
    office.run()
    assert office.object("stats")["messages"] == {"nothing": 1}
    ref = office.object("register", "m1", "--ask", "access", "--person", "contact:1")["ref"]
    office.run()
    found = office.show(ref)
    assert (found["proof"], found["messages"][0]["id"], found["channel"]) == ("authenticated", "m1", "mail")
    assert office.release(ref, "answer")["recipient"] == CLAIRE
    assert list((office.folder / "box" / ".Processed" / "cur").iterdir()), "its mail was taken out of the mailbox"


# --- strike -----------------------------------------------------------------------------------------------------------


def test_a_struck_file_is_nowhere_any_more_and_its_size_and_hash_are_kept(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS, attachment=JPEG)
    listed = office.refuses("strike", ref, "0", "--reason", "identity card")
    assert "(carte.jpg, 10240 bytes)" in listed
    part = listed.partition("it has ")[2].split()[0]
    struck = office.object("strike", ref, part, "--reason", "identity card")
    raw = office.mailbot("raw", ref).stdout_bytes
    (attachment,) = parse(raw).attachments
    assert attachment.size < 200
    assert struck["bytes"] == len(JPEG)
    assert ACCESS.strip().splitlines()[-1] in parse(raw).text
    entry = next(entry for entry in office.lines("journal", ref) if entry["event"] == "part.struck")
    assert (entry["by"], entry["details"]["sha256"]) == ("marie", struck["sha256"])
    encoded = b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"  # the first bytes of the file, in base64
    for file in office.folder.glob("mailbot.db*"):
        assert encoded not in file.read_bytes(), f"{file.name} still holds the file"
    assert "struck before" in office.refuses("strike", ref, part, "--reason", "again")


# --- look -------------------------------------------------------------------------------------------------------------


def test_a_release_that_is_not_there_is_not_shown_as_another(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    assert office.object("show", f"{ref}/1")["ref"] == ref
    assert "no such release" in office.refuses("show", f"{ref}/9")
