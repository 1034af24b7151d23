"""The words of the documents, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mailbot.core.values import Scalar


@dataclass(frozen=True, slots=True)
class Labels:
    """All words of one language that stand in a document; texts with braces are filled by `str.format`."""

    file_name: str
    title: str
    made_for: str
    as_of: str
    introduction: str
    controller: str
    contact: str
    purpose: str
    basis: str
    categories: str
    recipients: str
    retention: str
    source: str
    nobody: str
    nothing: str
    empty: str
    yes: str
    no: str
    octets: str
    record: str
    unprintable: str
    automated_title: str
    automated: str
    rights_title: str
    rights: str
    complaint: str
    page: str
    bases: Mapping[str, str]
    day: str  # a format of strftime
    moment: str
    decimal_comma: bool


FRENCH = Labels(
    file_name="vos-donnees",
    title="Vos données personnelles",
    made_for="Copie établie pour",
    as_of="Données arrêtées au",
    introduction=(
        "Ce document réunit les données personnelles que nous traitons à votre sujet et les informations qui les "
        "accompagnent (article 15 du règlement général sur la protection des données, RGPD). Cette copie est gratuite."
    ),
    controller="Responsable du traitement",
    contact="Contact",
    purpose="Finalité",
    basis="Base légale",
    categories="Catégories de données",
    recipients="Destinataires",
    retention="Durée de conservation",
    source="Source",
    nobody="aucun",
    nothing="Aucune donnée n’est enregistrée ici.",
    empty="non renseigné",
    yes="oui",
    no="non",
    octets="{} octets, dans le fichier JSON",
    record="{} sur {}",
    unprintable="Le signe □ remplace un caractère qui ne peut être imprimé ici ; le fichier JSON le contient.",
    automated_title="Décisions automatisées et transferts",
    automated=(
        "Aucune décision n’est prise à votre égard de manière entièrement automatisée, et aucun profil n’est établi. "
        "Vos données ne sont pas transférées hors de l’Union européenne."
    ),
    rights_title="Vos droits",
    rights=(
        "Vous pouvez à tout moment demander la rectification de données inexactes ou incomplètes, l’effacement de vos "
        "données ou la limitation de leur traitement. Vous pouvez aussi vous opposer au traitement pour des raisons "
        "tenant à votre situation particulière et, sans aucune raison à donner, à toute prospection commerciale. "
        "L’exercice de ces droits est gratuit : écrivez à {}."
    ),
    complaint=(
        "Vous pouvez adresser une réclamation à la CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, "
        "cnil.fr/fr/plaintes, et former un recours devant le juge."
    ),
    page="Page {} sur {}",
    bases={
        "consent": "votre consentement",
        "contract": "l’exécution du contrat",
        "legal_obligation": "une obligation légale",
        "vital_interests": "la sauvegarde des intérêts vitaux",
        "public_task": "une mission d’intérêt public",
        "legitimate_interest": "notre intérêt légitime",
    },
    day="%d/%m/%Y",
    moment="%d/%m/%Y %H:%M",
    decimal_comma=True,
)

ENGLISH = Labels(
    file_name="your-data",
    title="Your personal data",
    made_for="Copy made for",
    as_of="Data as of",
    introduction=(
        "This document brings together the personal data that we process about you and the information that goes with "
        "them (Article 15 of the General Data Protection Regulation, GDPR). This copy is free of charge."
    ),
    controller="Controller",
    contact="Contact",
    purpose="Purpose",
    basis="Legal basis",
    categories="Categories of data",
    recipients="Recipients",
    retention="Kept for",
    source="Source",
    nobody="none",
    nothing="No data are recorded here.",
    empty="not given",
    yes="yes",
    no="no",
    octets="{} bytes, in the JSON file",
    record="{} of {}",
    unprintable="The sign □ replaces a character that cannot be printed here; the JSON file has it.",
    automated_title="Automated decisions and transfers",
    automated=(
        "No decision about you is taken by solely automated means, and no profile is made of you. "
        "Your data are not transferred outside the European Union."
    ),
    rights_title="Your rights",
    rights=(
        "You may at any time ask us to correct inaccurate or incomplete data, to erase your data, or to restrict their "
        "use. You may also object to their use on grounds relating to your particular situation, and, without giving "
        "any reason, to all direct marketing. Exercising these rights is free of charge: write to {}."
    ),
    complaint=(
        "You may lodge a complaint with the French data protection authority: CNIL, 3 place de Fontenoy, TSA 80715, "
        "75334 Paris Cedex 07, France, cnil.fr/fr/plaintes, and seek a judicial remedy before the courts."
    ),
    page="Page {} of {}",
    bases={
        "consent": "your consent",
        "contract": "performance of the contract",
        "legal_obligation": "a legal obligation",
        "vital_interests": "the protection of vital interests",
        "public_task": "a task in the public interest",
        "legitimate_interest": "our legitimate interest",
    },
    day="%Y-%m-%d",
    moment="%Y-%m-%d %H:%M",
    decimal_comma=False,
)


def labels(language: str) -> Labels:
    """Return the words of `language` (ISO 639-1); English ones where it has none."""
    return FRENCH if language == "fr" else ENGLISH


def in_words(value: Scalar, words: Labels) -> str:
    """Return one value of a record as people write it."""
    match value:
        case None | "":
            text = words.empty
        case bool():
            text = words.yes if value else words.no
        case bytes():
            text = words.octets.format(len(value))
        case datetime():
            text = f"{value.strftime(words.moment)} {value.tzname() or ''}".strip()
        case date():
            text = value.strftime(words.day)
        case float() if words.decimal_comma:
            text = str(value).replace(".", ",")
        case _:
            text = str(value)
    return text
