"""Copies that leave: CSV that no spreadsheet runs, one ZIP where there are many, PDFs that only a password opens."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.content import Content
from mailbot.core.packed import CHUNK, packed
from mailbot.core.values import Column, Export, File, HoldingData, Organisation, Person, PersonRef, Scalar
from mailbot.documents import export_files, portable_files, together
from mailbot.documents.export_csv import csv_parts
from mailbot.documents.export_pdf import PRINTED, export_pdf
from mailbot.documents.labels import load_labels

FRENCH = load_labels(Content(None).read("templates/fr/documents/labels.toml"), "labels.toml")
OWN = Organisation("Astrallys", "1 rue du Port", "M. Lorgeux", "rgpd@astrallys.example")
ANA = Person(PersonRef("contact", (("id", 1),)), "Ana", "Dupré", ("ana@x.example",))
AT = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
PASSWORD = "ABCD-2345-EFGH"


def holding(*rows: tuple[Scalar, ...], name: str = "orders") -> HoldingData:
    columns = tuple(Column(f"c{n}", f"Titre {n}") for n in range(len(rows[0])))
    return HoldingData(name, f"Titre {name}", "p", "contract", (), "s", "r", columns, packed(rows))


def export(*holdings: HoldingData) -> Export:
    return Export(ANA, "fr", AT, holdings)


def cells(one: HoldingData) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(csv_parts(one)).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("+33 4 65 71 01 01", "+33 4 65 71 01 01"),
        (-12.5, "-12.5"),
        ('a "b", c\nd', 'a "b", c\nd'),
        (None, ""),
        (True, "true"),
        (date(2026, 1, 2), "2026-01-02"),
        (b"\x00\xff", "AP8="),
        ("a\x00b", "ab"),
    ],
)
def test_no_cell_is_a_formula_and_each_is_read_back(value: Scalar, cell: str) -> None:
    assert cells(holding((value,)))[1] == [cell]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
def test_any_text_gives_a_table_without_formulas(rows: list[tuple[str, str]]) -> None:
    found = cells(holding(*rows))
    assert [len(row) for row in found] == [2] * (len(rows) + 1)
    assert not any(cell[:1] in {"=", "@", "\t", "\r"} for row in found for cell in row)


def test_one_holding_leaves_as_two_files_and_several_as_one_zip() -> None:
    first, second = holding(("a",)), holding(("b",), name="../notes ü")
    assert [file.name for file in portable_files(export(first), OWN, FRENCH)] == [
        "vos-donnees-2026-03-06-art20.json",
        "orders.csv",
    ]
    [archive] = portable_files(export(first, second), OWN, FRENCH)
    assert archive.media_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        assert opened.namelist() == ["vos-donnees-2026-03-06-art20.json", "orders.csv", "_notes_.csv"]
        content = json.loads(opened.read("vos-donnees-2026-03-06-art20.json"))
    assert content["legal_basis_of_this_copy"].endswith("art. 20")
    assert [one["records"] for one in content["holdings"]] == [[{"c0": "a"}], [{"c0": "b"}]]


def test_the_same_copy_gives_the_same_zip() -> None:
    both = export(holding(("a",)), holding(("b",), name="notes"))
    assert portable_files(both, OWN, FRENCH) == portable_files(both, OWN, FRENCH)


def test_the_files_of_several_records_of_a_person_leave_as_one_zip() -> None:
    one = (File("a.pdf", "application/pdf", b"1"), File("a.json", "application/json", b"2"))
    assert together([one], "x", AT) == one
    [archive] = together([one, one], "x", AT)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        assert opened.namelist() == ["1-a.pdf", "1-a.json", "2-a.pdf", "2-a.json"]


def test_many_records_are_all_in_the_zip_and_the_document_says_how_many_it_leaves_out(tmp_path: Path) -> None:
    many = export(holding(*((n, f"entry {n}") for n in range(CHUNK + 5))))
    document, archive = export_files(many, OWN, FRENCH)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        records = json.loads(opened.read(opened.namelist()[0]))["holdings"][0]["records"]
    assert [record["c0"] for record in records] == list(range(CHUNK + 5))
    text = read(document.content, tmp_path)
    assert f"et {CHUNK + 5 - PRINTED} autres" in text
    assert f"entry {PRINTED - 1}" in text
    assert f"entry {PRINTED}\n" not in text


def read(content: bytes, folder: Path, *options: str) -> str:
    """The text of a document as a reader shows it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) reads the documents in this test")
    (folder / "read.pdf").write_bytes(content)
    done = subprocess.run(
        ["pdftotext", *options, str(folder / "read.pdf"), "-"], check=False, capture_output=True, text=True
    )
    return done.stdout


def test_an_encrypted_copy_opens_with_its_password_alone_and_has_its_data_inside(tmp_path: Path) -> None:
    [file] = export_files(export(holding(("Dépôt",))), OWN, FRENCH, PASSWORD)
    assert file.name == "vos-donnees-2026-03-06.pdf"
    assert b"Dupr" not in file.content
    assert b"ana@x.example" not in file.content
    assert read(file.content, tmp_path) == "" == read(file.content, tmp_path, "-upw", "wrong")
    assert "Dépôt" in read(file.content, tmp_path, "-upw", PASSWORD)
    command = ["pdfdetach", "-upw", PASSWORD, "-saveall", "-o", str(tmp_path), str(tmp_path / "read.pdf")]
    subprocess.run(command, check=True, capture_output=True)
    inside = json.loads((tmp_path / "vos-donnees-2026-03-06.json").read_text(encoding="utf-8"))
    assert inside["holdings"][0]["records"] == [{"c0": "Dépôt"}]


def test_a_document_has_no_reference_to_the_outside(tmp_path: Path) -> None:
    hostile = 'http://evil.example/x.png <img src=http://evil.example/> =HYPERLINK("http://evil.example")'
    file = export_pdf(replace(export(holding((hostile,))), language="fr"), OWN, FRENCH)
    assert not any(word in file.content for word in (b"/URI", b"/JavaScript", b"/Launch", b"/GoToR", b"/SubmitForm"))
    assert "HYPERLINK" in read(file.content, tmp_path)
