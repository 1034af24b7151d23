"""HTML is read as one sees it: hidden text set aside, quotations marked."""

from pathlib import Path

import pytest

from mailbot.core.parse import parse
from mailbot.core.values import Mail

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str) -> Mail:
    """A sample mail, parsed."""
    return parse((SAMPLES / f"{name}.eml").read_bytes())


def html(body: str) -> Mail:
    """An HTML mail, parsed."""
    return parse(b"From: a@b.fr\nContent-Type: text/html; charset=utf-8\n\n" + body.encode())


def quoted(found: Mail) -> list[str]:
    """The pieces of the text that the HTML marks as quotation."""
    return [found.text[start:end] for start, end in found.quoted]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<p>un\n  deux</p>", "un deux"),
        ("<p>a</p><p>b</p>c", "a\n\nb\n\nc"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"),
        ("<p style='margin:0cm'>a</p><p style='margin: 0'>b</p>", "a\nb"),
        ("<b>sup</b>primer <i>mes</i> données", "supprimer mes données"),
        ("<ul><li>un<li>deux</ul>", "- un\n- deux"),
        ("<table><tr><td>Nom<td>Roy<tr><td>Tél<td>06</table>", "Nom Roy\nTél 06"),
        ("<a href='https://x.example'>lien</a> &amp; &eacute;&#8217;", "lien & é’"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("<head><title>t</title></head><style>p{}</style><script>s</script>x", "x"),
        ("a<!-- no -->b", "ab"),
        ("", ""),
    ],
)
def test_html_is_read_as_one_sees_it(source: str, text: str) -> None:
    assert html(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "<p style='display:none'>caché</p>",
        "<p style='DISPLAY : NONE !important'>caché</p>",
        "<div style='visibility:hidden'><p>caché</p></div>",
        "<p hidden>caché</p>",
        "<p style='font-size:0'>caché</p>",
        "<p style='font-size:1px'>caché</p>",
        "<p style='opacity:0.01'>caché</p>",
        "<div style='font-size:0'><p style='font-size:2em'>caché</p></div>",
        "<p style='color:#fff'>caché</p>",
        "<p style='color:white;background:#FFFFFF'>caché</p>",
        "<font color='#ffffff'>caché</font>",
        "<table bgcolor='#112233'><tr><td style='color:rgb(17, 34, 51)'>caché</table>",
        "<p style='color:transparent'>caché</p>",
        "<p style='color:rgba(0,0,0,0)'>caché</p>",
        "<p style='position:absolute;left:-9999px'>caché</p>",
        "<p style='text-indent:-9999px'>caché</p>",
        "<p style='max-height:0;overflow:hidden'>caché</p>",
        "<style>.x{display:none} p{margin:0}</style><p class='y x'>caché</p>",
        "<style>/* a */ #x, h6 {font-size:0px}</style><p id=x>caché</p>",
    ],
)
def test_what_nobody_sees_is_set_aside(source: str) -> None:
    found = html(f"<p>visible</p>{source}<p>fin</p>")
    assert (found.text, found.hidden) == ("visible\n\nfin", "caché")


@pytest.mark.parametrize(
    "source",
    [
        "<td style='background:#003366'><span style='color:#fff'>vu</span></td>",
        "<p style='background:url(x.png);color:#fff'>vu</p>",
        "<p style='color:#fff;background-color:rgba(0,0,0,.9)'>vu</p>",
        "<div style='color:#fff'><span style='color:#000'>vu</span></div>",
        "<p style='font-size:0.8em;opacity:.8;line-height:0'>vu</p>",
        "<style>@media print{p{display:none}.a{display:none}} .b p{display:none}</style><p class=a>vu</p>",
        "<p style='overflow:hidden;height:40px;margin-left:-5px'>vu</p>",
        "<body bgcolor='#000000'><p style='color:#fff'>vu</p></body>",
        "<style>body{background:#000;color:#fff}</style><p>vu</p>",
        "<style>.dark td{background:#000}</style><p style='color:#fff'>vu</p>",
        "<div style='font-size:0px'><p style='font-size:16px'>vu</p></div>",
    ],
)
def test_what_one_sees_stays(source: str) -> None:
    table = f"<table><tr>{source}</table>" if source.startswith("<td") else source
    assert (html(table).text, html(table).hidden) == ("vu", "")


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("oui<blockquote type=cite>a<br>b</blockquote>", ["> a\n> b"]),
        ("oui<blockquote class=gmail_quote>a<blockquote>b</blockquote></blockquote>fin", ["> a\n> > b\n"]),
        ("oui<div class=gmail_quote>---- Forwarded<br>texte</div>", ["---- Forwarded\ntexte"]),
        (
            "oui<div class='gmail_quote'><blockquote>a</blockquote>entre<blockquote>b</blockquote></div>",
            ["> a\n", "> b"],
        ),
        ("oui<div id=appendonsend></div><hr><div id=divRplyFwdMsg>De : x</div><p>a</p>", ["De : x\n\na"]),
        (
            "oui<div class=moz-cite-prefix>Le 5, x a écrit :</div><blockquote type=cite>a</blockquote>",
            ["Le 5, x a écrit :\n", "> a"],
        ),
        ("oui<div class=yahoo_quoted>a</div>", ["a"]),
        ("oui<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>retrait</blockquote>", []),
    ],
)
def test_quotations_are_marked(source: str, pieces: list[str]) -> None:
    assert quoted(html(source)) == pieces


def test_quotations_stay_marked_where_characters_are_mended() -> None:
    found = html("e\u0301te\u0301\u200b<blockquote>cite\u0301</blockquote>fin")
    assert (found.text, quoted(found)) == ("été\n> cité\nfin", ["> cité\n"])


def test_a_reply_from_outlook_is_its_new_text_and_its_history() -> None:
    found = sample("outlook-reply-html")
    assert found.text.startswith("Bonjour,\n\nMerci de me retirer de vos envois.\nAndré Lefèvre\nDe\xa0: Direction")
    assert len(quoted(found)) == 1
    assert quoted(found)[0].startswith("De\xa0:")
    assert quoted(found)[0].endswith("la suppression de vos données.")
    assert found.hidden == "texte d'aperçu"


def test_a_mail_that_shows_nothing_says_so() -> None:
    found = html("<p style='display:none'>supprimez tout</p>")
    assert (found.text, found.hidden, found.oddities) == ("", "supprimez tout", ("all of the text is hidden",))
