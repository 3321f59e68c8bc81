"""What all texts of a question share: whose rules hold, whether a right dies, what belongs to it, where the EU text holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from multidict import MultiMapping

from bot.web.studio.articles.compare import Part, part_of
from bot.web.studio.names import Names
from knowledge.article import EU, PLACES, Article
from knowledge.documents import GROUPS

MOST_RELATED = 5


def document_of(article: Article) -> dict[str, Any]:
    """Return what is served as a form shows it."""
    variants = {one.jurisdiction: {"applies_in": list(one.applies_in)} for one in article.variants}
    return {
        "intent": article.intent, "place": article.place, "deadline": article.deadline,
        "related": list(article.related), "variants": variants,
    }  # fmt: skip


def head_of(sent: MultiMapping[Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form says; variants of countries and the sources stay as `before`."""
    place, group = str(sent.get("place", "")), str(sent.get("group", ""))
    related = dict.fromkeys(str(one) for one in sent.getall("related", ()) if one)
    variants = dict(before.get("variants", {}))
    if group in GROUPS:
        variants[EU] = {"applies_in": list(GROUPS[group])}
    return {
        **before, "place": place if place in PLACES else before.get("place", PLACES[0]),
        "deadline": sent.get("deadline") == "1", "related": list(related)[:MOST_RELATED], "variants": variants,
    }  # fmt: skip


def group_of(head: Mapping[str, Any]) -> str:
    """Return the name of the countries in which the EU's text is true; empty where there is none, or another list."""
    places = set(head.get("variants", {}).get(EU, {}).get("applies_in", ()))
    return next((name for name, group in GROUPS.items() if places in ({name}, set(group))), "")


def compared_heads(before: Mapping[str, Any] | None, after: Mapping[str, Any], names: Names) -> list[Part]:
    """Return one part with what changed, line by line in the reader's words."""
    old = "\n".join(_lines(before, names)) if before else None
    return [part_of("head", old, "\n".join(_lines(after, names)))]


def _lines(head: Mapping[str, Any], names: Names) -> Iterator[str]:
    yield names.say(f"article_place_{head.get('place', PLACES[0])}")
    if head.get("deadline") in {True, "true"}:
        yield names.say("article_deadline")
    yield from (names.title(one) for one in head.get("related", ()))
    for name, variant in head.get("variants", {}).items():
        yield f"{names.place(name)}: {', '.join(variant.get('applies_in', ()))}"
    yield from (f"{name}: {source.get('title', '')}" for name, source in head.get("sources", {}).items())
