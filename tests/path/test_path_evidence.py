"""A pack of a request that came and was answered by real servers checks itself, against the head that a witness got."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from path.company import Company, words
from path.written import ACCESS, CLAIRE, MARC, mail

from mailbot.documents.verify_evidence import opened


def verified(folder: Path, *arguments: str) -> tuple[int, str]:
    """What the pack's own verifier says on a machine where nothing is installed."""
    command = [sys.executable, "-I", "-S", "verify.py", "pack.zip", *arguments]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env={}, timeout=60)
    return ran.returncode, ran.stdout + ran.stderr


def test_a_pack_is_proved_by_the_line_that_a_witness_was_mailed(any_company: Company, tmp_path: Path) -> None:
    company = any_company
    company.hires()
    company.configure(staff={"witness": MARC})
    company.receives(mail(CLAIRE, ACCESS))
    company.passes()
    [told] = company.got(MARC, 1)
    heads = re.findall(r"\d+:[0-9a-f]{64}", words(told))
    assert len(set(heads)) == 1
    assert company.mailbot("journal", "--verify", "--head", heads[0]).code == 0
    row = company.waiting("access")
    company.approve(row)
    company.passes()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    company.mailbot("evidence", row["ref"], "-o", str(folder / "pack.zip"), "--by", "anna")
    raw = (folder / "pack.zip").read_bytes()
    (folder / "verify.py").write_bytes(opened(raw)["verify.py"])
    code, said = verified(folder, "--head", heads[0])
    assert (code, "GENUINE" in said, "the head kept elsewhere is in this chain" in said) == (0, True, True), said
    assert company.got(CLAIRE, 2)[1]["Message-ID"].encode() in opened(raw)["mails/sent-2.eml"]
    other = heads[0][:-1] + ("0" if heads[0][-1] != "0" else "1")
    assert verified(folder, "--head", other)[0] == 1
    (folder / "pack.zip").write_bytes(raw[:500] + bytes([raw[500] ^ 1]) + raw[501:])
    assert verified(folder)[0] == 1
