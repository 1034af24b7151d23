"""Who wrote a mail, and may a machine answer it: two questions, each with the mark that decided (RFC 3834).

An ask inside a bounce or an automatic reply is not seen, so these two need a mark that no person's mail bears. A robot
or a newsletter may still carry an ask (a web form does), so there the marks may be weaker. What only asks for silence,
like X-Auto-Response-Suppress or a discussion list, makes nobody a robot.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from mailbot.core.address import normalise
from mailbot.core.reading.words import WORD, fold_plainly, fold_text
from mailbot.core.sender.noise import AutoReply, Noise, Returned, Silent, load_noise
from mailbot.core.values import Mail, MayAnswer, Nature

__all__ = ["LOOP_HEADER", "Noise", "load_noise", "may_answer", "nature"]

LOOP_HEADER = "X-Mailbot-Loop"
_LIST = ("list-id", "list-unsubscribe", "list-post", "list-help", "list-subscribe", "list-owner", "list-archive")
_HEAD = re.compile(r"[:(\[\])|–—]|\s-\s")
_REPLY_WORDS = {"re", "aw", "sv", "rif", "antw"}
_SENTENCE = re.compile(r"[,.!]")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)")
_OPENING_LINES, _OPENING, _LINE = 6, 600, 120


def nature(mail: Mail, noise: Noise) -> tuple[Nature, str]:
    """Who wrote `mail`, and the mark that decided, without personal data."""
    return next(_marks(mail, noise), (Nature.PERSON, "no mark of a machine"))


def may_answer(
    mail: Mail, noise: Noise, own_addresses: Collection[str], judged: tuple[Nature, str] | None = None
) -> MayAnswer:
    """Whether a machine may answer `mail` (RFC 3834, section 2), and what decided, without personal data.

    `own_addresses`: every address of ours, in the form of address.normalise(). `judged`: what nature() said of it,
    where that is known already.
    """
    kind, because = judged or nature(mail, noise)
    if kind is not Nature.PERSON:
        return MayAnswer(machine=False, because=because)
    silence = next(_silences(mail, noise.silent), None)
    if silence:
        return MayAnswer(machine=False, because=silence)
    if not mail.sender:
        return MayAnswer(machine=False, because=f"no sender established: {mail.sender_problem}")
    if normalise(mail.sender.address) in own_addresses:
        return MayAnswer(machine=False, because="the sender is one of our own addresses")
    if len(mail.header("subject")) > 1:  # RFC 5322 section 3.6: one at most, and a signature covers only one
        return MayAnswer(machine=False, because="several subjects: nobody knows which one was meant")
    return MayAnswer(machine=True, because=because)


def _marks(mail: Mail, noise: Noise) -> Iterator[tuple[Nature, str]]:
    """The marks of a machine that `mail` bears, the most telling first."""
    local = _local_part(mail)
    precedence = [value.strip().lower() for value in mail.header("precedence")]
    if mail.header(LOOP_HEADER):
        yield Nature.ROBOT, LOOP_HEADER
    yield from _report(mail)
    yield from _returned(mail, local, noise.bounce)
    subject = _subject_phrase(mail.subject, noise.auto_reply)
    if subject:
        yield Nature.AUTO_REPLY, f"subject: {subject}"
    yield from _automatic_headers(mail, noise.auto_reply, precedence)
    if _null_path(mail):
        yield Nature.ROBOT, "Return-Path: <>"
    if mail.header("list-unsubscribe") and not any("mailto:" in value.lower() for value in mail.header("list-post")):
        yield Nature.LIST, "List-Unsubscribe"
    for word in noise.robot.precedence:
        if word in precedence:
            yield Nature.ROBOT, f"Precedence: {word}"
    if local in noise.robot.senders or local.startswith(noise.robot.sender_starts):
        yield Nature.ROBOT, "the sender's name is that of a machine"
    announced = _announcement(mail, noise.auto_reply)
    if announced:
        yield Nature.AUTO_REPLY, f"opening: {announced}"


def _report(mail: Mail) -> Iterator[tuple[Nature, str]]:
    """A report for machines (RFC 6522): on delivery (RFC 3464) a bounce, on reading (RFC 8098) not."""
    if mail.content_types[:1] != ("multipart/report",):
        return
    content_type = " ".join(mail.header("content-type")).lower()
    if "message/delivery-status" in mail.content_types or "delivery-status" in content_type:
        yield Nature.BOUNCE, "multipart/report: delivery-status"
    yield Nature.ROBOT, "multipart/report"


def _returned(mail: Mail, local: str, rules: Returned) -> Iterator[tuple[Nature, str]]:
    """A bounce without a report part: by its sender, or by its subject where the sender may be a person."""
    for name in rules.headers:
        if mail.header(name):
            yield Nature.BOUNCE, name
    if local in rules.senders:
        yield Nature.BOUNCE, f"sender: {local}"
    if local in rules.senders_with_subject or _null_path(mail):
        head = _head(mail.subject)
        if any(head == phrase or head.startswith(f"{phrase} ") for phrase in rules.subjects):
            yield Nature.BOUNCE, "sender and subject of a bounce"


def _automatic_headers(mail: Mail, rules: AutoReply, precedence: list[str]) -> Iterator[tuple[Nature, str]]:
    """Auto-Submitted (RFC 3834, section 5; any instance, case and parameter) and the older headers for the same."""
    for value in mail.header("auto-submitted"):
        word = re.split(r"[;(\s]", value.strip().lower(), maxsplit=1)[0]
        if word == "auto-replied":
            yield Nature.AUTO_REPLY, "Auto-Submitted: auto-replied"
        elif word != "no":
            yield Nature.ROBOT, "Auto-Submitted"
    for name in rules.headers:
        if any(value.strip().lower() not in {"no", "false", "0"} for value in mail.header(name)):
            yield Nature.AUTO_REPLY, name
    for word in rules.precedence:
        if word in precedence:
            yield Nature.AUTO_REPLY, f"Precedence: {word}"


def _subject_phrase(subject: str, rules: AutoReply) -> str | None:
    """The phrase that the subject opens with as a machine's does: whole, before a mark, or with a date after it."""
    head = _head(subject)
    for phrase in rules.subjects:
        if head == phrase:
            return phrase
        if head.startswith(f"{phrase} ") and head.removeprefix(f"{phrase} ").split()[0] in rules.until:
            return phrase
    return None


