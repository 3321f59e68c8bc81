"""Changes over the files: one current edit per key, nobody's saving lost in silence, conflicts where the file moved on."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db import Database
from bot.edits import Change, Edit, Edits, Outdated, conflicts, content_hash, laid_over
from bot.model.ids import new_id
from tests.conftest import Clock

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FILE = {"examples": ["my boss does not pay"]}


async def _save(database: Database, clock: Clock, change: Change) -> Edit:
    async with database.transaction() as connection:
        return await Edits().save(connection, change, None, clock())


def _change(body: Any, expected: Edit | None = None) -> Change:
    return Change("wordings", "work/pay/en", body, content_hash(FILE), expected.id if expected else None)


async def test_the_newest_saving_is_current_and_the_others_are_history(database: Database, clock: Clock) -> None:
    first = await _save(database, clock, _change({"examples": ["a"]}))
    clock.move(minutes=1)
    second = await _save(database, clock, _change({"examples": ["b"]}, first))
    async with database.reading() as connection:
        assert await Edits().one(connection, "wordings", "work/pay/en") == second
        assert await Edits().current(connection, "wordings") == [second]
        assert await Edits().history(connection, "wordings", "work/pay/en") == [second, first]


async def test_whoever_saw_an_older_one_is_told_and_nothing_changes(database: Database, clock: Clock) -> None:
    first = await _save(database, clock, _change({"examples": ["a"]}))
    second = await _save(database, clock, _change({"examples": ["b"]}, first))
    for outdated in (_change({"examples": ["c"]}, first), _change({"examples": ["c"]})):
        with pytest.raises(Outdated):
            await _save(database, clock, outdated)
    async with database.reading() as connection:
        assert await Edits().current(connection, "wordings") == [second]


async def test_of_many_at_once_one_wins(database: Database, clock: Clock) -> None:
    saved = await asyncio.gather(
        *(_save(database, clock, _change({"examples": [str(n)]})) for n in range(5)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in saved) == ["Edit", *["Outdated"] * 4]


async def test_going_back_to_the_file_keeps_the_history(database: Database, clock: Clock) -> None:
    saved = await _save(database, clock, _change(None))
    async with database.transaction() as connection:
        await Edits().drop(connection, saved.kind, saved.key, saved.id)
    async with database.reading() as connection:
        assert await Edits().one(connection, saved.kind, saved.key) is None
        assert [one.body for one in await Edits().history(connection, saved.kind, saved.key)] == [None]


def _edit(body: Any, base: Any = FILE) -> Edit:
    return Edit(new_id(), "wordings", "k", body, content_hash(base), None, "", NOW)


def test_a_file_that_moved_on_is_a_conflict_unless_it_says_the_same() -> None:
    mine = _edit({"examples": ["mine"]})
    assert not list(conflicts([mine], {"k": FILE}))
    assert list(conflicts([mine], {"k": {"examples": ["theirs"]}})) == [mine]
    assert list(conflicts([mine], {})) == [mine]
    assert not list(conflicts([mine], {"k": {"examples": ["mine"]}}))
    taken_away = _edit(None)
    assert not list(conflicts([taken_away], {}))


JSONS = st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.dictionaries(st.text(), inner, max_size=3))


@given(st.dictionaries(st.text(min_size=1), JSONS.filter(lambda one: one is not None)), st.text(min_size=1), JSONS)
def test_what_is_laid_over_touches_its_own_key_alone(files: dict[str, Any], key: str, body: Any) -> None:
    edit = Edit(new_id(), "k", key, body, "", None, "", NOW)
    over = laid_over([edit], files)
    assert over.get(key) == body
    assert {name: one for name, one in over.items() if name != key} == {n: one for n, one in files.items() if n != key}
