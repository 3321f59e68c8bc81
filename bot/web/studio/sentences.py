"""/studio/texts: the bot's sentences and the titles of questions in each language, beside the English ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from multidict import MultiMapping

from bot.audit import note
from bot.edits import Outdated
from bot.model.ids import read_id
from bot.model.locales import text_direction
from bot.staff import SignedIn
from bot.staff.logins import logins
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.names import Names, names_of
from bot.web.studio.paging import page_of
from dialogues.sentence_rules import ROOMS
from dialogues.sentences import MACHINE, PHRASE, BadSentence, SamePerson, Sentence, Wish

_SAID = frozenset({"saved", "proposed", "agreed", "refused", "file", "read", "outdated", "same_person"})
_STATES = ("unread", "changed", "waiting", "clash")
_SHOWN = 20
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page shows: a language, a room, a word, a state, a page."""

    locale: str
    room: str = ""
    word: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, Any], locales: Sequence[str], own: str) -> "Wanted":
        """Read it from an address or a form; what means nothing is left out."""
        wished = {
            key: str(values.get(key, "")).strip()[:_LONGEST] for key in ("language", "room", "q", "state", "page")
        }
        room, state, page = wished["room"], wished["state"], wished["page"]
        return cls(
            wished["language"] if wished["language"] in locales else own,
            room if room in ROOMS else "",
            wished["q"],
            state if state in _STATES else "",
            int(page) if page.isdecimal() and int(page) else 1,
        )

    def address(self, **changes: object) -> str:
        """Return the address of this page, or of another with these changes."""
        query = {
            "language": self.locale, "room": self.room, "q": self.word, "state": self.state, "page": self.page,
        } | changes  # fmt: skip
        return f"/studio/texts?{urlencode({key: value for key, value in query.items() if value not in ('', 1)})}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed that was not saved, and why."""

    kind: str
    id: str
    text: str = field(repr=False)
    faults: tuple[str, ...] = ()


@content_only
async def texts(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the sentences that are asked for."""
    wanted = _wanted(request, session, request.query)
    return await _page(request, session, wanted)


@content_only
async def do(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Save a sentence, agree to one, go back to the file, or note what was read."""
    context, form = request.app[CONTEXT], await request.post()
    wanted = _wanted(request, session, form)
    if not session.member.writes_in(wanted.locale):
        raise web.HTTPForbidden(text="You do not write in this language.")
    kind, name = str(form.get("kind", "")), str(form.get("id", ""))
    text = " ".join(str(form.get("text", "")).split())
    try:
        said = await _done(request, session, wanted.locale, form, Typed(kind, name, text))
    except BadSentence as error:
        return await _page(request, session, wanted, Typed(kind, name, text, error.faults))
    except Outdated:
        return await _page(request, session, wanted, Typed(kind, name, text, ("outdated",)))
    except SamePerson:
        said = "same_person"
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(f"{wanted.address(said=said)}#{anchor(kind, name)}")


async def _done(request: web.Request, session: SignedIn, locale: str, form: MultiMapping[Any], typed: Typed) -> str:
    """Carry out the deed of a form in one transaction; return what is said of it."""
    context, member = request.app[CONTEXT], session.member
    sentences, seen, deed = context.workshop.sentences, read_id(form.get("seen")), str(form.get("deed", ""))
    async with context.database.transaction() as connection:
        if deed == "read":
            ids = [str(one) for one in form.getall("read", [])]
            await sentences.mark_read(connection, locale, ids, member.id)
            await note(connection, member.actor, "sentences_read", locale, "", context.clock())
            return "read"
        known = {(one.kind, one.id) for one in await sentences.all(connection, locale)}
        if (typed.kind, typed.id) not in known:
            raise web.HTTPNotFound
        said = "file"
        match deed, read_id(form.get("proposal")), seen:
            case "agree", UUID() as proposal, _:
                await sentences.agree(connection, locale, typed.id, proposal, member.id)
                said = "agreed"
            case "refuse", UUID() as proposal, _:
                await sentences.refuse(connection, locale, typed.id, proposal)
                said = "refused"
            case "file", _, UUID():
                await sentences.as_in_file(connection, typed.kind, locale, typed.id, seen)
            case _:
                read = form.get("read") == "1"
                wish = Wish(typed.kind, locale, typed.id, typed.text, member.id, seen, read)
                said = await sentences.save(connection, wish, four_eyes=context.workshop.four_eyes)
        action = {"file": "sentence_as_in_file"}.get(said, f"sentence_{said}")
        await note(connection, member.actor, action, f"{locale}/{typed.id}", "", context.clock())
    return said


async def _page(
    request: web.Request, session: SignedIn, wanted: Wanted, typed: Typed | None = None
) -> web.StreamResponse:
    context, names = request.app[CONTEXT], names_of(request, session)
    sentences = context.workshop.sentences
    async with context.database.reading() as connection:
        every = await sentences.all(connection, wanted.locale)
        found = [one for one in every if _fits(one, wanted)]
        page = page_of(found, wanted.page, _SHOWN, lambda number: wanted.address(page=number))
        shown = page.shown
        before = await sentences.history(connection, wanted.locale, [one.id for one in shown if one.edit is not None])
        edits = [*(one.proposal for one in shown), *(edit for history in before.values() for edit in history)]
        authors = await logins(connection, [edit.author for edit in edits if edit is not None])
    values = {
        "wanted": wanted, "names": names, "sentences": shown, "typed": typed, "page": page,
        "room_list": ROOMS, "states": _STATES, "languages": _languages(names, sentences.locales), "anchor": anchor,
        "counts": {state: sum(_is(one, state) for one in every) for state in _STATES},
        "direction": text_direction(wanted.locale), "may_word": session.member.writes_in(wanted.locale),
        "authors": authors, "before": before, "four_eyes": context.workshop.four_eyes, "me": session.member.id,
        "said": names.said(request, "text", _SAID) if typed is None else "",
        "problem": names.say("text_not_saved") if typed is not None else "",
    }  # fmt: skip
    return studio_page(request, session, "studio/texts.html", values, 422 if typed else 200)


def anchor(kind: str, name: str) -> str:
    """Return the id of a sentence on the page."""
    return f"{kind}-{name.replace('/', '-')}"


def _fits(one: Sentence, wanted: Wanted) -> bool:
    word = wanted.word.casefold()
    return (
        (not wanted.room or one.room == wanted.room)
        and (not wanted.state or _is(one, wanted.state))
        and (not word or any(word in text.casefold() for text in (one.id, one.text, one.source)))
    )


def _is(one: Sentence, state: str) -> bool:
    match state:
        case "unread":
            return one.kind == PHRASE and one.state == MACHINE
        case "changed":
            return one.edit is not None
        case "waiting":
            return one.proposal is not None
    return one.differs or one.dropped


def _wanted(request: web.Request, session: SignedIn, values: Mapping[str, Any]) -> Wanted:
    locales = request.app[CONTEXT].workshop.sentences.locales
    own = next((one for one in (*session.member.languages, session.member.locale) if one in locales), "en")
    return Wanted.of(values, locales, own)


def _languages(names: Names, locales: Sequence[str]) -> list[tuple[str, str]]:
    return sorted(((one, names.language(one)) for one in locales), key=lambda one: one[1].casefold())


def add_routes(app: web.Application) -> None:
    """The page and its deeds."""
    app.router.add_get("/studio/texts", texts)
    app.router.add_post("/studio/texts", do)
