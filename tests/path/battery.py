"""The battery: mails of somebody who is not who he says, in the forms of the known attacks.

Sources: Chen, Paxson, Jiang, "Composition Kills" (USENIX Security 2020); RFC 8601 section 7; RFC 6376 section 8; RFC
8617 section 9; M3AAWG on DKIM replay; Unicode TR 36 and 39. {v} is the victim's address on file, {vl} and {vd} its
parts; {e} and {ed} the attacker's address and domain. HOP is the line of our own receiver, EVIL what it truly found.
"""

from __future__ import annotations

HOP = "Received: from mail.{ed} (mail.{ed} [192.0.2.66]) by mx.astrallys.example with ESMTP; {date}\n"
EVIL = (
    "Authentication-Results: mx.astrallys.example; spf=pass smtp.mailfrom={e}; dkim=pass header.d={ed};"
    " dmarc=fail header.from={vd}\n"
)
OWN = (
    "Authentication-Results: mx.astrallys.example; spf=pass smtp.mailfrom={e}; dkim=pass header.d={ed};"
    " dmarc=pass header.from={ed}\n"
)
"""What our receiver finds where the attacker writes under his own name."""
GOOD = (
    "Authentication-Results: {id}; spf=pass smtp.mailfrom={v}; dkim=pass header.d={vd}; dmarc=pass header.from={vd}\n"
)
"""What it would find of the victim himself, under some authserv-id."""
ALIKE = "Received: from a (a [192.0.2.1]) by mail.{ed} with SMTP; {date}\n"


def _good(name: str) -> str:
    return GOOD.replace("{id}", name)


FORGED = _good("mx.astrallys.example")
FROM = "From: {v}\n"

