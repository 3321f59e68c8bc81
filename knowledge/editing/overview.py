"""Every text there is or should be, with its state: for the list, the coverage map and what is to be done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from knowledge.article import Article, Serve, Status, Translation
from knowledge.editing.model import Draft, Key, Stage
from knowledge.plan import Plan, read_plan
from knowledge.surroundings import ROOT


@dataclass(frozen=True, slots=True)
class Row:
    """One text. `state`: served | draft | in_review | missing | withdrawn | expired; a draft goes before what is served.

    `serving`: people get it now, whatever is being written. `outdated`: its reference says something else since.
    `status` is how far it was vouched for; `author` and `holder` are the accounts of its draft.
    """

    key: str
    intent: str
    topic: str
    jurisdiction: str
    locale: str
    title: str = field(repr=False)
    state: str
    serving: bool = False
    overdue: bool = False
    outdated: bool = False
    machine: bool = False
    status: str = ""
    review_by: date | None = None
    author: UUID | None = None
    holder: UUID | None = None


def overview(
    articles: Iterable[Article], drafts: Iterable[Draft], today: date, plan: Plan | None = None,
    serve: Serve = Serve.SOURCE_CHECKED,
) -> list[Row]:  # fmt: skip
    """Return a row for each text that is there, being written, or wanted by the plan, by key."""
    written = {draft.key: draft for draft in drafts if not Key.of(draft.key).is_head}
    rows = {row.key: row for article in articles for row in _of_article(article, written, today, serve)}
    for key, draft in written.items():
        rows.setdefault(key, _absent(Key.of(key), draft))
    for intent, jurisdiction, locale in (plan or _shipped_plan()).wanted():
        wanted = f"{intent}/{jurisdiction}.{locale}"
        if wanted not in rows:
            rows[wanted] = _absent(Key.of(wanted), None)
    return [rows[key] for key in sorted(rows)]


def _of_article(article: Article, drafts: Mapping[str, Draft], today: date, serve: Serve) -> Iterator[Row]:
    topic = article.intent.partition("/")[0]
    for variant in article.variants:
        if not variant.translations:
            continue
        reference = variant.reference
        for text in variant.translations:
            key = f"{article.intent}/{variant.jurisdiction}.{text.locale}"
            draft = drafts.get(key)
            state = _state(text, today, serve)
            serving = state == "served"
            yield Row(
                key, article.intent, topic, variant.jurisdiction, text.locale, text.title,
                _stage(draft) if draft else state, serving=serving, overdue=text.is_overdue(today),
                outdated=text.status is not Status.WITHDRAWN and not text.follows(reference),
                machine=text.machine_translated, status=str(text.status), review_by=text.review_by,
                author=draft.author if draft else None, holder=draft.holder if draft else None,
            )  # fmt: skip


def _state(text: Translation, today: date, serve: Serve) -> str:
    """What people make of a text that nobody is writing on; one that waits for its day or its reviewer is a draft."""
    if text.status is Status.WITHDRAWN:
        return "withdrawn"
    if text.status is Status.EXPIRED or (text.valid_until is not None and text.valid_until < today):
        return "expired"
    return "served" if serve.allows(text.status) and text.is_in_date(today) else "draft"


def _stage(draft: Draft) -> str:
    return "in_review" if draft.stage is Stage.IN_REVIEW else "draft"


def _absent(key: Key, draft: Draft | None) -> Row:
    title = str((draft.body.get("meta") or {}).get("title") or "") if draft else ""
    return Row(
        str(key), key.intent, key.intent.partition("/")[0], key.jurisdiction, key.locale, title,
        _stage(draft) if draft else "missing", author=draft.author if draft else None,
        holder=draft.holder if draft else None,
    )  # fmt: skip


@cache
def _shipped_plan() -> Plan:
    return read_plan(ROOT / "knowledge" / "plan.yml")
