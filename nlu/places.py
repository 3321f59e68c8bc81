"""Countries and cities: their names in our languages, and where the cities lie."""

import csv
from collections.abc import Iterator, Mapping, Sequence
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
from nlu.roles import REACH_HAN, ROLES, Span, roles_of, verb_last
from nlu.terms import Term, terms
from nlu.utterance import Utterance

WORDS_FILE = Path(__file__).with_name("place_words.yml")
GAZETTEER = Path(__file__).with_name("gazetteer.tsv")
REGIONS = Path(__file__).with_name("regions.tsv")
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
_AM_IN = ("dayim", "deyim", "tayim", "teyim", "dayiz", "deyiz")  # Turkish: "I am in" grown onto the name
ANYWHERE = 5  # a name of so many letters is taken in any language, a shorter one in its own only


@dataclass(frozen=True, slots=True)
class City:
    """A row of the gazetteer."""

    name: str
    country: str
    latitude: float
    longitude: float
    other_names: tuple[str, ...]
    region: str  # ISO 3166-2, where the law differs by region


@dataclass(frozen=True, slots=True)
class Places:
    """What a text says about where somebody is or what country they mean; empty where it is not clear.

    `country` is one whose part is not said, `work`, `residence` and `now` are countries by what the words around
    them say; `region` is an ISO 3166-2 code.
    """

    country: str = ""
    city: str = ""
    region: str = ""
    work: str = ""
    residence: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class _Hit:
    kind: str
    value: str
    span: Span


def find_places(text: str | Utterance, locale: str, found: Mapping[str, Sequence[Term]] | None = None) -> Places:
    """Return what the text names; two different values of one kind make neither clear.

    `found` are the terms of the utterance, where somebody has looked for them already.
    """
    utterance = Utterance.of(text) if isinstance(text, str) else text
    hits = list(_hits(utterance, locale))
    if not hits:
        return Places()
    cities = {hit.value for hit in hits if hit.kind == "city"}
    named = {hit.span.country for hit in hits if hit.kind == "country"}
    here = HERE if len(utterance.words) > BARE else named | HERE
    roles = _roles(utterance, hits, locale, terms().find(utterance, locale) if found is None else found)
    meant: dict[str, set[str]] = {role: set() for role in ("", *ROLES)}
    for span, said in roles:
        if span.country in here and (said or not named or span.country in named):
            for role in said or {""}:
                meant[role].add(span.country)
    city = _cities()[int(cities.pop())] if len(cities) == 1 else None
    kept = city and (not named & here or city.country in named or any(city.country in meant[role] for role in ROLES))
    regions = {hit.value for hit in hits if hit.kind == "region"}
    meant[""] -= meant["work"] | meant["residence"] | meant["now"]
    return Places(
        _only(meant[""]), city.name if city and kept else "", _only(regions), *(_only(meant[role]) for role in ROLES)
    )


def _only(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def _hits(utterance: Utterance, locale: str) -> Iterator[_Hit]:
    for name, start, end in _named(_country_names(), utterance, locale):
        yield _Hit("country", name, Span(name, start, end))
    for name, start, end in _named(_city_names(), utterance, locale, common=_common()):
        yield _Hit("city", name, Span(_cities()[int(name)].country, start, end))
    for name, start, end in _named(_region_names(), utterance, locale, common=_common()):
        yield _Hit("region", name, Span(name[:2], start, end))


def _roles(
    utterance: Utterance, hits: Sequence[_Hit], locale: str, found: Mapping[str, Sequence[Term]]
) -> list[tuple[Span, set[str]]]:
    spans = _merged(sorted((hit.span for hit in hits), key=lambda span: (span.start, -span.end)))
    if utterance.compact:
        breaks = [at for at, char in enumerate(utterance.compact) if char == " "]
        return list(zip(spans, roles_of(spans, found, breaks, True, REACH_HAN), strict=True))
    behind = verb_last(utterance.spelt, locale)
    roles = roles_of(spans, found, utterance.breaks, behind)
    for span, said in zip(spans, roles, strict=True):
        if not said and utterance.words[span.end - 1].endswith(_AM_IN):
            said.add("now")
    return list(zip(spans, roles, strict=True))


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Names of one country that stand side by side ("Milan, Italy") are one place."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and last.country == span.country and span.start - last.end <= 1:
            merged[-1] = Span(span.country, last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return merged


def nearest_city(latitude: float, longitude: float) -> tuple[str, str] | None:
    """Return name and country of the nearest city, for its suburbs the large one; None if over 60 km away."""
    nearest = min(_kilometres(city, latitude, longitude) for city in _cities())
    if not nearest <= NEAR_KM:
        return None
    near = (city for city in _cities() if _kilometres(city, latitude, longitude) <= nearest + SUBURB_KM)
    city = next(near)  # they are sorted by size
    return city.name, city.country


def region_of(name: str) -> str:
    """Return the region (ISO 3166-2) of a city as `find_places` names it; empty where law does not differ by region."""
    return next((city.region for city in _cities() if city.name == name), "")


def _kilometres(city: City, latitude: float, longitude: float) -> float:
    here, there = radians(latitude), radians(city.latitude)
    half = sin((there - here) / 2) ** 2
    half += cos(here) * cos(there) * sin(radians(city.longitude - longitude) / 2) ** 2
    return 2 * 6371 * asin(min(1.0, sqrt(half)))


def _named(
    names: Names, utterance: Utterance, locale: str, common: frozenset[str] = frozenset()
) -> Iterator[tuple[str, int, int]]:
    """Yield values with the words, in Chinese the characters, where they stand."""
    words, compact = utterance.words, utterance.compact
    if not compact:
        for found in names.find(words):
            if _counts(found, words, locale, common):
                yield found.value, found.start, found.end
        return
    for found in names.find(words):
        if _counts(found, words, locale, common):
            at = max(0, compact.find("".join(words[found.start : found.end])))
            yield found.value, at, at + sum(map(len, words[found.start : found.end]))
    before = tuple(around()["from_han"])
    for value, at, length in names.find_han(compact):
        if not compact[:at].endswith(before):
            yield value, at, at + length


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
                row["region"] or "",
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


@cache
def _region_names() -> Names:
    names = Names()
    with REGIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"):
            for name in row["names"].split("|"):
                for locale in _locales_of(name):
                    names.add(name, row["code"], locale)
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
