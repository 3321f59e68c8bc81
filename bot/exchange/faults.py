"""What can be wrong with a value that a file brings, in words for whoever wrote the file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from bot.exchange.items import DRAFT, Content, Item
from bot.model.locales import LOCALES
from bot.model.turning import near_turn, turns
from dialogues.phrases import PLACEHOLDER, load_menu
from dialogues.sentence_rules import TITLE, limit_of, phrase_faults
from knowledge.documents import INTENT, JURISDICTION, LOCALE
from knowledge.files import HEAD
from nlu.teaching.content import FIXED
from nlu.teaching.lines import MOST

_STATES = {"source", "machine", "read"}
_STAGES = ("writing", "in_review")
_LONGEST_KEY = 120  # what the narrowest table has room for


def question_faults(key: str, body: Mapping[str, Any]) -> list[str]:
    """Check what is said about a question."""
    faults = [] if INTENT.fullmatch(key) else [f"{key[:60]!r} is no name; use <topic>/<name> in small letters and _"]
    faults += [
        f"{name}: must be a text in quotes" for name in ("about", "not") if not isinstance(body.get(name, ""), str)
    ]
    flags = ("retired", "deadline")
    faults += [f"{name}: must be true or false" for name in flags if body.get(name) not in (True, False, None)]
    if body.get("retired") and key.partition("/")[0] in FIXED:
        faults.append("retired: this question belongs to the service itself and cannot be retired")
    if (row := body.get("menu", "")) not in ("", *_menu_rows()):
        faults.append(f"menu: {str(row)[:20]!r} is no row of the menu that takes questions")
    faults += _texts(body.get("titles", {}), "titles")
    return faults


def ready_faults(key: str, body: Mapping[str, Any]) -> list[str]:
    """Check ready words of an office or of the network."""
    faults = [] if key.count("/") == 1 else [f"{key[:60]!r} must be <contact point>/<name>"]
    if not isinstance(body.get("title"), str) or not body["title"].strip():
        faults.append("title: is missing; write it")
    return faults + _texts(body.get("texts"), "texts")


def sentence_faults(key: str, body: Mapping[str, Any]) -> list[str]:
    """Check a sentence that waits for a second person."""
    return [f"{name}: must be a text in quotes" for name in ("text", "state") if not isinstance(body.get(name), str)]


def draft_faults(key: str, body: Mapping[str, Any]) -> list[str]:
    """Check the frame of a draft; its words may be unfinished."""
    name = key.rpartition("/")[2]
    jurisdiction, _, locale = name.partition(".")
    if name != HEAD and not (JURISDICTION.fullmatch(jurisdiction) and LOCALE.fullmatch(locale)):
        return [f"{key[:60]!r} must be <topic>/<question>/<JURISDICTION>.<language>"]
    faults = [] if body.get("stage") in _STAGES else [f"stage: must be one of {', '.join(_STAGES)}"]
    words = body.get("body")
    if not isinstance(words, dict):
        faults.append("body: is missing; it holds the words")
    elif name != HEAD:
        faults += _shape_faults(words)
    try:
        UUID(str(body.get("author")))
    except ValueError:
        faults.append("author: must be the number of an account")
    return faults


def _shape_faults(words: Mapping[str, Any]) -> Iterator[str]:
    for part in ("meta", "sections", "sources", "read"):
        if not isinstance(words.get(part, {}), dict):
            yield f"body: {part}: must hold lines `name: value`"
            return
    if not all(isinstance(text, str) for text in words.get("sections", {}).values()):
        yield "body: sections: each must be a text"
    if not all(isinstance(source, dict) for source in words.get("sources", {}).values()):
        yield "body: sources: each must hold lines `name: value`"


def _texts(texts: Any, name: str) -> list[str]:
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        return [f'{name}: must hold lines `language: "text"`']
    return [f"{name}: {str(one)[:12]!r} is no language of the service" for one in texts if one not in LOCALES]


@cache
def _menu_rows() -> frozenset[str]:
    """Return the rows of the picture menu that offer questions, other than the one for who is in danger."""
    return frozenset(row.id for row in load_menu() if row.ask and row.id != "danger")


def contradictions(
    content: Content, shipped: Content, known: frozenset[str], questions: frozenset[str]
) -> Iterator[str]:
    """Yield what is wrong with items that only others can tell: unknown or taken names, placeholders, lengths.

    `known` are the questions that ship, `questions` all that there would be.
    """
    names = Counter(intent.partition("/")[2] for intent in questions)
    for item, body in content.items():
        yield from _turned(item, body)
        if len(item.key) > _LONGEST_KEY:
            yield f"{item.kind} {item.key[:60]}…: this name is too long"
        elif item.kind == "intent":
            yield from _name_faults(item.key, known, names)
        elif item.kind in {"wordings", "cases"}:
            if len(body["examples"]) > MOST:
                yield f"{item.kind} {item.key}: has {len(body['examples'])} sentences; at most {MOST} are taken"
            intent, _, locale = item.key.rpartition("/")
            if intent not in questions:
                yield f"{item.kind} {item.key}: no question has this name; add nlu/questions/{intent}.yml"
            if locale not in LOCALES:
                yield f"{item.kind} {item.key}: {locale[:12]!r} is no language of the service"
        elif item.kind in {"phrase", "proposed"}:
            yield from _phrase_faults(item, body, shipped)
        elif item.kind == "title" and not 0 < len(body["text"].strip()) <= TITLE:
            yield f"title {item.key}: has {len(body['text'])} characters; 1 to {TITLE} fit"


def _turned(item: Item, body: Any) -> Iterator[str]:
    """Yield where a hidden sign turns words or numbers around. Drafts may be unfinished; publishing looks at them."""
    for text in () if item.kind == DRAFT else _strings(body):
        if turns(text):
            yield (
                f"{item.kind} {item.key}: a hidden sign turns words or numbers around near {near_turn(text)!r}; retype them"
            )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(one)


def _name_faults(intent: str, known: frozenset[str], names: Mapping[str, int]) -> Iterator[str]:
    """Yield why a question that does not ship cannot be there; the model knows it by the name behind the slash alone."""
    topic, _, name = intent.partition("/")
    if intent in known:
        return
    if topic in FIXED or topic not in {one.partition("/")[0] for one in known}:
        yield f"intent {intent}: no question can be added to the topic {topic}"
    if names[name] > 1:
        yield f"intent {intent}: another question has the name {name}; choose another one"


def _phrase_faults(item: Item, body: Any, shipped: Content) -> Iterator[str]:
    name = item.key.partition("/")[2]
    source = shipped.get(Item("phrase", f"en/{name}"))
    if Item("phrase", item.key) not in shipped or source is None:
        yield f"{item.kind} {item.key}: the service has no sentence of this name"
        return
    wanted, given = set(PLACEHOLDER.findall(source["text"])), set(PLACEHOLDER.findall(body["text"]))
    if wanted != given:
        names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no placeholders"
        yield f"{item.kind} {item.key}: must hold {names}, as the English sentence does"
    lost = {"emergency", "numbers"}.intersection(phrase_faults(name, source["text"], body["text"]))
    if lost:
        yield f"{item.kind} {item.key}: must hold the same numbers as the English sentence"
    if len(body["text"]) > (most := limit_of(name)):
        yield f"{item.kind} {item.key}: has {len(body['text'])} characters; at most {most} fit"
    if body["state"] not in _STATES:
        yield f"{item.kind} {item.key}: the state must be one of {', '.join(sorted(_STATES))}"
