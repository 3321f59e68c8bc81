"""The store of gaps: words only with a yes, masked and sealed, gone with a no, with the person, with the text."""

import pytest
from sqlalchemy import delete, func, insert, select

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.gaps.groups import HEIGHT, WIDTH
from bot.gaps.model import Gone
from bot.model.ids import new_id
from dialogues.decision import Decision, Desk
from dialogues.tracker import Tracker
from tests.bot.gaps.people import make_loop, rows, somebody
from tests.conftest import Clock

DOG = "can my dog come with me, my name is Ahmed Ali, call +39 333 1234567 or a.ali@example.org"


async def test_without_a_yes_only_the_kind_is_noted(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await somebody(database, ring, clock)
    message = await ada.asks(DOG)

    [row] = await rows(database)

    assert (row.state, row.kind, row.locale, row.country, str(row.message_id)) == (
        "noted", "unanswered", "en", "IT", message,
    )  # fmt: skip
    assert (row.payload, row.vector, row.wording) == (None, None, "")
    async with database.reading() as connection:
        assert await ada.gaps.open(connection) == []
        assert await ada.gaps.waiting(connection) == {"unanswered": 1}
        assert await ada.gaps.kept(connection, ada.id) == 0


async def test_a_yes_brings_masked_sealed_words(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await somebody(database, ring, clock)
    await ada.asks(DOG)
    await ada.answers("learn_ask_2")

    async with database.reading() as connection:
        [gap] = await ada.gaps.open(connection)
        assert await ada.gaps.kept(connection, ada.id) == 1
    [row] = await rows(database)

    assert "can my dog come with me" in gap.text
    assert not any(word in gap.text for word in ("Ahmed", "Ali", "333", "example"))
    assert gap.may_teach
    assert b"dog" not in row.payload
    assert "dog" not in repr(gap)


async def test_a_standing_yes_fills_what_is_noted_later(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await somebody(database, ring, clock)
    await ada.answers("learn_ask_2")
    await ada.asks("where do I buy a phone card")

    async with database.reading() as connection:
        assert [gap.text for gap in await ada.gaps.open(connection)] == ["where do I buy a phone card"]


async def test_the_old_yes_was_to_reading_only_and_a_new_one_to_more(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    ada = await somebody(database, ring, clock)
    await ada.asks("where do I buy a phone card")
    await ada.answers("learn_ask")
    async with database.reading() as connection:
        [before] = await ada.gaps.open(connection)

    await ada.answers("learn_ask_2")
    async with database.reading() as connection:
        [after] = await ada.gaps.open(connection)

    assert (before.may_teach, after.may_teach) == (False, True)


async def test_one_question_is_one_gap_however_often_it_fails(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await somebody(database, ring, clock)
    message = await ada.asks("where do I buy a phone card")
    await ada.misses("refused", message)
    await ada.misses("handed_off", message)

    [row] = await rows(database)
    figures = await rows(database, t.figure)

    assert row.kind == "handed_off"
    clock.move(weeks=1)
    async with database.reading() as connection:
        assert await ada.gaps.by_week(connection, clock(), 3) == [0, 1, 0]
    assert [(figure.kind, figure._mapping["count"]) for figure in figures] == [("gap_unanswered", 1)]


@pytest.mark.parametrize("what", ["this question", "everything"])
async def test_what_nobody_may_learn_from_is_forgotten(
    database: Database, ring: KeyRing, clock: Clock, what: str
) -> None:
    ada = await somebody(database, ring, clock)
    await ada.answers("learn_ask_2")
    first, _ = await ada.asks("where do I buy a phone card"), await ada.asks("where is the library")

    await ada.misses("never", first if what == "this question" else "")

    async with database.reading() as connection:
        left = [gap.text for gap in await ada.gaps.open(connection)]
    assert left == (["where is the library"] if what == "this question" else [])


async def test_a_no_takes_words_and_vector_at_once(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await somebody(database, ring, clock)
    await ada.asks("where do I buy a phone card")
    await ada.answers("learn_ask_2")
    await make_loop(database, ring, clock).encode()
    [placed] = await rows(database)
    assert placed.vector

    await ada.answers("")

    [row] = await rows(database)
    assert (row.state, row.payload, row.vector, row.wording) == ("noted", None, None, "")


@pytest.mark.parametrize("end", ["forget", "remove", "message"])
async def test_a_gap_goes_with_the_words_it_was_made_of(
    database: Database, ring: KeyRing, clock: Clock, end: str
) -> None:
    ada = await somebody(database, ring, clock)
    await ada.asks("where do I buy a phone card")
    await ada.answers("learn_ask_2")

    async with database.transaction() as connection:
        if end == "message":  # 90 days after an office closed its case
            await connection.execute(delete(t.message).where(t.message.c.conversation_id == ada.id))
        else:
            await getattr(ada.conversations, end)(connection, ada.id, clock())

    assert await rows(database) == []


@pytest.mark.parametrize("text", ["[voice]", "+39 333 1234567", "ok", "a@b.example"])
async def test_what_says_nothing_is_never_filled(database: Database, ring: KeyRing, clock: Clock, text: str) -> None:
    ada = await somebody(database, ring, clock)
    await ada.asks(text)
    await ada.answers("learn_ask_2")

    async with database.reading() as connection:
        assert await ada.gaps.open(connection) == []


async def test_settling_erases_the_words_and_happens_once(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada, loop = await somebody(database, ring, clock), make_loop(database, ring, clock)
    await ada.asks("where do I buy a phone card")
    await ada.answers("learn_ask_2")
    staff = new_id()
    async with database.transaction() as connection:
        [gap] = await ada.gaps.open(connection)
        await loop.dismiss(connection, gap.id, staff)
        with pytest.raises(Gone):
            await loop.dismiss(connection, gap.id, staff)
        assert await loop.seed(connection, gap.id) is None

    [row] = await rows(database)
    assert (row.state, row.payload, row.wording, row.settled_by) == ("dismissed", None, "", staff)
    async with database.reading() as connection:
        noted = select(func.count()).select_from(t.audit).where(t.audit.c.action == "gap_dismissed")
        assert (await connection.execute(noted)).scalar_one() == 1


async def test_an_advisers_proposal_waits_apart(database: Database, ring: KeyRing, clock: Clock) -> None:
    ada = await somebody(database, ring, clock)
    async with database.transaction() as connection:
        await ada.gaps.propose(connection, ada.id, "Go to the town hall.", "en", "IT", clock())
        assert await ada.gaps.open(connection) == []
        [proposal] = await ada.gaps.proposals(connection)
    await ada.answers("")

    async with database.reading() as connection:
        assert [one.answer for one in await ada.gaps.proposals(connection)] == ["Go to the town hall."]
    assert proposal.kind == "proposed"


async def test_groups_count_people_weeks_and_languages(database: Database, ring: KeyRing, clock: Clock) -> None:
    loop = make_loop(database, ring, clock)
    for name, locale in (("1", "en"), ("2", "it")):
        asker = await somebody(database, ring, clock, name, locale)
        await asker.answers("learn_ask_2")
        await asker.asks(f"a question about my dog {name}")
        clock.move(days=-7)
        await asker.asks(f"what does my dog need {name}", "refused")
        clock.move(days=7)
    await asker.asks("the library please, where is it")

    dogs, library = await loop.groups()

    assert (len(dogs.gaps), dogs.people, dogs.locales, dogs.countries) == (4, 2, [("en", 2), ("it", 2)], [("IT", 4)])
    assert dogs.weeks[-2:] == (2, 2)
    assert sorted(dogs.kinds) == [("refused", 2), ("unanswered", 2)]
    assert dogs.id == dogs.gaps[0].id
    assert (len(library.gaps), library.people) == (1, 1)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in (*dogs.spots, *library.spots))


async def test_who_rang_the_desk_for_danger_by_a_tap_is_not_learned_from(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    ada = await somebody(database, ring, clock)
    await ada.answers("learn_ask_2")
    await ada.asks("a question about my dog")
    async with database.transaction() as connection:
        values = {"id": new_id(), "conversation_id": ada.id, "contact_point": "x", "state": "waiting"}
        now = {"opened_at": clock(), "last_word_at": clock(), "danger_at": clock()}
        await connection.execute(insert(t.case).values(**values, **now))
        tapped = Decision(Tracker(), (Desk("contact", "sign"),))
        await ada.gaps.note(connection, ada.id, tapped, clock())
    assert await rows(database) == []

    await ada.asks("another question about my dog")
    assert await rows(database) == []
