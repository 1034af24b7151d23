"""Which of the known languages a text is written in, by its commonest small words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SMALL: Mapping[str, str] = {
    "fr": (
        "le la les des du un une et est je vous nous que qui pour dans sur mon ma mes votre vos notre avec "
        "pas plus ne ce cette merci bonjour suis avez moi ai il au aux en par cordialement svp demande madame "
        "monsieur mail adresse donnees tout toutes sont ete j l d n c s y si ou"
    ),
    "en": (
        "the and of to you your my i is are please this that have has for with from not be it we our me on at "
        "in any would will can as dear thanks thank hello regards if all do don t im am was by an a or"
    ),
    "de": (
        "der die das und ich sie ist nicht mit zu ein eine einen bitte mein meine meiner meinen mich mir ihre "
        "ihrer ihren ihnen wir uns auf von fur im den dem des dass hallo guten tag grussen freundlichen aus "
        "bei noch auch werden wird hat habe haben sehr geehrte mehr oder als"
    ),
    "es": (
        "el la los las de que y en un una por para con no mi mis su sus me se es al del lo le les como mas "
        "pero gracias buenos dias buenas tardes hola saludo saludos solicito quiero datos he ha estoy ustedes "
        "usted correo este esta yo estimados atentamente"
    ),
    "it": (
        "il la lo gli le di che e un una per con non mio mia miei mie suo vostro vostri vostra sono mi si ho "
        "del della dei delle al alla grazie buongiorno saluti cordiali dati vi ci anche come questo questa "
        "piu dal dalla nel chiedo distinti gentili ne ed da"
    ),
    "nl": (
        "de het een en van ik u uw mijn niet dat is in op te voor met zijn aan er om ook wij ons graag bij "
        "naar als maar kunt geen meer hallo beste groet groeten vriendelijke goedemiddag goedemorgen geachte "
        "gegevens dank bedankt heb hebben wordt worden mij dit deze daar jullie"
    ),
}
_BY_WORD: dict[str, list[str]] = {}
for _code, _words in _SMALL.items():
    for _word in set(_words.split()):
        _BY_WORD.setdefault(_word, []).append(_code)
KNOWN = tuple(_SMALL)
SMALL = frozenset(_BY_WORD)
"""The commonest small words of all known languages: never a name."""


def scores(words: Iterable[str], known: Iterable[str] = KNOWN) -> Counter[str]:
    """How strongly folded `words` speak for each language: a small word counts less the more languages share it."""
    total: Counter[str] = Counter(dict.fromkeys(known, 0))
    for word in words:
        for code in _BY_WORD.get(word, ()):
            if code in total:
                total[code] += 12 // len(_BY_WORD[word])
    return total


def detect(words: Iterable[str], known: Iterable[str] = KNOWN, default: str = "fr") -> str:
    """The ISO 639-1 code of the likeliest language among `known`; `default` where no word tells."""
    total = scores(words, known)
    best = max(total, key=lambda code: (total[code], code == default))
    return best if total[best] else default
