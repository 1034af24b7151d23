"""A machine is known by its marks, a person is never taken for one, and silence is a question of its own."""

import tomllib
from pathlib import Path

import pytest

from mailbot.core.parse import parse
from mailbot.core.sender.nature import load_noise, may_answer, nature
from mailbot.core.toml import TomlError
from mailbot.core.values import Mail, Nature

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "rules" / "noise.toml").read_text(encoding="utf-8")
NOISE = load_noise(TEXT, "rules/noise.toml")
OWN = {"direction@ours.fr"}


def mail(
    *headers: str, sender: str = "Jean Roy <jean@client.fr>", text: str = "Bonjour, supprimez mes données."
) -> Mail:
    """A mail with these headers."""
    kind = (
        []
        if any("content-type" in header.lower() for header in headers)
        else ["Content-Type: text/plain; charset=utf-8"]
    )
    return parse("\n".join([f"From: {sender}", *headers, *kind, "", text]).encode())


def kind_of(found: Mail) -> Nature:
    """The nature of a mail."""
    return nature(found, NOISE)[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dsn-postfix-failed", Nature.BOUNCE),
        ("dsn-delayed", Nature.BOUNCE),
        ("bounce-qmail", Nature.BOUNCE),
        ("bounce-exchange-french", Nature.BOUNCE),
        ("read-receipt", Nature.ROBOT),
        ("out-of-office", Nature.AUTO_REPLY),
        ("newsletter", Nature.LIST),
        ("discussion-list", Nature.PERSON),
        ("outlook-reply-html", Nature.PERSON),
        ("gmail-reply-alternative", Nature.PERSON),
        ("attachments", Nature.PERSON),
    ],
)
def test_real_mails_have_their_nature(name: str, expected: Nature) -> None:
    found = parse((ROOT / "tests" / "samples" / f"{name}.eml").read_bytes())
    assert kind_of(found) is expected
    if expected is not Nature.PERSON:
        assert not may_answer(found, NOISE, OWN).machine


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Auto-Submitted: auto-replied", Nature.AUTO_REPLY),
        ("AUTO-SUBMITTED: Auto-Replied (vacation)", Nature.AUTO_REPLY),
        ("Auto-Submitted: auto-generated; owner-email=x", Nature.ROBOT),
        ("Auto-Submitted: no\nAuto-Submitted: auto-notified", Nature.ROBOT),
        ("X-Autoreply: yes", Nature.AUTO_REPLY),
        ("X-Autorespond: Votre demande", Nature.AUTO_REPLY),
        ("Precedence: auto_reply", Nature.AUTO_REPLY),
        ("Precedence: bulk", Nature.ROBOT),
        ("Precedence: Junk", Nature.ROBOT),
        ("Return-Path: <>", Nature.ROBOT),
        ("X-Mailbot-Loop: 1", Nature.ROBOT),
        ("X-Failed-Recipients: x@y.fr", Nature.BOUNCE),
        ("List-Unsubscribe: <https://x.example/u>", Nature.LIST),
        ("List-Unsubscribe: <https://x.example/u>\nList-Post: NO", Nature.LIST),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=b", Nature.ROBOT),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", Nature.BOUNCE),
    ],
)
def test_a_header_of_machines_decides(header: str, expected: Nature) -> None:
    assert kind_of(mail(header)) is expected
    assert not may_answer(mail(header), NOISE, OWN).machine


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique : Votre demande",
        "Automatic reply: Your request",
        "AUTOMATIC REPLY",
        "[Auto-Reply] Your request",
        "Out of Office Re: Your request",
        "Out of office until Monday",
        "Absence du bureau : Re: Votre rapport",
        "Abwesenheitsnotiz: Rechnung",
        "Automatische Antwort: Rechnung",
        "Respuesta automática: Factura",
        "Risposta automatica: Fattura",
        "Automatisch antwoord: Factuur",
        "Fuori sede (torno lunedì)",
    ],
)
def test_an_absence_is_known_by_its_subject_where_headers_are_missing(subject: str) -> None:
    assert kind_of(mail(f"Subject: {subject}")) is Nature.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Confirmation (réponse automatique - congé)", "Bonjour, je suis en congé maternité jusqu'en novembre."),
        ("Re: Your order [out of office]", "Hello,\n\nI'm away until Monday."),
        ("Re: Votre demande", "Bonjour,\nCeci est une réponse automatique."),
        ("Your request", "This is an automated response. We received your mail."),
        ("Ihre Anfrage", "Dies ist eine automatische Antwort."),
        ("Su consulta", "Esta es una respuesta automática."),
        ("La sua richiesta", "Questa è una risposta automatica."),
        ("Uw vraag", "Dit is een automatisch antwoord."),
    ],
)
def test_an_automatic_answer_is_known_by_its_opening(subject: str, text: str) -> None:
    assert kind_of(mail(f"Subject: {subject}", text=text)) is Nature.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Réponse automatique : Votre demande", "Merci, mais supprimez mon compte."),
        ("TR: Automatic reply: Votre demande", "Il ne travaille plus ici."),
        ("RE: Undelivered Mail Returned to Sender", "Ma nouvelle adresse est jean@client.fr."),
        ("Undeliverable again", "Your newsletters keep bouncing, take me off."),
        ("Mail delivery failed", "Your mails fail here, here is my new address."),
        ("Absence de réponse", "Je vous relance."),
        ("Auto : changement de contact", "Notre garage a un nouveau responsable."),
        ("Automatic gates", "I'm away next week, please delete my account today."),
        ("Out of office hours support", "Please call at night."),
        ("Vacances", "Je suis absent jusqu'au 5, mais retirez-moi de vos listes."),
        ("Re: Votre lettre", "Bonjour,\n> Ceci est une réponse automatique.\nD'accord, effacez tout."),
        ("Question", "J'ai reçu : « ceci est une réponse automatique ». Je veux une vraie réponse."),
        ("newsletter", "stop"),
        ("", ""),
    ],
)
def test_a_person_is_never_taken_for_a_machine(subject: str, text: str) -> None:
    found = mail(f"Subject: {subject}", text=text)
    assert kind_of(found) is Nature.PERSON
    assert may_answer(found, NOISE, OWN).machine


