"""Many mails of one sender or of one text, and a second request in another's name: answered once, kept apart."""

from __future__ import annotations

from path.company import Company, words
from path.written import ACCESS, CLAIRE, EMMA, JEAN, answer, mail

_PHONE = "Bonjour,\n\nMon numéro de téléphone a changé : le nouveau numéro est le 04 65 71 99 99.\n\nCordialement"


def test_a_flood_is_acknowledged_within_the_cap_and_grouped_for_staff(company: Company) -> None:
    strangers = [company.dovecot.fresh("flood", "many.example").user for _ in range(5)]
    with company.mailbox.client() as client:
        for raw in (
            *(mail(JEAN, ACCESS) for _ in range(40)),
            *(mail(EMMA, f"Hello,\n\nplease send me a copy of all the data you hold on me ({n}).") for n in range(30)),
            *(mail(stranger, ACCESS, "Demande") for stranger in strangers),
        ):
            client.append("INBOX", raw)
    company.passes()
    again = company.got(JEAN, 2)[1]
    assert "déjà" in words(again) or "première" in words(again), "the same mail again: told once that it runs"
    for address in strangers:
        company.got(address, 1)
    company.got(EMMA, 25)  # each request is acknowledged, up to the day's cap
    rows = company.queue()
    persons = [row["person"] for row in rows if row["ref"].startswith("2")]
    assert persons.count("Jean Martin") == 1
    assert persons.count("Emma Taylor") == 30, "other words are a request of their own, with their own clock"
    alike = [row for row in rows if f"one of {len(strangers)} requests with the same text" in row["reason"]]
    assert len(alike) == len(strangers)
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)


def test_a_second_unproven_request_neither_blocks_nor_completes_nor_takes_over_the_first(company: Company) -> None:
    before = company.phone(1)
    company.receives(mail(CLAIRE, ACCESS, authentic=None), mail(CLAIRE, _PHONE, "Numéro", authentic=None))
    company.passes()
    first, second = company.got(CLAIRE, 2)
    mine = first if "copie" in words(first) else second
    company.receives(answer(mine, CLAIRE, "Oui, je confirme."))
    company.passes()
    states = {tuple(row["asks"]): (row["state"], row["proof"]) for row in company.queue()}
    assert states[("access",)] == ("to_release", "confirmed")
    assert states[("rectification",)] == ("proving", "claimed")
    assert company.phone(1) == before
