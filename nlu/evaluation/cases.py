"""The test cases of the understanding: one file for each locale, written apart from the training data.

A file has the keys `locale`, `intents` and `danger` (a list of messages for each `topic/intent`), and `out_of_scope`,
`not_danger` and `language` (a list each). Three more files try the identification of languages: `foreign.yml` (languages
that we do not speak) and `romanised.yml` hold a list for each language, `mixed.yml` a list of `{text, locale}`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from nlu.files import read_strings

OUT_OF_SCOPE = "service/out_of_scope"
EIGHT = ("en", "fr", "it", "ar", "uk", "el", "bg", "sl")
"""The locales that are tested most: three or more cases of every intent."""


class Kind(StrEnum):
    """What a case tests; the value is its key in a locale's file, or the file's name; pairs are made of others."""

    INTENT = "intents"
    OUT_OF_SCOPE = "out_of_scope"
    DANGER = "danger"
    NOT_DANGER = "not_danger"
    LANGUAGE = "language"
    FOREIGN = "foreign"
    ROMANISED = "romanised"
    MIXED = "mixed"
    PAIR = "pair"


ONLY_LANGUAGE = (Kind.LANGUAGE, Kind.FOREIGN, Kind.ROMANISED, Kind.MIXED)
_BY_INTENT = (Kind.INTENT, Kind.DANGER)
_KEYS = (Kind.INTENT, Kind.OUT_OF_SCOPE, Kind.DANGER, Kind.NOT_DANGER, Kind.LANGUAGE)


@dataclass(frozen=True, slots=True)
class Case:
    """A message, its language, and the intent that a careful colleague would choose, if that is what it tests.

    A pair asks about a second one, too.
    """

    kind: Kind
    locale: str
    text: str = field(repr=False)
    expected: str = ""
    second: str = ""

    @property
    def needs_rasa(self) -> bool:
        """Whether the message is understood as a whole; of some only the language is told."""
        return self.kind not in ONLY_LANGUAGE


def read_cases(folder: Path, intents: Collection[str]) -> list[Case]:
    """Return the cases of all locales. `intents` are all that are known, as `topic/intent`.

    Raises SettingsError for a locale without a file, and names the file and key that are wrong.
    """
    cases = [case for locale in LOCALES for case in _read(folder / f"{locale}.yml", locale, intents)]
    for kind in (Kind.FOREIGN, Kind.ROMANISED):
        path = folder / f"{kind}.yml"
        for language, texts in _mapping(path, kind, _content(path)).items():
            cases += [Case(kind, language, text) for text in _texts(path, language, texts)]
    return [*cases, *_read_mixed(folder / f"{Kind.MIXED}.yml")]


def _read(path: Path, locale: str, intents: Collection[str]) -> Iterator[Case]:
    content = _content(path)
    if not isinstance(content, dict) or content.keys() != {"locale", *_KEYS} or content["locale"] != locale:
        raise SettingsError(f"{path}: the keys must be locale (with the value {locale}), {', '.join(_KEYS)}")
    for kind in _KEYS:
        if kind not in _BY_INTENT:
            expected = OUT_OF_SCOPE if kind is Kind.OUT_OF_SCOPE else ""
            yield from (Case(kind, locale, text, expected) for text in _texts(path, kind, content[kind]))
            continue
        for intent, texts in _mapping(path, kind, content[kind]).items():
            if intent not in intents:
                raise SettingsError(f"{path}: {kind} names {intent}, which is no intent of dialogues/domain")
            yield from (Case(kind, locale, text, intent) for text in _texts(path, f"{kind}: {intent}", texts))


def _read_mixed(path: Path) -> Iterator[Case]:
    rows = _content(path)
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and row.keys() == {"text", "locale"} for row in rows
    ):
        raise SettingsError(f"{path}: it must be a list of entries with text and locale")
    yield from (Case(Kind.MIXED, row["locale"], row["text"]) for row in rows)


def _content(path: Path) -> Any:
    try:
        return read_strings(path)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: {str(error).splitlines()[0]}") from error


def _mapping(path: Path, key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{path}: {key} must map each intent to its messages")
    return value


def _texts(path: Path, key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise SettingsError(f"{path}: {key} must be a list of messages")
    return value
