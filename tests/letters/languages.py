"""What each language says for the same thing: what the law demands of every letter, whatever its language."""

from __future__ import annotations

from datetime import date

LANGUAGES = ("de", "en", "es", "fr", "it", "nl")
MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
IN_WORDS = {"de": "{}. {} {}", "es": "{} de {} de {}"}
FIRST = {"fr": "1er", "it": "1°"}
JUDGE = {
    "de": "gerichtlicher Rechtsbehelf",
    "en": "judicial remedy",
    "es": "recurso judicial",
    "fr": "recours juridictionnel",
    "it": "ricorso giurisdizionale",
    "nl": "beroep bij de rechter",
}
NATIONAL = {
    "de": "Aufsichtsbehörde des Landes, in dem Sie leben oder arbeiten (Art. 77 DSGVO)",
    "es": "autoridad de control del país en el que vive o trabaja (art. 77 RGPD)",
    "it": "autorità di controllo del Paese in cui vive o lavora (art. 77 GDPR)",
    "nl": "toezichthoudende autoriteit van het land waar u woont of werkt (art. 77 AVG)",
}
CONFIRM = {  # the words that a challenge asks to answer with: yes, no
    "de": ("Ich bestätige", "das war ich nicht"),
    "en": ("I confirm", "it was not me"),
    "es": ("Confirmo mi solicitud", "no fui yo"),
    "fr": ("je confirme", "ce n’est pas moi"),
    "it": ("Confermo la mia richiesta", "la richiesta non è mia"),
    "nl": ("Ik bevestig", "dat was ik niet"),
}
ARTICLE_15 = {  # basis, rectification, erasure, restriction, objection, automated decisions, transfers
    "de": "unser berechtigtes Interesse (Art. 6 Abs. 1 Buchst. f DSGVO)|Berichtigung|Löschung|Einschränkung|Widerspruch"
    "|automatisiert|Europäischen Union",
    "en": "our legitimate interest (GDPR art. 6(1)(f))|correct|erase|restrict|object|automated|European Union",
    "es": "nuestro interés legítimo (art. 6.1.f RGPD)|rectificación|supresión|limitación|oponerse|automatizada"
    "|Unión Europea",
    "fr": "notre intérêt légitime (RGPD, art. 6(1)(f))|rectification|effacement|limitation|opposer|automatisée"
    "|Union européenne",
    "it": "il nostro legittimo interesse (art. 6, par. 1, lett. f, GDPR)|rettifica|cancellazione|limitazione|opporsi"
    "|automatizzato|Unione europea",
    "nl": "ons gerechtvaardigd belang (art. 6, lid 1, onder f, AVG)|rectificatie|wissing|beperking|bezwaar"
    "|geautomatiseerde|Europese Unie",
}
MACHINE = {  # what prepared the letter; what a person then did with it
    "de": ("automatisierten System", "gelesen"),
    "en": ("automated system", "read"),
    "es": ("sistema automatizado", "revisado"),
    "fr": ("système automatisé", "relu"),
    "it": ("sistema automatizzato", "riletto"),
    "nl": ("geautomatiseerd systeem", "gelezen"),
}
THE_REST = {
    "de": "Ihre übrige Nachricht",
    "en": "The rest of your message",
    "es": "El resto de su mensaje",
    "fr": "Le reste de votre message",
    "it": "Il resto del Suo messaggio",
    "nl": "De rest van uw bericht",
}
ERASED_YES_NO = {
    "de": ("gelöscht", "ja", "nein"),
    "en": ("erased", "yes", "no"),
    "es": ("suprimido", "sí", "no"),
    "fr": ("effacé", "oui", "non"),
    "it": ("cancellato", "sì", "no"),
    "nl": ("gewist", "ja", "nee"),
}


def in_words(day: date, language: str) -> str:
    number = FIRST.get(language, "1") if day.day == 1 else day.day
    return IN_WORDS.get(language, "{} {} {}").format(number, MONTHS[language].split()[day.month - 1], day.year)
