"""Rasa is away: the search of the knowledge base still offers articles, by their words alone."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.conversations.scene import Stage, stage


@pytest.fixture
async def play(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage without Rasa and without patience for it."""
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    clock = Clock(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    async with stage(f"sqlite:///{tmp_path}/guichet.db", tmp_path, clock) as made:
        yield made


@pytest.mark.slow
async def test_two_words_lead_to_an_article(play: Stage) -> None:
    olena = play.person()
    await olena.says("residence permit renewal")

    assert "i:permits/permit_renewal" in olena.choices
    assert "person" in olena.choices
    assert ": European Union" in olena.heard[-1]

    await olena.taps("i:permits/permit_renewal")
    assert "Source: " in olena.heard[-1]


@pytest.mark.slow
async def test_the_country_of_the_question_decides_whose_rules_are_offered(play: Stage) -> None:
    olena = play.person()
    await olena.says("permesso di soggiorno rinnovo in Italia")

    assert ": Italia" in olena.heard[-1]


@pytest.mark.slow
async def test_gibberish_gets_no_article_and_a_person(play: Stage) -> None:
    olena = play.person()
    await olena.says("qwrt zxcvb plmokn")

    assert not [choice for choice in olena.choices if choice.startswith("i:")]
    assert "person" in olena.choices
