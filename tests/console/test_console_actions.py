"""What staff press in the console, and what becomes of it: the same functions as the command line's."""

from __future__ import annotations

import json

import pytest
from cli.office import CLAIRE, EMMA, STRANGER
from console.office_pages import Pages

from mailbot.core.parse import parse
from mailbot.demo.servers import DemoServers


def refs(pages: Pages) -> tuple[str, ...]:
    """Claire's copy, Emma's newsletters, Claire's erasure, a stranger's copy, a forged mail of Claire's."""
    senders = (CLAIRE, EMMA, CLAIRE, STRANGER, CLAIRE)
    kinds = ("access", "unsubscribe", "erasure", "access", "access")
    wanted = zip(kinds, senders, ("yes", "yes", "yes", "yes", "no"), strict=True)
    rows = pages.house.store.requests.open()
    asks = pages.house.store.requests.asks(row.id for row in rows)
    found = {(asks[row.id][0].kind, row.sender, row.aligned): row.reference for row in rows}
    return tuple(found[one] for one in wanted)


def test_what_is_released_is_what_was_shown_and_reaches_the_client(pages: Pages, post: DemoServers) -> None:
    ref = refs(pages)[0]
    marie = pages.at()
    page = marie.get(f"/r/{ref}")
    assert "Claire Dupont" in page
    before = len(post.mails(CLAIRE))
    assert "Released" in marie.release(ref, pages.office.release(ref, "answer")["n"])
    pages.passes()
    assert pages.office.ask(ref, "access")["status"] == "done"
    assert len(post.mails(CLAIRE)) > before
    assert ("release.approved", "marie") in [(e["event"], e["by"]) for e in pages.office.lines("journal", ref)]


def test_a_release_pressed_twice_happens_once(pages: Pages) -> None:
    ref = refs(pages)[0]
    n = pages.office.release(ref, "answer")["n"]
    marie, paul = pages.at("marie"), pages.at("paul")
    paul.get(f"/r/{ref}")
    stale = paul.hash_of(n)
    marie.release(ref, n)
    paul.post(f"/r/{ref}/release", {"n": n, "hash": stale})
    assert "released before" in paul.said
    entries = [e for e in pages.office.lines("journal", ref) if e["event"] == "release.approved"]
    assert [e["details"]["release"] for e in entries].count(n) == 1


def test_who_releases_what_a_colleague_changed_meanwhile_sees_both(pages: Pages) -> None:
    ref = refs(pages)[0]
    n = pages.office.release(ref, "answer")["n"]
    marie, paul = pages.at("marie"), pages.at("paul")
    marie.get(f"/r/{ref}")
    shown = marie.hash_of(n)
    text = pages.office.release(ref, "answer")["letter"]["text"]
    paul.get(f"/r/{ref}")
    paul.post(f"/r/{ref}/edit", {"n": n, "text": text.replace("Bonjour", "Chère Madame", 1)})
    page = marie.post(f"/r/{ref}/release", {"n": n, "hash": shown})
    assert "changed" in marie.said
    assert "It changed while you looked" in page
    assert "+ Chère Madame" in page
    assert "- Bonjour" in page
    assert pages.office.release(ref, "answer")["status"] == "planned"


def test_an_edited_letter_keeps_what_it_said_before_and_leaves_as_edited(pages: Pages, post: DemoServers) -> None:
    ref = refs(pages)[0]
    n = pages.office.release(ref, "answer")["n"]
    carl, marie = pages.at("carl"), pages.at("marie")
    carl.get(f"/r/{ref}")
    carl.post(f"/r/{ref}/edit", {"n": n, "text": "Madame,\r\n\r\nvoici vos données.\r\n"})
    page = marie.get(f"/r/{ref}")
    assert "Changed by carl" in page
    marie.release(ref, n)
    pages.passes()
    assert any("voici vos données.\n" in parse(raw).text for raw in post.mails(CLAIRE))


