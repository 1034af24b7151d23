"""directives, journal, staff, backup: the registers that mailbot keeps."""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from peewee import PeeweeException

from mailbot.actions import codes
from mailbot.actions.finding import Refused, must_have, request_named
from mailbot.actions.passwords import hashed
from mailbot.cli.frame import USAGE, Json, cell, command, fail, looking, opened, print_json, print_rows, say, tell
from mailbot.core.moments import iso
from mailbot.core.roles import ROLES, Right
from mailbot.daemon import now
from mailbot.steps.house import House
from mailbot.store.chain import Head
from mailbot.store.connect import StoreAway
from mailbot.store.journal import Entry
from mailbot.store.rows import DirectiveRow


def add(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command()(directives)
    app.command("journal")(journal_command)
    app.add_typer(_staff(), name="staff")
    app.command()(backup)


@command
def directives(as_json: Json = False) -> None:  # noqa: FBT002
    """List the register of directives on data after death (loi 78-17 art. 85), past states too."""
    with opened() as house:
        looking(house)
        rows = [_directive(row) for row in house.store.directives.all()]
    columns = ("number", "person", "status", "wishes", "executor", "registered_at", "ended_at", "replaces")
    print_rows(rows, columns, as_json=as_json, empty="no directive is registered")


def _directive(row: DirectiveRow) -> dict[str, Any]:
    kept = {name: value for name, value in asdict(row).items() if name != "wording"}  # sealed: `mailbot directive N`
    return {**kept, "wishes": json.loads(row.wishes), "scope": json.loads(row.scope)}


# --- journal ----------------------------------------------------------------------------------------------------------


@command
def journal_command(
    ref: Annotated[str | None, typer.Argument(metavar="[REF]", help="One request only.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Check the whole chain instead.")] = False,  # noqa: FBT002
    head: Annotated[
        str | None, typer.Option(metavar="N:HEX", help="With --verify: a head kept elsewhere; it shows a cut end.")
    ] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Print the record of every step, or check that nothing in it was changed, taken out or cut off."""
    if head is not None and not verify:
        fail("--head goes with --verify", code=USAGE)
    with opened() as house:
        if verify:
            _verify(house, parsed_head(head), as_json=as_json)
            return
        reference = request_named(house, ref).reference if ref else None
        for row in house.store.journal.entries(reference):
            entry = json.loads(row["entry"])
            if as_json:
                print_json({**entry, "e": row["e"], "h": row["h"]})
            else:
                told = " ".join(f"{key}={value}" for key, value in (entry["details"] or {}).items())
                parts = (row["n"], row["at"][:19], row["event"], row["reference"], entry["by"], told)
                typer.echo("\t".join(map(cell, parts)))


def _verify(house: House, known: Head | None, *, as_json: bool) -> None:
    found, head = house.store.journal.verify(known), house.store.journal.head()
    if as_json:
        why = {"break": found.n, "why": found.why} if found else {"break": None}
        print_json({"ok": found is None, **why, "head": str(head), "key": house.store.journal.key})
    elif found:
        say(f"the journal breaks at entry {found.n}: {found.why}")
    else:
        say(f"the journal holds; its head is {head}")
    if found:
        raise typer.Exit(1)


def parsed_head(text: str | None) -> Head | None:
    """The head that was typed; ends the program where it is none."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d+):([0-9a-f]{64})", text.strip().lower())
    if match is None:
        fail(f"{text}: a head is N:HEX, a number and 64 hex digits", code=USAGE)
    return Head(int(match[1]), match[2])


# --- staff, backup ----------------------------------------------------------------------------------------------------


def _staff() -> typer.Typer:
    part = typer.Typer(help="Who may act, and under which name the journal keeps it: add, remove, list.")
    part.command("add")(staff_add)
    part.command("remove")(staff_remove)
    part.command("list")(staff_list)
    part.command("code")(staff_code)
    return part


Name = Annotated[
    str, typer.Argument(metavar="NAME", help="As the journal will say; the login of who uses this command line.")
]


PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read a password for the console: the first line of standard input.")
]


