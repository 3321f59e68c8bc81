"""A server that speaks LibreTranslate's protocol on a real socket; its "translation" is a dictionary's or reversed words.

Contract: https://docs.libretranslate.com (POST /translate, GET /languages; failures are {"error": …} with their status).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from aiohttp import web

LANGUAGES = ("en", "it", "fr", "ar", "zh-Hans")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass
class Answer:
    """What the server does instead of translating, once."""

    status: int = 200
    body: str | None = None
    delay: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


def reversed_words(text: str) -> str:
    """Turn every word around; all the rest stays."""
    return _WORD.sub(lambda match: match[0][::-1], text)


@dataclass
class FakeLibreTranslate:
    """`next` holds what the next calls get; `asked` the bodies that came; `translate` is the machine."""

    key: str = ""
    translate: Callable[[str], str] = reversed_words
    next: list[Answer] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/languages", self._languages)
        app.router.add_post("/translate", self._translate)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _languages(self, _request: web.Request) -> web.Response:
        return web.json_response([{"code": code, "name": code, "targets": list(LANGUAGES)} for code in LANGUAGES])

    async def _translate(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        if self.next:
            answer = self.next.pop(0)
            await asyncio.sleep(answer.delay)
            if answer.status != 200 or answer.body is not None:
                text = answer.body if answer.body is not None else '{"error": "a fault of the test"}'
                return web.Response(
                    status=answer.status, text=text, content_type="application/json", headers=answer.headers
                )
        if self.key and body.get("api_key") != self.key:
            return _refused(403, "Invalid API key")
        for name in ("q", "source", "target"):
            if not body.get(name):
                return _refused(400, f"Invalid request: missing {name} parameter")
        for name in ("source", "target"):
            if body[name] not in LANGUAGES:
                return _refused(400, f"{body[name]} is not supported")
        return web.json_response({"translatedText": self.translate(body["q"])})


def _refused(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status)


@pytest.fixture
async def server() -> AsyncIterator[FakeLibreTranslate]:
    """One that listens; a conftest takes the fixture over."""
    async with FakeLibreTranslate() as made:
        yield made
