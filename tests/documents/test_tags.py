"""Documents bear the tags by which they are read aloud: headings, lists and tables, in order, and nothing untagged."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.core.values import Column, Export, File, HoldingData, Organisation, Person, PersonRef, Scalar
from mailbot.documents.export_pdf import export_pdf
from mailbot.documents.labels import load_labels
from mailbot.documents.letter_pdf import Sheet, letter_pdf
from mailbot.documents.paper import Head

AT = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
LABELS = Path(__file__).parents[2] / "templates" / "fr" / "documents" / "labels.toml"
FRENCH = load_labels(LABELS.read_text(encoding="utf-8"), str(LABELS))
ORGANISATION = Organisation("Astrallys", "1 rue du Port\n13002 Marseille", "M. Lorgeux", "direction@example.com")
ZOE = Person(PersonRef("contact", (("id", 1),)), "Zoé", "Dupré", ("zoe@example.fr",))
SHEET = Sheet(
    "letter.pdf",
    "Votre demande",
    "Bonjour,\n\nVos droits\n----------\n\n- le premier\n- le second\n\n> vous écriviez\n> ceci\n\nBien à vous",
    "Astrallys",
    "Astrallys\n1 rue du Port",
    "Zoé Dupré\n3 rue Haute\n30000 Nîmes",
)
INSIDE = {"TR": {"Table"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}, "Span": {"TD", "P"}}
"""What an element may stand in (ISO 32000-1, 14.8.4); all others stand in the document or a quotation."""


def copy(*rows: tuple[Scalar, ...], password: str | None = None) -> bytes:
    columns = tuple(Column(f"c{number}", f"Titre {number}") for number in range(len(rows[0])))
    told = ("contrat", "contract", ("OVH",), "vous", "5 ans")
    holding = HoldingData("orders", "Commandes", *told, columns, rows)
    inside = (File("a.json", "application/json", b"{}"),) if password else ()
    return export_pdf(Export(ZOE, "fr", AT, (holding,)), ORGANISATION, FRENCH, password, inside).content


def tags(content: bytes, folder: Path, *options: str) -> list[tuple[tuple[str, ...], str]]:
    """Each text with the elements that it stands in, as a reader of its own finds them."""
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo (poppler-utils) reads the tags in this test")
    (folder / "read.pdf").write_bytes(content)
    command = ["pdfinfo", *options, "-struct-text", str(folder / "read.pdf")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    found: list[tuple[tuple[str, ...], str]] = []
    path: list[str] = []
    for line in done.stdout.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        if tag := re.fullmatch(r" *([A-Z]\w*)(?: \(\w+\))?:?", line):
            path[depth:] = [tag[1]]
        elif text := re.fullmatch(r' *"(.*)"', line):
            found.append((tuple(path[:depth]), text[1]))
    return found


def unmarked(content: bytes) -> list[str]:
    """The drawing of each page that stands outside of all marked sequences."""
    found = []
    for packed in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL):
        try:
            page = zlib.decompress(packed).decode("latin-1")
        except zlib.error:
            continue
        if re.search(r"^BT .*\bET$", page, re.MULTILINE):
            assert len(re.findall(r"\b(?:BDC|BMC)$", page, re.MULTILINE)) == len(
                re.findall(r"^EMC$", page, re.MULTILINE)
            )
            outside = re.sub(r"^.*\b(?:BDC|BMC)\n(?:.*\n)*?EMC$", "", page, flags=re.MULTILINE)
            found += re.findall(r".*(?:Tj|TJ| re | S$| f$).*", outside, re.MULTILINE)
    return found


def test_a_copy_is_headings_and_tables_in_reading_order(tmp_path: Path) -> None:
    content = copy(("C-1", 1), ("C-2", 2))
    found = tags(content, tmp_path)
    assert found[:2] == [(("Document", "P"), "Astrallys"), (("Document", "H1"), "Vos données personnelles")]
    cells = [(path[-1], text) for path, text in found if path[:2] == ("Document", "Table")]
    assert cells[-6:] == [("TH", "Titre 0"), ("TH", "Titre 1"), ("TD", "C-1"), ("TD", "1"), ("TD", "C-2"), ("TD", "2")]
    assert ("TH", "Finalité") in cells
    assert ("TD", "contrat") in cells
    assert next(text for path, text in found if path[-1] == "H2") == "Commandes"


@pytest.mark.parametrize("password", [None, "secret"])
def test_each_element_stands_where_it_may(tmp_path: Path, password: str | None) -> None:
    found = tags(copy(("a", "b"), ("c", "d"), password=password), tmp_path, *(["-upw", password] if password else []))
    assert found
    for path, _ in found:
        for outer, inner in itertools.pairwise(path):
            assert outer in INSIDE.get(inner, {"Document", "BlockQuote"}), path


def test_page_numbers_and_repeated_titles_are_not_read_aloud(tmp_path: Path) -> None:
    found = [text for _, text in tags(copy(*((f"C-{number:03}", number) for number in range(120))), tmp_path)]
    assert [text for text in found if text.startswith("C-")] == [f"C-{number:03}" for number in range(120)]
    assert found.count("Titre 0") == 1
    assert not any(text.startswith("Page ") for text in found)


def test_a_text_that_runs_over_pages_stays_one_cell(tmp_path: Path) -> None:
    long = " ".join(f"mot{number}" for number in range(3000))
    content = copy(("a", long), ("b", "c"))
    read = [(path, text) for path, text in tags(content, tmp_path) if path[-2:] == ("TD", "Span")]
    assert len(read) > 2
    words = re.findall(r"mot\d+?(?=mot|$|[^\d])", "".join(text for _, text in read))
    assert words == long.split()


def test_a_letter_has_its_headings_lists_and_quotations(tmp_path: Path) -> None:
    found = tags(letter_pdf(SHEET, Head("Votre demande", "Astrallys", "fr", AT, "Page {} sur {}")).content, tmp_path)
    assert [path[1:] for path, text in found if text.endswith(("premier", "second"))] == [("L", "LI", "LBody")] * 2
    assert [path[1:] for path, text in found if "écriviez" in text] == [("BlockQuote", "P")]
    assert [path[1:] for path, text in found if text == "Votre demande"] == [("H1",)]
    assert [path[1:] for path, text in found if text == "Vos droits"] == [("H2",)]


def test_nothing_is_drawn_outside_of_the_tags() -> None:
    for content in (copy(("a", "b"), ("c", "d")), copy(("a", "x " * 4000), ("c", "d"))):
        assert unmarked(content) == []


def test_the_document_says_its_language_that_it_is_tagged_and_shows_its_title() -> None:
    content = copy(("a", "b"))
    for said in (b"/Lang (fr)", b"/Marked true", b"/DisplayDocTitle true"):
        assert said in content
