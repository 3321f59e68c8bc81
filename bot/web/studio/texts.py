"""The words of the studio: a folder for each of its rooms, in it one file per staff locale."""

from functools import cache
from pathlib import Path

from aiohttp import web

from bot.model.errors import SettingsError
from bot.web.desk.texts import DeskTexts, load_texts

_FOLDER = Path(__file__).parent / "texts"

STUDIO_TEXTS: web.AppKey[DeskTexts] = web.AppKey("studio texts", DeskTexts)


@cache
def load_studio_texts() -> DeskTexts:
    """Read all folders. Raises SettingsError for a missing text, a wrong placeholder or a key that stands twice."""
    merged: dict[str, dict[str, str]] = {}
    for folder in sorted(path for path in _FOLDER.iterdir() if path.is_dir()):
        for locale, texts in load_texts(folder).texts.items():
            mine = merged.setdefault(locale, {})
            if twice := sorted(set(texts) & set(mine)):
                raise SettingsError(f"studio/texts/{folder.name}/{locale}.yml: other folders have {twice[:5]}, too")
            mine.update(texts)
    return DeskTexts(merged)