def test_a_corrected_reading_is_planned_anew_and_kept_as_an_example(pages: Pages) -> None:
    ref = refs(pages)[1]
    marie = pages.at("carl")
    marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/reclassify", {"kind": ["unsubscribe", "access"]})
    assert "Corrected" in marie.said
    pages.passes()
    assert {ask["kind"] for ask in pages.office.show(ref)["asks"]} == {"unsubscribe", "access"}
    planned = [kind for r in pages.office.show(ref)["releases"] if r["status"] == "planned" for kind in r["asks"]]
    assert "access" in planned
    (example,) = pages.house.store.care.examples()
    assert example["labels"] == '["access", "unsubscribe"]'


def test_a_refusal_is_planned_looked_at_and_released(pages: Pages, post: DemoServers) -> None:
    ref = refs(pages)[2]
    marie = pages.at()
    marie.get(f"/r/{ref}")
    marie.post(
        f"/r/{ref}/refuse",
        {"kind": "erasure", "ground": "legal_claims", "text": "Un procès est en cours.", "granted": ""},
    )
    n = pages.office.release(ref, "refusal")["n"]
    assert "Un procès est en cours." in marie.get(f"/r/{ref}")
    marie.release(ref, n)
    pages.passes()
    assert pages.office.ask(ref, "erasure")["status"] == "refused"
    assert any("Un procès est en cours." in parse(raw).text for raw in post.mails(CLAIRE))


def test_an_extension_tells_the_person_and_moves_the_date(pages: Pages) -> None:
    ref = refs(pages)[3]
    before = pages.office.show(ref)["due"]
    marie = pages.at()
    marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/extend", {"text": "Plusieurs archives sont concernées."})
    assert "Extended until" in marie.said
    assert pages.office.show(ref)["due"] > before


def test_the_person_is_found_by_name_and_named(pages: Pages) -> None:
    ref = refs(pages)[3]
    carl = pages.at("carl")
    page = carl.get(f"/persons?for={ref}&who=Emma+Taylor")
    assert EMMA in page
    carl.post(f"/r/{ref}/attribute", {"person": "contact:7"})
    assert "It is Emma Taylor" in carl.said
    assert pages.office.show(ref)["address"] == EMMA


def test_a_person_is_verified_with_the_reason_kept(pages: Pages) -> None:
    ref = refs(pages)[4]
    marie = pages.at()
    marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/verify", {"text": "rappelée au numéro enregistré"})
    assert pages.office.show(ref)["proof"] == "verified"
    assert "rappelée au numéro enregistré" in marie.get(f"/r/{ref}")


def test_notes_and_assignments_are_for_colleagues(pages: Pages) -> None:
    ref = refs(pages)[0]
    carl = pages.at("carl")
    carl.get(f"/r/{ref}")
    carl.post(f"/r/{ref}/note", {"text": "appelée lundi"})
    carl.post(f"/r/{ref}/assign", {"to": "paul"})
    page = pages.at("paul").get("/?show=mine")
    assert ref in page
    assert "appelée lundi" in carl.get(f"/r/{ref}")
    assert "appelée lundi" not in "".join(str(e) for e in pages.office.lines("journal", ref))


@pytest.mark.parametrize(
    ("act", "form", "status"),
    [("withdraw", {}, "withdrawn"), ("hand-over", {}, "handed_over"), ("dismiss", {}, "dismissed")],
)
def test_what_is_not_to_be_answered_ends(pages: Pages, act: str, form: dict[str, str], status: str) -> None:
    ref = refs(pages)[0]
    marie = pages.at()
    marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/{act}", form)
    assert pages.office.ask(ref, "access")["status"] == status
    assert not any(r["status"] == "planned" and r["asks"] for r in pages.office.show(ref)["releases"])


