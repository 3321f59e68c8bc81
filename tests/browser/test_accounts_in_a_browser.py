"""Accounts in Chromium, on a phone: from the invitation's link to the desk, a recovery code, a lost phone."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.crypto import make_ring
from bot.db import Database
from bot.staff import Role, Staff
from bot.staff.rights import must_have_second_factor
from bot.staff.totp import STEP, Key, step_of
from tests.bot.web.site import Site, open_site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, violations
from tests.conftest import Clock
from tests.support.builders import QUICK

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

GOOD = "three green bicycles"


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    """A site on which everybody must have a second factor, so that all steps are walked."""
    path = tmp_path / "guichet.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    staff = Staff(database, clock, QUICK, must_have_second_factor("required"))
    async with open_site(database, make_ring(), clock, staff=staff) as made:
        yield made
    await database.close()


async def looks_well(page: Page, shots: Path, name: str) -> None:
    """No sideways scrolling at 360 px, nothing that a tool for accessibility complains of, and a picture."""
    await page.screenshot(path=shots / f"{name}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360, name
    assert await violations(page) == [], name


async def sets_up(site: Site, page: Page) -> tuple[Key, list[str]]:
    """Read key and codes from the pages, as somebody with a phone and a pencil does."""
    key = Key.read((await page.locator(".key").inner_text()).replace(" ", ""))
    await page.get_by_label("Code", exact=True).fill(key.code(step_of(site.clock())))
    await page.get_by_role("button", name="Continue").tap()
    await expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return key, await page.locator(".codes code").all_inner_texts()


async def signs_in(page: Page, login: str, password: str) -> None:
    await page.goto("/desk")
    await page.get_by_label("Login").fill(login)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").tap()


async def lead(site: Site, page: Page) -> tuple[Key, list[str], str]:
    """A lead at the desk; return key, codes and password."""
    account = await site.hire("ines", Role.LEAD)
    await signs_in(page, "ines", account.password)
    key, codes = await sets_up(site, page)
    await page.get_by_role("link", name="I have written them down").tap()
    await expect(page.get_by_text("Nobody waits now.")).to_be_visible()
    return key, codes, account.password


async def test_from_the_invitation_to_the_first_desk_page(site: Site, new_page: NewPage, shots: Path) -> None:
    desk, phone = await new_page(**PHONE), await new_page(**PHONE)
    await lead(site, desk)
    await desk.goto("/desk/staff")
    await looks_well(desk, shots, "accounts-360-staff")
    await desk.get_by_role("button", name="Make an invitation").tap()
    await looks_well(desk, shots, "accounts-360-invited")
    link = await desk.get_by_label("Link", exact=True).input_value()
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))

    await phone.goto(link)
    await expect(phone.get_by_text("Sportello Milano")).to_be_visible()
    await looks_well(phone, shots, "accounts-360-join")
    assert link.partition("#")[2] not in phone.url
    await phone.get_by_label("Login").fill("olena")
    await phone.get_by_label("Password").fill(GOOD)
    await phone.get_by_role("button", name="Continue").tap()

    await expect(phone.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    await looks_well(phone, shots, "accounts-360-set-up")
    await sets_up(site, phone)
    await looks_well(phone, shots, "accounts-360-codes")
    await phone.get_by_role("link", name="I have written them down").tap()
    await phone.get_by_role("button", name="I agree").tap()
    await expect(phone.get_by_text("Nobody waits now.")).to_be_visible()
    assert not any(link.partition("#")[2] in url for url in asked)

    await phone.goto("/desk/account")
    await looks_well(phone, shots, "accounts-360-account")
    await phone.goto(link)
    await expect(phone.get_by_text("This invitation does not open anything.")).to_be_visible()
    await desk.goto("/desk/staff")
    await desk.locator("summary", has_text="More olena").tap()
    await looks_well(desk, shots, "accounts-360-staff-two")
    await desk.goto("/desk/log")
    await expect(desk.get_by_text("joined")).to_be_visible()
    await looks_well(desk, shots, "accounts-360-log")


async def test_without_javascript_the_code_is_typed(site: Site, new_page: NewPage) -> None:
    desk, plain = await new_page(**PHONE), await new_page(java_script_enabled=False, **PHONE)
    await lead(site, desk)
    await desk.goto("/desk/staff")
    await desk.get_by_role("button", name="Make an invitation").tap()
    code = await desk.locator(".key").inner_text()

    await plain.goto("/desk/join")
    await plain.get_by_label("Code").fill(code.upper())
    await plain.get_by_role("button", name="Continue").tap()

    await expect(plain.get_by_text("Sportello Milano")).to_be_visible()


async def test_a_recovery_code_in_place_of_the_phone(site: Site, new_page: NewPage, shots: Path) -> None:
    first, later = await new_page(**PHONE), await new_page(**PHONE)
    _, codes, password = await lead(site, first)

    await signs_in(later, "ines", password)
    await expect(later.get_by_role("heading", name="Second factor")).to_be_visible()
    await looks_well(later, shots, "accounts-360-code")
    await later.get_by_label("Code", exact=True).fill("000000")
    await later.get_by_role("button", name="Continue").tap()
    await expect(later.get_by_role("alert")).to_contain_text("wrong or was used already")
    await looks_well(later, shots, "accounts-360-wrong")
    await later.get_by_label("Code", exact=True).fill(codes[0])
    await later.get_by_role("button", name="Continue").tap()

    await expect(later.get_by_text("You used a recovery code.")).to_be_visible()
    await expect(later.get_by_text("Recovery codes left: 9.")).to_be_visible()


async def test_a_lost_phone_is_taken_away_by_the_lead(site: Site, new_page: NewPage) -> None:
    desk, phone = await new_page(**PHONE), await new_page(**PHONE)
    await lead(site, desk)
    account = await site.hire("marta")
    await signs_in(phone, "marta", account.password)
    await sets_up(site, phone)
    site.clock.move(seconds=STEP)

    await desk.goto("/desk/staff")
    await desk.locator("summary", has_text="More marta").tap()
    await desk.get_by_role("button", name=re.compile("Phone lost")).tap()
    await expect(desk.get_by_text("Their second factor is gone.")).to_be_visible()

    await signs_in(phone, "marta", account.password)
    await expect(phone.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    await expect(phone.get_by_text("was taken away on request")).to_be_visible()
