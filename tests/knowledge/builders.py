"""Small articles for the tests of the knowledge room, as objects and as files."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.article import Article, Section, Source, Status, Translation, Variant
from knowledge.plan import Plan
from knowledge.surroundings import Surroundings

INTENT = "labour_rights/unpaid_wages"
TODAY = date(2026, 11, 18)

SECTIONS = {
    "summary": "Your employer must pay you.[^LAW] Talk to a union this week.",
    "steps": "1. Write down your hours.\n{papers} Talk to a union first.[^LAW]\n2. Go to the labour inspectorate.",
    "bring": "- Your contract",
    "details": "The law protects you.[^OLD]",
}
SOURCES = {
    "LAW": Source("LAW", "The law", "https://example.org/law", "2008/94/EC", "1", date(2026, 9, 25)),
    "OLD": Source("OLD", "An old page", "https://example.org/old", "", "", date(2023, 7, 26)),
}
AROUND = Surroundings(
    papers={"en": "If you have no papers, read this first:"},
    phones=frozenset({"112", "800290290", "116000"}),
    titled=frozenset({"labour_rights/dismissal"}),
    plan=Plan(),
)


def translation(locale: str = "en", sections: Mapping[str, str] | None = None, **changes: Any) -> Translation:
    """A source-checked text."""
    values: dict[str, Any] = {
        "title": f"Unpaid wages ({locale})",
        "status": Status.SOURCE_CHECKED,
        "author": "",
        "reviewer": "",
        "version": 1,
        "review_by": date(2027, 5, 31),
        "valid_from": date(2026, 9, 25),
        "valid_until": None,
        "machine_translated": False,
    }
    marked = SECTIONS if sections is None else sections
    parts = {name: Section(body) for name, body in marked.items()}
    return Translation(locale=locale, sections=parts, **{**values, **changes})


def variant(jurisdiction: str, *texts: Translation, applies_in: tuple[str, ...] = ()) -> Variant:
    """A variant; true in its own country unless said otherwise."""
    return Variant(jurisdiction, applies_in or (jurisdiction,), texts or (translation(),))


def article(*variants: Variant, intent: str = INTENT, **changes: Any) -> Article:
    """An article with the two sources of `SOURCES`."""
    values = {"place": "work", "deadline": False, "related": (), "sources": SOURCES, **changes}
    return Article(intent=intent, variants=variants, **values)


HEAD = """intent: {intent}
place: work
deadline: false
related: [labour_rights/dismissal]
variants:
  EU: {{applies_in: [IT, GR]}}
sources:
  LAW: {{title: "The law", url: "https://example.org/law", act: "2008/94/EC", article: "1", checked_on: 2026-09-25}}
"""

TEXT = """---
status: source_checked
review_by: 2027-05-31
valid_from: 2026-09-25
valid_until: null
author: ""
reviewer: ""
version: 1
machine_translated: false
title: Unpaid wages
---
## summary
Your employer must pay you.[^LAW]
## steps
1. Write down your hours.[^LAW]
{papers} Talk to a union first.
"""


def write_article(folder: Path, head: str = "", intent: str = INTENT, **texts: str) -> Path:
    """Write an article's folder. `EU_en="…"` becomes EU.en.md; without any text there is one EU.en.md."""
    place = folder / intent
    place.mkdir(parents=True, exist_ok=True)
    (place / "article.yml").write_text(head or HEAD.format(intent=intent), encoding="utf-8")
    for name, text in (texts or {"EU_en": TEXT}).items():
        (place / f"{name.replace('_', '.')}.md").write_text(text, encoding="utf-8")
    return place
