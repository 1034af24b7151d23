"""The copy of a person's data: complete, readable, the same bytes for the same export, whatever the data hold."""

from __future__ import annotations

import json
import logging
import math
import shutil
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.values import Column, Export, HoldingData, Organisation, Person, PersonRef, Scalar
from mailbot.documents.export_json import export_json
from mailbot.documents.export_pdf import export_pdf
from mailbot.documents.labels import load_labels

TEMPLATES = Path(__file__).parents[2] / "templates"
WORDS = {
    path.parts[-3]: load_labels(path.read_text(encoding="utf-8"), str(path))
    for path in sorted(TEMPLATES.glob("*/documents/labels.toml"))
}
FRENCH = WORDS["fr"]
ORGANISATION = Organisation("Astrallys", "1 rue du Port\n13002 Marseille", "M. Lorgeux", "direction@example.com")
PERSON = Person(PersonRef("contact", (("id", 1),)), "Zoé", "Dupré", ("zoe@example.fr",), company="Mécanique du Port")


def holding(rows: tuple[tuple[Scalar, ...], ...], columns: int = 2) -> HoldingData:
    return HoldingData(
        name="orders",
        title="Commandes",
        purpose="exécution du contrat",
        basis="contract",
        recipients=("OVH (hébergement)",),
        source="votre société",
        retention="5 ans après la fin du contrat",
        columns=tuple(Column(f"c{number}", f"Titre {number}", provided=number == 0) for number in range(columns)),
        rows=rows,
    )


def export(*rows: tuple[Scalar, ...], language: str = "fr") -> Export:
    columns = len(rows[0]) if rows else 2
    return Export(PERSON, language, datetime(2026, 3, 6, 9, 30, tzinfo=UTC), (holding(rows, columns),))


