"""What the checks say of a text or a head while it is written, and once more before it is served."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from knowledge.article import EU, Article, Section, Translation, Variant
from knowledge.checks import check, numbers
from knowledge.documents import JURISDICTION, LOCALE, Head
from knowledge.editing.bodies import Vouched, brought_by, document_of, head_with, new_head
from knowledge.editing.model import Key
from knowledge.plan import Plan
from knowledge.store import Revision, assembled, parsed
from knowledge.surroundings import Surroundings, read_surroundings
from knowledge.text_checks import Finding, Level

_FIELD = re.compile(r"'([a-z_]+)' ")
_DAY = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_BESIDE = ("numbers differ", "sources differ")


@dataclass(frozen=True, slots=True)
class Around:
    """What is served of one article now, by key."""

    served: Mapping[str, Revision]

    def head(self, key: Key) -> Mapping[str, Any] | None:
        """Return the article's head, None where there is none yet."""
        found = self.served.get(f"{key.intent}/article")
        return found.body if found else None

    def reference(self, key: Key) -> Translation | None:
        """Return the text that this one must say the same as; None where it is the reference itself."""
        texts = tuple(self.variant(key.jurisdiction).values())
        if not texts or key.locale == "en":
            return None
        found = Variant(key.jurisdiction, (), texts).reference
        return None if found.locale == key.locale else found

    def variant(self, jurisdiction: str) -> dict[str, Translation]:
        """Return the texts of a variant by their keys."""
        found = {}
        for name, revision in self.served.items():
            one = Key.of(name)
            if one.jurisdiction == jurisdiction and not one.is_head:
                text = parsed(name, revision.body, [])
                if isinstance(text, Translation):
                    found[name] = text
        return found

    def is_for_eu(self, key: Key, body: Mapping[str, Any]) -> bool:
        """Tell whether it is a text for the whole EU, or a head that changes where that text is shown."""
        if not key.is_head:
            return key.jurisdiction == EU
        before = (self.head(key) or {}).get("variants") or {}
        return bool(before.get(EU) != (body.get("variants") or {}).get(EU))

    def touched(self, key: Key, body: Mapping[str, Any]) -> dict[str, list[Key]]:
        """Return the sources that a text changes and that stand under texts of other places, with these texts."""
        known = (self.head(key) or {}).get("sources") or {}
        changed = [name for name, new in brought_by(body).items() if name in known and known[name] != new]
        found = {
            source: [
                other for other in map(Key.of, self.served)
                if other.jurisdiction != key.jurisdiction and _marks(self.served[str(other)].body, source)
            ]
            for source in changed
        }  # fmt: skip
        return {source: others for source, others in found.items() if others}


def _marks(document: Mapping[str, Any], source: str) -> bool:
    return any(f"[^{source}]" in marked for marked in document.get("sections", {}).values())


def findings(
    key: Key, body: Mapping[str, Any], around: Around, today: date, *, minor: bool = False
) -> tuple[Finding, ...]:
    """Return all that is to be said of a draft, what stops it first. `minor`: its meaning stays."""
    found = list(_of_head(key, body, around) if key.is_head else _of_text(key, body, around, today))
    if minor:
        found += _of_minor(key, body, around)
    if not (key.is_head or minor or body.get("read") or around.reference(key)):
        found.append(_error("read", "say which sources you read for this, and on which day"))
    return tuple(sorted(found, key=lambda finding: list(Level).index(finding.level)))


