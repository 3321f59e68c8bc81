"""One question: what it is about, its sentences in a language, its titles, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy import select

from bot import audit
from bot import tables as t
from bot.edits import Outdated
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only, form_of
from bot.web.studio.frame import studio_page
from bot.web.studio.questions.view import (
    ROUTE,
    View,
    address_of,
    language_of,
    may_arrange,
    may_write,
    text_of,
    view_of,
)
from nlu.teaching import Question
from nlu.teaching.content import LEAST_LOCALES, missing_titles, wanted

LONGEST_TITLE, LONGEST_ABOUT = 24, 300
_HISTORY = 5


@dataclass(frozen=True, slots=True)
class Language:
    """A row of the table of languages."""

    locale: str
    name: str
    count: int
    wanted: int
    cases: int


@dataclass(frozen=True, slots=True)
class Saving:
    """An earlier state of the sentences of a language."""

    id: UUID
    day: date
    who: str
    count: int
    current: bool


@content_only
async def question_page(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show a question with the sentences of one language."""
    view = await view_of(request, session)
    return await question_view(request, session, view, view.question(request))


async def question_view(
    request: web.Request, session: SignedIn, view: View, question: Question, extra: Mapping[str, Any] | None = None,
    status: int = 200,
) -> web.Response:  # fmt: skip
    """Render the page of a question; `extra` holds what a deed found."""
    language = language_of(request.query.get("language")) or language_of(view.locale) or "en"
    counts = view.content.counts[question.id]
    values = {
        "view": view, "names": view.names, "question": question, "title": view.title(question.id), "language": language,
        "languages": [
            Language(one, name, counts[one], wanted(one), len(view.content.cases(question.id, one)))
            for one, name in view.languages()
        ],
        "wordings": view.content.wordings(question.id, language), "cases": view.content.cases(question.id, language),
        "missing": missing(view, question), "may_write": may_write(session.member, language),
        "may_arrange": may_arrange(session.member), "address_of": address_of, "said": view.said(request),
        "choices": view.choices((question.id,)), "lines": None, "text": "",
        "expected": view.content.edits.get(("intent", question.id), ""), "menu_rows": menu_rows(view),
        "longest_title": LONGEST_TITLE, "savings": await _savings(view, question, language),
    }  # fmt: skip
    return studio_page(request, session, "studio/intents_question.html", values | dict(extra or {}), status)


async def _savings(view: View, question: Question, language: str) -> list[Saving]:
    """Return who saved these sentences last, and what there was then."""
    key = f"{question.id}/{language}"
    async with view.context.database.reading() as connection:
        edits = (await view.context.workshop.edits.history(connection, "wordings", key))[:_HISTORY]
        named = select(t.staff.c.id, t.staff.c.login).where(t.staff.c.id.in_([edit.author for edit in edits]))
        logins = {row.id: row.login for row in await connection.execute(named)}
    now = view.content.edits.get(("wordings", key))
    return [
        Saving(
            edit.id,
            edit.at.date(),
            logins.get(edit.author, ""),
            len((edit.body or {}).get("examples", ())),
            edit.id == now,
        )
        for edit in edits
    ]


def missing(view: View, question: Question) -> dict[str, Any]:
    """Tell what a question still needs before people meet it."""
    ready = view.content.ready_in(question.id)
    served = {one for one, _, _ in view.context.library.catalogue.served()}
    return {
        "titles": [view.names.language(one) for one in missing_titles(question, view.context.locales)],
        "wordings": max(0, LEAST_LOCALES - len(ready)) if not question.retired else 0,
        "article": question.id not in served and not question.is_fixed and not question.retired,
        "training": not question.shipped and not question.retired,
    }


def menu_rows(view: View) -> list[tuple[str, str]]:
    """The rows of the picture menu that offer questions."""
    rows = (row for row in view.context.menu if row.ask and row.id != "danger")
    return [(row.id, f"{row.pictogram} {view.context.phrases.text(view.locale, row.label)}") for row in rows]


@content_only
async def save_about(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep what a question is about; of a new one its titles and its place in the menu, too."""
    context, form = request.app[CONTEXT], await form_of(request, session)
    view = await view_of(request, session)
    question = view.question(request)
    changed = given(question, form, view)
    if faults := title_faults(view, changed):
        return await question_view(request, session, view, question, {"problem": " ".join(faults)}, 422)
    expected = view.content.edits.get(("intent", question.id))
    if str(expected or "") != form.get("expected", ""):
        raise web.HTTPSeeOther(address_of(question.id, said="outdated"))
    try:
        async with context.database.transaction() as connection:
            await context.workshop.questions.save(connection, changed, expected, session.member.id)
            await audit.note(connection, session.member.actor, "question_changed", question.id, "", context.clock())
    except Outdated:
        raise web.HTTPSeeOther(address_of(question.id, said="outdated")) from None
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(address_of(question.id, said="saved"))


def given(question: Question, form: Mapping[str, object], view: View) -> Question:
    """Return the question as the form has it."""
    told = replace(
        question,
        about=text_of(form, "about", LONGEST_ABOUT),
        not_=text_of(form, "not", LONGEST_ABOUT),
        deadline=form.get("deadline") == "1",
    )
    if question.shipped:
        return told
    titles = {one: text_of(form, f"title_{one}", 200) for one in view.context.locales}
    rows = {row for row, _ in menu_rows(view)}
    menu = str(form.get("menu", ""))
    filled = {locale: title for locale, title in titles.items() if title}
    return replace(told, titles=filled, menu=menu if menu in rows else "")


def title_faults(view: View, question: Question) -> list[str]:
    """Tell what is wrong with the titles: one in English must be there, none may be long or stand for another question."""
    faults = []
    if not question.shipped and not question.titles.get("en"):
        faults.append(view.names.say("intent_title_english"))
    for locale, title in question.titles.items():
        if len(title) > LONGEST_TITLE:
            faults.append(view.names.say("intent_title_long", title=title, most=LONGEST_TITLE))
        others = view.context.phrases.titles[locale]
        if any(one.casefold() == title.casefold() for intent, one in others.items() if intent != question.id):
            faults.append(view.names.say("intent_title_twice", title=title))
    return faults


def add_routes(app: web.Application) -> None:
    """A question's page, and what is saved on it."""
    app.router.add_get(ROUTE, question_page)
    app.router.add_post(ROUTE + "/about", save_about)
