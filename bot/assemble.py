"""The only file that picks concrete classes: it builds the service from its settings."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select

from bot import tables as t
from bot.alarm import Alarm
from bot.attachments.checks import MEGABYTE
from bot.attachments.fetcher import Fetcher
from bot.attachments.store import Attachments
from bot.buckets import Buckets
from bot.bus import Bus
from bot.carry_out import CarryOut
from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.channels.whatsapp import WhatsAppChannel
from bot.content import load_content
from bot.conversations import Conversations
from bot.crowd import Crowd
from bot.crypto import KeyRing, ring_for
from bot.db import Database
from bot.desk_actions import TurnDesk
from bot.dispatch.sql import SqlDispatch
from bot.encoder import Encoder
from bot.figures import Figures
from bot.gaps.borrowed import Borrowed
from bot.gaps.loop import GapLoop
from bot.gaps.nearest import nearest
from bot.gaps.store import Gaps
from bot.inbox import Inbox
from bot.intake import Intake
from bot.model.ids import new_id
from bot.model.knowing import Found
from bot.model.say import Choice, Reply, Say
from bot.notices import Notices
from bot.outbox import Draft, Outbox
from bot.rasa_process import RasaProcess
from bot.recorder import Recorder
from bot.replies import Replies
from bot.retention import Keeper
from bot.sender import Sender
from bot.served import Served
from bot.service import Service
from bot.settings import Settings
from bot.shelf import make_shelf
from bot.signals import Signals
from bot.staff import Staff
from bot.staff.rights import must_have_second_factor
from bot.statuses import Statuses
from bot.training import Trainer
from bot.translation.choose import make_translator
from bot.turn import Report, Turn
from bot.web.desk.texts import load_texts
from bot.wording import Wording
from bot.worker import Worker
from bot.worlds import Worlds
from dialogues.phrases import load_trusted_only
from handoff.offices.contact_point import ContactPoint
from handoff.room import Handoff
from knowledge.search.finder import Finder
from nlu.entities import nearest_city
from nlu.fallback import LocaleThresholds
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords, is_urgent
from nlu.rasa_client import Endpoint, RasaClient, RasaClients
from nlu.teaching.likeness import Likeness

ROOT = Path(__file__).resolve().parents[1]


def utc_now() -> datetime:
    """The clock of a real service."""
    return datetime.now(UTC)


async def build(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    channels: tuple[Channel, ...] | None = None,
    rasa: Sequence[RasaProcess] = (),
) -> Service:
    """Build the service on a migrated database. Raises SettingsError with one line for whoever installs it."""
    database = Database(settings.database)
    ring = await _ring(database, settings)
    conversations = Conversations(ring)
    inbox, outbox, bus = Inbox(ring, conversations), Outbox(ring, conversations), Bus()
    content = await load_content(settings, database, clock)
    phrases, catalogue, questions = content.phrases, content.catalogue, content.questions
    points = content.offices.points
    handoff = Handoff(
        ring, lambda: tuple(points.values()), clock, settings.network_url, keep_days=settings.retention.handed_off,
        translation=settings.translation.provider != "none",
    )  # fmt: skip
    ranker = _ranker(settings, rasa, questions.topics)
    interpreter = Interpreter(ranker, _keywords(), LocaleThresholds.load(settings.understanding))
    wording = Wording(phrases.text, phrases.title)
    shelf = make_shelf(catalogue, points, clock)
    replies = Replies(wording, shelf)
    dispatch = SqlDispatch(database, clock)
    made = await _channels(database, conversations, settings, channels)
    signals = Signals(database, conversations, made, lambda locale: phrases.text(locale, "group_private"))
    intake = Intake(
        database, inbox, bus, clock, lambda text: is_urgent(interpreter.quick(text)), nearest_city, dispatch.wake,
        signals.group,
    )  # fmt: skip
    attachments = Attachments(ring, settings.retention.files, settings.file_megabytes * MEGABYTE)
    sender = Sender(
        database, conversations, outbox, bus, made, clock, Buckets(limited=channels is None), _ask_again(replies),
        attachments.open,
    )  # fmt: skip
    reports: list[Callable[[Report], None]] = []
    turn_desk = TurnDesk(handoff, load_trusted_only(), catalogue.facts, settings.network_url, bus, crowd := Crowd())
    carry_out = CarryOut(
        conversations, outbox, turn_desk, Figures(), Gaps(ring), Served(ring), catalogue.pick, settings.retention.bot_text,
    )  # fmt: skip
    worlds = Worlds(settings.locales, content, turn_desk, clock)
    finder = Finder(catalogue, encoder := Encoder(), settings.vectors, phrases.titles)
    gaps = GapLoop(
        database, Gaps(ring), Borrowed(ring, content.edits), questions, encoder,
        partial(nearest, interpreter, partial(_find, finder)), clock,
    )  # fmt: skip
    turn = Turn(
        database, conversations, inbox, outbox, Recorder(conversations, attachments), interpreter, carry_out, replies,
        bus, signals, clock, worlds.of, partial(_find, finder), lambda report: _tell(reports, report),
        timedelta(seconds=settings.rasa_patience),
    )  # fmt: skip
    worker = Worker(database, dispatch, inbox, turn, bus, clock, f"{settings.node}:{new_id()}", settings.workers)
    notices = _notices(settings, database, bus, made, clock, points)
    return Service(
        settings, clock, database, ring, conversations, inbox, outbox, bus, intake, dispatch, interpreter, phrases,
        replies, catalogue, questions, Likeness(settings.vectors), content.sentences, content.offices, points, handoff, turn,
        worker, sender, Statuses(database, inbox, outbox, bus, clock), notices,
        Keeper(database, conversations, settings.retention, clock, settings.data_dir / "backups"),
        Alarm(
            database, inbox, outbox, sender, clock, timedelta(minutes=settings.alarm_minutes), notices.tell_lead
        ),
        Staff(database, clock, required=must_have_second_factor(settings.desk.second_factor)), made, rasa, ranker, finder,
        reports, signals, attachments,
        Fetcher(database, attachments, conversations, outbox, made, replies, bus, clock),
        content.live, gaps, Trainer(database, settings, questions, clock),
        make_translator(settings.translation, lambda: [point.name for point in points.values()]), crowd,
    )  # fmt: skip


async def _ring(database: Database, settings: Settings) -> KeyRing:
    """Open the key ring that this database was sealed with, and note the key that seals from now on."""
    async with database.reading() as connection:
        rows = await connection.execute(select(t.meta.c.value).where(t.meta.c.key.like("key:%")))
        used = list(rows.scalars().all())
    ring = ring_for(settings.key_ring, used)
    if ring.current not in used:
        async with database.transaction() as connection:
            row = {"key": f"key:{ring.current}", "value": ring.current}
            await connection.execute(insert(t.meta).values(**row))
    return ring


def _ranker(settings: Settings, rasa: Sequence[RasaProcess], topics: Mapping[str, str]) -> RasaClients:
    return RasaClients([RasaClient(partial(locate, one), topics, timeout=settings.rasa_timeout) for one in rasa])


def locate(rasa: RasaProcess) -> Endpoint | None:
    """Return where this Rasa answers, or None while it does not."""
    server = rasa.server if rasa.ready.is_set() else None
    return Endpoint(server.url, server.token) if server else None


@cache
def _keywords() -> Keywords:
    """Read once per process: thousands of phrases that never change while it runs."""
    return Keywords.load(KEYWORDS)


async def _channels(
    database: Database, conversations: Conversations, settings: Settings, given: tuple[Channel, ...] | None
) -> dict[UUID, Channel]:
    """Make the adapters that are configured, keyed by our account ids."""
    channels: list[Channel] = list(given) if given is not None else [WebChat()]
    if given is None and settings.telegram:
        channels.append(TelegramChannel(settings.telegram.token.reveal(), settings.telegram.base_url))
    if given is None and settings.whatsapp:
        w = settings.whatsapp
        channels.append(WhatsAppChannel(w.phone_number_id, w.token.reveal(), w.graph_url, w.graph_version))
    async with database.transaction() as connection:
        made = {await conversations.account(connection, one.name, one.account): one for one in channels}
    conversations.known_accounts.update({(one.name, one.account): account_id for account_id, one in made.items()})
    return made


def _ask_again(replies: Replies) -> Callable[[str], Draft]:
    reply = Reply((Say("did_it_arrive"),), (Choice("again", Say("choice_show_again")),))
    return lambda locale: replies.render(reply, locale)


async def _find(finder: Finder, text: str, locale: str, country: str) -> tuple[Found, ...]:
    """Search in a thread: it takes a while, and other conversations go on."""
    return await asyncio.to_thread(finder.find, text, locale, country)


def _notices(
    settings: Settings, database: Database, bus: Bus, channels: Mapping[UUID, Channel], clock: Callable[[], datetime],
    points: Mapping[str, ContactPoint],
) -> Notices:  # fmt: skip
    group = next((channel for channel in channels.values() if channel.name == "telegram"), None)
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    return Notices(
        database, bus, settings.mail, settings.notices, group, f"{address}/desk", clock, lambda: tuple(points.values()),
        load_texts(),
    )  # fmt: skip


def _tell(reports: list[Callable[[Report], None]], report: Report) -> None:
    for listener in reports:
        listener(report)
