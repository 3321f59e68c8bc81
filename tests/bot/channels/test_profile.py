"""The public profile, set on the fake Bot API."""

import logging
from collections.abc import AsyncIterator

import pytest
import yaml

from bot.channels.profile import COMMANDS, publish_profile
from bot.channels.telegram import TelegramChannel
from tests.bot.channels.payload_files import ROOT
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as made:
        yield made


@pytest.fixture
async def channel(fake: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(fake.token, fake.base_url, fake.base_file_url)
    yield made
    await made.aclose()


class Memory(dict[str, str]):
    """Keeps the hashes as the store would."""

    async def recall(self, key: str) -> str | None:
        return self.get(key)

    async def remember(self, key: str, value: str) -> None:
        self[key] = value


@pytest.fixture
def memory() -> Memory:
    return Memory()


def texts(language: str) -> dict[str, str]:
    words = {f"command_{name}": f"{name} in {language}" for name in COMMANDS}
    return words | {f"profile_{part}": f"{part} in {language}" for part in ("name", "short", "description")}


PHRASES = {"en": texts("en"), "uk": texts("uk"), "sr-Latn": texts("sr")}


async def test_every_language_that_telegram_knows_is_set(
    channel: TelegramChannel, fake: FakeTelegram, memory: Memory
) -> None:
    await publish_profile(channel, PHRASES, memory.recall, memory.remember)

    assert fake.profile.keys() == {"", "en", "uk"}
    assert fake.profile["uk"]["name"] == "name in uk"
    assert fake.profile["uk"]["short_description"] == "short in uk"
    assert fake.profile["uk"]["commands"][0] == {"command": "start", "description": "start in uk"}
    assert fake.profile[""]["description"] == "description in en"


async def test_a_second_start_makes_no_call(channel: TelegramChannel, fake: FakeTelegram, memory: Memory) -> None:
    await publish_profile(channel, PHRASES, memory.recall, memory.remember)
    fake.profile.clear()

    changed = {**PHRASES, "uk": {**texts("uk"), "profile_name": "нова назва"}}
    await publish_profile(channel, changed, memory.recall, memory.remember)

    assert fake.profile == {"uk": {"name": "нова назва"}}


async def test_a_part_that_telegram_refuses_for_hours_is_left_for_the_next_start(
    channel: TelegramChannel, fake: FakeTelegram, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fault("429", "setMyName", times=-1, seconds=7200)

    await publish_profile(channel, PHRASES, memory.recall, memory.remember)

    assert "name" not in fake.profile["uk"]
    assert "commands" in fake.profile["uk"]
    assert caplog.messages == ["telegram profile part=name language= not set: http_429"]
    assert not any(key.endswith(":name") for key in memory)


@pytest.mark.slow
async def test_a_short_wait_is_waited_for(channel: TelegramChannel, fake: FakeTelegram, memory: Memory) -> None:
    fake.fault("429", "setMyName", seconds=1)

    await publish_profile(channel, {"uk": texts("uk")}, memory.recall, memory.remember)

    assert fake.profile["uk"]["name"] == "name in uk"


async def test_a_text_that_is_too_long_is_left_out_and_told(
    channel: TelegramChannel, fake: FakeTelegram, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    long = {**texts("uk"), "profile_short": "x" * 121, "command_stop": ""}

    with caplog.at_level(logging.WARNING):
        await publish_profile(channel, {"uk": long}, memory.recall, memory.remember)

    assert fake.profile["uk"].keys() == {"name", "description"}
    assert len(caplog.messages) == 2


async def test_an_unreachable_telegram_costs_nothing(memory: Memory) -> None:
    channel = TelegramChannel("1:x", "http://127.0.0.1:9/bot")

    await publish_profile(channel, PHRASES, memory.recall, memory.remember)

    await channel.aclose()
    assert memory == {}


def test_the_english_phrases_fit() -> None:
    path = ROOT.parents[1] / "dialogues" / "phrases" / "en.yml"
    phrases = yaml.safe_load(path.read_text())["phrases"]

    assert all(1 <= len(phrases[f"command_{name}"]) <= 256 for name in COMMANDS)
    assert len(phrases["profile_name"]) <= 64
    assert len(phrases["profile_short"]) <= 120
    assert len(phrases["profile_description"]) <= 512
