"""What a draft holds, and what is served once it is published: text, head, and the sources that come with a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from knowledge.article import EU, MARK, Status, Translation
from knowledge.documents import head_document, translation_document
from knowledge.editing.model import Key
from knowledge.fields import ContentError
from knowledge.stored import parsed

_DECIDED = ("status", "author", "reviewer", "version")  # by the road, never by whoever writes
_NEXT_LOOK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who stands for a text that is published: its author, and its reviewers where there are any."""

    author: str
    reviewers: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """How far the text is vouched for."""
        return Status.REVIEWED if self.reviewers else Status.SOURCE_CHECKED


def text_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a draft that begins with what is served."""
    meta = {name: value for name, value in document["meta"].items() if name not in _DECIDED}
    return {"meta": meta, "sections": dict(document["sections"]), "sources": {}, "read": {}}


def new_text(today: date, source_version: int | None) -> dict[str, Any]:
    """Return the body of a draft where there is no text yet."""
    follows = {} if source_version is None else {"source_version": source_version}
    meta = {
        "title": "", "review_by": (today + _NEXT_LOOK).isoformat(), "valid_from": today.isoformat(), "valid_until": None,
        "machine_translated": False, **follows,
    }  # fmt: skip
    return {"meta": meta, "sections": {}, "sources": {}, "read": {}}


def new_head(intent: str) -> dict[str, Any]:
    """Return the body of a head's draft for a new article."""
    return {"intent": intent, "place": "work", "deadline": False, "related": [], "variants": {}, "sources": {}}


def document_of(body: Mapping[str, Any], vouched: Vouched, version: int) -> dict[str, Any]:
    """Return the text as it will be served."""
    meta = {name: value for name, value in (body.get("meta") or {}).items() if name not in _DECIDED}
    sections = {name: marked.strip() for name, marked in (body.get("sections") or {}).items() if marked.strip()}
    decided = {
        "status": str(vouched.status), "author": vouched.author, "reviewer": ", ".join(vouched.reviewers),
        "version": version,
    }  # fmt: skip
    return {"meta": {**meta, **decided}, "sections": sections}


def head_with(head: Mapping[str, Any], key: Key, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the head with what a text brings: the sources that it marks, the days they were read, and its variant."""
    sources = {**head["sources"], **brought_by(body)}
    marked = _marks(body)
    for source, day in (body.get("read") or {}).items():
        if source in sources and (marked is None or source in marked):
            sources[source] = {**sources[source], "checked_on": day}
    variants = dict(head["variants"])
    places = list(body.get("applies_in") or ([] if key.jurisdiction == EU else [key.jurisdiction]))
    if key.jurisdiction not in variants and places:
        variants[key.jurisdiction] = {"applies_in": places}
    return {**head, "sources": sources, "variants": variants}


def brought_by(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sources that a text adds or changes: only those it marks, which whoever judges it has on the screen."""
    marked = _marks(body)
    sources = body.get("sources") or {}
    return {name: source for name, source in sources.items() if marked is None or name in marked}


def _marks(body: Mapping[str, Any]) -> set[str] | None:
    """The sources that a text marks; None where there is no text, but an act that is about all of them."""
    if "sections" not in body:
        return None
    return {source for marked in body["sections"].values() for source in MARK.findall(str(marked))}


def as_stored(key: Key, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a head or a text as the store keeps what comes from files: each value in its one form, nothing beside it."""
    problems: list[str] = []
    read = parsed(str(key), document, problems)
    if problems:
        raise ContentError(problems)
    return translation_document(read) if isinstance(read, Translation) else head_document(read)


def same_words(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two editions say the same to people, whoever vouches for them until when."""
    return _words(one) == _words(other)


def _words(document: Mapping[str, Any]) -> object:
    if "sections" not in document:
        return document
    meta = document["meta"]
    return document["sections"], meta.get("title", ""), meta["status"] == Status.WITHDRAWN
