"""The parts of a running service, as `bot.assemble` puts them together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bot.alarm import Alarm
from bot.attachments.fetcher import Fetcher
from bot.attachments.store import Attachments
from bot.bus import Bus
from bot.channels.base import Channel
from bot.conversations import Conversations
from bot.crowd import Crowd
from bot.crypto import KeyRing
from bot.db import Database
from bot.dispatch.sql import SqlDispatch
from bot.gaps.loop import GapLoop
from bot.inbox import Inbox
from bot.intake import Intake
from bot.live import Live
from bot.notices import Notices
from bot.outbox import Outbox
from bot.rasa_process import RasaProcess
from bot.replies import Replies
from bot.retention import Keeper
from bot.sender import Sender
from bot.settings import Settings
from bot.signals import Signals
from bot.staff import Staff
from bot.statuses import Statuses
from bot.training import Trainer
from bot.translation import Translator
from bot.turn import Report, Turn
from bot.worker import Worker
from dialogues.phrases import Phrases
from dialogues.sentences import Sentences
from handoff.offices.contact_point import ContactPoint
from handoff.offices.live import Offices
from handoff.room import Handoff
from knowledge.catalogue import Catalogue
from knowledge.search.finder import Finder
from nlu.interpreter import Interpreter
from nlu.rasa_client import RasaClients
from nlu.teaching import Questions
from nlu.teaching.likeness import Likeness


@dataclass
class Service:
    """All parts of a running service, ready to be started by `bot.serve` or driven by `bot.converse`."""

    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    ring: KeyRing = field(repr=False)
    conversations: Conversations
    inbox: Inbox
    outbox: Outbox
    bus: Bus
    intake: Intake
    dispatch: SqlDispatch
    interpreter: Interpreter
    phrases: Phrases = field(repr=False)
    replies: Replies
    catalogue: Catalogue = field(repr=False)
    questions: Questions
    likeness: Likeness
    sentences: Sentences
    offices: Offices
    points: Mapping[str, ContactPoint]
    handoff: Handoff
    turn: Turn
    worker: Worker
    sender: Sender
    statuses: Statuses
    notices: Notices
    keeper: Keeper
    alarm: Alarm
    staff: Staff
    channels: dict[UUID, Channel]
    rasa: Sequence[RasaProcess]
    ranker: RasaClients
    finder: Finder
    reports: list[Callable[[Report], None]]
    signals: Signals
    attachments: Attachments
    fetcher: Fetcher
    live: Live
    gaps: GapLoop
    trainer: Trainer
    translator: Translator | None = None
    crowd: Crowd = field(default_factory=Crowd)

    async def close(self) -> None:
        """Give back connections; Rasa is ended by whoever started it."""
        await self.signals.close()
        for channel in self.channels.values():
            await channel.aclose()
        await self.likeness.close()
        await self.ranker.close()
        if self.translator is not None:
            await self.translator.aclose()
        await self.database.close()
