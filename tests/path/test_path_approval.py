"""What a yes is: of a known person, to what was looked at, once."""

from __future__ import annotations

from path.company import Company
from path.written import ACCESS, CLAIRE, mail


def test_only_the_hash_that_was_shown_releases_and_only_once(company: Company) -> None:
    company.hires()
    company.receives(mail(CLAIRE, ACCESS))
    company.passes()
    row = company.waiting("access")
    named = f"{row['ref']}/{row['release']}"
    wrong = company.mailbot("approve", named, "--hash", "0" * 64, "--by", "anna", code=1)
    assert "changed since it was shown" in wrong.err
    assert "--hash" in company.mailbot("approve", named, "--by", "anna", code=2).err
    nobody = company.mailbot("approve", named, "--hash", row["hash"], "--by", "mallory", code=1)
    assert "mallory is no staff account" in nobody.err
    assert company.passes().sent == 0

    company.approve(row)
    assert "released before" in company.approve(row, code=1).err
    assert company.passes().sent == 1
    assert "released before" in company.approve(row, code=1).err
    assert company.passes().sent == 0
    company.got(CLAIRE, 2)
