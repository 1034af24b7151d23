"""No personal data where it does not belong: not in logs, not in errors, not in the journal."""

from __future__ import annotations

from path.company import Company, personal
from path.written import (
    ACCESS,
    CLAIRE,
    DIRECTIVE,
    EMMA,
    ERASURE,
    GARAGE,
    HELENE,
    JEAN,
    MARC,
    PAUL,
    STOP,
    mail,
    returned,
)

PHONE = "Bonjour,\n\nMon numéro de téléphone a changé : le nouveau numéro est le 04 65 71 99 99.\n\nCordialement"


def test_neither_logs_nor_journal_name_anybody(company: Company) -> None:
    company.hires()
    company.receives(
        mail(CLAIRE, ACCESS),
        mail(JEAN, STOP, "Newsletter"),
        mail(MARC, PHONE, "Nouveau numéro"),
        mail(PAUL, DIRECTIVE, "Directives"),
        mail(GARAGE, ERASURE),
        mail(HELENE, ACCESS, authentic="fail"),
        mail("refused@moulin-bleu.example", ACCESS),
    )
    errors = [company.passes().err]
    errors += [company.approve(_released(company, kind)).err for kind in ("access", "rectification")]
    company.receives(returned(company.got(JEAN, 1)[0], JEAN))
    errors.append(company.passes().err)
    company.sql("DROP TABLE subscription")
    company.receives(mail(EMMA, ACCESS))
    errors.append(company.mailbot("run", "--once", code=75).err)
    assert "".join(errors).strip()
    assert personal("".join(errors)) == []
    entries = company.mailbot("journal", "--json").out
    for event in ("request.opened", "reply.sent", "release.performed", "reply.bounced"):
        assert event in entries
    assert personal(entries) == []


def _released(company: Company, kind: str) -> dict[str, object]:
    return next(row for row in company.queue() if kind in row["asks"] and row["proof"] == "authenticated")
