"""`python -m tests.browser.film_studio [FOLDER]`: the film of the studio, on a service that was set up by `make run`.

A content manager changes the Italian article on pay, a colleague reviews it, the next person who asks gets the new text;
then a new question is added in three languages, trained, compared, published and taken back. Prints what each step took;
every step leaves a picture. It exchanges the model of the folder it runs in, and ends with the one it began with: it is
for a clone.
"""

import asyncio
import re
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright, expect

from tests.browser.conftest import FLAGS, chromium_path
from tests.browser.hands import PHONE, write
from tests.fakes.remote import RemoteFake
from tests.support.service import ServiceProcess

ARTICLE = "/studio/articles/labour_rights/pay_and_payslip/IT.it"
NEW_WORDS = "Prova dello studio: chiedi al sindacato quale contratto vale per te. "
QUESTION = "quanto è lo stipendio minimo in Italia?"
TITLE = "Bus and train tickets"
WORDINGS = {
    "en": (
        "how do i get a cheaper bus pass", "is there a reduced ticket for the train", "monthly pass for the tram price",
        "where can i buy a bus ticket", "do students pay less on the metro", "the inspector fined me on the bus",
        "i travel to work by bus, is there a discount", "public transport card for newcomers",
        "can i get a free bus card", "ticket for the metro was not valid",
    ),
    "it": (
        "come faccio l'abbonamento dell'autobus", "c'è uno sconto per il treno", "quanto costa il mensile del tram",
        "dove compro il biglietto della metro", "gli studenti pagano meno l'autobus", "il controllore mi ha fatto la multa",
        "vado al lavoro in treno, c'è una riduzione", "tessera dei trasporti per chi arriva adesso",
        "l'abbonamento gratis per l'autobus come si chiede", "il mio biglietto non era timbrato",
    ),
    "fr": (
        "comment avoir un abonnement de bus moins cher", "est-ce qu'il y a une réduction pour le train",
        "prix du pass mensuel du tram", "où acheter un ticket de métro", "les étudiants paient moins cher le bus",
        "le contrôleur m'a mis une amende dans le bus", "je vais au travail en bus, il y a une réduction",
        "carte de transport pour les nouveaux arrivants", "le bus gratuit, comment demander la carte",
        "mon ticket de tram n'était pas valable",
    ),
}  # fmt: skip
ASKED = "c'è un abbonamento ridotto per il bus della città?"
MINUTE = 60_000


@dataclass
class Film:
    """Takes the pictures and the time."""

    folder: Path
    number: int = 0
    began: float = field(default_factory=monotonic)

    async def shot(self, page: Page, what: str) -> None:
        """Keep the page as it is now and say what happened, and how long it took."""
        self.number += 1
        await page.screenshot(path=self.folder / f"studio-{self.number:02}.png", full_page=True)
        print(f"{self.number:>2}  {monotonic() - self.began:6.1f} s  {what}", flush=True)
        self.began = monotonic()


