"""Every Telegram payload file, and what it means to us."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.parsed import Ignored, Parsed, Unreadable
from bot.channels.telegram_payloads import parse_update, parse_updates
from bot.model.errors import BadPayload
from bot.model.messages import Address, Inbound, Kind, Media
from tests.bot.channels.payload_files import load, names

SENT = datetime(2026, 11, 10, 8, 40, tzinfo=UTC)
EDITED = SENT + timedelta(seconds=60)
NOW = SENT + timedelta(seconds=500)
OFFICE_GROUPS = {"-100777"}
FILE = "AwACAgIAAxkBAAIB"


def inbound(kind: Kind, text: str = "", **more: Any) -> Inbound:
    """A message of Olena, whose chat is 1001 and whose last message is number 17."""
    values: dict[str, Any] = {
        "channel": "telegram",
        "account": "123456789",
        "address": Address("1001"),
        "dedupe_key": "1001:17",
        "kind": kind,
        "sent_at": SENT,
        "platform_number": 17,
        "text": text,
        "locale_hint": "uk",
    }
    return Inbound(**{**values, **more})


def tap(callback: str, button: str) -> Inbound:
    key = {"dedupe_key": f"callback:{callback}", "reference": callback}
    return inbound(Kind.BUTTON, button=button, sent_at=NOW, platform_number=0, **key)


def in_group(key: str, **more: Any) -> Inbound:
    return inbound(Kind.GROUP, address=Address("-100555"), dedupe_key=key, platform_number=0, **more)


def member(kind: Kind, status: str) -> Inbound:
    key = f"1001:member:{int(SENT.timestamp())}:{status}"
    return inbound(kind, dedupe_key=key, platform_number=0)


def edited(text: str) -> Inbound:
    key = f"1001:17:{int(EDITED.timestamp())}"
    return inbound(Kind.EDITED, text, dedupe_key=key, sent_at=EDITED)


def place(latitude: float, longitude: float) -> Inbound:
    return inbound(Kind.LOCATION, coordinates=(latitude, longitude))


EXPECTED: dict[str, Parsed | str] = {
    "text__ukrainian": inbound(Kind.TEXT, "Мені не платять зарплату"),
    "text__without_language_code": inbound(Kind.TEXT, "صاحب العمل لا يدفع لي", locale_hint=""),
    "text__lone_surrogate": inbound(Kind.TEXT, "help ?"),
    "text__slash_but_no_command": inbound(Kind.TEXT, "/ 2 = half of my pay"),
    "text__forwarded": inbound(Kind.TEXT, "See this letter"),
    "text__unknown_new_field": inbound(Kind.TEXT, "hello"),
    "command__start": inbound(Kind.COMMAND, button="start"),
    "command__start_with_payload": inbound(Kind.COMMAND, "office-turin", button="start"),
    "command__addressed_to_the_bot": inbound(Kind.COMMAND, button="stop"),
    "button__tap": tap("4382bfdwdsb323b2d9", "c:IT"),
    "button__message_too_old": tap("4382bfdwdsb323b2da", "menu"),
    "button__without_message": tap("4382bfdwdsb323b2db", "menu"),
    "button__without_data": Ignored("callback:no_data"),
    "button__in_a_group": Ignored("callback:group"),
    "edited__text": edited("Мені не платять два місяці"),
    "edited__caption": edited("мій контракт"),
    "edited__live_location": Ignored("edited:location"),
    "edited__reply_markup_only": Ignored("edited:no_text"),
    "edited__in_a_group": Ignored("edited:group"),
    "location__fixed": place(45.0703, 7.6869),
    "location__live": place(45.0, 7.6869),
    "location__venue": place(50.85, 4.35),
    "location__out_of_range": "update.message.location.latitude is out of range",
    "voice": inbound(Kind.VOICE, media=Media(FILE, "audio/ogg", 3210, 4)),
    "audio__caption": inbound(Kind.VOICE, "слухайте", media=Media(FILE, "", 3210, 60)),
    "video_note": inbound(Kind.VOICE),
    "photo__caption": inbound(Kind.PHOTO, "це мій лист", media=Media(FILE, "", 3210)),
    "video": inbound(Kind.PHOTO),
    "sticker": inbound(Kind.STICKER),
    "animation": inbound(Kind.STICKER),
    "document": inbound(Kind.FILE, media=Media(FILE, "application/pdf", 3210)),
    "contact": inbound(Kind.FILE),
    "poll": Ignored("message:poll"),
    "service__pinned_message": Ignored("message:pinned_message"),
    "member__blocked": member(Kind.BLOCKED, "kicked"),
    "member__unblocked": member(Kind.UNBLOCKED, "member"),
    "member__unknown_status": Ignored("member:sleeping"),
    "group__added": in_group(f"-100555:member:{int(SENT.timestamp())}:member"),
    "group__removed": Ignored("member:kicked"),
    "group__text": in_group("-100555:51"),
    "group__text_without_sender": in_group("-100555:52", locale_hint=""),
    "group__of_an_office": Ignored("office_group"),
    "group__of_an_office_added": Ignored("office_group"),
    "channel_post": Ignored("update:channel_post"),
    "reaction": Ignored("update:message_reaction"),
    "business_message": Ignored("update:business_message"),
    "unreadable__no_chat": "update.message.chat is not an object",
    "unreadable__chat_id_is_a_text": "update.message.chat.id is not a whole number",
    "unreadable__no_date": "update.message.date is not a whole number",
    "unreadable__date_of_another_age": "update.message.date is not a time",
    "unreadable__message_is_a_list": "update.message is not an object",
    "unreadable__no_update_id": "update.update_id is not a whole number",
    "unreadable__not_an_object": "update is not an object",
}


@pytest.mark.parametrize("name", names("telegram"))
def test_a_payload_file_means(name: str) -> None:
    payload, expected = load("telegram", name), EXPECTED[name]

    if isinstance(expected, str):
        with pytest.raises(BadPayload, match=expected):
            parse_update(payload, "123456789", NOW, OFFICE_GROUPS)
    else:
        assert parse_update(payload, "123456789", NOW, OFFICE_GROUPS) == expected


def test_one_unreadable_update_loses_no_other() -> None:
    files = ["text__ukrainian", "unreadable__no_chat", "unreadable__not_an_object", "button__tap"]
    batch = [load("telegram", name) for name in files]

    found = parse_updates(batch, "123456789", NOW)

    assert [found[0], found[3]] == [EXPECTED["text__ukrainian"], EXPECTED["button__tap"]]
    assert found[1] == Unreadable(json.dumps(batch[1], separators=(",", ":")), "update.message.chat is not an object")
    assert isinstance(found[2], Unreadable)


def test_what_is_shown_of_a_message_names_nobody_and_quotes_nothing() -> None:
    for name in names("telegram"):
        shown = repr(parse_updates([load("telegram", name)], "123456789", NOW))

        assert not any(word in shown for word in ("1001", "плат", "секрет", "45.07", "office-turin", "4382b"))


def test_the_same_update_twice_has_one_key_and_another_edit_another() -> None:
    first, again = (parse_update(load("telegram", "edited__text"), "1", NOW) for _ in range(2))
    payload: Any = load("telegram", "edited__text")
    payload["edited_message"]["edit_date"] += 1
    later = parse_update(payload, "1", NOW)

    assert isinstance(first, Inbound)
    assert isinstance(again, Inbound)
    assert isinstance(later, Inbound)
    assert first.dedupe_key == again.dedupe_key != later.dedupe_key
