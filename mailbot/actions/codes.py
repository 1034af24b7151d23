"""A second factor for staff who want one: codes of an authenticator (RFC 6238), each good once."""

from __future__ import annotations

from datetime import datetime

from mailbot.actions.finding import Refused
from mailbot.steps.house import House
from mailbot.store.journal import Entry
from mailbot.store.sealing import opened, sealed

_STEP = 30  # seconds of one code
_AROUND = (0, -1, 1)  # codes before and after that count too: clocks differ


def give_secret(house: House, name: str, by: str, now: datetime) -> str:
    """Make the account `name` ask for codes from now on; the otpauth:// URI to be kept by its owner's authenticator.

    Raises Refused. It is told once and kept sealed.
    """
    import pyotp  # noqa: PLC0415 -- for the few who use it

    if house.store.staff.get(name) is None:
        raise Refused(f"{name} is no staff account; `mailbot staff list`")
    secret = pyotp.random_base32()
    with house.store.transaction():
        house.store.staff.second_factor(name, sealed(house.key, secret))
        house.store.journal.append(now, [Entry("staff.code_given", by=by, details={"name": name})])
    issuer = house.settings.organisation.name or "mailbot"
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"{issuer} mailbot"))


def take_secret(house: House, name: str, by: str, now: datetime) -> None:
    """Let the account log in by its password alone again: its owner lost the authenticator."""
    with house.store.transaction():
        house.store.staff.second_factor(name, None)
        house.store.journal.append(now, [Entry("staff.code_taken", by=by, details={"name": name})])


def good(house: House, name: str, kept: str, code: str, now: datetime) -> bool:
    """Whether `code` is one of now that was not used before; a good one is used up."""
    import pyotp  # noqa: PLC0415 -- as above

    totp = pyotp.TOTP(opened(house.key, kept))
    step = int(now.timestamp()) // _STEP
    used = house.store.facts.get(f"code:{name}") or 0
    found = [one for one in (step + part for part in _AROUND) if one > used and totp.verify(code, for_time=one * _STEP)]
    if found:
        with house.store.transaction():
            house.store.facts.set(f"code:{name}", found[0])
    return bool(found)
