"""Articles as plain documents: what a file says, what the store keeps, and back. One reader for both."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from bot.model.countries import EU as COUNTRIES
from knowledge.article import EU, MARK, PAPERS, PLACES, SECTIONS, Article, Section, Source, Status, Translation, Variant
from knowledge.fields import Fields
from knowledge.findings import Code

INTENT = re.compile(r"[a-z][a-z_]*/[a-z][a-z_]*")
JURISDICTION = re.compile(r"EU|[A-Z]{2}(-[A-Za-z0-9]+)*")
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_URL = re.compile(r"https?://[^\s()<>\"]+")
_BRACES = re.compile(r"\{[^{}\n]*\}|[{}]")
_WEB_SIGNS = re.compile(r"\[\^")

_HEAD_KEYS = ("intent", "place", "deadline", "related", "variants", "sources")
_SOURCE_KEYS = ("title", "url", "act", "article", "checked_on", "official")
GROUPS = {"EU27": tuple(sorted(COUNTRIES)), "EU25": tuple(sorted(COUNTRIES - {"DK", "IE"}))}
"""Names for lists of countries in `applies_in`. EU25: where the acts on migration bind, so without Denmark and Ireland."""
_META_KEYS = (
    "status", "review_by", "valid_from", "valid_until", "author", "reviewer", "version", "machine_translated", "title",
    "source_version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """An article without its texts. `applies_in` holds the variants in their order."""

    intent: str
    place: str
    deadline: bool
    related: tuple[str, ...]
    applies_in: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, Source] = field(repr=False)

    def completed(self, jurisdictions: Iterable[str], shared: Mapping[str, Source], used: Iterable[str]) -> "Head":
        """Add what the texts bring: a country or region that is not named applies in itself; shared sources in use."""
        own = {name: (name,) for name in sorted(jurisdictions) if name not in self.applies_in and name != EU}
        sources = {name: shared[name] for name in sorted(set(used)) if name in shared and name not in self.sources}
        return replace(self, applies_in={**self.applies_in, **own}, sources={**self.sources, **sources})

    def article(self, texts: Mapping[str, Iterable[Translation]]) -> Article:
        """Put the translations, by jurisdiction, into their variants."""
        variants = (Variant(name, places, tuple(texts.get(name, ()))) for name, places in self.applies_in.items())
        return Article(self.intent, self.place, self.deadline, self.related, tuple(variants), self.sources)


def read_head(fields: Fields, intent: str) -> Head:
    """Read `article.yml`. `intent` is the one that its folder or key names."""
    fields.only(*_HEAD_KEYS)
    if fields.text("intent") != intent:
        fields.complain("intent", Code.WRONG_INTENT, intent=intent)
    related = fields.words("related")
    for one in related:
        if not INTENT.fullmatch(one) or one == intent:
            fields.complain("related", Code.WRONG_RELATED, given=one[:40])
    variants = {name: _applies_in(name, inner) for name, inner in fields.perhaps_inner("variants").items()}
    sources = read_sources(fields.perhaps_inner("sources"))
    place = fields.choice("place", PLACES)
    return Head(intent, place, fields.flag("deadline"), related, MappingProxyType(variants), MappingProxyType(sources))


def _applies_in(jurisdiction: str, fields: Fields) -> tuple[str, ...]:
    fields.only("applies_in")
    places = tuple(place for word in fields.words("applies_in") for place in GROUPS.get(word, (word,)))
    if not JURISDICTION.fullmatch(jurisdiction):
        fields.complain("variants", Code.WRONG_PLACE, given=jurisdiction[:20])
    if bad := [place for place in places if place == EU or not JURISDICTION.fullmatch(place)]:
        fields.complain("applies_in", Code.WRONG_COUNTRY, given=bad[0][:20])
    if not places:
        fields.complain("applies_in", Code.NO_COUNTRIES)
    elif jurisdiction != EU and any(place.partition("-")[0] != jurisdiction[:2] for place in places):
        fields.complain("applies_in", Code.OTHER_COUNTRY, country=jurisdiction[:2])
    return places


def read_sources(found: Mapping[str, Fields]) -> dict[str, Source]:
    """Read sources by their ids."""
    return {name: _source(name, inner) for name, inner in found.items()}


def _source(name: str, fields: Fields) -> Source:
    fields.only(*_SOURCE_KEYS)
    if not _ID.fullmatch(name):
        fields.complain("sources", Code.WRONG_ID, given=name[:40])
    url, title = fields.text("url"), fields.text("title")
    if url and not _URL.fullmatch(url):
        fields.complain("url", Code.WRONG_URL)
    if any(sign in title for sign in "[]*\n"):
        fields.complain("title", Code.WRONG_SIGNS)
    return Source(
        name, title, url, act=fields.text("act", ""), article=fields.text("article", ""),
        checked_on=fields.day("checked_on"), official=fields.flag("official", default=False),
    )  # fmt: skip


def read_translation(meta: Fields, sections: Mapping[str, str], locale: str) -> Translation:
    """Read a text: its front matter and its sections with their marks."""
    meta.only(*_META_KEYS)
    status = Status(meta.choice("status", tuple(Status)))
    valid_from, valid_until = meta.day("valid_from"), meta.perhaps_day("valid_until")
    if valid_until and valid_until < valid_from:
        meta.complain("valid_until", Code.ENDS_BEFORE)
    reviewer = meta.text("reviewer", "")
    if status is Status.REVIEWED and not reviewer:
        meta.complain("reviewer", Code.REVIEWER_MISSING)
    for name, marked in sections.items():
        _check_section(meta, name, marked)
    if not sections.get("summary"):
        meta.complain("summary", Code.SUMMARY_MISSING)
    return Translation(
        locale=locale, title=meta.text("title"), status=status, author=meta.text("author", ""), reviewer=reviewer,
        version=meta.number("version"), review_by=meta.day("review_by"), valid_from=valid_from, valid_until=valid_until,
        machine_translated=meta.flag("machine_translated"),
        source_version=meta.number("source_version") if meta.values.get("source_version") else None,
        sections=MappingProxyType({name: Section(marked) for name, marked in sections.items()}),
    )  # fmt: skip


def _check_section(meta: Fields, name: str, marked: str) -> None:
    if name not in SECTIONS:
        meta.complain(name[:40], Code.NO_PART, options=SECTIONS)
    if not marked.strip():
        meta.complain(name[:40], Code.PART_EMPTY)
    for sign in _BRACES.findall(marked):
        if sign != PAPERS:
            meta.complain(name, Code.WRONG_MARKER, given=sign[:20])
    if marked.count(PAPERS) > 1:
        meta.complain(name, Code.PAPERS_TWICE)
    if len(_WEB_SIGNS.findall(marked)) != len(MARK.findall(marked)):
        meta.complain(name, Code.BROKEN_MARK)


def head_document(head: Head) -> dict[str, Any]:
    """Return a head as JSON for the store."""
    return {
        "intent": head.intent,
        "place": head.place,
        "deadline": head.deadline,
        "related": list(head.related),
        "variants": {name: {"applies_in": list(places)} for name, places in head.applies_in.items()},
        "sources": {name: _source_document(source) for name, source in head.sources.items()},
    }


def _source_document(source: Source) -> dict[str, str | bool]:
    return {
        "title": source.title,
        "url": source.url,
        "act": source.act,
        "article": source.article,
        "checked_on": source.checked_on.isoformat(),
        "official": source.official,
    }


def translation_document(text: Translation) -> dict[str, Any]:
    """Return a translation as JSON for the store."""
    follows = {} if text.source_version is None else {"source_version": text.source_version}
    return {
        "meta": {
            "title": text.title,
            "status": str(text.status),
            "author": text.author,
            "reviewer": text.reviewer,
            "version": text.version,
            "review_by": text.review_by.isoformat(),
            "valid_from": text.valid_from.isoformat(),
            "valid_until": _iso(text.valid_until),
            "machine_translated": text.machine_translated,
            **follows,
        },
        "sections": {name: section.marked for name, section in text.sections.items()},
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
