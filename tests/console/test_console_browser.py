"""Staff at work in a real Chromium. Pictures of what they see are left in build/console."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from cli.office import CLAIRE, STOP, STRANGER
from console.office_pages import PASSWORD, Pages
from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize, expect

PICTURES = Path(__file__).parent.parent.parent / "build" / "console"
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1360, "height": 900}
EVERY_PAGE = (
    "/",
    "/?show=closed",
    "/?q=nothing-like-it",
    "/register",
    "/persons?who=Martin",
    "/directives",
    "/suppressions",
    "/journal?verify=yes",
    "/looks",
    "/health",
    "/statistics",
    "/retention",
    "/nowhere",
)


@pytest.fixture
def home(pages: Pages) -> Iterator[str]:
    """The address of the console."""
    with pages.standing() as address:
        yield address


@pytest.fixture
def tab(chromium: Browser, home: str) -> Iterator[Page]:
    """A browser's page on it; nothing may go wrong in its console, and nothing is asked of anybody else."""
    context = chromium.new_context(viewport=WIDE, base_url=home, locale="en-GB")
    yield from watched(context, home)
    context.close()


def watched(context: BrowserContext, home: str) -> Iterator[Page]:
    page = context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("request", lambda sent: faults.append(sent.url) if not sent.url.startswith(home) else None)
    yield page
    assert [fault for fault in faults if "status of 4" not in fault] == []


def log_in(page: Page, name: str = "marie") -> None:
    page.goto("/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Everything open")


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """Leave a picture for whoever wants to see what staff see."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(Error):  # a browser short of memory takes no picture: the next time it does
        page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)


def copy_ref(pages: Pages) -> str:
    """Claire's request for a copy of her data."""
    rows = [row for row in pages.house.store.requests.open() if row.sender == CLAIRE and row.aligned == "yes"]
    asks = pages.house.store.requests.asks(row.id for row in rows)
    return next(row.reference for row in rows if asks[row.id][0].kind == "access")


def test_from_the_login_to_the_first_released_reply_in_three_clicks(tab: Page, pages: Pages) -> None:
    ref = copy_ref(pages)
    tab.goto("/login")
    keep(tab, "login")
    tab.get_by_label("Name").fill("marie")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Log in").click()
    keep(tab, "queue")
    tab.locator(f"a[href='/r/{ref}']").click()
    keep(tab, "request", whole=True)
    tab.get_by_role("button", name="Release").first.click()
    expect(tab.get_by_role("status")).to_contain_text("Released")
    assert "approved" in {release["status"] for release in pages.office.show(ref)["releases"]}


def test_a_request_is_released_without_a_mouse(tab: Page, pages: Pages) -> None:
    tab.goto("/login")
    tab.keyboard.type("marie")
    tab.keyboard.press("Tab")
    tab.keyboard.type(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.locator(".line").first).to_be_visible()
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    tab.keyboard.press("k")
    focused = tab.evaluate("document.activeElement.getAttribute('href')")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**{focused}")
    tab.keyboard.press("a")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("status")).to_contain_text("Released")
    assert "approved" in {release["status"] for release in pages.office.show(focused[3:])["releases"]}


def test_every_key_does_what_the_help_says(tab: Page, pages: Pages) -> None:
    log_in(tab)
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog")).to_be_visible()
    keep(tab, "keys")
    tab.keyboard.press("Escape")
    tab.keyboard.press("/")
    expect(tab.get_by_role("searchbox")).to_be_focused()
    tab.keyboard.type("claire")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("claire")
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    assert tab.locator("input[name=r]:checked").count() == 1
    tab.goto(f"/r/{copy_ref(pages)}")
    tab.keyboard.press("e")
    expect(tab.locator("textarea[name=text]").first).to_be_focused()
    tab.keyboard.press("Escape")
    tab.keyboard.press("r")
    expect(tab.locator("select[name=ground]").first).to_be_focused()
    tab.keyboard.press("Escape")
    tab.keyboard.press("n")
    expect(tab.locator("#note")).to_be_focused()
    tab.keyboard.press("Escape")
    tab.keyboard.press("u")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Everything open")


def test_without_javascript_all_of_it_works(chromium: Browser, home: str, pages: Pages) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=home, locale="en-GB")
    for page in watched(context, home):
        log_in(page)
        ref = copy_ref(pages)
        page.locator(f"a[href='/r/{ref}']").click()
        plan = page.locator(".plan", has_text="Access").first
        plan.get_by_text("Edit").click()
        plan.get_by_role("textbox").fill("Madame,\n\nvoici la copie.\n")
        plan.get_by_role("button", name="Save the text").click()
        expect(page.get_by_role("status")).to_contain_text("new text")
        page.locator(".plan", has_text="voici la copie.").get_by_role("button", name="Release").click()
        expect(page.get_by_role("status")).to_contain_text("Released")
        page.get_by_role("link", name="Register by hand").first.click()
        page.get_by_label("Telephone", exact=True).check()
        page.get_by_label("Erasure").check()
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_role("status")).to_contain_text("registered")
    context.close()


