"""Values in an utterance: country, city, language, a typed choice. Nothing about status, origin, religion or health."""

import re
import unicodedata
from functools import cache

from babel import Locale

from bot.model.locales import LOCALES, OWN_NAMES
from bot.model.understanding import Entity
from nlu.names import Names
from nlu.normalise import fold, normalise
from nlu.phrases import is_han
from nlu.places import find_places, nearest_city, words_file

__all__ = ["extract", "nearest_city"]

# Languages that we do not speak but that people name, to ask for an interpreter.
OTHER_LANGUAGES = ("ku", "ckb", "ps", "pa", "ka", "hy", "mk", "hu", "cs", "sk", "ne", "ta", "si", "sw", "wo", "ha")
CLDR_NAMES = {"bs": ("bs", "hr", "sr"), "ro": ("ro",)}
SHORTEST_NAME = 4
_CHOICE = re.compile(r"(?:n[or°o]?\.?\s*|#)?(\d{1,2})\s*[.):]?")
_OK = frozenset({"ok", "okay", "okey", "okej", "oke", "окей", "ок", "οκ", "اوکی", "اوكي", "ওকে", "ओके", "እሺ", "ሕራይ"})
_THUMBS = frozenset("👍✅✔👌🆗")


def extract(text: str, locale: str) -> tuple[Entity, ...]:
    """Return what the utterance names, at most one value of each kind; never raises.

    A country that somebody says they come from is left out, as is a country beyond Europe inside a sentence.
    """
    choice = _choice(text)
    if choice:
        return (Entity("choice", choice),)
    places = find_places(text, locale)
    found = (("country", places.country), ("city", places.city), ("language", _language(text)))
    return tuple(Entity(kind, value) for kind, value in found if value)


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


def _language(text: str) -> str:
    words = fold(text).split()
    named = [found.value for found in _languages().find(words)]
    compact = "".join(words)
    if is_han(compact):
        named += [value for value, _ in _languages().find_han(compact)]
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
