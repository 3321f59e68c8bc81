"""Contact points, sentences and ready words of the studio in Chromium: wide and at 360 px, by keyboard, with axe."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.staff import Role
from tests.bot.web.site import OFFICE, SAME, Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, WIDE, violations
from tests.browser.test_desk_in_a_browser import asks_for_a_person, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

LONG = "Sportello intercomunale per l’orientamento legale delle lavoratrici e dei lavoratori della provincia"
PAGES = {
    "offices": "/studio/offices",
    "office": "/studio/offices/milano",
    "texts": "/studio/texts?language=ar&room=danger",
    "ready": "/studio/ready",
}


async def editor(site: Site, page: Page) -> None:
    """Somebody who edits everything is signed in; their office has a source, so that it can be saved."""
    account = await site.hire("chiara", Role.CONTENT, [])
    form: dict[str, str | float | bool] = {"login": account.login, "password": account.password}
    await page.context.request.post("/desk/sign-in", form=form, headers=SAME, max_redirects=0)
    points = site.context.workshop.offices.points
    points["milano"] = replace(OFFICE, sources=("https://example.org",), lat=45.46, lon=9.19)


@pytest.mark.parametrize(("name", "options"), [("1200", WIDE), ("360", PHONE)])
async def test_the_pages_hold_at_every_width_and_axe_is_content(
    site: Site, new_page: NewPage, shots: Path, name: str, options: dict[str, object]
) -> None:
    page = await new_page(**options)
    await editor(site, page)
    site.context.workshop.offices.points["lungo"] = replace(OFFICE, id="lungo", name=LONG)

    for room, address in PAGES.items():
        await page.goto(address)
        if room == "ready":
            await page.locator("summary").first.click()
        await page.screenshot(path=shots / f"studio-{room}-{name}.png", full_page=True)
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, room
        assert await violations(page) == [], room


async def test_an_office_is_placed_by_keyboard_and_by_click_and_its_weeks_follow(
    site: Site, new_page: NewPage, shots: Path
) -> None:
    page = await new_page(**WIDE)
    await editor(site, page)
    await page.goto("/studio/offices/milano")
    chart, lat, lon = page.locator("#map"), page.get_by_label("Latitude"), page.get_by_label("Longitude")
    assert await page.evaluate("document.querySelector('#map use').getBBox().width") > 500  # the outline is there

    await chart.focus()
    await page.keyboard.press("+")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowUp")
    assert float(await lon.input_value()) > 9.19
    assert float(await lat.input_value()) > 45.46
    await page.get_by_role("button", name="Remove from the map").click()
    await expect(lat).to_have_value("")
    box = await chart.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert abs(float(await lat.input_value()) - 45.46) < 1
    assert abs(float(await lon.input_value()) - 9.19) < 1
    await lat.fill("41.9")
    await lon.fill("12.5")
    assert await page.locator("#here").get_attribute("cy") == "602"

    await expect(page.locator("#fortnight tr.open").first).to_contain_text("09:00–18:00")
    await page.get_by_label("Monday, first opening, from").fill("10:00")
    await page.get_by_label("Tuesday, first opening, from").fill("10:00")
    await expect(page.locator("#fortnight")).to_contain_text("10:00–18:00")
    await page.screenshot(path=shots / "studio-office-map.png", full_page=True)
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_text("Saved. People see it now.")).to_be_visible()
    point = site.context.workshop.offices.points["milano"]
    assert (point.lat, point.lon, point.hours) == (41.9, 12.5, "Mo-Tu 10:00-18:00; We-Fr 09:00-18:00")


async def test_a_sentence_is_seen_while_it_is_written(site: Site, new_page: NewPage, shots: Path) -> None:
    page = await new_page(**WIDE)
    await editor(site, page)
    await page.goto("/studio/texts?language=it&q=choice_person")
    field = page.get_by_label("Your text choice_person")

    await field.fill("Parlare con una persona vera")
    await expect(page.get_by_text("28 of 20 characters")).to_have_class("length over")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("It is too long. At most 20 characters.")).to_be_visible()
    await page.screenshot(path=shots / "studio-texts-too-long.png", full_page=True)
    await field.fill("Parla con noi")
    await expect(page.locator(".bubble")).to_have_text("Parla con noi")
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_text("Saved. The bot says it now.")).to_be_visible()
    assert site.context.phrases.text("it", "choice_person") == "Parla con noi"


async def test_ready_words_go_into_the_answer_and_are_not_sent(site: Site, new_page: NewPage, shots: Path) -> None:
    page, desk, chat = await new_page(**WIDE), await new_page(**WIDE), await new_page(**PHONE)
    await editor(site, page)
    await page.goto("/studio/ready?office=milano")
    await page.locator("summary", has_text="New ready words").click()
    await page.get_by_label("Title, for advisers only").fill("First hello")
    await page.get_by_label("English").fill("Hello from {office}.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. Advisers find it now.")).to_be_visible()
    await sign_in(site, desk, await site.hire())
    case = await asks_for_a_person(site, chat, "my boss does not pay me")
    await desk.goto("/desk")
    await desk.locator(f"form[action$='{case}/take'] button").click()

    await desk.locator("#text").fill("Good morning. ")
    await desk.locator("#insert").click()
    await desk.get_by_role("button", name="Put into the answer First hello").click()

    await expect(desk.locator("#text")).to_have_value("Good morning. Hello from Sportello Milano.")
    await expect(desk.locator("#inserted")).to_be_hidden()
    await desk.screenshot(path=shots / "desk-ready-words.png", full_page=True)