def test_two_requests_of_one_person_become_one(pages: Pages) -> None:
    gone, kept = refs(pages)[4], refs(pages)[0]
    marie = pages.at()
    marie.get(f"/r/{gone}")
    marie.post(f"/r/{gone}/merge", {"into": kept})
    assert f"goes on as {kept}" in marie.said or "of different persons" in marie.said


def test_a_letter_is_registered_with_its_scan(pages: Pages) -> None:
    carl = pages.at("carl")
    carl.get("/register")
    form = {"channel": "letter", "kind": ["access"], "person": "contact:1", "received": "", "note": "en recommandé"}
    page = carl.post("/register", form | {"file": ("scan é.pdf", b"%PDF-1.4 scan", "application/pdf")})
    assert "registered" in carl.said
    assert "en recommandé" in page
    ref = carl.path.rpartition("/")[2]
    scan = page.split("/scan/")[1][:64]
    assert carl.client.get(f"/r/{ref}/scan/{scan}").content == b"%PDF-1.4 scan"


def test_a_registration_without_a_right_tells_what_is_missing_and_keeps_what_was_typed(pages: Pages) -> None:
    carl = pages.at("carl")
    carl.get("/register")
    page = carl.post("/register", {"channel": "phone", "note": "au téléphone", "received": "2026-13-45"})
    assert carl.status == 422
    assert "au téléphone" in page


def test_a_message_that_waits_is_registered_or_dismissed(pages: Pages) -> None:
    carl = pages.at("carl")
    (waiting,) = pages.house.store.messages.waiting_for_staff()
    page = carl.get(f"/m/m{waiting.id}")
    assert "lettre jointe" in page
    carl.post(f"/m/m{waiting.id}/dismiss")
    assert pages.house.store.messages.waiting_for_staff() == []


def test_an_attachment_is_struck_for_good(pages: Pages) -> None:
    marie = pages.at()
    (waiting,) = pages.house.store.messages.waiting_for_staff()
    page = marie.get(f"/m/m{waiting.id}")
    part = page.split(f"/m/m{waiting.id}/part/")[1].split('"')[0]
    marie.post(f"/m/m{waiting.id}/strike", {"part": part, "text": "carte d'identité"})
    assert "Struck" in marie.said
    assert marie.client.get(f"/m/m{waiting.id}/part/{part}").content.startswith(b"[struck")


def test_an_approval_is_undone_within_its_delay(pages: Pages) -> None:
    text = (pages.office.folder / "config.toml").read_text(encoding="utf-8")
    (pages.office.folder / "config.toml").write_text(f"{text}[deadlines]\nundo_minutes = 30\n", encoding="utf-8")
    from console.office_pages import opened  # noqa: PLC0415 -- with the new delay

    with opened(pages.office) as slow:
        ref = refs(slow)[0]
        marie = slow.at()
        n = slow.office.release(ref, "answer")["n"]
        assert "30 min" in marie.release(ref, n)
        slow.passes()
        assert slow.office.release(ref, "answer")["status"] == "approved"
        marie.get(f"/r/{ref}")
        marie.post(f"/r/{ref}/undo", {"n": n})
        assert "Undone" in marie.said
        slow.passes()
        assert slow.office.release(ref, "answer")["n"] > n
    assert slow.house.store.outbox.counts() == {}


def test_likes_are_released_together_each_as_it_was_shown(pages: Pages) -> None:
    marie = pages.at()
    asked = "&".join(f"r={ref}/1" for ref in refs(pages))
    page = marie.get(f"/bulk?{asked}")
    boxes = [part.split('"')[0] for part in page.split('name="r" value="')[1:]]
    assert boxes
    marie.post("/bulk", {"r": boxes})
    assert f"{len(boxes)} released" in marie.said
    done = [e for ref in refs(pages) for e in pages.office.lines("journal", ref) if e["event"] == "release.approved"]
    assert {e["details"]["release"] for e in done} == {1}


