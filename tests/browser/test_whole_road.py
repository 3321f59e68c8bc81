"""The main job on the real service with the real Rasa: a question gets a sourced answer in Italian, a wish gets a person."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, expect

from bot.rasa_process import RasaProcess
from tests.browser.hands import PHONE, write
from tests.fakes.remote import RemoteFake
from tests.support.service import ROOT, ServiceProcess

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

QUESTION = "il mio capo non mi paga da due mesi"
PERSON = "voglio parlare con una persona"


@dataclass
class Road:
    """The service, both platforms and the operator's password."""

    service: ServiceProcess
    telegram: RemoteFake
    whatsapp: RemoteFake
    password: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def road(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Road]:
    folder = tmp_path_factory.mktemp("road")
    (folder / "var").mkdir()
    async with AsyncExitStack() as stack:
        rasa = await stack.enter_async_context(RasaProcess(ROOT, state=folder / "var"))
        telegram = await stack.enter_async_context(RemoteFake("telegram"))
        whatsapp = await stack.enter_async_context(RemoteFake("whatsapp"))
        await rasa.ready.wait()
        service = ServiceProcess(folder, telegram.url, whatsapp.url, office_always_open=True)
        await whatsapp.set(webhook_url=f"{service.url}/whatsapp")
        await service.start()
        found = re.search(r"operator\s+(\S+)", (folder / "service.log").read_text())
        assert found
        yield Road(service, telegram, whatsapp, found[1])
        assert await service.stop() == 0


async def _desk(chromium: Chromium, road: Road) -> Page:
    page = await (await chromium.new_context(base_url=road.service.url)).new_page()
    await page.goto("/desk")
    await page.locator("input[name=login]").fill("operator")
    await page.locator("input[name=password]").fill(road.password)
    await page.locator("button[type=submit], form button").last.click()
    return page


async def _take_and_reply(desk: Page, words: str) -> None:
    await desk.goto("/desk")
    await desk.locator("#waiting button").first.click()
    await desk.locator("form.answer textarea").fill(words)
    await desk.locator("form.answer button").first.click()


async def test_on_the_web(chromium: Chromium, road: Road, shots: Path) -> None:
    desk = await _desk(chromium, road)
    page = await (await chromium.new_context(base_url=road.service.url, locale="it-IT")).new_page()
    await page.goto("/")
    await page.locator("#text").fill(QUESTION)
    await page.locator("#text").press("Enter")
    answer = page.locator(".bubble.bot").last
    await expect(answer).to_contain_text("Fonte", timeout=30_000)
    await expect(answer).to_contain_text("2026")
    await page.screenshot(path=shots / "road-answer.png", full_page=True)

    await page.locator("#text").fill(PERSON)
    await page.locator("#text").press("Enter")
    await page.get_by_role("button", name="Salta").click(timeout=30_000)
    await page.get_by_role("button", name="Chiedi a loro").click(timeout=30_000)
    await page.get_by_role("button", name="Sì").last.click(timeout=30_000)
    await expect(page.locator(".bubble.bot").last).to_contain_text("Demo office", timeout=30_000)
    await _take_and_reply(desk, "Buongiorno, sono del sindacato.")
    await expect(page.locator(".bubble").last).to_contain_text("Buongiorno, sono del sindacato.", timeout=30_000)
    await page.screenshot(path=shots / "road-person.png", full_page=True)
    await desk.screenshot(path=shots / "road-desk.png", full_page=True)


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"])
async def test_on_a_platform(chromium: Chromium, road: Road, platform: str) -> None:
    fake = road.telegram if platform == "telegram" else road.whatsapp
    user = "390612345678" if platform == "whatsapp" else "4242"
    desk = await _desk(chromium, road)

    async def says(text: str, count: int) -> str:
        await fake.do("says", user=user, text=text)
        return (await fake.wait_for(user, count, timeout=40))[-1].text

    assert "Fonte" in await says(QUESTION, 1)
    await says(PERSON, 2)
    await says("Milano", 3)
    await says("1", 4)
    assert "Demo office" in await says("sì", 5)
    await _take_and_reply(desk, "Buongiorno, sono del sindacato.")
    heard = await fake.wait_for(user, 7, timeout=40)
    assert heard[-1].text == "Buongiorno, sono del sindacato."


async def test_the_film_of_one_handoff(chromium: Chromium, road: Road, shots: Path) -> None:
    """From the first message to the rating; every step leaves a picture, `film-01` and so on."""
    desk = await _desk(chromium, road)
    phone = await (await chromium.new_context(base_url=road.service.url, locale="it-IT", **PHONE)).new_page()
    number = 0

    async def shot(page: Page) -> None:
        nonlocal number
        number += 1
        await page.screenshot(path=shots / f"film-{number:02}.png")

    async def hears(text: str) -> None:
        await expect(phone.locator(".bubble").last).to_contain_text(text, timeout=30_000)
        await shot(phone)

    async def tap(name: str) -> None:
        await phone.get_by_role("button", name=name, exact=True).last.click(timeout=30_000)

    await phone.goto("/")
    await write(phone, QUESTION)
    await hears("Fonte")
    await write(phone, PERSON)
    await tap("Salta")
    await hears("Demo office")
    await tap("Chiedi a loro")
    await hears("Mostro a loro")
    await tap("Sì")
    await hears("Demo office")
    await desk.goto("/desk")
    await shot(desk)
    await desk.locator("#waiting button").first.click()
    await expect(desk.locator("#lines")).to_contain_text(QUESTION)
    await shot(desk)
    await hears("Demo office")
    await desk.locator("form.answer textarea").press("/")
    sentence = desk.locator(".sentence", has_text="Do you have a written work contract?").first
    await desk.locator("#q").fill("contract")
    await sentence.get_by_role("button").click()
    await expect(desk.locator(".line.operator")).to_have_count(1)
    await shot(desk)
    await hears("contratto")
    await tap("No")
    await expect(desk.locator(".line.person").last).to_contain_text("No", timeout=30_000)
    await desk.keyboard.press("Escape")
    await desk.locator("form.answer textarea").fill("Vieni giovedì alle 9:00. Porta le buste paga.")
    await desk.locator("#send").click()
    await hears("giovedì")
    await desk.locator("form[action$='/close'] button").click()
    await shot(desk)
    await expect(phone.locator(".bubble").last).to_contain_text("?", timeout=30_000)
    await tap("Sì")
    await hears("Scrivi quando vuoi")
    await expect(phone.locator(".bubble.bot").last).not_to_contain_text("La conversazione", timeout=30_000)
    await shot(phone)
