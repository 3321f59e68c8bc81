"""/studio/intents/try: how the running bot understands a sentence, and why. Nothing is stored."""

from dataclasses import dataclass

from aiohttp import web

from bot.model.understanding import Understanding, Verdict
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.questions.view import LIST, View, address_of, language_of, view_of
from nlu.teaching.trial import LONGEST, Trial, try_sentence

_SHOWN = 6  # of the ranking


@dataclass(frozen=True, slots=True)
class Guess:
    """A row of the ranking; `percent` is how sure the bot is."""

    intent: str
    title: str
    percent: int


@content_only
async def ask(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the empty form."""
    return _page(request, session, await view_of(request, session), "", None)


@content_only
async def answer(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Understand the sentence; it comes in the body of a form, so that no address and no log holds it."""
    form, view = await request.post(), await view_of(request, session)
    text = str(form.get("text", "")).strip()[:LONGEST]
    workshop = request.app[CONTEXT].workshop
    fallback = language_of(form.get("language")) or language_of(view.locale) or "en"
    if not text:
        return _page(request, session, view, "", None)
    tried = await try_sentence(text, workshop.interpreter, workshop.likeness, view.content, fallback)
    return _page(request, session, view, text, tried)


def _page(request: web.Request, session: SignedIn, view: View, text: str, tried: Trial | None) -> web.Response:
    values = {
        "view": view, "names": view.names, "text": text, "tried": tried, "most": LONGEST, "address_of": address_of,
        "guesses": _guesses(view, tried), "decision": "", "progress": None,
    }  # fmt: skip
    if tried is not None:
        likeness = view.context.workshop.likeness
        values["decision"] = decision(tried.understood, frozenset(view.context.phrases.titles["en"]))
        values["progress"] = likeness.progress(view.content, tried.compared) if likeness.available else None
    return studio_page(request, session, "studio/intents_try.html", values)


def _guesses(view: View, tried: Trial | None) -> list[Guess]:
    ranking = tried.understood.ranking[:_SHOWN] if tried else ()
    return [Guess(one.intent, view.title(one.intent), round(one.confidence * 100)) for one in ranking]


def decision(understood: Understanding, titled: frozenset[str]) -> str:
    """Return what the bot would do, as a key of the texts."""
    if understood.verdict is Verdict.EMERGENCY:
        return "danger"
    if understood.commands:
        return "command"
    if understood.degraded:
        return "away"
    if understood.verdict is Verdict.CLARIFY:
        return "asks" if any(one.intent in titled for one in understood.ranking[:3]) else "gives_up"
    return "accepts" if understood.verdict is Verdict.ACCEPT else "gives_up"


def add_routes(app: web.Application) -> None:
    """The form and what it shows."""
    app.router.add_get(LIST + "/try", ask)
    app.router.add_post(LIST + "/try", answer)
