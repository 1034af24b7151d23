"""rules/policy.toml: what proof each kind needs, what may go without a human, on which grounds one may refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mailbot.core.doubt import Because
from mailbot.core.toml import TomlError, validated
from mailbot.core.values import Kind, Problem, Proof


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ground(_Part):
    """One ground on which a human may refuse an ask of this kind."""

    facts: bool = False  # whether staff must say the facts of the case: the burden of proof is the controller's
    law: str
    laws: Mapping[str, str] = {}  # language -> how its letters cite the law, where not as `law` does
    reason: Mapping[str, str]  # language -> what the person is told

    def told(self, language: str) -> str | None:
        """Return the reason with its law as one sentence in `language`; None if there are no such words."""
        reason = self.reason.get(language)
        return f"{reason[:1].upper()}{reason[1:]} ({self.laws.get(language, self.law)})." if reason else None


class KindPolicy(_Part):
    """What one kind of ask demands."""

    # from which confidence the reading alone is sure enough; over 1 = never
    threshold: Annotated[float, Field(ge=0, le=1.1)]
    proof: Proof
    release: Annotated[str, Field(pattern="^(policy|human)$")]  # who may release its answer, in mode live
    clear: Annotated[float, Field(ge=0, le=1)] = 0  # below this confidence the first letter asks what is meant,
    plain: tuple[str, ...] = ()  # unless one of these rules says it plainly
    four_eyes: bool = False
    grounds: Mapping[str, Ground] = {}


class Caps(_Part):
    """How much a machine may write."""

    per_stranger: Annotated[int, Field(ge=1)] = 1  # automatic mails to an address that is not on file, within 24 hours
    per_correspondent: Annotated[int, Field(ge=1)] = 25  # automatic mails to one address within 24 hours
    named_addresses: Annotated[int, Field(ge=0)] = 3  # other addresses that one mail may unsubscribe


class Identity(_Part):
    """What makes a known address a weaker sign of the person (then a human looks)."""

    generic_boxes: tuple[str, ...] = ()  # the part before the @ of boxes that several people read
    fresh_days: Annotated[int, Field(ge=0)] = 30  # an address or phone changed so recently proves less
    doubts: frozenset[Because] = frozenset()  # which failures of an identification are stated as a doubt
    suspends: frozenset[str] = frozenset()  # the countries whose law suspends the time meanwhile (ISO 3166-1 alpha-2)
    prompt_days: Annotated[int, Field(ge=0)] = 3  # days after arrival in which such a question is not yet late


class Directives(_Part):
    """What is registered of wishes on data after death (loi 78-17 art. 85)."""

    general: tuple[str, ...] = ()  # words of a directive on all data everywhere: a general one, which is explained

    def is_general(self, text: str) -> bool:
        """Whether the text speaks of general directives."""
        folded = " ".join(text.casefold().replace("’", "'").split())
        return any(words in folded for words in self.general)


class Policy(_Part):
    """The whole of rules/policy.toml."""

    caps: Caps = Caps()
    identity: Identity = Identity()
    directive: Directives = Directives()
    questions: Mapping[str, Mapping[str, tuple[str, ...]]] = {}  # language -> topic -> words of a numbered question
    ground: Mapping[str, Ground] = {}
    kind: Mapping[Kind, KindPolicy]

    @model_validator(mode="before")
    @classmethod
    def _grounds_by_name(cls, value: Any) -> Any:  # noqa: ANN401 -- whatever the file holds; validated afterwards
        """Put the grounds that a kind names in the place of their names; raises ValueError for an unknown one."""
        kinds, grounds = value.get("kind", {}), value.get("ground", {})
        named = {kind: one for kind, one in kinds.items() if isinstance(one, dict) and _names(one)}
        unknown = sorted({name for one in named.values() for name in one["grounds"]} - set(grounds))
        if unknown:
            raise ValueError(f"no such ground: {', '.join(unknown)}; add [ground.{unknown[0]}]")
        full = {kind: {**one, "grounds": {n: grounds[n] for n in one["grounds"]}} for kind, one in named.items()}
        return {**value, "kind": {**kinds, **full}}

    @property
    def thresholds(self) -> Mapping[Kind, float]:
        """The confidence from which each kind's reading is automatic."""
        return {kind: one.threshold for kind, one in self.kind.items()}


def _names(kind: Mapping[str, object]) -> bool:
    """Whether a kind names its grounds in a list."""
    grounds = kind.get("grounds")
    return isinstance(grounds, list) and all(isinstance(name, str) for name in grounds)


def load_policy(text: str, where: str) -> Policy:
    """The policy in the TOML `text`; raises TomlError with all problems, each with `where` and key."""
    policy = validated(Policy, text, where)
    missing = tuple(Problem(where, f"[kind.{kind}] is missing") for kind in Kind if kind not in policy.kind)
    if missing:
        raise TomlError(missing)
    return policy
