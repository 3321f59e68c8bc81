"""/studio/gaps: what people asked and got no good answer to, in groups, and one click for what becomes of it.

A manager sees masked words, language, country and day; nothing says who asked.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Outdated
from bot.exchange.rights import editor_of
from bot.gaps.groups import WEEKS, Group
from bot.gaps.loop import GapLoop
from bot.gaps.model import PROPOSED, Gap, Gone, NotAllowed
from bot.model.errors import GuichetError
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.deeds import uuid_of
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.gaps import view
from bot.web.studio.names import names_of
from knowledge.article import EU
from knowledge.documents import INTENT, JURISDICTION
from knowledge.editing import Locked, NotYours
from nlu.teaching import CannotTeach

LIST = "/studio/gaps"
_SAID = ("taught", "out", "dismissed", "gone")
_NAMED = 25  # groups whose nearest question is looked up for the list
_LONGEST = 500


class NothingChosen(GuichetError):
    """No question was named to go on with."""


_WRONG: dict[type[Exception], str] = {
    NothingChosen: "choice", NotAllowed: "copied", CannotTeach: "sentence", Locked: "locked", NotYours: "rights",
    Outdated: "locked",
}  # fmt: skip


@content_only
async def gaps(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show all groups, the picture, and what advisers propose."""
    context, names = request.app[CONTEXT], names_of(request, session)
    loop = context.workshop.gaps
    groups = await loop.groups()
    rows = await _with_nearest(loop, view.numbered(groups))
    async with context.database.reading() as connection:
        waiting, proposals = await loop.gaps.waiting(connection), await loop.gaps.proposals(connection)
        open_now = await loop.gaps.open(connection)
        weeks = await loop.gaps.by_week(connection, context.clock(), WEEKS)
    placed = sum(len(group.gaps) for group in groups)
    values = {
        "rows": rows, "weeks": weeks, "dots": view.dots(rows), "picture": view, "names": names, "waiting": waiting,
        "proposals": proposals, "count": len(open_now), "not_placed": len(open_now) - placed,
        "people": len({gap.conversation_id for gap in open_now}), "said": names.said(request, "gap", _SAID),
        **_choices(request, session),
    }  # fmt: skip
    return studio_page(request, session, "studio/gaps.html", values)


async def _with_nearest(loop: GapLoop, rows: Sequence[view.GroupRow]) -> list[view.GroupRow]:
    found = await asyncio.gather(*(loop.nearest(row.group.middle) for row in rows[:_NAMED]))
    named = [replace(row, near=near) for row, near in zip(rows, found, strict=False)]
    return [*named, *rows[_NAMED:]]


