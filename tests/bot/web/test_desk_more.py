"""What stands behind "More": notes, a colleague, another office, calls, muting, interpreting; each allowed, refused, twice."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.staff import Role
from handoff.bridge import BridgeKind
from handoff.store import read_card, seal_card, to_case
from tests.bot.web.site import OFFICE, OTHER_OFFICE, Browser, Site, phrases, taken

_REFUSED = {(303, "/desk?said=not_yours"), (404, ""), (409, "")}  # 409: the words of a note are given back
NOBODY = UUID("01890000-0000-7000-8000-000000000001")


async def sign_in(
    site: Site, login: str, role: Role = Role.OPERATOR, points: tuple[str, ...] = (OFFICE.id,)
) -> Browser:
    """Return the browser of somebody at a desk, here and signed in."""
    browser = await site.browser()
    await browser.signs_in(await site.hire(login, role, points))
    async with site.context.database.transaction() as connection:
        values = {"seen_at": site.clock(), "second_factor_at": site.clock()}
        await connection.execute(update(t.staff_session).values(second_factor_at=values["second_factor_at"]))
        await connection.execute(update(t.staff).values(seen_at=values["seen_at"], totp_at=site.clock()))
    return browser


async def member(site: Site, login: str) -> UUID:
    found: UUID = next(row.id for row in await site.rows(t.staff) if row.login == login)
    return found


async def test_notes_are_for_colleagues_and_stay_with_the_case(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)

    answer = await marta.acts(f"/desk/c/{case}/note", note="Asked the <union> lawyer", form="1")
    html = await marta.opens(f"/desk/c/{case}")

    assert answer.headers["Location"] == f"/desk/c/{case}?more=1#more"
    assert "Asked the &lt;union&gt; lawyer" in html
    assert "Notes: 1" in html
    await site.sender.drain()
    assert "lawyer" not in await person.opens()
    assert b"lawyer" not in bytes((await site.rows(t.note))[0].payload)


async def test_a_note_that_is_sent_twice_or_empty_is_written_once(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)

    for note in ("once", "once", "  "):
        await marta.acts(f"/desk/c/{case}/note", note=note, form="one-form")

    assert len(await site.rows(t.note)) == 1


@pytest.mark.parametrize("deed", ["note", "pass", "transfer", "called", "mute", "article", "phrase"])
async def test_a_case_that_one_does_not_hold_is_out_of_reach(site: Site, marta: Browser, deed: str) -> None:
    case = await taken(site, marta)
    pavel = await sign_in(site, "pavel")
    stranger = await sign_in(site, "ugo", points=(OTHER_OFFICE.id,))
    before = [len(await site.rows(table)) for table in (t.note, t.outbox, t.handoff_event)]

    for other in (pavel, stranger):
        fields = {"note": "x", "form": "f", "colleague": str(await member(site, "pavel")), "point": OTHER_OFFICE.id}
        answer = await other.acts(f"/desk/c/{case}/{deed}", **fields, call=str(NOBODY), intent="a/b", part="summary")
        assert (answer.status, answer.headers.get("Location", "")) in _REFUSED

    assert [len(await site.rows(table)) for table in (t.note, t.outbox, t.handoff_event)] == before


async def test_a_colleague_who_is_here_goes_on_at_once(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    pavel = await sign_in(site, "pavel")

    assert "pavel (is here)" in await marta.opens(f"/desk/c/{case}")
    answer = await marta.acts(f"/desk/c/{case}/pass", colleague=str(await member(site, "pavel")))
    again = await marta.acts(f"/desk/c/{case}/pass", colleague=str(await member(site, "pavel")))
    await site.sender.drain()

    assert answer.headers["Location"] == "/desk?said=passed"
    assert again.headers["Location"] == "/desk?said=not_yours"
    assert "my boss does not pay me" in await pavel.opens(f"/desk/c/{case}")
    assert "my boss" not in await marta.opens(f"/desk/c/{case}")
    assert (await site.conversation()).operator_id == await member(site, "pavel")


async def test_a_colleague_who_went_away_cannot_be_given_a_case(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    pavel = await sign_in(site, "pavel")
    await pavel.acts("/desk/away", away="1")

    answer = await marta.acts(f"/desk/c/{case}/pass", colleague=str(await member(site, "pavel")))

    assert answer.headers["Location"] == f"/desk/c/{case}?said=not_now_pass#end"
    assert "my boss" in await marta.opens(f"/desk/c/{case}")


async def test_another_office_is_asked_about_first(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    assert "At no other office" in await marta.opens(f"/desk/c/{case}")
    await sign_in(site, "ugo", points=(OTHER_OFFICE.id,))

    assert "Sportello Torino" in await marta.opens(f"/desk/c/{case}")
    answer = await marta.acts(f"/desk/c/{case}/transfer", point=OTHER_OFFICE.id)
    html = await marta.opens(f"/desk/c/{case}")

    assert answer.headers["Location"] == f"/desk/c/{case}?said=transfer_asked#end"
    assert "The person is being asked: Sportello Torino" in html
    assert (await site.conversation()).operator_id == await member(site, "marta2")


async def test_an_office_where_nobody_works_cannot_be_asked_about(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)

    answer = await marta.acts(f"/desk/c/{case}/transfer", point=OTHER_OFFICE.id)

    assert answer.headers["Location"] == f"/desk/c/{case}?said=not_now_transfer#end"


async def asks_for_a_call(site: Site) -> UUID:
    """Let the person wait, then ask to be called."""
    case = await site.wants_a_person()
    calls, conversation = site.handoff.calls, await site.conversation()
    async with site.context.database.transaction() as connection:
        await calls.number(connection, conversation, "+393331234567")
        await calls.safe(connection, conversation, False)
        await calls.when(connection, conversation, "morning")
    return case


async def test_a_call_shows_its_number_only_to_who_takes_it(site: Site, person: Browser, marta: Browser) -> None:
    case = await asks_for_a_call(site)
    pavel = await sign_in(site, "pavel")
    waiting = await marta.opens("/desk")
    assert "Calls to make" in waiting
    assert "Say nothing if somebody else answers" in waiting
    assert "3331234567" not in waiting

    await marta.acts(f"/desk/c/{case}/take")

    assert "tel:+393331234567" in await marta.opens("/desk")
    assert "3331234567" not in await pavel.opens("/desk")


@pytest.mark.parametrize(
    ("result", "leads_to"), [("reached", "/desk?said=called"), ("not_reached", "call_not_reached")]
)
async def test_a_call_that_was_made_has_no_number_any_more(
    site: Site, marta: Browser, result: str, leads_to: str
) -> None:
    case = await asks_for_a_call(site)
    await marta.acts(f"/desk/c/{case}/take")
    call = (await site.rows(t.callback))[0].id

    answers = [await marta.acts(f"/desk/c/{case}/called", call=str(call), result=result) for _ in range(2)]

    assert leads_to in answers[0].headers["Location"]
    assert answers[1].headers["Location"] == "/desk?said=not_yours"
    (row,) = await site.rows(t.callback)
    assert (row.number, row.result) == (None, result)
    assert "333123" not in await marta.opens("/desk")


async def test_who_is_muted_can_be_confirmed_or_lifted_by_a_lead_only(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    lead = await sign_in(site, "leda", Role.LEAD)
    stranger = await sign_in(site, "livia", Role.LEAD, (OTHER_OFFICE.id,))
    muted = await marta.acts(f"/desk/c/{case}/mute")
    person = (await site.conversation()).id

    assert muted.headers["Location"] == "/desk?said=muted"
    assert "Muted" not in await marta.opens("/desk")
    assert (await marta.acts(f"/desk/limits/{person}/lift")).status == 403
    assert (await stranger.acts(f"/desk/limits/{person}/lift")).headers["Location"] == "/desk?said=not_yours"
    assert "Confirm for 30 days" in await lead.opens("/desk")
    confirmed = await lead.acts(f"/desk/limits/{person}/confirm")
    assert confirmed.headers["Location"] == "/desk?said=limit_confirmed"
    assert "Confirm for 30 days" not in await lead.opens("/desk")
    until = (await site.rows(t.conversation))[0].limited_until
    assert until == site.clock() + timedelta(days=30)
    assert (await lead.acts(f"/desk/limits/{person}/lift")).headers["Location"] == "/desk?said=limit_lifted"
    assert "Lift it" not in await lead.opens("/desk")


async def waits_for_an_interpreter(site: Site) -> UUID:
    case = await site.wants_a_person()
    async with site.context.database.transaction() as connection:
        values = {"bridge": BridgeKind.INTERPRETER, "locale": "ti"}
        await connection.execute(update(t.case).where(t.case.c.id == case).values(**values))
    return case


async def interpreter(site: Site, languages: tuple[str, ...]) -> Browser:
    browser = await sign_in(site, "selam", Role.INTERPRETER, ())
    async with site.context.database.transaction() as connection:
        values = {"languages": list(languages), "interprets_at": site.clock()}
        await connection.execute(update(t.staff).where(t.staff.c.login == "selam").values(**values))
    return browser


async def test_an_interpreter_sees_a_card_and_reads_only_after_the_persons_yes(
    site: Site, person: Browser, marta: Browser
) -> None:
    case = await waits_for_an_interpreter(site)
    await marta.acts(f"/desk/c/{case}/take")
    selam = await interpreter(site, ("ti",))

    card = await selam.opens("/desk")
    asked = await selam.acts(f"/desk/c/{case}/interpret")
    before = await selam.opens(f"/desk/c/{case}")
    async with site.context.database.transaction() as connection:
        await site.handoff.choose(connection, await site.conversation(), "h:interpret:yes")
    after = await selam.opens(f"/desk/c/{case}")

    assert "Tigrinya" in card
    assert "my boss" not in card
    assert asked.headers["Location"] == "/desk?said=interpreter_asked"
    assert "my boss" not in before
    assert "my boss does not pay me" in after
    assert "Close the case" not in after
    assert (await selam.acts(f"/desk/c/{case}/close")).status == 403


async def test_an_interpreter_of_other_languages_sees_nothing(site: Site, marta: Browser) -> None:
    case = await waits_for_an_interpreter(site)
    await marta.acts(f"/desk/c/{case}/take")
    selam = await interpreter(site, ("fa",))

    assert str(case) not in await selam.opens("/desk")
    assert (await selam.acts(f"/desk/c/{case}/interpret")).headers["Location"] == "/desk?said=not_yours"


async def test_the_summary_shows_what_the_bot_knows(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    ring, (row,) = site.handoff.casebook.ring, await site.rows(t.case)
    known = replace(
        read_card(ring, to_case(row)), intent="labour_rights/unpaid_wages", shown=("labour_rights/dismissal",),
        answers={"contract": "no"}, also=("fr",),
    )  # fmt: skip
    async with site.context.database.transaction() as connection:
        sealed = seal_card(ring, case, known)
        await connection.execute(update(t.case).where(t.case.c.id == case).values(card=sealed))

    html = await marta.opens(f"/desk/c/{case}")

    titles = [phrases().title("en", intent) for intent in ("labour_rights/unpaid_wages", "labour_rights/dismissal")]
    for fact in (*titles, "French", "Do you have a written work contract?"):
        assert fact in html


async def test_a_note_that_comes_too_late_is_given_back(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    await marta.acts(f"/desk/c/{case}/give-back")

    answer = await marta.acts(f"/desk/c/{case}/note", note="She calls on Monday", form="f")

    assert answer.status == 409
    assert "She calls on Monday</textarea>" in await answer.text()
    assert await site.rows(t.note) == []