def _of_head(key: Key, body: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    problems: list[str] = []
    head = parsed(str(key), body, problems)
    yield from _errors(problems)
    if isinstance(head, Head):
        for name, revision in around.served.items():
            one = Key.of(name)
            if not one.is_head and one.jurisdiction not in head.applies_in:
                yield _error("variants", f"{one.jurisdiction} has texts and must stay")
                continue
            text = None if one.is_head else parsed(name, revision.body, [])
            for source in text.all_sources if isinstance(text, Translation) else ():
                if source not in head.sources:
                    yield _error("sources", f"{source} is marked in {one.name} and must stay")


def _of_text(key: Key, body: Mapping[str, Any], around: Around, today: date) -> Iterator[Finding]:
    if not JURISDICTION.fullmatch(key.jurisdiction) or not LOCALE.fullmatch(key.locale):
        yield _error("", "no such country, region or language")
        return
    head = around.head(key)
    if head is None:
        yield _error("article", "the article has no head yet; publish it first")
        head = new_head(key.intent)
    whole = head_with(head, key, body)
    if key.jurisdiction not in whole["variants"]:
        yield _error("applies_in", "name the countries where this text is true")
        whole["variants"][key.jurisdiction] = {"applies_in": ["EU27"]}  # so that the rest can be checked
    problems: list[str] = []
    document = document_of(body, Vouched("", ("reader",)), 1)
    text = parsed(str(key), document, problems)
    read = parsed(f"{key.intent}/article", whole, problems)
    yield from _errors(problems)
    yield from _days(body, today)
    yield from _of_others(key, body, around)
    if not problems and isinstance(text, Translation) and isinstance(read, Head):
        yield from _checked(key, text, read, around, today)


def _days(body: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """The days that a form may hold and the checks of files do not look at."""
    now = today.isoformat()
    for source, day in (body.get("read") or {}).items():
        if not _DAY.fullmatch(str(day)):
            yield _error("read", f"{source}: write a date such as 2026-11-12")
        elif str(day) > now:
            yield _error("read", f"{source}: this day has not come yet")
    meta = body.get("meta") or {}
    begins, ends, look = (str(meta.get(name) or "") for name in ("valid_from", "valid_until", "review_by"))
    if look and look <= now:
        yield _error("review_by", "the day of the next review must lie ahead")
    if ends and ends < now:
        yield _error("valid_until", "this day is over; nobody would get the text")
    if begins > now:
        yield Finding(Level.WARNING, "valid_from", "until this day nobody gets this text")


def _of_others(key: Key, body: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    """A source that is changed here may stand under texts of other countries, too."""
    for source, others in around.touched(key, body).items():
        places = sorted({other.jurisdiction for other in others})
        yield Finding(Level.WARNING, "sources", f"{source} changes for {', '.join(places)}, too")
    for source in sorted(set(body.get("sources") or {}) - set(brought_by(body))):
        yield Finding(Level.WARNING, "sources", f"{source} stands behind no sentence here and is left out")


def _of_minor(key: Key, body: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    """Another number is another meaning: the other languages must hear of it."""
    served = around.served.get(str(key))
    if served is not None and not key.is_head and _numbers(served.body) != _numbers(body):
        yield _error("minor", "the numbers are others than before; this is no small change")


def _numbers(document: Mapping[str, Any]) -> Counter[str]:
    return numbers("\n".join(Section(str(marked)).text for marked in (document.get("sections") or {}).values()))


def _checked(key: Key, text: Translation, head: Head, around: Around, today: date) -> Iterator[Finding]:
    """Run the checks of `python -m knowledge check` on this text beside its reference.

    Other languages follow a change one after the other, so what differs from the reference is told and stops nothing.
    """
    reference = around.reference(key)
    pair = (text,) if reference is None else (reference, text)
    (whole,) = assembled([(f"{key.intent}/article", head)])
    article = replace(whole, variants=(Variant(key.jurisdiction, head.applies_in[key.jurisdiction], pair),))
    place = f"{key}.md"
    for finding in check([_marked(article, pair)], surroundings(), today):
        if finding.place == place or finding.place.startswith(f"{place} "):
            beside_it = finding.message.startswith(_BESIDE)
            level = Level.WARNING if beside_it and finding.level is Level.ERROR else finding.level
            yield Finding(level, finding.place.removeprefix(place).strip(), finding.message)


def _marked(article: Article, texts: Iterable[Translation]) -> Article:
    """The article with the sources of these texts alone."""
    used = {source for text in texts for source in text.all_sources}
    return replace(article, sources={name: one for name, one in article.sources.items() if name in used})


def _errors(problems: Iterable[str]) -> Iterator[Finding]:
    """What the reader of files complains of, at the field that it names."""
    for problem in problems:
        message = problem.partition(": ")[2] or problem
        named = _FIELD.search(message)
        yield _error(named[1] if named else "", message)


def _error(place: str, message: str) -> Finding:
    return Finding(Level.ERROR, place, message)


@cache
def surroundings() -> Surroundings:
    """Read once per process, without the plan: one text is looked at, not what is missing beside it."""
    return replace(read_surroundings(), plan=Plan())