def main() -> None:
    """Make the folder and play."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/film")
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_play(folder))


async def _play(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory()))
        telegram = await stack.enter_async_context(RemoteFake("telegram"))
        whatsapp = await stack.enter_async_context(RemoteFake("whatsapp"))
        service = ServiceProcess(place, telegram.url, whatsapp.url, settings={"public_url": ""})
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        stack.push_async_callback(chromium.close)
        await service.start()
        stack.push_async_callback(service.stop)
        passwords = dict(re.findall(r"^  (\w+)\s+(\S+)\s+\(", (place / "service.log").read_text(), re.MULTILINE))
        editor = await _staff(chromium, service, "editor", passwords["editor"])
        reviewer = await _staff(chromium, service, "reviewer", passwords["reviewer"])
        person = await _page(chromium, service, locale="it-IT", **PHONE)
        film = Film(folder)
        await _article(film, editor, reviewer, person)
        await _question(film, editor, person)


async def _page(chromium: Chromium, service: ServiceProcess, **options: object) -> Page:
    context = await chromium.new_context(base_url=service.url, **options)  # type: ignore[arg-type]
    context.set_default_timeout(MINUTE)
    return await context.new_page()


async def _staff(chromium: Chromium, service: ServiceProcess, login: str, password: str) -> Page:
    page = await _page(chromium, service, viewport={"width": 1200, "height": 900})
    await page.goto("/desk")
    await page.locator("input[name=login]").fill(login)
    await page.locator("input[name=password]").fill(password)
    await page.locator("form button").last.click()
    await page.wait_for_url(re.compile("second-factor|studio"))
    if "second-factor" in page.url:  # on one's own machine it may be left out
        await page.locator("form[action$='/skip'] button").click()
    await page.wait_for_url("**/studio**")
    return page


async def _article(film: Film, editor: Page, reviewer: Page, person: Page) -> None:
    await person.goto("/")
    await _asks(person, QUESTION, "Fonte")
    await film.shot(person, "a person asks and gets the text of before")
    await editor.goto(ARTICLE)
    await editor.get_by_role("button", name="Change this text").click()
    field = editor.get_by_label("In short")
    await film.shot(editor, "the article is open for writing")
    await field.fill(NEW_WORDS + await field.input_value())
    await expect(editor.locator("#saved")).to_contain_text("Saved")
    await film.shot(editor, "changed, seen as people will, saved by itself")
    await editor.get_by_role("button", name="Send to a second person").click()
    await film.shot(editor, "sent to a second person")
    await reviewer.goto(f"{ARTICLE}/review")
    await film.shot(reviewer, "the second person sees what changed")
    await reviewer.get_by_role("button", name="Yes, this is correct").click()
    await film.shot(reviewer, "reviewed and published")
    await _asks(person, QUESTION, NEW_WORDS.strip())
    await film.shot(person, "the next person who asks gets the new text")


async def _asks(person: Page, text: str, wanted: str) -> None:
    answers = person.locator(".bubble.bot:not(.start)")
    before = await answers.count()
    await write(person, text)
    await expect(answers.nth(before)).to_contain_text(wanted, timeout=3 * MINUTE)


async def _question(film: Film, editor: Page, person: Page) -> None:
    await _tries(editor, ASKED)
    await film.shot(editor, "the old model does not know the question")
    await editor.goto("/studio/intents/new")
    await editor.locator("select[name=topic]").select_option("arrival")
    await editor.locator("textarea[name=about]").fill("Tickets, passes and fines on buses, trams and trains.")
    for locale, title in (("en", TITLE), ("it", "Autobus e treni"), ("fr", "Bus et trains")):
        await editor.locator(f"input[name=title_{locale}]").fill(title)
    for locale, sentences in WORDINGS.items():
        box = editor.locator(f"textarea[name=wordings_{locale}]")
        if not await box.is_visible():
            await editor.locator("details", has=box).locator("summary").click()
        await box.fill("\n".join(sentences))
    await film.shot(editor, "a new question with sentences in three languages")
    await editor.get_by_role("button", name="Add the question").click()
    await film.shot(editor, "added; what is still to do")
    await editor.goto("/studio/training")
    await editor.get_by_role("button", name="Train a new model").click()
    await film.shot(editor, "the training has begun")
    await editor.get_by_role("link", name="Look at the comparison").click(timeout=20 * MINUTE)
    await film.shot(editor, "trained and compared: old and new side by side")
    await editor.get_by_role("button", name="Put it in service").click()
    await film.shot(editor, "published")
    await _tries(editor, ASKED, TITLE)
    await film.shot(editor, "the new model knows the question")
    await _asks(person, QUESTION, NEW_WORDS.strip())
    await film.shot(person, "people go on as before")
    await editor.goto("/studio/training")
    await editor.get_by_role("button", name="Go back to the model before").click()
    await film.shot(editor, "rolled back in one click")
    await _tries(editor, ASKED, not_first=TITLE)
    await film.shot(editor, "the old model answers again")


async def _tries(editor: Page, text: str, first: str = "", not_first: str = "") -> None:
    """Try a sentence until the first guess is the one that is waited for: Rasa takes a new model within seconds."""
    async with asyncio.timeout(120):
        while True:
            await editor.goto("/studio/intents/try")
            await editor.locator("textarea[name=text]").fill(text)
            await editor.get_by_role("button", name="Try it").click()
            guesses = editor.locator("ol.ranking li")
            found = await guesses.first.inner_text() if await guesses.count() else ""
            if found and first in found and not (not_first and not_first in found):
                return
            await asyncio.sleep(1)


if __name__ == "__main__":
    main()
