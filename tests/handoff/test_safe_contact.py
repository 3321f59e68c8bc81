"""Nothing is written to a person later than they allowed."""

from uuid import uuid4

import pytest

from bot import tables as t
from bot.model.say import Reply, Verbatim
from handoff.offices.contact_point import Scope
from handoff.outcome import Delivery
from tests.handoff.conftest import Stage, heard, on_sqlite


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


async def test_an_answer_counts_while_an_adviser_has_the_case_and_the_bot_says_nothing(
    stage: Stage, milano: Scope
) -> None:
    await stage.waits("milano")
    await stage.take(milano)

    assert (await stage.tap("h:contact:no")).reply is None

    consent = await stage.rows(t.consent, t.consent.c.revoked_at.is_(None))
    assert [row.answer for row in consent] == ["no"]
