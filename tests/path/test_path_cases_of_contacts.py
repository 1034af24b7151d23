"""Tricky mails of contacts and their companies, from arrival to the last word: reply, state, journal, clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from path.cases import PARIS, Day, open_day, refuses, says
from path.company import files, words
from path.written import ACCESS, CLAIRE, DENIS, EMMA, HELENE, INES, JEAN, MARC, PAUL, SOPHIE, ZOE, mail
from servers.dovecot import Dovecot
from servers.postfix import Postfix

ELSEWHERE = "paul.g.perso@elsewhere.example"
GMAIL = "claire.d.perso@gmail.example"
NEW = "jean.nouveau@gmail.example"
GARNIER = "m.garnier@chez-lui.example"
NOBODY = "jean.martin.perso@gmail.example"

TEXTS = {
    "stop": f"Stop, je ne veux plus recevoir votre newsletter. L'adresse abonnée est {PAUL}.",
    "spoof": f"Bonjour,\n\nMerci de remplacer mon adresse par {NEW} puis de m'y envoyer toutes mes données.",
    "successor": "Bonjour,\n\nJ'ai repris le poste de Claire Dupont, qui a quitté la société. Merci de m'envoyer toutes"
    " les données que vous avez à son nom.",
    "manager": "Bonjour,\n\nJe suis le responsable de Paul Girard. Merci de m'envoyer toutes les données que vous"
    " détenez sur lui.\n\nCordialement",
    "company": "Bonjour,\n\nAu nom de la société, je vous demande une copie de toutes les données que vous détenez sur"
    " notre entreprise.\n\nCordialement",
    "site": "Bonjour,\n\nVous m'avez appelé sur mon téléphone. D'où tenez-vous mon numéro et quelles données avez-vous"
    " sur moi ?\n\nMichel Garnier",
    "late": "Dear Sir,\n\nPlease send me a copy of all the personal data you hold about me.\n\nRegards",
    "proceedings": "Pour la procédure que j'engage contre vous devant le tribunal, je vous demande, en application de"
    " l'article 15 du RGPD :\n1. les destinataires de mes données ;\n2. leur origine ;\n3. la durée de conservation ;\n"
    "4. une copie de toutes les données personnelles que vous détenez sur moi.",
    "invoice": "Bonjour,\n\nMon nom de famille s'écrit Girardin et non Girard. Merci de corriger ma fiche ainsi que le"
    " nom sur ma dernière facture.",
}


@pytest.fixture(scope="module")
def day(
    tmp_path_factory: pytest.TempPathFactory, sample: Path, office: Path, dovecot: Dovecot, postfix: Postfix
) -> Day:
    """A company on one day: the mails, one pass, what anna decided, and one more pass."""
    boxes = (ELSEWHERE, GMAIL, NEW, GARNIER, NOBODY)
    day = open_day(tmp_path_factory.mktemp("contacts"), sample, office, (dovecot, postfix), boxes)
    _arrive(day)
    day.passes()
    _decide(day)
    day.passes()
    return day


def _arrive(day: Day) -> None:
    day.arrives("stop", mail(ELSEWHERE, TEXTS["stop"], "Re: La lettre d'information de novembre"))
    day.arrives("remove me", mail(SOPHIE, "Bonjour,\n\nSupprimez-moi, merci.\n", "Bonjour"))
    day.arrives("gmail", mail(GMAIL, f"{ACCESS}\n\nClaire Dupont, Moulin Bleu"))
    day.arrives("spoof", mail(JEAN, TEXTS["spoof"], authentic="fail"))
    for name, client in (("successor", CLAIRE), ("manager", ZOE), ("company", INES), ("site", GARNIER)):
        day.arrives(name, mail(client, TEXTS[name], "Demande"))
    day.arrives("two", mail(NOBODY, f"{ACCESS}\n\nJean Martin"))
    day.arrives("saturday", mail(DENIS, ACCESS), at=datetime(2026, 1, 31, 23, 59, tzinfo=PARIS))
    day.arrives("late", mail(EMMA, TEXTS["late"], "My data"), ago=timedelta(days=45))
    day.arrives("in time", mail(MARC, ACCESS), ago=timedelta(days=25))
    day.arrives("proceedings", mail(HELENE, TEXTS["proceedings"], "Procédure"))
    day.arrives("invoice", mail(PAUL, TEXTS["invoice"], "Nom"))


def _decide(day: Day) -> None:
    day.decides("gmail", "doubt", "--reason", "Vous écrivez depuis une adresse que nous ne connaissons pas.")
    for name, ground in (("successor", "not_the_person"), ("manager", "not_the_person"), ("company", "legal_person")):
        assert day.release(name, "answer")["status"] == "planned", "no machine releases it"
        day.decides(name, "refuse", "--ask", "access", "--ground", ground)
        day.releases(name, "refusal")
    day.decides("site", "attribute", "--person", "site:1")
    day.decides("site", "verify", "--reason", "called back the number on file")
    day.decides("two", "inform", "cannot_identify")
    day.releases("two", "information")
    assert "first month ended" in day.does("extend", day.refs["late"], "--reason", "Too many requests.", code=1)
    day.releases("late", "answer")
    day.decides("in time", "extend", "--reason", "Vos données se trouvent dans trois archives sur papier.")
    day.releases("proceedings", "answer")
    granted = "Votre fiche porte désormais le nom Girardin."
    day.decides("invoice", "refuse", "--ask", "rectification", "--ground", "voucher", "--granted", granted)
    day.releases("invoice", "partial")
    day.passes()
    day.releases("site", "answer")


def test_stop_from_another_address_stops_both_addresses_without_any_question(day: Day) -> None:
    [told] = day.told("stop", ELSEWHERE)
    assert "nous ne vous enverrons plus aucun message promotionnel" in words(told)
    assert "je confirme" not in words(told)
    assert PAUL not in words(told), "a stranger does not learn who is on file"
    assert not day.company.subscribed(10)
    assert len(day.company.mailbot("suppressions", "--json").rows) >= 2
    assert day.asks("stop") == {"unsubscribe": "done"}
    assert "release.performed" in day.events("stop")
    day.runs_on_time("stop")


def test_an_old_spreadsheet_brings_nobody_back_who_unsubscribed(day: Day) -> None:
    file = day.company.folder / "old.csv"
    file.write_text(f"mail;name\n{PAUL};Girard\n{ELSEWHERE};x\nnew@elsewhere.example;y\n", encoding="utf-8")
    kept = day.company.mailbot("suppressions", "filter", str(file)).out
    assert "new@elsewhere.example" in kept
    assert PAUL not in kept
    assert ELSEWHERE not in kept


def test_remove_me_alone_stops_the_newsletters_and_asks_what_else_is_meant(day: Day) -> None:
    [told] = day.told("remove me", SOPHIE)
    assert "nous avons arrêté tout message promotionnel" in words(told)
    assert "« effacez tout »" in words(told).replace("\u00a0", " ")
    assert not day.company.subscribed(4)
    assert day.asks("remove me")["erasure"] == "open", "nothing else happens before an answer"
    assert "release.performed" in day.events("remove me")
    day.runs_on_time("remove me")


def test_a_known_contact_who_writes_from_a_private_mailbox_gets_no_data_there(day: Day) -> None:
    told, question = day.told("gmail", GMAIL)
    assert "Cette réponse est la même pour tous" in words(told)
    assert "Claire" not in words(told)
    assert "une adresse que nous ne connaissons pas" in words(question)
    assert files(question) == {}
    assert "clock.paused" in day.events("gmail")
    assert day.asks("gmail") == {"access": "proving"}
    day.runs_on_time("gmail")


def test_a_forged_order_to_change_the_address_leaks_and_changes_nothing(day: Day) -> None:
    assert day.company.got(NEW) == []
    letters = day.told("spoof", JEAN)
    assert len(letters) == 1
    assert "ce n’est pas moi" in words(letters[0])
    assert NEW not in words(letters[0])
    assert files(letters[0]) == {}
    assert day.company.sql("SELECT email FROM contact WHERE id = 2") == [(JEAN,)]
    assert day.asks("spoof")["rectification"] == "proving"
    assert says(letters[0], "les contrôles techniques n’ont pas confirmé", "suspendu", "2019-536")
    assert "clock.paused" in day.events("spoof")
    day.runs_on_time("spoof")


def test_who_reads_the_mailbox_of_a_contact_who_left_gets_none_of_his_data(day: Day) -> None:
    assert "not sure" in day.release("successor", "answer")["reason"]
    assert refuses(day.told("successor", CLAIRE)[-1], "un changement d’interlocuteur")
    assert all(files(one) == {} for one in day.told("successor", CLAIRE))
    assert day.asks("successor") == {"access": "refused"}
    assert day.ask_rows("successor")[0]["ground"] == "not_the_person"
    day.runs_on_time("successor")


def test_a_manager_who_asks_for_an_employee_is_no_data_subject(day: Day) -> None:
    letters = day.told("manager", ZOE.strip())
    assert refuses(letters[-1], "un employeur, un supérieur ou un collègue")
    assert all("03 53 01 00 10" not in words(one) and files(one) == {} for one in letters)
    assert "reply.sent" in day.events("manager")
    assert day.asks("manager") == {"access": "refused"}
    day.runs_on_time("manager")


def test_a_company_that_asks_for_its_data_is_offered_its_business_data(day: Day) -> None:
    letter = day.told("company", INES)[-1]
    assert refuses(letter, "personnes physiques", "un extrait de ses données commerciales")
    assert files(letter) == {}
    assert day.asks("company") == {"access": "refused"}
    day.runs_on_time("company")


def test_a_site_manager_learns_that_his_number_came_from_his_company(day: Day) -> None:
    neutral, *_, letter = day.told("site", GARNIER)
    assert "Michel" not in words(neutral)
    text = words(letter)
    assert "Source\u00a0: votre société" in text
    assert "opposer" in text
    assert "OVH (hébergement)" in text
    assert {"pdf", "json"} <= files(letter).keys()
    assert day.asks("site") == {"access": "done"}
    assert {"clock.paused", "clock.resumed", "proof.verified"} <= set(day.events("site"))
    day.runs_on_time("site")


def test_of_two_persons_of_one_name_none_is_guessed_and_none_is_named(day: Day) -> None:
    assert day.request("two")["person"] is None
    told, last = day.told("two", NOBODY)
    assert "numéro de client" in words(told)
    for known in (JEAN, "j.martin@transports-lacaze.example", "Vernet", "Lacaze"):
        assert known not in words(told)
    assert "par tout moyen" in words(last)
    assert day.asks("two") == {"access": "open"}, "telling it settles nothing"
    assert says(told, "ne suffit pas pour savoir qui l’a écrit", "suspendu")
    assert "clock.paused" in day.events("two")
    day.runs_on_time("two")


def test_a_mail_of_a_saturday_night_counts_from_that_night(day: Day) -> None:
    [ask] = day.ask_rows("saturday")
    assert (ask["due"], ask["legal_end"]) == ("2026-02-28", "2026-03-02")
    day.runs_on_time("saturday")
    [told] = day.told("saturday", DENIS)
    assert "28 février 2026" in words(told)


def test_a_mail_found_after_a_month_is_answered_at_once_with_an_apology(day: Day) -> None:
    day.runs_on_time("late")
    assert day.ask_rows("late")[0]["due"] < date.today().isoformat()  # noqa: DTZ011 -- the day of this machine
    told, last = day.told("late", EMMA)
    assert says(told, "apologies for the delay")
    assert says(last, "apologies for the delay")
    assert {"pdf", "json"} <= files(last).keys()
    assert day.asks("late") == {"access": "done"}


def test_within_the_month_a_true_extension_says_why_and_until_when(day: Day) -> None:
    letter = day.told("in time", MARC)[-1]
    assert refuses(letter, "trois archives sur papier")
    day.runs_on_time("in time", months=3)
    assert "request.extended" in day.events("in time")


def test_that_a_copy_is_wanted_for_proceedings_changes_nothing(day: Day) -> None:
    letter = day.told("proceedings", HELENE)[-1]
    assert {"pdf", "json"} <= files(letter).keys()
    assert "gratuite" in words(letter)
    told = [line for line in words(letter).splitlines() if line.startswith(("- 1. ", "- 2. ", "- 3. ", "- 4. "))]
    topics = [line.split()[2].rstrip("\u00a0:") for line in told]
    assert topics == ["Destinataires", "Source", "Durées", "La"], "in the order in which they were asked"
    assert day.asks("proceedings") == {"access": "done"}
    day.runs_on_time("proceedings")


def test_the_name_on_an_issued_invoice_is_not_altered(day: Day) -> None:
    assert refuses(day.told("invoice", PAUL)[-1], "pièce comptable", "porte désormais le nom Girardin")
    assert day.asks("invoice") == {"rectification": "partly"}
    assert "Girardin" not in str(day.company.sql("SELECT contact_name FROM invoice"))
    day.runs_on_time("invoice")


def test_the_journal_of_the_whole_day_holds(day: Day) -> None:
    day.company.mailbot("journal", "--verify")
