"""WhatsApp's webhooks as our messages and deliveries (Graph v26.0); pure, whole batches, nothing lost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from uuid import UUID

from bot.channels.parsed import Ignored, Parsed, Reader, Unreadable, code, dump, each
from bot.model.errors import BadPayload
from bot.model.messages import Address, Delivery, DeliveryState, Inbound, Kind, Media

_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "played": DeliveryState.READ,  # a voice note was listened to
    "failed": DeliveryState.FAILED,
}
_MEDIA = {
    "audio": Kind.VOICE,
    "image": Kind.PHOTO,
    "video": Kind.PHOTO,
    "document": Kind.FILE,
    "sticker": Kind.STICKER,
}
_FETCHED = {"audio", "image", "document"}  # the others are never passed on, so they are never fetched

_MOVES = {"user_changed_number", "user_changed_user_id"}


@dataclass(frozen=True, slots=True)
class _Context:
    account: str
    contacts: tuple[tuple[str, str], ...] = field(repr=False)  # (wa_id, BSUID)
    numbers: Iterator[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Content:
    kind: Kind
    text: str = field(default="", repr=False)
    button: str = ""
    coordinates: tuple[float, float] | None = field(default=None, repr=False)
    media: Media | None = None


def parse_webhook(body: object, now: datetime) -> list[Parsed]:
    """Translate a whole POST: every message and status of every change of every entry.

    `now` numbers messages of one second in the order of their arrival: WhatsApp gives whole seconds only.
    Raises `BadPayload` only if the envelope itself cannot be read; a bad item comes back as `Unreadable`.
    """
    root = Reader(body, "webhook")
    if root.text("object", "") != "whatsapp_business_account":
        return [Ignored("object")]
    numbers = count(int(now.timestamp() * 100) % 2_000_000 * 1000)  # a batch holds at most 1,000 items
    return list(each(root.items("entry"), lambda entry: _entry(entry, numbers)))


def _entry(entry: object, numbers: Iterator[int]) -> Iterator[Parsed]:
    changes = Reader(entry, "entry").items("changes")
    return each(changes, lambda change: _change(Reader(change, "change"), numbers))


def _change(change: Reader, numbers: Iterator[int]) -> Iterator[Parsed]:
    kind = change.text("field")
    if kind != "messages":
        yield Ignored(code("field:" + kind))
        return
    value = change.child("value")
    account = value.child("metadata").text("phone_number_id")
    context = _Context(account, _contacts(value), numbers)
    for key, read in _LISTS.items():
        yield from _listed(context, value, key, read)


def _listed(context: _Context, value: Reader, key: str, read: Callable[[_Context, Reader], Parsed]) -> Iterator[Parsed]:
    try:
        items = value.items(key)
    except BadPayload as error:
        yield Unreadable(dump(value.raw(key)), str(error))
        return
    yield from each(items, lambda item: [read(context, Reader(item, key))])


def _contacts(value: Reader) -> tuple[tuple[str, str], ...]:
    """The pairs of phone and BSUID; a broken block costs nothing, since each message names its sender too."""
    pairs = []
    for item in value.items("contacts") if isinstance(value.raw("contacts"), list) else []:
        if isinstance(item, dict):
            pairs.append((str(item.get("wa_id") or ""), str(item.get("user_id") or "")))
    return tuple(pairs)


def _message(context: _Context, message: Reader) -> Parsed:
    kind = message.text("type")
    if "group_id" in message:
        return Ignored("group")
    if kind == "system":
        return _moved(context, message)
    content = _content(message, kind)
    if isinstance(content, Ignored):
        return content
    return _inbound(context, message, content, _sender(context, message))


def _inbound(
    context: _Context,
    message: Reader,
    content: _Content,
    address: Address,
    new_address: Address | None = None,
) -> Inbound:
    return Inbound(
        channel="whatsapp",
        account=context.account,
        address=address,
        dedupe_key=message.text("id"),
        kind=content.kind,
        sent_at=message.moment("timestamp"),
        platform_number=next(context.numbers),
        text=content.text,
        button=content.button,
        coordinates=content.coordinates,
        reference=message.text("id"),
        new_address=new_address,
        media=content.media,
    )


def _content(message: Reader, kind: str) -> _Content | Ignored:
    if kind == "text":
        return _Content(Kind.TEXT, message.child("text").text("body"))
    if kind == "interactive":
        return _choice(message.child("interactive"))
    if kind == "button":
        tapped = message.child("button")
        return _Content(Kind.BUTTON, tapped.text("text", ""), tapped.text("payload"))
    if kind == "location":
        return _Content(Kind.LOCATION, coordinates=message.child("location").coordinates())
    if kind == "contacts":  # a list, which we can't use; but silence would be no answer
        return _Content(Kind.FILE)
    if kind in _MEDIA:
        return _file(kind, message.child(kind))
    return Ignored(code("message:" + kind))


def _file(kind: str, file: Reader) -> _Content:
    name, mime = file.raw("id"), file.raw("mime_type")
    named = kind in _FETCHED and isinstance(name, str)  # without a name the message itself must not be lost
    media = Media(str(name), mime if isinstance(mime, str) else "") if named else None
    return _Content(_MEDIA[kind], file.text("caption", ""), media=media)


def _choice(interactive: Reader) -> _Content | Ignored:
    kind = interactive.text("type")
    if kind not in ("button_reply", "list_reply"):
        return Ignored(code("interactive:" + kind))
    reply = interactive.child(kind)
    return _Content(Kind.BUTTON, reply.text("title", ""), reply.text("id"))


def _sender(context: _Context, message: Reader) -> Address:
    phone, user = message.text("from", ""), message.text("from_user_id", "")
    if not user and phone:
        user = next((user for wa_id, user in context.contacts if wa_id == phone), "")
    if not user and not phone and len(context.contacts) == 1:
        phone, user = context.contacts[0]
    return _address(phone, user)


def _moved(context: _Context, message: Reader) -> Parsed:
    system = message.child("system")
    kind = system.text("type")
    if kind not in _MOVES:
        return Ignored(code("system:" + kind))
    new_user = system.text("user_id", "")
    old_user = system.text("previous_user_id", "") or message.text("from_user_id", "")
    if old_user == new_user:
        old_user = ""
    old = _address(message.text("from", ""), old_user)
    new = _address(system.text("wa_id", ""), new_user)
    return _inbound(context, message, _Content(Kind.MOVED), old, new)


def _address(phone: str, user: str) -> Address:
    """BSUID first: a phone number may be absent and may change hands. Meta wants a "+" before a number."""
    digits = phone.lstrip("+")
    extra = {"to": f"+{digits}"} if digits else {}
    if user:
        extra["recipient"] = user
    if not extra:
        raise BadPayload("message names neither phone nor user id")
    return Address(user or digits, extra)


def _status(context: _Context, status: Reader) -> Parsed:
    word = status.text("status")
    if word not in _STATES:
        return Ignored(code("status:" + word))
    return Delivery(
        channel="whatsapp",
        account=context.account,
        dedupe_key=f"{status.text('id')}:{word}",
        outbox_id=_row(status.text("biz_opaque_callback_data", "")),
        platform_id=status.text("id"),
        state=_STATES[word],
        at=status.moment("timestamp"),
        error_code=_error_code(status),
    )


def _row(word: str) -> UUID | None:
    return UUID(word) if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", word) else None


def _error_code(item: Reader) -> str:
    errors = item.items("errors")
    return str(Reader(errors[0], "error").integer("code")) if errors else ""


def _error(_context: _Context, error: Reader) -> Parsed:
    """An error of the account or the app, not of a message; what we sent tells its own failure."""
    return Ignored(f"account_error:{error.integer('code')}")


_LISTS: dict[str, Callable[[_Context, Reader], Parsed]] = {
    "messages": _message,
    "statuses": _status,
    "errors": _error,
}
