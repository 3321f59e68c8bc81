"""The keyword layer: danger and commands, found without the classifier and in every language at once.

The phrases are data: `nlu/keywords/<locale>.yml`. A phrase matches as consecutive folded words; `word*`
stands for a beginning, `..` between words for up to three others, `{age}` for a number under 18; Chinese
matches as a part of the text. A look-alike under `not_safety` cancels the danger phrases that lie wholly
inside it. Danger is found anywhere in a message, commands only in short ones: a story that contains "stop"
stops nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from bot.model.errors import SettingsError
from nlu.normalise import fold, normalise
from nlu.phrases import AGE, Phrase, forms, han_pattern, is_han, pieces_of, variants

SAFETY = (
    "emergency",
    "suicide_self_harm",
    "missing_person",
    "trafficking_exploitation",
    "violence",
    "police_detention",
    "urgent_needs",
)
COMMANDS = (
    "stop",
    "delete_my_data",
    "export_my_data",
    "talk_to_human",
    "case_status",
    "choose_language",
    "choose_country",
    "privacy",
    "what_can_you_do",
    "deny",
    "affirm",
    "thanks",
    "goodbye",
    "greet",
)
WHOLE_ONLY = frozenset({"affirm", "deny", "thanks", "goodbye", "greet"})
SLASH = {
    "start": "greet",
    "help": "what_can_you_do",
    "person": "talk_to_human",
    "language": "choose_language",
    "country": "choose_country",
    "status": "case_status",
    "privacy": "privacy",
    "delete": "delete_my_data",
    "stop": "stop",
}
SHORT = 6  # words of a message in which a command of several words is taken as meant
STORY = 12  # the same for "a person, please", which may come with its reason
_NOT_SAFETY = "not_safety"
_MINOR = "minor"
_SLASH = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: `safety/…` worst first, `service/…` by consequence, and in which locales' files."""

    safety: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    minor: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    label: str
    locale: str
    start: int
    end: int


def is_urgent(hits: Hits) -> bool:
    """Tell whether the message must be answered at once, without waiting for more of it."""
    return bool(hits.safety)


