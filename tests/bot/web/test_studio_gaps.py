"""/studio/gaps: groups with nothing that says who asked, and one click for what becomes of a question."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import tables as t
from bot.gaps.store import Gaps
from tests.bot.gaps.people import Asker, Compass, somebody
from tests.bot.web.articles import INTENT, article_site, editor
from tests.bot.web.site import Browser, Site
from tests.conftest import Clock

LIST = "/studio/gaps"
DOG, CAT = "may my dog live with me in a rented flat", "is my dog allowed in the house"
LIBRARY = "where is the library please, my name is Ahmed"


@pytest.fixture
async def site(
    sqlite_template: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    async def near(_text: str, _locale: str) -> tuple[str, ...]:
        return (INTENT, "benefits/housing", "arrival/tax")

    async with article_site(sqlite_template, tmp_path, clock) as made:
        monkeypatch.setattr(made.context.workshop.gaps, "_places", Compass("dog", "library"))
        monkeypatch.setattr(made.context.workshop.gaps, "_nearest", near)
        yield made


async def asker(site: Site, name: str = "1", locale: str = "en", wording: str = "learn_ask_2") -> Asker:
    made = await somebody(site.context.database, site.context.ring, site.clock, name, locale)
    await made.answers(wording)
    return made


async def two_groups(site: Site) -> None:
    ada, bea = await asker(site), await asker(site, "2", "it")
    await ada.asks(DOG)
    await bea.asks(CAT, "refused")
    await ada.asks(LIBRARY, "handed_off")


async def click(browser: Browser, page: str, path: str, **fields: str) -> Any:
    """Send a form with the hidden field of a page."""
    html = await browser.opens(page)
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', html)
    assert csrf is not None
    return await browser.posts(path, {"csrf": csrf[1]} | fields)


async def gap_of(site: Site, text: str) -> str:
    async with site.context.database.reading() as connection:
        gaps = await Gaps(site.context.ring).open(connection)
    return next(str(gap.id) for gap in gaps if gap.text == text)


async def test_groups_say_how_often_and_never_who(site: Site) -> None:
    await two_groups(site)
    anna = await editor(site, "anna")

    html = await anna.opens(LIST)

    assert "Open questions: 3. From so many people: 2. In so many groups: 2." in html
    assert html.count("<circle") == 3
    assert DOG in html or CAT in html  # either is in the middle of two
    assert "English 1, Italian 1" in html
    assert "Ahmed" not in html
    assert "Questions a week, oldest first: 0, 0, 0, 0, 0, 0, 0, 2" in html
    conversations = {str(row.conversation_id) for row in await site.rows(t.gap)}
    messages = {str(row.message_id) for row in await site.rows(t.gap)}
    group = await anna.opens(f"{LIST}/{await gap_of(site, DOG)}")
    assert not [one for one in conversations | messages if one in html + group]
    assert "2 people" in group
    assert "18 November 2026" in group
    assert "09:00" not in group


async def test_without_a_yes_there_are_counts_only(site: Site) -> None:
    ada = await asker(site, wording="")
    await ada.asks(DOG)
    anna = await editor(site, "anna")

    html = await anna.opens(LIST)

    assert "not understood or no text: 1" in html
    assert "Questions a week, oldest first: 0, 0, 0, 0, 0, 0, 0, 1" in html
    assert "No open questions." in html
    assert "dog" not in html


async def test_a_sentence_is_added_in_the_words_that_stand_in_the_form(site: Site) -> None:
    await two_groups(site)
    anna, gap = await editor(site, "anna"), await gap_of(site, DOG)
    page = f"{LIST}/{gap}"
    html = await anna.opens(page)
    assert DOG in html
    assert 'value="benefits/housing"' in html

    other = await gap_of(site, CAT)
    answer = await click(
        anna,
        page,
        page,
        deed="teach",
        intent="benefits/housing",
        other="",
        text="can a dog live in my flat",
        group=f"{gap} {other}",
    )

    assert answer.headers["Location"] == f"{LIST}/{other}?said=taught"
    assert "The bot learns it with the next training" in await anna.opens(answer.headers["Location"])
    assert "can a dog live in my flat" in site.context.workshop.questions.wordings("benefits/housing", "en")
    assert {row.state for row in await site.rows(t.gap) if str(row.id) == gap} == {"used"}


async def test_what_cannot_be_added_stays_in_the_form(site: Site) -> None:
    await two_groups(site)
    anna, gap = await editor(site, "anna"), await gap_of(site, DOG)
    page = f"{LIST}/{gap}"

    nothing_chosen = await click(anna, page, page, deed="teach", text="my own <words>")
    known = site.context.workshop.questions.wordings("arrival/tax", "en")[0]
    elsewhere = await click(anna, page, page, deed="teach", intent=INTENT, text=known)

    assert (nothing_chosen.status, elsewhere.status) == (409, 409)
    html = await nothing_chosen.text()
    assert "my own &lt;words&gt;" in html
    assert "Please choose a question first." in html
    assert await site.rows(t.edit) == []
    assert {row.state for row in await site.rows(t.gap)} == {"open"}


async def test_who_agreed_to_reading_only_is_not_copied(site: Site) -> None:
    ada = await asker(site, wording="learn_ask")
    await ada.asks(DOG)
    anna, gap = await editor(site, "anna"), await gap_of(site, DOG)
    page = f"{LIST}/{gap}"

    html = await anna.opens(page)
    refused = await click(anna, page, page, deed="teach", intent=INTENT, text=DOG)

    assert "not that the bot learns from it" in html
    assert f">{DOG}</textarea>" not in html
    assert refused.status == 409
    assert "agreed to reading only" in await refused.text()


@pytest.mark.parametrize(("deed", "state"), [("out", "out_of_scope"), ("dismiss", "dismissed")])
async def test_one_click_ends_a_question_and_another_the_group(site: Site, deed: str, state: str) -> None:
    await two_groups(site)
    anna, library = await editor(site, "anna"), await gap_of(site, "where is the library please, my name is [name]")
    dogs = [await gap_of(site, DOG), await gap_of(site, CAT)]

    one = await click(anna, LIST + f"/{library}", f"{LIST}/{library}", deed=deed, group=library)
    whole = await click(anna, f"{LIST}/{dogs[0]}", f"{LIST}/{dogs[0]}/group", deed=deed, group=" ".join(dogs))

    assert (one.status, whole.status) == (303, 303)
    assert "Marked as out of scope" in await anna.opens(whole.headers["Location"]) or deed == "dismiss"
    assert {row.state for row in await site.rows(t.gap)} == {state}
    assert all(row.payload is None for row in await site.rows(t.gap))


async def test_a_question_begins_a_draft(site: Site) -> None:
    await two_groups(site)
    anna, gap = await editor(site, "anna"), await gap_of(site, DOG)

    answer = await click(anna, f"{LIST}/{gap}", f"{LIST}/{gap}", deed="article", intent=INTENT, place="IT")

    assert answer.headers["Location"] == f"/studio/articles/{INTENT}/IT.en"
    [draft] = await site.rows(t.draft)
    assert draft.key == f"{INTENT}/IT.en"
    assert DOG not in str(draft.body)
    assert f"article:{INTENT}/IT.en" in {row.used_as for row in await site.rows(t.gap)}


async def test_an_advisers_proposal_goes_into_a_draft(site: Site) -> None:
    ada = await asker(site)
    async with site.context.database.transaction() as connection:
        gap = await ada.gaps.propose(connection, ada.id, "Ask for the payslip in writing.", "en", "IT", site.clock())
    anna = await editor(site, "anna")
    assert "Ask for the payslip in writing." in await anna.opens(LIST)

    answer = await click(anna, LIST, f"{LIST}/{gap}", deed="article", intent=INTENT, place="IT")

    assert answer.status == 303
    [draft] = await site.rows(t.draft)
    assert draft.body["sections"]["details"].endswith("Ask for the payslip in writing.")


async def test_a_manager_of_another_language_or_country_changes_nothing(site: Site) -> None:
    await two_groups(site)
    bruno, gap = await editor(site, "bruno", "FR", languages=("fr",)), await gap_of(site, DOG)
    page = f"{LIST}/{gap}"

    for fields in (
        {"deed": "teach", "intent": INTENT, "text": "may I have a dog"},
        {"deed": "out"},
        {"deed": "dismiss"},
        {"deed": "article", "intent": INTENT, "place": "IT"},
    ):
        answer = await click(bruno, page, page, **fields)
        assert answer.status == 409, fields
        assert "does not cover this language or country" in await answer.text()
    await click(bruno, page, f"{page}/group", deed="dismiss", group=gap)

    assert {row.state for row in await site.rows(t.gap)} == {"open"}


async def test_what_is_gone_is_said_to_be_gone(site: Site) -> None:
    await two_groups(site)
    anna, gap = await editor(site, "anna"), await gap_of(site, DOG)
    page = f"{LIST}/{gap}"
    html = await anna.opens(page)
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', html)
    assert csrf is not None
    ada = await somebody(site.context.database, site.context.ring, site.clock, "1")
    await ada.answers("")

    answer = await anna.posts(page, {"csrf": csrf[1], "deed": "dismiss"})

    assert answer.headers["Location"] == f"{LIST}?said=gone"
    assert "took back their yes" in await anna.opens(answer.headers["Location"])
    assert "took back their yes" in await anna.opens(page), "an old address leads to the list"
