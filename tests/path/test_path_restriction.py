"""Freezing one's data: shown, written once a human has released it, told; lifted only after the person was told."""

from __future__ import annotations

from path.company import Company, words
from path.written import CLAIRE, mail

RESTRICTION = (
    "Bonjour,\n\nJ'exerce mon droit à la limitation du traitement de mes données : gelez mes données le temps de"
    " vérifier leur exactitude.\n\nMerci"
)


def test_a_record_is_frozen_on_release_and_thawed_only_after_the_person_was_told(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, RESTRICTION, "Limitation"))
    company.passes()
    row = company.waiting("restriction")
    assert company.sql("SELECT frozen FROM contact WHERE id = 1") == [(0,)]
    company.approve(row)
    company.passes()
    assert company.sql("SELECT id FROM contact WHERE frozen ORDER BY id") == [(1,), (16,)]
    assert "article 18" in words(company.got(CLAIRE)[-1])
    assert company.queue() == []

    reason = "Vos données ont été vérifiées : elles sont exactes."
    company.mailbot("lift", row["ref"], "--reason", reason, "--by", "anna")
    lifting = company.waiting("restriction")
    refused = company.approve(lifting, code=1)
    assert "was not told yet" in refused.err
    company.passes()
    assert reason in words(company.got(CLAIRE)[-1])
    assert company.sql("SELECT frozen FROM contact WHERE id = 1") == [(1,)], "told before, not after"
    company.approve(company.waiting("restriction"))
    company.passes()
    assert company.sql("SELECT id FROM contact WHERE frozen") == [(16,)]
    assert company.queue() == []
    twice = company.mailbot("lift", row["ref"], "--reason", reason, "--by", "anna", code=1)
    assert "nothing" in twice.err
