"""The light markup: three renderings, and words of people stay inert in each."""

from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.markup import escape, to_html, to_plain, to_whatsapp
from tests.fakes.telegram_rules import visible_text

MARKS = "\ue000\ue001"
WORDS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("*[]()<>&\"' \nhtps:/.")), max_size=80)
TRICKS = [
    "*bold*", "[here](https://evil.example)", "](https://evil.example)", "<b>x</b>", "<a href='//x'>", "&lt;", "* [",
    "\ue000x\ue000",
]  # fmt: skip


class Tags(HTMLParser):
    """Collects the tags of a text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


@given(WORDS)
@example("*b*")
@example("[x](https://evil.example)")
@example("<b>")
def test_escaped_words_come_out_as_they_were(words: str) -> None:
    kept = "".join(sign for sign in words if sign not in MARKS)

    assert to_plain(escape(words)) == kept
    assert to_whatsapp(escape(words)) == kept
    assert unescape(to_html(escape(words))) == unescape(kept.replace("&", "&amp;"))
    assert "<" not in to_html(escape(words))


@given(WORDS, WORDS)
def test_escaped_words_in_a_bold_line_break_no_tag(before: str, words: str) -> None:
    html = to_html(f"{escape(before)} *{escape(words)}* [{escape('title')}](https://ok.example)")

    assert set(Tags(html).found) <= {"b", "a"}
    assert Tags(html).found.count("a") == 1
    assert visible_text(html + " end", "HTML")


@pytest.mark.parametrize("words", TRICKS)
def test_nobody_formats_or_links_through_us(words: str) -> None:
    assert Tags(to_html(f"Adviser: {escape(words)}")).found == []


def test_our_markup_is_rendered_for_each_channel() -> None:
    text = "*Steps*\nSource: [The act](https://example.org/a?b=1&c=2)."

    assert to_html(text) == '<b>Steps</b>\nSource: <a href="https://example.org/a?b=1&amp;c=2">The act</a>.'
    assert to_whatsapp(text) == "*Steps*\nSource: The act: https://example.org/a?b=1&c=2."
    assert to_plain(text) == "Steps\nSource: The act: https://example.org/a?b=1&c=2."


@pytest.mark.parametrize("text", ["2*3*4", "a * b", "[no link]", "[x](ftp://example.org)", "**"])
def test_what_is_not_our_markup_stays(text: str) -> None:
    assert to_plain(text) == text
    assert to_html(text) == text


@given(WORDS)
def test_any_text_gives_html_that_telegram_takes(text: str) -> None:
    html = to_html(f"{text} end")

    assert set(Tags(html).found) <= {"b", "a"}
    assert visible_text(html, "HTML")


def test_a_link_cannot_leave_its_attribute() -> None:
    assert to_html('[a](https://example.org/"onclick="x)') == (
        '<a href="https://example.org/&quot;onclick=&quot;x">a</a>'
    )
