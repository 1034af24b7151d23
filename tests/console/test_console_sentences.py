"""What the machine says in English is said in French on a French console: every sentence that the code can make."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.console.wording import Words, load_words

ROOT = Path(__file__).parent.parent.parent
SPEAKING = (
    *("actions", "steps", "core/erasing", "core/sender", "core/parse", "core/letters/draft.py", "core/roles.py"),
    *("core/answer.py", "core/plan.py", "core/proposals.py", "core/thread.py", "core/triage.py"),
    *("core/understanding.py", "clients/changes.py", "clients/wish.py", "clients/write.py", "clients/stop.py"),
    *("clients/directory.py", "clients/faults.py", "clients/held.py", "mail"),
)
"""Where sentences are made that a page may show: reasons, remarks, refusals, faults, oddities, notes."""
UNHEARD = {
    "actions/metrics.py",  # for monitoring
    "actions/telling.py",  # for the command line
    "actions/suppressing.py",  # of the command line's own journal entry
    "core/sender/noise.py",  # of rules/, told by `mailbot check`
}
NOT_SAID = frozenset(
    {
        *("mail could not be handled", "batch failed, redone mail by mail"),  # logged
        "a mail killed two processes that read it",  # logged
        *("from here", "does not exist", "decode to UTF-8", "authentication failed", "Connection lost"),  # looked for
        *("alarm 7 7", "alarm 7 7 7", "digest 7", "witness 7 7", "journal 7", "7 and 7"),  # names of facts
        "7: mailbot resolve 7/7 sent|resend",  # of `mailbot queue`
        "7: no one person on file is found; say first who it is: `7`",  # a command is filled in
    }
)
"""Texts in these files that no page shows."""


def french() -> Words:
    return load_words("fr", (ROOT / "templates/console/fr.toml").read_text(encoding="utf-8"))


def text_of(node: ast.AST) -> str | None:
    """The text of a literal, 7 for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def sentences(source: str) -> Iterator[str]:
    """Texts of several words, but docstrings, SQL and parts of other texts."""
    tree = ast.parse(source)
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
    for node in ast.walk(tree):
        text = None if node in skipped else text_of(node)
        if text and re.search(r"[a-z]{2,} [a-z(]", text) and not re.match(r"\s*(?:SELECT|UPDATE|DELETE|\(\?)", text):
            yield text


def spoken() -> dict[str, str]:
    """Each sentence, and a file that says it."""
    found: dict[str, str] = {}
    for name in SPEAKING:
        place = ROOT / "mailbot" / name
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            where = path.relative_to(ROOT / "mailbot").as_posix()
            if where not in UNHEARD:
                found |= dict.fromkeys(sentences(path.read_text(encoding="utf-8")), where)
    return {text: where for text, where in found.items() if text not in NOT_SAID}


def left_in_english(words: Words, text: str) -> list[str]:
    """The parts of a sentence that are told as they were."""
    english = Words("fr", words.texts).plainly(text).split("; ")
    parts = [part for part in english if re.search("[a-z]{2}", part)]
    return [part for part in parts if words.plainly(part) == part]


def test_every_sentence_of_the_machine_has_its_french() -> None:
    words, said = french(), spoken()
    assert len(said) > 300
    left = {text: parts for text in said if (parts := left_in_english(words, text))}
    assert {f"{said[text]}: {text}": parts for text, parts in left.items()} == {}


def test_every_event_of_the_journal_has_its_word() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "mailbot").rglob("*.py"))
    events = set(re.findall(r"""Entry\(\s*"([a-z_]+\.[a-z_]+)\"""", sources))
    events |= {f"{what}.{end}" for what in ("reply", "notice") for end in ("sent", "failed", "deferred", "uncertain")}
    events |= {f"{what}.{end}" for what in ("retention", "replay") for end in ("performing", "performed", "failed")}
    assert len(events) > 50
    for language in ("en", "fr"):
        words = load_words(language, (ROOT / f"templates/console/{language}.toml").read_text(encoding="utf-8"))
        assert sorted(event for event in events if f"event.{event}" not in words.texts) == []


def test_no_french_is_there_for_what_nobody_says_any_more() -> None:
    english = {part for text in spoken() for part in re.split("; ", Words("fr", {}).plainly(text))}
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "mailbot").rglob("*.py"))
    gone = [text for text in french().said if text not in english and not text.startswith("proof is ")]
    gone = [text for text in gone if text not in sources]
    assert gone == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "erasure: proof is claimed; this needs confirmed",
            "Effacement : l’identité est alléguée, non prouvée ; il faut davantage (confirmé)",
        ),
        ("not answered by machine: no texts in the language pl", "aucun texte dans la langue pl"),
        ("2026-00001: access is not open there; open are erasure, objection", "Effacement, Opposition"),
        ("2026-00001/1 is planned again, because its export is older than 7 days", "son export a plus de 7 jours"),
        ("given up after 9 tries: no answer in time", "abandonné après 9 essais : pas de réponse à temps"),
    ],
)
def test_what_stands_in_a_sentence_is_told_in_turn(said: str, told: str) -> None:
    assert told in french().plainly(said)


def test_a_note_that_the_machine_began_is_told_and_one_of_staff_stays_as_it_is() -> None:
    assert french().noted("verified: carte vue au comptoir") == "vérifiée : carte vue au comptoir"
    assert french().noted("the writer is not on file") == "the writer is not on file"
