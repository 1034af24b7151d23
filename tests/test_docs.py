"""What the pages for people name is there: commands and their options, files, keys."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel
from typer.core import TyperGroup
from typer.main import get_command

from mailbot.cli import program
from mailbot.config import Config, check
from mailbot.core.mapping import mapshape
from mailbot.core.mapping.datamap import load_map
from mailbot.core.policy import KindPolicy
from mailbot.core.reading.rules import load_rules
from mailbot.core.values import Kind
from mailbot.store.journal import Entry
from mailbot.store.store import Store

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "deploy" / "README.md"]
LINK = re.compile(r"(?:\]\(|src=\")([^)\s\"]+)")
INLINE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"(?:^|[\s/|(])mailbot((?: --[a-z]+ [^\s-]\S*)* [a-z]+(?: [^\s|;<>()…·]+)*)")
KEY = re.compile(r"\[(\w+)\] (\w+)\b")
VALUED = {"--config", "--by"}  # options before or behind a command whose value is no command
DATAMAP = {"person", "holding", "elsewhere", "recipients", "left_out"}

Named = tuple[str, str]
"""A page, and what it names."""


def texts(page: Path) -> Iterator[str]:
    """What stands in code on a page: in a line, or a line of a shell block without its comment."""
    text = page.read_text(encoding="utf-8")
    for language, block in BLOCK.findall(text):
        if language == "sh":
            yield from (line.partition("   #")[0].strip() for line in block.splitlines())
    yield from INLINE.findall(BLOCK.sub("", text))


def calls() -> Iterator[Named]:
    for page in PAGES:
        for text in texts(page):
            for match in CALL.finditer(text.replace("mailbot mailbot ", "mailbot ")):
                yield page.name, match[1].strip()


def links() -> Iterator[Named]:
    for page in PAGES:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield str(page.relative_to(ROOT)), target


def blocks() -> Iterator[Named]:
    for page in PAGES:
        for language, block in BLOCK.findall(page.read_text(encoding="utf-8")):
            if language == "toml":
                yield page.name, "\n".join(line.strip() for line in block.splitlines())


def keys() -> Iterator[tuple[str, str, str]]:
    for page in PAGES:
        for text in texts(page):
            yield from ((page.name, *match) for match in KEY.findall(text) if match[0] in Config.model_fields)


def without(words: list[str], options: set[str]) -> list[str]:
    """The words less these options and their values."""
    pairs = zip([*words, ""], ["", *words], strict=True)
    return [word for word, before in pairs if word and word not in options and before not in options]


@pytest.mark.parametrize(("page", "call"), sorted(set(calls())))
def test_a_command_on_a_page_is_one_that_mailbot_knows(page: str, call: str) -> None:
    words = without(call.split(), VALUED)
    command = get_command(program())
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{page}: mailbot {call}: there is no {words[0]}"
        command = command.commands[words[0]]
        words = words[1:]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help", "-h"}
    named = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
    assert named <= known, f"{page}: mailbot {call}: there is no {', '.join(named - known)}"


@pytest.mark.parametrize(("page", "target"), sorted(set(links())))
def test_a_link_on_a_page_leads_somewhere(page: str, target: str) -> None:
    path, _, anchor = target.partition("#")
    found = (ROOT / page).parent / path if path else ROOT / page
    assert found.exists(), f"{page}: {target}"
    if anchor:
        assert anchor in anchors(found.read_text(encoding="utf-8")), f"{page}: no heading for #{anchor}"


def anchors(text: str) -> set[str]:
    """The anchors that a forge gives the headings of a page."""
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(("page", "section", "key"), sorted(set(keys())))
def test_a_key_on_a_page_is_one_of_the_configuration(page: str, section: str, key: str) -> None:
    model = cast("type[BaseModel]", Config.model_fields[section].annotation)
    assert key in {field.alias or name for name, field in model.model_fields.items()}, f"{page}: [{section}] {key}"


@pytest.mark.parametrize(("page", "block"), sorted(set(blocks())))
def test_a_block_of_toml_on_a_page_is_understood(page: str, block: str, tmp_path: Path) -> None:
    data: Mapping[str, Any] = tomllib.loads(block)
    if data.keys() <= Config.model_fields.keys():
        path = tmp_path / "config.toml"
        path.write_text(block, encoding="utf-8")
        config, problems = check(path)
        assert config is not None, f"{page}: {'; '.join(map(str, problems))}"
    elif data.keys() <= DATAMAP:
        rest = "" if "person" in data else (ROOT / "rules" / "datamap.toml").read_text(encoding="utf-8")
        load_map(f"{rest}\n{block}", page)
    elif "kind" in data:
        assert all(Kind(name) and KindPolicy.model_validate(kind) for name, kind in data["kind"].items())
    else:
        shipped = {f"rules/fr/{path.name}": path.read_text(encoding="utf-8") for path in (ROOT / "rules/fr").iterdir()}
        load_rules({**shipped, "rules/fr/unsubscribe.toml": block})


@pytest.mark.parametrize("shape", ["PersonKind", "Find", "Holding", "Retention", "ColumnRule", "Change", "Recipients"])
def test_the_page_of_the_data_map_explains_every_key(shape: str) -> None:
    page = (ROOT / "docs" / "datamap.md").read_text(encoding="utf-8")
    fields = getattr(mapshape, shape).model_fields.items()
    assert [name for name, field in fields if f"`{field.alias or name}`" not in page] == []


def journal(folder: Path) -> str:
    """What `mailbot journal --json` prints of a new journal of three entries."""
    with closing(Store(f"sqlite:///{folder / 'mailbot.db'}")) as store:
        with store.transaction():
            entries = [
                Entry("request.opened", "2026-00001", details={"asks": ["access"]}),
                Entry("staff.added", by="Zoé"),
            ]
            store.journal.append(datetime(2026, 11, 23, 9, tzinfo=UTC), entries)
        rows = list(store.journal.entries())
    return "".join(f"{json.dumps({**json.loads(row['entry']), 'e': row['e'], 'h': row['h']})}\n" for row in rows)


def test_the_program_on_the_page_of_the_journal_finds_its_head_and_any_change(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "journal.md").read_text(encoding="utf-8")
    [program] = [block for language, block in BLOCK.findall(page) if language == "python"]
    printed = journal(tmp_path)

    def run(text: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    last = json.loads(printed.splitlines()[-1])
    assert run(printed).stdout == f"{last['n']}:{last['h']}\n"
    assert "entry 2 was changed" in run(printed.replace("access", "erasure")).stderr
    assert "the chain breaks at entry 3" in run("".join(printed.splitlines(keepends=True)[::2])).stderr


def test_no_page_names_a_machine() -> None:
    own = re.compile(r"/(?:home|root|tmp|work|Users)/")
    assert [page.name for page in PAGES if own.search(page.read_text(encoding="utf-8"))] == []
