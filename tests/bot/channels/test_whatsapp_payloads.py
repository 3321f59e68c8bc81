"""Every WhatsApp payload file, and what it means to us."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.channels.parsed import Ignored, Parsed, Unreadable
from bot.channels.whatsapp_payloads import parse_webhook
from bot.model.errors import BadPayload
from bot.model.messages import Address, Delivery, DeliveryState, Inbound, Kind, Media
from tests.bot.channels.payload_files import load, names

SENT = datetime(2026, 11, 10, 8, 40, tzinfo=UTC)
NOW = SENT + timedelta(seconds=500)
FIRST = int(NOW.timestamp() * 100) % 2_000_000 * 1000  # the number of the batch's first message
FILE = "1908647269898587"
PHONE, BSUID = "393331112222", "IT.13491208655302741918"
YUSUF = Address(BSUID, {"to": f"+{PHONE}", "recipient": BSUID})
BY_PHONE = Address(PHONE, {"to": f"+{PHONE}"})
BY_BSUID = Address(BSUID, {"recipient": BSUID})
MOVED_TO = Address("IT.99990000", {"to": "+393339998888", "recipient": "IT.99990000"})
ROW = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def inbound(kind: Kind, text: str = "", *, n: int = 1, place: int = 0, **more: Any) -> Inbound:
    """A message of Yusuf, the `place`-th of its batch."""
    wamid = f"wamid.HBgMMzkzMzMxMTEyMjIyFQIAEhg={n}"
    values: dict[str, Any] = {
        "channel": "whatsapp",
        "account": "106540352242922",
        "address": YUSUF,
        "dedupe_key": wamid,
        "kind": kind,
        "sent_at": SENT,
        "platform_number": FIRST + place,
        "text": text,
        "reference": wamid,
    }
    return Inbound(**{**values, **more})


def status(state: DeliveryState, row: UUID | None = ROW, *, word: str = "", code: str = "") -> Delivery:
    return Delivery(
        channel="whatsapp",
        account="106540352242922",
        dedupe_key=f"wamid.out1:{word or state}",
        outbox_id=row,
        platform_id="wamid.out1",
        state=state,
        at=SENT,
        error_code=code,
    )


def moved(old: Address, new: Address) -> Inbound:
    return inbound(Kind.MOVED, address=old, new_address=new)


HELLO = inbound(Kind.TEXT, "hello")
SENT_ALONE = status(DeliveryState.SENT, None)

EXPECTED: dict[str, list[Parsed | str]] = {
    "text__arabic": [inbound(Kind.TEXT, "لم يدفع لي صاحب العمل")],
    "text__bsuid_only": [inbound(Kind.TEXT, "hello", address=BY_BSUID)],
    "text__without_bsuid_before_2026": [inbound(Kind.TEXT, "hello", address=BY_PHONE)],
    "text__bsuid_in_contacts_only": [HELLO],
    "text__sender_in_contacts_only": [HELLO],
    "text__broken_contacts": [HELLO],
    "text__to_another_number": [inbound(Kind.TEXT, "hello", account="999")],
    "text__forwarded": [inbound(Kind.TEXT, "look")],
    "text__lone_surrogate": [inbound(Kind.TEXT, "help ?")],
    "text__unknown_new_field": [HELLO],
    "batch__two_entries_two_changes": [
        inbound(Kind.TEXT, "one", n=1, place=0),
        inbound(Kind.TEXT, "two", n=2, place=1),
        inbound(Kind.TEXT, "three", n=3, place=2),
        Ignored("field:account_update"),
        inbound(Kind.TEXT, "four", n=4, place=3),
        SENT_ALONE,
    ],
    "batch__one_bad_message": [
        inbound(Kind.TEXT, "one", n=1),
        "messages.text is not an object",
        "messages is not an object",
        inbound(Kind.TEXT, "two", n=2, place=1),
    ],
    "batch__bad_entry_and_bad_change": [
        "entry is not an object",
        "change is not an object",
        inbound(Kind.TEXT, "one", n=1),
        "entry.changes is not a list",
    ],
    "batch__messages_is_no_list": ["change.value.messages is not a list", SENT_ALONE],
    "interactive__button_reply": [inbound(Kind.BUTTON, "Italia", button="c:IT")],
    "interactive__list_reply": [inbound(Kind.BUTTON, "Belgique", button="c:BE")],
    "interactive__flow": [Ignored("interactive:nfm_reply")],
    "button__of_a_template": [inbound(Kind.BUTTON, "Read it", button="show")],
    "location": [inbound(Kind.LOCATION, coordinates=(45.0703, 7.6869))],
    "location__not_a_number": ["messages.location.latitude is not a number"],
    "audio__voice_note": [inbound(Kind.VOICE, media=Media(FILE, "audio/ogg; codecs=opus"))],
    "image__caption": [inbound(Kind.PHOTO, "my letter", media=Media(FILE, "image/jpeg"))],
    "video": [inbound(Kind.PHOTO)],
    "document": [inbound(Kind.FILE, media=Media(FILE, "image/jpeg"))],
    "sticker": [inbound(Kind.STICKER)],
    "contacts": [inbound(Kind.FILE)],
    "reaction": [Ignored("message:reaction")],
    "reaction__removed": [Ignored("message:reaction")],
    "unsupported": [Ignored("message:unsupported")],
    "order": [Ignored("message:order")],
    "group": [Ignored("group")],
    "system__changed_number": [moved(YUSUF, MOVED_TO)],
    "system__changed_user_id_without_from": [moved(BY_BSUID, Address("IT.99990000", {"recipient": "IT.99990000"}))],
    "system__changed_number_before_bsuid": [moved(BY_PHONE, Address("393339998888", {"to": "+393339998888"}))],
    "system__same_id_twice": [moved(BY_PHONE, MOVED_TO)],
    "system__of_another_kind": [Ignored("system:customer_identity_changed")],
    "status__sent": [status(DeliveryState.SENT)],
    "status__delivered": [status(DeliveryState.DELIVERED)],
    "status__read": [status(DeliveryState.READ)],
    "status__played": [status(DeliveryState.READ, None, word="played")],
    "status__failed_without_contacts": [status(DeliveryState.FAILED, code="131047")],
    "status__row_of_somebody_else": [SENT_ALONE],
    "status__unknown": [Ignored("status:warning")],
    "status__unreadable": ["statuses.id is not a text", status(DeliveryState.READ, None)],
    "errors__of_the_account": [Ignored("account_error:131031")],
    "change__of_another_field": [Ignored("field:phone_number_quality_update")],
    "change__without_metadata": ["change.value.metadata is not an object"],
    "entry__empty": [],
    "object__of_another_product": [Ignored("object")],
    "unreadable__no_sender": ["message names neither phone nor user id"],
    "unreadable__no_type": ["messages.type is not a text"],
    "unreadable__timestamp": ["messages.timestamp is not a whole number"],
}
REFUSED = {
    "unreadable__envelope": "webhook is not an object",
    "unreadable__entry_is_no_list": "webhook.entry is not a list",
}


def reasons(found: list[Parsed]) -> list[Parsed | str]:
    """Show the unreadable by its reason alone, so that a table can hold it."""
    return [item.reason if isinstance(item, Unreadable) else item for item in found]


@pytest.mark.parametrize("name", [name for name in names("whatsapp") if name not in REFUSED])
def test_a_payload_file_means(name: str) -> None:
    found = parse_webhook(load("whatsapp", name), NOW)

    assert reasons(found) == EXPECTED[name]


@pytest.mark.parametrize("name", REFUSED)
def test_an_envelope_that_cannot_be_read_is_refused(name: str) -> None:
    with pytest.raises(BadPayload, match=REFUSED[name]):
        parse_webhook(load("whatsapp", name), NOW)


def test_what_is_unreadable_is_kept_whole() -> None:
    found = parse_webhook(load("whatsapp", "batch__one_bad_message"), NOW)

    assert [item.raw for item in found if isinstance(item, Unreadable)] == [
        '{"id":"x","type":"text"}',
        '"nonsense"',
    ]


def test_what_is_shown_of_a_message_names_nobody_and_quotes_nothing() -> None:
    for name in EXPECTED:
        shown = repr(parse_webhook(load("whatsapp", name), NOW))

        assert not any(word in shown for word in (PHONE, BSUID, "wamid", "hello", "45.07", "Italia", "nonsense"))


def test_messages_of_one_second_keep_the_order_of_two_posts() -> None:
    body = load("whatsapp", "text__arabic")
    numbers = []
    for moment in (NOW, NOW + timedelta(milliseconds=10)):
        (message,) = parse_webhook(body, moment)
        assert isinstance(message, Inbound)
        numbers.append(message.platform_number)

    assert numbers[0] < numbers[1] < 2**31
