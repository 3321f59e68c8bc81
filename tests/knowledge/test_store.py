import contextlib
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import Database
from bot.model.ids import new_id
from knowledge.fields import ContentError
from knowledge.files import ContentFile, read_tree
from knowledge.store import Conflict, Loaded, Revisions
from tests.knowledge.builders import INTENT, TEXT, write_article

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
KEY = f"{INTENT}/EU.en"


@pytest.fixture
def revisions() -> Revisions:
    return Revisions()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "articles"


def files(folder: Path, summary: str = "Your employer must pay you.") -> tuple[ContentFile, ...]:
    write_article(folder, EU_en=TEXT.replace("Your employer must pay you.", summary))
    return read_tree(folder).files


async def ines_edits(connection: AsyncConnection, summary: str) -> None:
    """A content manager writes a revision in the store: it comes from no file."""
    mine = (t.revision.c.key == KEY) & t.revision.c.current
    body = (await connection.execute(select(t.revision.c.body).where(mine))).scalar_one()
    body = {**body, "sections": {**body["sections"], "summary": summary}}
    await connection.execute(update(t.revision).where(mine).values(current=False))
    await connection.execute(
        insert(t.revision).values(
            id=new_id(),
            kind="article",
            key=KEY,
            origin_hash="",
            body=body,
            created_at=NOW + timedelta(hours=1),
            current=True,
        )
    )


async def summary_of(revisions: Revisions, connection: AsyncConnection) -> str:
    (article,) = await revisions.read_all(connection)
    return article.variants[0].translations[0].text("summary")


async def test_files_become_articles_in_the_store(database: Database, revisions: Revisions, folder: Path) -> None:
    async with database.transaction() as connection:
        loaded = await revisions.load(connection, files(folder), NOW)

    async with database.reading() as connection:
        articles = await revisions.read_all(connection)
    assert loaded == Loaded((f"{INTENT}/article", KEY))
    assert articles == list(read_tree(folder).articles)


async def test_the_shipped_articles_survive_the_store(database: Database, revisions: Revisions) -> None:
    tree = read_tree()

    async with database.transaction() as connection:
        await revisions.load(connection, tree.files, NOW)
        articles = await revisions.read_all(connection)

    assert {article.intent for article in articles} == {article.intent for article in tree.articles}
    texts = sum(len(variant.translations) for article in articles for variant in article.variants)
    assert texts == len(tree.files) - len(tree.articles) > 0


async def test_unchanged_files_make_no_new_revision(database: Database, revisions: Revisions, folder: Path) -> None:
    async with database.transaction() as connection:
        await revisions.load(connection, files(folder), NOW)
        again = await revisions.load(connection, files(folder), NOW)
        count = (await connection.execute(select(func.count()).select_from(t.revision))).scalar_one()

    assert again == Loaded()
    assert count == 2


async def test_a_changed_file_becomes_current_and_the_old_revision_stays(
    database: Database, revisions: Revisions, folder: Path
) -> None:
    async with database.transaction() as connection:
        await revisions.load(connection, files(folder), NOW)
        loaded = await revisions.load(connection, files(folder, "Pay is due."), NOW)
        said = await summary_of(revisions, connection)
        count = (await connection.execute(select(func.count()).where(t.revision.c.key == KEY))).scalar_one()

    assert loaded == Loaded((KEY,))
    assert said == "Pay is due."
    assert count == 2


async def test_a_file_never_overwrites_what_was_edited_in_the_store(
    database: Database, revisions: Revisions, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as connection:
        await revisions.load(connection, files(folder), NOW)
        await ines_edits(connection, "Ines wrote this.[^LAW]")

        with caplog.at_level(logging.WARNING):
            loaded = await revisions.load(connection, files(folder, "Pay is due."), NOW + timedelta(days=1))

        said = await summary_of(revisions, connection)
    assert loaded == Loaded(conflicts=(Conflict(KEY, "edited"),))
    assert said == "Ines wrote this."
    assert KEY in caplog.text
    assert "Ines" not in caplog.text
    assert "Pay is due" not in caplog.text


async def test_an_edit_over_an_unchanged_file_is_no_conflict(
    database: Database, revisions: Revisions, folder: Path
) -> None:
    async with database.transaction() as connection:
        await revisions.load(connection, files(folder), NOW)
        await ines_edits(connection, "Ines wrote this.[^LAW]")

        loaded = await revisions.load(connection, files(folder), NOW + timedelta(days=1))

        said = await summary_of(revisions, connection)
    assert loaded == Loaded()
    assert said == "Ines wrote this."


async def test_the_text_of_a_file_that_is_gone_retires(database: Database, revisions: Revisions, folder: Path) -> None:
    async with database.transaction() as connection:
        await revisions.load(connection, files(folder), NOW)

        loaded = await revisions.load(connection, (), NOW)

        articles = await revisions.read_all(connection)
    assert loaded == Loaded(retired=(KEY, f"{INTENT}/article"))
    assert articles == []


async def test_a_file_that_is_gone_does_not_take_an_edit_with_it(
    database: Database, revisions: Revisions, folder: Path
) -> None:
    async with database.transaction() as connection:
        await revisions.load(connection, files(folder), NOW)
        await ines_edits(connection, "Mine.[^LAW]")

        loaded = await revisions.load(connection, files(folder)[:1], NOW)

    assert loaded == Loaded(conflicts=(Conflict(KEY, "gone"),))


async def test_load_never_commits(database: Database, revisions: Revisions, folder: Path) -> None:
    with contextlib.suppress(RuntimeError):
        async with database.transaction() as connection:
            await revisions.load(connection, files(folder), NOW)
            raise RuntimeError

    async with database.reading() as connection:
        assert await revisions.read_all(connection) == []


async def test_a_text_without_its_article_is_left_out_and_logged(
    database: Database, revisions: Revisions, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as connection:
        await revisions.load(connection, files(folder)[1:], NOW)

        articles = await revisions.read_all(connection)

    assert articles == []
    assert f"revision_without_variant intent={INTENT} jurisdiction=EU" in caplog.text


async def test_a_revision_that_cannot_be_read_is_named(database: Database, revisions: Revisions, folder: Path) -> None:
    head, text = files(folder)
    broken = replace(text, document={"meta": {**text.document["meta"], "status": "fine"}, "sections": {}})
    async with database.transaction() as connection:
        await revisions.load(connection, (head, broken), NOW)

        with pytest.raises(ContentError, match=f"revision {KEY}: 'status' is 'fine'"):
            await revisions.read_all(connection)
