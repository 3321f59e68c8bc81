"""/studio/lawyer: what people get and nobody vouched for yet, what presses most first; one click says that it is right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.exchange.rights import editor_of
from bot.staff import Member, SignedIn
from bot.staff.logins import logins
from bot.todo import Look
from bot.todo.asked import LEAST, by_place, times_asked
from bot.todo.tasks import pressing
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.checks import ready
from bot.web.studio.articles.deeds import back_to, do, editing_of, saying
from bot.web.studio.articles.opened import Text, text_named
from bot.web.studio.articles.review import comment_of
from bot.web.studio.articles.text import looked_at
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from bot.web.studio.todo import todo_of
from knowledge.editing import Editor, Key, Published
from knowledge.editing.model import Verdict
from knowledge.editing.overview import Row
from knowledge.harm import load_harm
from knowledge.store import Revisions

LIST = "/studio/lawyer"
_ADDRESS = LIST + "/{topic}/{intent}/{variant}"
_SAID = ("reviewed", "waiting", "commented", "comment_missing", "not_yours", "outdated", "locked", "not_ready")
_READ = {"source_checked", "reviewed"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of the list. `noted`: this member said yes, and others must agree."""

    row: Row
    noted: bool
    asked: int
    reasons: tuple[str, ...]

    @property
    def read(self) -> bool:
        """Tell whether a second person called it right."""
        return self.row.status == "reviewed"

    @property
    def waits(self) -> bool:
        """Tell whether this member can still say something."""
        return not self.read and not self.noted

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"{LIST}/{self.row.key}"


@dataclass(frozen=True, slots=True)
class ReadingList:
    """The texts of one country in one language, what presses most first, and what else could be chosen."""

    place: str
    language: str
    entries: tuple[Entry, ...]
    places: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def read(self) -> int:
        """How many are done, as far as this member is concerned."""
        return sum(not entry.waits for entry in self.entries)

    @property
    def address(self) -> str:
        """Where this list is."""
        return f"{LIST}?{urlencode({'place': self.place, 'language': self.language})}"

    def beside(self, key: str) -> tuple[Entry | None, Entry | None]:
        """Return the texts before and after one."""
        keys = [entry.row.key for entry in self.entries]
        if key not in keys:
            return None, None
        at = keys.index(key)
        before = self.entries[at - 1] if at else None
        return before, self.entries[at + 1] if at + 1 < len(keys) else None

    def next_after(self, key: str) -> Entry | None:
        """Return the next text that waits, after this one or else from the beginning; never this one."""
        keys = [entry.row.key for entry in self.entries]
        at = keys.index(key) + 1 if key in keys else 0
        others = [*self.entries[at:], *self.entries[: max(0, at - 1)]]
        return next((entry for entry in others if entry.waits), None)


def reading_list(look: Look, member: Member, noted: Iterable[str], place: str, language: str) -> ReadingList:
    """Return the list of a country and a language; where these are not theirs or hold nothing, of the nearest choice."""
    editor, known = editor_of(member), frozenset(noted)
    rows = [
        row for row in look.rows if row.serving and row.status in _READ and editor.may_judge(Key.of(row.key))
    ]  # fmt: skip
    places = tuple(sorted({row.jurisdiction for row in rows}))
    here = _chosen(place, member.jurisdictions, places)
    languages = tuple(sorted({row.locale for row in rows if row.jurisdiction == here}))
    said = _chosen(language, (*member.languages, member.locale), languages)
    figures, harm = by_place(look.asked), load_harm()
    entries = tuple(
        Entry(row, row.key in known, times_asked(figures, row.intent, row.jurisdiction), harm.of(row.intent))
        for row in pressing(look, [row for row in rows if (row.jurisdiction, row.locale) == (here, said)])
    )
    return ReadingList(here, said, entries, places, languages)


