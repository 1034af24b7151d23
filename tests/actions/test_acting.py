"""The rules of what people do: who may, until when, and what becomes of what was planned or asked before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from cli.fixtures import Found
from cli.office import ACCESS, CLAIRE, ERASE, STRANGER, Office

from mailbot.actions.correcting import attribute, reclassify, verify
from mailbot.actions.deciding import Refusal, extend, refuse
from mailbot.actions.ending import hand_over, withdraw
from mailbot.actions.finding import Refused
from mailbot.actions.releasing import approve
from mailbot.app import open_house
from mailbot.config import load
from mailbot.core.values import Kind
from mailbot.steps.house import House

SHARED = "contact@garage-du-port.example"
"""The mailbox of two persons: contact:8 and contact:9."""


def at_home(office: Office) -> Iterator[House]:
    house = open_house(load(office.folder / "config.toml"), date.today())  # noqa: DTZ011 - the day here
    try:
        yield house
    finally:
        house.clients.close()
        house.store.close()


@pytest.fixture
def house(office: Office) -> Iterator[House]:
    """The house of an office in mode "queue"."""
    yield from at_home(office)


def now() -> datetime:
    return datetime.now(UTC)


def states(office: Office, ref: str) -> dict[str, str]:
    return {ask["kind"]: ask["status"] for ask in office.show(ref)["asks"]}


def releases(office: Office, ref: str) -> list[tuple[str, str]]:
    return [(release["purpose"], release["status"]) for release in office.show(ref)["releases"]]


def test_no_policy_releases_a_refusal(found_office: Found) -> None:
    office = found_office("live")
    ref = office.asked(CLAIRE, ERASE)
    office.does("refuse", ref, "--ask", "erasure", "--ground", "legal_obligation")
    office.run()
    assert office.release(ref, "refusal")["status"] == "planned"
    assert office.release(ref, "first")["status"] == "closed", "while the acknowledgement left by itself"


def test_what_is_on_its_way_is_not_refused_any_more(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.approves(f"{ref}/{office.release(ref, 'answer')['n']}")
    office.port = 9  # nobody listens there: the answer is performed and cannot leave
    office.configure("queue")
    office.run()
    for house in at_home(office):
        with pytest.raises(Refused, match="on its way"):
            refuse(house, ref, Refusal(Kind.ACCESS, "excessive"), "marie", now())
        with pytest.raises(Refused, match="on its way"):
            reclassify(house, ref, [Kind.ERASURE], "marie", now())


def test_a_refusal_needs_somebody_who_can_be_written_to(office: Office, house: House) -> None:
    forged = office.asked(STRANGER, ACCESS, spf="fail")
    with pytest.raises(Refused, match="nobody can be written to"):
        refuse(house, forged, Refusal(Kind.ACCESS, "unidentifiable"), "marie", now())
    honest = office.asked(STRANGER, ACCESS)
    refuse(house, honest, Refusal(Kind.ACCESS, "unidentifiable"), "marie", now())
    planned = office.release(honest, "refusal")
    assert planned["recipient"] == STRANGER
    assert "Claire" not in planned["letter"]["text"]


def test_the_last_day_of_the_month_is_the_last_day_to_extend(office: Office, house: House) -> None:
    ref = office.asked(CLAIRE, ACCESS, days_ago=2)
    last = date.fromisoformat(office.show(ref)["legal_end"])
    evening = datetime.combine(last, time(22), house.settings.zone)
    with pytest.raises(Refused, match="only within it"):
        extend(house, ref, "Archives éparses.", "marie", evening + timedelta(hours=3))
    assert extend(house, ref, "Archives éparses.", "marie", evening) > last


def test_an_extension_without_a_reason_does_not_happen(office: Office, house: House) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    with pytest.raises(Refused, match="reason"):
        extend(house, ref, "  ", "marie", now())
    assert [purpose for purpose, _ in releases(office, ref)] == ["first", "answer"]


def test_an_approval_that_waits_out_its_delay_is_undone_by_a_withdrawal(office: Office) -> None:
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    (office.folder / "config.toml").write_text(f"{text}[deadlines]\nundo_minutes = 60\n", encoding="utf-8")
    ref = office.asked(CLAIRE, ACCESS)
    for house in at_home(office):
        approve(house, f"{ref}/2", "marie", None, now())
        withdraw(house, ref, "marie", now())
        assert house.store.outbox.counts() == {"waiting": 1}, "only the word that it is withdrawn leaves"
    assert releases(office, ref) == [("first", "undone"), ("answer", "undone"), ("withdrawn", "approved")]


def test_after_the_end_an_answer_to_our_question_sets_nothing_going(office: Office, house: House) -> None:
    ref = office.asked(CLAIRE, ACCESS, spf="none")
    office.approves(f"{ref}/1")
    office.run()
    request = house.store.requests.by_reference(ref)
    assert request is not None
    (question,) = house.store.challenges.of_request(request.id)
    hand_over(house, ref, "marie", now())
    office.receive(CLAIRE, f"Je confirme.\n\n{question.code}\n")
    office.run()
    assert states(office, ref) == {"access": "handed_over"}
    (ended,) = house.store.challenges.of_request(request.id)
    assert ended.ended == "handed_over"


def test_no_ask_waits_for_an_answer_to_a_question_that_never_left(office: Office, house: House) -> None:
    ref = office.asked(CLAIRE, f"{ACCESS}\n{ERASE}", spf="none")
    assert states(office, ref) == {"access": "proving", "erasure": "proving"}
    reclassify(house, ref, [Kind.ACCESS], "marie", now())
    assert states(office, ref) == {"access": "open", "erasure": "dismissed"}
    office.run()
    assert "proof is claimed" in office.release(ref, "by_hand")["reason"]


def test_of_two_persons_in_one_mailbox_staff_say_which(office: Office, house: House) -> None:
    ref = office.asked(SHARED, ACCESS)
    with pytest.raises(Refused, match="attribute"):
        verify(house, ref, "rappelé", "marie", now())
    person = attribute(house, ref, "contact:9", "marie", now())
    found = office.show(ref)
    assert (person.name, found["person_name"], found["proof"]) == ("Nadia Benali", "Nadia Benali", "authenticated")
    assert found["address"] == SHARED


def test_another_person_starts_from_no_proof_and_no_question(office: Office, house: House) -> None:
    ref = office.asked(CLAIRE, ACCESS, spf="none")
    office.approves(f"{ref}/1")
    office.run()
    verify(house, ref, "rappelée", "marie", now())
    attribute(house, ref, "contact:7", "marie", now())
    request = house.store.requests.by_reference(ref)
    assert request is not None
    assert (request.proof, request.person_name) == ("none", "Emma Taylor")
    assert all(question.ended_at for question in house.store.challenges.of_request(request.id))
    assert states(office, ref) == {"access": "open"}


def test_a_refused_ask_is_not_asked_again_by_reclassifying(office: Office, house: House) -> None:
    ref = office.asked(CLAIRE, ERASE)
    refuse(house, ref, Refusal(Kind.ERASURE, "legal_claims"), "marie", now())
    office.approves(f"{ref}/{office.release(ref, 'refusal')['n']}")
    office.run()
    with pytest.raises(Refused, match="register"):
        reclassify(house, ref, [Kind.ERASURE], "marie", now())
    assert states(office, ref) == {"erasure": "refused"}


def test_naming_the_same_person_again_keeps_the_proof(office: Office, house: House) -> None:
    ref = office.asked(CLAIRE, ACCESS, spf="none")
    verify(house, ref, "rappelée", "marie", now())
    attribute(house, ref, "contact:1", "marie", now())
    assert (office.show(ref)["proof"], office.show(ref)["found"]) == ("verified", "attributed")
