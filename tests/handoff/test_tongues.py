"""Two people without a common language: told before waiting, asked for another one, and an adviser in another country."""

from typing import Any

from sqlalchemy import Row

from bot import tables as t
from handoff.offices.contact_point import Scope
from handoff.outcome import Outcome
from handoff.request import Card, Request
from handoff.store import to_case
from tests.handoff.conftest import Stage, choices, heard, names, office, trusted

TORINO = office("torino", city="Torino", languages=("it", "fr"))


def card(stage: Stage, case: Row[Any]) -> Card:
    return stage.room.casebook.card(to_case(case))


async def abroad(stage: Stage, **values: Any) -> Outcome:
    """The person taps "Adviser abroad"; the dialogue knows the question."""
    request = Request(topic="labour_rights", **values)
    return await stage.do(lambda connection, seen: stage.room.desk.offer(connection, seen, request, abroad=True))


async def test_the_way_is_said_before_waiting_and_kept_with_the_case(stage: Stage, milano: Scope) -> None:
    offered = await stage.offer(locale="ti")

    assert heard(offered.reply) == ["offer_open", "bridge_phrasebook"]
    assert choices(offered.reply) == ["h:accept:milano", "h:also", "h:no"]
    await stage.tap("h:accept:milano")
    assert (await stage.case()).bridge == "phrasebook"


async def test_it_is_said_of_a_closed_office_too(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-21 03:00")
    offered = await stage.offer(locale="ti")

    assert heard(offered.reply)[-1] == "bridge_phrasebook"
    assert choices(offered.reply) == ["h:leave", "h:also", "h:ask_me"]


async def test_who_speaks_the_language_of_the_office_is_told_nothing_more(stage: Stage, milano: Scope) -> None:
    assert heard((await stage.offer(locale="it")).reply) == ["offer_open"]
    await stage.tap("h:accept:milano")
    assert (await stage.case()).bridge == "office"


async def test_an_interpreter_is_told_of_the_case_and_stays_needed_when_it_is_taken(
    stage: Stage, milano: Scope
) -> None:
    accepted = {"role": "interpreter", "terms_at": None, "interprets_at": stage.clock(), "languages": ["ti"]}
    await stage.operator("saba", **accepted)

    assert heard((await stage.offer(locale="ti")).reply) == ["offer_open", "bridge_interpreter"]
    await stage.tap("h:accept:milano")
    await stage.tap("h:share:yes")
    await stage.take(milano)

    assert (await stage.case()).bridge == "interpreter"
    notices = await stage.rows(t.notice)
    assert dict(zip(names(notices, "kind"), names(notices, "state"), strict=True)) == {
        "waiting": "cancelled",
        "interpreter": "queued",
    }


async def test_a_further_language_leads_to_an_office_that_speaks_it(stage: Stage, milano: Scope) -> None:
    stage.have(TORINO)
    await stage.operator("ugo", "torino")
    await stage.offer(locale="ti")

    asked = await stage.tap("h:also")
    assert heard(asked.reply) == ["also_ask"]
    assert set(choices(asked.reply)) == {"h:also:it", "h:also:en", "h:also:fr", "h:also:none"}

    offered = await stage.tap("h:also:fr")
    assert heard(offered.reply) == ["offer_open", "bridge_also"]
    assert choices(offered.reply)[0] == "h:accept:torino", "Turin speaks French; Milan is nearer and does not"
    await stage.tap("h:accept:torino")
    case = await stage.case()
    assert (case.bridge, card(stage, case).also) == ("office", ("fr",))


async def test_none_of_these_and_what_is_no_language_change_nothing(stage: Stage, milano: Scope) -> None:
    await stage.offer(locale="ti")

    for tap in ("h:also:none", "h:also:xx", "h:also:ti"):
        offered = await stage.tap(tap)
        assert heard(offered.reply) == ["offer_open", "bridge_phrasebook"]
    assert card(stage, await stage.case()).also == ()


async def test_who_waits_keeps_the_place_and_the_way_changes(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano", locale="ti")
    told = await stage.tap("h:also:it")

    assert heard(told.reply)[0].startswith("waiting")
    assert (await stage.case()).bridge == "office"


async def test_while_a_person_has_the_case_the_choice_says_nothing(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano", locale="ti")
    await stage.take(milano)

    assert (await stage.tap("h:also")).reply is None
    assert (await stage.tap("h:also:it")).reply is None
    assert (await stage.case()).bridge == "phrasebook"


async def test_nobody_of_the_country_then_an_adviser_abroad_by_choice_only(stage: Stage) -> None:
    """The listed office of the country is named, and said is that the adviser does not decide about its rules."""
    stage.have(
        trusted(office("lyon", country="FR", city="Lyon", languages=("fr",), zone="Europe/Paris")),
        office("liege", country="BE", city="Liège", languages=("fr",), zone="Europe/Brussels"),
    )
    await stage.operator("rene", "lyon")

    nobody = await stage.offer(country="BE", city="Liège", locale="fr")
    assert heard(nobody.reply) == ["no_staffed", "liege", "no_pass_on"]
    assert choices(nobody.reply) == ["h:abroad"]

    offered = await abroad(stage, country="BE", city="Liège", locale="fr")
    assert heard(offered.reply) == ["office_elsewhere", "office_elsewhere_help", "offer_open"]
    assert choices(offered.reply)[0] == "h:accept:lyon"
    await stage.tap("h:accept:lyon")
    assert (await stage.case()).contact_point == "lyon"


async def test_nobody_abroad_who_speaks_it_is_no_choice(stage: Stage) -> None:
    stage.have(
        office("lyon", country="FR", city="Lyon", languages=("fr",)), office("liege", country="BE", city="Liège")
    )
    await stage.operator("rene", "lyon")

    assert choices((await stage.offer(country="BE", city="Liège", locale="ti")).reply) == []
    assert heard((await abroad(stage, country="BE", city="Liège", locale="ti")).reply)[0] == "no_staffed"
