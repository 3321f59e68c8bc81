"""Every part of every article, as it is sent: complete in one message of each channel, whatever stands around it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.channels import telegram, webchat, whatsapp_bodies
from bot.markup import to_html, to_plain, to_whatsapp
from bot.model.knowing import ArticleFacts
from bot.model.say import Reply, ShowArticle
from bot.replies import Replies
from bot.shelf import make_shelf
from bot.wording import Wording
from dialogues.phrases import load_phrases
from knowledge.article import SECTIONS
from knowledge.catalogue import Catalogue
from knowledge.files import read_articles

ROOM = 600  # characters for what a reply may say besides: "reached me late", the words on privacy, a question


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(read_articles(), clock=now)


def now() -> datetime:
    return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def texts(catalogue: Catalogue, locale: str) -> Iterator[tuple[str, str]]:
    """Each part of each variant as the bot words it in this locale, by its name."""
    phrases = load_phrases()
    replies = Replies(Wording(phrases.text, phrases.title), make_shelf(catalogue, {}, now))
    for intent in catalogue.intents:
        facts = catalogue.facts(intent)
        assert isinstance(facts, ArticleFacts)
        for country in ("", "PL", *facts.countries):
            for part in SECTIONS:
                if facts.covers(country) and catalogue.pick(intent, country, locale, part):
                    shown = ShowArticle(intent, part, country)
                    yield f"{intent} {country} {part}", replies.render(Reply((shown,), ()), locale).text


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en", "fr", "el", "bg", "ru", "ar", "ti"])
def test_a_part_fits_one_message_of_each_channel(catalogue: Catalogue, locale: str) -> None:
    for name, text in texts(catalogue, locale):
        assert len(to_plain(text)) + ROOM <= telegram.TelegramChannel.capabilities.text_limit, name
        assert len(to_whatsapp(text)) + ROOM <= whatsapp_bodies.CAPABILITIES.text_limit, name
        assert len(text) + ROOM <= webchat.WebChat.capabilities.text_limit, name


@pytest.mark.slow
def test_no_mark_and_no_placeholder_is_left_in_what_people_read(catalogue: Catalogue) -> None:
    for name, text in texts(catalogue, "en"):
        for sign in ("[^", "{", "}", "**"):
            assert sign not in text, name
        assert to_html(text).count("<a ") == text.count("]("), name
