"""A reading process: run by itself, first told how to see, then given batches of mails."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.beside import answer_all
from mailbot.core.understanding import Eyes, Kept, Understood, understand
from mailbot.memory import give_back
from mailbot.sight import Sight, eyes


def main() -> None:
    """Its whole life."""
    give_back()
    known: list[Eyes] = []

    def answer(question: Sight | Sequence[Kept]) -> list[Understood]:
        if isinstance(question, Sight):
            known[:] = [eyes(question)]
            return []
        return [understand(known[0], mail) for mail in question]

    answer_all(answer)