def test_four_eyes_are_two_persons(pages: Pages) -> None:
    folder = pages.office.folder
    policy = (folder / "overlay" / "rules").resolve()
    policy.mkdir(parents=True)
    shipped = pages.desk.read("rules/policy.toml")
    (policy / "policy.toml").write_text(shipped.replace("[kind.access]\n", "[kind.access]\nfour_eyes = true\n", 1))
    config = (folder / "config.toml").read_text()
    (folder / "config.toml").write_text(f'{config}[content]\noverlay = "overlay"\n')
    from console.office_pages import opened  # noqa: PLC0415 -- with the stricter policy

    with opened(pages.office) as strict:
        ref = refs(strict)[0]
        n = strict.office.release(ref, "answer")["n"]
        marie, paul = strict.at("marie"), strict.at("paul")
        assert "second person" in marie.release(ref, n)
        assert "another person" in marie.release(ref, n)
        assert "Released" in paul.release(ref, n)


def test_suppressed_addresses_are_looked_up_added_and_removed(pages: Pages) -> None:
    marie = pages.at()
    marie.get("/suppressions")
    marie.post("/suppressions", {"text": "zoe@client.example", "how": "add"})
    assert "1 added" in marie.said
    marie.post("/suppressions", {"text": "zoe@client.example other@client.example", "how": "look"})
    assert "1 of 2" in marie.said
    assert "zoe" not in marie.page
    marie.post("/suppressions", {"text": "zoe@client.example", "how": "remove"})
    assert "1 address removed" in marie.said
    marie.post("/suppressions", {"text": "nobody", "how": "add"})
    assert "a mail address is allowed" in marie.said


def test_who_looked_at_what_is_kept_apart_from_the_journal(pages: Pages) -> None:
    ref = refs(pages)[0]
    pages.at("carl").get(f"/r/{ref}")
    page = pages.at("dora").get(f"/looks?of={ref}")
    assert "carl" in page
    assert [row["name"] for row in pages.house.store.looks.latest(10, ref)] == ["carl"]
    assert "look" not in "".join(e["event"] for e in pages.office.lines("journal"))


def test_a_stranger_is_told_that_nothing_is_held(pages: Pages, post: DemoServers) -> None:
    ref = refs(pages)[3]
    marie = pages.at()
    marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/inform", {"outcome": "nothing_held", "text": ""})
    n = next(
        r["n"] for r in pages.office.show(ref)["releases"] if r["status"] == "planned" and r["reason"] == "nothing_held"
    )
    marie.release(ref, n)
    pages.passes()
    assert pages.office.ask(ref, "access")["status"] == "done"
    assert post.mails(STRANGER)


def test_staff_ask_the_address_on_file_and_its_yes_lets_the_request_go_on(pages: Pages, post: DemoServers) -> None:
    ref = refs(pages)[4]
    marie = pages.at()
    marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/prove")
    assert "question" in marie.said
    n = pages.office.release(ref, "question")["n"]
    marie.release(ref, n)
    pages.passes()
    request = pages.house.store.requests.by_reference(ref)
    assert request is not None
    (question,) = [one for one in pages.house.store.challenges.of_request(request.id) if one.ended_at is None]
    assert any(question.code in parse(raw).text for raw in post.mails(CLAIRE))
    pages.office.receive(CLAIRE, f"Je confirme.\n\n{question.code}\n")
    pages.passes()
    assert pages.office.show(ref)["proof"] == "confirmed"
    assert pages.office.release(ref, "answer")["status"] == "planned"


def test_an_answer_in_ones_own_words_takes_the_place_of_the_proposal(pages: Pages, post: DemoServers) -> None:
    ref = refs(pages)[0]
    before = pages.office.release(ref, "answer")["n"]
    carl, marie = pages.at("carl"), pages.at("marie")
    carl.get(f"/r/{ref}")
    carl.post(f"/r/{ref}/answer", {"kind": "access", "text": "Madame, nous vous appelons demain."})
    assert [r["status"] for r in pages.office.show(ref)["releases"] if r["n"] == before] == ["undone"]
    marie.release(ref, pages.office.release(ref, "by_hand")["n"])
    pages.passes()
    assert pages.office.ask(ref, "access")["status"] == "done"
    assert any("nous vous appelons demain" in parse(raw).text for raw in post.mails(CLAIRE))


