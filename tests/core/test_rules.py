"""Rules are data, checked as a whole."""

import pytest

from mailbot.core.reading.rules import RuleError, load_rules

GOOD = '[words]\ndelete = "supprim*"\n[[rule]]\nid = "delete"\nweight = 5\nany = ["{delete} .. compte"]\n'


def problems(files: dict[str, str]) -> list[str]:
    with pytest.raises(RuleError) as raised:
        load_rules(files)
    return [str(problem) for problem in raised.value.problems]


def test_files_of_other_folders_are_passed_over() -> None:
    rules = load_rules({"rules/policy.toml": "not = toml =", "rules/fr/erasure.toml": GOOD})
    assert list(rules.languages) == ["fr"]


def test_all_problems_are_told_at_once_each_with_its_place() -> None:
    told = problems(
        {
            "rules/fr/erasure.toml": GOOD.replace("weight = 5\n", ""),
            "rules/fr/access.toml": '[[rule]]\nid = "x"\nweight = "much"\nany = []\nuntil = 1\n',
            "rules/en/heir.toml": "= nonsense",
            "rules/en/recipe.toml": "",
        }
    )
    assert len(told) == 5
    assert any("rules/fr/erasure.toml, line 4" in line and "needs weight" in line for line in told)
    assert any("until" in line and "allowed" in line for line in told)
    assert any("rules/en/recipe.toml" in line and "allowed are" in line for line in told)


def test_an_unknown_class_names_the_known_ones() -> None:
    (told,) = problems({"rules/fr/erasure.toml": GOOD.replace("{delete}", "{remove}")})
    assert "unknown class {remove}" in told
    assert "delete" in told


def test_a_guard_against_what_is_no_kind_is_refused() -> None:
    text = '[[guard]]\nid = "x"\nany = ["a"]\nagainst = ["deletion"]\n'
    (told,) = problems({"rules/fr/erasure.toml": GOOD, "rules/fr/guards.toml": text})
    assert "“deletion” is no kind" in told


def test_no_language_at_all_is_a_problem() -> None:
    assert "holds no language" in problems({})[0]


def test_patterns_made_of_classes_serve_every_language() -> None:
    rules = load_rules(
        {
            "rules/fr/words.toml": '[words]\ndelete = "supprimez"\n',
            "rules/en/words.toml": '[words]\ndelete = "delete"\n',
            "rules/common/erasure.toml": '[[rule]]\nid = "d"\nweight = 5\nany = ["{delete}"]\n',
        }
    )
    assert {rule.path for language in rules.languages.values() for rule in language.rules} == {
        "fr/erasure#d",
        "en/erasure#d",
    }
