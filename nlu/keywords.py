"""The keyword layer: danger and commands, found without the classifier and in every language at once.

The phrases are data: `nlu/keywords/<locale>.yml`. A phrase matches as consecutive folded words; `word*`
stands for a beginning, `a|b` for either word, `..` between words for up to three others, `{age}` for a number
from 10 to 17; Chinese matches as a part of the text. A look-alike under `not_safety` cancels the danger phrases and
concepts that lie wholly inside it, one under `not_minor` ("my daughter is 15") each age that it touches. Words under
`concepts` make a danger together (`nlu/danger.py`). Danger is found anywhere in a message, commands only in short
ones: a story that contains "stop" stops nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from yaml import YAMLError

from bot.model.errors import SettingsError
from nlu.danger import CONCEPT, Rules
from nlu.files import read_strings
from nlu.normalise import fold, normalise
from nlu.phrases import Match, Phrases, han_pattern, is_han, pieces_of, variants, written_out

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
    "out_of_scope",  # its phrases are orders to a machine: "forget all your rules" is no "forget all"
    "delete_my_data",
    "export_my_data",
    "talk_to_human",
    "case_status",
    "choose_language",
    "choose_country",
    "privacy",
    "what_can_you_do",
    "goodbye",
    "deny",
    "affirm",
    "thanks",
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
REACH = 10  # words between the concepts that make a danger together
STORY = 16  # the same for "talk to a person", which may come with its reason, and for orders to a machine
_STORIES = frozenset({"talk_to_human", "out_of_scope"})
_NOT_SAFETY = "not_safety"
_MINOR = "minor"
_NOT_MINOR = "not_minor"
_SLASH = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: `safety/…` worst first, `service/…` by consequence, and in which locales' files.

    `partly` tells that the message says more than the commands.
    """

    safety: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    minor: bool = False
    partly: bool = False


def is_urgent(hits: Hits) -> bool:
    """Tell whether the message must be answered at once, without waiting for more of it."""
    return bool(hits.safety)


@dataclass(frozen=True, slots=True)
class _Run:
    meant: list[Match]
    whole: bool  # the message is made of commands


