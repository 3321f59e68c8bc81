"""A wording that copies a question leaves with the question, from every saving; one in other words stays."""

import json

import pytest

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.edits import Edits
from bot.gaps.borrowed import alike
from bot.gaps.model import NotAllowed
from bot.model.ids import new_id
from nlu.teaching import Questions
from tests.bot.gaps.people import Asker, make_loop, rows, shipped, somebody
from tests.conftest import Clock

ASKED = "where do they sell phone cards for somebody with a zebra"
OWN_WORDS = "which shop has prepaid numbers for newcomers"
TAX = "arrival/tax"


async def _asked(database: Database, ring: KeyRing, clock: Clock, wording: str = "learn_ask_2") -> Asker:
    ada = await somebody(database, ring, clock)
    await ada.asks(ASKED)
    await ada.answers(wording)
    return ada


async def _teach(ada: Asker, ring: KeyRing, text: str) -> None:
    loop = make_loop(ada.database, ring, ada.clock)
    async with ada.database.transaction() as connection:
        [gap] = await ada.gaps.open(connection)
        await loop.teach(connection, gap.id, TAX, text, new_id())


async def _kept(database: Database) -> str:
    return json.dumps([row.body for row in await rows(database, t.edit)])


@pytest.mark.parametrize("end", ["taken back", "erased"])
async def test_a_copy_goes_from_every_saving(database: Database, ring: KeyRing, clock: Clock, end: str) -> None:
    ada, loop = await _asked(database, ring, clock), make_loop(database, ring, clock)
    await _teach(ada, ring, ASKED)
    bea = await somebody(database, ring, clock, "2")
    await bea.answers("learn_ask_2")
    await bea.asks("please explain the zebra tariff to me")
    async with database.transaction() as connection:
        [other] = await ada.gaps.open(connection)
        await loop.teach(connection, other.id, TAX, OWN_WORDS, new_id())
    await loop.keep_up()
    assert (await _kept(database)).count(ASKED) == 2, "while the yes stands"

    if end == "erased":
        async with database.transaction() as connection:
            await ada.conversations.forget(connection, ada.id, clock())
    else:
        await ada.answers("")
    await loop.keep_up()

    kept = await _kept(database)
    assert ASKED not in kept
    assert OWN_WORDS in kept
    current = [row for row in await rows(database, t.edit) if row.current]
    assert [row.key for row in current] == [f"{TAX}/en"]
    assert not any(row.note.startswith("gap:") for row in await rows(database, t.edit))
    before = len(await rows(database, t.edit))
    await loop.keep_up()
    assert len(await rows(database, t.edit)) == before, "once is enough"


async def test_a_copy_goes_from_the_question_that_it_was_moved_to(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    ada, loop = await _asked(database, ring, clock), make_loop(database, ring, clock)
    await _teach(ada, ring, ASKED)
    questions = Questions(shipped(), Edits(), clock)
    async with database.transaction() as connection:
        await questions.move(connection, TAX, "arrival/find_job", new_id(), ["en"])
    assert ASKED in await _kept(database)

    await ada.answers("")
    await loop.keep_up()

    assert ASKED not in await _kept(database)
    async with database.reading() as connection:
        content = await questions.read(connection)
    assert len(content.wordings("arrival/find_job", "en")) > len(shipped().wordings["arrival/find_job", "en"])


async def test_a_copy_is_known_but_for_a_letter(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await _asked(database, ring, clock)
    await _teach(ada, ring, f"{ASKED.capitalize()}s?")

    [edit] = await rows(database, t.edit)

    assert edit.note.startswith("gap:")
    assert "zebra" not in edit.note


async def test_other_words_stay_when_the_yes_goes(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada, loop = await _asked(database, ring, clock), make_loop(database, ring, clock)
    await _teach(ada, ring, OWN_WORDS)

    await ada.answers("")
    await loop.keep_up()

    [edit] = await rows(database, t.edit)
    assert (edit.note, OWN_WORDS in edit.body["examples"]) == ("", True)


async def test_who_agreed_to_reading_only_is_not_copied(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await _asked(database, ring, clock, "learn_ask")

    with pytest.raises(NotAllowed):
        await _teach(ada, ring, ASKED.upper())
    assert await rows(database, t.edit) == []

    await _teach(ada, ring, OWN_WORDS)
    [edit] = await rows(database, t.edit)
    assert edit.note == ""


@pytest.mark.parametrize(("wording", "edits"), [("learn_ask_2", 1), ("learn_ask", 0)])
async def test_out_of_scope_teaches_only_with_a_yes_to_it(
    database: Database, ring: KeyRing, clock: Clock, wording: str, edits: int
) -> None:
    ada, loop = await _asked(database, ring, clock, wording), make_loop(database, ring, clock)
    async with database.transaction() as connection:
        [gap] = await ada.gaps.open(connection)
        await loop.out_of_scope(connection, gap, new_id())

    assert len(await rows(database, t.edit)) == edits
    assert [row.state for row in await rows(database)] == ["out_of_scope"]


async def test_a_new_question_begins_with_the_words_only_if_it_may(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    ada, loop = await _asked(database, ring, clock), make_loop(database, ring, clock)
    async with database.transaction() as connection:
        [gap] = await ada.gaps.open(connection)
        seed = await loop.seed(connection, gap.id)
        await loop.taught(connection, gap.id, "arrival/zebra", new_id())
        [row] = await rows(database)
    assert seed is not None
    assert (seed.id, seed.locale, seed.text) == (gap.id, "en", ASKED)
    assert "zebra" not in repr(seed)

    reader = await somebody(database, ring, clock, "2")
    await reader.asks("another question about zebras")
    await reader.answers("learn_ask")
    async with database.reading() as connection:
        [other] = await ada.gaps.open(connection)
        assert await loop.seed(connection, other.id) is None
    assert row.state in {"open", "used"}


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("Where can I sleep with my zebra? They took my keys.", "They took my keys"),
        ("where can i sleep with my zebra tonight and tomorrow", "sleep with my zebra"),
        ("My keys are gone.\nWhere do zebras sleep?", "where do zebra sleep"),
    ],
)
def test_a_part_of_a_question_is_a_copy_too(question: str, wording: str) -> None:
    assert alike(question, wording)


def test_everybodys_words_are_no_copy() -> None:
    assert not alike("where can i sleep with my zebra tonight", "how much")
    assert not alike("where can i sleep with my zebra tonight", "a roof for the night")


async def test_the_address_of_a_question_does_not_tell_when_it_was_asked(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    ada = await _asked(database, ring, clock)
    await ada.asks("and where do the zebras of this town go at night")
    found = await rows(database)
    assert {row.id.version for row in found} == {4}
    async with database.reading() as connection:
        shown = await ada.gaps.open(connection)
    assert [gap.id for gap in shown] == sorted(gap.id for gap in shown), "in no order of asking within a day"
