"""The digest is sent when something is due, late or stuck; what it says is in staff's language and names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailbot.core.backlog import Forecast
from mailbot.core.letters.digest import Digest, Due, Trouble, digest_words, is_due
from mailbot.core.letters.staff import AlarmKind, StaffWords, alarm_words, load_staff_words, witness_words
from mailbot.core.toml import TomlError

TUESDAY = date(2026, 3, 3)
DAYS = (10, 5, 2, 0)
ROOT = Path(__file__).parents[2]
TEXTS = {language: (ROOT / f"templates/{language}/staff.toml").read_text(encoding="utf-8") for language in ("fr", "en")}


def words(language: str) -> StaffWords:
    return load_staff_words(TEXTS[language], f"templates/{language}/staff.toml")


def due(left: int, about: str = "2026-00042 access", state: str = "proving") -> Due:
    day = TUESDAY + timedelta(days=left)
    return Due(about, day, day + timedelta(days=1), day - timedelta(days=1), state)


def digest(*dues: Due, troubles: tuple[Trouble, ...] = (), day: date = TUESDAY) -> Digest:
    return Digest(day, dues, troubles, Forecast(len(dues), 1.5, day + timedelta(days=9), 2))


@pytest.mark.parametrize("left", [10, 5, 2, 0, -1, -2, -30])
def test_it_is_sent_ten_five_two_and_no_days_before_and_then_daily(left: int) -> None:
    assert is_due(digest(due(left)), DAYS)


@pytest.mark.parametrize("left", [11, 9, 4, 1])
def test_it_is_not_sent_on_other_days(left: int) -> None:
    assert not is_due(digest(due(left)), DAYS)


def test_it_is_sent_for_whatever_is_stuck() -> None:
    assert is_due(digest(troubles=(Trouble("release", "2026-00001/2"),)), DAYS)


def test_on_mondays_it_tells_that_mailbot_is_alive() -> None:
    quiet = digest(day=TUESDAY - timedelta(days=1))
    assert is_due(quiet, DAYS)
    assert "Nothing is due soon" in digest_words(quiet, DAYS, words("en"))[1]


def test_an_ask_whose_clock_stands_is_shown_and_not_called_overdue() -> None:
    paused = replace(due(-3), paused_since=date(2026, 2, 20))
    assert digest(paused).overdue() == []
    assert "suspendue depuis le 20/02/2026" in digest_words(digest(paused), DAYS, words("fr"))[1]


def test_it_says_what_is_late_soon_unread_and_stuck() -> None:
    mail = replace(due(0, "m12", "unreadable"), message=True)
    found = digest(
        due(-1),
        due(2, "2026-00043 erasure", "to_release"),
        mail,
        troubles=(Trouble("reply", "2026-00001/1", "uncertain"),),
    )
    subject, text = digest_words(found, DAYS, words("fr"))
    assert subject == "[mailbot] 03/03/2026 : 1 en retard, 2 à échéance proche, 1 à réparer"
    for told in (
        "- 2026-00042 access : échéance passée le 02/03/2026, fin légale 03/03/2026 ; attend la confirmation",
        "- 2026-00043 erasure : échéance 05/03/2026, fin légale 06/03/2026 ; valider au plus tard le 04/03/2026",
        "- m12 (illisible) : échéance 03/03/2026",
        "- l'envoi de 2026-00001/1 est en état uncertain",
        "3 en cours, 1.5 traitées par jour ouvré",
    ):
        assert told in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_alarm_and_the_witness_have_their_words(language: str) -> None:
    for kind in AlarmKind:
        subject, text = alarm_words(kind, "2026-00042", "because", words(language))
        assert subject.startswith("[mailbot] ")
        assert subject.endswith(": 2026-00042")
        assert "mailbot show 2026-00042" in text
    subject, text = witness_words("Astrallys", "12:" + "ab" * 32, "cd" * 32, TUESDAY, words(language))
    assert "03/03/2026" in subject
    assert text.count("12:" + "ab" * 32) == 2


def test_words_that_are_missing_or_ask_for_what_there_is_not_are_named() -> None:
    with pytest.raises(TomlError, match="alarm"):
        load_staff_words(TEXTS["en"].replace("impostor =", "imposter ="), "x")
    with pytest.raises(TomlError, match="allowed in braces: about, detail"):
        load_staff_words(TEXTS["en"].replace("{about} is blocked", "{person} is blocked"), "x")
