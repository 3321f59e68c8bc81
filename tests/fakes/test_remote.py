"""A fake in a process of its own can be driven and read from outside."""

import json
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.receiver import Receiver
from tests.fakes.remote import RemoteFake
from tests.fakes.telegram_people import TOKEN

pytestmark = pytest.mark.slow


async def test_a_telegram_of_its_own(tmp_path: Path) -> None:
    dump = tmp_path / "record.json"
    async with RemoteFake("telegram", "--dump", str(dump)) as fake, aiohttp.ClientSession(fake.url) as bot:
        await fake.do("says", user="1001", text="hello", language="uk")
        await fake.do("fault", name="403")
        for _ in range(2):
            await bot.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": 1001, "text": "hi"})
        with pytest.raises(AssertionError, match="no action"):
            await fake.do("aclose")
        with pytest.raises(AssertionError, match="got 1 of 2"):
            await fake.wait_for("1001", 2, timeout=0.1)

        (heard,) = await fake.wait_for("1001")
        assert heard.text == "hi"
        assert (await fake.record())["said"][0]["text"] == "hello"

    assert json.loads(dump.read_text())["heard"][0]["text"] == "hi"


async def test_a_whatsapp_of_its_own() -> None:
    async with Receiver() as hook, RemoteFake("whatsapp", "--webhook-url", "") as fake:
        await fake.set(webhook_url=hook.url, duplicates=1)
        await fake.do("says", user="393331112222", text="hello")
        await hook.wait_for(2)

        with pytest.raises(AssertionError, match="no option"):
            await fake.set(colour="red")
        assert await fake.heard("393331112222") == []
