"""Who writes in one of the six languages is answered, and given his copy, in that language."""

from __future__ import annotations

import json

import pytest
from path.company import Company, files, words
from path.written import CLAIRE, mail

ASKED = {
    "de": "Guten Tag,\n\nbitte senden Sie mir eine Kopie aller personenbezogenen Daten, die Sie über mich gespeichert "
    "haben (Art. 15 DSGVO).\n\nMit freundlichen Grüßen\nClaire Dupont\n",
    "es": "Buenos días:\n\nSolicito una copia de todos los datos personales que tienen sobre mí (artículo 15 del RGPD)."
    "\n\nUn saludo,\nClaire Dupont\n",
    "it": "Buongiorno,\n\nchiedo una copia di tutti i dati personali che conservate su di me (articolo 15 del GDPR)."
    "\n\nCordiali saluti\nClaire Dupont\n",
    "nl": "Goedemiddag,\n\nGraag ontvang ik een kopie van alle persoonsgegevens die u over mij hebt (artikel 15 AVG)."
    "\n\nMet vriendelijke groet,\nClaire Dupont\n",
}
TOLD = {  # the acknowledgement, the answer, the name of the copy, what a holding rests on
    "de": ("Auskunft", "die vollständige Kopie", "ihre-daten-", "unser berechtigtes Interesse (Art. 6 Abs. 1"),
    "es": ("solicitud de acceso", "la copia completa", "sus-datos-", "nuestro interés legítimo (art. 6.1.f RGPD)"),
    "it": (
        "richiesta di accesso",
        "la copia completa",
        "i-suoi-dati-",
        "il nostro legittimo interesse (art. 6, par. 1",
    ),
    "nl": ("verzoek om inzage", "de volledige kopie", "uw-gegevens-", "ons gerechtvaardigd belang (art. 6, lid 1"),
}


@pytest.mark.parametrize("language", ASKED)
def test_a_copy_asked_for_in_a_language_comes_with_a_letter_in_it(company: Company, language: str) -> None:
    acknowledged, granted, name, basis = TOLD[language]
    company.hires()
    company.receives(mail(CLAIRE, ASKED[language]))
    company.passes()
    assert acknowledged in words(company.got(CLAIRE, 1)[0])

    [row] = company.queue()
    company.approve(row)
    company.passes()
    answer = company.got(CLAIRE, 2)[1]
    assert granted in words(answer)
    assert basis in words(answer)
    names = [part.get_filename() or "" for part in answer.iter_attachments()]
    assert len(names) == 2
    assert all(one.startswith(name) for one in names)
    told = json.loads(files(answer)["json"])
    assert told["language"] == language
    assert {one["legal_basis"]["code"] for one in told["holdings"]} >= {"contract", "legitimate_interest"}
