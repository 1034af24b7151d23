"""Who writes: one person, several, or nobody we know; and how sure the mail alone makes us."""

from __future__ import annotations

import pytest

from mailbot.core.identify import Found, Known, identify, proof_of
from mailbot.core.values import Address, Aligned, Match, Person, PersonRef, Proof

SENDER = Address("Zoé", "Zoe.Dupre@Client.example")


def match(number: int, first: str, last: str, *emails: str) -> Match:
    ref = PersonRef("contact", (("id", number),))
    return Match(Person(ref, first, last, emails or ("zoe.dupre@client.example",)), ("email",))


def test_a_mail_without_one_sender_is_from_nobody_we_know() -> None:
    assert identify(None, [match(1, "Zoé", "Dupré")]) == Found(Known.UNKNOWN)


def test_an_address_that_is_not_on_file_is_nobody_we_know() -> None:
    found = identify(SENDER, [])
    assert (found.known, found.person, found.address) == (Known.UNKNOWN, None, None)


def test_answers_go_to_the_address_as_stored_never_as_written() -> None:
    stored = match(1, "Zoé", "Dupré", "old@client.example", " zoe.dupre@CLIENT.example ")
    assert identify(SENDER, [stored]).address == "zoe.dupre@CLIENT.example"


@pytest.mark.parametrize(
    ("first", "last"),
    [("Zoe", "DUPRE"), ("Dupré", "Zoé"), ("ZOÉ", "dupré"), ("Zoe\u0301", "Dupre\u0301"), ("zoé,", "Dupré")],
)
def test_one_name_on_two_records_is_one_person_with_both(first: str, last: str) -> None:
    found = identify(SENDER, [match(1, "Zoé", "Dupré"), match(2, first, last)])
    assert found.known is Known.KNOWN
    assert found.person is not None
    assert [person.ref.key for person in found.persons] == [(("id", 1),), (("id", 2),)]


@pytest.mark.parametrize(("first", "last"), [("Anne", "Dupré"), ("Zoé", "Dupre-Petit"), ("", "Dupré"), ("", "")])
def test_two_names_on_one_address_are_several_persons_never_a_guess(first: str, last: str) -> None:
    found = identify(SENDER, [match(1, "Zoé", "Dupré"), match(2, first, last)])
    assert (found.known, found.person, len(found.persons)) == (Known.SEVERAL, None, 2)


@pytest.mark.parametrize(
    ("known", "aligned", "proof"),
    [
        (Known.KNOWN, Aligned.YES, Proof.AUTHENTICATED),
        (Known.KNOWN, Aligned.UNKNOWN, Proof.CLAIMED),
        (Known.KNOWN, Aligned.NO, Proof.CLAIMED),
        (Known.SEVERAL, Aligned.YES, Proof.NONE),
        (Known.UNKNOWN, Aligned.YES, Proof.NONE),
    ],
)
def test_a_mail_alone_proves_no_more_than_an_authenticated_address(
    known: Known, aligned: Aligned, proof: Proof
) -> None:
    assert proof_of(Found(known), aligned) is proof


def test_proofs_are_ordered() -> None:
    assert [proof.rank for proof in Proof] == [0, 1, 2, 3, 4]
