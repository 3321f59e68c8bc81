"""An operator's words on their way out, and the other version of a message beside it."""

import time
from uuid import UUID

import pytest

from bot import tables as t
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.conversation import Author
from bot.model.messages import Address
from bot.staff import Member, Role
from bot.translation.protected import Protected
from bot.translation.service import LONGEST, Outgoing, Version, for_person, keep, keep_original, speaks, versions
from tests.conftest import Clock
from tests.fakes.libretranslate import Answer, FakeLibreTranslate

MARK = "A machine translated this."


def _member(locale: str, *languages: str) -> Member:
    return Member(UUID(int=1), "marta", Role.OPERATOR, ("milano",), locale, None, False, languages)


@pytest.mark.parametrize(
    ("member", "locale", "known"),
    [
        (_member("it"), "it", True), (_member("it"), "ar", False), (_member("it", "ar"), "ar", True),
        (_member("it"), "", True),
    ],
)  # fmt: skip
def test_who_speaks_what(member: Member, locale: str, known: bool) -> None:
    assert speaks(member, locale) is known


async def test_the_translation_comes_first_then_the_mark_then_the_original(translator: Protected) -> None:
    going = await for_person(translator, "Good day", "en", "it", MARK)

    assert going == Outgoing(f"dooG yad\n\n{MARK}\nGood day", "Good day")


async def test_a_long_text_goes_without_the_original(server: FakeLibreTranslate, translator: Protected) -> None:
    text = "Words. " * 400

    going = await for_person(translator, text, "en", "it", MARK)

    assert going.text.startswith("sdroW.")
    assert going.text.endswith(MARK)
    assert len(going.text) <= LONGEST
    assert going.original == text


@pytest.mark.parametrize("answer", [Answer(403), Answer(body="no json"), Answer(body='{"translatedText": "1000"}')])
async def test_a_failure_lets_the_original_go(
    server: FakeLibreTranslate, translator: Protected, answer: Answer
) -> None:
    server.next = [answer, answer]

    assert await for_person(translator, "Good day", "en", "it", MARK) == Outgoing("Good day")


async def test_slowness_lets_the_original_go_in_time(server: FakeLibreTranslate, translator: Protected) -> None:
    server.next = [Answer(delay=5)]
    before = time.monotonic()

    assert await for_person(translator, "Good day", "en", "it", MARK, patience=0.2) == Outgoing("Good day")
    assert time.monotonic() - before < 2


async def _message(database: Database, conversations: Conversations, clock: Clock, author: str) -> tuple[UUID, UUID]:
    async with database.transaction() as connection:
        account = await conversations.account(connection, "web", "web")
        row = await conversations.find_or_make(connection, account, "web", Address("page"), clock())
        return row, await conversations.record(connection, row, author, "ciao", clock())


async def _rows(database: Database) -> list[object]:
    async with database.reading() as connection:
        return list((await connection.execute(t.translation.select())).all())


async def test_it_is_sealed_the_first_one_counts_and_it_goes_with_the_message(
    database: Database, conversations: Conversations, ring: KeyRing, clock: Clock
) -> None:
    row, message = await _message(database, conversations, clock, Author.PERSON)
    async with database.transaction() as connection:
        await keep(connection, ring, message, Version("en", "LibreTranslate", "hello"), clock())
        await keep(connection, ring, message, Version("en", "LibreTranslate", "goodbye"), clock())
        await keep(connection, ring, message, Version("fr", "LibreTranslate", ""), clock())

    async with database.reading() as connection:
        english = await versions(connection, ring, [message], "en")
        french = await versions(connection, ring, [message], "fr")
        payloads = (await connection.execute(t.translation.select())).all()
    async with database.transaction() as connection:
        await conversations.forget(connection, row, clock())

    assert english == {message: Version("en", "LibreTranslate", "hello")}
    assert french == {message: Version("fr", "LibreTranslate", "")}
    assert all(b"hello" not in (one.payload or b"") for one in payloads)
    assert await _rows(database) == []


async def test_what_an_operator_wrote_stands_beside_what_was_sent(
    database: Database, conversations: Conversations, ring: KeyRing, clock: Clock
) -> None:
    row, message = await _message(database, conversations, clock, Author.OPERATOR)
    async with database.transaction() as connection:
        await keep_original(connection, ring, row, Version("it", "LibreTranslate", "buongiorno"), clock())

    async with database.reading() as connection:
        assert (await versions(connection, ring, [message], "it"))[message].text == "buongiorno"
