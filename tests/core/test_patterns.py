"""The little language of the rules."""

import pytest

from mailbot.core.reading.matching import search
from mailbot.core.reading.patterns import PatternError, Vocabulary

WORDS = {"delete": ["supprim*", "faire disparaitre"], "data": ["données", "fiche"], "mine": ["mes", "ma"]}


def found(pattern: str, sentence: str) -> tuple[int, int] | None:
    vocabulary = Vocabulary(WORDS)
    compiled = vocabulary.compile(pattern)
    return search(compiled, vocabulary.occurrences(sentence.split()))


def test_words_follow_each_other_directly() -> None:
    assert found("mes donnees", "voici mes donnees") == (1, 3)
    assert found("mes donnees", "mes vieilles donnees") is None


def test_two_dots_allow_up_to_three_words_between() -> None:
    assert found("{delete} .. {data}", "supprimez donc toutes mes donnees") == (0, 5)
    assert found("{delete} .. {data}", "supprimez donc vite toutes mes donnees") is None


def test_parts_joined_by_and_stand_in_any_order() -> None:
    assert found("{delete} & {data}", "mes donnees sont a supprimer") == (1, 5)


def test_a_class_may_hold_phrases() -> None:
    assert found("{delete} ... {data}", "il faut faire disparaitre ma fiche") == (2, 6)


def test_classes_and_words_may_be_alternatives() -> None:
    assert found("{mine|data}|toutes", "toutes") == (0, 1)


def test_a_word_with_a_question_mark_may_be_missing() -> None:
    assert found("supprimez bien? mes", "supprimez mes") == (0, 2)
    assert found("supprimez bien? mes", "supprimez bien mes") == (0, 3)


def test_a_word_may_be_given_by_its_end() -> None:
    vocabulary = Vocabulary({"letter": ["*newsletter"]})
    assert search(vocabulary.compile("{letter}"), vocabulary.occurrences(["firmennewsletter"])) == (0, 1)


@pytest.mark.parametrize("pattern", ["{nothing}", "", "a & ", ".. a ..", "d'accord|oui"])
def test_what_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        Vocabulary(WORDS).compile(pattern)


def test_many_words_are_searched_in_linear_time_with_many_gaps() -> None:
    vocabulary = Vocabulary({"a": ["a"]})
    pattern = vocabulary.compile("a .... a .... a .... a .... b")
    assert search(pattern, vocabulary.occurrences(["a"] * 120)) is None
