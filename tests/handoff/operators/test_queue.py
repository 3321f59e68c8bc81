"""What an operator may see, and what no operator may."""

import inspect
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.model.conversation import State
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.request import Urgency
from tests.handoff.conftest import Stage


async def lines(stage: Stage, scope: Scope) -> list[str]:
    case = await stage.case()
    async with stage.database.reading() as connection:
        return [line.text for line in await queue.transcript(connection, stage.ring, scope, case.id)]


async def test_no_query_of_the_desk_returns_another_offices_case(stage: Stage, milano: Scope, stranger: Scope) -> None:
    await stage.says("mine alone")
    await stage.waits("milano")
    case = await stage.case()
    strangers_as_marta = Scope(stranger.points, milano.staff_id)
    queries = [function for name, function in inspect.getmembers(queue, inspect.iscoroutinefunction)]
    public = [q for q in queries if q.__module__ == queue.__name__ and not q.__name__.startswith("_")]
    assert {q.__name__ for q in public} == {"waiting", "mine", "find", "held", "transcript"}

    async def results(scope: Scope) -> dict[str, Any]:
        found = {}
        async with stage.database.reading() as connection:
            for query in public:
                named = {"connection": connection, "ring": stage.ring, "scope": scope, "case_id": case.id}
                wanted = inspect.signature(query).parameters
                assert "scope" in wanted
                found[query.__name__] = await query(**{name: value for name, value in named.items() if name in wanted})
        return found

    for _ in ("waiting", "assigned"):
        for scope in (stranger, strangers_as_marta, Scope(frozenset(), milano.staff_id)):
            assert not any((await results(scope)).values())
        assert any((await results(milano)).values())
        if (await stage.conversation()).state is State.WAITING:
            await stage.take(milano)


async def test_the_queue_shows_cards_without_words(stage: Stage, milano: Scope) -> None:
    await stage.says("il mio capo non mi paga")
    await stage.waits("milano", urgency=Urgency.DEADLINE, intent="labour_rights/dismissal")

    async with stage.database.reading() as connection:
        (card,) = await queue.waiting(connection, stage.ring, milano)
        assert await queue.mine(connection, stage.ring, milano) == ()

    assert (card.locale, card.country, card.city, card.topic) == ("it", "IT", "Milano", "labour_rights")
    assert (card.urgency, card.since, card.state) == (Urgency.DEADLINE, stage.clock(), State.WAITING)
    assert "Milano" not in repr(card)
    assert await lines(stage, milano) == [], "the words open with the take only"


async def test_danger_and_deadlines_come_first(stage: Stage, milano: Scope) -> None:
    for name, request in {"a": {}, "b": {"urgency": Urgency.DEADLINE}, "c": {"minor": True}, "d": {}}.items():
        person = await stage.another_person(name)
        await stage.as_person(person, lambda request=request: stage.waits("milano", **request))  # type: ignore[misc]
        stage.clock.move(minutes=1)
    await stage.as_person(
        person,
        lambda: stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT")),
    )

    async with stage.database.reading() as connection:
        cards = await queue.waiting(connection, stage.ring, milano)

    assert [card.urgency for card in cards] == [Urgency.DANGER, Urgency.DEADLINE, Urgency.NORMAL, Urgency.NORMAL]
    assert [card.minor for card in cards] == [False, False, True, False]


async def test_a_yes_shows_what_was_written_before(stage: Stage, milano: Scope, pavel: Scope) -> None:
    began = (await stage.conversation()).created_at
    await stage.says("il mio capo non mi paga", at=began - timedelta(seconds=3))
    await stage.waits("milano")
    await stage.take(milano)

    assert await lines(stage, milano) == ["il mio capo non mi paga"], "also a message older than the row that holds it"
    assert await lines(stage, pavel) == [], "only who took it reads"


@pytest.mark.parametrize("answer", ["h:share:no", ""])
async def test_without_a_yes_only_what_comes_after_the_take_is_shown(stage: Stage, milano: Scope, answer: str) -> None:
    await stage.says("before")
    await stage.waits("milano", share=False)
    if answer:
        await stage.tap(answer)
    await stage.says("to the bot, while waiting")
    stage.clock.move(minutes=1)
    await stage.take(milano)
    await stage.says("to the adviser")
    await stage.says("sent before the take, arrived after it", at=stage.clock() - timedelta(minutes=30))

    assert await lines(stage, milano) == ["to the adviser", "sent before the take, arrived after it"]


async def test_a_yes_after_the_take_opens_the_rest(stage: Stage, milano: Scope) -> None:
    await stage.says("before")
    await stage.waits("milano", share=False)
    await stage.take(milano)

    outcome = await stage.tap("h:share:yes")

    assert outcome.reply is None
    assert await lines(stage, milano) == ["before"]
    await stage.tap("h:share:no")
    assert await lines(stage, milano) == ["before"], "what was read cannot be unread"


async def test_erased_messages_and_ended_cases_show_nothing(stage: Stage, milano: Scope) -> None:
    await stage.says("erased")
    await stage.waits("milano")
    await stage.take(milano)
    async with stage.database.transaction() as connection:
        await connection.execute(update(t.message).values(payload=None))
    assert await lines(stage, milano) == []

    await stage.says("kept")
    assert await lines(stage, milano) == ["kept"]
    case = await stage.case()
    async with stage.database.transaction() as connection:
        await stage.room.counter.close(connection, milano, case.id)
    assert await lines(stage, milano) == []


async def test_a_notice_never_holds_a_word(stage: Stage, milano: Scope) -> None:
    await stage.says("il mio capo non mi paga")
    await stage.waits("milano")

    (notice,) = await stage.rows(t.notice)
    assert set(notice._mapping) == {
        "id", "case_id", "contact_point", "kind", "state", "attempts", "not_before", "created_at"
    }  # fmt: skip
