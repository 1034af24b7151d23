"""Readings in the form of the contract (`mailbot read --json`), there and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailbot.core.values import Ask, Change, Evidence, Fields, Kind, MayAnswer, Nature, Reading


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """The reading as the contract prints it, but for `file`."""
    return {
        "nature": str(reading.nature),
        "may_answer": {"machine": reading.may_answer.machine, "because": reading.may_answer.because},
        "language": reading.language,
        "on_behalf": reading.on_behalf,
        "persons": reading.persons,
        "asks": [_ask_to_json(ask) for ask in reading.asks],
        "signals": list(reading.signals),
        "fields": fields_to_json(reading.fields),
    }


def reading_from_json(value: Mapping[str, Any]) -> Reading:
    """The reading that reading_to_json() printed."""
    return Reading(
        nature=Nature(value["nature"]),
        may_answer=MayAnswer(**value["may_answer"]),
        language=value["language"],
        on_behalf=value["on_behalf"],
        persons=value["persons"],
        asks=tuple(_ask_from_json(ask) for ask in value["asks"]),
        signals=tuple(value["signals"]),
        fields=fields_from_json(value["fields"]),
    )


def fields_to_json(fields: Fields) -> dict[str, Any]:
    """The fields; a key stands only where something was read."""
    named: dict[str, Any] = {
        "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in fields.changes],
        "address": fields.address,
        "action": fields.action,
        "wishes": None if fields.wishes is None else list(fields.wishes),
        "reply_to": fields.reply_to,
        "references": list(fields.references),
        "articles": list(fields.articles),
    }
    kept = {key: value for key, value in named.items() if value or (key == "wishes" and value is not None)}
    # a directive says who executes it, or that nobody is named
    if fields.action is not None or fields.executor is not None:
        kept["executor"] = fields.executor
    return kept


def fields_from_json(value: Mapping[str, Any]) -> Fields:
    """The fields that fields_to_json() printed."""
    wishes = value.get("wishes")
    return Fields(
        changes=tuple(Change(**change) for change in value.get("changes", ())),
        address=value.get("address"),
        action=value.get("action"),
        wishes=None if wishes is None else tuple(wishes),
        executor=value.get("executor"),
        reply_to=value.get("reply_to"),
        references=tuple(value.get("references", ())),
        articles=tuple(value.get("articles", ())),
    )


def evidence_to_json(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    """The deciding words with their place."""
    return [{"text": e.text, "in": e.place, "start": e.start, "end": e.end, "rule": e.rule} for e in evidence]


def _ask_to_json(ask: Ask) -> dict[str, Any]:
    return {
        "kind": str(ask.kind),
        "confidence": round(ask.confidence, 4),
        "automatic": ask.automatic,
        "scope": ask.scope,
        "when": ask.when,
        "evidence": evidence_to_json(ask.evidence),
    }


def _ask_from_json(value: Mapping[str, Any]) -> Ask:
    evidence = tuple(Evidence(e["text"], e["in"], e["start"], e["end"], e["rule"]) for e in value["evidence"])
    return Ask(Kind(value["kind"]), value["confidence"], value["automatic"], value["scope"], value["when"], evidence)
