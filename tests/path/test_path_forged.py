"""Who writes under another's name, or under a name that nobody knows, learns and changes nothing."""

from __future__ import annotations

import re

from path.company import Company, files, words
from path.written import ACCESS, CLAIRE, EMMA, HELENE, JEAN, MARC, STOP, mail, results

_PHONE = "Bonjour,\n\nMon numéro de téléphone a changé : le nouveau numéro est le 04 65 71 99 99.\n\nCordialement"
_MASKED = re.compile(r"\d{4}-\d{5}|\b\d{1,2}(er)? [a-zéû]+ \d{4}\b")


def test_a_forged_sender_gets_nothing_and_the_person_on_file_is_asked(company: Company) -> None:
    lookalike = results(JEAN, receiver="mx.astrallys.example.elsewhere.example")
    company.receives(
        mail(CLAIRE, ACCESS, authentic="fail"),
        mail(JEAN, ACCESS, authentic=None, Authentication_Results=lookalike),
        mail(HELENE, ACCESS, authentic=None),
        mail(MARC, _PHONE, "Nouveau numéro", authentic="fail"),
        mail(EMMA, STOP, authentic="fail"),
    )
    before = company.sql("SELECT * FROM contact")
    assert company.passes().sent == 5
    for client in (CLAIRE, JEAN, HELENE, MARC, EMMA):
        [question] = company.got(client, 1)
        assert "confirm" in words(question)
        assert files(question) == {}
    assert company.sql("SELECT * FROM contact") == before
    assert company.subscribed(7)
    assert {row["state"] for row in company.queue()} == {"proving"}
    assert company.passes().sent == 0


def test_a_stranger_reads_the_same_words_whoever_he_names(company: Company) -> None:
    real = company.dovecot.fresh("someone", "stranger.example").user
    invented = company.dovecot.fresh("someone", "stranger.example").user
    unproven = company.dovecot.fresh("someone", "stranger.example").user
    asks = "Bonjour,\n\nJe suis {}. Je souhaite recevoir une copie de toutes les données que vous détenez sur moi."
    company.receives(
        mail(real, asks.format("Claire Dupont")),
        mail(invented, asks.format("Ferdinand Quelconque")),
        mail(unproven, asks.format("Claire Dupont"), authentic=None),
    )
    company.passes()
    [[one], [other]] = [company.got(address, 1) for address in (real, invented)]
    assert _MASKED.sub("…", words(one)) == _MASKED.sub("…", words(other))
    assert _MASKED.sub("…", str(one["Subject"])) == _MASKED.sub("…", str(other["Subject"]))
    assert "Dupont" not in words(one)
    company.got(unproven, 0)
    [warning] = company.got(CLAIRE, 1)
    assert files(warning) == {}
    assert [row["state"] for row in company.queue()] == ["to_release"] * 3
