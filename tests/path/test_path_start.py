"""The first start: what lay there before is not answered; what is broken is said whole, and nothing begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from path.company import Company
from path.written import ACCESS, CLAIRE, EMMA, HELENE, JEAN, ORDINARY, mail


def test_older_mails_than_the_start_are_listed_with_their_due_date_and_not_answered(company: Company) -> None:
    now = datetime.now(UTC)
    company.configure(mailbox={"since": (now - timedelta(days=2)).date().isoformat()})
    company.mailbox.append(mail(CLAIRE, ACCESS), now - timedelta(days=10))
    company.mailbox.append(mail(JEAN, ORDINARY, "Intervention"), now - timedelta(days=10))
    company.mailbox.append(mail(HELENE, ACCESS), now - timedelta(days=1))
    company.mailbox.append(mail(EMMA, ACCESS), now)
    assert company.passes().sent == 2
    company.got(CLAIRE, 0)
    company.got(JEAN, 0)
    company.got(HELENE, 1)
    company.got(EMMA, 1)
    [early] = [row for row in company.queue() if row["state"] == "before_start"]
    assert early["asks"] == ["access"]
    assert early["due"] < max(row["due"] for row in company.queue())
    assert len(company.mailbox.mails()) == 2


def test_everything_that_is_broken_is_said_at_once_and_nothing_starts(company: Company) -> None:
    company.configure(
        mailbox={"port": 70_000, "colour": "blue"}, policy={"mode": "sometimes"}, clients={"url": "oracle://x"}
    )
    before = sorted(company.folder.iterdir())
    broken = company.mailbot("run", "--once", code=1)
    for key in ("port", "colour", "mode", "[clients] url"):
        assert key in broken.err
    assert sorted(company.folder.iterdir()) == before


def test_broken_rules_texts_and_maps_are_said_at_once_and_nothing_starts(company: Company) -> None:
    overlay = company.folder / "content"
    _write(overlay / "rules" / "policy.toml", "[kind.access]\nthreshold = 'high'\n")
    _write(overlay / "rules" / "fr" / "access.toml", "[[rule]]\nid = \n")
    _write(overlay / "templates" / "fr" / "access" / "acknowledged.txt", "Votre demande\n\n{{ reference }\n")
    _write(company.folder / "map.toml", "[person.contact]\ntable = 'contact'\nkey = ['id']\nwhat = 'no key of a map'\n")
    company.configure(content={"overlay": str(overlay)}, clients={"map": "map.toml"})
    company.receives(mail(CLAIRE, ACCESS))
    for command in (("run", "--once"), ("check",)):
        told = company.mailbot(*command, code=1).err
        for file in ("policy.toml", "fr/access.toml", "access/acknowledged.txt", "map.toml"):
            assert file in told, (command, told)
    assert not (company.folder / "store.db").exists()
    assert len(company.mailbox.mails()) == 1
    company.got(CLAIRE, 0)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
