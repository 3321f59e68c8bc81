"""Waiting: the place in the queue, what is shared, and old buttons."""

import pytest

from bot import tables as t
from bot.model.conversation import State
from bot.model.errors import LostLease
from bot.model.say import Say
from handoff.offices.contact_point import Scope
from handoff.request import Urgency
from tests.handoff.conftest import Stage, choices, heard, names, office, on_sqlite, trusted


async def test_who_waits_keeps_the_place_until_another_office_is_accepted(stage: Stage, milano: Scope) -> None:
    stage.have(trusted(office("roma", city="Roma")))
    await stage.operator("pavel", "roma")
    await stage.waits("milano")

    other = await stage.tap("h:other")
    assert choices(other.reply) == ["h:accept:roma", "h:other", "h:wait"]
    assert (other.state, other.contact_point) == (State.WAITING, "milano")
    assert heard((await stage.tap("h:wait")).reply) == ["waiting"]

    moved = await stage.tap("h:accept:roma")
    assert (moved.contact_point, heard(moved.reply)) == ("roma", ["papers_no_duty", "consent_share"])
    case = await stage.case()
    assert (case.contact_point, case.share_from) == ("roma", None), "the yes was to the first office, by name"
    assert names(await stage.rows(t.notice), "state") == ["cancelled", "queued"]


