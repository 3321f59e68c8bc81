"""Contact points in the studio: list, form, what counts at once, who may what, and what is refused."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from multidict import MultiDict

from bot import tables as t
from bot.staff import Role
from bot.web.studio.offices.form import sent_fields
from handoff.offices.contact_point import ContactPoint, Duty
from handoff.offices.directory import POINT_SCHEMA
from tests.bot.web.site import OFFICE, OTHER_OFFICE, Browser, Site

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_SEEN = re.compile(r'name="seen" value="([^"]*)"')
WEEK: dict[str, Any] = {f"{day}0_from": "09:00" for day in ("Mo", "Tu", "We")} | {
    f"{day}0_to": "12:30" for day in ("Mo", "Tu", "We")
}
MILANO = "/studio/offices/milano"


async def signed_in(site: Site, role: Role, *points: str) -> Browser:
    """Return the browser of somebody with this role."""
    browser = await site.browser()
    await browser.signs_in(await site.hire(role.value, role, points))
    return browser


def fields(point: ContactPoint = OFFICE, **changes: Any) -> dict[str, Any]:
    """Return what the form of an office sends when nothing was touched, and the changes."""
    plain = POINT_SCHEMA.plain(replace(point, sources=("https://example.org",)))
    sent = {name: value for name, value in plain.items() if name not in {"id", "closures", "city_also"}}
    sent["sources"] = "\n".join(plain["sources"])
    return sent | {"hours_by": "text", "deed": "save"} | changes


async def sends(browser: Browser, address: str, sent: Mapping[str, Any], to: str = "") -> tuple[int, str, str]:
    """Open a form and send it; return status, where it leads and the page."""
    html = await browser.opens(address)
    csrf, seen = _CSRF.search(html), _SEEN.search(html)
    assert csrf is not None
    hidden = {"csrf": csrf[1], "seen": seen[1] if seen else ""}
    answer = await browser.posts(to or address, hidden | dict(sent))
    return answer.status, answer.headers.get("Location", ""), await answer.text()


async def test_the_list_tells_who_answers_and_what_is_missing(site: Site) -> None:
    editor = await signed_in(site, Role.CONTENT)
    await site.hire("marta", points=[OFFICE.id])

    html = await editor.opens("/studio/offices")

    assert "Sportello Milano" in html
    assert "Sportello Torino" in html
    assert html.count("Somebody answers here</span>") == 1
    assert "Missing: Address, Telephone, Place on the map" in html
    assert "Not checked for a year" in html
    assert "Sportello Torino" not in await editor.opens("/studio/offices?q=milano")
    assert "Sportello Milano" not in await editor.opens("/studio/offices?state=listed")


async def test_what_is_saved_counts_at_once_and_is_noted(site: Site) -> None:
    editor = await signed_in(site, Role.CONTENT)

    status, where, _ = await sends(
        editor, MILANO, fields(phone="02 123", hours_by="week", holidays_off="1", **WEEK, lat="45,46", lon="9.19")
    )

    assert (status, where) == (303, "/studio/offices/milano?said=saved")
    point = site.context.counter.casebook.office("milano")
    assert (point.phone, point.hours) == ("02 123", "Mo-We 09:00-12:30; PH off")
    assert (point.lat, point.lon) == (45.46, 9.19)
    assert (point.languages, point.name) == (OFFICE.languages, OFFICE.name)
    (row,) = [one for one in await site.rows(t.audit) if one.action == "office_changed"]
    assert (row.object_id, row.contact_point) == ("milano", "milano")
    html = await editor.opens(f"{MILANO}?said=saved")
    assert "Saved. People see it now." in html
    assert "Changed: Opening hours" in html or "Opening hours, " in html
    assert 'class="here" id="here" r="1.5" cx="424.0"' in html


async def test_looking_shows_two_weeks_and_saves_nothing(site: Site) -> None:
    site.clock.now = site.clock.now.replace(year=2026, month=12, day=21)
    editor = await signed_in(site, Role.CONTENT)

    _, _, html = await sends(
        editor,
        MILANO,
        fields(deed="look", hours="Mo-Fr 10:00-12:00; PH off", closed_from="2026-12-28", closed_until=""),
    )

    rows = re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', html)
    days = dict(rows[-14:])
    assert len(days) == 14
    assert days["Monday 21 December"] == "10:00–12:00"
    assert days["Friday 25 December"] == "closed · public holiday"
    assert days["Monday 28 December"] == "closed · closed once"
    assert days["Sunday 27 December"] == "closed"
    assert await site.rows(t.edit) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hours_by": "week", "Mo0_from": "09:00"}, "These hours cannot be read."),
        ({"phone": "call us"}, "A telephone number has only digits"),
        ({"address": "Via Roma \u202e21"}, "A hidden sign in it turns words or numbers around."),
        ({"sources": ""}, "Give at least one address that shows this is true"),
        ({"closed_from": "2026-12-28", "closed_until": "2026-12-01"}, "A closure has a first and a last day"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    site: Site, wrong: dict[str, str], said: str
) -> None:
    editor = await signed_in(site, Role.CONTENT)

    status, _, html = await sends(editor, MILANO, fields(name="Sportello nuovo") | wrong)

    assert status == 422
    assert said in html
    assert 'value="Sportello nuovo"' in html
    assert await site.rows(t.edit) == []


async def test_a_circle_of_offices_is_refused(site: Site) -> None:
    editor = await signed_in(site, Role.CONTENT)
    await sends(editor, "/studio/offices/torino", fields(OTHER_OFFICE, parent="milano"))

    status, _, html = await sends(editor, MILANO, fields(parent="torino"))

    assert (status, "leads back here" in html) == (422, True)


async def test_of_two_people_who_save_at_once_the_second_is_told(site: Site) -> None:
    first, second = await signed_in(site, Role.CONTENT), await signed_in(site, Role.COORDINATOR)
    await second.opens(MILANO)

    html = await second.opens(MILANO)
    csrf = _CSRF.search(html)
    await sends(first, MILANO, fields(phone="1111"))
    answer = await second.posts(MILANO, {"csrf": csrf[1] if csrf else "", "seen": "", **fields(phone="2222")})

    assert answer.status == 422
    page = await answer.text()
    assert "Somebody else saved this contact point" in page
    assert 'value="2222"' in page
    assert site.context.counter.casebook.office("milano").phone == "1111"


async def test_only_the_office_itself_declares_that_it_reports_nobody(site: Site) -> None:
    declared = fields(duty_to_report="none", declared_on="2026-11-01")
    editor, lead = await signed_in(site, Role.CONTENT), await signed_in(site, Role.LEAD, "milano")

    refused, _, html = await sends(editor, MILANO, declared)
    assert (refused, "Only the lead of this contact point" in html) == (422, True)
    assert 'value="none"' not in await editor.opens(MILANO)

    assert (await sends(lead, MILANO, declared))[0] == 303
    assert site.context.counter.casebook.office("milano").trusted
    assert (await sends(editor, MILANO, declared | {"phone": "123"}))[0] == 303
    assert site.context.counter.casebook.office("milano").declared_on == date(2026, 11, 1)
    assert (await sends(editor, MILANO, declared | {"declared_on": "2026-11-02"}))[0] == 422
    assert (await sends(editor, MILANO, fields(duty_to_report="unknown")))[0] == 303
    assert site.context.counter.casebook.office("milano").duty_to_report is Duty.UNKNOWN


async def test_a_lead_edits_their_own_office_alone(site: Site) -> None:
    lead = await signed_in(site, Role.LEAD, "milano")

    assert "Sportello Torino" not in await lead.opens("/studio/offices")
    assert "/away" not in await lead.opens(MILANO)
    assert (await sends(lead, MILANO, fields(OTHER_OFFICE), "/studio/offices/torino"))[0] == 404
    assert (await sends(lead, MILANO, {}, "/studio/offices/milano/away"))[0] == 403
    assert (await sends(lead, MILANO, fields(phone="123")))[0] == 303


async def test_an_office_where_people_wait_is_not_taken_away(site: Site, person: Browser) -> None:
    await site.wants_a_person()
    editor = await signed_in(site, Role.CONTENT)

    status, _, html = await sends(editor, MILANO, {}, f"{MILANO}/away")

    assert status == 409
    assert "People who are there: 1." in html
    assert (await sends(editor, "/studio/offices/torino", {}, "/studio/offices/torino/away"))[0] == 303
    assert "Sportello Torino" not in await editor.opens("/studio/offices")


async def test_what_was_taken_away_can_be_brought_back_or_go_back_to_the_file(site: Site) -> None:
    editor, torino = await signed_in(site, Role.CONTENT), "/studio/offices/torino"
    await sends(editor, torino, {}, f"{torino}/away")

    assert "This contact point was taken away." in await editor.opens(torino)
    assert (await sends(editor, torino, fields(OTHER_OFFICE, phone="5555")))[0] == 303
    assert site.context.counter.casebook.office("torino").phone == "5555"
    assert (await sends(editor, torino, {}, f"{torino}/file"))[0] == 303
    assert site.context.counter.casebook.office("torino") == OTHER_OFFICE


async def test_a_new_office(site: Site) -> None:
    editor = await signed_in(site, Role.COORDINATOR)
    roma = fields(replace(OFFICE, name="Sportello Roma", city="Roma"))

    for taken in ("milano", "new", "Roma Centro"):
        assert (await sends(editor, "/studio/offices/new", roma | {"id": taken}))[0] == 422
    status, where, _ = await sends(editor, "/studio/offices/new", roma | {"id": "roma"})

    assert (status, where) == (303, "/studio/offices/roma?said=saved")
    assert "roma" in site.context.workshop.offices.points
    assert (await sends(editor, MILANO, {}, "/studio/offices/nowhere/away"))[0] == 404


@pytest.mark.parametrize(
    ("sent", "hours"),
    [
        ({"hours_by": "week", "hours": "Sa 10:00-12:00"}, "Sa 10:00-12:00"),  # only the text was changed
        ({"hours_by": "text", "hours": "Mo 09:00-10:00", "Mo0_to": "11:00"}, "Mo 09:00-11:00"),  # only the week
        ({"hours_by": "text", "hours": "Sa 10:00-12:00", "Mo0_to": "11:00"}, "Sa 10:00-12:00"),  # both: what is chosen
        ({"hours_by": "week", "hours": "Sa 10:00-12:00", "Mo0_to": "11:00"}, "Mo 09:00-11:00"),
    ],
)
def test_hours_that_were_typed_are_not_lost_to_the_other_way_of_writing_them(sent: dict[str, str], hours: str) -> None:
    form = MultiDict({"hours_was": "Mo 09:00-10:00", "Mo0_from": "09:00", "Mo0_to": "10:00"} | sent)

    assert sent_fields(form, "milano").raw["hours"] == hours
