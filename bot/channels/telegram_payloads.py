"""Telegram's updates as our messages (Bot API 10.1); pure, called by the polling loop and by the webhook."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.parsed import Ignored, Parsed, Reader, code, each
from bot.model.errors import BadPayload
from bot.model.messages import Address, Inbound, Kind, Media

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
# The order matters: an animation also comes with `document`, for old clients.
_MEDIA = {
    "voice": Kind.VOICE,
    "audio": Kind.VOICE,
    "video_note": Kind.VOICE,
    "photo": Kind.PHOTO,
    "video": Kind.PHOTO,
    "animation": Kind.STICKER,
    "sticker": Kind.STICKER,
    "document": Kind.FILE,
    "contact": Kind.FILE,
}
_FETCHED = {"voice", "audio", "photo", "document"}  # the others are never passed on, so they are never fetched
_ENVELOPE = {"message_id", "from", "chat", "date"}
_JOINED = {"member", "administrator", "restricted"}


@dataclass(frozen=True, slots=True)
class _Context:
    account: str
    now: datetime
    office_groups: Collection[str]


@dataclass(frozen=True, slots=True)
class _Content:
    kind: Kind
    text: str = field(default="", repr=False)
    button: str = ""
    coordinates: tuple[float, float] | None = field(default=None, repr=False)
    media: Media | None = None


def parse_updates(
    updates: Iterable[object], account: str, now: datetime, office_groups: Collection[str] = ()
) -> list[Parsed]:
    """Translate a batch; what cannot be read comes back as `Unreadable` and loses nothing else."""
    return list(each(updates, lambda update: [parse_update(update, account, now, office_groups)]))


def parse_update(update: object, account: str, now: datetime, office_groups: Collection[str] = ()) -> Parsed:
    """Translate one update. `now` is the time of a tap, which carries none. Raises `BadPayload`.

    `office_groups` are the chat ids of offices' own groups: what is written there is not for the bot.
    """
    reader = Reader(update, "update")
    reader.integer("update_id")
    for kind, parse in _UPDATES.items():
        if kind in reader:
            return parse(_Context(account, now, office_groups), reader.child(kind))
    return Ignored(code("update:" + reader.first_key(without={"update_id"})))


def _message(context: _Context, message: Reader) -> Parsed:
    chat = message.child("chat")
    if chat.text("type") != "private":
        return _group(context, message, f"{chat.integer('id')}:{message.count('message_id')}")
    content = _content(message)
    if content is None:
        return Ignored(code("message:" + message.first_key(without=_ENVELOPE)))
    number = message.count("message_id")
    sent_at = message.moment("date")
    return _inbound(context, message, f"{chat.integer('id')}:{number}", content, sent_at, number)


def _edited(context: _Context, message: Reader) -> Parsed:
    chat = message.child("chat")
    text = message.text("text", message.text("caption", ""))
    if chat.text("type") != "private":
        return Ignored("edited:group")
    if not text:
        return Ignored("edited:location" if "location" in message else "edited:no_text")
    number, edit = message.count("message_id"), message.integer("edit_date")
    # An edit is a new act of the person: its own time decides order and lateness, not the first version's.
    sent_at = message.moment("edit_date")
    key = f"{chat.integer('id')}:{number}:{edit}"
    return _inbound(context, message, key, _Content(Kind.EDITED, text), sent_at, number)


def _callback(context: _Context, query: Reader) -> Parsed:
    # `message` may be missing (inline mode); in a private chat the chat id is the person's id.
    chat = query.child("message").child("chat") if "message" in query else query.child("from")
    if chat.text("type", "private") != "private":
        return Ignored("callback:group")
    if "data" not in query:
        return Ignored("callback:no_data")
    return Inbound(
        channel="telegram",
        account=context.account,
        address=Address(str(chat.integer("id"))),
        dedupe_key=f"callback:{query.text('id')}",
        kind=Kind.BUTTON,
        sent_at=context.now,
        button=query.text("data"),
        locale_hint=_locale(query),
        reference=query.text("id"),
    )


def _member(context: _Context, change: Reader) -> Parsed:
    chat = change.child("chat")
    status = change.child("new_chat_member").text("status")
    key = f"{chat.integer('id')}:member:{change.integer('date')}:{status}"
    if chat.text("type") != "private":
        return _group(context, change, key) if status in _JOINED else Ignored(code("member:" + status))
    kind = {"kicked": Kind.BLOCKED, "member": Kind.UNBLOCKED}.get(status)
    if kind is None:
        return Ignored(code("member:" + status))
    return _inbound(context, change, key, _Content(kind), change.moment("date"), 0)


def _group(context: _Context, item: Reader, key: str) -> Parsed:
    """A word in somebody's group: that it happened, never what was said."""
    if str(item.child("chat").integer("id")) in context.office_groups:
        return Ignored("office_group")
    return _inbound(context, item, key, _Content(Kind.GROUP), item.moment("date"), 0)


def _inbound(context: _Context, item: Reader, key: str, content: _Content, sent_at: datetime, number: int) -> Inbound:
    return Inbound(
        channel="telegram",
        account=context.account,
        address=Address(str(item.child("chat").integer("id"))),
        dedupe_key=key,
        kind=content.kind,
        sent_at=sent_at,
        platform_number=number,
        text=content.text,
        button=content.button,
        coordinates=content.coordinates,
        locale_hint=_locale(item),
        media=content.media,
    )


def _content(message: Reader) -> _Content | None:
    if "text" in message:
        return _words(message.text("text"))
    if "location" in message:
        return _Content(Kind.LOCATION, coordinates=message.child("location").coordinates())
    key = next((key for key in _MEDIA if key in message), None)
    if key is None:
        return None
    media = _media(message, key) if key in _FETCHED else None
    return _Content(_MEDIA[key], message.text("caption", ""), media=media)


def _media(message: Reader, key: str) -> Media | None:
    """Name the file; of a photo, which comes in several sizes with the largest last, the largest. None: it has no name."""
    value = message.raw(key)
    try:
        file = Reader(value[-1], key) if isinstance(value, list) and value else message.child(key)
        name = file.text("file_id")
    except BadPayload:  # the message itself must not be lost for it
        return None
    return Media(name, _word(file, "mime_type"), file.number("file_size"), file.number("duration"))


def _word(file: Reader, key: str) -> str:
    return file.text(key) if isinstance(file.raw(key), str) else ""


def _words(text: str) -> _Content:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return _Content(Kind.TEXT, text)
    return _Content(Kind.COMMAND, (command[2] or "").strip(), command[1].lower())


def _locale(item: Reader) -> str:
    """The language of the person's app: a hint only, and optional."""
    return item.child("from").text("language_code", "") if "from" in item else ""


_UPDATES: dict[str, Callable[[_Context, Reader], Parsed]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _callback,
    "my_chat_member": _member,
}
