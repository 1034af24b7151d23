"""What staff name: requests by reference, releases by REF/N, and errors they can mend."""

from __future__ import annotations

import re
from contextvars import ContextVar

from mailbot.core.roles import Right, allows, may
from mailbot.core.status import ReleaseState
from mailbot.core.values import Kind
from mailbot.steps.house import House
from mailbot.store.rows import MessageRow, ReleaseRow, RequestRow

_NAMED = re.compile(r"(\d{4}-\d{5,})(?:/(\d+))?")
_MESSAGE = re.compile(r"m(\d+)")


ROLE: ContextVar[str | None] = ContextVar("role", default=None)
"""The role of the account that looks or acts now; None for the machine's owner and for the daemon."""


class Refused(Exception):
    """An action that cannot be done now; the text is one line for people and says what to do instead."""


def request_named(house: House, text: str) -> RequestRow:
    """The request of `2026-00042` (a release number behind it is ignored); raises Refused."""
    match = _NAMED.fullmatch(text.strip())
    row = house.store.requests.by_reference(match.group(1)) if match else None
    if row is None:
        message = f"{text}: no such request; `mailbot queue` lists them"
        raise Refused(message)
    if not may_open(house, row):
        raise Refused(f"{row.reference}: an authority asks; only the dpo opens it (secrecy of inquiries)")
    return row


def may_open(house: House, request: RequestRow) -> bool:
    """Whether who looks now may open the request: those of authorities are for the dpo alone, once there is one."""
    role = ROLE.get()
    if role is None or allows(role, Right.AUTHORITIES):
        return True
    asked = {ask.kind for ask in house.store.requests.asks([request.id])[request.id]}
    if Kind.AUTHORITY not in asked:
        return True
    return not any(one["removed_at"] is None and one["role"] == "dpo" for one in house.store.staff.all())


def release_named(house: House, text: str, state: str = ReleaseState.PLANNED) -> tuple[RequestRow, ReleaseRow]:
    """The release of `2026-00042/2`, or the one in `state` if there is exactly one; raises Refused with the list."""
    request = request_named(house, text)
    rows = house.store.releases.of_requests([request.id])[request.id]
    match = _NAMED.fullmatch(text.strip())
    number = match.group(2) if match else None
    found = [row for row in rows if (str(row.n) == number if number else row.status == state)]
    if len(found) == 1:
        return request, found[0]
    if number:
        message = f"{text}: no such release; {request.reference} has {', '.join(str(r.n) for r in rows) or 'none'}"
        raise Refused(message)
    if not found:
        look = f"`mailbot show {request.reference}` says what it waits for"
        message = f"{request.reference}: no release is {state}; {look}"
        raise Refused(message)
    listed = ", ".join(f"{request.reference}/{row.n} ({row.purpose})" for row in found)
    message = f"{request.reference}: several releases are {state}: {listed}; name one"
    raise Refused(message)


def message_named(house: House, text: str) -> MessageRow:
    """The message of `m12`; raises Refused."""
    match = _MESSAGE.fullmatch(text.strip())
    row = house.store.messages.get(int(match.group(1))) if match else None
    if row is None:
        message = f"{text}: no such message; `mailbot queue` lists those that wait"
        raise Refused(message)
    if row.request_id and not may_open(house, house.store.requests.get(row.request_id)):
        raise Refused(f"{text} is of an authority; only the dpo opens it (secrecy of inquiries)")
    return row


def must_act(house: House) -> None:
    """Raise Refused in shadow mode, where nothing may leave or change."""
    if house.settings.held:
        raise Refused("the store is a restored copy: nothing leaves or changes until `mailbot replay` has compared it")
    if house.shadow:
        message = 'mode "shadow": nothing leaves; set [policy] mode = "queue" in config.toml to release'
        raise Refused(message)


def staff_member(house: House, name: str | None, login: str, right: Right = Right.PREPARE) -> str:
    """The account that acts: the one named, else that of the login; raises Refused if there is none with `right`."""
    wanted = name or login
    account = house.store.staff.get(wanted)
    if account is None:
        message = f"{wanted} is no staff account; an operator adds one with `mailbot staff add {wanted}`"
        raise Refused(message)
    if not allows(account["role"], right):
        message = f"{wanted} is {account['role']}: this account {may(account['role'])}; it does not do this"
        raise Refused(message)
    ROLE.set(account["role"])
    return wanted


def must_have(house: House, login: str, right: Right) -> None:
    """Raise Refused if the login is a staff account whose role has no `right`.

    A login without an account is the machine's owner: who may open the store's file may read it anyway.
    """
    if house.store.staff.get(login) is not None:
        staff_member(house, None, login, right)
