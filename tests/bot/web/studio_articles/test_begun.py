"""Articles that are begun: another language, by a machine, what all texts share; and addresses that name no text."""

from pathlib import Path
from typing import Any

import pytest

from bot import tables as t
from bot.translation import TranslationFailed
from knowledge.editing import Key
from tests.bot.web.articles import ARABIC, INTENT, ITALIAN, article_site, editor
from tests.bot.web.site import Site
from tests.bot.web.studio_articles.writer import VERSION, Writer, said
from tests.conftest import Clock


async def test_a_new_language_is_written_from_the_map(site: Site, anna: Writer, bruno: Writer) -> None:
    address = f"/studio/articles/{INTENT}/IT.pl"
    led = await anna.browser.client.get(
        f"/studio/articles/new?intent={INTENT}&place=IT&language=pl", allow_redirects=False
    )
    polish = Writer(anna.browser, address)
    page = await polish.begins()

    assert led.headers["Location"] == address
    assert "Nobody wrote" not in page
    assert "Italy has no minimum wage fixed by law" in page  # the original stands beside
    assert said(await polish.saves(page, "submit", title="Płaca", summary="Nie ma.[^EU-L-MW]")) in {
        "submitted", "not_ready",
    }  # fmt: skip
    assert "IT.pl" in {Key.of(row.key).name for row in await site.rows(t.draft)}


class Machine:
    """A translator that answers, or fails."""

    name, company = "machine", ""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    async def translate(self, text: str, source: str, target: str) -> str:
        if self.fails:
            raise TranslationFailed("down")
        return f"{target}: {text}"

    async def languages(self) -> Any:
        return {}

    async def aclose(self) -> None:
        return None


@pytest.mark.parametrize("fails", [False, True])
async def test_a_machine_begins_a_draft_that_a_person_must_read(
    sqlite_template: Path, tmp_path: Path, clock: Clock, fails: bool
) -> None:
    async with article_site(sqlite_template, tmp_path, clock, translator=Machine(fails)) as site:
        polish = Writer(await editor(site, "anna"), f"/studio/articles/{INTENT}/IT.pl")
        before = await polish.browser.opens(polish.address)
        answer = await polish.does("machine")
        drafts = await site.rows(t.draft)

        assert "Begin with a machine translation" in before
        assert said(answer) == ("machine_failed" if fails else "machine")
        assert [row.body["meta"]["machine_translated"] for row in drafts] == ([] if fails else [True])


async def test_the_list_is_filtered_and_the_map_counts(anna: Writer) -> None:
    opens = anna.browser.opens
    italian = await opens("/studio/articles?place=IT&language=it&topic=labour_rights&state=served")
    named = await opens("/studio/articles?q=payslip&language=ar")
    nonsense = await opens("/studio/articles?page=99999999&state=<b>&place=XX")
    overview, country = await opens("/studio/coverage"), await opens("/studio/coverage?place=IT")

    assert "Texts found: 1" in italian
    assert ITALIAN in italian
    assert "Texts found: 6" in named
    assert "No text fits" in nonsense
    assert '<path class="good"' in overview
    assert f'href="{ARABIC}"' in country
    assert "people get it" in country


@pytest.mark.parametrize(
    "address",
    ["nobody/knows/IT.it", f"{INTENT}/IT.xx", f"{INTENT}/<b>.it", f"{INTENT}/IT", f"{INTENT}/it.it"],
)
async def test_an_address_that_names_no_text_is_not_found(anna: Writer, address: str) -> None:
    answer = await anna.browser.client.get(f"/studio/articles/{address}")

    assert answer.status == 404


async def test_what_all_texts_share_takes_the_same_road(site: Site, anna: Writer, bruno: Writer) -> None:
    head = f"/studio/articles/{INTENT}/article"
    mine, theirs = Writer(anna.browser, head), Writer(bruno.browser, head)
    page = await mine.begins()
    answer = await mine.saves(
        page, "submit", place="residence", deadline="1", related="permits/citizenship", group="EU25"
    )
    review = await theirs.browser.opens(f"{head}/review")
    before = site.context.library.catalogue.facts(INTENT)
    for name, country in (("luca", "IT"), ("els", "BE")):  # where the EU's text is shown is for two countries to say
        judge = Writer(await editor(site, name, country, "EU"), head)
        done = await judge.does("approve", version=VERSION.findall(review)[-1])
    after, history = site.context.library.catalogue.article(INTENT), await mine.browser.opens(f"{head}/history")

    assert said(answer) == "submitted"
    assert "<ins>" in review
    assert "people of 2 different countries" in review
    assert before is not None
    assert before.place == "work"
    assert said(done) == "published"
    assert after is not None
    assert (after.place, after.deadline, after.related) == ("residence", True, ("permits/citizenship",))
    assert "DK" not in next(one for one in after.variants if one.jurisdiction == "EU").applies_in
    assert "<ins>lives" in history


async def test_a_question_without_an_article_begins_with_what_its_texts_share(site: Site, anna: Writer) -> None:
    page = await anna.browser.opens("/studio/articles/arrival/tax/IT.en")
    head = Writer(anna.browser, "/studio/articles/arrival/tax/article")
    form = await head.begins()
    answer = await head.saves(form, "submit", place="work", group="EU27")

    assert "This question has no article yet" in page
    assert said(answer) == "submitted"
    assert [row.key for row in await site.rows(t.draft)] == ["arrival/tax/article"]


async def test_a_name_that_no_row_can_hold_is_no_text(site: Site, anna: Writer) -> None:
    address = f"/studio/articles/{INTENT}/IT-{'a' * 60}.it"

    assert (await Writer(anna.browser, address).does("write")).status == 404
    assert await site.rows(t.draft) == []


@pytest.mark.parametrize("deed", ["still-correct", "tell", "machine", "preview"])
async def test_what_is_done_to_a_text_is_not_done_to_what_all_share(anna: Writer, deed: str) -> None:
    answer = await Writer(anna.browser, f"/studio/articles/{INTENT}/article").does(deed)

    assert answer.status == 404
