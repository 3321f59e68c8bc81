"""Danger: who is told, and the one true sentence about us."""

from datetime import timedelta

import pytest

from bot import tables as t
from bot.model.conversation import State
from bot.model.say import Moment, Reply, Say
from handoff.offices.contact_point import Scope
from handoff.outcome import Danger
from handoff.request import Urgency
from tests.handoff.conftest import Stage, heard, names, office, on_sqlite, trusted

pytestmark = on_sqlite

SATURDAY_NIGHT = "2026-11-21 03:00"


async def danger(stage: Stage, intent: str = "safety/violence", country: str = "IT", **more: object) -> Danger:
    outcome = await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, intent, country, **more))  # type: ignore[arg-type]
    heard_truth(outcome)
    return outcome


def heard_truth(outcome: Danger) -> list[str]:
    return heard(Reply((outcome.truth, *outcome.also)))


async def test_a_shift_that_covers_this_minute_is_told(stage: Stage, milano: Scope) -> None:
    await stage.says("mi picchia")

    outcome = await danger(stage)

    assert outcome.truth == Say("truth_told", {"office": "Milano"})
    assert outcome.alarm
    case = await stage.case()
    assert (case.state, case.danger_at, case.share_from) == ("waiting", stage.clock(), stage.clock())
    assert stage.room.casebook.card(case).urgency is Urgency.DANGER  # type: ignore[arg-type]
    assert "danger" in names(await stage.rows(t.notice), "kind")
    assert names(await stage.rows(t.audit), "action") == ["handoff.shown_in_danger"]
    assert (await stage.conversation()).state is State.WAITING


@pytest.mark.parametrize(
    "staff",
    [{"away": True}, {"seen_at": "11 minutes ago"}, {"terms_at": None}],
)
async def test_told_is_only_said_of_somebody_who_is_there(stage: Stage, staff: dict[str, object]) -> None:
    stage.have(trusted(office("milano")))
    await stage.operator("pavel", "milano", signed_in_at=stage.clock(), seen_at=None)
    past = stage.clock() - timedelta(minutes=11)
    await stage.operator("marta", "milano", **{k: past if v == "11 minutes ago" else v for k, v in staff.items()})

    outcome = await danger(stage)

    assert outcome.truth == Say("truth_nobody"), "open, but nobody is at the desk"
    assert outcome.alarm


async def test_at_night_the_alert_waits_on_top_and_the_person_is_told_until_when(stage: Stage, milano: Scope) -> None:
    stage.at(SATURDAY_NIGHT)
    await stage.seen(milano)

    outcome = await danger(stage)

    assert outcome.truth.phrase == "truth_before"
    opening = outcome.truth.params["opening"]
    assert isinstance(opening, Moment)
    assert opening.at.isoformat() == "2026-11-23T08:00:00+00:00"
    kinds = {row.kind: row.not_before for row in await stage.rows(t.notice)}
    assert kinds["danger"] == stage.clock(), "the alarm itself does not wait"


async def test_no_office_that_may_be_told_means_nobody(stage: Stage) -> None:
    stage.have(office("milano"), office("demo-office", country="*", demo=True))
    await stage.operator("marta", "milano", "demo-office")

    for country in ("IT", "PT", ""):
        outcome = await danger(stage, country=country)
        assert (outcome.truth, outcome.alarm, outcome.notices) == (Say("truth_nobody"), False, ())
    assert await stage.rows(t.case) == []
    assert (await stage.conversation()).state is State.BOT


async def test_among_offices_who_is_there_comes_before_who_is_near(stage: Stage, milano: Scope) -> None:
    stage.have(trusted(office("roma", city="Roma")))
    pavel = await stage.operator("pavel", "roma")
    stage.clock.move(minutes=30)
    await stage.seen(pavel)

    assert (await danger(stage, city="Milano")).truth == Say("truth_told", {"office": "Roma"})


async def test_among_closed_offices_the_first_to_open_gets_the_alert(stage: Stage, milano: Scope) -> None:
    stage.have(trusted(office("roma", city="Roma", hours="Su 10:00-12:00")))
    await stage.operator("pavel", "roma")
    stage.at(SATURDAY_NIGHT)

    await danger(stage, city="Milano")

    assert (await stage.case()).contact_point == "roma"


