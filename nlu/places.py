"""Countries and cities: their names in our languages, and where the cities lie."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

from babel import Locale

from bot.model.locales import LOCALES
from nlu.files import read_strings
from nlu.names import Found, Names
from nlu.normalise import fold
from nlu.phrases import is_han

WORDS_FILE = Path(__file__).with_name("place_words.yml")
GAZETTEER = Path(__file__).with_name("gazetteer.tsv")
# Where our offices and articles may be: only these countries are taken from a sentence. Any other country in a
# sentence is most likely the one that somebody comes from, and that is never kept.
HERE = frozenset(
    {
        *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE"),
        *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
FURTHER_NAMES = ("hr", "sr", "sr_Latn", "hu", "cs", "sk", "da", "sv", "fi", "nb", "et", "lv", "lt", "mt", "zh_Hant")
NEAR_KM, SUBURB_KM = 60.0, 10.0
BARE = 4  # a message of so few words is an answer to "which country?", not a story
ANYWHERE = 5  # a name of so many letters is taken in any language, a shorter one in its own only


@dataclass(frozen=True, slots=True)
class City:
    """A row of the gazetteer."""

    name: str
    country: str
    latitude: float
    longitude: float
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """What a text says about where somebody is or what country they mean; empty where it is not clear."""

    country: str = ""
    city: str = ""


def find_places(text: str, locale: str) -> Places:
    """Return the one city and the one country that the text names; two different ones make neither clear."""
    words = fold(text).split()
    cities = {_cities()[int(found)] for found in _named(_city_names(), words, locale, common=_common())}
    countries = set(_named(_country_names(), words, locale))
    if len(words) > BARE:
        countries &= HERE
    city = cities.pop() if len(cities) == 1 else None
    if not countries and city:
        return Places(city.country, city.name)
    country = countries.pop() if len(countries) == 1 else ""
    return Places(country, city.name if city and city.country == country else "")


def nearest_city(latitude: float, longitude: float) -> tuple[str, str] | None:
    """Return name and country of the nearest city, for its suburbs the large one; None if over 60 km away."""
    nearest = min(_kilometres(city, latitude, longitude) for city in _cities())
    if not nearest <= NEAR_KM:
        return None
    near = (city for city in _cities() if _kilometres(city, latitude, longitude) <= nearest + SUBURB_KM)
    city = next(near)  # they are sorted by size
    return city.name, city.country


def _kilometres(city: City, latitude: float, longitude: float) -> float:
    here, there = radians(latitude), radians(city.latitude)
    half = sin((there - here) / 2) ** 2
    half += cos(here) * cos(there) * sin(radians(city.longitude - longitude) / 2) ** 2
    return 2 * 6371 * asin(min(1.0, sqrt(half)))


def _named(names: Names, words: list[str], locale: str, common: frozenset[str] = frozenset()) -> Iterator[str]:
    for found in names.find(words):
        if _counts(found, words, locale, common):
            yield found.value
    compact = "".join(words)
    if is_han(compact):
        before = tuple(around()["from_han"])
        for value, at in names.find_han(compact):
            if not compact[:at].endswith(before):
                yield value


def _counts(found: Found, words: list[str], locale: str, common: frozenset[str]) -> bool:
    """Tell whether a name is meant as a place here: not an origin, not a word of another language."""
    before = words[found.start - 1] if found.start else ""
    two = " ".join(words[max(0, found.start - 2) : found.start])
    after = words[found.end] if found.end < len(words) else ""
    if found.origin or before in around()["from"] or two in around()["from_two"] or after in around()["from_after"]:
        return False
    alone = len(words) - (found.end - found.start) <= 1
    name = " ".join(words[found.start : found.end])
    if alone or found.grown or before in around()["there"]:
        return True
    if name in common or (common and found.declined):  # "viens" could be a form of Viena
        return False
    return len(name) >= ANYWHERE or not name.isascii() or bool(found.locales & {locale, "en"})


@cache
def around() -> Mapping[str, frozenset[str]]:
    """Return the folded words that say how a name near them is meant."""
    return {
        key: frozenset(fold(item) for item in (value.split() if isinstance(value, str) else value))
        for key, value in words_file().items()
        if not isinstance(value, dict)
    }


@cache
def words_file() -> Mapping[str, Any]:
    """Return the content of `place_words.yml`."""
    content: Mapping[str, Any] = read_strings(WORDS_FILE)
    return content


def _common() -> frozenset[str]:
    return around()["common_cities"]


@cache
def _country_names() -> Names:
    names = Names()
    for locale in (*LOCALES, *FURTHER_NAMES):
        ours = "bs" if locale.startswith(("hr", "sr")) else locale
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"}:
                names.add(name, code, ours)
    for section in ("countries", "adjectives"):
        for code, synonyms in words_file()[section].items():
            for synonym in synonyms:
                names.add(synonym, code, "en")
    return names


@cache
def _cities() -> tuple[City, ...]:
    with GAZETTEER.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        largest_first = sorted(rows, key=lambda row: -int(row["population"]))
        return tuple(
            City(
                row["name"],
                row["country"],
                float(row["latitude"]),
                float(row["longitude"]),
                tuple(row["other_names"].split("|")) if row["other_names"] else (),
            )
            for row in largest_first
        )


@cache
def _city_names() -> Names:
    """All names of all cities. Their language is not known, so each is declined in every way its script allows."""
    names = Names(shortest_stem=3)
    for index, city in enumerate(_cities()):
        for name in (city.name, *city.other_names):
            for locale in _locales_of(name):
                names.add(name, str(index), locale)
    return names


def _locales_of(name: str) -> tuple[str, ...]:
    first = name[0]
    if "\u0400" <= first <= "\u04ff":
        return ("ru", "uk", "bg")
    if "\u0370" <= first <= "\u03ff":
        return ("el",)
    if "\u0980" <= first <= "\u09ff":
        return ("bn",)
    return ("en", "sl", "pl", "tr") if first < "\u0370" else ("ar",)
