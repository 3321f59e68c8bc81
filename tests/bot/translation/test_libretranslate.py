"""Our client against a server that speaks LibreTranslate's protocol."""

import logging

import pytest

from bot.translation.base import TranslationFailed
from bot.translation.libretranslate import LibreTranslate
from tests.fakes.libretranslate import Answer, FakeLibreTranslate

SECRET = "my boss keeps my passport"  # noqa: S105 - a person's words


async def test_it_asks_as_the_protocol_says(server: FakeLibreTranslate, client: LibreTranslate) -> None:
    assert await client.translate("Good day", "en", "it") == "dooG yad"
    assert server.asked == [{"q": "Good day", "source": "en", "target": "it", "format": "text"}]


async def test_a_locale_of_ours_finds_the_server_s_own_code(server: FakeLibreTranslate, client: LibreTranslate) -> None:
    await client.translate("Good day", "en", "zh")

    assert server.asked[0]["target"] == "zh-Hans"


async def test_it_knows_what_the_server_translates(client: LibreTranslate) -> None:
    pairs = await client.languages()

    assert pairs["en"] == {"it", "fr", "ar", "zh"}
    assert "ti" not in pairs


async def test_a_language_that_the_server_lacks_is_said_at_once(
    server: FakeLibreTranslate, client: LibreTranslate
) -> None:
    with pytest.raises(TranslationFailed, match="language") as failed:
        await client.translate("Good day", "en", "ti")

    assert not failed.value.again
    assert server.asked == []


async def test_the_key_is_sent(server: FakeLibreTranslate) -> None:
    server.key = "sesame"
    with_key, without = LibreTranslate(server.url, "sesame"), LibreTranslate(server.url)

    assert await with_key.translate("day", "en", "it") == "yad"
    with pytest.raises(TranslationFailed, match="status 403") as failed:
        await without.translate("day", "en", "it")

    assert not failed.value.again
    await with_key.aclose()
    await without.aclose()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_server_is_asked_once_more(
    server: FakeLibreTranslate, client: LibreTranslate, status: int
) -> None:
    server.next = [Answer(status, headers={"Retry-After": "0"})]

    assert await client.translate("day", "en", "it") == "yad"
    assert len(server.asked) == 2


async def test_twice_busy_is_a_failure_that_may_pass(server: FakeLibreTranslate, client: LibreTranslate) -> None:
    server.next = [Answer(503), Answer(503)]

    with pytest.raises(TranslationFailed, match="status 503") as failed:
        await client.translate("day", "en", "it")

    assert failed.value.again
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "body", ["not json", "[]", "{}", '{"translatedText": 5}', '{"translatedText": ["a"]}', '{"error": "x"}']
)
async def test_an_answer_of_another_shape_is_a_failure(
    server: FakeLibreTranslate, client: LibreTranslate, body: str
) -> None:
    server.next = [Answer(body=body)]

    with pytest.raises(TranslationFailed, match="answer"):
        await client.translate("day", "en", "it")


async def test_words_and_key_follow_no_redirect(server: FakeLibreTranslate) -> None:
    async with FakeLibreTranslate() as elsewhere:
        client = LibreTranslate(server.url, "sesame")
        server.next = [Answer(307, headers={"Location": f"{elsewhere.url}/translate"})]
        with pytest.raises(TranslationFailed, match="status 307"):
            await client.translate("day", "en", "it")
        await client.aclose()

        assert elsewhere.asked == []


async def test_a_server_that_is_away_is_a_failure_that_may_pass() -> None:
    async with FakeLibreTranslate() as server:
        url = server.url
    client = LibreTranslate(url)

    with pytest.raises(TranslationFailed, match="away") as failed:
        await client.translate("day", "en", "it")

    assert failed.value.again
    await client.aclose()


async def test_no_word_and_no_key_reaches_a_log_or_an_error(
    server: FakeLibreTranslate, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = LibreTranslate(server.url, "sesame")
    server.next = [Answer(400, body=f'{{"error": "{SECRET}"}}')]

    with pytest.raises(TranslationFailed) as failed:
        await client.translate(SECRET, "en", "it")

    await client.aclose()
    said = caplog.text + repr(failed.value) + repr(failed.value.__cause__) + repr(client)
    assert SECRET not in said
    assert "sesame" not in said


def test_the_makers_own_server_is_a_company_s() -> None:
    assert LibreTranslate("https://libretranslate.com").company == "LibreTranslate.com"
    assert LibreTranslate("http://translate.network.example:5000").company == ""
