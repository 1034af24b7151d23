"""Staff accounts: who may release, and under which name it is journalled."""

from __future__ import annotations

from mailbot.store.database import Handle, Row


class Staff:
    """The people who work with mailbot."""

    def __init__(self, handle: Handle) -> None:
        """Work on the store behind `handle`."""
        self._handle = handle
        self._staff = handle.table("staff")

    def add(self, name: str, role: str, password: str | None, now: str) -> None:
        """Add an account, or bring back a removed one; `password` is an argon2 hash or None."""
        self._staff.delete().where(self._staff.c.name == name).execute()
        self._handle.insert("staff", [{"name": name, "role": role, "password": password, "added_at": now}])

    def second_factor(self, name: str, secret: str | None) -> None:
        """Keep the sealed secret of an account's authenticator, or none."""
        self._staff.update({self._staff.c.totp: secret}).where(self._staff.c.name == name).execute()

    def remove(self, name: str, now: str) -> bool:
        """End an account; its name stays for the journal. Whether there was one."""
        wanted = (self._staff.c.name == name) & self._staff.c.removed_at.is_null()
        return bool(self._staff.update({self._staff.c.removed_at: now}).where(wanted).execute())

    def get(self, name: str) -> Row | None:
        """One living account, or None."""
        wanted = (self._staff.c.name == name) & self._staff.c.removed_at.is_null()
        return self._handle.one(self._staff.select().where(wanted))

    def all(self) -> list[Row]:
        """All accounts, ended ones too."""
        return self._handle.rows(self._staff.select().order_by(self._staff.c.name))
