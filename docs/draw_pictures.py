# ruff: noqa: INP001 -- a script, no part of the package
"""Draw docs/pictures from a real run of the demo: `python docs/draw_pictures.py`.

pdftoppm draws the page of an export, Debian's Chromium (driven by Playwright) the console.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.text import Text

from mailbot.demo.world import CONSOLE_PASSWORD

PICTURES = Path(__file__).parent / "pictures"
MAILBOT = Path(sys.executable).with_name("mailbot")
ACCESS, RECTIFICATION = "2026-00001", "2026-00002"


def typed(*words: str, columns: int) -> str:
    """What `mailbot words…` prints on a terminal of that many columns, colours too."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    with subprocess.Popen([MAILBOT, *words], stdout=terminal, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(terminal)
        printed = b"".join(iter(lambda: _read(main), b""))
        process.wait()
    os.close(main)
    return printed.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed: the program has ended
        return b""


def draw(name: str, title: str, command: str, printed: str, *, columns: int, lines: int) -> None:
    """One terminal as an SVG: the command, and the first `lines` of what it printed, cut at the right edge."""
    console = Console(record=True, width=columns, file=Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    console.print(Text.from_ansi(f"\x1b[1m$ {command}\x1b[0m"))
    shown = printed.rstrip("\n").split("\n")
    for line in shown[:lines]:
        text = Text.from_ansi(line)
        text.rstrip()
        console.print(text, no_wrap=True, overflow="ellipsis")
    if len(shown) > lines:
        console.print(f"… {len(shown) - lines} more lines", style="dim", highlight=False)
    svg = console.export_svg(title=title, unique_id=name)
    (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


def draw_page(show: str, folder: Path, *config: str) -> None:
    """The first page of the export that waits in `show` (the JSON of a request), as a PNG."""
    files = [file for release in json.loads(show)["releases"] for file in (release["letter"] or {}).get("files", [])]
    pdf = next(file for file in files if file["media_type"] == "application/pdf")
    path = folder / "export.pdf"
    path.write_bytes(subprocess.run([MAILBOT, *config, "raw", pdf["sha256"]], capture_output=True, check=True).stdout)
    page = ["pdftoppm", "-png", "-r", "70", "-f", "1", "-l", "1", "-singlefile", path, PICTURES / "export"]
    subprocess.run(page, check=True)


def draw_console(*config: str) -> None:
    """The queue and one request as staff see them in a browser, as PNGs."""
    process = subprocess.Popen([MAILBOT, *config, "console"], stdout=subprocess.PIPE, text=True)
    try:
        told = process.stdout.readline() if process.stdout else ""
        address = next(word.rstrip(";") for word in told.split() if word.startswith("http"))
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            for scheme in ("light", "dark"):
                _draw_pages(browser, address, scheme)
            browser.close()
    finally:
        process.terminate()
        process.wait()


def _draw_pages(browser: Browser, address: str, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(
        base_url=address, locale="en-GB", color_scheme=scheme, viewport={"width": 1280, "height": 860}
    )
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Name").fill("dpo")
    page.get_by_label("Password").fill(CONSOLE_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector(".line")
    if scheme == "light":
        _keep(page, "console-queue")
    page.goto(f"/r/{RECTIFICATION}")
    _keep(page, "console-request" if scheme == "light" else "console-dark")
    context.close()


def _keep(page: Page, name: str) -> None:
    """One picture; of few colours it takes a third of the room."""
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(192)
    small.save(path, optimize=True)


def main() -> None:
    """Run the demo once and draw everything."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as name:
        folder = Path(name) / "demo"
        demo = typed("demo", "--once", "--folder", str(folder), columns=400)
        config = ("--config", str(folder / "config.toml"))
        queue = typed(*config, "queue", columns=400)  # no line wraps
        show = typed(*config, "show", RECTIFICATION, columns=400)
        draw("demo", "the sample mails, one line each", "mailbot demo --once", demo, columns=140, lines=25)
        draw("queue", "what waits for a human", "mailbot queue", queue, columns=180, lines=16)
        draw("show", "one request", f"mailbot show {RECTIFICATION}", show, columns=140, lines=26)
        draw_console(*config)
        draw_page(typed(*config, "show", ACCESS, "--json", columns=128), Path(name), *config)


if __name__ == "__main__":
    main()
