"""The person's side, as scenes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import tables as t
from bot.model.conversation import State
from bot.model.say import Moment, Say
from handoff.offices.contact_point import PointKind, Scope
from handoff.request import Request, Urgency
from handoff.room import Handoff
from tests.handoff.conftest import Stage, choices, heard, names, office, on_sqlite, trusted


async def test_an_open_office_is_offered_with_its_kind_and_closing(stage: Stage, milano: Scope) -> None:
    outcome = await stage.offer()

    assert heard(outcome.reply) == ["offer_open"]
    assert choices(outcome.reply) == ["h:accept:milano", "h:other", "h:no"]
    assert outcome.reply is not None
    said = outcome.reply.parts[0]
    assert isinstance(said, Say)
    assert said.params["kind"] == Say("kind_union")
    closing = said.params["time"]
    assert isinstance(closing, Moment)
    assert (closing.style, closing.zone, closing.at.hour) == ("clock", "Europe/Rome", 17)
    assert outcome.state is State.OFFERED
    assert outcome.contact_point == ""


async def test_accept_share_and_wait(stage: Stage, milano: Scope) -> None:
    await stage.offer()

    accepted = await stage.tap("h:accept:milano")
    shared = await stage.tap("h:share:yes")

    assert heard(accepted.reply) == ["papers_no_duty", "consent_share"]
    assert choices(accepted.reply) == ["h:share:yes", "h:share:no"]
    assert (accepted.state, accepted.contact_point) == (State.WAITING, "milano")
    assert heard(shared.reply) == ["waiting"]
    assert choices(shared.reply) == ["h:other", "h:address", "h:cancel"]


async def test_an_office_that_declared_nothing_says_so_before_sharing(stage: Stage) -> None:
    stage.have(office("milano"))
    await stage.operator("marta", "milano")
    await stage.offer()

    assert heard((await stage.tap("h:accept:milano")).reply) == ["papers_unknown", "consent_share"]


async def test_the_minor_hears_of_special_rights_first(stage: Stage, milano: Scope) -> None:
    assert heard((await stage.offer(minor=True)).reply) == ["minor", "offer_open"]


async def test_an_office_of_another_language_says_what_it_speaks(stage: Stage, milano: Scope) -> None:
    assert heard((await stage.offer(locale="ti")).reply) == ["offer_open", "bridge_phrasebook"]


async def test_the_demonstration_says_so_in_every_text_that_names_it(stage: Stage) -> None:
    stage.have(office("demo-office", country="*", city="—", demo=True))
    marta = await stage.operator("marta", "demo-office")
    replies = [(await stage.offer(country="FR", city="")).reply]
    for tap in ("h:accept:demo-office", "h:share:yes", "h:address"):
        replies.append((await stage.tap(tap)).reply)
    stage.at("2026-11-18 19:00")
    replies.append((await stage.status()).reply)
    stage.at("2026-11-19 10:00")
    replies += [(await stage.take(marta)).reply, (await stage.status()).reply]

    assert all("offer_demo" in heard(reply) for reply in replies)
    assert heard(replies[4]) == ["question_kept", "offer_demo", "contact_later"]


async def test_nobody_staffed_means_addresses_and_no_promise(stage: Stage) -> None:
    stage.have(office("milano"), office("roma", city="Roma"))

    outcome = await stage.offer()

    assert heard(outcome.reply) == ["no_staffed", "milano", "roma", "no_pass_on"]
    assert outcome.state is State.BOT
    assert await stage.rows(t.case) == []
    assert await stage.rows(t.handoff_event) == []


@on_sqlite
@pytest.mark.parametrize(
    ("country", "city", "said", "needs_country"),
    [
        ("PT", "", ["no_office"], False),
        ("", "", ["ask_country"], True),
        ("", "Milano", ["no_staffed_unknown", "milano", "no_pass_on"], False),
    ],
)
async def test_nobody_staffed_elsewhere(
    stage: Stage, country: str, city: str, said: list[str], needs_country: bool
) -> None:
    stage.have(office("milano"))

    outcome = await stage.offer(country=country, city=city)

    assert heard(outcome.reply) == said
    assert outcome.needs_country is needs_country


@on_sqlite
@pytest.mark.parametrize(
    "staff",
    [
        {"terms_at": None},
        {"signed_in_at": None},
        {"role": "coordinator"},
        {"signed_in_at": "14 days ago"},
        {"disabled_at": "now"},
    ],
)
async def test_what_does_not_staff_an_office(stage: Stage, staff: dict[str, object]) -> None:
    moments = {"14 days ago": stage.clock() - timedelta(days=14, seconds=1), "now": stage.clock()}
    stage.have(office("milano"))
    await stage.operator("marta", "milano", **{key: moments.get(str(value), value) for key, value in staff.items()})

    assert heard((await stage.offer()).reply) == ["no_staffed", "milano", "no_pass_on"]


async def test_an_operator_of_two_weeks_ago_still_staffs(stage: Stage) -> None:
    stage.have(office("milano"))
    await stage.operator("marta", "milano", signed_in_at=stage.clock() - timedelta(days=14))

    assert heard((await stage.offer()).reply) == ["offer_open"]


async def test_a_trusted_subject_is_not_offered_to_an_office_that_declared_nothing(stage: Stage) -> None:
    stage.have(office("milano"), office("hall", kind=PointKind.MUNICIPALITY))
    await stage.operator("marta", "milano", "hall")

    outcome = await stage.offer(intent="labour_rights/work_without_papers", trusted_only=True)

    assert heard(outcome.reply) == ["no_staffed", "milano", "hall", "no_pass_on"]


async def test_the_reason_for_trusted_offices_is_not_stored(stage: Stage, milano: Scope) -> None:
    await stage.offer(intent="permits/return_order", topic="permits", trusted_only=True)

    case = await stage.case()
    card = stage.ring.open("handoff_case", "card", case.id, case.card)
    assert "return_order" not in card
    assert '"trusted_only": true' in card
    assert b"Milano" not in case.card


async def test_decline_and_ask_the_bot_forget_the_offer(stage: Stage, milano: Scope) -> None:
    for choice in ("h:no", "h:ask_me"):
        await stage.offer()
        outcome = await stage.tap(choice)

        assert heard(outcome.reply) == ["not_connected"]
        assert outcome.state is State.BOT
    assert await stage.rows(t.case) == []


async def test_another_office_then_addresses(stage: Stage, milano: Scope) -> None:
    stage.have(trusted(office("roma", city="Roma")), office("listed"))
    await stage.operator("pavel", "roma")
    await stage.offer()

    other = await stage.tap("h:other")
    none_left = await stage.tap("h:other")

    assert choices(other.reply)[0] == "h:accept:roma"
    assert heard(none_left.reply) == ["listed", "no_pass_on"]
    assert choices(none_left.reply) == ["h:accept:roma", "h:no"]
    accepted = await stage.tap("h:accept:milano")
    assert accepted.contact_point == "milano", "an office shown before may still be chosen"


async def test_another_office_is_first_the_one_above(stage: Stage, milano: Scope) -> None:
    """Milano's chain leads to Torino; Roma is nearer in the file and not above it."""
    stage.have(trusted(office("milano", parent="torino")), trusted(office("roma", city="Roma")))
    stage.have(trusted(office("torino", city="Torino")))
    await stage.operator("pavel", "roma")
    await stage.operator("ines", "torino")
    await stage.waits("milano")

    other = await stage.tap("h:other")

    assert choices(other.reply)[0] == "h:accept:torino"
    assert other.contact_point == "milano", "the place is kept until the person says yes"
    assert choices((await stage.tap("h:other")).reply)[0] == "h:accept:roma"


