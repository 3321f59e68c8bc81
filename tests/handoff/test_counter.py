"""The operators' side: take, answer, leave; and what no operator may see."""

import asyncio
import inspect
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from bot import tables as t
from bot.model.conversation import Purpose, State
from bot.model.ids import new_id
from bot.model.say import Reply, Verbatim
from bot.outbox import Draft, Outbox
from handoff import queue
from handoff.contact_point import Scope
from handoff.counter import NotYours
from handoff.outcome import AlreadyTaken, Delivery, Outcome
from handoff.request import Urgency
from tests.handoff.conftest import Stage, heard, names, office, on_sqlite, trusted


@pytest.fixture
async def pavel(stage: Stage, milano: Scope) -> Scope:
    """A colleague of Marta."""
    return await stage.operator("pavel", "milano")


@pytest.fixture
async def stranger(stage: Stage) -> Scope:
    """An operator of another office."""
    stage.have(trusted(office("roma", city="Roma")))
    return await stage.operator("ines", "roma")


async def lines(stage: Stage, scope: Scope) -> list[str]:
    case = await stage.case()
    async with stage.database.reading() as connection:
        return [line.text for line in await queue.transcript(connection, stage.ring, scope, case.id)]


async def test_take_silences_the_bot_and_is_logged(stage: Stage, milano: Scope, outbox: Outbox) -> None:
    await stage.waits("milano")
    seen = await stage.conversation()
    rows: list[UUID] = []
    for purpose in (Purpose.BOT, Purpose.HANDOFF, Purpose.DANGER):
        async with stage.database.transaction() as connection:
            draft = Draft("…", purpose)
            rows.append(await outbox.add(connection, seen.id, seen.account_id, seen.epoch, draft, stage.clock()))

    outcome = await stage.take(milano)

    assert heard(outcome.reply) == ["person_joined"]
    assert (outcome.state, outcome.operator_id, outcome.contact_point) == (State.ASSIGNED, milano.staff_id, "milano")
    assert outcome.epoch_up
    stands = await stage.conversation()
    assert (stands.epoch, stands.version) == (seen.epoch + 1, seen.version + 1)
    states = {row.purpose: (row.state, row.payload is None) for row in await stage.rows(t.outbox)}
    assert states == {"bot": ("cancelled", True), "handoff": ("queued", False), "danger": ("queued", False)}
    (logged,) = await stage.rows(t.audit)
    assert (logged.action, logged.contact_point) == ("handoff.take", "milano")
    assert logged.actor == f"operator:{milano.staff_id}"
    assert names(await stage.rows(t.notice), "state") == ["cancelled"]


async def test_two_takes_at_once_have_one_winner(stage: Stage, milano: Scope, pavel: Scope) -> None:
    await stage.waits("milano")
    case = await stage.case()

    async def take(scope: Scope) -> Outcome | AlreadyTaken:
        async with stage.database.transaction() as connection:
            return await stage.room.counter.take(connection, scope, case.id)

    outcomes = await asyncio.gather(take(milano), take(pavel))

    won = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, AlreadyTaken)]
    assert len(won) == len(lost) == 1
    assert lost[0].operator_id == won[0].operator_id == (await stage.case()).operator_id


