"""The findings of the checks, which name parts, fields and places by their ids, in the reader's language."""

from collections.abc import Callable
from datetime import date
from typing import Any

from bot.web.studio.names import Names
from knowledge.article import SECTIONS
from knowledge.findings import Finding, listed

_FIELDS = {
    "title": "article_title", "review_by": "article_review_by", "valid_from": "article_valid_from",
    "valid_until": "article_valid_until", "related": "article_related", "sources": "article_sources",
    "url": "article_source_url", "act": "article_source_act", "article": "article_source_article",
    "checked_on": "article_source_read", **{part: f"article_part_{part}" for part in SECTIONS},
}  # fmt: skip
"""What the fields of the form are called on the page."""


def in_words(finding: Finding, names: Names) -> str:
    """Return what a finding means to whoever writes the text."""
    values = {name: _NAMED[name](value, names) if name in _NAMED else value for name, value in finding.values.items()}
    if finding.values.get("inside"):
        values["field"] = f"{finding.values['inside']}, {values['field']}"
    return names.say(f"finding_{finding.code.name.lower()}", **listed(values, "–"))


def _field(name: str, names: Names) -> str:
    return names.say(_FIELDS[name]) if name in _FIELDS else name


def _day(day: date, names: Names) -> str:
    return names.day(day)


def _places(places: tuple[str, ...], names: Names) -> tuple[str, ...]:
    return tuple(names.place(place) for place in places)


_NAMED: dict[str, Callable[[Any, Names], object]] = {
    "field": _field, "part": _field, "day": _day, "places": _places,
    "jurisdiction": lambda place, names: names.place(place), "language": lambda locale, names: names.language(locale),
}  # fmt: skip
"""The values that have a name in the reader's language."""
