"""Questions without an answer in Chromium: the picture, a group, a sentence added; wide, on a phone, and with the keyboard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.bot.gaps.people import Compass, somebody
from tests.bot.web.articles import INTENT, article_site
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, WIDE, looks_well, signs_in
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

ASKED = {
    "en": ["may my dog live with me in a rented flat", "is the library free for everybody"],
    "it": ["il mio cane (dog) può stare in casa in affitto", "tessera della biblioteca (library) quanto costa"],
    "ar": ["هل يمكن أن يعيش كلبي معي dog", "كيف أستعير كتبا library"],
    "fr": ["mon chien dog peut-il vivre chez moi", "acheter une carte de téléphone phone"],
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    async def near(_text: str, _locale: str) -> tuple[str, ...]:
        return (INTENT, "benefits/housing")

    with pytest.MonkeyPatch.context() as patch:
        async with article_site(sqlite_template, tmp_path, clock) as made:
            gaps = made.context.workshop.gaps
            patch.setattr(gaps, "_places", Compass("dog", "library", "phone"))
            patch.setattr(gaps, "_nearest", near)
            for name, (locale, texts) in enumerate(ASKED.items()):
                asker = await somebody(made.context.database, made.context.ring, clock, str(name), locale)
                await asker.answers("learn_ask_2")
                for text in texts:
                    await asker.asks(text, "refused" if name % 2 else "unanswered")
                    clock.move(days=-3)
                    await asker.asks(f"{text} ?", "handed_off")
                    clock.move(days=3)
            async with made.context.database.transaction() as connection:
                words = "The landlord may not forbid a small animal without a reason. Ask for it in writing."
                await asker.gaps.propose(connection, asker.id, words, "en", "IT", clock())
            yield made


@pytest.mark.parametrize(
    ("name", "how"), [("light", WIDE), ("light", PHONE), ("dark", WIDE | {"color_scheme": "dark"})]
)
async def test_a_sentence_is_found_and_added(
    site: Site, new_page: NewPage, shots: Path, name: str, how: dict[str, object]
) -> None:
    page = await new_page(**how)
    await signs_in(site, page)
    await page.goto("/studio/gaps")
    await expect(page.locator("circle")).to_have_count(16)
    await looks_well(page, shots, f"gaps-{name}-list")

    await page.locator("th a").first.click()  # the largest group; which sentence stands for it is left to chance
    await looks_well(page, shots, f"gaps-{name}-group")
    mine = page.locator("article.sentence").filter(has_text="may my dog live").first
    if await (opener := mine.get_by_text("What to do with it")).count():
        await opener.click()
    await mine.get_by_label("The sentence, as people say it").fill("can a dog live in my flat")
    await mine.get_by_label("Another question").select_option("benefits/housing")
    await mine.get_by_role("button", name="Add this sentence").press("Enter")

    await expect(page.get_by_role("status")).to_contain_text("The bot learns it with the next training")
    assert "can a dog live in my flat" in site.context.workshop.questions.wordings("benefits/housing", "en")
