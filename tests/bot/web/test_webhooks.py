"""The platforms' webhooks: forged, doubled, whole batches, unreadable, not stored."""

import hashlib
import hmac
import io
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.messages import Delivery, Inbound
from tests.bot.web.site import BOT_ID, HOOK, SECRET, Site, open_site
from tests.conftest import Clock

PAYLOADS = Path(__file__).parents[2] / "payloads"
TOLD = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
EMPTY = b'{"object":"whatsapp_business_account","entry":[]}'


class Broken:
    """An intake whose database is away."""

    async def receive(self, items: Sequence[Inbound | Delivery]) -> None:
        if items:
            raise OperationalError("insert", {}, Exception("away"))


def signed(body: bytes, secret: str = HOOK.app_secret) -> dict[str, str]:
    return {"X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}


def update(number: int = 1, text: str = "hello") -> dict[str, Any]:
    chat = {"id": 7, "type": "private"}
    message = {"message_id": number, "date": 1_770_000_000, "chat": chat, "from": chat, "text": text}
    return {"update_id": number, "message": message}


def batch(*texts: str, account: str = "1000") -> bytes:
    messages = [
        {"from": "39333", "id": f"wamid.{text}", "timestamp": "1770000000", "type": "text", "text": {"body": text}}
        for text in texts
    ]
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": account}, "messages": messages}
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


async def test_an_update_with_the_secret_is_stored_once(site: Site) -> None:
    client = (await site.browser()).client

    for _ in range(2):
        answer = await client.post(f"/telegram/{BOT_ID}", json=update(), headers=TOLD)
        assert (answer.status, await answer.read()) == (200, b"")

    (row,) = await site.rows(t.inbox)
    assert row.kind == "text"


@pytest.mark.parametrize(
    ("account", "headers"),
    [
        (BOT_ID, {}),
        (BOT_ID, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}),
        (BOT_ID, {"X-Telegram-Bot-Api-Secret-Token": ""}),
        (BOT_ID, {"X-Telegram-Bot-Api-Secret-Token": "ü"}),
        ("43", TOLD),
        ("43", {"X-Telegram-Bot-Api-Secret-Token": ""}),
    ],
)
async def test_an_update_without_the_secret_is_refused(site: Site, account: str, headers: dict[str, str]) -> None:
    client = (await site.browser()).client

    answer = await client.post(f"/telegram/{account}", json=update(), headers=headers)

    assert answer.status == 403
    assert await site.rows(t.inbox) == []


async def test_an_update_of_no_use_is_acknowledged(site: Site) -> None:
    client = (await site.browser()).client

    answer = await client.post(f"/telegram/{BOT_ID}", json={"update_id": 5, "poll": {"id": "1"}}, headers=TOLD)

    assert answer.status == 200
    assert await site.rows(t.raw_webhook) == []


@pytest.mark.parametrize("body", [b"{", b'{"update_id": 1, "message": {"text": "my words"}}', b"\xff\xfe"])
async def test_an_update_that_nobody_can_read_is_kept_sealed(
    site: Site, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    client = (await site.browser()).client

    answer = await client.post(f"/telegram/{BOT_ID}", data=body, headers=TOLD)

    (row,) = await site.rows(t.raw_webhook)
    opened = site.context.ring.open("raw_webhook", "payload", row.id, row.payload)
    assert answer.status == 200
    assert row.channel == "telegram"
    assert b"my words" not in row.payload
    assert "my words" not in caplog.text
    assert ("my words" in opened) == (b"my words" in body)


async def test_meta_is_told_that_the_address_is_ours(site: Site) -> None:
    client = (await site.browser()).client
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": HOOK.verify_token}

    answer = await client.get("/whatsapp", params=asked)

    assert (answer.status, await answer.text()) == (200, "1158201444")


@pytest.mark.parametrize("change", [{"hub.verify_token": "no"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}])
async def test_nobody_else_is_told(site: Site, change: dict[str, str]) -> None:
    client = (await site.browser()).client
    asked = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": HOOK.verify_token} | change

    answer = await client.get("/whatsapp", params=asked)

    assert answer.status == 403


async def test_the_signature_is_metas_own_example(site: Site) -> None:
    """facts: HMAC-SHA256 of the raw body with the app secret."""
    client = (await site.browser()).client

    answer = await client.post("/whatsapp", data=EMPTY, headers=signed(EMPTY))

    assert (answer.status, await answer.read()) == (200, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha1=00"},
        signed(EMPTY, "another secret"),
        signed(EMPTY + b" "),
        {"X-Hub-Signature-256": signed(EMPTY)["X-Hub-Signature-256"][:-1]},
    ],
)
async def test_a_forged_signature_is_refused(site: Site, headers: dict[str, str]) -> None:
    client = (await site.browser()).client

    answer = await client.post("/whatsapp", data=EMPTY, headers=headers)

    assert answer.status == 403