@command
def staff_add(
    name: Name,
    role: Annotated[str, typer.Option(metavar="ROLE", help=f"One of {', '.join(ROLES)}.")] = "approver",
    password_stdin: PasswordStdin = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Add a member of staff. Without a password he uses this command line only."""
    if role not in ROLES:
        fail(f"{role}: allowed are {', '.join(ROLES)}", code=USAGE)
    if not re.fullmatch(r"[\w.@-]{1,64}", name):
        fail(f"{name}: letters, digits and . _ - @ are allowed, 64 at most", code=USAGE)
    password = hashed(sys.stdin.readline().rstrip("\r\n")) if password_stdin else None
    with opened() as house:
        must_have(house, getpass.getuser(), Right.OPERATE)
        if house.store.staff.get(name) is not None:
            raise Refused(f"{name} is a staff account already; `mailbot staff remove {name}` first")
        at = now()
        with house.store.transaction():
            house.store.staff.add(name, role, password, iso(at))
            entry = Entry("staff.added", by=getpass.getuser(), details={"name": name, "role": role})
            house.store.journal.append(at, [entry])
    tell({"name": name, "role": role}, f"{name} added as {role}", as_json=as_json)


@command
def staff_remove(name: Name, as_json: Json = False) -> None:  # noqa: FBT002
    """End a staff account; what was done under its name stays in the journal."""
    with opened() as house:
        must_have(house, getpass.getuser(), Right.OPERATE)
        at = now()
        with house.store.transaction():
            gone = house.store.staff.remove(name, iso(at))
            if gone:
                entry = Entry("staff.removed", by=getpass.getuser(), details={"name": name})
                house.store.journal.append(at, [entry])
    if not gone:
        fail(f"{name} is no staff account; `mailbot staff list`")
    tell({"name": name}, f"{name} removed", as_json=as_json)


@command
def staff_code(
    name: Name,
    off: Annotated[bool, typer.Option("--off", help="The password alone again: the authenticator is lost.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make the console ask an account for a code of an authenticator too; what is printed goes into it, once."""
    with opened() as house:
        must_have(house, getpass.getuser(), Right.OPERATE)
        if off:
            codes.take_secret(house, name, getpass.getuser(), now())
            tell({"name": name, "code": False}, f"{name} logs in by password alone", as_json=as_json)
            return
        uri = codes.give_secret(house, name, getpass.getuser(), now())
    tell({"name": name, "uri": uri}, uri, as_json=as_json)


@command
def staff_list(as_json: Json = False) -> None:  # noqa: FBT002
    """List the staff accounts, ended ones too."""
    with opened() as house:
        rows = [_account(row) for row in house.store.staff.all()]
    columns = ("name", "role", "password", "code", "added_at", "removed_at")
    print_rows(rows, columns, as_json=as_json, empty="nobody yet: `mailbot staff add NAME`")


def _account(row: dict[str, Any]) -> dict[str, Any]:
    """An account without its secrets."""
    kept = {key: value for key, value in row.items() if key not in {"password", "totp"}}
    return {**kept, "password": row["password"] is not None, "code": row["totp"] is not None}


def _copied(house: House, file: Path) -> None:
    try:
        house.store.backup(str(file))
    except ValueError as fault:
        raise Refused(str(fault)) from None
    except (PeeweeException, StoreAway):
        raise Refused(f"{file}: cannot be written; check folder, rights and room") from None


@command
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Copy the store, whole and consistent, while mailbot runs. Keep the key file with it, and both out of reach."""
    if file.exists():
        raise Refused(f"{file} exists already: nothing is overwritten")
    before = os.umask(0o077)  # it holds mails: for its owner only
    try:
        with opened() as house:
            must_have(house, getpass.getuser(), Right.OPERATE)
            _copied(house, file)
    finally:
        os.umask(before)
    size = file.stat().st_size
    tell({"file": str(file), "bytes": size}, f"{file}: {size} bytes", as_json=as_json)
