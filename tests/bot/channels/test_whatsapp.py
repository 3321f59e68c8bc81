"""The WhatsApp channel against the fake Graph, over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Channel
from bot.channels.whatsapp import WhatsAppChannel
from bot.channels.whatsapp_bodies import message_body, recipient
from bot.channels.whatsapp_errors import KINDS, kind_of, refusal
from bot.model.errors import SendError, SendFailure
from bot.model.messages import Address
from tests.bot.channels.builders import to
from tests.fakes.record import Json
from tests.fakes.whatsapp import FakeWhatsApp
from tests.fakes.whatsapp_rules import GraphError, check

YUSUF = "393331112222"


@pytest.fixture
async def fake() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as made:
        yield made


@pytest.fixture
async def channel(fake: FakeWhatsApp) -> AsyncIterator[WhatsAppChannel]:
    made = WhatsAppChannel(fake.phone_number_id, fake.token, fake.url)
    yield made
    await made.aclose()


async def failure(channel: WhatsAppChannel, text: str = "hello", *buttons: str) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(to(YUSUF, text, *buttons))
    return caught.value


def test_it_keeps_the_contract(channel: WhatsAppChannel) -> None:
    contract: Channel = channel

    assert (contract.name, contract.account) == ("whatsapp", "106540352242922")


async def test_a_text_arrives_with_the_row_it_came_from(channel: WhatsAppChannel, fake: FakeWhatsApp) -> None:
    message = to(YUSUF, "*Attenzione*: [Fonte](https://example.org/a)")

    wamid = await channel.send(message)

    (heard,) = fake.heard(YUSUF)
    assert heard.text == "*Attenzione*: Fonte: https://example.org/a"
    assert (heard.message_id, heard.row, heard.shape) == (wamid, str(message.id), "text")


@pytest.mark.parametrize(
    ("text", "count", "shape"),
    [
        ("x", 1, "button"),
        ("x" * 1024, 3, "button"),
        ("x" * 1025, 3, "list"),
        ("x", 4, "list"),
        ("x" * 4096, 10, "list"),
    ],
)
async def test_choices_take_the_shape_that_holds_them(
    channel: WhatsAppChannel, fake: FakeWhatsApp, text: str, count: int, shape: str
) -> None:
    await channel.send(to(YUSUF, text, *[f"id{n}=Choice {n}" for n in range(count)], list_title="Choose"))

    (heard,) = fake.heard(YUSUF)
    assert (heard.text, heard.shape) == (text, shape)
    assert heard.buttons == [(f"id{n}", f"Choice {n}") for n in range(count)]


async def test_a_title_that_no_button_holds_makes_a_list(channel: WhatsAppChannel, fake: FakeWhatsApp) -> None:
    await channel.send(to(YUSUF, "x", "a=" + "t" * 21, "b=Yes", list_title="Choose"))

    (heard,) = fake.heard(YUSUF)
    assert (heard.shape, heard.buttons) == ("list", [("a", "t" * 21), ("b", "Yes")])


async def test_a_list_that_nobody_gave_a_title_still_opens(channel: WhatsAppChannel, fake: FakeWhatsApp) -> None:
    await channel.send(to(YUSUF, "Choose:", "a", "b", "c", "d"))

    assert fake.heard(YUSUF)[0].shape == "list"


@pytest.mark.parametrize(
    ("text", "buttons", "list_title", "reason"),
    [
        ("x" * 4097, [], "", "too_long"),
        ("", [], "", "empty"),
        ("x", ["a=" + "t" * 25], "", "title_too_long"),
        ("x", ["a=" + "t" * 25, "b", "c", "d"], "", "title_too_long"),
        ("x", ["a", "b", "c", "d"], "l" * 21, "title_too_long"),
        ("x", [str(n) for n in range(11)], "", "too_many_buttons"),
        ("x", ["a=Yes", "a=No"], "", "same_button_twice"),
        ("x", ["a=Yes", "b=Yes"], "", "same_title_twice"),
        ("x", ["i" * 257 + "=Yes"], "", "bad_button"),
        ("x", ["a= "], "", "title_empty"),
    ],
)
async def test_what_does_not_fit_is_refused_and_not_cut(
    channel: WhatsAppChannel, fake: FakeWhatsApp, text: str, buttons: list[str], list_title: str, reason: str
) -> None:
    with pytest.raises(SendError) as caught:
        await channel.send(to(YUSUF, text, *buttons, list_title=list_title))

    assert (caught.value.kind, caught.value.reason) == (SendFailure.REJECTED, reason)
    assert not fake.heard(YUSUF)
    assert not fake.record.refused


@settings(deadline=None)
@given(st.text(max_size=5000), st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=12))
def test_whatever_we_build_is_within_the_platforms_limits(text: str, buttons: list[tuple[str, str]]) -> None:
    named = [f"{number}{name}={title}" for number, (name, title) in enumerate(buttons)]

    with suppress(SendError):
        check(message_body(to(YUSUF, text, *named)))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (Address("DE.1", {"to": "+4915", "recipient": "DE.1"}), {"to": "+4915"}),
        (Address("DE.1", {"to": "4915"}), {"to": "+4915"}),
        (Address("DE.1", {"recipient": "DE.1"}), {"recipient": "DE.1"}),
        (Address("DE.1"), {"recipient": "DE.1"}),
        (Address("4915"), {"to": "+4915"}),
    ],
)
def test_a_person_is_named_by_number_or_by_bsuid(address: Address, expected: Json) -> None:
    assert recipient(address) == expected


async def test_a_person_without_a_number_is_reached(channel: WhatsAppChannel, fake: FakeWhatsApp) -> None:
    await fake.hides_phone(YUSUF)
    await fake.says(YUSUF, "hello")

    await channel.send(to(fake.bsuid(YUSUF), "hi", recipient=fake.bsuid(YUSUF)))

    assert [heard.text for heard in fake.heard(YUSUF)] == ["hi"]


@pytest.mark.parametrize(
    ("fault", "kind", "reason", "wait"),
    [
        ("131047", SendFailure.WINDOW_CLOSED, "meta_131047", None),
        ("131056", SendFailure.THROTTLED, "meta_131056", timedelta(seconds=6)),
        ("130429", SendFailure.THROTTLED, "meta_130429", None),
        ("80007", SendFailure.THROTTLED, "meta_80007", None),
        ("131042", SendFailure.ACCOUNT, "meta_131042", None),
        ("190", SendFailure.ACCOUNT, "meta_190", None),
        ("368", SendFailure.ACCOUNT, "meta_368", None),
        ("131026", SendFailure.BLOCKED, "meta_131026", None),
        ("131000", SendFailure.TRANSIENT, "meta_131000", None),
        ("131016", SendFailure.TRANSIENT, "meta_131016", None),
        ("429_bare", SendFailure.THROTTLED, "http_429", None),
        ("500_bare", SendFailure.UNKNOWN, "http_500", None),
        ("502_html", SendFailure.UNKNOWN, "http_502", None),
        ("dropped", SendFailure.UNKNOWN, "connection_lost", None),
        ("lost", SendFailure.UNKNOWN, "connection_lost", None),
        ("garbage", SendFailure.UNKNOWN, "broken_answer", None),
    ],
)
async def test_a_failure_is_named(
    channel: WhatsAppChannel,
    fake: FakeWhatsApp,
    fault: str,
    kind: SendFailure,
    reason: str,
    wait: timedelta | None,
) -> None:
    fake.fault(fault)

    error = await failure(channel)

    assert (error.kind, error.reason, error.retry_after) == (kind, reason, wait)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["slow", "late"])
async def test_a_slow_answer_leaves_the_fate_unknown(fake: FakeWhatsApp, fault: str) -> None:
    impatient = WhatsAppChannel(fake.phone_number_id, fake.token, fake.url, read_timeout=0.2)
    fake.fault(fault, seconds=0.5)

    error = await failure(impatient)

    await impatient.aclose()
    assert (error.kind, error.reason) == (SendFailure.UNKNOWN, "timed_out")
    await asyncio.sleep(0.4)
    assert [heard.text for heard in fake.heard(YUSUF)] == ["hello"]


async def test_a_refused_connection_is_transient() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        channel = WhatsAppChannel("1", "x", f"http://127.0.0.1:{closed.getsockname()[1]}")

        error = await failure(channel)

    await channel.aclose()
    assert (error.kind, error.reason) == (SendFailure.TRANSIENT, "not_connected")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 132001, SendFailure.REJECTED),
        (400, 999999, SendFailure.REJECTED),
        (500, 999999, SendFailure.TRANSIENT),
        (403, 210, SendFailure.ACCOUNT),
        (404, None, SendFailure.ACCOUNT),
        (408, None, SendFailure.TRANSIENT),
        (302, None, SendFailure.UNKNOWN),
    ],
)
def test_a_code_outranks_the_status(status: int, code: int | None, kind: SendFailure) -> None:
    assert refusal(status, code).kind is kind


def test_the_code_of_a_failed_status_is_understood_too() -> None:
    assert kind_of("131047") is SendFailure.WINDOW_CLOSED
    assert kind_of("777") is None
    assert kind_of("") is None
    assert len(KINDS) == len(set(KINDS))


async def test_a_message_is_marked_as_read_and_typing_shown(channel: WhatsAppChannel, fake: FakeWhatsApp) -> None:
    wamid = await fake.says(YUSUF, "hello")

    await channel.signal(Address(YUSUF), wamid)
    await channel.signal(Address(YUSUF), "")

    assert fake.record.signals == [{"kind": "read", "message_id": wamid, "typing": True}]


async def test_a_failed_signal_disturbs_nobody(channel: WhatsAppChannel, fake: FakeWhatsApp) -> None:
    await channel.signal(Address(YUSUF), "wamid.unknown")

    assert fake.record.signals == []


def test_the_fakes_own_rules_bite() -> None:
    body = message_body(to(YUSUF, "hello"))

    with pytest.raises(GraphError):
        check(body | {"text": {"body": "x" * 4097}})
