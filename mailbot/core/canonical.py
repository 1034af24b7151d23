"""One way to write a value as bytes: for hashes that bind, and for actions at rest."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TypeAlias, cast

from mailbot.core.values import Action, Cell, Notify, PersonRef, RegisterDirective, RowsErase, RowUpdate, Suppress

_Plain: TypeAlias = "str | int | float | bool | list[_Plain] | dict[str, _Plain] | None"

TAG = "$"
_CLASSES: Mapping[str, type] = {
    kind.__name__: kind for kind in (RowUpdate, RowsErase, Suppress, RegisterDirective, Notify, Cell, PersonRef)
}


def canonical(value: object) -> bytes:
    """Return `value` as canonical JSON: UTF-8, sorted keys, no blanks, one form for one value.

    Takes dataclasses, mappings with text keys, sequences and the scalars of a database; bytes, dates and dataclasses
    carry their type under the key "$". TypeError for anything else; ValueError for NaN, infinity, a mapping that uses
    the key "$" itself, and text that is no valid Unicode.
    """
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def action_to_json(action: Action) -> str:
    """Return one action as text to store; raises as `canonical` does."""
    return canonical(action).decode()


def action_from_json(text: str) -> Action:
    """Return the action that `action_to_json` wrote; ValueError for a text that is none."""
    value = json.loads(text, object_hook=_untagged, parse_constant=_refuse)
    action = _frozen(value)
    if not isinstance(action, Action):
        raise ValueError(f"the stored text is no action but {type(action).__name__}")  # noqa: TRY004  # a wrong text, not a wrong call
    return action


def approval_hash(recipient: str, actions: Sequence[Action], raw_without_date: bytes) -> str:
    """Return the SHA-256 (64 hex digits) that an approval binds: to whom, what is changed, and every byte that leaves.

    The canonical form holds no line feed, so the parts cannot flow into each other.
    """
    digest = hashlib.sha256(canonical({"recipient": recipient, "actions": tuple(actions)}))
    digest.update(b"\n")
    digest.update(raw_without_date)
    return digest.hexdigest()


def _plain(value: object) -> _Plain:  # noqa: PLR0911  # one return a type is the clearest
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case bytes():
            return {TAG: "bytes", "value": base64.b64encode(value).decode("ascii")}
        case datetime():
            return {TAG: "datetime", "value": value.isoformat()}
        case date():
            return {TAG: "date", "value": value.isoformat()}
        case Mapping():
            return _plain_mapping(value)
        case Sequence():
            return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        content = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {TAG: type(value).__name__, **content}
    raise TypeError(f"a {type(value).__name__} has no canonical form")


def _plain_mapping(value: Mapping[str, object]) -> _Plain:
    if TAG in value:
        raise ValueError(f"a mapping with the key {TAG!r} would pass for a typed value")
    return {key: _plain(item) for key, item in value.items()}


def _untagged(found: dict[str, object]) -> object:
    tag = found.pop(TAG, None)
    if tag is None:
        return found
    try:
        return _typed(str(tag), found)
    except (KeyError, TypeError) as error:
        raise ValueError(f"the stored text has a {tag} that cannot be read: {error}") from error


def _typed(tag: str, content: Mapping[str, object]) -> object:
    match tag:
        case "bytes":
            return base64.b64decode(str(content["value"]), validate=True)
        case "datetime":
            return datetime.fromisoformat(str(content["value"]))
        case "date":
            return date.fromisoformat(str(content["value"]))
    return _CLASSES[tag](**{key: _frozen(item) for key, item in content.items()})


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in cast("list[object]", value)) if isinstance(value, list) else value


def _refuse(constant: str) -> object:
    raise ValueError(f"the stored text holds {constant}, which no value has")
