"""The words of the staff's pages, one file per locale, checked when loaded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from aiohttp import web

from bot.model.errors import SettingsError

LOCALES = ("en", "fr", "it", "nl", "el", "bg", "sl")
_FOLDER = Path(__file__).parent / "texts"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class DeskTexts:
    """All texts of all staff locales."""

    texts: Mapping[str, Mapping[str, str]] = field(repr=False)

    def text(self, locale: str, key: str, **values: object) -> str:
        """Return a text with its values; English where the locale is not one of the staff's."""
        text = self.texts.get(locale, self.texts["en"])[key]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text


TEXTS: web.AppKey[DeskTexts] = web.AppKey("desk texts", DeskTexts)


@cache
def load_texts(folder: Path = _FOLDER) -> DeskTexts:
    """Read all files. Raises SettingsError naming the first missing text or wrong placeholder."""
    texts = {locale: _read(folder / f"{locale}.yml") for locale in LOCALES}
    source = texts["en"]
    for locale, other in texts.items():
        if different := sorted(set(source) ^ set(other)):
            raise SettingsError(f"desk/texts/{locale}.yml: missing or unknown: {different[:5]}")
        for key, text in source.items():
            if set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(other[key])):
                raise SettingsError(f"desk/texts/{locale}.yml: the placeholders of {key!r} differ from the source")
    return DeskTexts(texts)


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        raise SettingsError(f"the file desk/texts/{path.name} is missing")
    texts: dict[str, str] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["texts"]
    return texts
