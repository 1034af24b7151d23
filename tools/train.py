"""Learn the weights of the reading from labelled mails: `python tools/train.py`; needs scikit-learn (extra `train`).

Reads tests/corpus/dev.jsonl and tests/corpus/build/*.jsonl, writes rules/common/weights.toml, and prints what a model
that never saw a file's mails makes of them (cross-validation over files, since each file has its own writer).
The same input gives the same bytes.
"""

# ruff: noqa: ANN401, INP001 (scikit-learn brings no types; a script, not a package)
from __future__ import annotations

import argparse
import json
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from mailbot.core import reading
from mailbot.core.reading.rules import Rules, load_rules
from mailbot.core.reading.weights import INTERCEPT, KINDS
from mailbot.core.values import Address, Kind, Mail

ROOT = Path(__file__).parent.parent
CORPORA = ("tests/corpus/dev.jsonl", "tests/corpus/build/*.jsonl")
PHRASES = "tests/corpus/phrases/*.txt"
LETTERS = dict(zip("arudeopshj", (kind.value for kind in Kind), strict=True))  # as in the phrase files; - asks nothing
VIEWS = ((0.65, 0.5), (0.35, 1.5))  # all features, words alone: share of the sum, inverse strength of regularisation
WORDS = ("w:", "b:", "p:")
SEEN_AT_LEAST = 2
OF_A_PHRASE = 0.25  # what a single sentence weighs beside a mail
OF_A_PADDED = 0.5  # and a mail with paragraphs of others in between
SMALLEST = 0.03
SEED = 1
_BLANK = re.compile(r"\n\s*\n")
_A_PARAGRAPH = range(20, 400)  # characters
_PADDED_BY = 3  # paragraphs at most
SCALE = {"w:": 0.7, "b:": 0.7, "p:": 0.7, "f:": 0.5, "q:": 0.5}


@dataclass(frozen=True)
class Rows:
    """What is learnt from: labelled mails, mails padded, single sentences."""

    found: list[dict[str, Any]]
    groups: Any  # of files that are left out together; empty for single sentences
    weight: Any
    measured: Any  # whether it is a mail as its writer wrote it


def all_rows() -> Rows:
    """Everything to learn from."""
    found, groups = labelled()
    more, theirs = padded(found, groups)
    weight = [1.0 if group else OF_A_PHRASE for group in groups] + [OF_A_PADDED] * len(more)
    measured = [bool(group) for group in groups] + [False] * len(more)
    return Rows(found + more, np.array(groups + theirs), np.array(weight), np.array(measured))


