"""Rules and templates are found as shipped, and an overlay's files come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.content import SHIPPED, Content


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    (tmp_path / "rules/fr").mkdir(parents=True)
    (tmp_path / "rules/fr/access.toml").write_text("# ours\n")
    (tmp_path / "rules/fr/of_ours.toml").write_text("# ours alone\n", encoding="utf-8-sig")
    (tmp_path / "rules/fr/.access.toml.swp").write_text("an editor's")
    return tmp_path


def test_shipped_files_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = Content().paths("rules/fr", ".toml")
    assert "rules/fr/access.toml" in paths
    assert all(Content().read(path) for path in paths)


def test_an_overlay_replaces_a_file_and_leaves_the_others(overlay: Path) -> None:
    content = Content(overlay)
    assert content.read("rules/fr/access.toml") == "# ours\n"
    assert content.where("rules/fr/access.toml") == str(overlay / "rules/fr/access.toml")
    assert content.read("rules/fr/erasure.toml") == (SHIPPED / "rules/fr/erasure.toml").read_text()


def test_the_files_of_both_are_listed_once_and_in_order(overlay: Path) -> None:
    shipped, both = Content().paths("rules", ".toml"), Content(overlay).paths("rules", ".toml")
    assert list(both) == sorted({*shipped, "rules/fr/of_ours.toml"})
    assert Content(overlay).read("rules/fr/of_ours.toml") == "# ours alone\n"


def test_a_missing_file_is_told_with_every_place_it_was_looked_for(overlay: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"templates/fr/none\.txt") as missing:
        Content(overlay).read("templates/fr/none.txt")
    assert str(overlay) in str(missing.value)
    assert str(SHIPPED) in str(missing.value)


def test_text_that_is_not_utf8_is_told_with_its_file(overlay: Path) -> None:
    (overlay / "rules/fr/access.toml").write_bytes("# à nous".encode("latin-1"))
    with pytest.raises(ValueError, match=r"access\.toml is not UTF-8"):
        Content(overlay).read("rules/fr/access.toml")


@pytest.mark.parametrize("path", ["../config.toml", "/etc/hostname", "rules/../../x"])
def test_no_path_leads_out(overlay: Path, path: str) -> None:
    with pytest.raises(ValueError, match="allowed"):
        Content(overlay).read(path)
    with pytest.raises(ValueError, match="allowed"):
        Content(overlay).paths(path)
