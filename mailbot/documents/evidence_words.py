"""The words of the index of an evidence pack: templates/<lang>/documents/evidence.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from mailbot.core.toml import validated
from mailbot.documents.labels import Filled, FilledTwice, Text

Four: TypeAlias = tuple[Text, Text, Text, Text]


class EvidenceWords(BaseModel):
    """All words of one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_name: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.pdf$")]
    title: Text
    over: FilledTwice  # company, moment
    introduction: Filled  # reference
    request: Text
    reference: Text
    arrived: Text
    due: Text
    legal_end: Text
    person: Text
    proof: Text
    channel: Text
    asks: Text
    ask_columns: tuple[Text, Text, Text, Text, Text]
    received: Text
    received_columns: Four
    decisions: Text
    decision_columns: Four
    sent: Text
    sent_columns: Four
    pauses: Text
    pause_columns: Four
    directives: Text
    directive_columns: Four
    notes: Text
    timeline: Text
    timeline_columns: Four
    proved: Text
    proved_text: Filled  # the first entry
    not_kept: Text
    none: Text
    page: FilledTwice  # which of how many
    moment: Text  # a format of strftime
    event: Mapping[str, Text]  # what the journal calls a step -> what people call it
    word: Mapping[str, Text]  # a kind, state, proof or channel -> what people call it


def load_evidence_words(text: str, where: str) -> EvidenceWords:
    """The words in the TOML `text`; raises TomlError with all problems, each with `where` and key."""
    return validated(EvidenceWords, text, where)
