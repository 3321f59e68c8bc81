"""What was published is served at once, and a part that cannot be read keeps what it had."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db import Database
from bot.edits import Change, Edits
from bot.live import Live
from bot.model.errors import GuichetError
from tests.conftest import Clock


class Part:
    """Counts its reloads; fails while it is `broken`."""

    def __init__(self) -> None:
        self.reloads = 0
        self.broken = False

    async def reload(self, connection: AsyncConnection) -> None:
        if self.broken:
            raise GuichetError("cannot be read")
        self.reloads += 1


async def _edit(database: Database, clock: Clock, key: str) -> None:
    async with database.transaction() as connection:
        await Edits().save(connection, Change("phrase", key, {"text": "x"}), None, clock())


async def test_only_what_is_new_is_read_again(database: Database, clock: Clock) -> None:
    part = Part()
    live = Live(database, {"part": part.reload})
    await live.follow()
    await live.refresh()
    assert part.reloads == 0
    await _edit(database, clock, "one")
    await live.refresh()
    await live.refresh()
    assert part.reloads == 1


async def test_going_back_to_the_file_is_news_too(database: Database, clock: Clock) -> None:
    part = Part()
    await _edit(database, clock, "one")
    live = Live(database, {"part": part.reload})
    await live.follow()
    async with database.transaction() as connection:
        (edit,) = await Edits().current(connection, "phrase")
        await Edits().drop(connection, edit.kind, edit.key, edit.id)
    await live.refresh()
    assert part.reloads == 1


async def test_a_part_that_fails_is_tried_again_and_holds_no_other_up(database: Database, clock: Clock) -> None:
    part, other = Part(), Part()
    live = Live(database, {"part": part.reload, "other": other.reload})
    await live.follow()
    part.broken = True
    await _edit(database, clock, "one")
    await live.refresh()
    assert other.reloads == 1
    part.broken = False
    await live.refresh()
    assert part.reloads == 1


async def test_a_change_that_nobody_thought_of_ends_nothing(database: Database, clock: Clock) -> None:
    other = Part()

    async def odd(_connection: AsyncConnection) -> None:
        raise KeyError("text")

    live = Live(database, {"odd": odd, "other": other.reload})
    await live.follow()
    await _edit(database, clock, "one")
    await live.refresh()
    assert other.reloads == 1