def test_on_a_phone_nothing_is_cut_off_and_a_request_is_released(chromium: Browser, home: str, pages: Pages) -> None:
    context = chromium.new_context(viewport=PHONE, base_url=home, locale="en-GB", has_touch=True)
    for page in watched(context, home):
        log_in(page)
        keep(page, "phone-queue")
        ref = copy_ref(pages)
        for path in ("/", f"/r/{ref}", "/register", "/health", "/journal"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.goto("/")
        page.get_by_text("Menu").click()
        keep(page, "phone-menu")
        page.get_by_text("Menu").click()
        page.locator(f"a[href='/r/{ref}']").tap()
        keep(page, "phone-request")
        page.get_by_role("button", name="Release").first.tap()
        expect(page.get_by_role("status")).to_contain_text("Released")
    context.close()


def test_two_staff_on_one_request_and_only_what_was_seen_leaves(
    tab: Page, chromium: Browser, home: str, pages: Pages
) -> None:
    ref = copy_ref(pages)
    log_in(tab)
    tab.goto(f"/r/{ref}")
    context = chromium.new_context(viewport=WIDE, base_url=home, locale="en-GB")
    for other in watched(context, home):
        log_in(other, "carl")
        other.goto(f"/r/{ref}")
        plan = other.locator(".plan", has_text="Access").first
        plan.get_by_text("Edit").click()
        box = plan.get_by_role("textbox")
        box.fill(box.input_value().replace("Bonjour", "Bien le bonjour"))
        plan.get_by_role("button", name="Save the text").click()
    context.close()
    tab.locator(".plan", has_text="Access").first.get_by_role("button", name="Release").click()
    expect(tab.get_by_role("heading", name="It changed while you looked")).to_be_visible()
    keep(tab, "both")
    tab.locator(".plan", has_text="Bien le bonjour").get_by_role("button", name="Release").click()
    expect(tab.get_by_role("status")).to_contain_text("Released")


def test_an_expired_session_gives_back_what_was_being_written(tab: Page, pages: Pages) -> None:
    log_in(tab)
    tab.goto(f"/r/{copy_ref(pages)}")
    tab.locator("#note").fill("rappeler mardi matin")
    pages.house.store.sessions.end_all("marie")
    tab.get_by_role("button", name="Keep the note").click()
    expect(tab.get_by_role("heading", name="Your session is over")).to_be_visible()
    expect(tab.get_by_label("What you wrote")).to_have_value("rappeler mardi matin")
    keep(tab, "expired")


def test_correct_refuse_extend_and_register_by_their_forms(tab: Page, pages: Pages, tmp_path: Path) -> None:
    ref = copy_ref(pages)
    log_in(tab)
    tab.goto(f"/r/{ref}")
    tab.get_by_text("Refuse: Access").click()
    tab.get_by_label("Ground").select_option("excessive")
    tab.get_by_label("Facts of the case, as the person reads them").fill("Quatrième demande ce mois.")
    tab.get_by_role("button", name="Plan the refusal").click()
    expect(tab.locator(".plan", has_text="Refusal")).to_contain_text("Quatrième demande ce mois.")
    keep(tab, "refusal", whole=True)
    tab.get_by_text("Extend by two months").first.click()
    tab.get_by_role("textbox", name="Reason, as the person reads it").fill("Archives éparses.")
    tab.get_by_role("button", name="Extend by two months").click()
    expect(tab.get_by_role("status")).to_contain_text("Extended until")
    tab.get_by_text("Correct what is asked").first.click()
    tab.get_by_label("Erasure").check()
    tab.get_by_role("button", name="Correct what is asked").click()
    expect(tab.get_by_role("status")).to_contain_text("Corrected")
    scan = tmp_path / "lettre.pdf"
    scan.write_bytes(b"%PDF-1.4")
    tab.goto("/register")
    tab.get_by_label("Portability").check()
    tab.get_by_label("Who asks").fill("contact:7")
    tab.get_by_label("Scan").set_input_files(scan)
    keep(tab, "register")
    tab.get_by_role("button", name="Register").click()
    expect(tab.get_by_role("status")).to_contain_text("registered")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Emma Taylor")


def test_what_arrives_is_shown_without_asking(tab: Page, pages: Pages) -> None:
    log_in(tab)
    before = tab.locator(".line").count()
    tab.keyboard.press("j")
    focused = tab.evaluate("document.activeElement.getAttribute('href')")
    pages.office.receive("helene.faure@faure-imprimerie.example", STOP)
    pages.passes()
    expect(tab.locator(".line")).to_have_count(before + 1, timeout=15_000)
    assert tab.evaluate("document.activeElement.getAttribute('href')") == focused


def test_likes_are_looked_at_and_released_together(tab: Page) -> None:
    log_in(tab)
    boxes = tab.locator("input[name=r]")
    for number in range(boxes.count()):
        boxes.nth(number).check()
    tab.get_by_role("button", name="Look at the ticked ones together").click()
    shown = tab.locator(".plan").count()
    assert shown
    keep(tab, "bulk", whole=True)
    tab.get_by_role("button", name="Release all ticked").click()
    expect(tab.get_by_role("status")).to_contain_text(f"{shown} released")


def test_french_is_spoken_to_who_wants_it(chromium: Browser, home: str, pages: Pages) -> None:
    context = chromium.new_context(viewport=WIDE, base_url=home, locale="fr-FR", color_scheme="dark")
    for page in watched(context, home):
        page.goto("/login")
        page.get_by_label("Nom", exact=True).fill("marie")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("En cours")
        keep(page, "queue-french-dark")
        page.goto(f"/r/{copy_ref(pages)}")
        expect(page.get_by_role("button", name="Valider").first).to_be_visible()
        keep(page, "request-french-dark", whole=True)
        page.get_by_role("button", name="English").first.click()
        expect(page.get_by_role("button", name="Release").first).to_be_visible()
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", WIDE), ("light", PHONE)])
def test_no_page_bars_anybody_by_how_it_is_made(
    chromium: Browser, home: str, pages: Pages, scheme: Literal["light", "dark"], width: ViewportSize
) -> None:
    context = chromium.new_context(viewport=width, base_url=home, locale="en-GB", color_scheme=scheme)
    refs = [f"/r/{row.reference}" for row in pages.house.store.requests.open()]
    message = f"/m/m{pages.house.store.messages.waiting_for_staff()[0].id}"
    bulk = f"/bulk?r={copy_ref(pages)}/1"
    for page in watched(context, home):
        page.goto("/login")
        faults = seen(page, "/login")
        log_in(page, "dora")
        others = (
            (*EVERY_PAGE, *refs[1:], message, bulk)
            if (scheme, width) == ("light", WIDE)
            else ("/", "/register", "/health")
        )
        for path in (refs[0], *others):
            page.goto(path)
            page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
            faults += seen(page, path)
        assert faults == [], "\n".join(faults)
    context.close()


def seen(page: Page, path: str) -> list[str]:
    """What axe-core finds wrong with the page that is open (WCAG 2.2 A and AA, and good practice)."""
    found = Axe().run(page).response["violations"]
    return [f"{path}: {one['id']}: {node['target']}" for one in found for node in one["nodes"][:3]]


def test_the_first_sight_takes_one_page_and_one_sheet(tab: Page, home: str) -> None:
    log_in(tab)
    asked: list[str] = []
    tab.on("request", lambda sent: asked.append(sent.url.removeprefix(home)))
    tab.goto("/?show=release")
    assert asked[:2] == ["/?show=release", "/static/console.css"]
    assert set(asked) <= {"/?show=release", "/static/console.css", "/static/console.js", "/static/icon.svg", "/events"}


def test_on_paper_stands_what_matters(tab: Page, pages: Pages) -> None:
    log_in(tab)
    tab.goto(f"/r/{copy_ref(pages)}")
    tab.emulate_media(media="print")
    keep(tab, "print", whole=True)
    expect(tab.locator(".side")).to_be_hidden()
    expect(tab.locator(".paper").first).to_be_visible()
    expect(tab.get_by_role("button", name="Release").first).to_be_hidden()


def test_the_queue_is_on_paper_too(tab: Page) -> None:
    log_in(tab)
    tab.emulate_media(media="print")
    keep(tab, "print-queue", whole=True)
    expect(tab.locator(".line .name").first).to_be_visible()
    expect(tab.get_by_role("checkbox").first).to_be_hidden()


def test_where_nothing_can_be_ticked_nothing_is_offered_for_the_ticked(tab: Page) -> None:
    log_in(tab)
    expect(tab.get_by_role("button", name="Look at the ticked ones together")).to_be_visible()
    tab.goto("/?show=proving")
    expect(tab.get_by_role("button", name="Look at the ticked ones together")).to_have_count(0)


def test_somebody_is_found_by_a_part_of_the_name(tab: Page) -> None:
    log_in(tab)
    tab.goto("/persons?who=dupo")
    expect(tab.get_by_text("Claire Dupont")).to_be_visible()
    tab.goto("/persons?who=dupo+nobody")
    expect(tab.get_by_text("Nobody on file.")).to_be_visible()


def test_a_search_finds_by_name_and_tells_when_there_is_nothing(tab: Page) -> None:
    log_in(tab)
    tab.goto(f"/?q={STRANGER}")
    assert tab.locator(".line").count() >= 1
    tab.goto("/?q=PIÈCE+jointe+lettre")
    expect(tab.locator(".line")).to_have_count(0)
    tab.goto("/?q=lettre+JOINTE")
    expect(tab.locator(".line")).to_have_count(1)
    tab.goto("/?q=qwertz")
    expect(tab.get_by_text("Nothing found")).to_be_visible()
    keep(tab, "empty")
