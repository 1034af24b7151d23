"""From a parsed mail to what it asks: the one entry to everything that understands text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailbot.core.reading import classify, context, extent, extract, features
from mailbot.core.reading.understood import Understood, take_apart
from mailbot.core.values import Ask, Kind, Nature, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailbot.core.reading.rules import Rules
    from mailbot.core.values import Fields, Mail, MayAnswer

ENOUGH = 0.45  # probability from which a kind is asked
_SURE = 5.0  # weight from which a rule alone explains an ask
_HINT = 3.0  # weight of a rule that explains an ask which the whole mail makes certain
_CERTAIN = 0.97  # from which one slight doubt is outweighed
_BEYOND_DOUBT = 0.985  # from which several are, and words about other people
_UNCLEAR, _CLEAR = 0.2, 0.8  # between which a kind is neither excluded nor surely asked
_SURELY_HEIR, _OF_THE_LIVING = 0.95, 0.85  # beside an heir so sure, another ask must be about the living
_EXCLUDED = 0.1  # below which a kind is as good as excluded
_NEVER = frozenset({Kind.HEIR, Kind.AUTHORITY})  # always for people


def features_of(mail: Mail, rules: Rules) -> set[str]:
    """The names of a mail's features: what the weights are learnt from."""
    return _features(take_apart(mail, rules))


def _features(taken: Understood) -> set[str]:
    return features.features(taken.mail, taken.spans, taken.seen, taken.hits, taken.language)


def read(mail: Mail, rules: Rules, thresholds: Mapping[Kind, float], nature: Nature, may_answer: MayAnswer) -> Reading:
    """What the new text of `mail` asks, in which language, with the fields needed to carry it out.

    `thresholds` gives for each kind the confidence from which the reading alone is sure enough to act on.
    """
    return weigh(take_apart(mail, rules), thresholds, nature, may_answer)


def weigh(taken: Understood, thresholds: Mapping[Kind, float], nature: Nature, may_answer: MayAnswer) -> Reading:
    """As read(), of a mail that was taken apart already."""
    if nature in {Nature.AUTO_REPLY, Nature.BOUNCE, Nature.UNREADABLE}:
        return Reading(nature, may_answer, taken.language.code)
    return decide(taken, taken.rules.weights.probabilities(_features(taken)), thresholds, nature, may_answer)


def decide(
    taken: Understood,
    chances: Mapping[Kind, float],
    thresholds: Mapping[Kind, float],
    nature: Nature,
    may_answer: MayAnswer,
) -> Reading:
    """The reading that follows from the probability of each kind."""
    signals = context.signals(taken)
    asked = [] if "withdrawal" in signals else _asked(chances)
    kinds = [kind for kind in asked if not context.denied(taken, kind)]
    fields = extract.fields(taken, kinds)
    behalf, persons = context.on_behalf(taken, kinds), context.persons(taken, fields)
    open_to_machine = not behalf and persons == 1 and not {"withdrawal", "denial"} & set(signals)
    slight, of_others, grave = _doubts(taken, chances)
    asks = tuple(
        _ask(
            taken,
            kind,
            kinds,
            chances[kind],
            open_to_machine
            and not grave
            and chances[kind]
            >= _needed(
                thresholds.get(kind, 1.1),
                slight + (not _explained(taken, kind, chances[kind])),
                of_others + (kind is not Kind.UNSUBSCRIBE and context.speaks_of(taken, "relative")),
            )
            and _allowed(kind, nature, fields, taken, chances),
        )
        for kind in kinds
    )
    return Reading(nature, may_answer, taken.language.code, behalf, persons, asks, signals, fields)


def _asked(chances: Mapping[Kind, float]) -> list[Kind]:
    """The kinds that are likely enough; what is asked about a dead person's data is the heir's ask, not another one."""
    beside = _OF_THE_LIVING if chances[Kind.HEIR] >= _SURELY_HEIR else ENOUGH
    return [kind for kind in Kind if chances[kind] >= (ENOUGH if kind is Kind.HEIR else beside)]


def _ask(taken: Understood, kind: Kind, kinds: list[Kind], chance: float, sure: bool) -> Ask:  # noqa: FBT001 (the verdict of all checks)
    scope, when = extent.scope(taken, kind), extent.when(taken, kind, kinds)
    proof = classify.evidence(taken.hits, taken.seen, taken.mail.subject, taken.mail.text, kind.value)
    return Ask(
        kind=kind,
        confidence=round(chance, 3),
        automatic=sure and scope is None and when == "now",
        scope=scope,
        when=when,
        evidence=proof
        or classify.nearest(
            taken.seen, taken.mail.subject, taken.mail.text, f"{taken.language.code}/{kind.value}#as-a-whole"
        ),
    )


def _explained(taken: Understood, kind: Kind, chance: float) -> bool:
    """Whether a rule, not only the mail as a whole, says that this is asked."""
    enough = _HINT if chance >= _CERTAIN else _SURE
    return any(
        hit.rule.name == kind.value
        and hit.rule.weight >= enough
        and (context.in_text(taken, hit) or taken.seen[-1].sentence.place == "subject")
        for hit in taken.hits
    )


def _allowed(kind: Kind, nature: Nature, fields: Fields, taken: Understood, chances: Mapping[Kind, float]) -> bool:
    """Whether a machine may ever act on an ask of this kind in such a mail."""
    if kind in _NEVER or (nature is not Nature.PERSON and kind is not Kind.UNSUBSCRIBE):
        return False
    if kind is Kind.RECTIFICATION:
        return context.one_own_value(taken, fields)
    if kind is Kind.UNSUBSCRIBE and context.gives_another_address(taken):
        return False
    if kind is Kind.DIRECTIVE:
        told = bool(fields.wishes) or fields.action == "revoke"
        return told and chances[Kind.HEIR] < _EXCLUDED and _explained(taken, kind, chances[kind])
    return not context.speaks_of(taken, "death_mine", "deceased")


def _doubts(taken: Understood, chances: Mapping[Kind, float]) -> tuple[int, int, bool]:
    """What speaks against acting without a human: slight doubts, words about others, and what no certainty outweighs.

    Words of a mandate and a guard that spoke are such; words about other people are met in every second plain mail.
    """
    grave = context.speaks_of(taken, "proxy", "for_another", "scam") or any(
        hit.rule.name == "guard" for hit in taken.hits
    )
    slight = (
        context.advertises(taken),
        context.speaks_of(taken, "vendor"),
        context.speaks_of(taken, "back_to"),
        any(_UNCLEAR < chance < _CLEAR for chance in chances.values()),
    )
    of_others = (context.speaks_of(taken, name) for name in ("others", "lawyer", "job"))
    return sum(slight), sum(of_others), grave


def _needed(threshold: float, slight: int, of_others: int) -> float:
    """The probability from which a machine may act: the more doubts, the higher."""
    if not slight and not of_others:
        return threshold
    return max(threshold, _CERTAIN if slight == 1 and not of_others else _BEYOND_DOUBT)
