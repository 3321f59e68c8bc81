"""/studio/ready: words that an office, or the whole network, keeps ready for its advisers."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.audit import note
from bot.edits import Outdated
from bot.model.ids import read_id
from bot.model.locales import LOCALES, text_direction
from bot.staff import SignedIn
from bot.staff.model import Member
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import offices_only
from bot.web.studio.frame import studio_page
from bot.web.studio.names import Names, names_of
from bot.web.studio.offices.rights import edits, edits_all
from handoff.offices.ready_words import NETWORK, PLACEHOLDERS, BadWords, ReadyWords

_SAID = frozenset({"saved", "away"})


@offices_only
async def ready(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the words of an office, or of the network."""
    return await _page(request, session, _office(request, session, request.query.get("office", "")))


@offices_only
async def do(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Save an entry, or take it away."""
    context, form = request.app[CONTEXT], await request.post()
    office = _office(request, session, str(form.get("office", "")))
    words, member = _sent(form, office), session.member
    try:
        async with context.database.transaction() as connection:
            if words.slug and await context.workshop.ready.one(connection, words.key) is None:
                raise Outdated(f"{words.key} is not there any more")
            if form.get("deed") == "away" and words.seen is not None:
                await context.workshop.ready.take_away(connection, words.key, words.seen)
                said, saved = "away", words
            else:
                said, saved = "saved", await context.workshop.ready.save(connection, words, member.id)
            await note(
                connection, member.actor, f"ready_words_{said}", saved.key, "" if office == NETWORK else office,
                context.clock(),
            )  # fmt: skip
    except BadWords as error:
        return await _page(request, session, office, words, error.faults)
    except Outdated:
        return await _page(request, session, office, words, (("outdated", ""),))
    raise web.HTTPSeeOther(f"/studio/ready?office={office}&said={said}")


async def _page(
    request: web.Request, session: SignedIn, office: str, typed: ReadyWords | None = None,
    faults: tuple[tuple[str, str], ...] = (),
) -> web.StreamResponse:  # fmt: skip
    context = request.app[CONTEXT]
    names = names_of(request, session)
    async with context.database.reading() as connection:
        found = await context.workshop.ready.of(connection, office)
    kept = [typed if typed and typed.slug == one.slug else one for one in found]
    fresh = typed if typed and typed.slug not in {one.slug for one in found} else ReadyWords(office, "", "", {})
    point = context.workshop.offices.points.get(office)
    first = [one for one in (*(point.languages if point else ()), session.member.locale) if one in LOCALES]
    values = {
        "names": names, "office": office, "choices": _choices(context, session.member, names), "entries": [*kept, fresh],
        "locales": list(dict.fromkeys([*first, *LOCALES])), "first": set(first), "direction": text_direction,
        "placeholders": PLACEHOLDERS, "typed": typed, "faults": faults,
        "said": names.said(request, "ready", _SAID),
        "problem": names.say("ready_not_saved") if faults else "",
    }  # fmt: skip
    return studio_page(request, session, "studio/ready.html", values, 422 if faults else 200)


def _choices(context: WebContext, member: Member, names: Names) -> list[tuple[str, str]]:
    """Return whose words this member writes, by name: the network's, and those of their offices."""
    points = context.workshop.offices.points.values()
    mine = [(one.id, one.name) for one in points if edits(member, one.id)]
    network = [(NETWORK, names.say("ready_network"))] if edits_all(member) else []
    return [*network, *sorted(mine, key=lambda one: one[1].casefold())]


def _office(request: web.Request, session: SignedIn, wished: str) -> str:
    """Return the office that is wished, if this member writes its words; else the first one that they write for."""
    member, points = session.member, request.app[CONTEXT].workshop.offices.points
    allowed = {NETWORK, *points} if edits_all(member) else set(member.contact_points) & set(points)
    if wished in allowed:
        return wished
    if request.method == "POST" or not allowed:
        raise web.HTTPForbidden(text="You do not write the words of this contact point.")
    return NETWORK if NETWORK in allowed else sorted(allowed)[0]


def _sent(form: Mapping[str, Any], office: str) -> ReadyWords:
    texts = {one: str(form.get(f"text_{one}", "")).replace("\r\n", "\n").strip() for one in LOCALES}
    slug, title = str(form.get("slug", "")).strip()[:64], " ".join(str(form.get("title", "")).split())
    return ReadyWords(
        office, slug, title, {one: text for one, text in texts.items() if text}, read_id(form.get("seen"))
    )


def add_routes(app: web.Application) -> None:
    """The page and its deeds."""
    app.router.add_get("/studio/ready", ready)
    app.router.add_post("/studio/ready", do)
