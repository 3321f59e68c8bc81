"""What stands behind "More": notes, a colleague, another office, a call-back that is done, muting. Each is one deed."""

from uuid import UUID

from aiohttp import web

from bot.channels.parsed import clean
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.deeds import ONCE, case_of, done, form_name, uuid_of
from bot.web.desk.session import desk_only, interpreters_only, leads_only, operators_only, page, scope_of

LONGEST_NOTE = 1000


@desk_only
async def add_note(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Write something for colleagues; the person never sees it."""
    form, case_id = await request.post(), case_of(request)
    text = clean(str(form.get("note", ""))).replace("\r\n", "\n").strip()[:LONGEST_NOTE]
    once, name = request.app[ONCE], form_name(session, f"note:{form.get('form', '')}", text.encode())
    if text and once.take(name):
        counter, scope = request.app[CONTEXT].counter, scope_of(session)
        try:
            with once.unless_it_fails(name):
                await done(request, session, lambda c: counter.add_note(c, scope, case_id, text))
        except web.HTTPSeeOther:  # the case is somebody else's now: the words are given back to copy
            values = {"problem": "said_not_yours", "text": text}
            return page(request, session, "desk/not_sent.html", values, 409)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}?more=1#more")


@operators_only
async def pass_on(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Give the case to a colleague of the same office, at once."""
    counter, case_id, scope = request.app[CONTEXT].counter, case_of(request), scope_of(session)
    colleague = uuid_of(str((await request.post()).get("colleague", "")))
    late = _late(case_id, "pass")
    await done(request, session, lambda c: counter.pass_to(c, scope, case_id, colleague), late=late)
    raise web.HTTPSeeOther("/desk?said=passed")


@operators_only
async def transfer(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Ask the person whether another office may have the question."""
    counter, case_id, scope = request.app[CONTEXT].counter, case_of(request), scope_of(session)
    point = str((await request.post()).get("point", ""))
    late = _late(case_id, "transfer")
    await done(request, session, lambda c: counter.propose_transfer(c, scope, case_id, point), "transfer_asked", late)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}?said=transfer_asked#end")


@operators_only
async def call_done(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Say how a call went; its number is erased."""
    counter, case_id, scope, form = (
        request.app[CONTEXT].counter,
        case_of(request),
        scope_of(session),
        await request.post(),
    )
    call, result = uuid_of(str(form.get("call", ""))), str(form.get("result", ""))
    await done(request, session, lambda c: counter.call_done(c, scope, call, result), "call_done")
    reached = result == "reached"
    raise web.HTTPSeeOther("/desk?said=called" if reached else f"/desk/c/{case_id}?said=call_not_reached#end")


@operators_only
async def mute(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """End the case; no adviser is asked for this person for a day."""
    counter, case_id, scope = request.app[CONTEXT].counter, case_of(request), scope_of(session)
    await done(request, session, lambda c: counter.mute(c, scope, case_id))
    raise web.HTTPSeeOther("/desk?said=muted")


@interpreters_only
async def interpret(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Offer to interpret: the person is asked, and only a yes opens the case."""
    counter, case_id, scope = request.app[CONTEXT].counter, case_of(request), scope_of(session)
    late = "/desk?said=not_now_interpret"
    await done(request, session, lambda c: counter.interpret(c, scope, case_id), "interpreting_offered", late)
    raise web.HTTPSeeOther("/desk?said=interpreter_asked")


@leads_only
async def limit(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Make a limit longer, or end it."""
    counter, scope = request.app[CONTEXT].counter, scope_of(session)
    conversation, deed = uuid_of(request.match_info["conversation"]), request.match_info["deed"]
    act = counter.confirm_limit if deed == "confirm" else counter.lift_limit
    await done(request, session, lambda c: act(c, scope, conversation))
    raise web.HTTPSeeOther(f"/desk?said={'limit_confirmed' if deed == 'confirm' else 'limit_lifted'}")


def _late(case_id: UUID, deed: str) -> str:
    return f"/desk/c/{case_id}?said=not_now_{deed}#end"


def add_routes(app: web.Application) -> None:
    """All that is not needed every minute."""
    app.router.add_post("/desk/c/{case}/note", add_note)
    app.router.add_post("/desk/c/{case}/pass", pass_on)
    app.router.add_post("/desk/c/{case}/transfer", transfer)
    app.router.add_post("/desk/c/{case}/called", call_done)
    app.router.add_post("/desk/c/{case}/mute", mute)
    app.router.add_post("/desk/c/{case}/interpret", interpret)
    app.router.add_post("/desk/limits/{conversation}/{deed:confirm|lift}", limit)
