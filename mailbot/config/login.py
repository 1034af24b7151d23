"""How mailbot shows who it is to a server: a secret that lies elsewhere than in config.toml."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar, Self

from pydantic import model_validator

from mailbot.config.forms import File, Section


class NoSecret(Exception):
    """A secret is not where config.toml says; the text says where that is, and never what it is."""


def credential(name: str) -> Path | None:
    """The file of the systemd credential `name` (LoadCredential= of the unit), or None outside such a unit."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder, name) if folder else None
    return path if path is not None and path.is_file() else None


def resolve(variable: str | None, file: Path | None, name: str) -> str | None:
    """The secret out of the environment variable, else the file, else the systemd credential `name`.

    None if neither variable nor file is named and no credential is given; NoSecret if one is named and nothing found.
    """
    if variable is not None and os.environ.get(variable):
        return os.environ[variable]
    if path := file or credential(name):
        try:
            text = path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise NoSecret(f"password_file {path}: {reason}") from None
        if not text:
            raise NoSecret(f"{path} is empty: write the password into it")
        return text
    if variable is not None:
        raise NoSecret(f"the environment variable {variable} is not set: set it, or name a password_file")
    return None


class WithPassword(Section):
    """A section whose password comes from `password_env`, `password_file` or the systemd credential `credential`."""

    credential: ClassVar[str]

    password_env: str | None = None
    password_file: File | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.password_env is not None and self.password_file is not None:
            raise ValueError("password_env and password_file: one of them is allowed")
        return self

    def secret(self) -> str | None:
        """The password, read now; None if none is named. Raises NoSecret if it is named and not there."""
        return resolve(self.password_env, self.password_file, self.credential)


class OAuth2(Section):
    """A token fetched from `token_url` at each login: by a refresh token if one is named, else by the client's secret.

    XOAUTH2 as Microsoft 365 and Google Workspace ask for it (RFC 6749 sections 6 and 4.4).
    """

    token_url: str
    client_id: str
    scope: str | None = None
    client_secret_env: str | None = None
    client_secret_file: File | None = None
    refresh_token_env: str | None = None
    refresh_token_file: File | None = None

    def client_secret(self) -> str | None:
        """The client's secret, or None if none is named (a public client). Raises NoSecret."""
        return resolve(self.client_secret_env, self.client_secret_file, "oauth2_client_secret")

    def refresh_token(self) -> str | None:
        """The refresh token, or None if none is named. Raises NoSecret."""
        return resolve(self.refresh_token_env, self.refresh_token_file, "oauth2_refresh_token")