@pytest.mark.parametrize(
    "sender",
    [
        "no-reply@x.fr",
        "NoReply+7@x.fr",
        "noreply-fr@x.fr",
        "ne-pas-repondre@x.fr",
        "wordpress@x.fr",
        "bounce-7@x.fr",
        "notifications@x.fr",
    ],
)
def test_a_mailbox_of_machines_is_a_robot(sender: str) -> None:
    assert kind_of(mail(sender=sender)) is Nature.ROBOT


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON", "Mail Delivery <mailer-daemon@x.fr>", "MAILER-DAEMON@x.fr (Mail Delivery)"]
)
def test_the_mailer_daemon_bounces(sender: str) -> None:
    assert kind_of(mail(sender=sender)) is Nature.BOUNCE


def test_a_postmaster_is_a_person_unless_he_returns_a_mail() -> None:
    assert kind_of(mail("Subject: Votre serveur", sender="postmaster@x.fr")) is Nature.PERSON
    assert kind_of(mail("Subject: Non remis : Newsletter", sender="postmaster@x.fr")) is Nature.BOUNCE


@pytest.mark.parametrize(
    "header",
    [
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "Precedence: list",
        "List-Id: <x.y.example>",
        "List-Post: <mailto:x@y.example>",
        "List-Help: <mailto:x@y.example>",
        "List-Archive: <https://y.example>",
    ],
)
def test_a_person_may_ask_machines_for_silence(header: str) -> None:
    assert kind_of(mail(header)) is Nature.PERSON
    assert not may_answer(mail(header), NOISE, OWN).machine


@pytest.mark.parametrize(
    "sender",
    ["owner-list@x.fr", "list-request@x.fr", "Direction@OURS.fr", "a@b.fr, c@d.fr", "root@x.fr"],
)
def test_some_senders_are_not_answered_by_a_machine(sender: str) -> None:
    found = mail(sender=sender)
    assert kind_of(found) is Nature.PERSON
    assert not may_answer(found, NOISE, OWN).machine


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: no", "X-Auto-Response-Suppress: RN, NRN", "Return-Path: <jean@client.fr>", "X-Autoreply: no"],
)
def test_headers_that_deny_a_machine_leave_a_person(header: str) -> None:
    assert may_answer(mail(header), NOISE, OWN).machine


def test_the_reason_names_no_person() -> None:
    for found in (mail(sender="jean-request@x.fr"), mail(sender="direction@ours.fr"), mail(sender="a@b.fr, c@d.fr")):
        assert "@" not in may_answer(found, NOISE, OWN).because


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('headers = ["X-Failed-Recipients"]', "", "bounce.headers"),
        ('headers = ["X-Failed-Recipients"]', "headers = 3", "bounce.headers"),
        ('headers = ["X-Failed-Recipients"]', 'headers = [""]', "bounce.headers"),
        ('headers = ["X-Failed-Recipients"]', 'headers = []\nheader = ["x"]', "bounce.header"),
        ('until = ["until"', 'until = ["--"', "auto_reply.until"),
    ],
)
def test_every_mistake_in_the_rules_is_told_with_its_key(old: str, new: str, where: str) -> None:
    assert old in TEXT
    with pytest.raises(TomlError) as caught:
        load_noise(TEXT.replace(old, new), "rules/noise.toml")
    assert [problem.where for problem in caught.value.problems] == [f"rules/noise.toml {where}"]


def test_rules_that_are_no_toml_are_told() -> None:
    with pytest.raises(TomlError, match="is not TOML"):
        load_noise("[", "rules/noise.toml")


def test_the_shipped_rules_have_no_phrase_twice() -> None:
    for part in tomllib.loads(TEXT).values():
        for phrases in part.values():
            assert len(phrases) == len(set(phrases))


def test_a_mail_with_two_subjects_is_for_people() -> None:
    told = may_answer(mail("Subject: Supprimez tout", "Subject: Question"), NOISE, OWN)
    assert not told.machine
    assert "several subjects" in told.because
