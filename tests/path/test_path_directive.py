"""What is to become of one's data after death: registered once the person has confirmed it, and only then."""

from __future__ import annotations

import pytest
from path.company import Company, words
from path.written import DIRECTIVE, PAUL, answer, mail


def _asked(company: Company, text: str = DIRECTIVE) -> int:
    """Let Paul ask; how many mails he had before."""
    before = len(company.got(PAUL))
    company.receives(mail(PAUL, text, "Directives"))
    company.passes()
    return before


def _confirmed(company: Company) -> None:
    company.receives(answer(company.got(PAUL)[-1], PAUL, "Oui, je confirme."))
    company.passes()


def _register(company: Company) -> dict[str, str]:
    """The numbers of the register, each with its status."""
    return {row["number"]: row["status"] for row in company.mailbot("directives", "--json").rows}


def _newest(company: Company) -> str:
    return max(_register(company))


def test_a_directive_is_registered_when_confirmed_then_replaced_then_revoked(company: Company) -> None:
    _asked(company)
    [question] = company.got(PAUL, 1)
    assert "toutes mes données doivent être effacées" in words(question)
    assert company.mailbot("directives", "--json").rows == []

    _confirmed(company)
    [first] = company.mailbot("directives", "--json").rows
    registered = company.got(PAUL, 2)[1]
    assert first["number"] in words(registered)
    assert first["wishes"] == ["erase"]
    assert company.queue() == []

    _asked(
        company, "Bonjour,\n\nJe souhaite modifier mes directives : après mon décès, conservez toutes mes données.\n"
    )
    assert first["number"] in words(company.got(PAUL, 3)[2])
    _confirmed(company)
    assert _register(company) == {first["number"]: "replaced", (second := _newest(company)): "in_force"}

    _asked(company, "Bonjour,\n\nJe souhaite révoquer mes directives sur mes données après ma mort.\n\nCordialement")
    _confirmed(company)
    last = _newest(company)
    assert _register(company) == {first["number"]: "replaced", second: "revoked", last: "revocation"}
    assert last in words(company.got(PAUL)[-1])
    assert company.queue() == []
    company.mailbot("journal", "--verify")


def test_who_says_that_it_was_not_he_raises_an_alarm(company: Company) -> None:
    _asked(company)
    company.receives(answer(company.got(PAUL, 1)[0], PAUL, "Non, ce n'est pas moi qui ai écrit cela."))
    company.passes()
    assert company.mailbot("directives", "--json").rows == []
    [alarm] = company.queue()
    assert "ALARM" in alarm["reason"]
    assert "not his" in alarm["reason"]
    company.got(PAUL, 1)


@pytest.mark.parametrize("action", ["define", "modify", "revoke"])
def test_only_the_persons_own_authenticated_yes_confirms(company: Company, action: str) -> None:
    texts = {
        "define": DIRECTIVE,
        "modify": "Bonjour,\n\nJe souhaite modifier mes directives : après mon décès, conservez toutes mes données.\n",
        "revoke": "Bonjour,\n\nJe souhaite révoquer mes directives sur mes données après ma mort.\n\nCordialement",
    }
    if action != "define":
        _asked(company)
        _confirmed(company)
    registered = company.mailbot("directives", "--json").rows
    before = _asked(company, texts[action])
    question = company.got(PAUL, before + 1)[-1]
    company.receives(
        answer(question, PAUL, "Je suis absent. Je confirme la bonne réception.", Auto_Submitted="auto-replied"),
        answer(question, "stranger@elsewhere.example", "Oui, je confirme."),
        answer(question, PAUL, "Oui, je confirme.", authentic=None),
        answer(question, PAUL, "Oui, je confirme.", authentic="fail"),
    )
    company.passes()
    assert company.mailbot("directives", "--json").rows == registered
    assert company.waiting("directive")["state"] == "proving"
    company.got(PAUL, before + 1)