CASES: dict[str, str] = {
    # --- results that the attacker wrote ---
    "no results at all": HOP + FROM,
    "results below our own": EVIL + HOP + FORGED + FROM,
    "results below our hop": EVIL + HOP + ALIKE + FORGED + FROM,
    "results below a foreign hop, none of ours": HOP + ALIKE + FORGED + FROM,
    "another authserv-id": HOP + _good("mx.{ed}") + FROM,
    "our authserv-id as a suffix": HOP + _good("x.mx.astrallys.example") + FROM,
    "our authserv-id as a prefix": HOP + _good("mx.astrallys.example.{ed}") + FROM,
    "our authserv-id in a comment": HOP + _good("(mx.astrallys.example) {ed}") + FROM,
    "our authserv-id after a semicolon": HOP + _good("{ed}; mx.astrallys.example") + FROM,
    "our authserv-id with a NUL": HOP + _good("mx.astrallys.example\0") + FROM,
    "our authserv-id in quotes with more": HOP + _good('"mx.astrallys.example x"') + FROM,
    "our authserv-id in look-alike letters": HOP + _good("mx.\u0430strallys.example") + FROM,
    "results without any authserv-id": HOP + _good("").replace(" ; ", " ") + FROM,
    "ARC results by themselves": EVIL + HOP + "ARC-Authentication-Results: i=1; " + FORGED.partition(": ")[2] + FROM,
    "an ARC set of a stranger": EVIL.replace("dmarc", "arc=pass; dmarc")
    + HOP
    + "ARC-Seal: i=1; a=rsa-sha256; cv=none; d={ed}; s=x; b=x\n"
    + "ARC-Authentication-Results: i=1; {ed}; dkim=pass header.d={vd}\n"
    + FROM,
    "an ARC set in a known forwarder's name that does not hold": EVIL.replace("dmarc", "arc=fail; dmarc")
    + HOP
    + "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=forward.example; s=post; b=AAAA\n"
    + "ARC-Authentication-Results: i=1; forward.example; dkim=pass header.d={vd}\n"
    + FROM,
    "X-Authentication-Results": HOP + "X-" + FORGED + FROM,
    "results with a blank before the colon below ours": EVIL + HOP + FORGED.replace("Results:", "Results :") + FROM,
    # --- what the attacker can have our receiver write ---
    "a comment in the HELO name": HOP
    + "Authentication-Results: mx.astrallys.example; spf=none smtp.helo=(x); dkim=none (dkim=pass header.d={vd})\n"
    + FROM,
    "a quoted envelope sender with results in it": HOP
    + 'Authentication-Results: mx.astrallys.example; spf=none smtp.mailfrom="; dkim=pass header.d={vd}; x="@{ed}\n'
    + FROM,
    "a d= with the victim's domain and a bracket": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=pass header.d={vd}(.{ed}\n"
    + FROM,
    "a d= cut by a NUL": HOP + "Authentication-Results: mx.astrallys.example; dkim=pass header.d={vd}\0.{ed}\n" + FROM,
    "a d= cut by a blank": HOP + "Authentication-Results: mx.astrallys.example; dkim=pass header.d={vd} .{ed}\n" + FROM,
    "two d= in one result": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=pass header.d={ed} header.d={vd}\n"
    + FROM,
    "an i= of the victim in a signature of another": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=pass header.i=@{vd} header.d={ed}\n"
    + FROM,
    "an envelope sender with two at-signs": HOP
    + "Authentication-Results: mx.astrallys.example; spf=pass smtp.mailfrom={v}@{ed}\n"
    + FROM,
    "SPF of the HELO name only": HOP
    + "Authentication-Results: mx.astrallys.example; spf=pass smtp.helo={vd} smtp.mailfrom={e}\n"
    + FROM,
    "a misaligned pass": HOP
    + "Authentication-Results: mx.astrallys.example; spf=pass smtp.mailfrom={e}; dkim=pass header.d={ed}\n"
    + FROM,
    "a pass for a domain that ends alike": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=pass header.d=evil-{vd}\n"
    + FROM,
    "a pass for the victim's domain as a subdomain": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=pass header.d={vd}.{ed}\n"
    + FROM,
    "a pass for the public suffix": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=pass header.d=example\n"
    + FROM,
    "DMARC judged on another From": HOP
    + "Authentication-Results: mx.astrallys.example; dmarc=pass header.from={ed}; dkim=pass header.d={vd}\n"
    + FROM,
    "DMARC failed beside a pass": HOP
    + "Authentication-Results: mx.astrallys.example; dmarc=fail header.from={vd}; dkim=pass header.d={vd}\n"
    + FROM,
    "an error while checking": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=temperror header.d={vd}; spf=temperror\n"
    + FROM,
    "results cut in the middle": HOP
    + "Authentication-Results: mx.astrallys.example; dkim=pass header.d={vd}; "
    + "x" * 5000
    + "\n"
    + FROM,
    # --- a From that can be read in two ways ---
    "two From headers, the victim first": EVIL + HOP + FROM + "From: {e}\n",
    "two From headers, the victim last": OWN + HOP + "From: {e}\n" + FROM,
    "a second From with a blank before its colon": OWN + HOP + "From: {e}\nFrom : {v}\n",
    "a folded From": OWN + HOP + "From:\n {v},\n {e}\n",
    "two addresses in From": OWN + HOP + "From: {v}, {e}\n",
    "two brackets in From": OWN + HOP + "From: <{v}><{e}>\n",
    "a group in From": OWN + HOP + "From: friends: {v}, {e};\n",
    "a route in From": OWN + HOP + "From: <@{ed},@{vd}:{v}>\n",
    "a comment with an address in From": OWN + HOP + "From: {e} (<{v}>)\n",
    "a comment inside the address": OWN + HOP + "From: <{vl}(x)@{ed}@{vd}>\n",
    "a NUL inside the address": OWN + HOP + "From: <{v}\0@{ed}>\n",
    "an encoded word as address": OWN + HOP + "From: =?utf-8?q?{vl}=40{vd}?=\n",
    "an encoded word around the address": OWN + HOP + "From: =?utf-8?q?=3C{vl}=40{vd}=3E?= <{e}>\n",
    "a quoted local part": OWN + HOP + 'From: <"{v}"@{ed}>\n',
    "a bare carriage return in the header": OWN + HOP + "From: {e}\rFrom: {v}\n",
    "a header section that begins with a blank": " " + HOP + FORGED + FROM,
    "an empty From beside a Sender": OWN + HOP + "From:\nSender: {v}\n",
    "a Sender and a Resent-From": OWN + HOP + "From: {e}\nSender: {v}\nResent-From: {v}\n",
    # --- a name that is nobody's ---
    "the address as display name": OWN + HOP + 'From: "{v}" <{e}>\n',
    "the address as display name, encoded": OWN + HOP + "From: =?utf-8?q?{vl}=40{vd}?= <{e}>\n",
    "a long display name that hides the address": OWN + HOP + 'From: "{v}' + " " * 200 + '" <{e}>\n',
    "a right-to-left display name": OWN + HOP + 'From: "\u202e{v}\u202c" <{e}>\n',
    "a Cyrillic letter in the domain": HOP + "From: {vl}@\u0430{vd}\n",
    "a Kelvin sign in the local part": HOP + "From: \u212a{v}\n",
    "a zero-width space in the local part": HOP + "From: \u200b{v}\n",
    "a soft hyphen in the domain": HOP + "From: {vl}@\u00ad{vd}\n",
    "full-width letters": HOP + "From: \uff41{v}\n",
    "a dot after the domain of another": OWN + HOP + "From: {vl}@{vd}.{ed}\n",
    "a subdomain of the victim's": OWN + HOP + "From: {vl}@mail.{vd}.{ed}\n",
    "a plus tag on the victim's address": EVIL + HOP + "From: {vl}+x@{vd}\n",
    # --- answers wanted elsewhere ---
    "Reply-To": EVIL + HOP + FROM + "Reply-To: {e}\n",
    "Reply-To, nothing known of the sender": HOP + FROM + "Reply-To: {e}\n",
    "Cc and Disposition-Notification-To": HOP + FROM + "Cc: {e}\nDisposition-Notification-To: {e}\nErrors-To: {e}\n",
    "Return-Path and X-Original-From": HOP + "Return-Path: <{e}>\n" + FROM + "X-Original-From: {e}\n",
    "the victim forwarded by the attacker": OWN
    + HOP
    + "From: {e}\nSubject: Fwd: RE: mes donnees\nX-Forwarded-For: {v}\n",
    "a mailing list of the attacker": EVIL
    + HOP
    + FROM
    + "List-Id: <x.{ed}>\nList-Post: <mailto:x@{ed}>\nSender: x@{ed}\n",
}
"""What is said of the sender: name of the case -> the header lines above Subject, Date and To."""

BODY = (
    "Bonjour,\n\nJe souhaite recevoir une copie de toutes les données personnelles que vous détenez sur moi.\n"
    "Mon numéro de téléphone a changé : le nouveau numéro est le 04 65 71 99 99.\n\nCordialement\n"
)


def written(case: str, victim: str, attacker: str, date: str, number: int) -> bytes:
    """The mail of one case."""
    lines = CASES[case]
    names = {
        "{vl}": victim.partition("@")[0],
        "{vd}": victim.partition("@")[2],
        "{ed}": attacker.partition("@")[2],
        "{v}": victim,
        "{e}": attacker,
        "{date}": date,
    }
    for mark, value in names.items():
        lines = lines.replace(mark, value)
    subject = "" if "\nSubject:" in lines else "Subject: Mes données\n"
    rest = f"{subject}Date: {date}\nTo: direction@astrallys.com\nMessage-ID: <battery.{number}@{names['{ed}']}>\n"
    kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
    return f"{lines}{rest}{kind}\n{BODY}".encode()