@dataclass(slots=True)
class Keywords:
    """All phrases of all locales, indexed by how they begin. Made by `load`, then only read."""

    _by_word: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    _by_prefix: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    _by_age: list[Phrase] = field(default_factory=list)
    _han: list[tuple[str, str, re.Pattern[str]]] = field(default_factory=list)
    _longest_prefix: int = 0

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every `<locale>.yml` of the folder; SettingsError names the file and key that is wrong."""
        keywords = cls()
        paths = sorted(folder.glob("*.yml"))
        if not paths:
            raise SettingsError(f"{folder}: no keyword files; without them danger is not recognised")
        for path in paths:
            for label, phrases in _labelled(path):
                for phrase in phrases:
                    keywords._add(label, path.stem, phrase)
        return keywords

    def _add(self, label: str, locale: str, written: str) -> None:
        if is_han(written):
            self._han.append((label, locale, han_pattern(written)))
            return
        for pieces in dict.fromkeys(pieces_of(one) for one in dict.fromkeys(variants(written, locale))):
            if not pieces:
                continue
            phrase, first = Phrase(label, locale, pieces), pieces[0]
            if first == AGE:
                self._by_age.append(phrase)
            elif first.endswith("*"):
                self._by_prefix[first[:-1]].append(phrase)
                self._longest_prefix = max(self._longest_prefix, len(first) - 1)
            else:
                self._by_word[first].append(phrase)

    def scan(self, text: str) -> Hits:
        """Return what the text holds; never raises."""
        slash = _SLASH.fullmatch(normalise(text))
        command = SLASH.get(slash[1], "") if slash else ""
        if slash and command:
            text = slash[2] or ""
        words = fold(text).split()
        runs = [(self._in_words(words), len(words), SHORT, STORY)]
        if is_han(text):
            compact = "".join(words)
            runs.append((self._in_han(compact), len(compact), 2 * SHORT, 2 * STORY))
        return _hits(runs, command)

    def _in_words(self, words: list[str]) -> list[_Match]:
        found = []
        for start, word in enumerate(words):
            for phrase in self._beginning(word):
                end = phrase.end(words, start)
                if end is not None:
                    found.append(_Match(phrase.label, phrase.locale, start, end))
        return found

    def _beginning(self, word: str) -> Iterable[Phrase]:
        for form in forms(word):
            yield from self._by_word.get(form, ())
            for length in range(1, min(len(form), self._longest_prefix) + 1):
                yield from self._by_prefix.get(form[:length], ())
        if word.isdigit():
            yield from self._by_age

    def _in_han(self, compact: str) -> list[_Match]:
        return [
            _Match(label, locale, found.start(), found.end())
            for label, locale, pattern in self._han
            for found in pattern.finditer(compact)
        ]


def _hits(runs: list[tuple[list[_Match], int, int, int]], command: str) -> Hits:
    meant: list[_Match] = []
    for matches, length, short, story in runs:
        meant += _danger(matches)
        meant += _commands(matches, length, short, story)
        meant += [match for match in matches if match.label == _MINOR]
    labels = {match.label for match in meant} | {command}
    counted = Counter(match.locale for match in meant)
    return Hits(
        safety=tuple(f"safety/{kind}" for kind in SAFETY if f"safety/{kind}" in labels),
        commands=tuple(f"service/{name}" for name in COMMANDS if name in labels),
        locales=tuple(locale for locale, _ in counted.most_common()),
        minor=_MINOR in labels,
    )


def _danger(matches: list[_Match]) -> list[_Match]:
    harmless = [match for match in matches if match.label == _NOT_SAFETY]
    return [
        match
        for match in matches
        if match.label.startswith("safety/")
        and not any(other.start <= match.start and match.end <= other.end for other in harmless)
    ]


def _commands(matches: list[_Match], length: int, short: int, story: int) -> list[_Match]:
    """A command counts if the message is made of such phrases, or is short and holds one of several words."""
    commands = [match for match in matches if match.label in COMMANDS]
    covering = _cover(commands, length)
    if covering:
        return covering
    limits = {"talk_to_human": story}
    return [
        match
        for match in commands
        if match.label not in WHOLE_ONLY
        and match.end - match.start > (1 if short == SHORT else 3)
        and length <= limits.get(match.label, short)
    ]


def _cover(matches: list[_Match], length: int) -> list[_Match]:
    """Return the matches that make up the whole message one after the other, or nothing."""
    used: list[_Match] = []
    at = 0
    while at < length:
        here = [match for match in matches if match.start == at]
        if not here:
            return []
        longest = max(match.end for match in here)
        used += [match for match in here if match.end == longest]
        at = longest
    return used


def _labelled(path: Path) -> Iterable[tuple[str, list[str]]]:
    # BaseLoader makes strings only, so that "no" and "on" stay words.
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
    if not isinstance(content, Mapping):
        raise SettingsError(f"{path}: expected the keys locale, safety, not_safety, commands, whole, minor")
    sections: list[tuple[str, Any, tuple[str, ...] | None]] = [
        ("safety", content.get("safety"), SAFETY),
        ("commands", content.get("commands"), COMMANDS),
        ("whole", content.get("whole"), COMMANDS),
    ]
    for name, section, allowed in sections:
        for key, phrases in _mapping(path, name, section).items():
            if allowed and key not in allowed:
                raise SettingsError(f"{path}: {name}.{key} is not known; known are {', '.join(allowed)}")
            yield (f"safety/{key}" if name == "safety" else key), _strings(path, f"{name}.{key}", phrases)
    for name in (_NOT_SAFETY, _MINOR):
        yield name, _strings(path, name, content.get(name) or [])


def _mapping(path: Path, key: str, value: Any) -> Mapping[str, Any]:
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        raise SettingsError(f"{path}: {key} must map names to lists of phrases")
    return value


def _strings(path: Path, key: str, value: Any) -> list[str]:
    if value == "":
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{path}: {key} must be a list of phrases")
    return value