def read_pdf(content: bytes, folder: Path) -> str:
    """The text of a document as a reader shows it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) reads the documents in this test")
    file = folder / "read.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True)
    assert done.stderr == b""
    return done.stdout.decode()


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_the_json_holds_every_value_and_all_that_article_15_demands() -> None:
    rows = ((1, "Dépôt"), (None, date(2026, 1, 2)), (True, b"\x00\xff"), (1.5, datetime(2026, 1, 2, 3, 4, tzinfo=UTC)))
    file = export_json(export(*rows), ORGANISATION, FRENCH)
    content = json.loads(file.content)
    found = content["holdings"][0]
    assert file.name == "vos-donnees-2026-03-06.json"
    assert file.media_type == "application/json"
    assert [list(record.values()) for record in found["records"]] == [
        [1, "Dépôt"],
        [None, "2026-01-02"],
        [True, {"base64": "AP8="}],
        [1.5, "2026-01-02T03:04:00+00:00"],
    ]
    assert found["legal_basis"] == {"code": "contract", "text": "l’exécution du contrat (RGPD, art. 6(1)(b))"}
    assert found["recipients"] == ["OVH (hébergement)"]
    assert (found["purpose"], found["source"]) == ("exécution du contrat", "votre société")
    assert found["retention"] == "5 ans après la fin du contrat"
    assert [column["provided_by_you"] for column in found["columns"]] == [True, False]
    assert content["person"]["emails"] == ["zoe@example.fr"]
    assert "CNIL" in content["complaint"]


@given(st.lists(st.tuples(st.text(), st.floats() | st.binary() | st.dates()), max_size=3))
def test_any_values_give_valid_json(rows: list[tuple[Scalar, ...]]) -> None:
    content = json.loads(export_json(export(*rows), ORGANISATION, FRENCH).content)
    assert [record["c0"] for record in content["holdings"][0]["records"]] == [row[0] for row in rows]


def test_a_row_of_another_length_than_its_columns_is_refused() -> None:
    broken = replace(export(), holdings=(holding((("one",),), columns=2),))
    with pytest.raises(ValueError, match="zip"):
        export_json(broken, ORGANISATION, FRENCH)


# --- PDF --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Ihre personenbezogenen Daten"),
        ("en", "Your personal data"),
        ("es", "Sus datos personales"),
        ("fr", "Vos données personnelles"),
        ("it", "I Suoi dati personali"),
        ("nl", "Uw persoonsgegevens"),
    ],
)
def test_the_document_tells_all_that_article_15_demands(tmp_path: Path, language: str, title: str) -> None:
    words = WORDS[language]
    file = export_pdf(export(("Dépôt – 12 €", True), language=language), ORGANISATION, words)
    text = read_pdf(file.content, tmp_path)
    demanded = (
        *(title, "Zoé Dupré (Mécanique du Port)", "direction@example.com", "M. Lorgeux"),
        *(
            "exécution du contrat",
            words.bases["contract"].split(" (")[0],
            "OVH (hébergement)",
            "votre société",
            "5 ans après la fin",
        ),
        *(words.purpose, words.recipients, words.retention, words.source, words.rights_title, "CNIL"),
        *("Dépôt – 12 €", words.yes, words.page.format(1, 1)),
    )
    assert [part for part in demanded if part not in text] == []
    assert file.media_type == "application/pdf"


def test_rows_of_a_long_table_are_all_there_under_titles_on_each_page(tmp_path: Path) -> None:
    text = read_pdf(
        export_pdf(export(*((f"C-{number:04}", number) for number in range(120))), ORGANISATION, FRENCH).content,
        tmp_path,
    )
    pages = text.rstrip("\f").split("\f")
    assert [number for number in range(120) if f"C-{number:04}" not in text] == []
    assert len(pages) > 2
    assert all("Titre 0" in page for page in pages if "C-0" in page)
    assert f"Page {len(pages)} sur {len(pages)}" in pages[-1]


def test_a_text_longer_than_a_page_is_all_there(tmp_path: Path) -> None:
    long = " ".join(f"mot{number}" for number in range(3000))
    text = read_pdf(export_pdf(export(("a", long), ("b", "c")), ORGANISATION, FRENCH).content, tmp_path)
    assert [number for number in range(3000) if f"mot{number}" not in text] == []


def test_hostile_content_stays_text(tmp_path: Path) -> None:
    hostile = "<b>gras</b> **x** {{ 7*7 }} {nb} (a) Tj ET \\"
    file = export_pdf(export((hostile, "=1+1")), ORGANISATION, FRENCH)
    text = read_pdf(file.content, tmp_path)
    assert "<b>gras</b> **x** {{ 7*7 }} {nb}" in text
    assert "(a) Tj ET \\" in text
    assert b"/JavaScript" not in file.content
    assert b"/URI" not in file.content


def test_what_the_font_lacks_is_marked_said_and_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        text = read_pdf(
            export_pdf(export(("漢字\uf41d \x1b[31m\u202e", "Ελληνικά Кириллица")), ORGANISATION, FRENCH).content,
            tmp_path,
        )
    assert "□□□ [31m" in text
    assert "Ελληνικά Кириллица" in text
    assert "le fichier JSON le contient" in text.replace("\n", " ")
    assert caplog.records == []


def test_numbers_that_json_does_not_know_and_broken_characters_give_a_document() -> None:
    assert export_pdf(export((math.inf, math.nan), ("\udc80", 1)), ORGANISATION, FRENCH).content.startswith(b"%PDF-")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.text(max_size=200), st.binary(max_size=5) | st.dates() | st.floats() | st.none()), max_size=4)
)
def test_any_values_give_a_document(rows: list[tuple[Scalar, ...]]) -> None:
    assert export_pdf(export(*rows), ORGANISATION, FRENCH).content.startswith(b"%PDF-")


def test_another_process_gives_the_same_bytes_and_another_export_others() -> None:
    program = (
        "import sys, zlib; sys.path[:0] = sys.argv[1:]; import test_export_files as t; "
        "print(zlib.crc32(t.export_pdf(t.export(('a', 1)), t.ORGANISATION, t.FRENCH).content))"
    )
    folder = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(folder.parents[1])], check=True, capture_output=True, text=True
    )
    here = export_pdf(export(("a", 1)), ORGANISATION, FRENCH).content
    assert int(done.stdout) == zlib.crc32(here)
    assert export_pdf(export(("a", 2)), ORGANISATION, FRENCH).content != here


def test_typesetting_is_loaded_only_when_a_document_is_made() -> None:
    program = "import sys, mailbot.documents.export_pdf, mailbot.documents.export_json; print('fpdf' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"
