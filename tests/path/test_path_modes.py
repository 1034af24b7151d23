"""How much may happen without a human: nothing, nothing without his yes, or what policy allows."""

from __future__ import annotations

from path.company import Company
from path.written import ACCESS, CLAIRE, EMMA, ERASURE, GARAGE, JEAN, ORDINARY, STOP, mail

FOUR = (
    mail(CLAIRE, ACCESS),
    mail(JEAN, STOP, "Newsletter"),
    mail(GARAGE, ERASURE),
    mail(EMMA, ORDINARY, "Intervention"),
)


def test_shadow_reads_and_shows_and_leaves_no_trace_outside(company: Company) -> None:
    company.configure(policy={"mode": "shadow"})
    company.hires()
    company.receives(*FOUR)
    database, inbox, folders = (company.folder / "clients.db").read_bytes(), company.mailbox.mails(), _folders(company)
    assert company.passes().sent == 0
    assert company.passes().sent == 0
    assert (company.folder / "clients.db").read_bytes() == database
    assert company.mailbox.mails() == inbox
    assert company.mailbox.flags() == [set()] * len(FOUR)
    assert _folders(company) == folders
    for client in (CLAIRE, JEAN, GARAGE, EMMA):
        company.got(client, 0)
    rows = company.queue()
    assert {ask for row in rows for ask in row["asks"]} == {"access", "unsubscribe", "erasure"}
    for row in rows:
        assert "shadow" in company.approve({**row, "hash": row["hash"] or "0" * 64}, code=1).err


def test_what_came_in_shadow_is_released_by_a_human_only_whatever_the_mode_is_later(company: Company) -> None:
    company.configure(policy={"mode": "shadow"})
    company.hires()
    company.receives(mail(CLAIRE, ACCESS), mail(JEAN, STOP, "Newsletter"))
    company.passes()
    company.configure(policy={"mode": "live"})
    assert company.passes().sent == 0
    assert company.subscribed(2)
    row = company.waiting("unsubscribe")
    assert row["state"] == "to_release"
    company.approve(row)
    assert company.passes().sent == 1
    company.got(JEAN, 1)
    company.got(CLAIRE, 0)
    assert not company.subscribed(2)


def test_in_queue_mode_nothing_leaves_and_nothing_changes_before_a_human_said_so(company: Company) -> None:
    company.configure(policy={"mode": "queue"})
    company.hires()
    company.receives(mail(CLAIRE, ACCESS), mail(JEAN, STOP, "Newsletter"))
    assert company.passes().sent == 0
    assert company.subscribed(2)
    rows = company.queue()
    several = company.mailbot("approve", rows[0]["ref"], "--hash", rows[0]["hash"], "--by", "anna", code=1)
    assert all(f"{row['ref']}/{row['release']}" in several.err for row in rows if "access" in row["asks"])
    company.approve(company.waiting("unsubscribe"))
    first = next(row for row in rows if row["release"] == 1 and "access" in row["asks"])
    company.approve(first)
    assert company.passes().sent == 2
    company.got(CLAIRE, 1)
    company.got(JEAN, 1)
    assert not company.subscribed(2)


def _folders(company: Company) -> list[str]:
    with company.mailbox.client() as client:
        return sorted(name for _, _, name in client.list_folders())
