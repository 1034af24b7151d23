"""Several files as one ZIP, written piece by piece: what goes in is never in memory at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

from mailbot.core.values import File

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a ZIP can tell


def bundle(name: str, at: datetime, members: Iterable[tuple[str, Iterable[bytes]]]) -> File:
    """One ZIP of `members` (name and pieces), all dated `at`; the same members give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, pieces in members:
            info = zipfile.ZipInfo(member, max(_EARLIEST, at.timetuple()[:6]))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=True) as opened:
                for piece in pieces:
                    opened.write(piece)
    return File(name, "application/zip", target.getvalue())