async def test_a_case_that_ended_meanwhile_cannot_be_taken(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    case = await stage.case()
    await stage.tap("h:cancel")

    async with stage.database.transaction() as connection:
        assert await stage.room.counter.take(connection, milano, case.id) == AlreadyTaken(None)


async def test_nobody_acts_outside_the_scope(stage: Stage, milano: Scope, pavel: Scope, stranger: Scope) -> None:
    await stage.waits("milano")
    case, counter = await stage.case(), stage.room.counter

    async def refused(scope: Scope, act: Any, *more: object) -> None:
        async with stage.database.transaction() as connection:
            with pytest.raises(NotYours):
                await act(connection, scope, case.id, *more)

    await refused(stranger, counter.take)
    await refused(milano, counter.reply, "too early")
    await stage.take(milano)
    for act, *more in ([counter.reply, "Buongiorno"], [counter.close], [counter.give_back]):
        await refused(pavel, act, *more)
        await refused(stranger, act, *more)
    assert (await stage.conversation()).operator_id == milano.staff_id


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
    assert len(card.pseudonym) == 4
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
    await stage.says("il mio capo non mi paga")
    await stage.waits("milano")
    await stage.take(milano)

    assert await lines(stage, milano) == ["il mio capo non mi paga"]
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


async def test_an_answer_goes_out_as_the_operators_words(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    before = await stage.conversation()

    outcome = await stage.reply(milano, "Buongiorno")

    assert outcome.reply == Reply((Verbatim("Buongiorno"),))
    assert (outcome.purpose, outcome.delivery) == (Purpose.OPERATOR, Delivery.SEND)
    assert (await stage.conversation()).version == before.version
    assert (await stage.case()).last_word == "operator"
    assert "Buongiorno" not in repr(outcome)


@pytest.mark.parametrize(("act", "phrase"), [("give_back", "person_left"), ("close", "conversation_closed")])
async def test_the_end_by_the_operator(stage: Stage, milano: Scope, act: str, phrase: str) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    case = await stage.case()

    async with stage.database.transaction() as connection:
        outcome = await getattr(stage.room.counter, act)(connection, milano, case.id)

    assert heard(outcome.reply) == [phrase]
    assert (outcome.state, outcome.contact_point, outcome.operator_id) == (State.BOT, "", None)
    assert (await stage.case()).closed_at == stage.clock()
    (conversation,) = await stage.rows(t.conversation)
    assert conversation.handed_off_at == stage.clock(), "from now its text is kept longer"


async def test_a_case_nobody_took_is_not_handed_off(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.tap("h:cancel")

    (conversation,) = await stage.rows(t.conversation)
    assert conversation.handed_off_at is None


async def away(stage: Stage, scope: Scope, gone: bool = True) -> list[list[str]]:
    async with stage.database.transaction() as connection:
        return [heard(outcome.reply) for outcome in await stage.room.counter.set_away(connection, scope, gone)]


async def test_who_goes_away_gives_every_case_back(stage: Stage, milano: Scope, pavel: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    other = await stage.another_person("p")
    await stage.as_person(other, lambda: stage.waits("milano"))
    await stage.as_person(other, lambda: stage.take(milano))

    assert await away(stage, milano) == [["person_left", "waiting"], ["person_left", "waiting"]]

    assert (await stage.conversation()).state is State.WAITING
    case = await stage.case()
    assert (case.operator_id, case.notices) == (None, 1)
    assert names(await stage.rows(t.notice, t.notice.c.state == "queued"), "kind") == ["waiting", "waiting"]
    await stage.take(pavel)
    assert await away(stage, milano, gone=False) == []
    assert names(await stage.rows(t.staff, t.staff.c.id == milano.staff_id), "away") == [False]


@pytest.mark.parametrize(
    ("moment", "said"), [("2026-11-18 18:05", ["person_left", "question_kept"]), ("2026-11-18 21:05", [])]
)
async def test_leaving_after_the_shift_keeps_the_question(
    stage: Stage, milano: Scope, moment: str, said: list[str]
) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    stage.at(moment)

    assert await away(stage, milano) == [said]

    notice = (await stage.rows(t.notice, t.notice.c.state == "queued"))[-1]
    assert notice.not_before.isoformat() == "2026-11-19T08:00:00+00:00", "nobody is called at night"


@on_sqlite
@pytest.mark.parametrize(
    ("answer", "minutes_ago", "delivery", "said"),
    [
        ("", 120, Delivery.SEND, []),
        ("yes", 120, Delivery.SEND, []),
        ("sign", 120, Delivery.SIGN, ["neutral_sign"]),
        ("no", 120, Delivery.HOLD, []),
        ("no", 14, Delivery.SEND, []),
    ],
)
async def test_an_answer_respects_what_the_person_allowed(
    stage: Stage, milano: Scope, answer: str, minutes_ago: int, delivery: Delivery, said: list[str]
) -> None:
    await stage.says("ciao")
    await stage.waits("milano")
    if answer:
        await stage.tap(f"h:contact:{answer}")
    await stage.take(milano)
    stage.clock.move(minutes=minutes_ago)

    outcome = await stage.reply(milano, "parole")

    assert outcome.delivery is delivery
    assert heard(outcome.reply) == said
    assert (outcome.reply == Reply((Verbatim("parole"),))) is (delivery is Delivery.SEND)


async def hold(stage: Stage, scope: Scope, text: str) -> None:
    """What the desk does with words that are held: they go on the record without an outbox row."""
    async with stage.database.transaction() as connection:
        conversation = stage.conversation_id
        staff = scope.staff_id
        await stage.conversations.record(connection, conversation, "operator", text, stage.clock(), staff_id=staff)


async def test_held_words_come_with_the_next_message_and_one_sign_is_enough(stage: Stage, milano: Scope) -> None:
    await stage.says("ciao")
    await stage.waits("milano")
    await stage.tap("h:contact:sign")
    await stage.take(milano)
    stage.clock.move(hours=1)
    deliveries = []
    for text in ("uno", "due"):
        deliveries.append((await stage.reply(milano, text)).delivery)
        await hold(stage, milano, text)

    assert deliveries == [Delivery.SIGN, Delivery.HOLD]
    held = await stage.do(stage.room.aftercare.held_answers)
    assert [answer.text for answer in held] == ["uno", "due"]
    assert "uno" not in repr(held)
    async with stage.database.transaction() as connection:
        for answer in held:
            await stage.conversations.sent_as(connection, answer.message_id, uuid4())
    assert await stage.do(stage.room.aftercare.held_answers) == ()


async def test_a_take_is_not_announced_to_who_did_not_want_to_be_written_to(stage: Stage, milano: Scope) -> None:
    await stage.says("ciao")
    await stage.waits("milano")
    await stage.tap("h:contact:yes")
    await stage.tap("h:contact:no")
    stage.clock.move(hours=1)

    outcome = await stage.take(milano)

    assert (outcome.reply, outcome.delivery, outcome.epoch_up) == (None, Delivery.HOLD, True)


async def test_a_case_of_an_office_that_left_the_network_can_still_be_answered(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    stage.points.clear()

    assert (await stage.reply(milano)).delivery is Delivery.SEND
    assert await away(stage, milano) == [["person_left", "waiting"]]


async def test_a_notice_never_holds_a_word(stage: Stage, milano: Scope) -> None:
    await stage.says("il mio capo non mi paga")
    await stage.waits("milano")

    (notice,) = await stage.rows(t.notice)
    assert set(notice._mapping) == {
        "id", "case_id", "contact_point", "kind", "state", "attempts", "not_before", "created_at"
    }  # fmt: skip


async def test_an_outbox_row_of_another_conversation_is_left_alone(stage: Stage, milano: Scope, outbox: Outbox) -> None:
    other = await stage.another_person("p")
    async with stage.database.transaction() as connection:
        seen = await stage.conversation()
        await outbox.add(connection, other, seen.account_id, 0, Draft("…", Purpose.BOT), stage.clock())
        await connection.execute(insert(t.audit).values(id=new_id(), at=stage.clock(), actor="x", action="y"))
    await stage.waits("milano")
    await stage.take(milano)

    assert names(await stage.rows(t.outbox), "state") == ["queued"]