async def test_another_office_that_speaks_the_language_is_before_the_one_above(stage: Stage, milano: Scope) -> None:
    """Until issue 4 the chain was before the language: whoever refused an office got one where nobody understood them."""
    stage.have(trusted(office("milano", parent="torino")), trusted(office("roma", city="Roma")))
    stage.have(trusted(office("torino", city="Torino", languages=("fr",))))
    await stage.operator("pavel", "roma")
    await stage.operator("ines", "torino")
    await stage.waits("milano")

    assert choices((await stage.tap("h:other")).reply)[0] == "h:accept:roma"
    assert choices((await stage.tap("h:other")).reply)[0] == "h:accept:torino"


async def test_without_any_other_office_the_same_is_offered_once_more(stage: Stage, milano: Scope) -> None:
    await stage.offer()

    assert choices((await stage.tap("h:other")).reply) == ["h:accept:milano", "h:other", "h:no"]


async def test_a_closed_office_takes_a_question(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-21 03:00")
    outcome = await stage.offer()
    assert heard(outcome.reply) == ["office_closed"]
    assert choices(outcome.reply) == ["h:leave", "h:address", "h:ask_me"]
    assert outcome.reply is not None
    said = outcome.reply.parts[0]
    assert isinstance(said, Say)
    opening = said.params["opening"]
    assert isinstance(opening, Moment)
    assert opening.at.isoformat() == "2026-11-23T08:00:00+00:00"

    assert heard((await stage.tap("h:leave")).reply) == ["papers_no_duty", "consent_share"]
    kept = await stage.tap("h:share:yes")
    assert heard(kept.reply) == ["question_kept", "contact_later"]
    assert choices(kept.reply) == ["h:contact:yes", "h:contact:sign", "h:contact:no"]
    assert heard((await stage.tap("h:contact:sign")).reply) == ["contact_saved"]
    assert heard((await stage.status()).reply) == ["question_kept", "who_sees"], "asked once"
    assert names(await stage.rows(t.consent), "answer") == ["sign"]


async def test_a_question_written_to_a_closed_office_is_theirs_to_read(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-21 03:00")
    await stage.offer()
    written_at = stage.clock()

    outcome = await stage.do(lambda c, seen: stage.room.desk.leave_question(c, seen, written_at))

    assert heard(outcome.reply) == ["papers_no_duty", "question_kept", "contact_later"]
    assert (await stage.case()).share_from == written_at


async def test_the_address_is_the_offices_own_else_the_nearest(stage: Stage, milano: Scope) -> None:
    stage.have(office("listed", address="via Roma 1"), office("demo-office", country="*", demo=True))
    await stage.offer()
    shown = await stage.tap("h:address")
    assert (heard(shown.reply), choices(shown.reply)) == (
        ["milano", "listed"],
        ["h:accept:milano", "h:call", "h:ask_me"],
    )

    stage.points["milano"] = replace(stage.points["milano"], address="via Milano 2")
    await stage.tap("h:accept:milano")
    shown = await stage.tap("h:address")
    assert (heard(shown.reply), choices(shown.reply)) == (["milano"], ["h:cancel"])


async def test_an_office_that_was_not_offered_cannot_be_accepted(stage: Stage, milano: Scope) -> None:
    stage.have(office("roma", city="Roma"))
    await stage.operator("pavel", "roma")
    await stage.offer(trusted_only=True)

    assert heard((await stage.tap("h:accept:roma")).reply) == ["status_none"]


async def test_the_network_has_an_address_of_its_own(stage: Stage) -> None:
    room = Handoff(stage.ring, tuple, stage.clock, "https://network.example")

    outcome = await stage.do(lambda c, seen: room.desk.offer(c, seen, Request(country="PT")))

    assert outcome.reply is not None
    assert isinstance(outcome.reply.parts[0], Say)
    assert outcome.reply.parts[0].params["url"] == "https://network.example"


async def test_a_new_offer_replaces_the_old_one(stage: Stage, milano: Scope) -> None:
    await stage.offer()
    await stage.offer(urgency=Urgency.DEADLINE)

    assert len(await stage.rows(t.case)) == 1


async def test_the_situation_for_the_dialogue(stage: Stage, milano: Scope) -> None:
    empty = await stage.do(stage.room.desk.situation)
    assert (empty.state, empty.staffed, empty.office, empty.recent) == (State.BOT, True, None, None)
    assert not (await stage.do(lambda c, seen: stage.room.desk.situation(c, seen, "PT"))).staffed

    await stage.waits("milano")
    waiting = await stage.do(stage.room.desk.situation)
    assert waiting.office == stage.points["milano"]
    assert (waiting.place, waiting.is_open, waiting.opening, waiting.someone_on_shift) == (1, True, None, True)

    await stage.tap("h:cancel")
    stage.at("2026-11-21 03:00")
    await stage.offer()
    closed = await stage.do(stage.room.desk.situation)
    assert (closed.awaits_question, closed.someone_on_shift) == (True, False)
    assert closed.opening is not None


async def test_a_request_and_its_parts_keep_the_persons_place_out_of_logs() -> None:
    request = Request(country="IT", city="Milano", intent="labour_rights/unpaid_wages")

    assert "Milano" not in repr(request)
    assert "unpaid" not in repr(request)
