"""Checks of all articles: complete, current, sourced, safe, equal in every language. `python -m knowledge check` shows them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import product

from knowledge.article import SECTIONS, Article, Translation, Variant
from knowledge.findings import Code, Finding, Level, error, note, warning
from knowledge.plan import Plan
from knowledge.surroundings import Surroundings
from knowledge.term_checks import terms_used
from knowledge.text_checks import check_text

_NUMBERING = re.compile(r"^\d+[.)]\s+", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:[.,:\u00a0\u202f ]\d+)*")


def check(articles: Iterable[Article], around: Surroundings, today: date, unused: Iterable[str] = ()) -> list[Finding]:
    """Return everything to look at, errors first; `unused` are shared sources that no text marks."""
    articles = list(articles)
    findings = [*_missing(articles, around.plan)]
    findings += [warning("sources", Code.SOURCE_UNUSED, source=source) for source in unused]
    for article in articles:
        findings += _check_article(article, around, today)
    order = list(Level)
    return sorted(findings, key=lambda finding: order.index(finding.level))


def _missing(articles: list[Article], plan: Plan) -> Iterator[Finding]:
    there = {(a.intent, v.jurisdiction, t.locale) for a in articles for v in a.variants for t in v.translations}
    for intent, jurisdiction, locale in plan.wanted():
        if (intent, jurisdiction, locale) not in there:
            yield error(intent, Code.TEXT_MISSING, file=f"{jurisdiction}.{locale}.md")
    yield from _missing_regions(there, plan)
    for article in articles:
        for intent in sorted(set(article.related) - {*plan.intents, *(one.intent for one in articles)}):
            yield error(article.intent, Code.RELATED_MISSING, intent=intent)


def _missing_regions(there: Collection[tuple[str, str, str]], plan: Plan) -> Iterator[Finding]:
    """The regions of a country have texts together or not at all, in the languages of the country's own."""
    written = {(intent, region) for intent, region, _ in there}
    for country, intent in product(plan.countries.values(), plan.intents):
        if any((intent, region) in written for region in country.regions):
            locales = (*country.locales, *(plan.most_asked_locales if intent in plan.most_asked else ()))
            for region, locale in product(country.regions, locales):
                if (intent, region, locale) not in there:
                    yield error(intent, Code.REGION_MISSING, file=f"{region}.{locale}.md")


def _check_article(article: Article, around: Surroundings, today: date) -> Iterator[Finding]:
    for intent in article.related:
        if intent not in around.titled:
            yield error(article.intent, Code.RELATED_UNTITLED, intent=intent)
    yield from _unused_sources(article)
    for variant in article.variants:
        if variant.translations:
            yield from terms_used(article, variant, around.glossary)
            yield from _same_facts(article, variant)
            yield from _fallen_behind(article, variant)
            yield from _unsourced(article, variant)
        for translation in variant.translations:
            yield from check_text(article, variant, translation, around, today)


def _unused_sources(article: Article) -> Iterator[Finding]:
    used = {source for v in article.variants for text in v.translations for source in text.all_sources}
    for source in article.sources:
        if source not in used:
            yield warning(f"{article.intent}/article.yml", Code.SOURCE_UNUSED, source=source)


def _same_facts(article: Article, variant: Variant) -> Iterator[Finding]:
    """All translations of a variant hold the same numbers and rest on the same sources, part by part."""
    first = variant.reference
    for other in variant.translations:
        for name in SECTIONS:
            place = f"{article.intent}/{variant.jurisdiction}.{other.locale}.md {name}"
            there, here = numbers(first.text(name)), numbers(other.text(name))
            if here != there:
                only_here, only_there = _beyond(here, there), _beyond(there, here)
                yield error(place, Code.NUMBERS_DIFFER, reference=first.locale, here=only_here, there=only_there)
            yield from _same_sources(place, first, other, name)


def _same_sources(place: str, first: Translation, other: Translation, name: str) -> Iterator[Finding]:
    mine, theirs = set(first.used_sources(name)), set(other.used_sources(name))
    if mine != theirs:
        yield error(place, Code.SOURCES_DIFFER, reference=first.locale, which=tuple(sorted(mine ^ theirs)))


def _fallen_behind(article: Article, variant: Variant) -> Iterator[Finding]:
    """The translations of what the reference no longer says."""
    first = variant.reference
    for other in variant.translations:
        if not other.follows(first):
            place = f"{article.intent}/{variant.jurisdiction}.{other.locale}.md"
            yield warning(place, Code.ORIGINAL_CHANGED, reference=first.locale)


def _unsourced(article: Article, variant: Variant) -> Iterator[Finding]:
    """The sentences without a source, for a human to judge: once, since the translations mark the same statements."""
    text = variant.reference
    for name in SECTIONS:
        place = f"{article.intent}/{variant.jurisdiction}.{text.locale}.md {name}"
        for statement in text.sections[name].statements if name in text.sections and name != "bring" else ():
            if not statement.sources:
                yield note(place, Code.NO_SOURCE, statement=statement.text)


def numbers(text: str) -> Counter[str]:
    """Return the numbers of a text as bare digits (2,189.81 is 2 189,81), without the numbering of steps."""
    return Counter(re.sub(r"\D", "", number) for number in _NUMBER.findall(_NUMBERING.sub("", text)))


def _beyond(one: Counter[str], other: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted((one - other).elements()))
