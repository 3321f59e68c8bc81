"""The sentences of a question in a language: looked at first, then kept; test sentences beside them."""

from dataclasses import dataclass, field

from aiohttp import web

from bot import audit
from bot.edits import Outdated
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only, form_of
from bot.web.studio.questions.question import question_view
from bot.web.studio.questions.view import ROUTE, View, address_of, all_of, language_of, may_write, view_of
from nlu.teaching import CannotTeach, Question
from nlu.teaching.likeness import Progress
from nlu.teaching.lines import Line, judged, typed
from nlu.teaching.meanings import Doubt

_AT_ONCE = 60  # sentences: each is compared for some 20 ms, and a form may have 64 KB


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
    view, form = await view_of(request, session), await form_of(request, session)
    question, language = view.question(request), _language(request, session)
    text = str(form.get("text", ""))
    looked = await _look(view, question, language, typed(text), text)
    extra = {"lines": looked.lines, "looked": looked, "text": text, "most": _AT_ONCE}
    return await question_view(request, session, view, question, extra)


@content_only
async def add(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep the sentences that were ticked."""
    context, form, view = request.app[CONTEXT], await form_of(request, session), await view_of(request, session)
    question, language = view.question(request), _language(request, session)
    taken = all_of(form, "take")[:_AT_ONCE]
    try:
        async with context.database.transaction() as connection:
            questions, member = context.workshop.questions, session.member
            count = await questions.add_wordings(connection, question.id, language, taken, member.id)
            if count:
                await _note(connection, view, "wordings_added", question, language)
    except (CannotTeach, Outdated) as error:
        return await question_view(request, session, view, question, {"problem": view.refused(error)}, 409)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(question.id, language, "words_added" if count else "nothing"))


@content_only
async def take_away(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take away the ticked sentences, or move them to another question; the history keeps them."""
    context, form, view = request.app[CONTEXT], await form_of(request, session), await view_of(request, session)
    question, language, away = view.question(request), _language(request, session), set(all_of(form, "away"))
    kept = [text for text in view.content.wordings(question.id, language) if text not in away]
    leaving = [text for text in view.content.wordings(question.id, language) if text in away]
    expected, to = view.content.edits.get(("wordings", f"{question.id}/{language}")), str(form.get("to", ""))
    try:
        async with context.database.transaction() as connection:
            questions, member = context.workshop.questions, session.member
            if leaving:
                await questions.set_wordings(connection, question.id, language, kept, expected, member.id)
                await _note(connection, view, "wordings_removed", question, language)
            if leaving and to:
                await questions.add_wordings(connection, to, language, leaving, member.id)
    except (CannotTeach, Outdated) as error:
        return await question_view(request, session, view, question, {"problem": view.refused(error)}, 409)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(question.id, language, "words_gone" if leaving else "nothing"))


@content_only
async def restore(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take the sentences of an earlier saving again."""
    context, form, view = request.app[CONTEXT], await form_of(request, session), await view_of(request, session)
    question, language = view.question(request), _language(request, session)
    key = f"{question.id}/{language}"
    try:
        async with context.database.transaction() as connection:
            history = await context.workshop.edits.history(connection, "wordings", key)
            earlier = next((edit for edit in history if str(edit.id) == form.get("saving") and edit.body), None)
            if earlier is None:
                raise web.HTTPNotFound(text="There is no such saving.")
            await context.workshop.questions.set_wordings(
                connection, question.id, language, earlier.body["examples"], view.content.edits.get(("wordings", key)),
                session.member.id,
            )  # fmt: skip
            await _note(connection, view, "wordings_restored", question, language)
    except (CannotTeach, Outdated) as error:
        return await question_view(request, session, view, question, {"problem": view.refused(error)}, 409)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(question.id, language, "saved"))


@content_only
async def save_cases(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Add test sentences and take the ticked ones away."""
    context, form, view = request.app[CONTEXT], await form_of(request, session), await view_of(request, session)
    question, language, away = view.question(request), _language(request, session), set(all_of(form, "away"))
    had = view.content.cases(question.id, language)
    texts = [*(text for text in had if text not in away), *typed(str(form.get("text", "")))[:_AT_ONCE]]
    expected = view.content.edits.get(("cases", f"{question.id}/{language}"))
    try:
        async with context.database.transaction() as connection:
            questions, member = context.workshop.questions, session.member
            await questions.set_cases(connection, question.id, language, texts, expected, member.id)
            await _note(connection, view, "cases_changed", question, language)
    except (CannotTeach, Outdated) as error:
        return await question_view(request, session, view, question, {"problem": view.refused(error)}, 409)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(question.id, language, "cases_saved"))


async def _look(view: View, question: Question, language: str, texts: list[str], raw: str) -> Looked:
    likeness = view.context.workshop.likeness
    lines = judged(raw.splitlines()[: 2 * _AT_ONCE], view.content, question.id, language)
    lines = [line for line in lines if line.text][:_AT_ONCE]
    fine = [line.text for line in lines if line.refusal is None]
    progress = likeness.progress(view.content, language) if likeness.available else None
    ready = progress is not None and progress.is_done and fine
    doubts = await likeness.doubts(view.content, language, question.id, fine) if ready else {}
    return Looked(lines, doubts, progress, max(0, len(texts) - _AT_ONCE))


def _language(request: web.Request, session: SignedIn) -> str:
    """Return the language that the address names. Raises HTTPForbidden where they may not write in it."""
    language = language_of(request.query.get("language"))
    if not language:
        raise web.HTTPNotFound(text="There is no such language.")
    if not may_write(session.member, language):
        raise web.HTTPForbidden(text="Your account does not write in this language.")
    return language


async def _note(connection: object, view: View, action: str, question: Question, language: str) -> None:
    name = f"{question.id}/{language}"[:80]
    await audit.note(connection, view.member.actor, action, name, "", view.context.clock())  # type: ignore[arg-type]


def add_routes(app: web.Application) -> None:
    """What is done with the sentences of a question; the language stands in the query."""
    app.router.add_post(ROUTE + "/check", check)
    app.router.add_post(ROUTE + "/wordings", add)
    app.router.add_post(ROUTE + "/wordings/away", take_away)
    app.router.add_post(ROUTE + "/wordings/restore", restore)
    app.router.add_post(ROUTE + "/cases", save_cases)
