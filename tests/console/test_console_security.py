"""Nobody gets in, sees or does what is not for him, whatever he sends; no mail acts in a browser."""

from __future__ import annotations

import random
import string
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from console.office_pages import HOME, PASSWORD, ROLES, Pages, Seat
from starlette.testclient import TestClient

from mailbot.console import passwords
from mailbot.console.application import HEADERS, Console
from mailbot.console.desk import ConsoleSettings
from mailbot.console.pages import PAGES
from mailbot.console.pages.entry import own_path
from mailbot.console.visit import Page
from mailbot.core.moments import iso
from mailbot.core.roles import Right, allows

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}'


def addresses(pages: Pages) -> dict[Page, str]:
    """Each page's path, with a request and a message that are there."""
    request = pages.house.store.requests.open()[0].reference
    message = f"m{pages.house.store.messages.waiting_for_staff()[0].id}"
    filled = {"part": "1", "sha256": "0" * 64, "n": "1"}
    return {page: page.path.format(ref=message if page.path.startswith("/m/") else request, **filled) for page in PAGES}


# --- who may what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ROLES))
def test_each_page_and_action_is_for_the_roles_that_may(pages: Pages, name: str) -> None:
    seat = pages.at(name)
    for page, path in addresses(pages).items():
        if page.may is None or page.path == "/logout":
            continue
        csrf = seat.csrf
        seat.post(path, csrf=csrf) if page.post else seat.get(path)
        allowed = allows(ROLES[name], page.may)
        assert (seat.status == 403) is not allowed, f"{name} {path}: {seat.status}"
        assert seat.status < 500, path
        seat.get("/health")


def test_every_page_but_the_login_is_for_staff_only(pages: Pages) -> None:
    stranger = pages.seat()
    for page, path in addresses(pages).items():
        if page.may is None:
            continue
        text = stranger.post(path) if page.post else stranger.get(path)
        assert stranger.status == 401 or stranger.path == "/login", path
        assert "Dupont" not in text
    assert stranger.client.get("/events").status_code == 401


def test_buttons_stand_only_where_they_may_be_pressed(pages: Pages) -> None:
    ref = pages.house.store.requests.open()[0].reference
    assert f"/r/{ref}/release" in pages.at("marie").get(f"/r/{ref}")
    carls = pages.at("carl").get(f"/r/{ref}")
    assert f"/r/{ref}/release" not in carls
    assert f"/r/{ref}/edit" in carls
    audreys = pages.at("audrey").get(f"/r/{ref}")
    assert "/edit" not in audreys
    assert "/note" not in audreys


def test_the_operator_sees_no_person_anywhere(pages: Pages) -> None:
    otto = pages.at("otto")
    for page, path in addresses(pages).items():
        if not page.post:
            text = otto.get(path)
            assert not {"Dupont", "Emma", "claire.dupont"} & set(text.replace("<", " ").split()), page.path
            assert "claire" not in text.lower()


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_begins_with_the_login_and_never_before(pages: Pages) -> None:
    seat = pages.seat()
    seat.client.cookies.set("mailbot", "chosen-by-somebody-else", domain="localhost.local")
    seat.log_in()
    cookies = [cookie.value for cookie in seat.client.cookies.jar if cookie.name == "mailbot"]
    assert seat.status == 200
    assert pages.house.store.sessions.get("chosen-by-somebody-else") is None
    assert any(pages.house.store.sessions.get(value or "") for value in cookies)


