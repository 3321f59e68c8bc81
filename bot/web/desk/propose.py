"""An adviser's good answer becomes a proposal for an article: with nothing in it about the person, and never of a danger,
a minor or what nobody may learn from."""

from dataclasses import dataclass, field

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.parsed import clean
from bot.gaps.borrowed import alike
from bot.gaps.private import says_something, without_names
from bot.model.conversation import Author
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.deeds import ONCE, case_of, form_name
from bot.web.desk.session import operators_only, scope_of
from dialogues.phrases import load_never_learn
from handoff.offices.contact_point import EVERYWHERE, Scope
from handoff.operators import queue
from handoff.operators.cards import Line
from handoff.store import Case, read_card
from nlu.language import identify

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the form begins with. `agreed`: the person's yes covers the words of their conversation; else the adviser
    writes the answer anew."""

    agreed: bool
    text: str = field(default="", repr=False)


async def read_proposal(
    connection: AsyncConnection, context: WebContext, scope: Scope, case: Case
) -> Proposal | None:  # fmt: skip
    """Return how a proposal may begin; None where the case is not for learning."""
    if _kept_apart(context, case):
        return None
    if not await context.workshop.gaps.gaps.consent(connection, case.conversation_id):
        return Proposal(agreed=False)
    own = await _own_words(connection, context, scope, case)
    return Proposal(agreed=True, text=without_names(own[-1].text, own[-1].locale) if own else "")


def _kept_apart(context: WebContext, case: Case) -> bool:
    card = read_card(context.ring, case)
    never = load_never_learn()
    return bool(case.danger_at) or card.minor or not never.isdisjoint({case.topic, card.intent})


async def _own_words(connection: AsyncConnection, context: WebContext, scope: Scope, case: Case) -> list[Line]:
    lines = await queue.transcript(connection, context.ring, scope, case.id)
    return [line for line in lines if line.author is Author.OPERATOR and line.text]


@operators_only
async def propose(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep the words as a proposal; names and numbers are taken out once more."""
    case_id, form = case_of(request), await request.post()
    text = clean(str(form.get("answer", ""))).replace("\r\n", "\n").strip()[:LONGEST]
    once, name = request.app[ONCE], form_name(session, f"propose:{form.get('form', '')}", text.encode())
    if form.get("sure") != "1" or not says_something(text):
        raise web.HTTPSeeOther(f"/desk/c/{case_id}?more=1&said=propose_unsure#more")
    if once.take(name):
        with once.unless_it_fails(name):
            await _keep(request, session, text)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}?said=proposed#end")


async def _keep(request: web.Request, session: SignedIn, text: str) -> None:
    context, scope, case_id = request.app[CONTEXT], scope_of(session), case_of(request)
    async with context.database.transaction() as connection:
        case = next(iter(await queue.held(connection, scope, case_id)), None)
        if case is None:
            raise web.HTTPSeeOther("/desk?said=not_yours")
        begun = await read_proposal(connection, context, scope, case)
        said = await _own_words(connection, context, scope, case)
        if begun is None or (not begun.agreed and any(alike(line.text, text) for line in said)):
            raise web.HTTPSeeOther(f"/desk/c/{case_id}?more=1&said=propose_own_words#more")
        locale = identify(text, session.member.locale).locale or session.member.locale
        office = context.counter.casebook.office(case.contact_point)
        country = "" if office.country == EVERYWHERE else office.country
        words = without_names(text, locale)
        loop = context.workshop.gaps
        await loop.propose(connection, case.conversation_id, words, locale, country, session.member.actor)


def add_routes(app: web.Application) -> None:
    """One deed of the open case."""
    app.router.add_post("/desk/c/{case}/propose", propose)