async def test_a_whole_batch_is_stored(site: Site) -> None:
    client = (await site.browser()).client
    body = batch("one", "two", "three")

    answer = await client.post("/whatsapp", data=body, headers=signed(body))

    assert answer.status == 200
    assert len(await site.rows(t.inbox)) == 3


async def test_three_megabytes_are_taken(site: Site) -> None:
    client = (await site.browser()).client
    body = batch("x") + b" " * (3 * 2**20)

    answer = await client.post("/whatsapp", data=io.BytesIO(body), headers=signed(body))

    assert answer.status == 200


async def test_a_number_that_is_not_ours_is_acknowledged_and_named_in_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    client = (await site.browser()).client
    body = batch("one", account="2000")

    answer = await client.post("/whatsapp", data=body, headers=signed(body))

    assert answer.status == 200
    assert await site.rows(t.inbox) == []
    assert "unknown phone_number_id" in caplog.text


async def test_a_bad_item_does_not_lose_the_good_ones(site: Site) -> None:
    client = (await site.browser()).client
    document = json.loads(batch("good"))
    document["entry"][0]["changes"][0]["value"]["messages"].insert(0, {"type": "text", "id": 5})
    body = json.dumps(document).encode()

    answer = await client.post("/whatsapp", data=body, headers=signed(body))

    assert answer.status == 200
    assert len(await site.rows(t.inbox)) == 1
    assert len(await site.rows(t.raw_webhook)) == 1


async def test_what_was_not_stored_is_not_acknowledged(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with open_site(sqlite, ring, clock, intake=Broken()) as site:
        client = (await site.browser()).client
        body = batch("one")

        telegram = await client.post(f"/telegram/{BOT_ID}", json=update(), headers=TOLD)
        whatsapp = await client.post("/whatsapp", data=body, headers=signed(body))

        assert (telegram.status, whatsapp.status) == (503, 503)


async def test_a_channel_that_is_off_refuses(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with open_site(sqlite, ring, clock, telegram={}, whatsapp=None) as site:
        client = (await site.browser()).client

        answers = [
            await client.post(f"/telegram/{BOT_ID}", json=update(), headers=TOLD),
            await client.post("/whatsapp", data=EMPTY, headers=signed(EMPTY)),
            await client.get("/whatsapp", params={"hub.mode": "subscribe", "hub.verify_token": ""}),
        ]

        assert [answer.status for answer in answers] == [403, 403, 403]


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"])
async def test_every_recorded_payload_is_acknowledged(
    site: Site, platform: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client = (await site.browser()).client

    for path in sorted((PAYLOADS / platform).glob("*.json")):
        body = path.read_bytes()
        where = f"/telegram/{BOT_ID}" if platform == "telegram" else "/whatsapp"
        headers = TOLD if platform == "telegram" else signed(body)
        answer = await client.post(where, data=body, headers=headers)
        assert answer.status == 200, path.name
