"""The texts of the letters: templates by path, what each may use, and whether they hold together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import lru_cache

from jinja2 import (
    DictLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.core.letters.facts import DOCUMENTS, FACTS, FRAME
from mailbot.core.letters.shown import blocked, headed, in_one_line, masked, quoted
from mailbot.core.values import Kind, Problem


class _Environment(ImmutableSandboxedEnvironment):
    def join_path(self, template: str, parent: str) -> str:
        """Let a text include others of its own language: "parts/complaint.txt"."""
        return "/".join([*parent.split("/")[:2], template])


class Wording:
    """All letter templates, compiled on first use. Immutable; safe to share between threads."""

    def __init__(self, templates: Mapping[str, str], reference: str = "fr") -> None:
        """Take `templates` by path ("templates/fr/access/granted.txt"); `reference` is the language that has all."""
        self._templates = dict(templates)
        self._reference = reference
        self._environment = _environment(self._templates)
        self._compiled: dict[str, Template] = {}
        self._blank: dict[str, list[str]] = {}
        frames = (path.split("/") for path in templates)
        self._languages = tuple(
            sorted(path[1] for path in frames if len(path) == 3 and path[2] == "letter.txt")  # noqa: PLR2004
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a letter frame, sorted."""
        return self._languages

    def path(self, language: str, kind: Kind | None, outcome: str) -> str | None:
        """Return the path of the text for an outcome: the kind's own, else the general one, else None."""
        own, general = (f"templates/{language}/{folder}/{outcome}.txt" for folder in (kind or "general", "general"))
        return next((path for path in (own, general) if path in self._templates), None)

    def render(self, path: str, values: Mapping[str, object]) -> str:
        """Return the text of one template; raises jinja2.TemplateError (a missing file, a name without a value)."""
        template = self._compiled.get(path)
        if template is None:
            template = self._compiled[path] = self._environment.get_template(path)
        return template.render(values)

    def blank_parts(self, path: str) -> list[str]:
        """Return the texts that `path` includes and that say nothing: rights, complaint, judge are owed to people."""
        if path not in self._blank:
            self._blank[path] = [name for name in self._included(path) if not self._templates.get(name, "").strip()]
        return self._blank[path]

    def _included(self, path: str) -> list[str]:
        """Return the paths that a text includes; none where it cannot be read, which rendering it will say."""
        try:
            _, included = _used(self._templates[path])
        except TemplateSyntaxError:
            return []
        return [self._environment.join_path(name, path) for name in included]

    def check(self) -> list[Problem]:
        """Return everything wrong with the texts: syntax, unknown names, subjects, files missing or without use."""
        problems = [problem for path in sorted(self._templates) for problem in self._check_file(path)]
        return problems + list(self._missing())

    def _check_file(self, path: str) -> Iterator[Problem]:
        name = path.split("/", 2)[-1].removesuffix(".txt")
        allowed = _allowed(name)
        if allowed is None:
            yield Problem(path, f"no letter uses this file; known are {', '.join(sorted(FACTS))}")
            return
        try:
            unknown = self._names(path) - allowed
            in_subject, _ = _used(self._subject(path) if _has_subject(name) else "")
        except TemplateSyntaxError as error:
            yield Problem(f"{error.name or path}:{error.lineno}", f"{error.message}; mend the template")
            return
        except TemplateNotFound as error:
            yield Problem(path, f"includes {error.name}, which does not exist")
            return
        for blank in self.blank_parts(path):
            yield Problem(blank, f"is blank, and {path} needs it")
        if unknown:
            yield Problem(path, f"unknown: {', '.join(sorted(unknown))}; allowed are {', '.join(sorted(allowed))}")
        if _has_subject(name):
            yield from _check_subject(path, self._templates[path], in_subject)

    def _subject(self, path: str) -> str:
        return self._templates[path].partition("\n")[0]

    def _names(self, path: str) -> set[str]:
        """Return the values that a text needs, those of the texts that it includes as well."""
        if path not in self._templates:
            raise TemplateNotFound(path)
        names, included = _used(self._templates[path])
        return set(names).union(*(self._names(self._environment.join_path(name, path)) for name in included))

    def _missing(self) -> Iterator[Problem]:
        wanted = [path.split("/", 2)[2] for path in self._templates if path.startswith(f"templates/{self._reference}/")]
        required = sorted({*wanted, "letter.txt", "date.txt", *(f"{name}.txt" for name in (*FACTS, *DOCUMENTS))})
        for language in sorted({self._reference, *(path.split("/")[1] for path in self._templates)}):
            for name in required:
                if f"templates/{language}/{name}" not in self._templates:
                    yield Problem(f"templates/{language}/{name}", "is missing; requests that need it go to staff")


@lru_cache(maxsize=2048)
def _used(source: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the values and texts that a text names; read once, however many include it. Raises TemplateSyntaxError."""
    tree = _READER.parse(source)
    included = tuple(name or "?" for name in meta.find_referenced_templates(tree))
    return frozenset(meta.find_undeclared_variables(tree)), included


def _allowed(name: str) -> frozenset[str] | None:
    """Return the names that the file may use, or None if no letter uses it."""
    if name == "letter":
        return FRAME | {"sections"}
    if name == "date":
        return frozenset({"day", "month", "year"})
    if name == "notice":  # to a recipient of data, not to the person
        return frozenset({"kind", "person", "changes", "reference", "organisation", "language"})
    if name.startswith("parts/"):
        return FRAME.union(*(facts.required | facts.optional for facts in FACTS.values()))
    facts = FACTS.get(name) or DOCUMENTS.get(name)
    return None if facts is None else FRAME | facts.required | facts.optional


def _has_subject(name: str) -> bool:
    return name in FACTS or name in DOCUMENTS or name == "letter"


def _check_subject(path: str, source: str, used: AbstractSet[str]) -> Iterator[Problem]:
    subject, _, rest = source.partition("\n")
    if "reference" not in used or used - {"reference", "organisation", "action"}:
        yield Problem(f"{path}:1", "the subject must hold {{ reference }} and no other value but organisation's")
    if not subject.strip() or rest[:1] not in {"", "\n"}:
        yield Problem(f"{path}:2", "the first line is the subject; the second must be empty")


def _environment(templates: Mapping[str, str]) -> _Environment:
    environment = _Environment(
        loader=DictLoader(templates),
        undefined=StrictUndefined,
        autoescape=False,  # plain text; the HTML is made, and escaped, from it
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # an included text ends its line
        finalize=in_one_line,
        auto_reload=False,
        cache_size=-1,
    )

    @lru_cache(maxsize=1024)
    def dated(language: str, day: date) -> str:
        template = environment.get_template(f"templates/{language}/date.txt")
        return template.render(day=day.day, month=day.month, year=day.year).strip()

    @pass_context
    def in_words(context: Context, day: date) -> str:
        return dated(str(context["language"]), day.date() if isinstance(day, datetime) else day)

    environment.filters |= {"date": in_words, "quote": quoted, "heading": headed, "masked": masked, "block": blocked}
    return environment


_READER = _environment({})
