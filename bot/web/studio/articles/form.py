"""A text as a form: what stands in its fields, and the body of a draft that is made of them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from multidict import MultiMapping

from bot.web.studio.articles.opened import Text
from knowledge.article import SECTIONS, Article, Source, Translation
from knowledge.documents import read_sources, read_translation
from knowledge.fields import Fields

DATES = ("valid_from", "valid_until", "review_by")
_SOURCE_TEXTS = ("title", "url", "act", "article")
LONGEST_PART = 3000


Sent = MultiMapping[Any]


@dataclass(frozen=True, slots=True)
class SourceField:
    """A source in the form. `link_ok`: its address has the form of one; `law`: it is the text of an act."""

    source: Source = field(repr=False)
    used: bool
    link_ok: bool
    read: bool

    @property
    def mark(self) -> str:
        """What stands behind a sentence that it proves."""
        return f"[^{self.source.id}]"


def body_of(sent: Sent, before: Mapping[str, Any], text: Text) -> dict[str, Any]:
    """Return what the form says; what it does not hold stays as `before`."""
    meta = dict(before.get("meta", {}))
    if text.reference is not None and not text.is_reference:
        meta |= _follows(sent, meta, text.reference.version)
    meta["title"] = _line(sent, "title")
    for name in DATES:
        meta[name] = _line(sent, name) or None
    sections = {name: _words(sent, name) for name in SECTIONS}
    sources = {**before.get("sources", {}), **_changed(sent, text.article, before), **_added(sent)}
    read_on = _line(sent, "read_on")
    read = {str(one): read_on for one in sent.getall("read", ()) if read_on}
    written = {name: text for name, text in sections.items() if text}
    return {**before, "meta": meta, "sections": written, "sources": sources, "read": read}


def _follows(sent: Sent, meta: Mapping[str, Any], current: int) -> dict[str, int]:
    """Which version of the reference this text says the same as. A tick taken away leaves it one behind."""
    if sent.get("follows") == "1":
        return {"source_version": current}
    return {"source_version": current - 1} if meta.get("source_version") == current > 1 else {}


def _line(sent: Sent, name: str) -> str:
    return " ".join(str(sent.get(name, "")).split())


def _words(sent: Sent, name: str) -> str:
    return str(sent.get(name, "")).replace("\r\n", "\n").strip()[:LONGEST_PART]


def _changed(sent: Sent, article: Article, before: Mapping[str, Any]) -> dict[str, Any]:
    """The sources whose fields say something else than the article or the draft before."""
    known = {**{name: _document(source) for name, source in article.sources.items()}, **before.get("sources", {})}
    changed = {}
    for name, source in known.items():
        if f"{name}:title" in sent:
            found = _source(sent, name, source.get("checked_on", ""))
            if found != {**source, "official": _flag(source.get("official"))}:
                changed[name] = found
    return changed


def _added(sent: Sent) -> dict[str, Any]:
    """The new source, if one was written down. It counts as checked on the day on which its author read it."""
    name = _line(sent, "new:id")
    return {name: _source(sent, "new", _line(sent, "new:checked_on"))} if name else {}


def _source(sent: Sent, name: str, checked_on: str) -> dict[str, Any]:
    texts = {one: _line(sent, f"{name}:{one}") for one in _SOURCE_TEXTS}
    return {**texts, "checked_on": checked_on, "official": sent.get(f"{name}:official") == "1"}


def _flag(value: object) -> bool:
    return value in {True, "true"}


def _document(source: Source) -> dict[str, Any]:
    return {
        "title": source.title, "url": source.url, "act": source.act, "article": source.article,
        "checked_on": source.checked_on.isoformat(), "official": source.official,
    }  # fmt: skip


def text_of(body: Mapping[str, Any], locale: str) -> Translation:
    """Read a body as far as it can be read; what is missing or wrong is harmless."""
    meta = {**_BLANK, **{name: value for name, value in body.get("meta", {}).items() if name in _KNOWN}}
    return read_translation(Fields.of(meta, "", []), body.get("sections", {}), locale)


_BLANK: Mapping[str, Any] = {"status": "draft", "version": 1, "machine_translated": False}
_KNOWN = frozenset(
    {
        "source_version", "status", "review_by", "valid_from", "valid_until", "author", "reviewer", "version",
        "machine_translated", "title",
    }
)  # fmt: skip


def sources_of(body: Mapping[str, Any], article: Article) -> dict[str, Source]:
    """Return the article's sources with those that the draft adds or changes."""
    drafted = {str(name): Fields.of(one, "", []) for name, one in body.get("sources", {}).items()}
    return {**article.sources, **read_sources(drafted)}


def source_fields(body: Mapping[str, Any], article: Article, text: Translation) -> list[SourceField]:
    """Return the sources for the form: those that this text marks first."""
    used, read = set(text.all_sources), body.get("read", {})
    fields = [
        SourceField(source, name in used, _link_ok(name, source), name in read)
        for name, source in sources_of(body, article).items()
    ]
    return sorted(fields, key=lambda one: (not one.used, one.source.id))


def _link_ok(name: str, source: Source) -> bool:
    problems: list[str] = []
    read_sources({name: Fields.of(_document(source), "", problems)})
    return not any("url" in problem for problem in problems)
