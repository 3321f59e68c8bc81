"""Retiring a question: what it touches and what happens to each of that, before anybody presses a button."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aiohttp import web
from sqlalchemy import func, select

from bot import audit
from bot import tables as t
from bot.edits import Outdated
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.questions.view import ROUTE, View, address_of, may_arrange, view_of
from dialogues.phrases import load_menu, load_trusted_only
from nlu.teaching import CannotTeach, Question


@dataclass(frozen=True, slots=True)
class Touched:
    """Something that knows the question: a key of the texts, how many, and their names where that helps."""

    what: str
    count: int
    names: tuple[str, ...] = ()


@content_only
async def plan(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what retiring would touch."""
    view = await view_of(request, session)
    return await _page(request, session, view, view.question(request))


@content_only
async def retire(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Retire the question; its sentences go to another one if that was chosen."""
    context, form, view = request.app[CONTEXT], await request.post(), await view_of(request, session)
    question, to = view.question(request), str(form.get("to", ""))
    _may(session)
    try:
        async with context.database.transaction() as connection:
            questions, member = context.workshop.questions, session.member
            if to:
                await questions.move(connection, question.id, to, member.id)
            await questions.save(
                connection, replace(question, retired=True), view.content.edits.get(("intent", question.id)), member.id,
                f"moved to {to}" if to else "",
            )  # fmt: skip
            await audit.note(connection, member.actor, "question_retired", question.id, "", context.clock())
    except (CannotTeach, Outdated) as error:
        return await _page(request, session, view, question, view.refused(error))
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(question.id, said="retired"))


@content_only
async def bring_back(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Offer a retired question again. Sentences that were moved stay where they are."""
    context, view = request.app[CONTEXT], await view_of(request, session)
    question = view.question(request)
    _may(session)
    expected = view.content.edits.get(("intent", question.id))
    try:
        async with context.database.transaction() as connection:
            again = replace(question, retired=False)
            await context.workshop.questions.save(connection, again, expected, session.member.id)
            await audit.note(connection, session.member.actor, "question_back", question.id, "", context.clock())
    except Outdated:
        raise web.HTTPSeeOther(address_of(question.id, said="outdated")) from None
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(question.id, said="back"))


async def touched(view: View, question: Question) -> list[Touched]:
    """Return everything that knows the question, in the order of what people would notice first."""
    async with view.context.database.reading() as connection:
        used = select(func.count()).select_from(t.gap).where(t.gap.c.used_as == question.id)
        gaps = (await connection.execute(used)).scalar_one()
    return [one for one in (*_known_by(view, question), Touched("gaps", gaps)) if one.count]


def _known_by(view: View, question: Question) -> Iterator[Touched]:
    intent, catalogue = question.id, view.context.library.catalogue
    served = [(variant, texts) for one, variant, texts in catalogue.served() if one == intent]
    places = tuple(sorted({view.names.place(variant.jurisdiction) for variant, _ in served}))
    yield Touched("articles", sum(len(texts) for _, texts in served), places)
    related = sorted(view.title(one.intent) for one in catalogue.articles if intent in one.related)
    yield Touched("related", len(related), tuple(related))
    rows = [row for row in load_menu() if intent in (*row.ask, row.intent)]
    labels = [f"{row.pictogram} {view.context.phrases.text(view.locale, row.label)}" for row in rows]
    yield Touched("menu", len(rows) + bool(question.menu), tuple(labels))
    always = view.context.workshop.interpreter.always_ask.known.values()
    yield Touched("always_ask", sum(intent in intents for intents in always))
    yield Touched("trusted", len({intent, question.topic} & load_trusted_only()))
    counts = view.content.counts[intent]
    languages = tuple(view.names.language(one) for one, count in counts.items() if count)
    yield Touched("wordings", sum(counts.values()), languages)
    yield Touched("cases", sum(len(view.content.cases(intent, one)) for one in view.context.locales))


async def _page(
    request: web.Request, session: SignedIn, view: View, question: Question, problem: str = ""
) -> web.Response:
    without = (question.id, *(one.id for one in view.content.all() if one.takes_no_other))
    values = {
        "view": view, "names": view.names, "question": question, "title": view.title(question.id),
        "touched": await touched(view, question), "choices": view.choices(without), "address_of": address_of,
        "may_arrange": may_arrange(session.member), "problem": problem,
    }  # fmt: skip
    return studio_page(request, session, "studio/intents_plan.html", values, 409 if problem else 200)


def _may(session: SignedIn) -> None:
    if not may_arrange(session.member):
        raise web.HTTPForbidden(text="Your account is for some countries or languages only.")


def add_routes(app: web.Application) -> None:
    """The plan, and the two deeds."""
    app.router.add_get(ROUTE + "/retire", plan)
    app.router.add_post(ROUTE + "/retire", retire)
    app.router.add_post(ROUTE + "/back", bring_back)
