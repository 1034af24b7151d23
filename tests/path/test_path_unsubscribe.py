"""No more newsletters: done at once, without a human, and told in one mail."""

from __future__ import annotations

from path.company import Company, words
from path.written import CLAIRE, EMMA, JEAN, MARC, STOP, mail


def test_newsletters_stop_without_a_human_and_one_mail_says_so(company: Company) -> None:
    company.receives(mail(JEAN, STOP, "Désinscription"))
    assert company.passes().sent == 1
    assert not company.subscribed(2)
    assert company.subscribed(1)
    assert company.queue() == []
    [told] = company.got(JEAN, 1)
    assert JEAN in words(told)
    assert told["Auto-Submitted"] == "auto-replied"
    [suppressed] = company.mailbot("suppressions", "--json").rows
    assert JEAN not in str(suppressed), "kept as a keyed digest, never in clear"
    (company.folder / "audience.csv").write_text(f"email\n{JEAN}\n{CLAIRE}\n", encoding="utf-8")
    kept = company.mailbot("suppressions", "filter", str(company.folder / "audience.csv")).out
    assert CLAIRE in kept
    assert JEAN not in kept


def test_the_address_that_the_mail_names_is_unsubscribed_where_it_is_on_file(company: Company) -> None:
    named = "Bonjour,\n\nMerci de désinscrire aussi l'adresse {} de votre newsletter.\n\nCordialement"
    company.receives(mail(JEAN, named.format(MARC), "Newsletter"), mail(EMMA, STOP, "Newsletter"))
    company.passes()
    assert not company.subscribed(12)
    assert not company.subscribed(7)
    assert company.subscribed(1)


def test_two_rights_in_one_mail_are_told_in_one_acknowledgement(company: Company) -> None:
    company.receives(
        mail(
            CLAIRE,
            "Bonjour,\n\nJe souhaite recevoir une copie de toutes les données personnelles que vous détenez sur moi."
            "\n\nJe ne souhaite plus recevoir votre newsletter. Merci de me désinscrire de votre liste de diffusion.",
            "Mes données et la newsletter",
        ),
        mail(
            EMMA,
            "Hello,\n\nPlease correct my phone number: the new one is +44 20 7946 0958.\n\nPlease also unsubscribe me"
            " from your newsletter, I no longer wish to receive it.\n\nRegards",
            "New phone and newsletter",
        ),
    )
    assert company.passes().sent == 2
    told = {
        CLAIRE: (1, ["Messages promotionnels", "Accès à vos données"]),
        EMMA: (7, ["Promotional messages", "Correction of your data"]),
    }
    for client, (contact, headings) in told.items():
        [acknowledgement] = company.got(client, 1)
        assert [heading for heading in headings if heading not in words(acknowledgement)] == []
        assert not company.subscribed(contact)
    assert sorted(ask for row in company.queue() for ask in row["asks"]) == ["access", "rectification"]
