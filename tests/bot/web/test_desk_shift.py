"""Here until an hour, away, the banner of a platform that fails, the danger protocol, and what a shared computer keeps."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.staff import Role
from bot.web.desk.shift import hours_ahead, moment_of
from handoff.request import Urgency
from tests.bot.web.site import OFFICE, OTHER_OFFICE, Browser, Site, taken

NOW = datetime(2026, 11, 18, 9, 10, tzinfo=UTC)  # 10:10 in Rome


def test_the_next_half_hours_are_those_of_the_office() -> None:
    ahead = hours_ahead(NOW, "Europe/Rome")

    assert ahead[:3] == ["10:30", "11:00", "11:30"]
    assert len(ahead) == len(set(ahead)) == 24


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("17:00", datetime(2026, 11, 18, 16, 0, tzinfo=UTC)),
        ("10:10", datetime(2026, 11, 19, 9, 10, tzinfo=UTC)),
        ("09:00", datetime(2026, 11, 19, 8, 0, tzinfo=UTC)),
        ("", None),
        ("25:00", None),
        ("x", None),
    ],
)
def test_a_time_of_the_clock_is_the_next_one(clock: str, at: datetime | None) -> None:
    assert moment_of(clock, NOW, "Europe/Rome") == at


async def test_a_shift_ends_by_itself_and_says_so(site: Site, marta: Browser) -> None:
    until = hours_ahead(site.clock(), OFFICE.zone)[0]

    answer = await marta.acts("/desk/shift", until=until)
    during = await marta.opens("/desk")
    for _ in range(2):  # a session without a hand ends after half an hour
        site.clock.move(minutes=15)
        await marta.acts("/desk/here")
    after = await marta.opens("/desk")
    await marta.acts("/desk/away", away="")

    assert answer.headers["Location"] == "/desk?said=back"
    assert f"Here until {until}" in during
    assert f"Your time here ended: {until}." in after
    assert "I am here</button>" in after
    assert "Your time here ended" not in await marta.opens("/desk")


async def test_without_an_hour_one_is_here_until_one_goes(site: Site, marta: Browser) -> None:
    await marta.acts("/desk/away", away="1")
    assert "Away" in await marta.opens("/desk")

    await marta.acts("/desk/shift", until="")

    row = next(row for row in await site.rows(t.staff) if row.login == "marta2")
    assert (row.away, row.shift_until) == (False, None)
    assert "You are here" in await marta.opens("/desk")


async def test_a_platform_that_takes_nothing_is_a_banner_for_everybody(site: Site, marta: Browser) -> None:
    assert "does not take our messages" not in await marta.opens("/desk")
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.account).values(failing_since=site.clock(), failing_reason="token"))

    assert "The web chat does not take our messages since 10:00." in await marta.opens("/desk")


async def test_signing_out_leaves_nothing_in_the_browser(site: Site, marta: Browser) -> None:
    page = await marta.client.get("/desk")
    answer = await marta.acts("/desk/sign-out")

    assert page.headers["Cache-Control"] == "no-store"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert (await marta.client.get("/desk", allow_redirects=False)).status == 303


async def lead(site: Site, points: tuple[str, ...] = (OFFICE.id,)) -> Browser:
    browser = await site.browser()
    await browser.signs_in(await site.hire("leda", Role.LEAD, points))
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.staff_session).values(second_factor_at=site.clock()))
        await connection.execute(update(t.staff).values(totp_at=site.clock()))
    return browser


async def in_danger(site: Site, marta: Browser) -> str:
    case = await site.wants_a_person(urgency=Urgency.DANGER)
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.case).where(t.case.c.id == case).values(danger_at=site.clock()))
    await marta.acts(f"/desk/c/{case}/take")
    return await marta.opens(f"/desk/c/{case}")


async def test_a_danger_opens_with_five_lines(site: Site, marta: Browser) -> None:
    html = await in_danger(site, marta)

    protocol = html[html.index('<ol class="protocol">') : html.index("</ol>")]
    assert protocol.count("<li") == 5
    assert "It called nobody and sends no help." in protocol


async def test_a_lead_writes_the_lines_of_the_own_office_and_takes_them_back(site: Site, marta: Browser) -> None:
    leda = await lead(site)
    token = (await leda.opens("/desk/protocol")).split('name="csrf" value="')[1].split('"')[0]
    body = [
        ("csrf", token),
        ("point", OFFICE.id),
        *[("line", line) for line in ("Call <Ada> first", "", "Two", "", "")],
    ]
    same = {"Sec-Fetch-Site": "same-origin"}

    saved = await leda.client.post("/desk/protocol", data=body, headers=same, allow_redirects=False)
    html = await in_danger(site, marta)
    empty = [("csrf", token), ("point", OFFICE.id), *[("line", "")] * 5]
    await leda.client.post("/desk/protocol", data=empty, headers=same)
    again = await marta.opens(f"/desk/c/{(await site.rows(t.case))[0].id}")

    assert saved.headers["Location"] == "/desk/protocol?said=saved"
    assert "Call &lt;Ada&gt; first" in html
    assert "It called nobody" not in html
    assert "It called nobody" in again
    assert "protocol_changed" in [row.action for row in await site.rows(t.audit)]


async def test_nobody_writes_the_lines_of_another_office(site: Site, marta: Browser) -> None:
    leda = await lead(site)

    assert (await leda.acts("/desk/protocol", point=OTHER_OFFICE.id, line="x")).status == 404
    assert (await marta.acts("/desk/protocol", point=OFFICE.id, line="x")).status == 403
    assert (await marta.client.get("/desk/protocol")).status == 403
    assert await site.rows(t.point_setting) == []


async def test_the_composer_says_what_becomes_of_an_answer(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    assert ">Send</button>" in await marta.opens(f"/desk/c/{case}")
    async with site.context.database.transaction() as connection:
        await site.handoff.desk.contact(connection, await site.conversation(), "sign")
    site.clock.move(minutes=20)

    sign = await marta.opens(f"/desk/c/{case}")
    await marta.answers(case, "one")
    held = await marta.opens(f"/desk/c/{case}")

    assert "The person wants only a short sign" in sign
    assert ">Keep the answer</button>" in sign
    assert "The person has a short sign already." in held
    assert "Kept for the person: 1" in held
    assert "Answer kept" in held


async def test_the_window_of_whatsapp_is_said_while_it_is_open_and_when_it_is_closed(
    site: Site, marta: Browser
) -> None:
    case = await taken(site, marta)
    until = site.clock() + timedelta(hours=2)
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.conversation).values(channel="whatsapp", window_until=until))

    is_open = await marta.opens(f"/desk/c/{case}")
    site.clock.move(minutes=121)
    await marta.acts("/desk/here")
    await marta.signs_in(await site.context.staff.reset("marta2"))
    closed = await marta.opens(f"/desk/c/{case}")

    assert "WhatsApp lets you write until 12:00." in is_open
    assert "The 24 hours of WhatsApp are over." in closed
    assert ">Keep the answer</button>" in closed


async def test_who_left_the_chat_cannot_be_written_to(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)

    await person.posts("/chat/leave", {})
    html = await marta.opens(f"/desk/c/{case}")

    assert "The person has left this chat." in html
    assert 'id="send"' not in html
    assert "Close the case" in html
