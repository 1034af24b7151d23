"""The mail to a recipient of data whose source was corrected, erased or restricted (GDPR art. 19)."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import TemplateError

from mailbot.core.letters.draft import MissingWording
from mailbot.core.letters.wording import Wording
from mailbot.core.values import Kind, Organisation, Person, RowChange, RowUpdate


def notice_words(
    wording: Wording,
    language: str,
    kind: Kind,
    person: Person,
    changes: Sequence[RowChange],
    reference: str,
    organisation: Organisation,
) -> tuple[str, str]:
    """Subject and text in `language`. The person is named as the recipient knows him; the subject names nobody.

    Raises MissingWording.
    """
    cells = [cell for change in changes if isinstance(change, RowUpdate) for cell in change.cells]
    values = {
        "kind": kind,
        "person": person,
        "changes": tuple(dict.fromkeys((cell.title or cell.column, cell.old, cell.new) for cell in cells)),
        "reference": reference,
        "organisation": organisation,
        "language": language,
    }
    try:
        text = wording.render(f"templates/{language}/notice.txt", values)
    except TemplateError as error:
        raise MissingWording(language, kind, "notice", type(error).__name__) from error
    subject, _, body = text.partition("\n")
    return subject.strip(), body.strip() + "\n"
