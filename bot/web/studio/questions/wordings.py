"""The sentences of a question in a language: looked at first, then kept; test sentences beside them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.edits import Outdated
from bot.staff import SignedIn
from bot.web.desk.session import content_only
from bot.web.studio.questions.question import question_view
from bot.web.studio.questions.view import ROUTE, View, address_of, all_of, language_of, view_of
from nlu.teaching import CannotTeach, Question, Questions
from nlu.teaching.likeness import Progress
from nlu.teaching.lines import Line, judged, typed
from nlu.teaching.meanings import Doubt

_AT_ONCE = 60  # sentences: each is compared for some 20 ms, and a form may have 64 KB

Deed = Callable[[AsyncConnection], Awaitable[bool]]
"""Changes sentences, and tells whether there was anything to change."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The sentences that an address names: those of a question in a language."""

    view: View
    question: Question
    language: str

    @property
    def key(self) -> str:
        """The key of their edits."""
        return f"{self.question.id}/{self.language}"

    @property
    def questions(self) -> Questions:
        """The store that keeps them."""
        return self.view.context.workshop.questions

    def seen(self, kind: str) -> UUID | None:
        """Return the edit that the reader sees, if there is one."""
        return self.view.content.edits.get((kind, self.key))


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found about each sentence. `progress` tells how far the comparison by meaning is prepared."""

    lines: list[Line] = field(repr=False)
    doubts: dict[str, Doubt] = field(repr=False)
    progress: Progress | None
    too_many: int = 0


@content_only
async def check(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Look at sentences before they are kept, and show what was found."""
    spot, text = await _spot(request, session), str((await request.post()).get("text", ""))
    looked = await _look(spot, text)
    extra = {"lines": looked.lines, "looked": looked, "text": text, "most": _AT_ONCE}
    return await question_view(request, session, spot.view, spot.question, extra)


@content_only
async def add(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep the sentences that were ticked."""
    spot, taken = await _spot(request, session), all_of(await request.post(), "take")[:_AT_ONCE]

    async def deed(connection: AsyncConnection) -> bool:
        question, language, author = spot.question.id, spot.language, session.member.id
        return bool(await spot.questions.add_wordings(connection, question, language, taken, author))

    return await _done(request, session, spot, deed, "wordings_added", "words_added")


@content_only
async def take_away(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take away the ticked sentences, or move them to another question; the history keeps them."""
    spot, form, author = await _spot(request, session), await request.post(), session.member.id
    question, language, away, to = spot.question.id, spot.language, set(all_of(form, "away")), str(form.get("to", ""))
    had = spot.view.content.wordings(question, language)
    kept, leaving = [text for text in had if text not in away], [text for text in had if text in away]

    async def deed(connection: AsyncConnection) -> bool:
        if leaving:
            await spot.questions.set_wordings(connection, question, language, kept, spot.seen("wordings"), author)
        if leaving and to:
            await spot.questions.add_wordings(connection, to, language, leaving, author)
        return bool(leaving)

    return await _done(request, session, spot, deed, "wordings_removed", "words_gone")


@content_only
async def restore(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take the sentences of an earlier saving again."""
    spot, saving = await _spot(request, session), (await request.post()).get("saving")

    async def deed(connection: AsyncConnection) -> bool:
        history = await spot.view.context.workshop.edits.history(connection, "wordings", spot.key)
        earlier = next((edit.body["examples"] for edit in history if str(edit.id) == saving and edit.body), None)
        if earlier is None:
            raise web.HTTPNotFound(text="There is no such saving.")
        await spot.questions.set_wordings(
            connection, spot.question.id, spot.language, earlier, spot.seen("wordings"), session.member.id
        )
        return True

    return await _done(request, session, spot, deed, "wordings_restored", "saved")


@content_only
async def save_cases(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Add test sentences and take the ticked ones away."""
    spot, form = await _spot(request, session), await request.post()
    question, language, away = spot.question.id, spot.language, set(all_of(form, "away"))
    had = spot.view.content.cases(question, language)
    texts = [*(text for text in had if text not in away), *typed(str(form.get("text", "")))[:_AT_ONCE]]

    async def deed(connection: AsyncConnection) -> bool:
        await spot.questions.set_cases(connection, question, language, texts, spot.seen("cases"), session.member.id)
        return True

    return await _done(request, session, spot, deed, "cases_changed", "cases_saved")


async def _done(
    request: web.Request, session: SignedIn, spot: Spot, deed: Deed, action: str, said: str
) -> web.StreamResponse:
    """Do it in one transaction with its line in the audit, and lead back; what is refused is said on the page."""
    context = spot.view.context
    try:
        async with context.database.transaction() as connection:
            if changed := await deed(connection):
                await audit.note(connection, session.member.actor, action, spot.key[:80], "", context.clock())
    except (CannotTeach, Outdated) as error:
        extra = {"problem": spot.view.refused(error)}
        return await question_view(request, session, spot.view, spot.question, extra, 409)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(spot.question.id, spot.language, said if changed else "nothing"))


async def _look(spot: Spot, text: str) -> Looked:
    content, likeness, language = spot.view.content, spot.view.context.workshop.likeness, spot.language
    lines = judged(text.splitlines()[: 2 * _AT_ONCE], content, spot.question.id, language)
    lines = [line for line in lines if line.text][:_AT_ONCE]
    fine = [line.text for line in lines if line.refusal is None]
    progress = likeness.progress(content, language) if likeness.available else None
    ready = progress is not None and progress.is_done and fine
    doubts = await likeness.doubts(content, language, spot.question.id, fine) if ready else {}
    return Looked(lines, doubts, progress, max(0, len(typed(text)) - _AT_ONCE))


async def _spot(request: web.Request, session: SignedIn) -> Spot:
    """Return the sentences that the address names. Raises HTTPForbidden where they may not write in the language."""
    view = await view_of(request, session)
    question, language = view.question(request), language_of(request.query.get("language"))
    if not language:
        raise web.HTTPNotFound(text="There is no such language.")
    if not session.member.writes_in(language):
        raise web.HTTPForbidden(text="Your account does not write in this language.")
    return Spot(view, question, language)


def add_routes(app: web.Application) -> None:
    """What is done with the sentences of a question; the language stands in the query."""
    app.router.add_post(ROUTE + "/check", check)
    app.router.add_post(ROUTE + "/wordings", add)
    app.router.add_post(ROUTE + "/wordings/away", take_away)
    app.router.add_post(ROUTE + "/wordings/restore", restore)
    app.router.add_post(ROUTE + "/cases", save_cases)
