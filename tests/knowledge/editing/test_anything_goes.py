"""Whatever three people do in whatever order: four eyes, no saved word lost, one current edition."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import tables as t
from bot.db import Database
from bot.model.errors import GuichetError
from bot.model.ids import new_id
from knowledge.editing import Editor, Rules
from tests.conftest import Clock
from tests.knowledge.editing.conftest import IT, Store, filled

DEEDS = st.sampled_from(
    ["pass_on", "pass_on", "approve", "approve", "approve", "write", "submit", "refuse", "publish", "discard", "release",
     "withdraw", "take_base", "restore", "reviewed", "wait"]
)  # fmt: skip
STEPS = st.lists(st.tuples(st.integers(0, 2), DEEDS, st.booleans()), max_size=14)


class Model:
    """What must hold: who wrote which words, and who has had them on the screen and said yes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.people = [Editor(new_id(), name, "", lambda _j, _l: True) for name in ("ana", "bo", "cy")]
        self.saved: dict[str, set[int]] = {}  # words → who had a hand in the draft that holds them
        self.hands: set[int] = set()
        self.count = 0

    async def step(self, who: int, deed: str, minor: bool) -> None:
        person, editing = self.people[who], self.store.do
        found = await editing("read", IT)
        version = found.version if found else 0
        editions = [edition.id for edition in await editing("history", IT)]
        chosen = editions[0 if minor else -1]
        self.count += 1
        words = f"Parole numero {self.count}.[^LAW]"
        act: dict[str, Callable[[], Any]] = {
            "write": lambda: self._write(who, words, minor),
            "pass_on": lambda: self._pass_on(who, words, minor),
            "submit": lambda: editing("submit", IT, person, version),
            "approve": lambda: editing("approve", IT, person, version, ""),
            "refuse": lambda: editing("refuse", IT, person, "Why?"),
            "publish": lambda: editing("publish", IT, person, version),
            "discard": lambda: editing("discard", IT, person),
            "release": lambda: editing("release", IT, person),
            "withdraw": lambda: editing("withdraw", IT, person),
            "take_base": lambda: editing("take_base", IT, person, version),
            "restore": lambda: editing("restore", IT, person, chosen),
            "reviewed": lambda: editing("reviewed", IT, person, chosen),
        }
        if deed == "wait":
            self.store.clock.move(minutes=11)
            return
        try:
            await act[deed]()
        except GuichetError:
            return  # a refusal changes nothing, which `holds` proves

    async def _pass_on(self, who: int, words: str, minor: bool) -> None:
        await self._write(who, words, minor)
        draft = await self.store.draft()
        await self.store.do("submit", IT, self.people[who], draft.version)

    async def _write(self, who: int, words: str, minor: bool) -> None:
        if await self.store.do("read", IT) is None:
            self.hands = set()
        await self.store.write(self.people[who], words, minor=minor)
        self.hands.add(who)
        self.saved[words] = set(self.hands)

    async def holds(self) -> None:
        async with self.store.database.reading() as connection:
            r, d = t.revision.c, t.draft.c
            rows = (await connection.execute(select(t.revision).where(r.key == IT))).all()
            kept = [row.body for row in (await connection.execute(select(d.body).where(d.key == IT)))]
        (served,) = [row for row in rows if row.current]
        meta, summary = served.body["meta"], served.body["sections"]["summary"]
        if summary in self.saved and meta["status"] != "withdrawn":
            readers = {name for name in meta["reviewer"].split(", ") if name}
            writers = {self.people[who].name for who in self.saved[summary]}
            assert readers - writers, "nobody but its writers read it"
        everywhere = [body["sections"].get("summary") for body in [*kept, *(row.body for row in rows)]]
        if self.saved:
            assert list(self.saved)[-1] in everywhere, "the words saved last are gone"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_three_people_do(sqlite_template: Path, steps: list[tuple[int, str, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(sqlite_template, Path(folder), steps))


async def _run(template: Path, folder: Path, steps: list[tuple[int, str, bool]]) -> None:
    shutil.copyfile(template, folder / "guichet.db")
    database = Database(f"sqlite:///{folder / 'guichet.db'}")
    try:
        clock = Clock(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
        model = Model(await filled(Store(database, clock, Rules()), folder))
        for who, deed, minor in steps:
            await model.step(who, deed, minor)
            await model.holds()
    finally:
        await database.close()
