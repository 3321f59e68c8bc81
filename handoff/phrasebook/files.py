"""Reads the phrasebook's files. Whatever is missing or does not fit stops the start, by file and key."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from handoff.phrasebook.book import PLACEHOLDER, Phrasebook, Sentence, Words, tap
from handoff.phrasebook.fields import KINDS

_HERE = Path(__file__).parent
_PARTS = ("sentences", "answers", "papers")
_STATES = ("source", "machine", "read")
_CHOICE_BYTES = 40  # what the id of a choice may have
_TITLE = 20  # characters on a button of WhatsApp
_ANSWERS = 3  # buttons of WhatsApp below one message


@cache
def load(folder: Path = _HERE, locales: tuple[str, ...] = LOCALES) -> Phrasebook:
    """Read all files. Raises SettingsError with the first fault."""
    words = {locale: _words(folder / f"{locale}.yml") for locale in locales}
    document = _read(folder / "sentences.yml")
    made = tuple(_sentences(document, words["en"]))
    interviews = {name: tuple(ids) for name, ids in document["interviews"].items()}
    book = Phrasebook({sentence.id: sentence for sentence in made}, interviews, words)
    faults = (*_structure(book), *(f"{locale}.yml: {fault}" for locale in locales for fault in _locale(book, locale)))
    for fault in faults:
        raise SettingsError(f"phrasebook/{fault}")
    return book


def _read(path: Path) -> dict[str, Any]:
    """Read every scalar as text, so that `yes` and `no` are words."""
    if not path.exists():
        raise SettingsError(f"the file phrasebook/{path.name} is missing")
    text = path.read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, yaml.CBaseLoader)  # noqa: S506 (it makes nothing but text)
    return document


def _words(path: Path) -> Words:
    document = _read(path)
    for part in _PARTS:
        if not isinstance(document.get(part), dict):
            raise SettingsError(f"phrasebook/{path.name}: {part!r} is missing")
    return Words(document.get("state", ""), *(document[part] for part in _PARTS))


def _sentences(document: Mapping[str, Any], english: Words) -> Iterator[Sentence]:
    for topic, sentences in document["topics"].items():
        for sentence_id, about in sentences.items():
            more = about or {}
            fields = dict.fromkeys(PLACEHOLDER.findall(english.sentences.get(sentence_id, "")))
            yield Sentence(
                sentence_id, topic, tuple(fields), frozenset(more.get("optional", ())), tuple(more.get("answers", ())),
                {question: tuple(wanted) for question, wanted in more.get("only_if", {}).items()},
                frozenset(more.get("alarm", ())),
            )  # fmt: skip


def _structure(book: Phrasebook) -> Iterator[str]:
    """Tell what is wrong with the list of sentences itself."""
    for one in book.sentences.values():
        where = f"sentences.yml: {one.id}"
        if unknown := set(one.fields) - KINDS.keys():
            yield f"{where}: unknown fields {sorted(unknown)}"
        if not one.optional <= set(one.fields):
            yield f"{where}: an optional field is not in the words"
        if len(one.answers) > _ANSWERS:
            yield f"{where}: more than {_ANSWERS} answers"
        if any(len(tap(one.id, answer).encode()) > _CHOICE_BYTES for answer in one.answers):
            yield f"{where}: its id is too long"
        if not one.alarm <= set(one.answers):
            yield f"{where}: alarm names no answer of it"
        for question, wanted in one.only_if.items():
            asked = book.sentences.get(question)
            if asked is None or not asked.kept or not set(wanted) <= set(asked.answers):
                yield f"{where}: only_if names no answer of {question!r}"
    for name, ids in book.interviews.items():
        if unknown := set(ids) - book.sentences.keys():
            yield f"sentences.yml: the interview {name} has unknown sentences {sorted(unknown)}"
        if asks := [one for one in ids if one in book.sentences and book.sentences[one].fields]:
            yield f"sentences.yml: the interview {name} has sentences with fields {asks}"


def _locale(book: Phrasebook, locale: str) -> Iterator[str]:
    """Tell what is wrong with one locale's words."""
    words, english = book.words[locale], book.words["en"]
    answers = {answer for one in book.sentences.values() for answer in one.answers}
    if words.state not in _STATES:
        yield f"state is none of {', '.join(_STATES)}"
    yield from _same_keys("sentences", words.sentences, book.sentences)
    yield from _same_keys("answers", words.answers, dict.fromkeys(answers))
    yield from _same_keys("papers", words.papers, english.papers)
    for key, text in english.sentences.items():
        if _shape(words.sentences.get(key, "")) != _shape(text):
            yield f"the lines or placeholders of {key!r} differ from English"
    for key, title in words.answers.items():
        if not 0 < len(title.strip()) <= _TITLE:
            yield f"the answer {key!r} has more than {_TITLE} characters, or none"
    for one in book.sentences.values():
        titles = [words.answers.get(answer) for answer in one.answers]
        if len(set(titles)) < len(titles):
            yield f"two answers of {one.id!r} look the same"


def _same_keys(part: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    if different := sorted(found.keys() ^ wanted.keys()):
        yield f"{part}: missing or unknown: {different[:5]}"


def _shape(text: str) -> list[list[str]]:
    """The placeholders of each line: they may move within it."""
    return [sorted(PLACEHOLDER.findall(line)) for line in text.splitlines()]
