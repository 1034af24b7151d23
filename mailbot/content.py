"""The rules and templates that are shipped, with the files of an overlay before them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

PACKAGE = Path(__file__).parent
SHIPPED = PACKAGE / "_content" if (PACKAGE / "_content").is_dir() else PACKAGE.parent
"""In a wheel they lie inside the package, in a checkout beside it."""


class Content:
    """Files named by paths such as "rules/policy.toml", read from `overlay` if it has them, else as shipped."""

    def __init__(self, overlay: Path | None = None) -> None:
        self._folders = (SHIPPED,) if overlay is None else (overlay, SHIPPED)

    def read(self, path: str) -> str:
        """The text of a file (UTF-8); raises FileNotFoundError if neither folder has it, ValueError if not UTF-8."""
        try:
            return self._find(path).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{self.where(path)} is not UTF-8 (byte {error.start}): save it as UTF-8") from None

    def paths(self, prefix: str, suffix: str = "") -> tuple[str, ...]:
        """The paths of all files below the folder `prefix` that end in `suffix`, sorted, of both folders."""
        found = {
            file.relative_to(folder).as_posix()
            for folder in self._folders
            for file in (folder / _inside(prefix)).rglob(f"*{suffix}")
            if file.is_file() and not file.name.startswith(".")
        }
        return tuple(sorted(found))

    def where(self, path: str) -> str:
        """The file that `path` is read from, for messages; raises FileNotFoundError as read() does."""
        return str(self._find(path))

    def _find(self, path: str) -> Path:
        files = [folder / _inside(path) for folder in self._folders]
        for file in files:
            if file.is_file():
                return file
        raise FileNotFoundError(f"{path}: neither {' nor '.join(map(str, files))} exists")


def _inside(path: str) -> PurePosixPath:
    """The path, if it stays below the folders; raises ValueError if it would leave them."""
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"{path}: a path below rules/ or templates/ is allowed")
    return relative
