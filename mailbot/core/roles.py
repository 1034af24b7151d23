"""What each role of staff may do: a clerk prepares, an approver or dpo releases, an auditor reads."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Right(StrEnum):
    """One thing that a role may allow; the value says it to people."""

    READ = "looks at personal data"
    PREPARE = "prepares answers"
    RELEASE = "releases and decides"
    OPERATE = "manages staff accounts and backups"
    AUTHORITIES = "answers authorities"
    MEASURE = "sees figures and health"
    AUDIT = "sees who looked at personal data"


_WHOLE = frozenset(Right) - {Right.AUDIT}

ROLES: Mapping[str, frozenset[Right]] = MappingProxyType(
    {
        "clerk": frozenset({Right.READ, Right.PREPARE, Right.MEASURE}),
        "approver": _WHOLE - {Right.AUTHORITIES},  # save where there is no dpo
        "dpo": frozenset(Right),
        "auditor": frozenset({Right.READ, Right.MEASURE, Right.AUDIT}),
        "operator": frozenset({Right.OPERATE, Right.MEASURE}),
    }
)
"""The rights of each role."""


def allows(role: str, right: Right) -> bool:
    """Whether `role` has `right`; a role that nobody knows has none."""
    return right in ROLES.get(role, frozenset())


def may(role: str) -> str:
    """What a role does, in words for people."""
    return ", ".join(str(right) for right in Right if allows(role, right)) or "may do nothing"
