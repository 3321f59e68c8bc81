"""A client of LibreTranslate, the machine that a network runs itself: no word leaves its servers.

POST /translate {q, source, target, format, api_key} answers {translatedText}; GET /languages lists {code, targets}; a
failure answers {error} with 400 (language or size), 403 (key), 429 (slow down) or 500. https://docs.libretranslate.com
"""

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.model.locales import LOCALES
from bot.translation.base import Pairs, TranslationFailed

_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=3)
_PAUSE, _LONGEST_PAUSE = 0.2, 2.0  # before the only second try
_REMEMBERED = 600.0  # seconds; a language may be added while we run
# Other codes for the same language, the first one that the server has.
_CODES = {"zh": ("zh", "zh-Hans", "zh-CN"), "pt": ("pt", "pt-PT", "pt-BR"), "bs": ("bs", "hr", "sr")}


class LibreTranslate:
    """Asks one server. Neither a log nor an error ever holds a text or the key."""

    name = "LibreTranslate"

    def __init__(self, url: str, key: str = "") -> None:
        self._url = url.rstrip("/")
        public = (urlsplit(url).hostname or "").endswith("libretranslate.com")
        self.company = "LibreTranslate.com" if public else ""  # whoever runs their own has no company in between
        self._key = key
        self._session: aiohttp.ClientSession | None = None
        self._codes: dict[str, str] = {}
        self._pairs: Pairs = {}
        self._asked_at = float("-inf")

    async def languages(self) -> Pairs:
        """Return what the server translates, by our locales; asked again every ten minutes."""
        if time.monotonic() - self._asked_at > _REMEMBERED:
            self._learn(await self._call("GET", "/languages"))
            self._asked_at = time.monotonic()
        return self._pairs

    def _learn(self, listed: Any) -> None:
        try:
            offered = {str(one["code"]): {str(code) for code in one.get("targets", ())} for one in listed}
        except (TypeError, KeyError, AttributeError):
            raise TranslationFailed("answer", again=True) from None
        codes = ((locale, _CODES.get(locale, (locale,))) for locale in LOCALES)
        self._codes = {
            locale: found for locale, known in codes if (found := next((c for c in known if c in offered), ""))
        }
        self._pairs = {
            source: frozenset(
                target
                for target, to in self._codes.items()
                if to != code and (not offered[code] or to in offered[code])
            )
            for source, code in self._codes.items()
        }  # a server of before targets were listed translates everything into everything

    async def translate(self, text: str, source: str, target: str) -> str:
        """Return the text in the other language. Raises TranslationFailed."""
        if target not in (await self.languages()).get(source, frozenset()):
            raise TranslationFailed("language")
        body = {"q": text, "source": self._codes[source], "target": self._codes[target], "format": "text"}
        answer = await self._call("POST", "/translate", body | ({"api_key": self._key} if self._key else {}))
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, str):
            raise TranslationFailed("answer", again=True)
        return translated

    async def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        """Call, and once more when the server was busy or had a fault."""
        status, pause, answer = await self._once(method, path, body)
        if status == 429 or status >= 500:
            await asyncio.sleep(pause)
            status, _, answer = await self._once(method, path, body)
        if status != 200:
            raise TranslationFailed(f"status {status}", again=status == 429 or status >= 500)
        try:
            return json.loads(answer)
        except ValueError:
            raise TranslationFailed("answer", again=True) from None

    async def _once(self, method: str, path: str, body: dict[str, str] | None) -> tuple[int, float, bytes]:
        self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        try:
            # A redirect would carry words and key to somewhere else.
            async with self._session.request(method, self._url + path, json=body, allow_redirects=False) as answer:
                return answer.status, _pause(answer.headers.get("Retry-After", "")), await answer.read()
        except TimeoutError:
            raise TranslationFailed("slow", again=True) from None
        except aiohttp.ClientError:
            raise TranslationFailed("away", again=True) from None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _pause(retry_after: str) -> float:
    """How long to wait; a server that wants more than two seconds gets no second try in time, but it gets the wait."""
    return min(float(retry_after), _LONGEST_PAUSE) if retry_after.isdigit() else _PAUSE