def test_the_cookie_is_for_this_site_and_no_script(pages: Pages) -> None:
    seat = pages.seat()
    seat.get("/login")
    answer = seat.client.post(
        "/login", data={"name": "marie", "password": PASSWORD}, headers={"origin": HOME}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie


def test_under_https_the_cookie_is_secure_and_bound_to_the_host(pages: Pages) -> None:
    console = Console(pages.house, ConsoleSettings(proxies=("127.0.0.1",)), pages.desk.read)
    client = TestClient(console.app, base_url="https://mailbot.example")
    answer = client.post(
        "/login",
        data={"name": "marie", "password": PASSWORD},
        headers={"origin": "https://mailbot.example"},
        follow_redirects=False,
    )
    assert answer.headers["set-cookie"].startswith("__Host-mailbot=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]
    plain = TestClient(console.app, base_url="http://mailbot.example").get("/login")
    assert (plain.status_code, plain.text) == (403, "HTTPS only")
    console.close()


def test_a_session_that_rests_is_over_and_what_was_written_is_not_lost(pages: Pages) -> None:
    marie = pages.at()
    ref = pages.house.store.requests.open()[0].reference
    marie.get(f"/r/{ref}")
    (session,) = pages.house.store.sessions.of("marie")
    pages.house.store.sessions.update(session, seen_at=iso(datetime.now(UTC) - timedelta(minutes=31)))
    page = marie.post(f"/r/{ref}/note", {"text": "ce que j'ai écrit"})
    assert marie.status == 401
    assert "ce que j&#39;ai écrit" in page
    assert pages.office.show(ref)["notes"] == []


def test_a_session_ends_with_the_day_the_account_and_everywhere(pages: Pages) -> None:
    one, other = pages.at(), pages.at()
    one.get("/")
    one.post("/logout", {"everywhere": "yes"})
    other.get("/")
    assert other.path == "/login"
    third = pages.at("paul")
    pages.house.store.staff.remove("paul", iso(datetime.now(UTC)))
    third.get("/")
    assert third.path == "/login"
    fourth = pages.at()
    (session,) = pages.house.store.sessions.of("marie")
    old = iso(datetime.now(UTC) - timedelta(hours=13))
    pages.house.store.db.execute_sql("UPDATE session SET started_at = ? WHERE token = ?", (old, session.token))
    fourth.get("/")
    assert fourth.path == "/login"


def test_the_store_keeps_no_token_that_opens_a_session(pages: Pages) -> None:
    marie = pages.at()
    value = next(cookie.value for cookie in marie.client.cookies.jar)
    assert value
    assert value.encode() not in (pages.office.folder / "mailbot.db").read_bytes()
    assert value.encode() not in (pages.office.folder / "mailbot.db-wal").read_bytes()


# --- forged forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"origin": ""},
    ],
)
def test_a_form_from_elsewhere_does_nothing(pages: Pages, headers: dict[str, str]) -> None:
    ref = pages.house.store.requests.open()[0].reference
    marie = pages.at()
    marie.get(f"/r/{ref}")
    marie.post(f"/r/{ref}/note", {"text": "x"}, **headers)
    assert marie.status == 403
    assert pages.office.show(ref)["notes"] == []


@pytest.mark.parametrize("token", ["", "0" * 64, "ä"])
def test_a_form_without_the_sessions_token_does_nothing(pages: Pages, token: str) -> None:
    ref = pages.house.store.requests.open()[0].reference
    marie = pages.at()
    marie.post(f"/r/{ref}/note", {"text": "x"}, csrf=token)
    assert marie.status == 403
    pauls = pages.at("paul").csrf
    marie.post(f"/r/{ref}/note", {"text": "x"}, csrf=pauls)
    assert marie.status == 403


def test_a_login_from_another_site_does_nothing(pages: Pages) -> None:
    seat = pages.seat()
    seat.post("/login", {"name": "marie", "password": PASSWORD}, origin="https://evil.example")
    assert seat.status == 403
    assert not list(seat.client.cookies.jar)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8025", "127.0.0.1.evil.example", ""])
def test_without_https_only_names_of_this_machine_are_answered(pages: Pages, host: str) -> None:
    client = TestClient(pages.console.app, base_url=HOME)
    assert client.get("/login", headers={"host": host}).status_code == 400


# --- guessing ---------------------------------------------------------------------------------------------------------


def test_after_five_wrong_passwords_even_the_right_one_waits(pages: Pages) -> None:
    seat = pages.seat()
    for _ in range(5):
        seat.log_in("marie", "wrong password")
        assert seat.status == 401
    seat.log_in("marie", PASSWORD)
    assert seat.status == 429
    assert "quarter of an hour" in seat.page
    old = iso(datetime.now(UTC) - timedelta(minutes=16))
    pages.house.store.db.execute_sql("UPDATE login_try SET at = ?", (old,))
    assert seat.log_in("marie").status == 200


def test_a_wrong_name_and_a_wrong_password_look_the_same(pages: Pages) -> None:
    seat = pages.seat()
    one = seat.log_in("marie", "wrong password").page.replace("marie", "…")
    other = seat.log_in("nobody", "wrong password").page.replace("nobody", "…")
    assert one == other


def test_an_account_without_a_password_cannot_log_in(pages: Pages) -> None:
    pages.house.store.staff.add("laurent", "dpo", None, "2026-01-01")
    assert pages.seat().log_in("laurent", "").status == 401
    assert pages.seat().log_in("laurent", "the same work for nobody").status == 401


