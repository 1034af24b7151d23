"""stats, health, map check, check: how it goes, said to people and to monitoring."""

from __future__ import annotations

import json
import sqlite3

from cli.fixtures import Found
from cli.office import ACCESS, CLAIRE, ERASE, Office
from prometheus_client.parser import text_string_to_metric_families


def wrong(office: Office) -> set[str]:
    """What `health` finds wrong, by kind."""
    result = office.mailbot("health", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) in {(0, True), (1, False)}
    return {one["what"] for one in found["problems"]}


def alter(office: Office, statement: str) -> None:
    store = sqlite3.connect(office.folder / "mailbot.db")
    with store:
        store.execute(statement)
    store.close()


def test_the_figures_count_by_state_and_reconcile_with_the_mailbox(office: Office) -> None:
    office.asked(CLAIRE, ACCESS)
    office.receive(CLAIRE, "Bonjour,\n\nPouvez-vous m'envoyer le devis de la semaine dernière ?\n")
    office.run()
    found = office.object("stats")
    assert found["messages"] == {"request": 1, "nothing": 1}
    assert (found["asks"], found["releases"]) == ({"ready": 1}, {"planned": 2})
    assert (found["open"], found["overdue"], found["mode"]) == (1, 0, "queue")
    assert found["mailbox"]["folders"] == [{"folder": "INBOX", "server": 1, "known": 1, "gone": 0}]
    assert found["mailbox"]["accounted"] is True
    assert found["journal"] == office.object("journal", "--verify")["head"]
    assert "1 nothing, 1 request" in office.does("stats")


def test_a_mailbox_that_is_not_read_is_unhealthy(office: Office) -> None:
    assert wrong(office) == {"mailbox"}
    office.run()
    assert wrong(office) == set()
    assert office.does("health") == "well\n"
    alter(
        office, "UPDATE fact SET value = replace(value, '\"at\": \"2', '\"at\": \"1') WHERE name = 'mailbox:last_pass'"
    )
    assert "was last read at" in office.refuses("health")


def test_an_ask_that_is_overdue_is_unhealthy_until_it_is_over(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS, days_ago=50)
    assert wrong(office) == {"overdue"}
    assert f"{ref} access was due on" in office.refuses("health")
    assert office.object("stats")["overdue"] == 1
    office.does("withdraw", ref)
    assert wrong(office) == set()


def test_an_acknowledgement_that_waits_for_a_yes_for_a_day_is_unhealthy(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    assert wrong(office) == set()
    alter(office, "UPDATE release SET planned_at = '2020-01-01T00:00:00.000000+00:00'")
    assert f"{ref}/1 waits for a yes" in office.refuses("health")


def test_a_mail_that_nobody_can_be_sure_of_is_unhealthy(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.approves(f"{ref}/1")
    office.run()
    alter(office, "UPDATE reply SET status = 'uncertain'")
    assert wrong(office) == {"reply"}


def test_an_smtp_server_that_is_away_is_unhealthy(office: Office) -> None:
    ref = office.asked(CLAIRE, ACCESS)
    office.approves(f"{ref}/1")
    office.port = 9  # nobody listens there
    office.configure("queue")
    assert office.mailbot("run", "--once").exit_code == 75
    assert wrong(office) == {"away"}
    assert office.object("stats")["away"].keys() == {"smtp"}


def test_map_and_client_database_are_compared(office: Office) -> None:
    assert office.object("map", "check") == {"ok": True, "problems": []}
    with sqlite3.connect(office.folder / "clients.db") as clients:
        clients.execute("ALTER TABLE contact RENAME COLUMN job TO trade")
    clients.close()
    assert "job" in office.refuses("map", "check")


def test_check_opens_every_part_and_says_all_problems_at_once(office: Office) -> None:
    assert office.does("check").endswith("all is well (mode queue)\n")
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    text = text.replace("port = ", "port = 9 #").replace("/box", "/no-box").replace("clients.db", "none.db")
    (office.folder / "config.toml").write_text(text, encoding="utf-8")
    result = office.mailbot("check")
    assert result.exit_code == 1
    for part in ("[mailbox]", "[outgoing]", "[clients] url"):
        assert part in result.stderr, f"{part} is not among: {result.stderr}"


def test_check_finds_lost_and_open_keys(office: Office) -> None:
    keys = office.folder / "mailbot.keys"
    keys.chmod(0o644)
    assert "chmod 600" in office.refuses("check")
    keys.write_text("no key")
    keys.chmod(0o600)
    assert "holds no key" in office.refuses("check")
    keys.unlink()
    assert "put back the copy" in office.refuses("check")
    assert "put back the copy" in office.refuses("check", "--init")
    assert not keys.exists(), "a new one would make every list and token worthless"


def test_check_makes_nothing_on_a_fresh_machine_unless_it_is_told_to(found_office: Found) -> None:
    office = found_office("queue")
    for file in (*office.folder.glob("mailbot.db*"), office.folder / "mailbot.keys"):
        file.unlink()
    assert "does not exist yet" in office.mailbot("check").stderr
    assert not (office.folder / "mailbot.keys").exists()
    assert not (office.folder / "mailbot.db").exists()
    assert "keep a copy apart" in office.mailbot("check", "--init").stderr
    assert (office.folder / "mailbot.keys").exists()


def test_the_figures_of_the_year_say_what_was_answered_in_time_and_refused_on_which_ground(office: Office) -> None:
    ref = office.asked(CLAIRE, f"{ACCESS}\n{ERASE}", days_ago=4)
    office.does("refuse", ref, "--ask", "erasure", "--ground", "legal_obligation")
    for release in office.show(ref)["releases"]:
        if release["status"] == "planned" and release["purpose"] in {"answer", "refusal"}:
            office.approves(f"{ref}/{release['n']}")
    office.run()
    year = office.object("stats")["years"][0]
    assert (year["requests"], year["asked"], year["answered"], year["share_in_time"]) == (1, 2, 2, 1.0)
    assert year["kinds"]["access"]["median_days"] == 4
    assert year["kinds"]["erasure"]["refused"] == {"legal_obligation": 1}
    said = office.does("stats")
    assert "1 requests, 2 asked, 2 answered, 0 open, in time 100%, median 4 days" in said
    assert "refused: 1 legal_obligation" in said
    assert "every mail accounted for" in said


def test_the_figures_are_there_for_prometheus(office: Office) -> None:
    office.asked(CLAIRE, ACCESS, days_ago=50)
    text = office.does("health", "--metrics")
    found = {family.name: family for family in text_string_to_metric_families(text)}
    assert found["mailbot_overdue"].samples[0].value == 1
    assert {sample.labels["what"]: sample.value for sample in found["mailbot_troubles"].samples} == {"overdue": 1}
    assert found["mailbot_mailbox_accounted"].samples[0].value == 1
    assert found["mailbot_asks"].samples[0].labels == {"state": "ready"}
    assert "claire" not in text.casefold()
