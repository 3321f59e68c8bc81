"""The channel without a platform."""

from bot.channels.base import Channel
from bot.channels.console import ConsoleChannel
from bot.model.messages import Address
from tests.bot.channels.builders import to


async def test_messages_come_out_in_the_order_of_sending() -> None:
    channel = ConsoleChannel()
    contract: Channel = channel

    for text in ("one", "two", "three"):
        await contract.send(to("1", text))
    await contract.signal(Address("1"), "")
    await contract.aclose()

    assert [message.text for message in channel.drain()] == ["one", "two", "three"]
    assert channel.drain() == []


def test_it_stands_in_for_a_platform_with_its_limits() -> None:
    assert ConsoleChannel("whatsapp").capabilities.window_hours == 24
    assert ConsoleChannel("whatsapp").capabilities.buttons == 3
    assert ConsoleChannel("telegram").capabilities.typing
    assert ConsoleChannel("web").name == "web"
    assert ConsoleChannel().capabilities.rows == 10
