"""What the service knows and says: read from the files and the store at the start, then following what is published."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db import Database
from bot.edits import Edits
from bot.live import Live, Reload
from bot.settings import Settings
from dialogues.phrases import Phrases, load_phrases
from dialogues.sentences import Sentences
from handoff.offices.contact_point import EVERYWHERE, ContactPoint
from handoff.offices.live import Offices
from handoff.offices.own_points import network_points, point_book
from knowledge.catalogue import Catalogue
from knowledge.files import shipped_tree
from knowledge.store import Revisions
from nlu.teaching import Questions, read_shipped

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Content:
    """The parts that content managers change; `live` brings all of them up to date."""

    edits: Edits
    phrases: Phrases = field(repr=False)
    sentences: Sentences
    catalogue: Catalogue = field(repr=False)
    questions: Questions
    offices: Offices
    live: Live


async def load_content(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Content:
    """Load the files into the store where that is their place, and read what is served. Raises SettingsError."""
    edits, written = Edits(), load_phrases(locales=settings.locales)
    phrases = written.copied()
    questions = _questions(settings, edits, clock)
    sentences = Sentences(written, phrases, edits, clock, lambda: questions.titles(settings.locales))
    catalogue = await _catalogue(database, settings, clock)
    offices = Offices(point_book(settings.data_dir).read(), read_points(settings), edits, clock)
    parts: dict[str, Reload] = {
        "questions": partial(_ask, questions, catalogue), "sentences": sentences.reload, "offices": offices.reload,
    }  # fmt: skip
    return Content(edits, phrases, sentences, catalogue, questions, offices, await _live(database, catalogue, parts))


def read_points(settings: Settings) -> dict[str, ContactPoint]:
    """Read the contact points; demonstrations are there by setting, the one that ships with the hours it is tried at.

    Raises BadContactPoint with every fault in the files of the installation.
    """
    found = network_points(settings.data_dir, shipped=settings.shipped_points)
    points = {point.id: point for point in found if settings.demo_office or not point.demo}
    if settings.demo_hours:
        for key, point in points.items():
            if point.country == EVERYWHERE:
                points[key] = replace(point, hours=settings.demo_hours)
    return points


def _questions(settings: Settings, edits: Edits, clock: Callable[[], datetime]) -> Questions:
    """What the bot can be asked, as files have it; the store's part is read with all that is live."""
    cases = ROOT / settings.studio.cases
    return Questions(read_shipped(cases=cases if cases.is_dir() else None), edits, clock)


async def _ask(questions: Questions, catalogue: Catalogue, connection: AsyncConnection) -> None:
    await questions.reload(connection)
    catalogue.retire(questions.retired)


async def _catalogue(database: Database, settings: Settings, clock: Callable[[], datetime]) -> Catalogue:
    """Load the articles' files into the store as revisions, and serve from the store."""
    revisions = _revisions()
    async with database.transaction() as connection:
        await revisions.load(connection, shipped_tree().files, clock())
        articles = await revisions.read_all(connection)
    return Catalogue(articles, settings.serve, clock)


async def _live(database: Database, catalogue: Catalogue, parts: Mapping[str, Reload]) -> Live:
    """Return what follows the store; the articles were loaded just now, the other parts are read here."""

    async def articles(connection: AsyncConnection) -> None:
        catalogue.reload(await _revisions().read_all(connection))

    live = Live(database, {**parts, "articles": articles})
    async with database.reading() as connection:
        for part in parts.values():
            await part(connection)
    await live.follow()
    return live


@cache
def _revisions() -> Revisions:
    """Who remembers what the store made of the articles' files: one per process."""
    return Revisions()