def _chosen(wanted: str, own: Sequence[str], there: Sequence[str]) -> str:
    return next((one for one in (wanted, *own, *there) if one in there), "")


@content_only
async def show_list(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the list with how far it is read."""
    found = await _list(request, session, request.query.get("place", ""), request.query.get("language", ""))
    names = names_of(request, session)
    begin = next((entry for entry in found.entries if entry.waits), None)
    values = {
        "list": found,
        "names": names,
        "begin": begin,
        "least": LEAST,
        "said": names.said(request, "lawyer", _SAID),
    }
    return studio_page(request, session, "studio/lawyer.html", values)


@content_only
async def show(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show one text beside its sources, and where it is a translation beside what it translates."""
    context, text, names = request.app[CONTEXT], text_named(request), names_of(request, session)
    found = await _list(request, session, text.jurisdiction, text.locale)
    entry = next((one for one in found.entries if one.row.key == text.key), None)
    if entry is None or text.served is None:
        raise web.HTTPNotFound
    await ready()
    async with context.database.reading() as connection:
        revision = await Revisions().current(connection, text.key)
        comments = [one for one in await context.workshop.editing.comments(connection, text.key) if not one.settled_at]
        people = await logins(connection, [one.staff_id for one in comments])
    before, after = found.beside(text.key)
    values: dict[str, Any] = {
        "list": found, "entry": entry, "text": text, "names": names, "before": before, "after": after,
        "revision": revision.id if revision else "", "comments": comments, "people": people,
        "own": session.member.login in text.served.author.split(", "), "least": LEAST,
        "said": names.said(request, "lawyer", _SAID),
        **await looked_at(request, text, text.body(None), ()),
    }  # fmt: skip
    return studio_page(request, session, "studio/lawyer_text.html", values)


@content_only
async def reviewed(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Say that the text on the screen is right, and go on to the next one."""
    editing, form, text = editing_of(request), await request.post(), text_named(request)

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        current = await Revisions().current(connection, text.key)
        if current is None or str(current.id) != form.get("revision"):
            return "outdated"
        done = await editing.reviewed(connection, text.key, editor, current.id)
        return "reviewed" if isinstance(done, Published) else "waiting"

    said = await do(request, session, "article_reviewed", deed)
    if said not in {"reviewed", "waiting"}:
        raise back_to(f"{LIST}/{text.key}", said)
    found = await _list(request, session, text.jurisdiction, text.locale)
    following = found.next_after(text.key)
    raise back_to(following.address if following else found.address.partition("?")[0], said)


@content_only
async def comment(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Say what is not right; whoever looks after the text finds it in their list."""
    address, words = f"{LIST}/{text_named(request).key}", comment_of((await request.post()).get("comment"))
    if not words:
        raise back_to(address, "comment_missing")
    commented = saying("commented", editing_of(request).comment, words)
    raise back_to(address, await do(request, session, "article_commented", commented))


async def _list(request: web.Request, session: SignedIn, place: str, language: str) -> ReadingList:
    context = request.app[CONTEXT]
    look = await todo_of(context).texts()
    async with context.database.reading() as connection:
        noted = await _noted(connection, session.member)
    return reading_list(look, session.member, noted, place, language)


async def _noted(connection: AsyncConnection, member: Member) -> set[str]:
    """The texts to which this member said yes as they are served now."""
    r = t.review.c
    query = (
        select(r.key)
        .join(t.revision, t.revision.c.id == r.revision_id)
        .where(t.revision.c.current, r.staff_id == member.id, r.verdict == Verdict.REVIEWED)
    )
    return set((await connection.execute(query)).scalars())


def add_routes(app: web.Application) -> None:
    """The list, a text, and what is said of it."""
    app.router.add_get(LIST, show_list)
    app.router.add_get(_ADDRESS, show)
    app.router.add_post(f"{_ADDRESS}/reviewed", reviewed)
    app.router.add_post(f"{_ADDRESS}/comment", comment)
