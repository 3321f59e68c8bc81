"""The languages that Guichet speaks, their own names and their direction."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

OWN_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "en": "English",
        "fr": "Français",
        "it": "Italiano",
        "es": "Español",
        "pt": "Português",
        "de": "Deutsch",
        "nl": "Nederlands",
        "el": "Ελληνικά",
        "bg": "Български",
        "sl": "Slovenščina",
        "bs": "Bosanski / Hrvatski / Srpski",
        "ro": "Română",
        "sq": "Shqip",
        "pl": "Polski",
        "tr": "Türkçe",
        "ar": "العربية",
        "fa": "فارسی / دری",
        "ur": "اردو",
        "uk": "Українська",
        "ru": "Русский",
        "ti": "ትግርኛ",
        "am": "አማርኛ",
        "so": "Soomaali",
        "bn": "বাংলা",
        "hi": "हिन्दी",
        "zh": "中文",
    }
)
"""Each locale's name in its own script, in the order in which languages are offered."""

LOCALES: tuple[str, ...] = tuple(OWN_NAMES)
RTL: frozenset[str] = frozenset({"ar", "fa", "ur"})


def text_direction(locale: str) -> Literal["ltr", "rtl"]:
    """Return the direction in which this locale is written, as HTML's `dir` takes it."""
    return "rtl" if locale.split("-")[0] in RTL else "ltr"