def test_a_crowd_at_the_login_is_sent_away_instead_of_eating_the_memory() -> None:
    def attempt(_: int) -> bool | None:
        try:
            return passwords.right("wrong", None)
        except passwords.Crowded:
            return None

    with ThreadPoolExecutor(40) as crowd:
        ends = list(crowd.map(attempt, range(40)))
    assert None in ends
    assert True not in ends
    assert ends.count(False) >= passwords.QUEUE


# --- ways out and in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/r/1?x=//e",
        "\t//e",
        "",
        "/a b",
    ],
)
def test_after_the_login_nobody_is_led_elsewhere(text: str) -> None:
    assert own_path(text) == "/"


@pytest.mark.parametrize("path", ["/", "/r/2026-00001", "/register", "/m/m12"])
def test_after_the_login_one_goes_on_where_one_was(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../config.toml",
        "/static/%2e%2e%2fen.toml",
        "/static/en.toml",
        "/m/../../etc/passwd/raw",
        "/m/m1%2f..%2f..%2fetc/raw",
        "/r/2026-00001/file/..%2f..%2fmailbot.keys",
        "/m/m1/part/..%2f0",
    ],
)
def test_no_path_leads_to_another_file(pages: Pages, path: str) -> None:
    marie = pages.at()
    marie.get(path)
    assert marie.status in {400, 404}
    assert "password" not in marie.page.lower() or "form" in marie.page


def test_a_file_of_another_request_is_not_here(pages: Pages) -> None:
    refs = [row.reference for row in pages.house.store.requests.open()]
    files = {
        ref: file["sha256"]
        for ref in refs
        for release in pages.office.show(ref)["releases"]
        for file in (release["letter"] or {}).get("files", ())
    }
    (ref, digest), other = next(iter(files.items())), next(ref for ref in refs if ref not in files)
    marie = pages.at()
    assert marie.client.get(f"/r/{ref}/file/{digest}").headers["content-type"] in {
        "application/pdf",
        "text/plain; charset=utf-8",
    }
    marie.get(f"/r/{other}/file/{digest}")
    assert marie.status == 404


def test_every_answer_carries_the_headers_that_keep_others_out(pages: Pages) -> None:
    marie = pages.at()
    for path in ("/", "/login", "/nothing", "/static/console.css", "/health"):
        marie.get(path)
        for name, value in HEADERS.items():
            assert marie.headers.get(name) == value or name == "Cache-Control", (path, name)
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


# --- hostile mails ----------------------------------------------------------------------------------------------------


def hostile() -> bytes:
    """A mail with markup in every field that a page shows."""
    mail = EmailMessage()
    mail["From"] = f'"{EVIL.replace(chr(34), "")}" <evil@ailleurs.example>'
    mail["To"], mail["Message-ID"] = "direction@astrallys.com", "<evil@ailleurs.example>"
    mail["Date"] = "Mon, 01 Jan 2024 10:00:00 +0000"
    mail["Subject"] = f"Accès {EVIL}"
    mail.set_content(f"Bonjour, je souhaite une copie de mes données {EVIL}\n\n> {EVIL}\n-- \n{EVIL}\n")
    mail.add_alternative(
        f"<p>Je souhaite une copie de toutes mes données personnelles {EVIL}</p><script>alert(3)</script>", "html"
    )
    mail.add_attachment(b"<script>alert(4)</script>", maintype="text", subtype="html", filename=f"{EVIL}.html")
    return mail.as_bytes()


def test_no_mail_gets_markup_or_a_template_into_a_page(pages: Pages) -> None:
    box = pages.office.folder / "box" / "new" / f"9.{int(datetime.now(UTC).timestamp())}.host"
    box.write_bytes(hostile())
    pages.passes()
    dora = pages.at("dora")
    row = next(m for m in pages.house.store.messages.all() if m.sender == "evil@ailleurs.example")
    request = pages.house.store.requests.get(row.request_id) if row.request_id else None
    ref = request.reference if request else f"m{row.id}"
    dora.get(f"/{'r' if request else 'm'}/{ref}")
    if request:
        dora.post(f"/r/{ref}/note", {"text": EVIL})
        dora.post(f"/r/{ref}/attribute", {"person": EVIL})
        assert EVIL not in dora.page
    for path in (
        "/",
        f"/{'r' if request else 'm'}/{ref}",
        f"/m/m{row.id}",
        f"/?q={EVIL}",
        f"/persons?who={EVIL}",
        "/journal",
        f"/looks?of={EVIL}",
    ):
        page = dora.get(path)
        assert dora.status < 500, path
        for sign in ("<script>alert", "<img src=x", "onerror=alert(2)>", ">49<"):
            assert sign not in page, (path, sign)
        assert "{{ 7*7 }}" in page or "7*7" not in page


