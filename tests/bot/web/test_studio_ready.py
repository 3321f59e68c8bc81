"""Ready words: written in the studio, found and put into an answer at the desk, never of another office."""

import re
from typing import Any

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.staff import Role
from tests.bot.web.site import OFFICE, OTHER_OFFICE, Browser, Site, taken

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
HELLO = {
    "title": "First hello",
    "text_it": "Buongiorno, qui {office}.\nSono: {adviser}.",
    "text_en": "Hello from {office}.",
}


async def signed_in(site: Site, role: Role, *points: str) -> Browser:
    """Return the browser of somebody with this role."""
    browser = await site.browser()
    await browser.signs_in(await site.hire(role.value, role, points))
    return browser


async def saves(browser: Browser, office: str, slug: str = "", **sent: Any) -> tuple[int, str]:
    """Send the form of an entry; return status and page, or where it leads."""
    html = await browser.opens(f"/studio/ready?office={office}")
    csrf = _CSRF.search(html)
    seen = re.search(rf'value="{slug}"><input type="hidden" name="seen" value="([^"]+)"', html) if slug else None
    hidden = {"csrf": csrf[1] if csrf else "", "office": office, "slug": slug, "seen": seen[1] if seen else ""}
    answer = await browser.posts("/studio/ready", hidden | {"deed": "save"} | sent)
    return answer.status, answer.headers.get("Location", "") or await answer.text()


async def slugs(site: Site) -> list[str]:
    return [row.key.partition("/")[2] for row in await site.rows(t.edit) if row.current]


async def italian(site: Site) -> None:
    """The person reads Italian."""
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.conversation).values(locale="it"))


async def test_a_leads_words_are_put_into_an_answer_and_not_sent(site: Site, marta: Browser) -> None:
    lead = await signed_in(site, Role.LEAD, OFFICE.id)
    assert (await saves(lead, OFFICE.id, **HELLO))[0] == 303
    case = await taken(site, marta)
    await italian(site)

    html = await marta.opens(f"/desk/c/{case}/insert")
    key = re.search(r'name="ready" value="([^"]+)"', html)

    assert "First hello" in html
    assert "Your office&#39;s own words" in html
    assert "Buongiorno, qui Sportello Milano.\nSono: Consulente." in html
    assert "Hello from Sportello Milano." in html
    assert key is not None
    assert "First hello" in await marta.opens(f"/desk/c/{case}/insert?q=BUONGIORNO")
    assert "First hello" not in await marta.opens(f"/desk/c/{case}/insert?q=payslip")
    page = await marta.opens(f"/desk/c/{case}?ready={key[1]}")
    assert re.search(r'<textarea id="text"[^>]*>Buongiorno, qui Sportello Milano\.', page)
    assert [row for row in await site.rows(t.outbox) if row.purpose == "operator"] == []


async def test_without_a_text_in_the_persons_language_the_operators_comes_and_it_is_said(
    site: Site, marta: Browser
) -> None:
    editor = await signed_in(site, Role.CONTENT)
    await saves(editor, "*", title="Thanks", text_en="Thank you from {office}.")
    case = await taken(site, marta)
    await italian(site)

    html = await marta.opens(f"/desk/c/{case}/insert")

    assert "Words of the network" in html
    assert "There is no text in this language: Italian" in html
    assert 'lang="en" dir="ltr">Thank you from Sportello Milano.' in html


async def test_the_words_of_another_office_are_not_there(site: Site, marta: Browser) -> None:
    editor = await signed_in(site, Role.CONTENT)
    await saves(editor, OTHER_OFFICE.id, **HELLO)
    case = await taken(site, marta)
    (slug,) = await slugs(site)

    assert "First hello" not in await marta.opens(f"/desk/c/{case}/insert")
    page = await marta.opens(f"/desk/c/{case}?ready={OTHER_OFFICE.id}/{slug}")
    assert "Hello from" not in page
    assert 'aria-describedby="reads way"></textarea>' in page


async def test_a_lead_writes_for_their_own_office_alone(site: Site) -> None:
    lead = await signed_in(site, Role.LEAD, OFFICE.id)

    assert (await saves(lead, OTHER_OFFICE.id, **HELLO))[0] == 403
    assert (await saves(lead, "*", **HELLO))[0] == 403
    assert "All contact points" not in await lead.opens("/studio/ready?office=*")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text_it": "", "text_en": ""}, "Write the text in at least one language."),
        ({"text_it": "Ciao {name}"}, "Only {office} and {adviser} may stand in braces."),
        ({"text_it": "a" * 1501}, "It is too long."),
        ({"text_it": "Chiama il \u202e211"}, "A hidden sign in it turns words or numbers around."),
        ({"title": "First hello\u2067"}, "A hidden sign in it turns words or numbers around."),
    ],
)
async def test_what_is_wrong_is_said_and_not_lost(site: Site, wrong: dict[str, str], said: str) -> None:
    editor = await signed_in(site, Role.CONTENT)

    status, html = await saves(editor, "*", **HELLO | wrong)

    assert status == 422
    assert said in html
    assert "First hello" in html or "Hello from {office}." in html
    assert await site.rows(t.edit) == []


async def test_words_are_changed_and_taken_away_with_their_history(site: Site) -> None:
    editor, other = await signed_in(site, Role.CONTENT), await signed_in(site, Role.COORDINATOR)
    await saves(editor, "*", **HELLO)
    (slug,) = await slugs(site)

    assert (await saves(editor, "*", slug, **HELLO | {"title": "Hello again"}))[0] == 303
    status, html = await saves(other, "*", slug, **HELLO, seen="")
    assert (status, "Somebody else saved this while you were writing" in html) == (422, True)
    assert (await saves(editor, "*", slug, deed="away"))[0] == 303
    assert await slugs(site) == []
    assert len(await site.rows(t.edit)) == 2
    assert (await saves(other, "*", slug, **HELLO))[0] == 422
    actions = [row.action for row in await site.rows(t.audit) if row.action.startswith("ready_words")]
    assert actions == ["ready_words_saved", "ready_words_saved", "ready_words_away"]
