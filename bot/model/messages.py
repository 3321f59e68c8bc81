"""What goes in and out of a channel. Text, addresses and platform ids are kept out of `repr`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What a person sent."""

    TEXT = "text"
    BUTTON = "button"  # a tap on a choice; `button` holds its id
    COMMAND = "command"  # "/stop"; `button` holds the bare name
    LOCATION = "location"
    VOICE = "voice"
    PHOTO = "photo"
    STICKER = "sticker"
    FILE = "file"
    EDITED = "edited"  # a new text for a message we already have
    BLOCKED = "blocked"  # the person blocked us; nothing can be answered
    UNBLOCKED = "unblocked"
    GROUP = "group"  # written in a group that is not an office's own
    MOVED = "moved"  # the person's address changed (WhatsApp number or BSUID)


FILES = frozenset({Kind.VOICE, Kind.PHOTO, Kind.FILE})  # what only a person can listen to or look at


@dataclass(frozen=True, slots=True)
class Media:
    """Where a platform keeps a file that a person sent, and what it claims of it; `bot.attachments` decides what it is."""

    reference: str = field(repr=False)
    mime: str = ""
    size: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was checked: its type was read from its own first bytes. `kind` is voice, photo or file (a PDF)."""

    kind: Kind
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """One person's address on one channel account. `key` finds the conversation; `extra` is what sending needs."""

    key: str = field(repr=False)
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a person, as a channel's parser gives it. Times are aware and UTC.

    `coordinates` never leaves the intake: it becomes `city` and `country` there and is dropped.
    `dedupe_key` is the platform's own identity of this very message (design: chat + message id + edit date,
    callback id, wamid, the page's own id); only its keyed hash is stored.
    `reference` is what the platform needs to mark the message as read (a wamid), or empty.
    `media` is a file that can be fetched; kinds that never can (a video, a contact card) come without it.
    """

    channel: str
    account: str
    address: Address
    dedupe_key: str = field(repr=False)
    kind: Kind
    sent_at: datetime
    platform_number: int = 0
    text: str = field(default="", repr=False)
    button: str = field(default="", repr=False)
    coordinates: tuple[float, float] | None = field(default=None, repr=False)
    city: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    locale_hint: str = ""
    reference: str = field(default="", repr=False)
    new_address: Address | None = None
    media: Media | None = None


class DeliveryState(StrEnum):
    """What a platform says became of a message, in the order in which it may advance."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A status of something we sent. It goes a road of its own, without lease or turn."""

    channel: str
    account: str
    dedupe_key: str = field(repr=False)
    outbox_id: UUID | None
    platform_id: str = field(repr=False)
    state: DeliveryState
    at: datetime
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as a channel shows it. `id` has at most 64 bytes (Telegram), `title` at most 24 characters."""

    id: str
    title: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to a person, ready for a channel. `text` is our light markup (see `bot.markup`).

    `id` is the outbox row; WhatsApp carries it as `biz_opaque_callback_data`. A message with an attachment is the file
    alone: its text stands for it on the record only.
    """

    id: UUID
    address: Address
    text: str = field(repr=False)
    buttons: tuple[Button, ...] = field(default=(), repr=False)
    locale: str = "en"
    list_title: str = field(default="", repr=False)
    attachment: Attached | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show. More buttons than `buttons` become a list; more than `rows` are paged by the flow."""

    buttons: int
    rows: int
    text_limit: int
    button_limit: int
    row_limit: int
    typing: bool = False
    window_hours: int | None = None
    calls_out: bool = True  # False: nobody is called, so nothing can be unknown
