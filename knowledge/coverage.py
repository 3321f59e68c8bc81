"""What there is: intents by jurisdictions and locales, statements, sources, and what was read on an official page."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from knowledge.article import SECTIONS, Article, Translation, Variant
from knowledge.readability import lix

_BARE = "–"


@dataclass(frozen=True, slots=True)
class Statements:
    """The sentences of one text per variant, since its translations say the same.

    `official` rest on the law itself or its authority, `secondary` on somebody who reports it; `general` bear no source:
    advice, and what was left general because nobody verified it.
    """

    official: int = 0
    secondary: int = 0
    general: int = 0


def coverage(articles: Iterable[Article]) -> dict[str, Any]:
    """Return the figures: `table` (intent → jurisdiction → locales), `statements` by jurisdiction, `sources`, `lengths`,
    `readability` by locale."""
    articles = list(articles)
    sources = {source.id: source for article in articles for source in article.sources.values()}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for article, variant in _variants(articles):
        counted[variant.jurisdiction].update(asdict(_statements(article, variant)))
    return {
        "table": {a.intent: {v.jurisdiction: [t.locale for t in v.translations] for v in a.variants} for a in articles},
        "statements": {name: dict(found) for name, found in sorted(counted.items())},
        "sources": {"all": len(sources), "official": sum(source.official for source in sources.values())},
        "machine_translated": sum(text.machine_translated for text in _texts(articles)),
        "lengths": _lengths(articles),
        "readability": _readability(articles),
    }


def _variants(articles: Iterable[Article]) -> Iterator[tuple[Article, Variant]]:
    return ((article, variant) for article in articles for variant in article.variants if variant.translations)


def _texts(articles: Iterable[Article]) -> Iterator[Translation]:
    return (text for _, variant in _variants(articles) for text in variant.translations)


def _statements(article: Article, variant: Variant) -> Statements:
    found: Counter[str] = Counter()
    for name in set(SECTIONS) & set(variant.reference.sections):
        for statement in variant.reference.sections[name].statements:
            known = [article.sources[one] for one in statement.sources if one in article.sources]
            found["official" if any(s.official for s in known) else "secondary" if known else "general"] += 1
    return Statements(**found)


def _lengths(articles: Iterable[Article]) -> dict[str, dict[str, int]]:
    """The longest and the middle length of each part, in characters, over all texts."""
    found: dict[str, list[int]] = defaultdict(list)
    for text in _texts(articles):
        for name in text.sections:
            found[name].append(len(text.text(name)))
    return {
        name: {"median": round(median(found[name])), "longest": max(found[name])} for name in SECTIONS if name in found
    }


def _readability(articles: Iterable[Article]) -> dict[str, dict[str, float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for text in _texts(articles):
        found[text.locale].append(hardness(text))
    return {
        locale: {"texts": len(figures), "median": round(median(figures), 1), "hardest": round(max(figures), 1)}
        for locale, figures in sorted(found.items())
    }


def hardness(text: Translation) -> float:
    """Return the LIX of a whole text, lists of things to bring left out."""
    parts = [section for name, section in text.sections.items() if name != "bring"]
    return lix(statement.text for section in parts for statement in section.statements)


def markdown(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the tables; a cell names the locales of a text."""
    jurisdictions = sorted(
        {name for row in figures["table"].values() for name in row}, key=lambda name: (name != "EU", name)
    )
    yield _row(["intent", *jurisdictions])
    yield _row(["---"] * (len(jurisdictions) + 1))
    for intent, row in figures["table"].items():
        yield _row([intent, *(" ".join(row.get(name, ())) or _BARE for name in jurisdictions)])
    yield from (
        "",
        "| jurisdiction | on an official page | on a secondary one | general, or advice |",
        "|---|---|---|---|",
    )
    for name, found in figures["statements"].items():
        yield _row([name, *(str(found.get(kind, 0)) for kind in ("official", "secondary", "general"))])
    sources = figures["sources"]
    yield from ("", f"{sources['all']} sources, {sources['official']} of them official.")
    yield from ("", "| part | middle length | longest |", "|---|---|---|")
    for name, found in figures["lengths"].items():
        yield _row([name, str(found["median"]), str(found["longest"])])
    yield from ("", "| locale | texts | LIX, middle | LIX, hardest |", "|---|---|---|---|")
    for locale, found in figures["readability"].items():
        yield _row([locale, *(str(found[key]) for key in ("texts", "median", "hardest"))])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