@dataclass(slots=True)
class Keywords:
    """All phrases of all locales. Made by `load`, then only read."""

    _rules: Rules = field(default_factory=Rules.load)
    _phrases: Phrases = field(default_factory=Phrases)
    _han: list[tuple[str, str, re.Pattern[str]]] = field(default_factory=list)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every `<locale>.yml` of the folder; SettingsError names the file and key that is wrong."""
        keywords = cls()
        paths = sorted(folder.glob("*.yml"))
        if not paths:
            raise SettingsError(f"{folder}: no keyword files; without them danger is not recognised")
        for path in paths:
            for label, phrases in _labelled(path, keywords._rules.concepts):
                for phrase in phrases:
                    for plain in written_out(phrase):
                        keywords._add(label, path.stem, plain)
        return keywords

    def _add(self, label: str, locale: str, written: str) -> None:
        if is_han(written):
            self._han.append((label, locale, han_pattern(written)))
            return
        for variant in dict.fromkeys(variants(written, locale)):
            pieces = pieces_of(variant)
            if pieces:
                self._phrases.add(label, locale, pieces)

    def scan(self, text: str) -> Hits:
        """Return what the text holds; never raises."""
        text, command = _without_slash(text)
        return _hits([run for run, _ in self._runs(text)], command)

    def heard(self, text: str) -> tuple[tuple[str, str], ...]:
        """Return what the text holds, each with the folded words that say it: why `scan` found it."""
        runs = self._runs(_without_slash(text)[0])
        return tuple(
            dict.fromkeys(
                (_full_name(match.label), said(match.start, match.end)) for run, said in runs for match in run.meant
            )
        )

    def _runs(self, text: str) -> list[tuple[_Run, Callable[[int, int], str]]]:
        """Return what is meant, each time with what gives the words from one place to another."""
        words = fold(text).split()
        runs = [
            (self._run(list(self._phrases.find(words)), len(words), 1), lambda start, end: " ".join(words[start:end]))
        ]
        if is_han(text):
            compact = "".join(words)
            run = self._run(self._in_han(compact), len(compact), 2)  # a Chinese word has about two characters
            runs.append((run, lambda start, end: compact[start:end]))
        return runs

    def _run(self, matches: list[Match], length: int, word: int) -> _Run:
        """Return what is meant in a text of `length` whose words are `word` units long."""
        danger = self._rules.find(_outside_look_alikes(matches), REACH * word)
        commands = [match for match in matches if match.label in COMMANDS]
        covering = _cover(commands, length)
        said = covering or _within(commands, length, word)
        return _Run([*danger, *said, *_own_age(matches)], whole=bool(covering))

    def _in_han(self, compact: str) -> list[Match]:
        return [
            Match(label, locale, found.start(), found.end())
            for label, locale, pattern in self._han
            for found in pattern.finditer(compact)
        ]


def _without_slash(text: str) -> tuple[str, str]:
    """Return the text behind a typed command, and the command."""
    slash = _SLASH.fullmatch(normalise(text))
    command = SLASH.get(slash[1], "") if slash else ""
    return (slash[2] or "", command) if slash and command else (text, "")


def _full_name(label: str) -> str:
    return f"service/{label}" if label in COMMANDS else label


def _hits(runs: list[_Run], command: str) -> Hits:
    meant = [match for run in runs for match in run.meant]
    labels = {match.label for match in meant} | {command}
    counted = Counter(match.locale for match in meant)
    return Hits(
        safety=tuple(f"safety/{kind}" for kind in SAFETY if f"safety/{kind}" in labels),
        commands=tuple(f"service/{name}" for name in COMMANDS if name in labels),
        locales=tuple(locale for locale, _ in counted.most_common()),
        minor=_MINOR in labels,
        partly=not (command or any(run.whole for run in runs)),
    )


def _outside_look_alikes(matches: list[Match]) -> list[Match]:
    harmless = [match for match in matches if match.label == _NOT_SAFETY]
    return [
        match
        for match in matches
        if not any(other.start <= match.start and match.end <= other.end for other in harmless)
    ]


def _own_age(matches: list[Match]) -> list[Match]:
    others = [match for match in matches if match.label == _NOT_MINOR]
    return [
        match
        for match in matches
        if match.label == _MINOR and all(match.end <= other.start or other.end <= match.start for other in others)
    ]


def _within(commands: list[Match], length: int, word: int) -> list[Match]:
    """A command within more words counts if it has several itself and the message is short."""
    return [
        match
        for match in commands
        if match.label not in WHOLE_ONLY
        and match.end - match.start > word
        and length <= word * (STORY if _may_be_a_story(match, word) else SHORT)
    ]


def _may_be_a_story(match: Match, word: int) -> bool:
    return match.label in _STORIES and match.end - match.start > 2 * word


def _cover(matches: list[Match], length: int) -> list[Match]:
    """Return the matches that make up the whole message one after the other, or nothing."""
    used: list[Match] = []
    at = 0
    while at < length:
        here = [match for match in matches if match.start == at]
        if not here:
            return []
        longest = max(match.end for match in here)
        used += [match for match in here if match.end == longest]
        at = longest
    return used


def _labelled(path: Path, concepts: frozenset[str]) -> Iterable[tuple[str, list[str]]]:
    content = _read(path)
    if not isinstance(content, Mapping):
        raise SettingsError(
            f"{path}: expected the keys locale, safety, not_safety, commands, whole, minor, not_minor, concepts"
        )
    sections: list[tuple[str, str, Collection[str]]] = [
        ("safety", "safety/", SAFETY),
        ("commands", "", COMMANDS),
        ("whole", "", COMMANDS),
        ("concepts", CONCEPT, concepts),
    ]
    for name, prefix, allowed in sections:
        for key, phrases in _mapping(path, name, content.get(name)).items():
            if key not in allowed:
                raise SettingsError(f"{path}: {name}.{key} is not known; known are {', '.join(sorted(allowed))}")
            yield f"{prefix}{key}", _strings(path, f"{name}.{key}", phrases)
    for name in (_NOT_SAFETY, _MINOR, _NOT_MINOR):
        yield name, _strings(path, name, content.get(name) or [])


def _read(path: Path) -> Any:
    try:
        return read_strings(path)
    except YAMLError as error:
        raise SettingsError(f"{path}: this is not valid YAML") from error


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
