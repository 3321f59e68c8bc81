"""The bot's sentences and the intents' short titles, one file per locale, checked when loaded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from dialogues.decision import MenuRow

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Phrases:
    """All sentences of all locales. `state` of a locale is source | machine | read (by a speaker)."""

    texts: dict[str, Mapping[str, str]] = field(repr=False)
    titles: dict[str, Mapping[str, str]] = field(repr=False)
    states: dict[str, str] = field(default_factory=dict)

    def text(self, locale: str, phrase: str) -> str:
        """Return a sentence; English where a locale is unknown (a missing sentence stops the start instead)."""
        return self.texts.get(locale, self.texts["en"])[phrase]

    def title(self, locale: str, intent: str) -> str:
        """Return the short title of an intent, or an empty string if it has none."""
        return self.titles.get(locale, self.titles["en"]).get(intent, "")

    def copied(self) -> "Phrases":
        """Return the same with locales of its own, so that what it becomes later is nobody else's."""
        return Phrases(dict(self.texts), dict(self.titles), dict(self.states))

    def become(self, other: "Phrases") -> None:
        """Say from now on what the other says; whoever holds this one follows."""
        self.texts.update(other.texts)
        self.titles.update(other.titles)
        self.states.update(other.states)

    @property
    def unread(self) -> frozenset[str]:
        """The locales whose texts no speaker has checked."""
        return frozenset(locale for locale, state in self.states.items() if state == "machine")


@cache
def load_phrases(folder: Path = _HERE, locales: tuple[str, ...] = LOCALES) -> Phrases:
    """Read all files. Raises SettingsError naming the first missing sentence or wrong placeholder."""
    texts = {locale: _read(folder / "phrases" / f"{locale}.yml", "phrases") for locale in locales}
    titles = {locale: _read(folder / "titles" / f"{locale}.yml", "titles") for locale in locales}
    for locale in locales:
        _compare(f"phrases/{locale}.yml", texts["en"][0], texts[locale][0])
        _compare(f"titles/{locale}.yml", titles["en"][0], titles[locale][0])
    return Phrases(
        {locale: body for locale, (body, _) in texts.items()},
        {locale: body for locale, (body, _) in titles.items()},
        {locale: state for locale, (_, state) in texts.items()},
    )


def _read(path: Path, key: str) -> tuple[dict[str, str], str]:
    if not path.exists():
        raise SettingsError(f"the locale file {path.parent.name}/{path.name} is missing")
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return document[key], document["state"]


def _compare(name: str, source: Mapping[str, str], other: Mapping[str, str]) -> None:
    missing, extra = sorted(set(source) - set(other)), sorted(set(other) - set(source))
    if missing or extra:
        raise SettingsError(f"{name}: missing {missing[:5]}, unknown {extra[:5]}")
    for key, text in source.items():
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(other[key])):
            raise SettingsError(f"{name}: the placeholders of {key!r} differ from the source")


@cache
def load_menu(path: Path = _HERE / "menu.yml") -> tuple[MenuRow, ...]:
    """Read the picture menu."""
    rows = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["rows"]
    return tuple(
        MenuRow(row["id"], row["pictogram"], row["label"], tuple(row.get("ask", ())), row.get("intent", ""))
        for row in rows
    )


@cache
def load_never_learn(path: Path = _HERE / "menu.yml") -> frozenset[str]:
    """Read the topics and intents whose questions nobody may learn from."""
    return frozenset(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["never_learn"])


def load_trusted_only(path: Path = _HERE / "menu.yml") -> frozenset[str]:
    """Read the topics and intents that may only go to offices which declared that they do not report people."""
    return frozenset(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["trusted_only"])
