"""Check an evidence pack without mailbot: Python 3.8 or newer, nothing installed, one file.

    python3 -I -S verify.py FILE.zip [--head N:HEX] [--key HEX]

Exit 0: every byte is as it was when the pack was made, and the pack is what the journal says. 1: one line says what is
not. 2: wrong usage. From the mail that a witness kept, `--head` shows that the journal was not written anew, and
`--key` who signed the ends of its years.

What is checked: the archive holds these files and nothing else, byte for byte; each file has the hash that the journal
has of it; the journal's chain leads from its first entry here to its head without a gap, e(n) = SHA-256(entry n) and
h(n) = SHA-256(h(n-1) || e(n)); each year that ended is signed (Ed25519) and lies in that chain or before it; the
entries of the request stand in it whole; each mail that came or left, and each approval, has its SHA-256 in an entry.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import zlib
from collections.abc import Iterator
from typing import Any

MANIFEST = "manifest.json"
JOURNAL = "journal.jsonl"
RECORD = "record.json"
MADE = "evidence.made"
_DAY = 0x21  # 1980-01-01, as archives write it: the same files give the same archive


class Broken(Exception):
    """What does not hold, in one line."""


def archive(files: dict[str, bytes]) -> bytes:
    """Return the one ZIP archive that holds `files` in this order, stored: no two archives hold the same."""
    body, directory = b"", b""
    for name, content in files.items():
        path, size = name.encode("ascii"), len(content)
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, _DAY, zlib.crc32(content), size, size, len(path), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + path
        body += b"PK\3\4" + common + path + content
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def opened(raw: bytes) -> dict[str, bytes]:
    """Return the files of an archive() by name; raises Broken unless it is exactly what archive() makes of them."""
    files: dict[str, bytes] = {}
    at = 0
    while raw[at : at + 4] == b"PK\3\4":
        if len(raw) < at + 30:
            break
        size, length = struct.unpack_from("<I", raw, at + 22)[0], struct.unpack_from("<H", raw, at + 26)[0]
        start = at + 30 + length
        files[raw[at + 30 : start].decode("ascii", "replace")] = raw[start : start + size]
        at = start + size
    try:
        same = archive(files) == raw
    except (UnicodeEncodeError, struct.error):
        same = False
    if not same:
        raise Broken("the archive was changed: it is not what mailbot packs")
    return files


def sha256(content: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def listing(files: dict[str, bytes]) -> str:
    """Return the SHA-256 over name and hash of all files but journal and manifest: what the journal says of a pack."""
    named = {name: sha256(content) for name, content in files.items() if name not in (JOURNAL, MANIFEST)}
    return sha256(json.dumps(named, sort_keys=True, separators=(",", ":")).encode("ascii"))


def chain(lines: list[dict[str, Any]]) -> tuple[dict[int, str], list[dict[str, Any]]]:
    """Return h by n, and the entries that stand there whole; raises Broken at the first number that does not follow."""
    n, h = int(lines[0]["after"]["n"]), str(lines[0]["after"]["h"])
    heads: dict[int, str] = {n: h}
    own: list[dict[str, Any]] = []
    for line in lines[1:]:
        n += 1
        if line["n"] != n:
            raise Broken(f"entry {n} of the journal is missing")
        e = hashlib.sha256(line["entry"].encode()) if "entry" in line else None
        if e is not None:
            entry = json.loads(line["entry"])
            if entry["n"] != n:
                raise Broken(f"entry {n} of the journal says another number")
            own.append(entry)
        digest = e.digest() if e is not None else bytes.fromhex(line["e"])
        h = hashlib.sha256(bytes.fromhex(h) + digest).hexdigest()
        heads[n] = h
    return heads, own


def words(value: Any) -> Iterator[str]:  # noqa: ANN401 -- any JSON value
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from words(part)


_P = 2**255 - 19  # Ed25519 (RFC 8032 section 5.1), as far as signatures are checked; short, not fast
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # of -1


def _add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = one, other
    both = _D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + both, -1, _P) % _P, (y1 * y2 + x1 * x2) * pow(1 - both, -1, _P) % _P


def _times(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    total = (0, 1)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


def _point(raw: bytes) -> tuple[int, int]:
    """Decode a point (section 5.1.3); ValueError if there is none."""
    number = int.from_bytes(raw, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT % _P
    if len(raw) != 32 or y >= _P or x * x % _P != square or (x == 0 and sign):  # noqa: PLR2004
        raise ValueError("no point")
    return (x if x & 1 == sign else _P - x), y


_BASE = _point(bytes([0x58] + [0x66] * 31))


def signed(key: bytes, signature: bytes, text: bytes) -> bool:
    """Return whether the signature over `text` was made with the secret of `key`; ValueError if it is none at all."""
    first, second = signature[:32], int.from_bytes(signature[32:], "little")
    number = int.from_bytes(hashlib.sha512(first + key + text).digest(), "little") % _ORDER
    return second < _ORDER and _times(second, _BASE) == _add(_point(first), _times(number, _point(key)))


def check(raw: bytes, known: str = "", key: str = "") -> list[str]:
    """Return what was checked, in lines for people; `known` (N:HEX) and `key` (HEX) kept elsewhere. Raises Broken."""
    files = opened(raw)
    try:
        return _checked(files, known, key.lower())
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as fault:
        raise Broken(f"the pack cannot be read: {type(fault).__name__}") from None


def _checked(files: dict[str, bytes], known: str, key: str) -> list[str]:
    manifest = json.loads(files[MANIFEST])
    hashes = {name: sha256(content) for name, content in files.items() if name != MANIFEST}
    _must(manifest["files"] == hashes, "a file is not what the manifest says")
    heads, own = chain([json.loads(line) for line in files[JOURNAL].decode().splitlines()])
    last = max(heads)
    head = f"{last}:{heads[last]}"
    _must(manifest["head"] == head, "the journal does not lead to the head that the manifest names")
    _must(own[-1]["event"] == MADE and own[-1]["n"] == last, "the journal does not end with the making of this pack")
    _must(own[-1]["details"]["files"] == listing(files), "a file is not what the journal says")
    for one in [*manifest["witnessed"], *([{"head": known}] if known else [])]:
        n, _, h = one["head"].partition(":")
        _must(int(n) in heads, f"the head of entry {n} lies outside of this pack")
        _must(heads[int(n)] == h.lower(), f"entry {n}: the witness was told another head")
    _ends(manifest, heads, key)
    record = json.loads(files[RECORD])
    said = {word for entry in own for word in words(entry["details"])}
    mails = _mails(files, record, said)
    approved = _approvals(files, record, said)
    return [
        f"{len(files)} files, none changed",
        f"journal: entries {min(heads) + 1} to {last} without a gap, {len(own)} of this request, head {head}",
        f"{len(manifest['witnessed'])} heads told to witnesses, all in this chain",
        *(["the head kept elsewhere is in this chain"] if known else []),
        "{} ends of years, all signed with key {}".format(len(manifest["ends"]), manifest["key"]),
        f"{mails} mails and {approved} approvals, all as the journal has them",
    ]


def _ends(manifest: dict[str, Any], heads: dict[int, str], key: str) -> None:
    """Each year that ended is signed with the one key, and what was signed lies in this chain, or before it."""
    _must(not key or manifest["key"] == key, "the ends of years are not signed with the key that you gave")
    for end in manifest["ends"]:
        year, n, h = int(end["year"]), int(end["n"]), str(end["h"])
        _must(end["key"] == manifest["key"], f"the end of {year} is signed with another key")
        text = f"mailbot: the journal of {year} ends with entry {n}:{h}\n".encode("ascii")
        sound = signed(bytes.fromhex(end["key"]), bytes.fromhex(end["signature"]), text)
        _must(sound, f"the signature of the end of {year} does not hold")
        _must(heads.get(n, h) == h, f"{year} did not end with the entry that was signed")


def _mails(files: dict[str, bytes], record: dict[str, Any], said: set[str]) -> int:
    """Every mail that came has the hash in the journal; every mail that left has it without its Date line."""
    kept = [mail for mail in record["received"] if mail["file"]]
    for mail in kept:
        _must(sha256(files[mail["file"]]) in said, "{}: no entry of the journal names its SHA-256".format(mail["file"]))
    left = [mail for mail in record["sent"] if mail["file"]]
    for mail in left:
        date, _, rest = files[mail["file"]].partition(b"\r\n")
        _must(date.startswith(b"Date: "), "{} does not begin with its date".format(mail["file"]))
        _must(sha256(rest) in said, "{}: no entry of the journal names its SHA-256".format(mail["file"]))
    return len(kept) + len(left)


def _approvals(files: dict[str, bytes], record: dict[str, Any], said: set[str]) -> int:
    """What was approved is what left: SHA-256 of recipient and changes, a line feed, and the mail without its date."""
    checked = 0
    for one in record["approvals"]:
        mail = files[one["mail"]].partition(b"\r\n")[2] if one["mail"] else b""
        bound = sha256(files[one["file"]] + b"\n" + mail)
        _must(bound in said, "{}: no entry of the journal names what was approved".format(one["file"]))
        checked += 1
    return checked


def _must(holds: bool, what: str) -> None:  # noqa: FBT001 -- reads as a sentence
    if not holds:
        raise Broken(what)


def main(arguments: list[str]) -> int:
    """Check the pack that the command line names; the exit code."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check an evidence pack.")
    parser.add_argument("file", metavar="FILE.zip")
    parser.add_argument("--head", metavar="N:HEX", default="", help="from a mail that a witness kept")
    parser.add_argument("--key", metavar="HEX", default="", help="from such a mail: who signed the ends of years")
    given = parser.parse_args(arguments)
    try:
        with open(given.file, "rb") as file:  # noqa: PTH123 -- one import less to trust
            lines = check(file.read(), given.head, given.key)
    except (Broken, OSError) as fault:
        sys.stderr.write(f"NOT GENUINE: {fault}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in [*lines, "GENUINE: nothing was changed since it was packed"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