def test_an_attached_page_is_saved_and_never_opened(pages: Pages) -> None:
    box = pages.office.folder / "box" / "new" / f"9.{int(datetime.now(UTC).timestamp())}.host"
    box.write_bytes(hostile())
    pages.passes()
    marie = pages.at()
    row = next(m for m in pages.house.store.messages.all() if m.sender == "evil@ailleurs.example")
    page = marie.get(f"/m/m{row.id}")
    part = page.split(f"/m/m{row.id}/part/")[1].split('"')[0]
    answer = marie.client.get(f"/m/m{row.id}/part/{part}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.content == b"<script>alert(4)</script>"


# --- whatever is sent -------------------------------------------------------------------------------------------------


def _noise(dice: random.Random) -> str:
    signs = string.printable + "é𝒳\u202e\x00'\"%_;<>"
    return "".join(dice.choice(signs) for _ in range(dice.choice((0, 1, 5, 40, 400))))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 20))])
def test_no_form_or_query_makes_the_console_fail(pages: Pages, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 -- noise, the same at each run
    seat: Seat = pages.at("dora")
    fields: tuple[str, ...] = (
        "n",
        "hash",
        "text",
        "kind",
        "ground",
        "person",
        "into",
        "how",
        "to",
        "part",
        "r",
        "channel",
        "received",
    )
    fields += ("name", "password", "next", "language", "q", "show", "from", "who", "for", "was", "before", "of", "m")
    for page, there in addresses(pages).items():
        if page.path == "/logout":
            continue
        seat.get("/health")
        path = there if dice.random() < 0.7 else page.path.format(ref="%00x", part="-1", sha256="zz", n="x")
        form = {name: [_noise(dice) for _ in range(dice.choice((1, 1, 3)))] for name in fields if dice.random() < 0.6}
        if page.post:
            seat.post(path, form)
        else:
            seat.kept(seat.client.get(path, params=form))
        assert seat.status < 500, (page.path, form)
        if seat.path == "/login":
            seat.log_in("dora")


def test_the_wrong_way_of_asking_is_told_and_does_nothing(pages: Pages) -> None:
    marie = pages.at()
    ref = pages.house.store.requests.open()[0].reference
    for method, path in (("get", f"/r/{ref}/release"), ("post", "/"), ("put", f"/r/{ref}"), ("delete", f"/r/{ref}")):
        assert marie.client.request(method, path, headers={"origin": HOME}).status_code in {403, 404, 405}
    huge = marie.client.post(f"/r/{ref}/note", content=b"x" * 2_000_000, headers={"origin": HOME})
    assert huge.status_code == 413
    streamed = marie.client.post(f"/r/{ref}/note", content=iter([b"text=x"]), headers={"origin": HOME})
    assert streamed.status_code == 411


def test_every_right_is_needed_somewhere() -> None:
    assert {page.may for page in PAGES} - {None} <= set(Right)


def test_a_request_of_an_authority_is_the_data_protection_officers_alone(pages: Pages) -> None:
    office = pages.office
    office.does("register", "letter", "--ask", "authority", "--person", "contact:1", "--note", "réquisition")
    ref = max(row["ref"] for row in office.lines("queue") if row["ref"].startswith("2"))
    marie, dora = pages.at("marie"), pages.at("dora")
    assert "réquisition" in dora.get(f"/r/{ref}")
    page = marie.get(f"/r/{ref}")
    assert (marie.status, "réquisition" in page) == (404, False)
    marie.get("/?q=" + ref)
    assert ref in marie.page
    assert "Dupont" not in marie.page
    for told in ("Dupont", "requisition"):
        assert ref not in marie.get("/?q=" + told), "a search tells nothing of it either"
        assert ref in dora.get("/?q=" + told)
    marie.get("/")
    marie.post(f"/r/{ref}/note", {"text": "x"})
    assert "only the dpo" in marie.page
