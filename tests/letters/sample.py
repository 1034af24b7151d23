"""One letter of each kind: the shipped texts with every fact that they may tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from mailbot.core.erasing.facts import Gone, Kept
from mailbot.core.letters.draft import Frame, Section, draft
from mailbot.core.letters.facts import FACTS
from mailbot.core.letters.questions import Asked
from mailbot.core.letters.wording import Wording
from mailbot.core.values import Column, File, HoldingData, Kind, Letter, Organisation

ROOT = Path(__file__).parents[2]
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("templates/*/**/*.txt")
}
WORDING = Wording(TEMPLATES)
ORGANISATION = Organisation(
    name="Astrallys",
    address="171 bis chemin de la Madrague Ville\n13002 Marseille",
    controller="M. Frédéric Lorgeux",
    contact="direction@example.com",
    online_space="https://clients.example.com",
    transfers="none",
    automated="none",
)
FRAME = Frame("2026-00042", date(2026, 3, 5), date(2026, 4, 5), ORGANISATION, "Jean Martin")
HOLDING = HoldingData(
    name="contact",
    title="Vos coordonnées",
    purpose="gestion de la clientèle",
    basis="legitimate_interest",
    recipients=("OVH (hébergement)", "Imprimeur Durand"),
    source="votre société",
    retention="5 ans après la fin du contrat",
    columns=(Column("last_name", "Nom"), Column("email", "Adresse électronique")),
    rows=(("Martin", "jean@example.fr"),),
)
FULL: Mapping[str, object] = {
    "addresses": ("jean@example.fr",),
    "holdings": (HOLDING,),
    "as_of": datetime(2026, 3, 6, 12, 0, tzinfo=UTC),
    "elsewhere": ("Messagerie de la direction",),
    "changes": ({"title": "Nom", "old": "Martine", "new": "Dupont"},),
    "recipients": ("OVH (hébergement)",),
    "undecided": ("votre adresse électronique",),
    "reasons": "Nous devons garder vos factures.\n\nArticle L123-22 du code de commerce.",
    "number": "D-2026-0007",
    "on": date(2026, 3, 7),
    "text": "Effacez tout.\n\nNe donnez rien.",
    "wishes": ("erase", "communicate"),
    "executor": "Luc Blanc",
    "replaces": "D-2026-0001",
    "code": "7F3K-99QX",
    "expires": date(2026, 3, 19),
    "action": "define",
    "asks": (Kind.ACCESS, Kind.ERASURE),
    "details": ("Nom : Dupont",),
    "newsletters_stopped": True,
    "questions": (Asked("1", "recipients"), Asked("2", "source"), Asked("3", "other")),
    "scope": ("Vos coordonnées", "Notes de nos équipes"),
    "general": True,
    "doubt": "unaligned",
    "same": "2026-00017",
    "granted": "Nous avons effacé vos notes.",
    "done": ("newsletters", "frozen", "erased", "kept", "part"),
    "directive": "D-2026-0001",
    "erased": (Gone("Notes", "deleted", 2), Gone("Vos coordonnées", "anonymised", 1)),
    "kept": (
        Kept("Factures", 3, (), "law", "C. com. L123-22", "10 ans", date(2034, 5, 6)),
        Kept("Coordonnées", 1, ("Nom",), "contract", "gestion", "5 ans (en cours)", None),
        Kept("Contrats", 1, (), "purpose", "exécution du contrat", "5 ans (en cours)", None),
        Kept("Interventions", 1, (), "others", "exécution du contrat", "5 ans", None),
    ),
}


def write(name: str, language: str, facts: Mapping[str, object] = FULL) -> Letter:
    folder, outcome = name.split("/")
    kind = None if folder == "general" else Kind(folder)
    files = (File("donnees.pdf", "application/pdf", b"%PDF"),)
    return draft(WORDING, language, "jean@example.fr", [Section(kind, outcome, facts)], FRAME, files)


def required(name: str) -> Mapping[str, object]:
    return {fact: FULL[fact] for fact in FACTS[name].required}
