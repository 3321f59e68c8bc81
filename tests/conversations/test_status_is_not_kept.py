"""What a person says of their papers is in their own words alone, and in no value that we keep."""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.model.say import Reply, ShowArticle
from bot.model.understanding import Status
from dialogues.phrases import load_phrases
from tests.support.house import house

SAID = "My boss in Italy owes me 900 euro since August. I am a cook, I am an asylum seeker and I have no papers."


async def test_nothing_of_a_status_reaches_the_database(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    async with house(tmp_path, f"sqlite:///{tmp_path}/guichet.db") as home:
        await home.telegram.says("777000123", SAID, "en")
        await home.settled()
        async with home.service.database.reading() as connection:
            ids = (await connection.execute(select(t.conversation.c.id))).scalars().all()
            read = [await home.service.conversations.read(connection, one) for one in ids]
            figures = (await connection.execute(select(t.figure))).all()
    trackers = [one.tracker for one in read if one]
    assert any('"IT"' in tracker for tracker in trackers), "the country was understood"
    for kept in (*(_without_offers(tracker) for tracker in trackers), repr(figures)):
        for never in (*(str(status.value) for status in Status), "cook", "900.00", "2026-08", "hospitality"):
            assert never not in kept


def _without_offers(tracker: str) -> str:
    """Leave out the choices that were offered: they are names of answers, and one is called like a status."""
    return json.dumps({**json.loads(tracker), "options": []})


@pytest.mark.parametrize("locale", ["en", "fr", "it"])
async def test_the_part_for_people_without_papers_is_shown_by_itself(
    locale: str, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    async with house(tmp_path, f"sqlite:///{tmp_path}/guichet.db") as home:
        replies = home.service.replies
        shown = replies.render(Reply((ShowArticle("labour_rights/dismissal", "papers", "BE"),)), locale).text
        none = replies.render(Reply((ShowArticle("labour_rights/no_such_intent", "papers", "BE"),)), locale).text

    first = load_phrases().text(locale, "papers_first")
    assert shown.startswith(f"*{first}*")
    assert len(shown) > len(first) + 20
    assert "\n" not in shown
    assert none == ""