async def test_at_most_one_alarm_in_30_minutes(stage: Stage, milano: Scope) -> None:
    first = await danger(stage)
    stage.clock.move(minutes=29)
    await stage.seen(milano)
    second = await danger(stage)
    stage.clock.move(minutes=1)
    third = await danger(stage)

    assert (first.alarm, second.alarm, third.alarm) == (True, False, True)
    assert second.truth == Say("truth_told", {"office": "Milano"})
    assert names(await stage.rows(t.notice), "kind").count("danger") == 2
    assert len(await stage.rows(t.case)) == 1


async def test_an_offer_gives_way_to_the_alarm(stage: Stage, milano: Scope) -> None:
    await stage.offer()

    await danger(stage)

    assert len(await stage.rows(t.case)) == 1
    assert (await stage.conversation()).state is State.WAITING


async def test_a_waiting_question_goes_to_the_top_of_its_office(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano", share=False)
    before = await stage.conversation()

    outcome = await danger(stage)

    assert outcome.truth.phrase == "truth_told"
    case = await stage.case()
    assert stage.room.casebook.card(case).urgency is Urgency.DANGER  # type: ignore[arg-type]
    assert case.share_from is not None
    assert (await stage.conversation()).version == before.version, "the office stays"


async def test_danger_alone_moves_a_question_to_who_is_there(stage: Stage, milano: Scope) -> None:
    stage.have(trusted(office("roma", city="Roma")))
    pavel = await stage.operator("pavel", "roma")
    await stage.waits("milano")
    stage.clock.move(minutes=20)
    await stage.seen(pavel)

    outcome = await danger(stage)

    assert outcome.truth == Say("truth_told", {"office": "Roma"})
    assert outcome.conversation.contact_point == "roma"
    assert len(await stage.rows(t.case)) == 1


async def test_danger_goes_up_the_chain_of_the_office_where_nobody_reads(stage: Stage, milano: Scope) -> None:
    """Both read now; Roma speaks the person's language, but Torino is above Milano."""
    stage.have(trusted(office("milano", parent="torino")), trusted(office("roma", city="Roma")))
    stage.have(trusted(office("torino", city="Torino", languages=("fr",))))
    others = [await stage.operator("pavel", "roma"), await stage.operator("ines", "torino")]
    await stage.waits("milano")
    stage.clock.move(minutes=20)
    for other in others:
        await stage.seen(other)

    outcome = await danger(stage)

    assert outcome.truth == Say("truth_told", {"office": "Torino"})


async def test_no_office_outside_the_eu_hears_of_a_danger_by_itself(stage: Stage) -> None:
    stage.have(trusted(office("tirana", country="AL", city="Tirana", zone="Europe/Tirane")))
    await stage.operator("arta", "tirana")

    outcome = await danger(stage, country="AL")

    assert (outcome.truth, outcome.alarm) == (Say("truth_nobody"), False)


async def test_while_assigned_the_operator_keeps_it_and_sees_the_alarm(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)

    outcome = await danger(stage)

    assert outcome.truth == Say("truth_told", {"office": "Milano"})
    assert outcome.conversation.operator_id == milano.staff_id
    assert (await stage.case()).danger_at == stage.clock()
    assert (await stage.rows(t.handoff_event))[-1].edge == "danger"


@pytest.mark.parametrize("intent", ["safety/police_detention", "safety/urgent_needs"])
async def test_what_is_no_danger_to_life_is_not_shown_without_a_yes(stage: Stage, milano: Scope, intent: str) -> None:
    await stage.says("la polizia mi ha fermato")

    await danger(stage, intent)

    assert (await stage.case()).share_from is None
    assert await stage.rows(t.audit) == []


async def test_the_message_of_the_danger_itself_is_shown(stage: Stage, milano: Scope) -> None:
    """A platform's time of a message is older than the turn that reads it."""
    sent_at = stage.clock() - timedelta(seconds=7)
    await stage.says("mi picchia", at=sent_at)

    await danger(stage, written_at=stage.clock())

    assert (await stage.case()).share_from == sent_at


async def test_a_demonstration_that_holds_the_question_says_what_it_is(stage: Stage) -> None:
    stage.have(office("demo-office", country="*", demo=True))
    await stage.operator("marta", "demo-office")
    await stage.waits("demo-office")

    assert heard_truth(await danger(stage)) == ["truth_told", "offer_demo"]
    assert heard_truth(await danger(stage)) == ["truth_told", "offer_demo"]
