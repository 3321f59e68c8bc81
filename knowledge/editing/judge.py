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
from knowledge.fields import Problem
from knowledge.findings import Code, Finding, Level, error, warning
from knowledge.plan import Plan
from knowledge.store import Revision
from knowledge.stored import assembled, parsed
from knowledge.surroundings import Surroundings, read_surroundings

_DAY = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_BESIDE = {Code.NUMBERS_DIFFER, Code.SOURCES_DIFFER}


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
        found.append(error("read", Code.READ_MISSING))
    return tuple(sorted(found, key=lambda finding: list(Level).index(finding.level)))


def _of_head(key: Key, body: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    problems: list[Problem] = []
    head = parsed(str(key), body, problems)
    yield from _errors(problems)
    if isinstance(head, Head):
        for name, revision in around.served.items():
            one = Key.of(name)
            if not one.is_head and one.jurisdiction not in head.applies_in:
                yield error("variants", Code.TEXTS_STAY, jurisdiction=one.jurisdiction)
                continue
            text = None if one.is_head else parsed(name, revision.body, [])
            for source in text.all_sources if isinstance(text, Translation) else ():
                if source not in head.sources:
                    yield error("sources", Code.SOURCE_STAYS, source=source, text=one.name)


def _of_text(key: Key, body: Mapping[str, Any], around: Around, today: date) -> Iterator[Finding]:
    if not JURISDICTION.fullmatch(key.jurisdiction) or not LOCALE.fullmatch(key.locale):
        yield error("", Code.NO_SUCH_PLACE)
        return
    head = around.head(key)
    if head is None:
        yield error("article", Code.NO_HEAD)
        head = new_head(key.intent)
    whole = head_with(head, key, body)
    if key.jurisdiction not in whole["variants"]:
        yield error("applies_in", Code.NO_COUNTRIES, field="applies_in")
        whole["variants"][key.jurisdiction] = {"applies_in": ["EU27"]}  # so that the rest can be checked
    problems: list[Problem] = []
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
            yield error("read", Code.NO_DAY, source=source)
        elif str(day) > now:
            yield error("read", Code.DAY_AHEAD, source=source)
    meta = body.get("meta") or {}
    begins, ends, look = (str(meta.get(name) or "") for name in ("valid_from", "valid_until", "review_by"))
    if look and look <= now:
        yield error("review_by", Code.REVIEW_PAST)
    if ends and ends < now:
        yield error("valid_until", Code.VALIDITY_OVER)
    if begins > now:
        yield warning("valid_from", Code.NOT_YET_VALID)


def _of_others(key: Key, body: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    """A source that is changed here may stand under texts of other countries, too."""
    for source, others in around.touched(key, body).items():
        places = tuple(sorted({other.jurisdiction for other in others}))
        yield warning("sources", Code.CHANGES_ELSEWHERE, source=source, places=places)
    for source in sorted(set(body.get("sources") or {}) - set(brought_by(body))):
        yield warning("sources", Code.UNMARKED, source=source)


def _of_minor(key: Key, body: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    """Another number is another meaning: the other languages must hear of it."""
    served = around.served.get(str(key))
    if served is not None and not key.is_head and _numbers(served.body) != _numbers(body):
        yield error("minor", Code.MINOR_NUMBER)


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
            level = Level.WARNING if finding.code in _BESIDE else finding.level
            yield replace(finding, level=level, place=finding.place.removeprefix(place).strip())


def _marked(article: Article, texts: Iterable[Translation]) -> Article:
    """The article with the sources of these texts alone."""
    used = {source for text in texts for source in text.all_sources}
    return replace(article, sources={name: one for name, one in article.sources.items() if name in used})


def _errors(problems: Iterable[Problem]) -> Iterator[Finding]:
    """What the reader of files complains of, at the field that it names."""
    return (error(one.field, one.code, **one.values) for one in problems)


@cache
def surroundings() -> Surroundings:
    """Read once per process, without the plan: one text is looked at, not what is missing beside it."""
    return replace(read_surroundings(), plan=Plan())
