"""What the pages need of the service; `bot.assemble` makes it and `bot.web.app.create_app` takes it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from aiohttp import web

from bot.attachments.store import Attachments
from bot.bus import Bus
from bot.conversations import Conversations
from bot.crowd import Crowd
from bot.crypto import KeyRing
from bot.db import Database
from bot.inbox import Inbox
from bot.model.knowing import Found
from bot.model.locales import LOCALES
from bot.model.messages import Delivery, Inbound
from bot.outbox import Outbox
from bot.replies import Replies
from bot.staff import Staff
from bot.translation import Translator
from bot.web.limits import Rates
from bot.web.studio.workshop import Workshop
from dialogues.decision import MenuRow
from dialogues.phrases import Phrases
from handoff.offices.contact_point import ContactPoint
from handoff.offices.services import Service
from handoff.operators.counter import Counter
from knowledge.catalogue import Catalogue


class Receiver(Protocol):
    """The intake as the edges see it."""

    async def receive(self, items: Sequence[Inbound | Delivery]) -> None:
        """Store these items; raises if they could not be stored."""
        ...


@dataclass(frozen=True, slots=True)
class WhatsAppHook:
    """What proves a webhook of Meta, and the numbers that are ours."""

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    accounts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Health:
    """What only the running service knows. `channels` names what is switched on."""

    rasa_ready: Callable[[], bool]
    failing_accounts: Callable[[], Awaitable[Sequence[tuple[str, str, datetime]]]]
    channels: tuple[str, ...] = ("web",)
    alarm_after: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Library:
    """What the pages show of the knowledge: the answers, the places that help, the numbers that may be tapped.

    `find(text, locale, country)` searches the answers; it takes a while and belongs into a thread.
    """

    catalogue: Catalogue = field(default_factory=Catalogue)
    points: Callable[[], Iterable[ContactPoint]] = tuple
    services: Sequence[Service] = ()
    numbers: Callable[[], Sequence[str]] = tuple
    find: Callable[[str, str, str], Sequence[Found]] = lambda _text, _locale, _country: ()


@dataclass(frozen=True)
class WebContext:
    """Everything the pages touch.

    `public_https` says that a proxy with TLS stands before us (the setting `behind_proxy`): cookies are then `Secure` and
    `__Host-`, and the client's address is the proxy's last entry. Without it we answer on loopback only.
    `telegram` maps a bot's id to the secret of its webhook; `/telegram/<bot id>` is the address Telegram calls.
    """

    database: Database
    ring: KeyRing
    conversations: Conversations
    inbox: Inbox
    outbox: Outbox
    attachments: Attachments
    bus: Bus
    intake: Receiver
    counter: Counter
    replies: Replies
    phrases: Phrases
    menu: tuple[MenuRow, ...]
    staff: Staff
    clock: Callable[[], datetime]
    health: Health
    workshop: Workshop
    public_https: bool = False
    public_url: str = ""
    locales: tuple[str, ...] = LOCALES
    telegram: Mapping[str, str] = field(default_factory=dict, repr=False)
    telegram_office_groups: tuple[str, ...] = ()
    whatsapp: WhatsAppHook | None = None
    demonstration: bool = False  # it is tried on the machine itself: the second factor may be left out
    rates: Rates = field(default_factory=Rates)
    crowd: Crowd = field(default_factory=Crowd)
    library: Library = field(default_factory=Library, repr=False)
    translator: Translator | None = None  # None: no machine translates (the default)


CONTEXT: web.AppKey[WebContext] = web.AppKey("context", WebContext)