def _announcement(mail: Mail, rules: AutoReply) -> str | None:
    """A sentence at the start that says to be automatic; or an absence, where the subject has a bracketed phrase."""
    openings = rules.announcements
    if any(_head(piece) in rules.subjects for piece in _BRACKETED.findall(mail.subject)):
        openings += rules.openings
    lines = [line for line in mail.text[:_OPENING].split("\n") if line.strip()][:_OPENING_LINES]
    for line in lines:
        if line.startswith(">"):
            break
        for sentence in _SENTENCE.split(fold_plainly(line[:_LINE])):
            folded = " ".join(WORD.findall(sentence))
            if folded.startswith(openings) and sentence.lstrip()[:1].isalpha():  # no quotation mark before it
                return next(phrase for phrase in openings if folded.startswith(phrase))
    return None


def _silences(mail: Mail, rules: Silent) -> Iterator[str]:
    """What asks machines not to answer a mail that a person may have written."""
    for name in _LIST:
        if mail.header(name):
            yield name
    for value in mail.header("precedence"):
        if value.strip().lower() in rules.precedence:
            yield "Precedence"
    for value in mail.header("x-auto-response-suppress"):
        if {word.strip().lower() for word in value.split(",")}.intersection(rules.suppress):
            yield "X-Auto-Response-Suppress"
    local = _local_part(mail)
    if local in rules.senders or local.startswith(rules.sender_starts) or local.endswith(rules.sender_ends):
        yield "the sender's name is that of a list or a machine"


def _null_path(mail: Mail) -> bool:
    return any(value.replace(" ", "") == "<>" for value in mail.header("return-path"))


def _local_part(mail: Mail) -> str:
    """What stands before the @ of the sender, in lower case; of a From without address (`MAILER-DAEMON`) its word."""
    if mail.sender:
        return mail.sender.address.rpartition("@")[0].lower().partition("+")[0]
    word = re.match(r"\s*<?([\w.-]+)", (mail.header("from") or ("",))[0])
    return word[1].lower() if word and len(mail.header("from")) == 1 else ""


def _head(subject: str) -> str:
    """The folded words of a subject before its first mark: `Out of Office Re: Invoice` gives `out of office`."""
    words = fold_text(_HEAD.split(subject.strip().lstrip("[(*"), maxsplit=1)[0]).split()
    while len(words) > 1 and words[-1] in _REPLY_WORDS:
        words.pop()
    return " ".join(words)