@content_only
async def group(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the questions of one group with what can be done with each."""
    return await _group_page(request, session)


async def _group_page(
    request: web.Request, session: SignedIn, problem: str = "", typed: str = ""
) -> web.StreamResponse:  # fmt: skip
    context, names = request.app[CONTEXT], names_of(request, session)
    loop, wanted = context.workshop.gaps, uuid_of(request.match_info["gap"])
    found = _group_of(wanted, await loop.groups())
    if found is None:
        said = request.query.get("said", "gone")
        raise web.HTTPSeeOther(f"{LIST}?said={said if said in _SAID else 'gone'}")
    [row] = await _with_nearest(loop, [view.GroupRow(found, 0)])
    values = {
        "row": row, "group": found, "open_id": wanted if problem else _opened(request, found),
        "names": names, "picture": view, "typed": typed,
        "problem": problem, "said": names.said(request, "gap", _SAID), **_choices(request, session),
    }  # fmt: skip
    return studio_page(request, session, "studio/gaps_group.html", values, 409 if problem else 200)


def _opened(request: web.Request, group: Group) -> UUID:
    """Return the question of the group whose form is shown: the one that was clicked, else the first."""
    clicked = request.query.get("open", "")
    return next((gap.id for gap in group.gaps if str(gap.id) == clicked), group.id)


def _group_of(gap_id: UUID, groups: Sequence[Group]) -> Group | None:
    return next((group for group in groups if any(gap.id == gap_id for gap in group.gaps)), None)


def _choices(request: web.Request, session: SignedIn) -> dict[str, object]:
    """What a form lets choose: every question that can be taught, and every country."""
    context, names = request.app[CONTEXT], names_of(request, session)
    content = [one.id for one in context.workshop.questions.all() if not one.retired and not one.is_fixed]
    places = sorted({variant.jurisdiction for one in context.library.catalogue.articles for variant in one.variants})
    return {
        "questions": sorted(((one, names.title(one) or one) for one in content), key=lambda pair: pair[1]),
        "places": [(EU, names.place(EU)), *((one, names.place(one)) for one in places if one != EU)],
    }


@content_only
async def settle(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Do with one question what was clicked; whatever is refused leaves the typed sentence on the page."""
    context, form = request.app[CONTEXT], await request.post()
    gap_id, deed = uuid_of(request.match_info["gap"]), str(form.get("deed", ""))
    fields = {name: str(form.get(name, "")).strip() for name in ("text", "intent", "other", "place", "group")}
    try:
        async with context.database.transaction() as connection:
            after = await _do(connection, request, session, gap_id, deed, fields)
    except Gone:
        raise web.HTTPSeeOther(f"{LIST}?said=gone") from None
    except tuple(_WRONG) as error:
        problem = names_of(request, session).say(f"gap_wrong_{_WRONG[type(error)]}")
        return await _group_page(request, session, problem, fields["text"][:_LONGEST])
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(
        after or f"{LIST}/{_next(gap_id, await context.workshop.gaps.groups(), fields)}?said={_said(deed)}"
    )


async def _do(
    connection: AsyncConnection,
    request: web.Request,
    session: SignedIn,
    gap_id: UUID,
    deed: str,
    fields: dict[str, str],
) -> str:
    """Carry it out; return the address to go to, empty for the group's."""
    loop, member = request.app[CONTEXT].workshop.gaps, session.member
    gap = await loop.gaps.one(connection, gap_id)
    intent = fields["other"] or fields["intent"]
    if deed == "article":
        return await _draft(connection, request, session, gap, intent, fields["place"])
    _may_write(session, gap)
    if deed == "teach":
        if not intent:
            raise NothingChosen("no question")
        if not fields["text"]:
            raise CannotTeach("empty")
        await loop.teach(connection, gap_id, intent, fields["text"][:_LONGEST], member.id)
    elif deed == "out":
        await loop.out_of_scope(connection, gap, member.id)
    elif deed == "dismiss":
        await loop.dismiss(connection, gap_id, member.id)
    return ""


def _may_write(session: SignedIn, gap: Gap) -> None:
    if not session.member.writes_in(gap.locale):
        raise NotYours("not a language of this account")


async def _draft(
    connection: AsyncConnection, request: web.Request, session: SignedIn, gap: Gap, intent: str, place: str
) -> str:
    """Begin an article's draft, with an adviser's answer at its end, and return the page that goes on with it."""
    if not INTENT.fullmatch(intent) or not JURISDICTION.fullmatch(place):
        raise NothingChosen("no question, or no country")
    workshop, editor, key = request.app[CONTEXT].workshop, editor_of(session.member), f"{intent}/{place}.{gap.locale}"
    draft = await workshop.editing.open(connection, key, editor)
    if gap.answer:
        sections = dict(draft.body.get("sections", {}))
        sections["details"] = f"{sections.get('details', '')}\n\n{gap.answer}".strip()
        body = {**draft.body, "sections": sections}
        await workshop.editing.save(connection, key, editor, body, draft.version, draft.minor)
    await workshop.gaps.drafted(connection, gap.id, key, session.member.id)
    return f"/studio/articles/{key}"


def _next(gap_id: UUID, groups: Sequence[Group], fields: dict[str, str]) -> str:
    """Name the group where the manager was, by a question of it that is still open."""
    others = [one for one in fields["group"].split() if one != str(gap_id)]
    still = {str(gap.id) for group in groups for gap in group.gaps}
    return next((one for one in others if one in still), str(gap_id))


def _said(deed: str) -> str:
    return {"teach": "taught", "out": "out"}.get(deed, "dismissed")


@content_only
async def settle_group(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """End all questions of a group as they were on the screen: out of scope, or nothing to do."""
    context, form = request.app[CONTEXT], await request.post()
    loop, deed = context.workshop.gaps, str(form.get("deed", ""))
    for one in str(form.get("group", "")).split():
        try:
            async with context.database.transaction() as connection:
                gap = await loop.gaps.one(connection, uuid_of(one))
                _may_write(session, gap)
                if deed == "out" and gap.kind != PROPOSED:
                    await loop.out_of_scope(connection, gap, session.member.id)
                elif deed == "dismiss":
                    await loop.dismiss(connection, gap.id, session.member.id)
        except (Gone, NotYours):
            continue
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(f"{LIST}?said={_said(deed)}")


def add_routes(app: web.Application) -> None:
    """The list, a group, and what is done with questions."""
    app.router.add_get(LIST, gaps)
    app.router.add_get(LIST + "/{gap}", group)
    app.router.add_post(LIST + "/{gap}", settle)
    app.router.add_post(LIST + "/{gap}/group", settle_group)
