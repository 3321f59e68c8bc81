"""The page of the training: who starts, what is shown while it runs, the comparison, and what cannot be put in service."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.rasa_server import CURRENT, digest
from bot.staff import Role
from tests.bot.training.comparison import REPORT
from tests.bot.training.project import questions_of, small_project, trainer_of
from tests.bot.web.site import Browser, Site, make_context, open_site
from tests.conftest import Clock


@pytest.fixture
async def site(sqlite: Database, ring: KeyRing, clock: Clock) -> AsyncIterator[Site]:
    async with open_site(sqlite, ring, clock) as made:
        yield made


@pytest.fixture
async def giulia(site: Site) -> Browser:
    """A content manager who is signed in."""
    browser = await site.browser()
    await browser.signs_in(await site.hire("giulia", Role.CONTENT, ()))
    return browser


async def acts(browser: Browser, path: str, where: str = "/studio/training") -> str:
    """Press a button of the page; return where it leads."""
    html = await browser.opens(where)
    csrf = html.split('name="csrf" value="')[1].split('"')[0]
    return (await browser.posts(path, {"csrf": csrf})).headers["Location"]


async def put(site: Site, **values: Any) -> UUID:
    """Let the only training be in another state."""
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.training).values(**values))
        found: UUID = (await connection.execute(select(t.training.c.id))).scalar_one()
    return found


async def test_one_button_starts_and_the_second_is_told_who_and_since_when(site: Site, giulia: Browser) -> None:
    assert await acts(giulia, "/studio/training/start") == "/studio/training?said=started"
    assert await acts(giulia, "/studio/training/start") == "/studio/training?wrong=busy"

    html = await giulia.opens("/studio/training?wrong=busy")

    assert "A training is under way already. giulia started it: 18 Nov 2026, 10:00" in html
    assert "/studio/training/start" not in html
    assert len(await site.rows(t.training)) == 1


async def test_how_far_it_is(site: Site, giulia: Browser) -> None:
    assert json.loads(await giulia.opens("/studio/training/progress")) == {"active": False}

    await acts(giulia, "/studio/training/start")
    await put(site, state="running", step="train", done=40, total=120)

    told = json.loads(await giulia.opens("/studio/training/progress"))
    html = await giulia.opens("/studio/training")
    assert told == {"active": True, "step": "Step 3 of 4: the new model learns.", "done": 40, "total": 120}
    assert 'max="120" value="40"' in html
    assert "Step 3 of 4" in html


async def test_a_training_is_stopped_once(site: Site, giulia: Browser) -> None:
    await acts(giulia, "/studio/training/start")
    (row,) = await site.rows(t.training)

    assert await acts(giulia, f"/studio/training/{row.id}/cancel") == "/studio/training?said=cancelled"
    assert await acts(giulia, f"/studio/training/{row.id}/cancel") == "/studio/training?wrong=over"
    assert [one.action for one in await site.rows(t.audit)][-2:] == ["training_started", "training_cancelled"]


async def test_the_comparison_shows_each_sentence_that_moved(site: Site, giulia: Browser) -> None:
    await acts(giulia, "/studio/training/start")
    row = await put(site, state="compared", report=REPORT)

    html = await giulia.opens(f"/studio/training/{row}")

    assert "Of 6 test sentences the new model understands 2 better and 1 worse." in html
    assert "mi hanno tolto un turno" in html
    assert "50.0 % → 100.0 %" in html
    assert "danger card: " in html
    assert f"/studio/training/{row}/publish" in html


async def test_a_refused_model_says_why_and_has_no_button(site: Site, giulia: Browser) -> None:
    fault = {"side": "at_least", "group": "it", "figure": "danger_recall", "limit": 0.9, "before": 0.95, "after": 0.8}
    await acts(giulia, "/studio/training/start")
    row = await put(site, state="refused", report=REPORT | {"gate": {"refused": [fault], "short": []}})

    html = await giulia.opens(f"/studio/training/{row}")

    assert "Italian: danger noticed. Old 95.0 %, new 80.0 %, demanded: at least 90.0 %" in html
    assert "/publish" not in html
    assert await acts(giulia, f"/studio/training/{row}/publish") == "/studio/training?wrong=refused"


async def test_what_is_no_longer_there_is_not_put_in_service(site: Site, giulia: Browser) -> None:
    await acts(giulia, "/studio/training/start")
    row = await put(site, state="compared", report=REPORT)

    assert await acts(giulia, f"/studio/training/{row}/publish") == "/studio/training?wrong=gone"
    assert await acts(giulia, "/studio/training/back") == "/studio/training?wrong=no_previous"
    assert "There is no model before this one." in await giulia.opens("/studio/training?wrong=no_previous")


async def test_put_in_service_and_back_by_a_click(
    sqlite: Database, ring: KeyRing, clock: Clock, tmp_path: Path
) -> None:
    root = small_project(tmp_path / "project")
    (root / CURRENT).write_text("old")
    context, _ = make_context(sqlite, ring, clock)
    trainer = trainer_of(root, sqlite, clock)
    async with open_site(sqlite, ring, clock, workshop=replace(context.workshop, trainer=trainer)) as site:
        giulia = await site.browser()
        await giulia.signs_in(await site.hire("giulia", Role.CONTENT, ()))
        assert "A model that was not trained here." in await giulia.opens("/studio/training")
        await acts(giulia, "/studio/training/start")
        (row,) = await site.rows(t.training)
        model = trainer.folder / str(row.id) / "new.tar.gz"
        (model.parent / "learned").mkdir(parents=True)
        model.write_text("new")
        hashes = {"before_hash": digest(root / CURRENT), "model_hash": digest(model)}
        await put(site, state="compared", report=REPORT, **hashes)

        page = f"/studio/training/{row.id}"
        assert await acts(giulia, f"{page}/publish", page) == "/studio/training?said=published"
        html = await giulia.opens("/studio/training?said=published")
        assert "The model of 18 Nov 2026, 10:00, trained by giulia." in html
        assert "The new model is put in service. No message is lost." in html
        assert "<b>giulia</b>: put a new model in service" in html

        assert await acts(giulia, "/studio/training/back") == "/studio/training?said=back"
        assert "A model that was not trained here." in await giulia.opens("/studio/training")
    assert (root / CURRENT).read_text() == "old"


async def test_a_taken_back_sentence_is_said_to_reach_people_only_with_the_next_model(
    sqlite: Database, ring: KeyRing, clock: Clock, tmp_path: Path
) -> None:
    root = small_project(tmp_path / "project")
    (root / CURRENT).write_text("old")
    context, _ = make_context(sqlite, ring, clock)
    questions, trainer = questions_of(root), trainer_of(root, sqlite, clock)
    workshop = replace(context.workshop, trainer=trainer, questions=questions)
    wages = "labour_rights/unpaid_wages"
    page, reaches = f"/studio/intents/{wages}?language=it", "reaches people only after the next training"
    async with open_site(sqlite, ring, clock, workshop=workshop) as site:
        giulia = await site.browser()
        await giulia.signs_in(await site.hire("giulia", Role.CONTENT, ()))
        assert reaches not in await giulia.opens("/studio/training")
        html = await giulia.opens(page)
        assert reaches not in html

        csrf = html.split('name="csrf" value="')[1].split('"')[0]
        fields = {"csrf": csrf, "away": questions.wordings(wages, "it")[0]}
        gone = await giulia.posts(f"/studio/intents/{wages}/wordings/away?language=it", fields)

        assert reaches in await giulia.opens(gone.headers["Location"])
        assert reaches in await giulia.opens("/studio/training")
        assert reaches not in await giulia.opens("/studio/intents/labour_rights/dismissal?language=it")


@pytest.mark.parametrize("problem", ["killed", "check", "train", "compare", "no_model", "disk", "fault"])
async def test_every_failure_has_its_sentence(site: Site, giulia: Browser, problem: str) -> None:
    await acts(giulia, "/studio/training/start")
    row = await put(site, state="failed", problem=problem)

    html = await giulia.opens(f"/studio/training/{row}")

    assert '<p class="problem">' in html
    assert "did not succeed" in html


async def test_an_unknown_training_is_not_found(giulia: Browser) -> None:
    answer = await giulia.client.get("/studio/training/01890000-0000-7000-8000-000000000001")

    assert answer.status == 404
