"""A small article in a real store of either kind, and the people who edit it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from bot import tables as t
from bot.db import Database
from bot.model.ids import new_id
from knowledge.editing import Draft, Editing, Editor, Rules
from knowledge.files import read_tree
from knowledge.store import Revisions
from tests.conftest import Clock
from tests.knowledge.builders import INTENT, TEXT, write_article

EN, IT = f"{INTENT}/IT.en", f"{INTENT}/IT.it"
EU_EN = f"{INTENT}/EU.en"
HEAD = f"{INTENT}/article"
ITALIAN = (
    TEXT.replace("Your employer must pay you.", "Il datore di lavoro ti deve pagare.")
    .replace("Write down your hours.", "Scrivi le tue ore.")
    .replace("Talk to a union first.", "Parla prima con un sindacato.")
    .replace("Unpaid wages", "Paga non data")
)


class Store:
    """The database with its editing, each deed in a transaction of its own."""

    def __init__(self, database: Database, clock: Clock, rules: Rules) -> None:
        self.database, self.clock = database, clock
        self.revisions = Revisions()
        self.editing = Editing(self.revisions, rules, clock)

    async def do(self, deed: str, *args: Any, **named: Any) -> Any:
        async with self.database.transaction() as connection:
            return await getattr(self.editing, deed)(connection, *args, **named)

    async def summary(self, key: str) -> str:
        """What people are served under a key."""
        async with self.database.reading() as connection:
            found = await self.revisions.current(connection, key)
        return str(found.body["sections"]["summary"]) if found and found.body["meta"]["status"] != "withdrawn" else ""

    async def meta(self, key: str) -> dict[str, Any]:
        async with self.database.reading() as connection:
            found = await self.revisions.current(connection, key)
        assert found is not None
        return dict(found.body["meta"])

    async def draft(self, key: str = IT) -> Draft:
        found = await self.do("read", key)
        assert isinstance(found, Draft)
        return found

    async def write(self, editor: Editor, summary: str, key: str = IT, minor: bool = False) -> Draft:
        """Begin or go on, and save another summary; the reference says which source was read."""
        draft = await self.do("open", key, editor)
        body = {**draft.body, "sections": {**draft.body["sections"], "summary": summary}, "read": {"LAW": "2026-11-17"}}
        saved: Draft = await self.do("save", key, editor, body, draft.version, minor)
        return saved

    async def submit(self, editor: Editor, summary: str, key: str = IT, minor: bool = False) -> Draft:
        draft = await self.write(editor, summary, key, minor)
        submitted: Draft = await self.do("submit", key, editor, draft.version)
        return submitted

    async def publish(self, writer: Editor, reader: Editor, summary: str, key: str = IT, minor: bool = False) -> Any:
        draft = await self.submit(writer, summary, key, minor)
        return await self.do("approve", key, reader, draft.version, "")


@pytest.fixture
async def store(database: Database, clock: Clock, tmp_path: Path) -> Store:
    return await filled(Store(database, clock, Rules(four_eyes=True, eu_countries=2)), tmp_path)


@pytest.fixture
async def alone(database: Database, clock: Clock, tmp_path: Path) -> Store:
    """A network that asks for no second person."""
    return await filled(Store(database, clock, Rules(four_eyes=False)), tmp_path)


async def filled(store: Store, tmp_path: Path) -> Store:
    folder = tmp_path / "articles"
    write_article(folder, EU_en=TEXT, IT_en=TEXT, IT_it=ITALIAN)
    async with store.database.transaction() as connection:
        await store.revisions.load(connection, read_tree(folder).files, store.clock())
    return store


Hire = Callable[..., Awaitable[Editor]]


@pytest.fixture
def hire(database: Database, clock: Clock) -> Hire:
    """Make somebody with an account; they may write in these countries, or everywhere."""

    async def made(name: str, *countries: str, locales: tuple[str, ...] = ()) -> Editor:
        row: UUID = new_id()
        values = {"id": row, "login": name, "password": "x", "role": "content", "created_at": clock()}
        async with database.transaction() as connection:
            await connection.execute(insert(t.staff).values(**values))

        def may(jurisdiction: str, locale: str) -> bool:
            here = not countries or bool({jurisdiction, jurisdiction.partition("-")[0]} & set(countries))
            return here and (not locales or locale in locales)

        return Editor(row, name, countries[0] if countries else "", may)

    return made


@pytest.fixture
async def ines(hire: Hire) -> Editor:
    return await hire("ines")


@pytest.fixture
async def marco(hire: Hire) -> Editor:
    return await hire("marco")
