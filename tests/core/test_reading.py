"""What mails ask, in plain sentences."""

from pathlib import Path

import pytest

from mailbot.core.reading import read
from mailbot.core.reading.rules import load_rules
from mailbot.core.values import Address, Kind, Mail, MayAnswer, Nature, Reading

ROOT = Path(__file__).parents[2]
RULES = load_rules({str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in ROOT.glob("rules/*/*.toml")})
ALWAYS = dict.fromkeys(Kind, 0.9)


def reading(text: str, subject: str = "", name: str = "Paul Martin", nature: Nature = Nature.PERSON) -> Reading:
    sender = Address(name, "paul.martin@exemple.fr")
    mail = Mail(sender, None, (), (), (), subject, None, (), (), None, (), text)
    return read(mail, RULES, ALWAYS, nature, MayAnswer(machine=True, because=""))


def kinds(text: str, subject: str = "") -> set[str]:
    return {kind.value for kind in reading(text, subject).kinds}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Pouvez-vous m'adresser une copie de toutes les informations que vous détenez sur moi ?", {"access"}),
        ("D'où tenez-vous mon adresse mail ?", {"access"}),
        ("Please send me a copy of all personal data you hold about me.", {"access"}),
        ("Merci de supprimer mon compte et toutes mes données.", {"erasure"}),
        ("Please delete my account and all my data.", {"erasure"}),
        ("Bitte löschen Sie alle meine Daten.", {"erasure"}),
        ("Merci de me désabonner de votre lettre d'information.", {"unsubscribe"}),
        ("Please take me off your mailing list.", {"unsubscribe"}),
        ("No quiero recibir más publicidad.", {"unsubscribe"}),
        ("Mon nouveau numéro de portable est le 06 39 98 17 09, merci de le corriger.", {"rectification"}),
        ("Je souhaite qu'après mon décès toutes mes données soient effacées.", {"directive"}),
        ("Mon mari est décédé, merci de fermer son compte.", {"heir"}),
        ("Je m'oppose à ce que mes appels soient enregistrés.", {"objection"}),
        ("Je souhaite récupérer mes données au format CSV pour un autre prestataire.", {"portability"}),
        ("Je demande la limitation du traitement de mes données le temps de la vérification.", {"restriction"}),
        ("Dites-moi ce que vous savez de moi et retirez-moi de la newsletter.", {"access", "unsubscribe"}),
    ],
)
def test_a_plain_wish_is_read(text: str, wanted: set[str]) -> None:
    assert kinds(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Le rideau est bloqué, pouvez-vous envoyer un technicien ?",
        "Merci de supprimer la ligne 3 du devis.",
        "Oui c'est bien moi, allez-y.",
        "Please find our invoice attached, payable within 30 days.",
        "Finalement, oubliez ma demande de suppression, on laisse tout comme c'est.",
        "Je suis absent jusqu'au 23 août, je vous répondrai à mon retour.",
    ],
)
def test_what_asks_for_nothing_is_read_as_nothing(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("said", "old", "new"),
    [
        ("c'est Faurel et non Faure", "Faure", "Faurel"),
        ("c'est Faure et non Faurel", "Faurel", "Faure"),
        ("vous avez écrit Faurel, mon nom s'écrit Faure", "Faurel", "Faure"),
    ],
)
def test_which_of_two_spellings_is_wrong_is_what_the_mail_says(said: str, old: str, new: str) -> None:
    text = f"Bonjour,\n\nMon nom est mal orthographié dans votre fichier : {said}. Merci de le corriger."
    [change] = reading(text, name="Hélène Faure").fields.changes
    assert (change.field, change.old, change.new) == ("last_name", old, new)


def test_a_wish_is_read_in_a_long_mail_about_other_things() -> None:
    text = """Bonjour,

Je souhaite exercer mon droit à l'effacement : veuillez effacer les données que vous détenez sur moi.

Nous travaillons ensemble depuis plusieurs années et je n'ai rien à redire au service.

Vous pouvez me joindre au 09 53 81 77 77 si un point n'est pas clair.

Merci d'avance pour votre retour.

Cordialement,

Karine Lemaître
Ateliers Mégret Sète
Tél. : 09 53 81 77 77

Le 22/02/2026 à 10:12, Service client <contact@exemple.fr> a écrit :
> Le devis pour le remplacement du tableau électrique reste valable trente jours.
"""
    assert kinds(text, "Droit à l'effacement - réf. 000391") == {"erasure"}


def test_quoted_history_does_not_ask() -> None:
    assert kinds("Merci, bien reçu.\n\n> Merci de supprimer mon compte et toutes mes données.") == set()


def test_a_legal_footer_does_not_ask() -> None:
    assert (
        kinds("Le rapport est arrivé.\n\nVous disposez d'un droit d'accès, de rectification et d'effacement.") == set()
    )


def test_evidence_is_an_exact_slice_of_where_it_stands() -> None:
    text = "Bonjour 😀,\n\nMerci de supprimer mon compte et toutes mes données."
    for ask in reading(text, "Effacement de mes données").asks:
        for proof in ask.evidence:
            source = text if proof.place == "text" else "Effacement de mes données"
            assert source[proof.start : proof.end] == proof.text


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("oui je confirme", ("consent",)),
        ("Yes, it was me, please go ahead.", ("consent",)),
        ("Non, ce n'est pas moi, je n'ai jamais demandé cela.", ("denial",)),
        ("I never asked for this, it wasn't me.", ("denial",)),
        ("Das war ich nicht.", ("denial",)),
        ("Je suis absent jusqu'au 12.", ()),
    ],
)
def test_a_word_of_consent_or_denial_is_told(text: str, signals: tuple[str, ...]) -> None:
    assert tuple(s for s in reading(text).signals if s in {"consent", "denial"}) == signals


def test_a_machine_never_acts_for_heirs_authorities_or_others() -> None:
    for text in (
        "Mon mari est décédé, merci de fermer son compte.",
        "Au nom et pour le compte de ma cliente, je vous demande une copie de ses données personnelles.",
        "Réquisition judiciaire : veuillez nous communiquer l'identité du titulaire du compte.",
    ):
        assert not any(ask.automatic for ask in reading(text).asks), text


def test_only_unsubscribing_is_done_for_what_is_no_person() -> None:
    wish = "Merci de me désabonner de votre lettre d'information."
    assert any(ask.automatic for ask in reading(wish, nature=Nature.ROBOT).asks)
    copy = "Pouvez-vous m'adresser une copie de toutes les informations que vous détenez sur moi ?"
    assert any(ask.automatic for ask in reading(copy).asks)
    assert not any(ask.automatic for ask in reading(copy, nature=Nature.ROBOT).asks)


def test_an_automatic_reply_asks_nothing() -> None:
    assert reading("Merci de supprimer mon compte.", nature=Nature.AUTO_REPLY).asks == ()


def test_erasure_after_the_copy_says_so() -> None:
    asks = reading("Envoyez-moi une copie de toutes mes données, puis supprimez mon compte et toutes mes données.").asks
    assert {ask.kind.value: ask.when for ask in asks} == {"access": "now", "erasure": "after_copy"}


def test_an_empty_mail_asks_nothing() -> None:
    assert reading("").asks == ()


@pytest.mark.parametrize(
    "text",
    [">" * 1_000_000, "( " * 500_000, "\n" * 1_000_000, "a" * 1_000_000, "a@" * 500_000, "vertraulich " * 80_000],
)
def test_hostile_texts_are_read_to_the_end(text: str) -> None:
    assert reading(text).language
