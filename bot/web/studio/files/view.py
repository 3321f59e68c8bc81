"""A plan and conflicts as the pages show them: what each item is called, both sides with what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.exchange.conflicts import TwoSides
from bot.exchange.engine import Side
from bot.exchange.formats import place_of
from bot.exchange.items import ARTICLE, DRAFT, Item
from bot.exchange.plan import Entry, Plan, Verdict, WhyNot
from bot.exchange.showing import shown
from bot.staff import SignedIn
from bot.web.studio.articles.compare import Piece, pieces
from bot.web.studio.names import Names, names_of
from knowledge.files import HEAD

_LONGEST = 20_000  # characters of a side that are compared word by word


@dataclass(frozen=True, slots=True)
class Line:
    """One item on a page. `number` names it in the form, `why` says why it is left out."""

    number: int
    item: Item
    name: str
    place: str
    why: str = ""
    stamp: str = ""
    pieces: tuple[Piece, ...] = field(default=(), repr=False)
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one verdict; `more` are not shown."""

    verdict: Verdict
    lines: tuple[Line, ...]
    more: int


def described(request: web.Request, session: SignedIn, plan: Plan, most: int) -> list[Group]:
    """Return the entries of a plan by verdict, what needs a decision first."""
    names = names_of(request, session)
    groups: list[Group] = []
    for verdict in (Verdict.CONFLICT, Verdict.GONE, Verdict.NEW, Verdict.CHANGED, Verdict.LEFT_OUT):
        found = [(number, entry) for number, entry in enumerate(plan.entries) if entry.verdict is verdict]
        if found:
            lines = tuple(_line(names, number, entry) for number, entry in found[:most])
            groups.append(Group(verdict, lines, max(0, len(found) - most)))
    return groups


def _line(names: Names, number: int, entry: Entry) -> Line:
    compare = entry.verdict in {Verdict.CONFLICT, Verdict.CHANGED}
    parts = _compared(entry.item, entry.mine, entry.theirs) if compare else ()
    return Line(
        number, entry.item, name_of(names, entry.item), place_of(entry.item), entry.why, pieces=parts,
        locale=locale_in(entry.item),
    )  # fmt: skip


def sides(plan: Plan, form: Mapping[str, Any]) -> dict[Item, Side]:
    """Return what was chosen for each conflict; one without a choice waits."""
    chosen: dict[Item, Side] = {}
    for number, entry in enumerate(plan.entries):
        match form.get(f"side-{number}") if entry.verdict is Verdict.CONFLICT else None:
            case "mine":
                chosen[entry.item] = "mine"
            case "theirs":
                chosen[entry.item] = "theirs"
    return chosen


def two_sides(request: web.Request, session: SignedIn, conflicts: Sequence[TwoSides], why_not: WhyNot) -> list[Line]:
    """Return conflicts with both sides; `why` where this member may not settle one."""
    names = names_of(request, session)
    return [
        Line(
            number, one.item, name_of(names, one.item), place_of(one.item), why_not(one.item, one.mine, one.file),
            one.stamp, _compared(one.item, one.file, one.mine), locale_in(one.item),
        )
        for number, one in enumerate(conflicts)
    ]  # fmt: skip


def _compared(item: Item, before: Any, after: Any) -> tuple[Piece, ...]:
    old, new = shown(item, before)[:_LONGEST], shown(item, after)[:_LONGEST]
    return tuple(pieces(old, new))


def name_of(names: Names, item: Item) -> str:
    """Call an item by what staff know it by."""
    kind, key = names.say(f"files_kind_{item.kind}"), item.key
    if item.kind in {ARTICLE, DRAFT}:
        intent, _, name = key.rpartition("/")
        if name == HEAD:
            return f"{kind} · {names.title(intent) or intent} · {names.say('files_head')}"
        jurisdiction, _, locale = name.partition(".")
        return f"{kind} · {names.title(intent) or intent} · {names.place(jurisdiction)} · {names.language(locale)}"
    if item.kind in {"wordings", "cases"}:
        intent, _, locale = key.rpartition("/")
        return f"{kind} · {names.title(intent) or intent} · {names.language(locale)}"
    if item.kind in {"phrase", "title", "proposed"}:
        locale, _, name = key.partition("/")
        return f"{kind} · {names.title(name) or name if '/' in name else name} · {names.language(locale)}"
    return f"{kind} · {names.title(key) or key if item.kind == 'intent' else key}"


def locale_in(item: Item) -> str:
    """Return the language that an item's words are in, empty where they have none of their own."""
    match item.kind:
        case "article" | "draft":
            return item.key.rpartition("/")[2].partition(".")[2]
        case "wordings" | "cases":
            return item.key.rpartition("/")[2]
        case "phrase" | "title" | "proposed":
            return item.key.partition("/")[0]
    return ""
