"""`python -m bot content`: the content of an installation as files in a folder that lies in Git, and back."""

import argparse
import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.db import Database
from bot.exchange.engine import CannotImport, Choice, Exchange, Incoming
from bot.exchange.folders import read_folder, unpack, write_folder
from bot.exchange.formats import place_of
from bot.exchange.installation import exchange_for
from bot.exchange.manifest import NAME
from bot.exchange.plan import Plan, Verdict
from bot.migrate import migrate
from bot.settings import Settings
from knowledge.store import Revisions


async def content(parsed: argparse.Namespace, settings: Settings) -> None:
    """Run one of the three commands. Raises GuichetError with what is wrong."""
    await asyncio.to_thread(migrate, make_url(settings.database))
    exchange = exchange_for(settings, lambda: datetime.now(UTC))
    database = Database(settings.database)
    try:
        async with database.transaction() as connection:  # so that it also works before the first start
            await Revisions().load(connection, list(exchange.shipped().articles.values()), exchange.clock())
        match parsed.action:
            case "export":
                await _export(database, exchange, parsed.folder)
            case "import":
                await _import(database, exchange, parsed)
            case "conflicts":
                await _conflicts(database, exchange)
    finally:
        await database.close()


def _print(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


async def _export(database: Database, exchange: Exchange, folder: Path) -> None:
    """Refuse where the folder holds changes that nobody imported: they would be written over."""
    async with database.reading() as connection:
        there = await asyncio.to_thread(_exported, folder)
        if there:
            plan = await exchange.plan(connection, await asyncio.to_thread(exchange.read, there))
            if plan.problems or plan.entries:
                raise CannotImport(
                    (
                        f"{folder} holds changes that are not imported; nothing was written. Import it first:",
                        *told(plan),
                    )
                )
        files = await exchange.export_all(connection)
    written, gone = await asyncio.to_thread(write_folder, folder, files)
    _print(f"{len(files)} files; {written} written, {gone} taken away.")


def _exported(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder that was exported before; nothing where it was not."""
    return read_folder(folder) if (folder / NAME).exists() else {}


async def _import(database: Database, exchange: Exchange, parsed: argparse.Namespace) -> None:
    folder: Path = parsed.folder
    incoming = await asyncio.to_thread(lambda: exchange.read(_brought(folder)))
    async with database.reading() as connection:
        plan = await exchange.plan(connection, incoming)
    if plan.problems:
        raise CannotImport(plan.problems)
    sides = {entry.item: parsed.take for entry in plan.of(Verdict.CONFLICT)} if parsed.take else {}
    choice = Choice(sides, parsed.gone)
    if not parsed.plan:
        async with database.transaction() as connection:
            plan = await exchange.import_all(connection, incoming, None, choice)
        _remember(folder, exchange, incoming, plan, choice)
    _print(*told(plan), _summary(plan, choice, done=not parsed.plan))


def _brought(folder: Path) -> dict[str, bytes]:
    return unpack(folder.read_bytes()) if folder.is_file() else read_folder(folder)


def _remember(folder: Path, exchange: Exchange, incoming: Incoming, plan: Plan, choice: Choice) -> None:
    """Let a folder that was exported begin from here the next time."""
    if folder.is_dir() and incoming.manifest.there:
        (folder / NAME).write_bytes(exchange.manifest_after(incoming, plan, choice))


def told(plan: Plan) -> list[str]:
    """Return a plan as lines: what is wrong, or what would be done in which file."""
    lines = [f"{entry.verdict:<9} {place_of(entry.item)}  {entry.item.key}" for entry in plan.entries]
    return [*plan.problems, *lines]


def _summary(plan: Plan, choice: Choice, *, done: bool) -> str:
    count = Counter(entry.verdict for entry in plan.entries)
    waiting = count[Verdict.CONFLICT] - sum(side in {"mine", "theirs"} for side in choice.conflicts.values())
    words = [
        f"{count[Verdict.NEW]} new", f"{count[Verdict.CHANGED]} changed", f"{count[Verdict.GONE]} without a file",
        f"{count[Verdict.CONFLICT]} in conflict", f"{plan.same} the same", f"{plan.kept} newer here",
    ]  # fmt: skip
    ends = "Imported." if done else "Nothing was done."
    if waiting:
        ends += f" {waiting} conflicts wait: settle them in the studio, or with --take mine or --take theirs."
    if count[Verdict.GONE] and not choice.gone:
        ends += " What has no file any more stays; --gone takes it away."
    return f"{', '.join(words)}. {ends}"


async def _conflicts(database: Database, exchange: Exchange) -> None:
    async with database.reading() as connection:
        found = await exchange.conflicts.all(connection)
    _print(*(f"{place_of(one.item)}  {one.item.key}" for one in found))
    _print(f"{len(found)} conflicts with the files that ship; the studio shows both sides under Files.")
