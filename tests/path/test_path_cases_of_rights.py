"""Tricky mails on erasure, on death, from lawyers and authorities, and rights that nobody exercises: to the end."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from path.cases import ALARMS, Day, open_day, plain, refuses, says
from path.company import files, words
from path.written import (
    ACCESS,
    CLAIRE,
    DENIS,
    EMMA,
    ERASURE,
    HELENE,
    INES,
    JEAN,
    MARC,
    ORDINARY,
    PAUL,
    ZOE,
    answer,
    mail,
)
from servers.dovecot import Dovecot
from servers.postfix import Postfix

LAWYER = "a.lenoir@lenoir-avocats.example"
WIDOW = "anne.girard@elsewhere.example"
POLICE = "adjudant.morel@gmail.example"
COLLEAGUE = "secretariat@voisins.example"
MANY = "Je demande l'accès à mes données personnelles, et 1 000 euros d'indemnité sous huit jours."

TEXTS = {
    "lawyer": "Maître Anne Lenoir, avocate\n\nAgissant au nom et pour le compte de mon client M. Paul Girard, dans le"
    " cadre de la procédure que nous engageons contre vous, je vous demande, en application de l'article 15 du RGPD,"
    " une copie de toutes les données personnelles que vous détenez sur lui.",
    "copy first": "Bonjour,\n\nEnvoyez-moi une copie de mes données puis effacez-les toutes.\n\nCordialement",
    "directive": "Je souhaite enregistrer mes directives : après ma mort, effacez toutes mes données et ne donnez rien"
    " à ma famille.\n\nPaul Girard",
    "widow": "Madame, Monsieur,\n\nJ'ai la douleur de vous informer du décès de mon mari, Paul Girard, survenu le 3"
    " novembre. Vous trouverez ci-joint l'acte de décès. Merci de me communiquer toutes les données que vous détenez"
    " sur lui et de clôturer son compte.\n\nAnne Girard",
    "notice": "Bonjour,\n\nNous vous informons que notre collègue Marc Roussel est décédé la semaine dernière. Merci de"
    " ne plus lui écrire.\n\nLe secrétariat",
    "police": "Gendarmerie nationale\n\nDans le cadre d'une enquête, nous vous demandons de nous communiquer dans"
    " l'heure le numéro de téléphone de M. Paul Girard.\n\nAdjudant Morel",
    "not at all": "Merci, ne me supprimez pas de votre fichier !",
    "hidden": f"{ORDINARY.removesuffix('Cordialement')}Par ailleurs, je souhaite recevoir une copie des données"
    " personnelles que vous détenez sur moi.\n\nCordialement",
    "footer": f"{ORDINARY}\n\n-- \nConformément au RGPD, vous disposez d'un droit d'accès, de rectification et"
    " d'effacement de vos données. Pour vous désinscrire, écrivez à dpo@client.example.",
    "attached": "Bonjour,\n\nVous trouverez ma demande dans le courrier joint.\n\nCordialement",
}


@pytest.fixture(scope="module")
def day(
    tmp_path_factory: pytest.TempPathFactory, sample: Path, office: Path, dovecot: Dovecot, postfix: Postfix
) -> Day:
    """A company on one day: the mails, one pass, what anna decided, and more passes."""
    boxes = (LAWYER, WIDOW, POLICE, COLLEAGUE)
    day = open_day(tmp_path_factory.mktemp("rights"), sample, office, (dovecot, postfix), boxes)
    day.company.sql("UPDATE invoice SET contact_id = 11, issued_on = '2022-06-01' WHERE contact_id = 14")
    day.arrives("directive", mail(PAUL, TEXTS["directive"], "Directives"))
    _arrive(day)
    day.passes()
    day.arrives("yes", answer(day.told("directive", PAUL)[0], PAUL, "Oui, je confirme."))
    day.arrives("erase me", answer(day.told("ended contract", HELENE)[0], HELENE, "Oui, je confirme."))
    _decide(day)
    day.passes()
    _follow(day)
    day.passes()
    return day


def _arrive(day: Day) -> None:
    day.arrives("lawyer", mail(LAWYER, TEXTS["lawyer"], "Demande d'accès"))
    day.arrives("identity card", _with_card(mail(MARC, ACCESS)))
    day.arrives("silent", mail(EMMA, ACCESS, authentic=None), ago=timedelta(days=20))
    day.arrives("running contract", mail(CLAIRE, ERASURE, "Effacement"))
    day.arrives("ended contract", mail(HELENE, ERASURE, "Effacement"))
    day.arrives("copy first", mail(ZOE, TEXTS["copy first"], "Mes données"))
    day.arrives("money", mail(INES, MANY, "Mise en demeure"))
    day.arrives("monthly", mail(DENIS, ACCESS))
    day.arrives("notice", mail(COLLEAGUE, TEXTS["notice"], "Triste nouvelle"))
    day.arrives("police", mail(POLICE, TEXTS["police"], "URGENT"))
    for name in ("not at all", "hidden", "footer", "attached"):
        day.arrives(name, mail(JEAN, TEXTS[name], "Intervention"))
    quoted = f"C'est noté, merci.\n\nLe lun. 2 nov. 2026 à 10:00, Jean Martin a écrit :\n\n> {ACCESS}\n".replace(
        "\n\nJe", "\n>\n> Je"
    )
    day.arrives("quoted", mail(JEAN, quoted, "Re: Intervention"))
    day.arrives("away", mail(CLAIRE, f"Je suis absente. {ACCESS}", "Absence", Auto_Submitted="auto-replied"))


def _with_card(raw: bytes) -> bytes:
    message = message_from_bytes(raw, _class=EmailMessage, policy=SMTP)
    message.add_attachment(b"\xff\xd8 an identity card", maintype="image", subtype="jpeg", filename="carte.jpg")
    return message.as_bytes()


def _decide(day: Day) -> None:
    day.decides("identity card", "strike", "2", "--reason", "identity card, not needed")
    day.decides("identity card", "inform", "not_kept")
    day.releases("identity card", "information")
    day.decides("silent", "refuse", "--ask", "access", "--ground", "unidentifiable")
    day.releases("silent", "refusal")
    because = "Le contrat de votre société court toujours ; vous en êtes le seul interlocuteur."
    granted = "Vos notes et votre fonction sont effacées, la prospection est arrêtée."
    words = ("--ground", "mandatory", "--because", because, "--granted", granted)
    day.decides("running contract", "refuse", "--ask", "erasure", *words)
    day.releases("running contract", "partial")
    excessive = ("--ask", "access", "--ground", "excessive")
    assert "ours to prove" in day.does("refuse", day.refs["money"], *excessive, code=1)
    day.releases("money", "answer")
    day.releases("monthly", "answer")
    day.decides("police", "refuse", "--ask", "authority", "--ground", "unverified")
    day.releases("police", "refusal")


def _follow(day: Day) -> None:
    """What comes after: the same copy asked again, and the widow of the man whose directive is registered by now."""
    day.arrives("monthly again", mail(DENIS, ACCESS))
    day.arrives("widow", mail(WIDOW, TEXTS["widow"], "Décès de mon mari"))
    chased = "Bonjour,\n\nJe me permets de vous relancer : ma demande est restée sans réponse. Merci de me répondre."
    for _ in range(2):
        day.arrives("reminder", answer(day.told("hidden", JEAN)[0], JEAN, chased))
    day.passes()
    day.releases("monthly again", "answer")
    day.releases("ended contract", "answer")
    day.decides("widow", "heirs", "--person", "contact:10", "--reason", "acte de décès et livret de famille vus")
    day.releases("widow", "answer")


def test_a_lawyer_is_asked_for_the_mandate_and_gets_no_data(day: Day) -> None:
    [told] = day.told("lawyer", LAWYER)
    assert says(told, "le mandat qu’elle vous a donné : sa durée et son objet précis", "le destinataire de la réponse")
    assert "Girard" not in words(told)
    assert files(told) == {}
    assert day.asks("lawyer") == {"access": "open"}, "the purpose, proceedings, closes nothing"
    assert "request.opened" in day.events("lawyer")
    day.runs_on_time("lawyer")


def test_an_identity_card_that_nobody_asked_for_is_not_kept(day: Day) -> None:
    assert says(day.told("identity card", MARC)[-1], "pièce reçue, non conservée")
    kept = day.company.mailbot("raw", day.refs["identity card"]).out
    assert "carte.jpg" in kept
    assert "an identity card" not in kept
    assert "part.struck" in day.events("identity card")
    assert day.asks("identity card") == {"access": "ready"}, "the request goes on"
    day.runs_on_time("identity card")


def test_who_never_answers_the_question_gets_a_reasoned_letter_and_may_come_back(day: Day) -> None:
    question, last = day.told("silent", EMMA)
    assert says(question, "je confirme")
    assert refuses(last, "nos questions", "art. 11(2) et 12(2)")
    assert day.asks("silent") == {"access": "refused"}
    day.runs_on_time("silent")


def test_the_only_contact_of_a_running_contract_is_erased_in_part(day: Day) -> None:
    first, last = day.told("running contract", CLAIRE)
    assert says(first, "nous avons arrêté tout message promotionnel")
    assert not day.company.subscribed(1)
    assert refuses(last, "n’a pas désigné un autre interlocuteur", "seul interlocuteur", "Vos notes et votre fonction")
    assert day.asks("running contract") == {"erasure": "partly"}
    day.runs_on_time("running contract")


def test_after_the_contract_the_letter_says_what_goes_what_stays_and_until_when(day: Day) -> None:
    first, last = day.told("ended contract", HELENE)
    assert says(first, "nous avons arrêté tout message promotionnel")
    assert refuses(last, "C. com. L123-22", "Factures", "2032")
    assert day.asks("ended contract") == {"erasure": "partly"}
    assert day.company.sql("SELECT 1 FROM newsletter_sent WHERE contact_id = 11") == []
    assert day.company.sql("SELECT 1 FROM invoice WHERE contact_id = 11") != []
    assert {"proof.confirmed", "release.performed"} <= set(day.events("ended contract"))
    day.runs_on_time("ended contract")


def test_a_copy_comes_before_the_erasure_that_is_asked_with_it(day: Day) -> None:
    assert day.asks("copy first")["access"] == "ready"
    assert day.asks("copy first")["erasure"] in {"open", "proving", "ready"}
    copy = day.release("copy first", "answer")
    assert "erasure" not in copy["asks"]
    assert day.company.sql("SELECT last_name FROM contact WHERE id = 13") == [("Lefèvre",)]
    [told] = day.told("copy first", ZOE)
    assert files(told) == {}
    day.runs_on_time("copy first")


def test_a_claimant_who_wants_money_too_is_answered_in_time(day: Day) -> None:
    last = day.told("money", INES)[-1]
    assert {"pdf", "json"} <= files(last).keys()
    assert "euros" not in words(last)
    assert day.asks("money") == {"access": "done"}
    assert "reply.sent" in day.events("money")
    day.runs_on_time("money")


def test_the_same_copy_asked_again_is_a_new_request_with_its_own_clock_and_is_answered(day: Day) -> None:
    assert day.refs["monthly again"] != day.refs["monthly"]
    for name in ("monthly", "monthly again"):
        assert {"pdf", "json"} <= files(day.told(name, DENIS)[-1]).keys()
        assert day.asks(name) == {"access": "done"}
        day.runs_on_time(name)


def test_a_directive_against_the_family_is_registered_and_holds_after_death(day: Day) -> None:
    _, registered = day.told("directive", PAUL)
    [entry] = day.company.mailbot("directives", "--json").rows
    assert entry["status"] == "in_force"
    assert entry["executor"] is None
    assert says(registered, entry["number"], "ne donnez rien à ma famille", "vos héritiers", "la loi nous oblige")
    assert files(registered)["pdf"].startswith(b"%PDF-")
    assert day.asks("directive") == {"directive": "done"}
    assert "proof.confirmed" in day.events("directive")
    day.runs_on_time("directive")
    answered = day.told("widow", WIDOW)[-1]
    assert says(answered, entry["number"], "l’emporte sur les demandes des héritiers", "effacées")
    assert "Girard" not in plain(answered).replace("Anne Girard", "")


def test_the_text_of_a_directive_lies_sealed_in_the_store_and_opens_for_staff(day: Day) -> None:
    [row] = day.sql("SELECT number, wording FROM directive")
    assert row["wording"].startswith("sealed:")
    assert "ne donnez rien à ma famille" in day.does("directive", row["number"])


def test_a_widow_is_met_with_condolence_and_told_once_what_is_needed(day: Day) -> None:
    first, last = day.told("widow", WIDOW)
    text = plain(first)
    assert "sincères condoléances" in text
    assert "un acte de notoriété ou le livret de famille" in text
    assert "nous n’indiquons pas si nous détenons des données" in text
    assert "Girard" not in text
    assert "article 85-II" in plain(last)
    assert day.company.sql("SELECT 1 FROM subscription WHERE contact_id = 10") == [], "as the directive says"
    assert day.company.sql("SELECT 1 FROM contact WHERE id = 10 AND last_name = 'Girard'") == []
    assert {"estate.decided", "release.performed"} <= set(day.events("widow"))
    assert day.asks("widow") == {"heir": "done"}
    assert files(last) == {}
    day.runs_on_time("widow")


def test_a_notice_of_death_freezes_the_record_at_once_and_one_command_undoes_it(day: Day) -> None:
    [told] = day.told("notice", COLLEAGUE)
    assert "Roussel" not in words(told)
    assert day.company.sql("SELECT frozen FROM contact WHERE id = 12") == [(1,)]
    assert not day.company.subscribed(12)
    assert "ALARM" in day.request("notice")["reason"]
    assert any("décès" in str(one["Subject"]) and "Roussel" not in words(one) for one in day.company.got(ALARMS))
    day.runs_on_time("notice")
    day.does("undo", f"{day.refs['notice']}/1")
    day.passes()
    assert day.company.sql("SELECT frozen FROM contact WHERE id = 12") == [(0,)]
    assert day.company.subscribed(12)
    assert "release.put_back" in day.events("notice")
    assert len(day.told("notice", COLLEAGUE)) == 1, "the writer never learns of it"


def test_who_says_to_be_the_police_gets_neutral_words_and_a_human_looks(day: Day) -> None:
    first, last = day.told("police", POLICE)
    assert says(first, "ne confirme ni n’infirme", "coordonnées officielles", "le texte légal qui fonde votre demande")
    for told in (first, last):
        assert "Girard" not in words(told)
        assert "03 53 01 00 10" not in words(told)
    assert refuses(last, "coordonnées officielles du service", "art. 60-1 et 77-1-1")
    assert any("autorité" in str(one["Subject"]) for one in day.company.got(ALARMS))
    assert day.asks("police") == {"authority": "refused"}
    assert all(day.refs["police"] not in str(one) for one in day.company.got(PAUL)), "the person is not told"
    day.runs_on_time("police")


@pytest.mark.parametrize("name", ["not at all", "footer", "quoted", "away"])
def test_rights_that_are_only_named_are_no_request(day: Day, name: str) -> None:
    assert name not in day.refs
    assert day.became(name)["state"] in {"nothing", "robot"}
    assert day.became(name)["due"] is None


def test_a_request_hidden_in_an_order_is_one(day: Day) -> None:
    assert day.asks("hidden") == {"access": "ready"}
    assert "request.opened" in day.events("hidden")
    day.runs_on_time("hidden")


def test_a_reminder_joins_its_request_raises_it_and_is_answered_once(day: Day) -> None:
    first, reminded = day.told("hidden", JEAN)
    assert says(first, "votre demande d’accès")
    assert refuses(reminded, "Le délai court depuis votre première demande")
    assert day.became("reminder")["state"] == "joined"
    assert day.request("hidden")["reason"] == "the person reminds us of it"
    assert day.events("hidden").count("request.reminded") == 2
    day.runs_on_time("hidden")


def test_a_letter_that_is_attached_waits_for_staff_with_its_clock(day: Day) -> None:
    row = day.became("attached")
    assert row["state"] == "waiting"
    assert row["due"] is not None


def test_the_journal_of_the_whole_day_holds(day: Day) -> None:
    day.company.mailbot("journal", "--verify")
    assert MARC not in day.company.mailbot("journal").out
