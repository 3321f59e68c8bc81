"""After the end of a case, and the person's last word on everything."""

import pytest

from bot import tables as t
from bot.model.conversation import State
from handoff.offices.contact_point import Scope
from handoff.outcome import Outcome
from tests.handoff.conftest import Stage, choices, heard, names, office, on_sqlite, trusted


async def close(stage: Stage, scope: Scope) -> None:
    case = await stage.case()
    async with stage.database.transaction() as connection:
        await stage.room.counter.close(connection, scope, case.id)


async def had_a_case(stage: Stage, scope: Scope) -> None:
    await stage.waits("milano")
    await stage.take(scope)
    await close(stage, scope)


async def asked(stage: Stage) -> Outcome:
    return await stage.do(stage.room.aftercare.continue_ask)


async def test_for_14_days_the_same_office_is_offered(stage: Stage, milano: Scope) -> None:
    await had_a_case(stage, milano)
    stage.clock.move(days=13)
    await stage.operator("pavel", "milano")
    outcome = await asked(stage)
    assert (heard(outcome.reply), choices(outcome.reply)) == (["continue_ask"], ["h:continue", "h:new"])
    assert (await stage.do(stage.room.desk.situation)).recent == stage.points["milano"]

    stage.clock.move(days=2)
    assert (await asked(stage)).reply is None
    assert (await stage.do(stage.room.desk.situation)).recent is None


async def test_going_on_queues_at_the_same_office_and_asks_before_showing(stage: Stage, milano: Scope) -> None:
    await had_a_case(stage, milano)

    outcome = await stage.tap("h:continue")

    assert heard(outcome.reply) == ["papers_no_duty", "consent_share"]
    assert (outcome.state, outcome.contact_point) == (State.WAITING, "milano")
    assert (await stage.case()).share_from is None
    assert (await stage.rows(t.handoff_event))[-1].edge == "resumed"
    assert heard((await stage.tap("h:continue")).reply) == ["waiting"], "how it stands"


async def test_a_new_question_lets_the_old_case_rest(stage: Stage, milano: Scope) -> None:
    await had_a_case(stage, milano)

    assert (await stage.tap("h:new")).reply is None
    assert (await asked(stage)).reply is None
    assert (await stage.tap("h:new")).reply is None


async def test_danger_that_is_over_is_not_danger_again(stage: Stage, milano: Scope) -> None:
    await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))
    await stage.take(milano)
    await close(stage, milano)
    await stage.tap("h:continue")

    case = await stage.case()
    assert '"urgency": "normal"' in stage.ring.open("handoff_case", "card", case.id, case.card)


@on_sqlite
@pytest.mark.parametrize("gone", ["removed", "unstaffed", "untrusted", "cancelled"])
async def test_no_case_to_go_on_with(stage: Stage, milano: Scope, gone: str) -> None:
    await stage.waits("milano", trusted_only=True)
    await stage.take(milano)
    if gone == "cancelled":
        await stage.tap("h:cancel")
    else:
        await close(stage, milano)
    if gone == "removed":
        stage.points.clear()
    if gone == "unstaffed":
        stage.have(trusted(office("milano", hours="")))
    if gone == "untrusted":
        stage.have(office("milano"))

    assert (await asked(stage)).reply is None


async def test_still_needed_means_nothing_without_a_case(stage: Stage, milano: Scope) -> None:
    assert heard((await stage.tap("h:still:yes")).reply) == ["status_none"]


@on_sqlite
@pytest.mark.parametrize("state", ["bot", "offered", "waiting", "assigned"])
@pytest.mark.parametrize("word", ["stop", "delete"])
async def test_the_persons_last_word_works_in_every_state(stage: Stage, milano: Scope, state: str, word: str) -> None:
    if state == "offered":
        await stage.offer()
    if state in ("waiting", "assigned"):
        await stage.waits("milano")
    if state == "assigned":
        await stage.take(milano)

    outcome = await stage.do(getattr(stage.room.aftercare, word))

    assert (outcome.state, outcome.operator_id, outcome.contact_point) == (State.BOT, None, "")
    assert (await stage.rows(t.handoff_event))[-1].edge == {"stop": "stopped", "delete": "deleted"}[word]
    assert "queued" not in names(await stage.rows(t.notice), "state")
    cards = names(await stage.rows(t.case), "card")
    assert len(cards) == (state in ("waiting", "assigned"))
    assert all((card is None) is (word == "delete") for card in cards)


async def test_delete_erases_the_cards_of_old_cases_too(stage: Stage, milano: Scope) -> None:
    await had_a_case(stage, milano)
    await stage.do(stage.room.aftercare.delete)

    assert names(await stage.rows(t.case), "card") == [None]
    assert (await asked(stage)).reply is None, "an erased case is not taken up again"
