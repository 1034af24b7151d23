"""Erasure waits for a copy that may come back, and for nothing else."""

from __future__ import annotations

from cli.office import ACCESS, CLAIRE, ERASE, Office

from mailbot.demo.servers import DemoServers

BOTH = f"{ACCESS}\n{ERASE}"


def asked(office: Office) -> str:
    ref = office.asked(CLAIRE, BOTH)
    office.does("verify", ref, "--reason", "rappelée au numéro du fichier")
    office.run()
    return ref


def test_an_erasure_waits_while_the_copy_may_still_come_back(office: Office, post: DemoServers) -> None:
    ref = asked(office)
    [copy] = [row for row in office.show(ref)["releases"] if row["asks"] == ["access"] and row["status"] == "planned"]
    office.approves(f"{ref}/{copy['n']}")
    office.run()
    office.run()
    assert "may still come back" in office.show(ref)["reason"]
    assert any(b"attachment" in raw for raw in post.mails(CLAIRE))


def test_a_refused_copy_makes_no_erasure_wait(office: Office, post: DemoServers) -> None:
    ref = asked(office)
    office.does(
        "refuse", ref, "--ask", "access", "--ground", "excessive", "--because", "Trois copies identiques ce mois."
    )
    [refusal] = [row for row in office.show(ref)["releases"] if row["purpose"] == "refusal"]
    office.approves(f"{ref}/{refusal['n']}")
    office.run()
    office.run()
    assert office.ask(ref, "access")["status"] == "refused"
    assert "come back" not in office.show(ref)["reason"]
    [planned] = [row for row in office.show(ref)["releases"] if row["asks"] == ["erasure"]]
    assert planned["status"] == "planned"
    assert planned["n"] > refusal["n"]
    assert post.mails(CLAIRE)
