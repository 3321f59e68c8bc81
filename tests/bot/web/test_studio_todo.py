"""What there is to do, for whom; and the reading list: order, progress, one click, a comment, never one's own text."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from sqlalchemy import insert

from bot import tables as t
from bot.edits import Change
from bot.exchange.engine import Exchange
from bot.exchange.shipped import Shipped
from bot.model.ids import new_id
from bot.staff import Role
from bot.todo import Kind, Look, Task
from bot.todo.tasks import tasks_of
from bot.web.studio.todo import todo_of
from knowledge.editing import Editor
from tests.bot.gaps.people import Compass, somebody
from tests.bot.web.articles import ENGLISH, INTENT, ITALIAN, article_site, editor
from tests.bot.web.site import OFFICE, Browser, Site
from tests.conftest import Clock

LAWYER = ITALIAN.replace("/articles/", "/lawyer/")
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_REVISION = re.compile(r'name="revision" value="([0-9a-f-]+)"')


def nothing_shipped() -> Shipped:
    """Files that say nothing: reading the real ones takes seconds."""
    return Shipped({}, {}, {}, frozenset())


@pytest.fixture
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    async with article_site(sqlite_template, tmp_path, clock) as made:
        object.__setattr__(made.context.workshop, "exchange", Exchange(nothing_shipped, clock))
        yield made


async def look(site: Site) -> Look:
    return await todo_of(site.context).look()


async def tasks(site: Site, login: str) -> dict[Kind, tuple[Task, ...]]:
    member = next(one for one in await site.context.staff.everybody() if one.login == login)
    return tasks_of(await look(site), member)


async def does(browser: Browser, page: str, deed: str, **fields: str) -> ClientResponse:
    html = await browser.opens(page)
    hidden = {name: found[1] for name, one in (("csrf", _CSRF), ("revision", _REVISION)) if (found := one.search(html))}
    return await browser.posts(f"{page}/{deed}", hidden | fields)


async def anna_submits(site: Site) -> Browser:
    """Anna changes the Italian text and sends it to a second person."""
    anna = await editor(site, "anna", "IT")
    member = next(one for one in await site.context.staff.everybody() if one.login == "anna")
    by, editing = Editor(member.id, "anna", "IT", member.writes), site.context.workshop.editing
    async with site.context.database.transaction() as connection:
        draft = await editing.open(connection, f"{INTENT}/IT.it", by)
        body = dict(draft.body) | {"read": {}}
        draft = await editing.save(connection, draft.key, by, body, draft.version, minor=True)
        await editing.submit(connection, draft.key, by, draft.version)
    return anna


async def test_a_draft_waits_for_whoever_may_judge_it_and_not_for_its_writer(site: Site) -> None:
    await anna_submits(site)
    bruno, _ = await editor(site, "bruno", "IT", languages=("it",)), await editor(site, "carla", "BE")

    found = (await tasks(site, "bruno"))[Kind.REVIEW]
    page = await bruno.opens("/studio")

    assert [task.address for task in found] == [f"{ITALIAN}/review"]
    assert Kind.REVIEW not in await tasks(site, "anna")
    assert Kind.REVIEW not in await tasks(site, "carla")
    assert "Drafts that wait for your yes" in page
    assert f'href="{ITALIAN}/review"' in page


async def test_a_draft_that_came_back_is_its_writers_first_task(site: Site) -> None:
    await anna_submits(site)
    bruno = await editor(site, "bruno", "IT")
    html = await bruno.opens(f"{ITALIAN}/review")
    csrf = _CSRF.search(html)
    assert csrf is not None

    await bruno.posts(f"{ITALIAN}/refuse", {"csrf": csrf[1], "comment": "The figure is old."})

    found = await tasks(site, "anna")
    assert next(iter(found)) is Kind.SENT_BACK
    assert [task.address for task in found[Kind.SENT_BACK]] == [ITALIAN]
    assert Kind.DRAFTS not in found
    assert Kind.SENT_BACK not in await tasks(site, "bruno")


async def test_what_is_overdue_is_one_task_for_all_languages_of_a_country(site: Site, clock: Clock) -> None:
    await editor(site, "anna", "IT", languages=("it", "en"))
    clock.now += timedelta(days=4000)

    texts = [row for row in (await look(site)).rows if row.serving and row.overdue and row.jurisdiction == "IT"]
    found = (await tasks(site, "anna"))[Kind.OVERDUE]

    assert len(texts) > 2
    assert [(task.intent, task.jurisdiction, task.locales) for task in found] == [(INTENT, "IT", ("en", "it"))]


async def test_what_people_asked_in_vain_is_listed_from_ten_on(site: Site, clock: Clock) -> None:
    await editor(site, "anna", "IT")
    there = {row.key for row in (await look(site)).rows if row.serving}
    async with site.context.database.transaction() as connection:
        for locale, count in (("pl", 12), ("de", 9), ("it", 500)):
            week = {"week": f"{clock():%G-W%V}", "kind": "accept", "country": "IT", "topic": INTENT, "locale": locale}
            await connection.execute(insert(t.figure).values(**week, count=count))

    (found,) = [task for task in (await tasks(site, "anna"))[Kind.MISSING] if task.intent == INTENT]

    assert f"{INTENT}/IT.pl" not in there
    assert found == Task(f"/studio/articles/{INTENT}/IT.pl", INTENT, "IT", ("pl",), count=521)
    counted = [task for task in (await tasks(site, "anna"))[Kind.MISSING] if not task.intent.startswith("safety/")]
    assert counted[0].intent == INTENT


async def test_open_questions_are_for_those_who_know_language_and_country(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.context.workshop.gaps, "_places", Compass("dog"))
    asker = await somebody(site.context.database, site.context.ring, clock, "1", "fr")
    await asker.answers("learn_ask_2")
    await asker.asks("mon chien dog peut-il vivre chez moi", "unanswered")
    for login, languages in (("anna", ("it",)), ("bruno", ("fr",))):
        await editor(site, login, languages=languages)

    found = await tasks(site, "bruno")

    assert [(task.language, task.count) for task in found[Kind.GAPS]] == [("fr", 1)]
    assert "chien" not in repr(found)
    assert Kind.GAPS not in await tasks(site, "anna")


async def test_a_sentence_that_waits_for_a_second_person_is_not_for_its_author(site: Site, clock: Clock) -> None:
    for login in ("anna", "bruno"):
        await editor(site, login)
    anna = next(one for one in await site.context.staff.everybody() if one.login == "anna")
    async with site.context.database.transaction() as connection:
        change = Change("proposed", "it/emergency", {"text": "112", "state": "read"}, "")
        await site.context.workshop.edits.save(connection, change, anna.id, clock())

    assert Kind.SENTENCES not in await tasks(site, "anna")
    assert [task.name for task in (await tasks(site, "bruno"))[Kind.SENTENCES]] == ["emergency"]


async def test_a_lead_sees_their_own_office_and_nothing_of_texts(site: Site) -> None:
    account = await site.hire("ines", Role.LEAD, [OFFICE.id])
    browser = await site.browser()
    await browser.signs_in(account)

    page = await browser.opens("/studio")

    assert list(await tasks(site, "ines")) == [Kind.OFFICES]
    assert OFFICE.name in page
    assert "Sportello Torino" not in page
    assert "/studio/lawyer" not in page


async def test_nothing_to_do_is_said_calmly(site: Site) -> None:
    fresh = replace(OFFICE, checked_on=site.clock().date().isoformat())
    site.context.workshop.offices.points[OFFICE.id] = fresh
    account = await site.hire("ines", Role.LEAD, [OFFICE.id])
    browser = await site.browser()
    await browser.signs_in(account)

    assert "Nothing to do." in await browser.opens("/studio")


async def test_one_click_makes_a_text_reviewed_under_the_readers_name(site: Site) -> None:
    bruno = await editor(site, "bruno", "IT", languages=("it",))
    before = await bruno.opens("/studio/lawyer")

    text = await bruno.opens(LAWYER)
    answer = await does(bruno, LAWYER, "reviewed")
    after = await bruno.opens("/studio/lawyer")

    assert "0 of 1 read" in before
    assert "wages, benefits or a home" in before
    assert "[^" in text
    assert 'rel="noopener noreferrer"' in text
    assert answer.headers["Location"] == "/studio/lawyer?said=reviewed"
    assert "1 of 1 read" in after
    assert "All of these are read." in after
    served = next(
        text for variant in site.context.library.catalogue.article(INTENT).variants if variant.jurisdiction == "IT"  # type: ignore[union-attr]
        for text in variant.translations if text.locale == "it"
    )  # fmt: skip
    assert (served.status, served.reviewer) == ("reviewed", "bruno")
    assert "article_reviewed" in [row.action for row in await site.rows(t.audit)]


async def test_a_text_that_changed_meanwhile_is_not_vouched_for(site: Site) -> None:
    bruno = await editor(site, "bruno", "IT")

    answer = await does(bruno, LAWYER, "reviewed", revision=str(new_id()))

    assert answer.headers["Location"] == f"{LAWYER}?said=outdated"
    assert "0 of" in await bruno.opens("/studio/lawyer?place=IT&language=it")


async def test_the_text_for_the_whole_eu_waits_for_another_country(site: Site) -> None:
    bruno, carla = await editor(site, "bruno", "IT"), await editor(site, "carla", "BE")
    page = f"/studio/lawyer/{INTENT}/EU.en"

    first = await does(bruno, page, "reviewed")
    mine = await bruno.opens("/studio/lawyer?place=EU&language=en")
    theirs = await carla.opens("/studio/lawyer?place=EU&language=en")
    second = await does(carla, page, "reviewed")

    assert first.headers["Location"].endswith("?said=waiting")
    assert "your yes is noted" in mine
    assert "0 of 1 read" in theirs
    assert second.headers["Location"].endswith("?said=reviewed")


async def test_a_comment_reaches_who_looks_after_the_text(site: Site) -> None:
    anna, bruno = await editor(site, "anna", "IT"), await editor(site, "bruno", "IT")

    empty = await does(bruno, LAWYER, "comment", comment="  ")
    noted = await does(bruno, LAWYER, "comment", comment="Article 39 says something else.")

    assert empty.headers["Location"].endswith("?said=comment_missing")
    assert noted.headers["Location"].endswith("?said=commented")
    assert "Article 39 says something else." in await anna.opens(LAWYER)
    assert [task.address for task in (await tasks(site, "anna"))[Kind.COMMENTS]] == [ITALIAN]
    assert Kind.COMMENTS not in await tasks(site, "bruno")


async def test_nobody_reads_outside_their_countries(site: Site) -> None:
    carla = await editor(site, "carla", "BE", languages=("en",))

    shown = await carla.client.get(LAWYER)
    listed = await carla.opens("/studio/lawyer?place=IT&language=it")

    assert shown.status == 404
    assert ITALIAN.replace("/articles/", "/lawyer/") not in listed
    assert ENGLISH.replace("/articles/", "/lawyer/") not in listed
    assert f"/studio/lawyer/{INTENT}/BE.en" in listed
