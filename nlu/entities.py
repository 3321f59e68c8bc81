"""Values in an utterance: places, language, documents, work, money, dates, a typed choice.

Never where somebody comes from, their religion, health, union or name. The residence status that somebody tells
comes apart from the rest, in a type of its own that nothing can store.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale

from bot.model.locales import LOCALES, OWN_NAMES
from bot.model.understanding import Entity, Status
from nlu.amounts import find_amounts
from nlu.dates import find_dates
from nlu.names import Names
from nlu.normalise import normalise
from nlu.places import find_places, nearest_city, region_of, words_file
from nlu.terms import Term, codes, terms, words_of
from nlu.utterance import Utterance

__all__ = ["Extracted", "extract", "nearest_city", "region_of"]

# Languages that we do not speak but that people name, to ask for an interpreter.
OTHER_LANGUAGES = ("ku", "ckb", "ps", "pa", "ka", "hy", "mk", "hu", "cs", "sk", "ne", "ta", "si", "sw", "wo", "ha")
CLDR_NAMES = {"bs": ("bs", "hr", "sr"), "ro": ("ro",)}
SHORTEST_NAME = 4
SHORT_HAN = 4  # characters of a Chinese message that is a name and nothing else
BESIDE_BEFORE, BESIDE_BEHIND = 6, 4  # words between a word for work and the place where it is done
_CHOICE = re.compile(r"(?:n[or°o]?\.?\s*|#)?(\d{1,2})\s*[.):]?")
_OK = frozenset({"ok", "okay", "okey", "okej", "oke", "окей", "ок", "οκ", "اوکی", "اوكي", "ওকে", "ओके", "እሺ", "ሕራይ"})
_THUMBS = frozenset("👍✅✔👌🆗")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The entities of an utterance, and what it says of the person's residence status."""

    entities: tuple[Entity, ...] = ()
    statuses: tuple[Status, ...] = ()


def extract(text: str, locale: str, on: date | None = None) -> Extracted:
    """Return what the utterance names, in the order of kinds; never raises.

    `on` is the day it was written: without it only dates that name their year are found. Of places, language and
    choice there is at most one of a kind; of documents, professions, sectors, amounts and dates there may be more.
    A country that somebody says they come from is left out, as is a country beyond Europe inside a sentence.
    """
    choice = _choice(text)
    if choice:
        return Extracted((Entity("choice", choice),))
    utterance = Utterance.of(text)
    found = terms().find(utterance, locale)
    places = find_places(utterance, locale, found)
    amounts, rest = find_amounts(utterance.spelt)
    values: tuple[tuple[str, Sequence[str]], ...] = (
        ("country", (places.country,)),
        ("country_work", (places.work,)),
        ("country_residence", (places.residence,)),
        ("country_now", (places.now,)),
        ("city", (places.city,)),
        ("region", (places.region,)),
        ("language", (_language(utterance),)),
        ("document", [term.code for term in found.get("document", ())]),
        *_work(found, utterance),
        ("amount", amounts),
        ("date", find_dates(rest, on, locale)),
    )
    entities = tuple(Entity(kind, value) for kind, some in values for value in dict.fromkeys(some) if value)
    statuses = dict.fromkeys(Status(term.code) for term in found.get("status", ()))
    return Extracted(entities, tuple(statuses))


def _work(
    found: Mapping[str, Sequence[Term]], utterance: Utterance
) -> tuple[tuple[str, Sequence[str]], tuple[str, Sequence[str]]]:
    """Return professions and sectors; a doctor or a school only where it is the person's own work."""
    cues = words_of("cues")
    own = bool(found.get("document")) and any(term.code == "diploma" for term in found["document"])
    alone = len(utterance.compact) <= SHORT_HAN if utterance.compact else len(utterance.words) <= 2
    professions = [
        term.code
        for term in found.get("profession", ())
        if term.code not in cues["helpers"] or own or alone or _is_self(term, found)
    ]
    implied = [codes()["professions"][code] for code in professions]
    named = [
        term.code
        for term in found.get("sector", ())
        if term.code not in cues["beside_work"] or alone or _beside_work(term, found)
    ]
    return ("profession", professions), ("sector", [*implied, *named])


def _is_self(term: Term, found: Mapping[str, Sequence[Term]]) -> bool:
    """ "I am a doctor", with at most an article between; in some languages the verb follows."""
    before = any(0 <= term.start - cue.end <= 1 for cue in found.get("self_before", ()))
    return before or any(0 <= cue.start - term.end <= 1 for cue in found.get("self_after", ()))


def _beside_work(term: Term, found: Mapping[str, Sequence[Term]]) -> bool:
    return any(
        0 <= term.start - cue.end <= BESIDE_BEFORE or 0 <= cue.start - term.end <= BESIDE_BEHIND
        for cue in found.get("work", ())
    )


def _choice(text: str) -> str:
    """Return the number that is the whole message, in any script's digits, or "ok"."""
    bare = "".join(char for char in normalise(text) if unicodedata.category(char) not in {"Mn", "Me", "Sk"}).strip()
    if bare.rstrip("!. ") in _OK or (bare and all(char in _THUMBS or char.isspace() for char in bare)):
        return "ok"
    number = _CHOICE.fullmatch(bare)
    if number:
        return str(int(number[1]))
    value = unicodedata.numeric(bare, 0) if len(bare) == 1 else 0
    return str(int(value)) if 1 <= value <= 20 and value == int(value) else ""


def _language(utterance: Utterance) -> str:
    named = [found.value for found in _languages().find(utterance.words)]
    if utterance.compact:
        named += [value for value, _, _ in _languages().find_han(utterance.compact)]
    return named[0] if named else ""


@cache
def _languages() -> Names:
    names = Names()
    for locale, name in OWN_NAMES.items():
        for part in name.split("/"):
            names.add(part, locale, "")
    for locale, synonyms in words_file()["languages"].items():
        for synonym in synonyms:
            names.add(synonym, locale, "")
    for written_in in LOCALES:
        known = Locale.parse(written_in).languages
        for locale in (*LOCALES, *OTHER_LANGUAGES):
            for code in CLDR_NAMES.get(locale, (locale,)):
                name = known.get(code, "")
                if len(name) >= SHORTEST_NAME or (name and not name.isascii()):
                    names.add(name, locale, "")
    return names
