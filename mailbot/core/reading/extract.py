"""The fields of a reading: what is needed to carry out the asks, for whom, how much of the data, and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailbot.core.reading.changes import changes
from mailbot.core.reading.directives import Directive
from mailbot.core.reading.words import MAIL
from mailbot.core.values import Fields, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.understood import Understood

_ARTICLE = re.compile(
    r"\b(?:art(?:icles?|ikel|iculos?|ículos?|icolo|t)?\.?\s*)((?:L\.?\s?)?\d{1,3}(?:[-.]\d+)*(?:\s?\(\d\))?)",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b20\d\d-\d{5}\b")
_REFERENCE = re.compile(
    r"(?:r[ée]f(?:[ée]rence)?|dossier|case|az|aktenzeichen|expediente|rif|kenmerk|n°|ticket)"
    r"[ .:/n°º]{0,6}([A-Z0-9][\w./-]{3,24}\d[\w/-]{0,12})",
    re.IGNORECASE,
)
_MOST = 8


def fields(taken: Understood, kinds: Iterable[Kind]) -> Fields:
    """The fields that the asked kinds need."""
    wanted = set(kinds)
    text = f"{taken.mail.subject}\n{_new(taken)}"
    directive = Directive(taken) if Kind.DIRECTIVE in wanted else None
    return Fields(
        changes=changes(taken.mail, taken.seen, taken.language, _new_spans(taken))
        if Kind.RECTIFICATION in wanted
        else (),
        address=_other_address(taken) if Kind.UNSUBSCRIBE in wanted else None,
        action=directive.action() if directive else None,
        wishes=directive.wishes() if directive else None,
        executor=directive.executor() if directive else None,
        reply_to=_reply_to(taken) if Kind.ACCESS in wanted else None,
        references=tuple(dict.fromkeys([*_OURS.findall(text), *_REFERENCE.findall(text)]))[:_MOST],
        articles=tuple(dict.fromkeys(_ARTICLE.findall(text)))[:_MOST],
    )


def _new_spans(taken: Understood) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in taken.spans if span.kind == "new"]


def _new(taken: Understood) -> str:
    return "\n".join(taken.mail.text[start:end] for start, end in _new_spans(taken))[:20_000]


def _has(one: Seen, taken: Understood, *names: str) -> bool:
    numbers = taken.language.vocabulary.numbers
    return any(numbers.get(name, -1) in one.found for name in names)


def _mails(one: Seen, taken: Understood) -> Iterator[str]:
    source = taken.mail.subject if one.sentence.place == "subject" else taken.mail.text
    for place, word in enumerate(one.sentence.words):
        if word == MAIL and place >= one.sentence.lead:
            yield source[one.sentence.starts[place] : one.sentence.ends[place]].rstrip(".-")


def _other_address(taken: Understood) -> str | None:
    """The addresses that newsletters shall no longer go to, where they are not (only) the writer's own."""
    own = taken.mail.sender.address.lower() if taken.mail.sender else ""
    found: list[str] = []
    for number, one in enumerate(taken.seen):
        near = taken.seen[max(0, number - 2) : number + 2]
        if any(
            _has(other, taken, "newsletter", "list", "unsub", "stop", "me_out", "receive", "mailings") for other in near
        ):
            found += [mail for mail in _mails(one, taken) if mail.lower() != own and "astrallys" not in mail.lower()]
    return ", ".join(dict.fromkeys(found)) or None


def _reply_to(taken: Understood) -> str | None:
    """Another place where the answer to an access request is wanted."""
    own = taken.mail.sender.address.lower() if taken.mail.sender else ""
    for one in taken.seen:
        if _has(one, taken, "send", "receive", "reply_here", "contactdata"):
            for mail in _mails(one, taken):
                if mail.lower() != own and "astrallys" not in mail.lower():
                    return mail
    return None
