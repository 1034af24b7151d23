"""The labelled mails that the reading was built on are read at least as well as when it was last measured."""

import json
from pathlib import Path

from mailbot.core.reading import read
from mailbot.core.reading.evaluate import Evaluation, evaluate
from mailbot.core.reading.rules import load_rules
from mailbot.core.values import Address, Kind, Mail, MayAnswer, Nature

ROOT = Path(__file__).parents[2]
RULES = load_rules({str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in ROOT.glob("rules/*/*.toml")})
ANSWER = MayAnswer(machine=True, because="")
THRESHOLDS = dict.fromkeys(Kind, 0.95)


def measured(*patterns: str) -> Evaluation:
    files = sorted(path for pattern in patterns for path in (ROOT / "tests/corpus").glob(pattern))
    rows = [
        json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    mails = [
        Mail(
            Address(row.get("from_name", ""), row.get("from_address", "")),
            None, (), (), (), row["subject"], None, (), (), None, (), row["body"],
        )
        for row in rows
    ]  # fmt: skip
    return evaluate(rows, [read(mail, RULES, THRESHOLDS, Nature.PERSON, ANSWER) for mail in mails])


def test_the_development_corpus_is_read_as_well_as_before() -> None:
    found = measured("dev.jsonl")
    assert found.exact >= 0.97
    assert found.macro_f1 >= 0.98
    assert found.nothing >= 0.98
    assert found.dangerous == ()


def test_the_mails_built_on_are_read_as_well_as_before() -> None:
    found = measured("dev.jsonl", "build/*.jsonl")
    assert found.exact >= 0.92
    assert found.macro_f1 >= 0.93
    assert found.nothing >= 0.95
    assert found.language_right >= 0.95
    assert len(found.dangerous) <= found.mails // 1000
