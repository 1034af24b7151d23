"""What is not a person's mail is never answered; a mail of ours that comes back reopens its request."""

from __future__ import annotations

from path.company import Company, parsed
from path.written import ACCESS, CLAIRE, EMMA, JEAN, MARC, STOP, mail, returned


def test_a_robot_a_list_and_a_foreign_bounce_are_never_answered(company: Company) -> None:
    foreign = parsed(mail("direction@astrallys.com", "Bonjour", to="nobody@elsewhere.example"))
    company.receives(
        mail(
            CLAIRE,
            "Je suis absent jusqu'au 4.",
            "Absence",
            Auto_Submitted="auto-replied",
            X_Auto_Response_Suppress="All",
        ),
        mail(
            JEAN,
            "Notre lettre d'information de novembre.",
            "Lettre",
            List_Id="<news.vernet.example>",
            Precedence="bulk",
        ),
        mail(MARC, ACCESS, List_Id="<members.roussel.example>", Precedence="list"),
        returned(foreign, "nobody@elsewhere.example"),
    )
    assert company.passes().sent == 0
    for client in (CLAIRE, JEAN, MARC):
        company.got(client, 0)
    [row] = company.queue()
    assert row["asks"] == ["access"], "an ask is seen whoever sends it, and goes to staff with its clock"
    assert row["due"]


def test_an_answer_that_comes_back_reopens_its_request(company: Company) -> None:
    company.receives(mail(JEAN, STOP, "Désinscription"), mail(EMMA, STOP, "Désinscription"))
    company.passes()
    assert company.queue() == []
    [ours] = company.got(JEAN, 1)
    company.receives(returned(ours, JEAN))
    assert company.passes().sent == 0
    [row] = company.queue()
    assert row["person"] == "Jean Martin"
    assert "returned" in row["reason"]
    company.got(JEAN, 1)
