"""Our light markup and what each channel makes of it.

A text may hold `*bold*` at word edges and links as `[title](https://…)`; everything else is plain. People's own words
are escaped by `escape` before they enter a text, so that nobody can format or link through us.
"""

import re
from collections.abc import Callable
from html import escape as escape_html

_TOKEN = re.compile(r"\[(?P<title>[^\]\n]+)\]\((?P<url>https?://[^\s)]+)\)|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])")
_ESCAPED = {"*": "\ue000", "[": "\ue001"}


def escape(words: str) -> str:
    """Make somebody's words inert: stars and brackets stay what they are."""
    for sign, mark in _ESCAPED.items():
        words = words.replace(mark, "").replace(sign, mark)
    return words


def _unescape(text: str) -> str:
    for sign, mark in _ESCAPED.items():
        text = text.replace(mark, sign)
    return text


def to_html(text: str) -> str:
    """Return HTML with only <b> and <a>, for Telegram's HTML mode and the web page (line breaks stay newlines)."""
    return _render(text, lambda s: escape_html(s, quote=False), "<b>{}</b>", _html_link)


def _html_link(title: str, url: str) -> str:
    return f'<a href="{escape_html(url)}">{escape_html(title, quote=False)}</a>'


def to_whatsapp(text: str) -> str:
    """Return WhatsApp's markup: `*bold*`, links as `title: url`."""
    return _render(text, lambda s: s, "*{}*", lambda title, url: f"{title}: {url}")


def to_plain(text: str) -> str:
    """Return the bare words, links as `title: url`."""
    return _render(text, lambda s: s, "{}", lambda title, url: f"{title}: {url}")


def _render(text: str, plain: Callable[[str], str], bold: str, link: Callable[[str, str], str]) -> str:
    out: list[str] = []
    position = 0
    for match in _TOKEN.finditer(text):
        out.append(plain(_unescape(text[position : match.start()])))
        if match["url"]:
            out.append(link(_unescape(match["title"]), match["url"]))
        else:
            out.append(bold.format(plain(_unescape(match["bold"]))))
        position = match.end()
    out.append(plain(_unescape(text[position:])))
    return "".join(out)
