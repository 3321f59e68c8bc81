"""One question: what it is about, its sentences in a language, its titles, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from aiohttp import web

from bot import audit
from bot.edits import Outdated
from bot.model.turning import turns, without_turns
from bot.staff import SignedIn
from bot.staff.logins import logins
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.questions.view import (
    ROUTE,
    View,
    address_of,
    language_of,
    may_arrange,
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
    language = _language(request, view)
    if session.member.writes_in(language):  # who may add sentences finds, once they are typed, all to compare with
        view.context.workshop.likeness.progress(view.content, language)
    return await question_view(request, session, view, view.question(request))


def _language(request: web.Request, view: View) -> str:
    return language_of(request.query.get("language")) or language_of(view.locale) or "en"


async def question_view(
    request: web.Request, session: SignedIn, view: View, question: Question, extra: Mapping[str, Any] | None = None,
    status: int = 200,
) -> web.Response:  # fmt: skip
    """Render the page of a question; `extra` holds what a deed found."""
    language = _language(request, view)
    counts = view.content.counts[question.id]
    values = {
        "view": view, "names": view.names, "question": question, "title": view.title(question.id), "language": language,
        "languages": [
            Language(one, name, counts[one], wanted(one), len(view.content.cases(question.id, one)))
            for one, name in view.languages()
        ],
        "wordings": view.content.wordings(question.id, language), "cases": view.content.cases(question.id, language),
        "missing": await missing(view, question), "may_write": session.member.writes_in(language),
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
        people = await logins(connection, [edit.author for edit in edits])
    now = view.content.edits.get(("wordings", key))
    return [
        Saving(
            edit.id,
            edit.at.date(),
            people.get(edit.author, ""),
            len((edit.body or {}).get("examples", ())),
            edit.id == now,
        )
        for edit in edits
    ]


async def missing(view: View, question: Question) -> dict[str, Any]:
    """Tell what a question still needs before people meet it as it stands here."""
    behind = await view.context.workshop.trainer.behind(view.content)
    too_new = not (question.shipped or question.retired or view.content.is_taught(question.id))
    ready = view.content.ready_in(question.id)
    served = {one for one, _, _ in view.context.library.catalogue.served()}
    return {
        "titles": [view.names.language(one) for one in missing_titles(question, view.context.locales)],
        "wordings": max(0, LEAST_LOCALES - len(ready)) if not question.retired else 0,
        "article": question.id not in served and not question.is_fixed and not question.retired,
        "training": too_new or question.id in behind,
    }


def menu_rows(view: View) -> list[tuple[str, str]]:
    """The rows of the picture menu that offer questions."""
    rows = (row for row in view.context.menu if row.ask and row.id != "danger")
    return [(row.id, f"{row.pictogram} {view.context.phrases.text(view.locale, row.label)}") for row in rows]


@content_only
async def save_about(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep what a question is about; of a new one its titles and its place in the menu, too."""
    context, form = request.app[CONTEXT], await request.post()
    view = await view_of(request, session)
    question = view.question(request)
    changed = given(question, form, view)
    if faults := title_faults(view, changed):
        return await question_view(request, session, view, changed, {"problem": " ".join(faults)}, 422)
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
    """Tell what is wrong with the titles: one in English must be there, none may be long, turn around or be another's."""
    faults = []
    if not question.shipped and not question.titles.get("en"):
        faults.append(view.names.say("intent_title_english"))
    for locale, title in question.titles.items():
        if len(title) > LONGEST_TITLE:
            faults.append(view.names.say("intent_title_long", title=title, most=LONGEST_TITLE))
        if turns(title):
            faults.append(view.names.say("intent_title_turns", title=without_turns(title)))
        others = view.context.phrases.titles[locale]
        if any(one.casefold() == title.casefold() for intent, one in others.items() if intent != question.id):
            faults.append(view.names.say("intent_title_twice", title=title))
    return faults


def add_routes(app: web.Application) -> None:
    """A question's page, and what is saved on it."""
    app.router.add_get(ROUTE, question_page)
    app.router.add_post(ROUTE + "/about", save_about)
