"""Whatever a platform or a forger sends, a parser answers with our words or with `BadPayload`."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.parsed import Ignored, Unreadable, read_json
from bot.channels.telegram_payloads import parse_update, parse_updates
from bot.channels.whatsapp_payloads import parse_webhook
from bot.model.errors import BadPayload
from bot.model.messages import Delivery, Inbound
from tests.bot.channels.payload_files import load, names

NOW = datetime(2026, 11, 10, 8, 40, tzinfo=UTC)
OURS = (Inbound, Delivery, Ignored, Unreadable)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["messages", "private", "text", "sent", "failed", "\ud83d", "\x00", "1794300000"])
)


def _nested(children: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)


nonsense = st.recursive(leaves, _nested, max_leaves=8)


@st.composite
def spoilt(draw: st.DrawFn, channel: str) -> object:
    """A real payload in which some values were replaced by nonsense or taken away."""
    payload = load(channel, draw(st.sampled_from(names(channel))))
    for _ in range(draw(st.integers(1, 3))):
        _spoil(draw, payload)
    return payload


def _spoil(draw: st.DrawFn, node: object) -> None:
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        deeper = node[key]
        if not isinstance(deeper, dict | list) or draw(st.booleans()):
            node[key] = draw(nonsense)
            return
        node = deeper


@settings(deadline=None)
@given(spoilt("telegram") | nonsense)
def test_telegram_raises_nothing_but_bad_payload(update: object) -> None:
    try:
        found = parse_update(update, "1", NOW)
    except BadPayload:
        return

    assert isinstance(found, OURS)
    _can_be_stored(found)


@settings(deadline=None)
@given(st.lists(spoilt("telegram") | nonsense, max_size=4))
def test_a_telegram_batch_gives_one_result_for_each_update(updates: list[object]) -> None:
    assert len(parse_updates(updates, "1", NOW)) == len(updates)


@settings(deadline=None)
@given(spoilt("whatsapp") | nonsense)
def test_whatsapp_raises_nothing_but_bad_payload(body: object) -> None:
    try:
        found = parse_webhook(body, NOW)
    except BadPayload:
        return

    for item in found:
        assert isinstance(item, OURS)
        _can_be_stored(item)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.sampled_from([b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"1" * 9000]))
def test_a_body_is_json_or_a_bad_payload(raw: bytes) -> None:
    with suppress(BadPayload):
        read_json(raw)


def _can_be_stored(item: object) -> None:
    """A text goes to UTF-8, a number into a column, a time is aware."""
    if isinstance(item, Inbound):
        for word in (item.text, item.button, item.dedupe_key, item.locale_hint, item.address.key):
            assert "\x00" not in word.encode().decode()
        assert 0 <= item.platform_number < 2**31
        assert item.sent_at.tzinfo is UTC
    if isinstance(item, Unreadable):
        assert json.dumps(item.raw).isascii()
