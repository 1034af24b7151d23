"""rules/policy.toml: the shipped one holds, and every mistake is told with its key, all together."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.core.plan import PROPOSABLE
from mailbot.core.policy import load_policy
from mailbot.core.toml import TomlError
from mailbot.core.values import Kind, Proof

SHIPPED = (Path(__file__).parents[2] / "rules" / "policy.toml").read_text("utf-8")
POLICY = load_policy(SHIPPED, "rules/policy.toml")


def problems(text: str) -> list[str]:
    with pytest.raises(TomlError) as caught:
        load_policy(text, "policy.toml")
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_policy_says_what_every_kind_demands() -> None:
    assert set(POLICY.kind) == set(POLICY.thresholds) == set(Kind)


def test_heirs_and_authorities_are_never_read_surely_enough_and_what_staff_answer_is_released_by_humans() -> None:
    assert {kind for kind, threshold in POLICY.thresholds.items() if threshold > 1} == {Kind.HEIR, Kind.AUTHORITY}
    assert {POLICY.kind[kind].release for kind in set(Kind) - PROPOSABLE} == {"human"}


def test_data_leaves_and_changes_only_with_proof_and_unsubscribing_needs_none() -> None:
    assert {kind for kind, one in POLICY.kind.items() if one.proof.rank < Proof.AUTHENTICATED.rank} == {
        Kind.UNSUBSCRIBE
    }


def test_policy_releases_nothing_but_unsubscribing_and_confirmed_directives() -> None:
    assert {kind for kind, one in POLICY.kind.items() if one.release == "policy"} == {Kind.UNSUBSCRIBE, Kind.DIRECTIVE}


def test_stopping_direct_marketing_cannot_be_refused() -> None:
    assert {kind for kind, one in POLICY.kind.items() if not one.grounds} == {Kind.UNSUBSCRIBE}


def test_a_kind_that_names_an_unknown_ground_is_a_mistake_in_the_file() -> None:
    text = SHIPPED.replace('grounds = ["quality"', 'grounds = ["qualiti"')
    with pytest.raises(TomlError, match="no such ground: qualiti"):
        load_policy(text, "policy.toml")


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "nl"])
def test_every_ground_names_its_law_and_is_told_in_every_language(language: str) -> None:
    grounds = [ground for one in POLICY.kind.values() for ground in one.grounds.values()]
    assert grounds
    assert all(ground.law and ground.reason[language] for ground in grounds)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Une obligation légale nous impose de conserver ces données (RGPD, art. 17(3)(b))."),
        (
            "de",
            "Eine rechtliche Verpflichtung zwingt uns, diese Daten aufzubewahren (Art. 17 Abs. 3 Buchst. b DSGVO).",
        ),
        ("pl", None),
    ],
)
def test_a_ground_is_told_with_its_law_as_that_language_cites_it(language: str, told: str | None) -> None:
    assert POLICY.kind[Kind.ERASURE].grounds["legal_obligation"].told(language) == told


def test_a_missing_kind_is_told_by_its_name() -> None:
    without = SHIPPED.replace("[kind.heir]", "[kind.heritor]", 1)
    assert any("heritor" in problem for problem in problems(without))
    assert problems('[kind.access]\nthreshold = 1\nproof = "none"\nrelease = "human"\n') == [
        f"policy.toml: [kind.{kind}] is missing" for kind in Kind if kind is not Kind.ACCESS
    ]


def test_all_mistakes_are_told_together_each_with_its_key() -> None:
    wrong = (
        SHIPPED.replace("threshold = 0.94", "threshold = 90")
        .replace('proof = "authenticated"', 'proof = "sworn"', 1)
        .replace('release = "policy"', 'release = "machine"', 1)
        .replace("per_correspondent = 25", "per_correspondents = 25")
    )
    found = problems(wrong)
    assert len(found) == 4
    for key in (
        "kind.unsubscribe.threshold",
        "kind.access.proof",
        "kind.unsubscribe.release",
        "caps.per_correspondents",
    ):
        assert any(problem.startswith(f"policy.toml {key}: ") for problem in found), key


def test_a_file_that_is_no_toml_is_one_problem_with_its_line() -> None:
    [problem] = problems("[kind.access\n")
    assert problem.startswith("policy.toml: ")
    assert "line 1" in problem