def labelled() -> tuple[list[dict[str, Any]], list[str]]:
    """All labelled mails and sentences with the group that each belongs to."""
    found, groups = [], []
    for pattern in CORPORA:
        for path in sorted(ROOT.glob(pattern)):
            for number, line in enumerate(filter(str.strip, path.read_text(encoding="utf-8").splitlines())):
                found.append(json.loads(line))
                groups.append(_group(path.stem, number))
    for path in sorted(ROOT.glob(PHRASES)):
        found += [phrase(line) for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return found, [*groups, *[""] * (len(found) - len(groups))]


def _group(name: str, number: int) -> str:
    """What is left out together in cross-validation; single sentences are no mails: learnt from, never measured."""
    if name.endswith("short"):
        return ""
    return f"{name}{number // 40}" if name == "dev" else name


def phrase(line: str) -> dict[str, Any]:
    """One line `kinds<TAB>text` as a mail of one sentence."""
    letters, text = line.split("\t", 1)
    asks = [LETTERS[letter] for letter in letters.split() if letter != "-"]
    return {"from_name": "", "from_address": "", "subject": "", "body": text, "asks": asks}


def padded(found: list[dict[str, Any]], groups: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Each mail once more with paragraphs of others' ordinary post in between, and the groups of these mails.

    What a mail says of other things must not count, however long it is. The paragraphs come from other files; the same
    seed pads in the same way.
    """
    ordinary: dict[str, list[tuple[str, str]]] = {}
    for row, group in zip(found, groups, strict=True):
        if group and not row["asks"]:
            paragraphs = [part for part in _BLANK.split(row["body"]) if len(part) in _A_PARAGRAPH]
            ordinary.setdefault(row["language"], []).extend((part, group) for part in paragraphs)
    dice, result, own = random.Random(SEED), [], []  # noqa: S311 -- no secret
    for row, group in zip(found, groups, strict=True):
        others = [part for part, whose in ordinary.get(row.get("language", ""), ()) if group and whose != group]
        if len(others) >= _PADDED_BY:
            parts = _BLANK.split(row["body"])
            for part in dice.sample(others, dice.randint(1, _PADDED_BY)):
                parts.insert(dice.randint(0, len(parts)), part)
            result.append(row | {"body": "\n\n".join(parts)})
            own.append(group)
    return result, own


def mail(row: dict[str, Any]) -> Mail:
    """A row of the corpus as a mail."""
    sender = Address(row["from_name"], row["from_address"])
    return Mail(sender, None, (), (), (), row["subject"], None, (), (), None, (), row["body"])


def scaled(names: set[str]) -> dict[str, float]:
    """Features with the strength that single words have beside classes."""
    return {name: SCALE.get(name[:2], 1.0) for name in names}


def fit(matrix: Any, labels: Any, weight: Any, words: Any) -> list[tuple[Any, float]]:
    """Weights and intercept of each kind; `weight` is that of each row, `words` marks the features of words.

    A model of all features and one of the words alone err in different mails: their sum, still linear, errs less.
    """
    result = []
    for kind in range(labels.shape[1]):
        weights, intercept = np.zeros(matrix.shape[1]), 0.0
        for (share, strength), view in zip(VIEWS, (np.ones_like(words), words), strict=True):
            settings = {"C": strength, "class_weight": {0: 1, 1: 2}, "solver": "liblinear", "random_state": 0}
            model = LogisticRegression(**settings).fit(matrix[:, view], labels[:, kind], weight)
            weights[view] += share * model.coef_[0]
            intercept += share * float(model.intercept_[0])
        result.append((weights, intercept))
    return result


def cross_validated(rows: Rows, matrix: Any, labels: Any, words: Any, folds: int = 6) -> Any:
    """The probabilities that models give to mails of files that they never saw; phrases are always learnt from."""
    result = np.zeros(labels.shape)
    tested = np.flatnonzero(rows.measured)
    for _, left in GroupKFold(folds).split(tested, groups=rows.groups[tested]):
        test = tested[left]
        train = np.flatnonzero(~np.isin(rows.groups, rows.groups[test]))
        for kind, (weights, intercept) in enumerate(fit(matrix[train], labels[train], rows.weight[train], words)):
            result[test, kind] = 1 / (1 + np.exp(-(matrix[test] @ weights + intercept)))
    return result


def calibrated(guess: Any, labels: Any, measured: Any) -> list[tuple[float, float]]:
    """For each kind the slope and shift that make the log odds of unseen mails honest (Platt scaling)."""
    clipped = np.clip(guess[measured], 1e-6, 1 - 1e-6)
    odds = np.log(clipped / (1 - clipped))
    fits = [LogisticRegression(C=1e3).fit(odds[:, [kind]], labels[measured, kind]) for kind in range(labels.shape[1])]
    return [(float(one.coef_[0][0]), float(one.intercept_[0])) for one in fits]


def write(path: Path, names: Any, models: list[tuple[Any, float]], scales: list[tuple[float, float]]) -> None:
    """The weights as TOML, one feature a line, hundredths of log odds, calibrated."""
    lines = [
        f"{INTERCEPT}\t"
        + " ".join(
            f"{kind}:{round((slope * intercept + shift) * 100)}"
            for kind, ((_, intercept), (slope, shift)) in enumerate(zip(models, scales, strict=True))
        )
    ]
    for column, name in enumerate(names):
        scale = SCALE.get(name[:2], 1.0)
        values = [(k, float(weights[column]) * scale * scales[k][0]) for k, (weights, _) in enumerate(models)]
        kept = [f"{k}:{round(value * 100)}" for k, value in values if abs(value) >= SMALLEST]
        if kept and "'" not in name:
            lines.append(f"{name}\t{' '.join(kept)}")
    kinds = ", ".join(f"{number} {kind}" for number, kind in enumerate(KINDS))
    head = "# Learnt by tools/train.py from the labelled mails of tests/corpus; do not edit by hand.\n"
    head += f"# feature, then kind:weight in hundredths of log odds; kinds: {kinds}\n"
    path.write_text(head + "weights = '''\n" + "\n".join(lines) + "\n'''\n", encoding="utf-8")


def prepared(rules: Rules, found: list[dict[str, Any]]) -> list[dict[str, float]]:
    """The features of each row."""
    return [scaled(reading.features_of(mail(row), rules)) for row in found]


def main() -> None:
    """Train, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="cross-validate only; write nothing")
    arguments = parser.parse_args()
    threadpool_limits(1)  # the matrices are sparse: more threads only wait for each other
    files = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in ROOT.glob("rules/*/*.toml")}
    rules = load_rules(files)
    rows = all_rows()
    labels = np.array([[kind.value in row["asks"] for kind in Kind] for row in rows.found])
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(prepared(rules, rows.found))
    kept = np.asarray((matrix[rows.weight != OF_A_PADDED] > 0).sum(0)).ravel() >= SEEN_AT_LEAST
    matrix, names = matrix[:, kept].tocsr(), np.array(vectorizer.get_feature_names_out())[kept]
    words = np.array([name.startswith(WORDS) for name in names])
    guess = cross_validated(rows, matrix, labels, words)
    for threshold in (0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        exact = float(((guess > threshold) == labels).all(1)[rows.measured].mean())
        sys.stdout.write(f"{threshold} exact sets {exact:.3f} of {rows.measured.sum()}\n")
    if not arguments.check:
        models = fit(matrix, labels, rows.weight, words)
        write(ROOT / "rules/common/weights.toml", names, models, calibrated(guess, labels, rows.measured))


if __name__ == "__main__":
    main()
