"""/studio/intents/new: a question that the bot does not know yet, by its title and its first sentences."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.edits import Outdated
from bot.gaps.loop import Seed
from bot.model.ids import read_id
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.questions.question import LONGEST_TITLE, given, menu_rows, title_faults
from bot.web.studio.questions.view import LIST, View, address_of, language_of, view_of
from nlu.evaluation.data_check import WORDINGS
from nlu.teaching import CannotTeach, Question
from nlu.teaching.content import FIXED, LEAST_LOCALES
from nlu.teaching.lines import typed

_LONGEST_NAME = 40
_NO_LETTER = re.compile(r"[^a-z]+")


@content_only
async def new(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the form; `from` names a question of people that nobody could answer."""
    view = await view_of(request, session)
    seed = await _seed(view.context, request.query.get("from", ""))
    wordings = {seed.locale: seed.text} if seed else {}
    return _page(request, session, view, Question(""), wordings, {"gap": request.query.get("from", "") if seed else ""})


@content_only
async def create(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep a new question with its first sentences, all or nothing."""
    context, form, view = request.app[CONTEXT], await request.post(), await view_of(request, session)
    topics = {one.topic for one in view.content.all()} - FIXED
    topic, question = str(form.get("topic", "")), given(Question(""), form, view)
    wordings = {one: str(form.get(f"wordings_{one}", "")) for one in context.locales if session.member.writes_in(one)}
    gap = str(form.get("gap", ""))
    faults = [*title_faults(view, question), *([] if topic in topics else [view.names.say("intent_topic_missing")])]
    again = {"problem": " ".join(faults), "topic": topic, "gap": gap}
    if faults:
        return _page(request, session, view, question, wordings, again, 422)
    made = _named(question, f"{topic}/{name_for(question.titles['en'], {one.name for one in view.content.all()})}")
    try:
        async with context.database.transaction() as connection:
            await context.workshop.questions.save(connection, made, None, session.member.id)
            await _teach(connection, context, session, made.id, wordings, gap)
            await audit.note(connection, session.member.actor, "question_added", made.id[:80], "", context.clock())
    except (CannotTeach, Outdated) as error:
        return _page(request, session, view, question, wordings, again | {"problem": view.refused(error)}, 409)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(made.id, said="added"))


def name_for(title: str, taken: Collection[str]) -> str:
    """Return the name that files and the model know a question by: letters and underscores, unlike any other."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    name = _NO_LETTER.sub("_", "".join(char for char in plain if not unicodedata.combining(char))).strip("_")
    name = name[:_LONGEST_NAME].strip("_") or "question"
    while name in taken:
        name += "_too"
    return name


async def _teach(
    connection: AsyncConnection,
    context: WebContext,
    session: SignedIn,
    intent: str,
    wordings: Mapping[str, str],
    gap: str,
) -> None:
    """Keep the first sentences; those that copy what the person asked carry a note by which they are found again."""
    seed, member, workshop = await _seed(context, gap, connection), session.member, context.workshop
    for locale, sentences in ((locale, typed(text)) for locale, text in wordings.items()):
        notes = {one: workshop.gaps.note(seed.id, seed.text, one) for one in sentences} if seed else {}
        for one in sentences:
            if notes.get(one):
                await workshop.questions.add_wording(connection, intent, locale, one, member.id, notes[one])
        own = [one for one in sentences if not notes.get(one)]
        await workshop.questions.add_wordings(connection, intent, locale, own, member.id)
        if seed is not None and seed.locale == locale and sentences:
            await workshop.gaps.taught(connection, seed.id, intent, member.id)


async def _seed(context: WebContext, given_id: str, connection: AsyncConnection | None = None) -> Seed | None:
    """Return what a person asked, masked, if it may be learned from."""
    gap = read_id(given_id)
    if gap is None:
        return None
    if connection is not None:
        return await context.workshop.gaps.seed(connection, gap)
    async with context.database.reading() as reading:
        return await context.workshop.gaps.seed(reading, gap)


def _named(question: Question, intent: str) -> Question:
    return Question(
        intent, question.about, question.not_, question.deadline, titles=question.titles, menu=question.menu
    )


def _page(
    request: web.Request, session: SignedIn, view: View, question: Question, wordings: Mapping[str, str],
    more: Mapping[str, Any], status: int = 200,
) -> web.Response:  # fmt: skip
    topics = list(dict.fromkeys(one.topic for one in view.content.all() if not one.is_fixed))
    own = [pair for pair in view.languages() if session.member.writes_in(pair[0])]
    values = {
        "view": view, "names": view.names, "question": question, "wordings": wordings, "topic": "", "gap": "",
        "topics": topics, "languages": view.languages(), "own": own, "menu_rows": menu_rows(view), "list": LIST,
        "open": {*wordings, language_of(view.locale) or "en"}, "least": LEAST_LOCALES, "each": WORDINGS[1],
        "longest_title": LONGEST_TITLE,
    }  # fmt: skip
    return studio_page(request, session, "studio/intents_new.html", values | dict(more), status)


def add_routes(app: web.Application) -> None:
    """The form and its deed."""
    app.router.add_get(LIST + "/new", new)
    app.router.add_post(LIST + "/new", create)