def test_corrected_values_are_what_is_planned(pages: Pages) -> None:
    ref = pages.office.asked(CLAIRE, "Bonjour,\n\nMon numéro a changé, merci de le corriger dans vos fichiers.\n")
    carl = pages.at("carl")
    carl.get(f"/r/{ref}")
    carl.post(f"/r/{ref}/amend", {"field": ["phone", "phone"], "old": ["", ""], "new": ["04 65 71 09 99", ""]})
    assert "Corrected" in carl.said
    pages.passes()
    (change,) = pages.office.release(ref, "answer")["actions"]
    assert [cell["new"] for cell in change["cells"]] == ["04 65 71 09 99"]
    assert "09 99" not in str(pages.office.lines("journal", ref))


def test_a_stated_doubt_stops_the_clock(pages: Pages) -> None:
    ref = refs(pages)[0]
    marie = pages.at()
    marie.get(f"/r/{ref}")
    page = marie.post(f"/r/{ref}/doubt", {"kind": "access", "text": "Deux personnes portent ce nom."})
    assert "the clock stands" in marie.said
    assert "stands since" in page
    assert pages.office.ask(ref, "access")["status"] == "proving"


def test_an_evidence_pack_is_saved_whole(pages: Pages) -> None:
    ref = refs(pages)[0]
    dora = pages.at("dora")
    dora.get(f"/r/{ref}")
    answer = dora.client.post(f"/r/{ref}/evidence", data={"csrf": dora.csrf}, headers={"origin": "http://localhost"})
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.content[:2] == b"PK"


def test_figures_retention_and_directives_have_their_pages(pages: Pages) -> None:
    dora = pages.at("dora")
    for path, word in (
        ("/statistics", "Days to the answer"),
        ("/retention", "Periods"),
        ("/directives", "Directives"),
        ("/journal?verify=yes", "The chain holds"),
    ):
        assert word in dora.get(path), path
        assert dora.status == 200


def test_the_wishes_of_a_directive_are_corrected_and_the_person_is_asked_again(pages: Pages) -> None:
    wanted = (
        "Bonjour,\n\nje souhaite définir des directives sur le sort de mes données après mon décès : effacez tout.\n"
    )
    pages.office.receive(EMMA, wanted)
    pages.passes()
    ref = pages.house.store.requests.lately([EMMA], "")[-1].reference
    assert {ask["kind"] for ask in pages.office.show(ref)["asks"]} == {"directive"}
    marie = pages.at()
    assert 'name="of_keep"' in marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/wishes", {"wish": "keep", "executor": "Paul Taylor"})
    assert marie.said == "The person is asked to confirm these wishes."
    fields = json.loads(pages.house.store.requests.lately([EMMA], "")[-1].fields)
    assert (fields["wishes"], fields["executor"]) == (["keep"], "Paul Taylor")
    marie.post(f"/r/{ref}/wishes", {"wish": "burn"})
    assert "allowed are erase, keep, communicate" in marie.said


def test_nothing_is_communicated_without_a_directive_that_says_so(pages: Pages) -> None:
    pages.office.does("register", "letter", "--ask", "heir", "--person", "contact:1")
    ref = max(row["ref"] for row in pages.office.lines("queue") if row["ref"].startswith("2"))
    marie = pages.at()
    assert "Communicate as the directive says" in marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/bequeath", {"person": "contact:1", "to": "ami@client.example", "reason": "acte de décès"})
    assert "no directive of contact:1 says to communicate" in marie.said
