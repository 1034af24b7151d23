"""What a button is: its address, who may press it, what it calls; and what the forms of many of them name alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from mailbot.actions.finding import Refused
from mailbot.console.visit import Visit
from mailbot.core.roles import Right
from mailbot.core.values import Kind

CHANGED = "changed since it was shown"  # of mailbot.actions.releasing.approve


@dataclass(frozen=True, slots=True)
class Act:
    """One button: its name in the address, who may press it, what it calls; that gives what happened, to be told."""

    name: str
    may: Right
    do: Callable[[Visit, str], str]
    form_limit: int = 1_000_000  # bytes


def run(act: Act, base: str) -> Callable[[Visit], Response]:
    """The handler of a button: do it, say what became of it, and show the request again."""

    def handler(visit: Visit) -> Response:
        ref = visit.part("ref")
        try:
            visit.tell(act.do(visit, ref))
        except Refused as fault:
            visit.tell(visit.words.plainly(str(fault)), good=False)
            if act.name == "release" and CHANGED in str(fault):
                return visit.go(f"{base}/{ref}?{urlencode({'was': visit.typed('hash')})}")
        return visit.go(f"{base}/{ref}")

    return handler


def numbered(visit: Visit, ref: str) -> str:
    """The release that the form means, such as 2026-00042/2; raises Refused for what is no number."""
    number = visit.typed("n")
    if not (number.isdecimal() and number.isascii() and len(number) < 6):  # noqa: PLR2004 -- no request has that many
        raise Refused(visit.words("error.choice"))
    return f"{ref}/{int(number)}"


def one_kind(visit: Visit) -> Kind:
    """The one kind that the form means; raises Refused as kinds()."""
    return kinds(visit, "kind", 1)[0]


def kinds(visit: Visit, field: str = "kind", most: int = len(Kind)) -> Sequence[Kind]:
    """The kinds ticked; raises Refused for none and for a word that is none."""
    named = visit.ticked(field)[:most]
    if not named or any(name not in set(Kind) for name in named):
        raise Refused(visit.words("error.kinds"))
    return [Kind(name) for name in named]
