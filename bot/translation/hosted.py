"""Translation services of companies, through deep-translator: only where a network switches one on, with a plain warning.

Of the library's services only these two are offered: the others are called without TLS, or no longer take its way of giving
the key (DeepL, since January 2026). It calls without a time limit, so it works in two threads of its own, and whoever finds
both busy is refused at once.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.model.locales import LOCALES
from bot.translation.base import Pairs, TranslationFailed

_THREADS = 2
_LONGEST = 20.0
_ZH = {"google": "zh-CN", "microsoft": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Backend:
    """One service: whose it is, and how the library makes its client from (source, target, key)."""

    company: str
    make: Callable[[str, str, str], Any]
    codes: Callable[[], frozenset[str]]


class Hosted:
    """One company's service. Neither a log nor an error ever holds a text or the key."""

    def __init__(self, provider: str, key: str = "") -> None:
        self._provider = provider
        self._backend = BACKENDS[provider]
        self._key = key
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="translate")
        self._busy = 0
        logging.getLogger("urllib3").setLevel(logging.WARNING)  # its debug lines hold addresses, and those the words

    @property
    def name(self) -> str:
        """What the service is called."""
        return self._backend.company

    @property
    def company(self) -> str:
        """Who reads the words."""
        return self._backend.company

    async def languages(self) -> Pairs:
        """Return what the service translates, by our locales."""
        ours = frozenset(self._codes)
        return {locale: ours - {locale} for locale in ours}

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        known = self._backend.codes()
        wanted = {locale: _ZH.get(self._provider, locale) if locale == "zh" else locale for locale in LOCALES}
        return {locale: code for locale, code in wanted.items() if code in known}

    async def translate(self, text: str, source: str, target: str) -> str:
        """Return the text in the other language. Raises TranslationFailed."""
        if source not in self._codes or target not in self._codes:
            raise TranslationFailed("language")
        if self._busy >= _THREADS:
            raise TranslationFailed("busy", again=True)
        self._busy += 1
        work = asyncio.get_running_loop().run_in_executor(self._pool, self._call, text, source, target)
        work.add_done_callback(self._freed)
        try:
            async with asyncio.timeout(_LONGEST):
                translated = await asyncio.shield(work)
        except TimeoutError:
            raise TranslationFailed("slow", again=True) from None
        if not isinstance(translated, str):
            raise TranslationFailed("answer", again=True)
        return translated

    def _call(self, text: str, source: str, target: str) -> object:
        try:
            client = self._backend.make(self._codes[source], self._codes[target], self._key)
            return client.translate(text)
        except Exception:  # the library raises its own, requests' and others; several hold the text
            return None

    def _freed(self, work: "asyncio.Future[object]") -> None:
        self._busy -= 1
        if not work.cancelled():
            work.exception()  # asked for, so that nobody logs it

    async def aclose(self) -> None:
        """Wait for nobody: a hanging call ends with the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _google(source: str, target: str, _key: str) -> Any:
    from deep_translator import GoogleTranslator

    return GoogleTranslator(source=source, target=target)


def _google_codes() -> frozenset[str]:
    from deep_translator.constants import GOOGLE_LANGUAGES_TO_CODES

    return frozenset(GOOGLE_LANGUAGES_TO_CODES.values())


def _microsoft(source: str, target: str, key: str) -> Any:
    from deep_translator import MicrosoftTranslator

    return MicrosoftTranslator(api_key=key, source=source, target=target)


def _microsoft_codes() -> frozenset[str]:
    """Azure translates all of our locales; the library asks for its list with every call."""
    return frozenset({*LOCALES, _ZH["microsoft"]})


BACKENDS: Mapping[str, Backend] = {
    "google": Backend("Google", _google, _google_codes),
    "microsoft": Backend("Microsoft", _microsoft, _microsoft_codes),
}
