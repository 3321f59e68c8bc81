"""A company's service through deep-translator, its address turned to a server of the test."""

import logging
import threading
from collections.abc import AsyncIterator
from html import escape

import pytest
from aiohttp import web
from deep_translator.constants import BASE_URLS

from bot.model.locales import LOCALES
from bot.translation.base import TranslationFailed
from bot.translation.hosted import Hosted
from tests.fakes.libretranslate import reversed_words

SECRET = "my boss keeps my passport"  # noqa: S105 - a person's words


class Google:
    """Answers as translate.google.com/m does; `status` and `gate` are a test's to change."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 200

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        text = escape(reversed_words(request.query["q"]))
        return web.Response(
            status=self.status,
            text=f'<html><div class="result-container">{text}</div></html>',
            content_type="text/html",
        )


@pytest.fixture
async def google(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Google]:
    made, app = Google(), web.Application()
    app.router.add_get("/m", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setitem(BASE_URLS, "GOOGLE_TRANSLATE", f"http://127.0.0.1:{runner.addresses[0][1]}/m")
    yield made
    await runner.cleanup()


@pytest.fixture
async def hosted() -> AsyncIterator[Hosted]:
    made = Hosted("google")
    yield made
    await made.aclose()


async def test_it_asks_the_service_in_its_own_codes(google: Google, hosted: Hosted) -> None:
    assert await hosted.translate("Good <day>", "en", "zh") == "dooG <yad>"
    assert google.asked[0]["sl"] == "en"
    assert google.asked[0]["tl"] == "zh-CN"


async def test_it_says_whose_it_is_and_what_it_translates(hosted: Hosted) -> None:
    pairs = await hosted.languages()

    assert hosted.company == "Google"
    assert set(pairs) == set(LOCALES)
    assert "ti" in pairs["en"]
    assert "en" not in pairs["en"]


@pytest.mark.parametrize("status", [429, 500])
async def test_a_refusal_is_a_failure_without_the_words(
    google: Google, hosted: Hosted, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    google.status = status

    with pytest.raises(TranslationFailed) as failed:
        await hosted.translate(SECRET, "en", "it")

    assert failed.value.again
    assert failed.value.__cause__ is None
    assert SECRET.split()[1] not in caplog.text + repr(failed.value)


async def test_who_finds_both_threads_busy_is_refused_at_once(
    google: Google, hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    gate = threading.Event()
    monkeypatch.setattr(hosted, "_call", lambda *_: gate.wait(5) and "done")
    calls = [asyncio.create_task(hosted.translate("day", "en", "it")) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(TranslationFailed, match="busy"):
        await hosted.translate("day", "en", "it")
    gate.set()

    assert await asyncio.gather(*calls) == ["done", "done"]
    assert google.asked == []