async def test_who_waits_and_has_no_other_office_is_told_addresses_or_the_place(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    assert heard((await stage.tap("h:other")).reply) == ["waiting"]

    stage.have(office("listed"))
    reply = (await stage.tap("h:other")).reply
    assert (heard(reply), choices(reply)) == (["listed", "no_pass_on"], ["h:wait", "h:cancel"])


async def test_start_fresh_at_a_closed_office_asks_to_write_now(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-21 03:00")
    await stage.offer()
    await stage.tap("h:leave")

    outcome = await stage.tap("h:share:no")

    assert heard(outcome.reply) == ["office_closed"]
    assert choices(outcome.reply) == ["h:call", "h:address", "h:cancel"]
    assert (await stage.case()).share_from == stage.clock()


async def test_start_fresh_at_an_open_office_shows_nothing_before_the_take(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")

    assert heard((await stage.tap("h:share:no")).reply) == ["waiting"]
    assert (await stage.case()).share_from is None


async def test_what_another_office_heard_is_never_shared(stage: Stage, milano: Scope) -> None:
    stage.have(trusted(office("roma", city="Roma")))
    await stage.operator("pavel", "roma")
    await stage.waits("milano")
    await stage.take(milano)
    stage.clock.move(minutes=5)
    await stage.tap("h:cancel")
    ended = stage.clock()
    stage.clock.move(minutes=5)

    await stage.waits("roma", city="Roma")

    assert (await stage.case()).share_from == ended


async def test_the_queue_is_ordered_by_urgency_then_time_and_told(stage: Stage, milano: Scope) -> None:
    places = []
    for number, request in enumerate([{}, {"urgency": Urgency.DEADLINE}, {"minor": True}]):
        person = await stage.another_person(f"p{number}")
        stage.clock.move(minutes=1)
        await stage.as_person(person, lambda request=request: stage.waits("milano", **request))  # type: ignore[misc]
        places.append((await stage.as_person(person, stage.conversation)).id)

    order = []
    for person in places:
        reply = (await stage.as_person(person, stage.status)).reply
        assert reply is not None
        assert isinstance(reply.parts[0], Say)
        order.append(reply.parts[0].params["n"])
    assert order == [3, 1, 2]


async def test_the_wait_is_told_when_enough_people_were_taken_today(stage: Stage, milano: Scope) -> None:
    for minutes in (11, 12, 30):
        person = await stage.another_person(f"p{minutes}")
        await stage.as_person(person, lambda: stage.waits("milano"))
        stage.clock.move(minutes=minutes)
        await stage.as_person(person, lambda: stage.take(milano))

    await stage.offer()
    await stage.tap("h:accept:milano")
    reply = (await stage.tap("h:share:yes")).reply

    assert heard(reply) == ["waiting_minutes"]
    assert reply is not None
    assert isinstance(reply.parts[0], Say)
    assert reply.parts[0].params["minutes"] == 15


async def test_status_works_in_every_state(stage: Stage, milano: Scope) -> None:
    assert heard((await stage.status()).reply) == ["status_none"]
    await stage.offer()
    assert heard((await stage.status()).reply) == ["status_none"]
    await stage.tap("h:accept:milano")
    assert heard((await stage.status()).reply) == ["waiting", "who_sees"]
    await stage.take(milano)
    assert heard((await stage.status()).reply) == ["status_assigned", "who_sees"]


async def test_cancel_works_in_every_state(stage: Stage, milano: Scope) -> None:
    assert heard((await stage.tap("h:cancel")).reply) == ["status_none"]
    await stage.offer()
    assert heard((await stage.tap("h:cancel")).reply) == ["cancelled"]
    await stage.waits("milano")
    assert heard((await stage.tap("h:cancel")).reply) == ["cancelled"]
    await stage.waits("milano")
    await stage.take(milano)
    outcome = await stage.tap("h:cancel")
    assert (heard(outcome.reply), outcome.state, outcome.operator_id) == (["cancelled"], State.BOT, None)
    assert names(await stage.rows(t.case), "close_reason") == ["cancelled", "cancelled"]


@on_sqlite
@pytest.mark.parametrize(
    "choice", ["h:accept:milano", "h:share:yes", "h:other", "h:leave", "h:address", "h:wait", "h:?"]
)
async def test_an_old_button_tells_how_things_stand(stage: Stage, milano: Scope, choice: str) -> None:
    outcome = await stage.tap(choice)

    assert heard(outcome.reply) == ["status_none"]
    assert outcome.state is State.BOT


@on_sqlite
@pytest.mark.parametrize(
    "choice", ["h:accept:milano", "h:no", "h:other", "h:leave", "h:wait", "h:address", "h:contact:x"]
)
async def test_an_old_button_is_silent_while_a_person_is_there(stage: Stage, milano: Scope, choice: str) -> None:
    await stage.waits("milano")
    await stage.take(milano)

    outcome = await stage.tap(choice)

    assert outcome.reply is None
    assert outcome.state is State.ASSIGNED


async def test_a_double_tap_queues_once(stage: Stage, milano: Scope) -> None:
    await stage.offer()
    await stage.tap("h:accept:milano")

    assert heard((await stage.tap("h:accept:milano")).reply) == ["waiting"]
    assert len(await stage.rows(t.case)) == 1
    assert len(await stage.rows(t.notice)) == 1


async def test_an_office_that_lost_its_staff_before_the_tap_is_not_promised(stage: Stage, milano: Scope) -> None:
    await stage.offer()
    stage.clock.move(days=15)

    outcome = await stage.tap("h:accept:milano")

    assert heard(outcome.reply) == ["no_staffed", "milano", "no_pass_on"]
    assert outcome.state is State.BOT
    assert await stage.rows(t.case) == []


async def test_an_office_that_lost_its_staff_gives_no_place_in_a_queue(stage: Stage, milano: Scope) -> None:
    stage.have(trusted(office("roma", city="Roma")))
    await stage.operator("pavel", "roma")
    await stage.waits("milano")
    await stage.tap("h:other")
    stage.clock.move(days=15)

    assert "waiting" not in heard((await stage.status()).reply)
    assert "waiting" not in heard((await stage.tap("h:accept:roma")).reply)


async def test_an_offered_office_that_lost_its_staff_is_not_offered_once_more(stage: Stage, milano: Scope) -> None:
    await stage.offer()
    stage.clock.move(days=15)

    assert heard((await stage.tap("h:other")).reply) == ["no_staffed", "milano", "no_pass_on"]


async def test_an_office_that_took_its_declaration_back_does_not_get_the_question(stage: Stage, milano: Scope) -> None:
    await stage.offer(trusted_only=True)
    stage.have(office("milano"))

    outcome = await stage.tap("h:accept:milano")

    assert heard(outcome.reply) == ["no_staffed", "milano", "no_pass_on"]
    assert await stage.rows(t.notice) == []


async def test_a_case_that_is_gone_is_nobodys(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    async with stage.database.transaction() as connection:
        await connection.execute(t.case.delete())

    assert heard((await stage.status()).reply) == ["status_none"]


async def test_asking_again_for_a_person_while_waiting_tells_the_place(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")

    assert heard((await stage.offer()).reply) == ["waiting"]


async def test_every_edge_has_one_event_row_and_the_version_rises_with_the_owner(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.tap("h:share:no")

    events = await stage.rows(t.handoff_event)

    assert names(events, "edge") == ["offered", "accepted", "shared", "not_shared"]
    assert names(events, "version") == [1, 2, 2, 2]
    assert names(events, "to_state") == ["offered", "waiting", "waiting", "waiting"]
    assert (await stage.conversation()).version == 2


async def test_a_turn_that_read_an_older_version_loses(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    read_before = await stage.conversation()
    await stage.take(milano)

    with pytest.raises(LostLease):
        await stage.do(lambda connection, _: stage.room.desk.cancel(connection, read_before))

    assert (await stage.conversation()).state is State.ASSIGNED
