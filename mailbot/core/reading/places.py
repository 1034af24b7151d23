"""Companies and postal addresses in a rectification, with how they were."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailbot.core.reading.ages import aged
from mailbot.core.reading.items import PARTICLES, Item
from mailbot.core.reading.spelling import alike
from mailbot.core.reading.words import MAIL, MONTHS, PHONE, fold, fold_text
from mailbot.core.values import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailbot.core.reading.classify import Seen
    from mailbot.core.reading.mentions import Mentions

_UPPER = r"[A-ZÀ-ÖØ-ÞŒŠŽ]"
_PARTICLE = r"(?:de|du|des|d'|d’|von|van|der|den|di|da|del|della|la|le|el|y|zu|ten|ter|dos|à|au|aux|les|of|the)"
_STREET = rf"(?:[ ](?:l['’])?(?:{_PARTICLE}(?!\w)|(?:[dl]['’])?{_UPPER}[\w'’-]*|\d+))*"
_TOWN_NAME = rf"{_UPPER}[\w'’-]*(?:[ -](?:(?:sur|la|le|les|am|an|der|aan|den|de)[ -])?{_UPPER}[\w'’-]+)*"
_TOWN = rf"(?:,?[ ](?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:[ ][A-Z]{{2}})?[ ]{_TOWN_NAME}|,[ ]{_TOWN_NAME}(?=[,.;:)\n]|$))?"
_POSTAL = re.compile(
    rf"\b\d{{1,4}}(?:\s?(?:bis|ter|[a-dA-D]))?,?[ ]+[\w.’'-]+{_STREET}{_TOWN}"
    rf"|(?:{_UPPER}[\w'’.-]+(?:[ ](?:de[ ]la|{_PARTICLE}))?,?[ ]+){{1,4}}(?:#[ ]?|n[º°][ ]?)?"
    rf"\d{{1,4}}(?:[ ]?#[ ]?\d+-\d+)?[ ]?[a-z]?\b{_TOWN}"
)
_TELLING = 6  # letters
_PARTNER_WITHIN = 3  # sentences between an old and a new value


def companies(mentions: Mentions) -> list[Change]:
    """The new name of a company, with the old one."""
    if not mentions.anywhere("renamed", "company_mark"):
        return []
    return list(_paired(_named(mentions), "company"))


def addresses(mentions: Mentions) -> list[Change]:
    """The new postal address, with the old one."""
    if not mentions.anywhere("moved", "postal", "contactdata"):
        return []
    found = [
        (number, item)
        for number, one in enumerate(mentions.seen)
        if number not in mentions.told
        for item in _postal(number, one, mentions)
    ]
    return list(_paired(found, "address"))[:1]


def _named(m: Mentions) -> list[tuple[int, Item]]:
    found = []
    in_subject = any(one.sentence.place == "subject" and m.has(one, "renamed") for one in m.all_seen)
    for number, one in enumerate(m.seen):
        told = m.has(one, "renamed", "company_mark") or in_subject
        strong = m.has(one, "renamed") or in_subject
        near = m.near(number, "fix", "new", "after_old", "wrong", "old_after", "note_new", "before_old")
        for item in m.names(number) if near else []:
            formed = item.sort == "company" or (bool(item.age) and _of_domain(item, m))
            person = item.titled or m.is_own(item) or _followed(item, one)
            if (formed and (told or item.age)) or (
                (strong or item.sort == "quoted") and told and item.age and not person
            ):
                found.append((number, item))
    return found


def _of_domain(item: Item, m: Mentions) -> bool:
    """Whether the writer's address is at the company that a name names."""
    domain = fold(m.address.partition("@")[2].rpartition(".")[0]).replace("-", "")
    joined = "".join(item.words).replace("-", "")
    return len(item.words) > 1 and len(joined) >= _TELLING and joined in domain and not m.is_own(item)


def _followed(item: Item, one: Seen) -> bool:
    """Whether an address or a number follows: that of a person."""
    return bool({"@mail", "@phone"} & set(one.sentence.words[item.last : item.last + 4]))


def _postal(number: int, one: Seen, m: Mentions) -> Iterator[Item]:
    sentence = one.sentence
    near = m.near(number, "moved", "fix", "new", "wrong", "before_old", "contactdata", "hold", "mine", "old_before")
    if sentence.place == "subject" or sentence.lead >= len(sentence.words) or not near:
        return
    begin = sentence.starts[sentence.lead]
    text = m.mail.text[begin : sentence.ends[-1]]
    found = []
    for match in _POSTAL.finditer(text):
        value = match.group().strip(" ,.")
        places = [
            place
            for place in range(sentence.lead, len(sentence.words))
            if match.start() <= sentence.starts[place] - begin < match.start() + len(value)
        ]
        if places and not {MAIL, PHONE} & {sentence.words[place] for place in places}:
            start = begin + match.start()
            found.append(
                _with_street(Item("address", value, places[0], places[-1] + 1, 0, start, start + len(value)), one, m)
            )
    for item in aged(found, one, m.mail.text, m.language):
        digits = item.text[:1].isdigit()
        street = any(_is(word, "street", m) for word in fold_text(item.text).split())
        if street or (not digits and item.age and m.has(one, "moved", "postal") and item.words[-1] not in MONTHS):
            yield item


def _with_street(item: Item, one: Seen, m: Mentions) -> Item:
    """“via” before “Sempione 18” belongs to it."""
    before = item.first - 1
    while before > one.sentence.lead and one.sentence.words[before] in PARTICLES:
        before -= 1
    if before < one.sentence.lead or not _is(one.sentence.words[before], "street", m):
        return item
    start = one.sentence.starts[before]
    if len(one.sentence.words[before]) < 3 or "\n" in m.mail.text[start : item.end]:  # noqa: PLR2004
        return item
    return Item("address", m.mail.text[start : item.end], before, item.last, 0, start, item.end)


def _is(word: str, name: str, m: Mentions) -> bool:
    return m.numbers.get(name, -1) in m.language.vocabulary.classes(word)


def _paired(found: list[tuple[int, Item]], field: str) -> Iterator[Change]:
    """Old and new values by turns; a new one alone has no old one, an old one alone changes nothing."""
    olds = [(number, item) for number, item in found if item.age < 0]
    news = [(number, item) for number, item in found if item.age > 0]
    unsaid = [(number, item) for number, item in found if item.age == 0]
    if olds and not news:
        news = [(n, i) for n, i in unsaid if abs(n - olds[0][0]) <= _PARTNER_WITHIN][:1]
    elif news and not olds:
        olds = [(n, i) for n, i in unsaid if n == news[0][0] and _like(i, news[0][1])][:1]
    elif not news:
        olds, news = (unsaid[:1], unsaid[1:2]) if len(unsaid) > 1 and field == "company" else ([], unsaid[:1])
    for number, new in news:
        old = min(
            (pair for pair in olds if abs(pair[0] - number) <= _PARTNER_WITHIN),
            key=lambda pair: abs(pair[0] - number),
            default=None,
        )
        if old:
            olds.remove(old)
        if not old or fold(old[1].text) != fold(new.text):
            yield Change(field, old[1].text if old else None, new.text)


def _like(one: Item, other: Item) -> bool:
    return any(a == b or alike(a, b) for a in one.words for b in other.words)
