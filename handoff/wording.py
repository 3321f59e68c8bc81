"""The scenes of a handoff as replies. Pure: which sentence, with which values and choices; never a language.

Choice ids of this room begin with "h:"; see CHOICES for what each one means.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.model.say import Choice, Country, Language, Moment, Part, Reply, Say, ShowOffices, Value
from handoff.bridge import Bridge, BridgeKind
from handoff.offices import hours
from handoff.offices.contact_point import EVERYWHERE, ContactPoint
from handoff.routing import Route, ids

CHOICES: Mapping[str, str] = {
    "h:accept:<point>": "Desk.accept",
    "h:other": "Desk.another",
    "h:also": "Tongues.ask",
    "h:also:<locale>": "Tongues.note",
    "h:abroad": "Desk.offer",
    "h:no": "Desk.decline",
    "h:ask_me": "Desk.decline",
    "h:share:yes": "Desk.share",
    "h:share:no": "Desk.share",
    "h:leave": "Desk.leave_question",
    "h:address": "Desk.address",
    "h:wait": "Desk.wait",
    "h:cancel": "Desk.cancel",
    "h:continue": "Desk.continue_same",
    "h:new": "Desk.continue_new",
    "h:call": "Calls.ask",
    "h:call:no": "Calls.never_mind",
    "h:call_safe:yes": "Calls.safe",
    "h:call_safe:no": "Calls.safe",
    "h:call_when:morning": "Calls.when",
    "h:call_when:afternoon": "Calls.when",
    "h:call_when:any": "Calls.when",
    "h:transfer:yes": "Agreeing.transfer",
    "h:transfer:no": "Agreeing.transfer",
    "h:interpret:yes": "Agreeing.interpreter",
    "h:interpret:no": "Agreeing.interpreter",
    "h:rate:good": "Aftercare.rate",
    "h:rate:bad": "Aftercare.rate",
    "h:contact:yes": "Desk.contact",
    "h:contact:sign": "Desk.contact",
    "h:contact:no": "Desk.contact",
    "h:still:yes": "Desk.still_needed",
    "h:still:no": "Desk.still_needed",
}

ALSO = Choice("h:also", Say("choice_also"))
ABROAD = Choice("h:abroad", Say("choice_abroad"))
CALL = Choice("h:call", Say("choice_call"))
OTHER = Choice("h:other", Say("choice_other_office"))
NO = Choice("h:no", Say("choice_no"))
ADDRESS = Choice("h:address", Say("choice_address"))
ASK_ME = Choice("h:ask_me", Say("choice_ask_me"))
LEAVE = Choice("h:leave", Say("choice_leave_it"))
WAIT = Choice("h:wait", Say("choice_wait"))
CANCEL = Choice("h:cancel", Say("choice_cancel"))
CONTACT = (
    Choice("h:contact:yes", Say("choice_yes")),
    Choice("h:contact:sign", Say("choice_sign")),
    Choice("h:contact:no", Say("choice_i_write")),
)


def ask_them(point: ContactPoint) -> Choice:
    """Return the choice that accepts this office."""
    return Choice(f"h:accept:{point.id}", Say("choice_ask_them"))


def opening(point: ContactPoint, at: datetime) -> Moment:
    """Return a moment as "Monday 12 May, 9:00" in the office's own time."""
    return Moment(at, "opening", point.zone)


def offer(
    point: ContactPoint,
    bridge: Bridge,
    now: datetime,
    *,
    minor: bool,
    refusal: Choice = NO,
    before: tuple[Part, ...] = (),
) -> Reply:
    """Offer a staffed office that is open, or say when it opens and that a question can be left.

    Which way they will understand each other is said before anybody waits, and asked is what else the person speaks.
    """
    before = (*before, Say("minor")) if minor else before
    way = (bridge.said,) if bridge.said else ()
    asks = bridge.kind is not BridgeKind.OFFICE and bool(point.languages)
    closes = hours.closes_at(point, now) or hours.day_closes_at(point, now)
    if hours.is_open(point, now) and closes is not None:
        params: dict[str, Value] = {
            "office": point.name,
            "city": point.city,
            "kind": Say(f"kind_{point.kind}"),
            "time": Moment(closes, "clock", point.zone),
        }
        parts = (*before, Say("offer_open", params), *way, *demonstration(point))
        return Reply(parts, (ask_them(point), ALSO if asks else OTHER, refusal))
    opens = hours.opens_at(point, now)
    if opens is None:
        return elsewhere((point,), (refusal,))
    parts = (*before, *closed(point, opens).parts, *way)
    return Reply(parts, (LEAVE, ALSO if asks else ADDRESS, ASK_ME if refusal is NO else refusal))


def ask_tongues(locales: Iterable[str]) -> Reply:
    """Ask which of these languages the person speaks beside their own."""
    choices = tuple(Choice(f"h:also:{locale}", Language(locale)) for locale in locales)
    return Reply((Say("also_ask"),), (*choices, Choice("h:also:none", Say("choice_none"))))


def in_another_country(point: ContactPoint, country: str, listed: Sequence[ContactPoint]) -> tuple[Part, ...]:
    """Say that an adviser elsewhere does not decide about the rules of the country of the problem."""
    if not country or point.country in (country, EVERYWHERE):
        return ()
    said = Say("office_elsewhere", {"country": Country(point.country), "other": Country(country)})
    return (said, Say("office_elsewhere_help", {"office": listed[0].name})) if listed else (said,)


def closed(point: ContactPoint, opens: datetime, choices: tuple[Choice, ...] = ()) -> Reply:
    """Say that the office is closed, when it opens, and that the question can be written now."""
    said = Say("office_closed", {"office": point.name, "opening": opening(point, opens)})
    return Reply((said, *demonstration(point)), choices)


def no_staffed(route: Route, country: str, network_url: str, *, abroad: bool = False) -> Reply:
    """Say that nobody answers here; give the nearest addresses, and promise nothing.

    `abroad`: advisers of another country could answer, if the person wants that.
    """
    choices = (ABROAD,) if abroad else ()
    if not route.listed and not country:
        return Reply((Say("ask_country"),))
    if not route.listed:
        return Reply((Say("no_office", {"country": Country(country), "url": network_url}),), choices)
    nobody = Say("no_staffed", {"country": Country(country)}) if country else Say("no_staffed_unknown")
    return Reply((nobody, ShowOffices(ids(route.listed)), Say("no_pass_on")), choices)


def addresses(points: tuple[ContactPoint, ...], choices: tuple[Choice, ...]) -> Reply:
    """Show offices to go to; their cards say what they are."""
    demo = next((demonstration(point) for point in points if point.demo), ())
    return Reply((ShowOffices(ids(points)), *demo), choices)


def elsewhere(points: tuple[ContactPoint, ...], choices: tuple[Choice, ...]) -> Reply:
    """Show offices that nobody answers for here."""
    return Reply((ShowOffices(ids(points)), Say("no_pass_on")), choices)


def consent(point: ContactPoint) -> Reply:
    """Say what is known about reporting people, then ask before anything is shown to the office."""
    choices = (Choice("h:share:yes", Say("choice_yes")), Choice("h:share:no", Say("choice_fresh")))
    return Reply((papers(point), Say("consent_share"), *demonstration(point)), choices)


def papers(point: ContactPoint) -> Say:
    """Say whether the office declared that it reports nobody."""
    return Say("papers_no_duty" if point.trusted else "papers_unknown", {"office": point.name})


def waiting(point: ContactPoint, place: int, minutes: int | None) -> Reply:
    """Tell the place in the queue of an open office, and how long today's people waited if that is known."""
    params: dict[str, Value] = {"n": place, "office": point.name}
    said = Say("waiting", params) if minutes is None else Say("waiting_minutes", {**params, "minutes": minutes})
    return Reply((said, *demonstration(point)), (OTHER, ADDRESS, CANCEL))


def kept(
    point: ContactPoint, opens: datetime, *, ask_contact: bool, ask_call: bool = True, before: tuple[Part, ...] = ()
) -> Reply:
    """Tell that the question is kept until the office opens; ask once whether we may write then, or offer a call."""
    said = Say("question_kept", {"office": point.name, "opening": opening(point, opens)})
    parts = (*before, said, *demonstration(point))
    return Reply((*parts, Say("contact_later")), CONTACT) if ask_contact else Reply(parts, _meanwhile(ask_call))


def contact_saved(*, closed: bool) -> Reply:
    """Thank for the answer about later messages; while the office is closed, offer what else there is."""
    return Reply((Say("contact_saved"),), _meanwhile(ask_call=True) if closed else ())


def _meanwhile(ask_call: bool) -> tuple[Choice, ...]:
    return (CALL, ADDRESS, CANCEL) if ask_call else (ADDRESS, CANCEL)


def nobody_answered(point: ContactPoint, opens: datetime) -> Reply:
    """Admit at closing that nobody could answer. A call is offered in place of the address: "Wait" shows that again."""
    said = Say("nobody_answered", {"office": point.name, "opening": opening(point, opens)})
    return Reply((said, *demonstration(point)), (WAIT, CALL, OTHER))


def assigned(point: ContactPoint) -> Reply:
    """Tell that an adviser has the question."""
    return Reply((Say("status_assigned", {"office": point.name}), *demonstration(point)), (CANCEL,))


def joined(point: ContactPoint) -> Reply:
    """Announce a person, by role."""
    return Reply((Say("person_joined", {"office": point.name}), *demonstration(point)))


def continue_ask(point: ContactPoint) -> Reply:
    """Ask whether an unclear message belongs to the case that ended of late."""
    choices = (Choice("h:continue", Say("choice_continue")), Choice("h:new", Say("choice_new")))
    return Reply((Say("continue_ask", {"office": point.name}), *demonstration(point)), choices)


def still_needed() -> Reply:
    """Ask a silent person, neutrally."""
    choices = (Choice("h:still:yes", Say("choice_yes")), Choice("h:still:no", Say("choice_no")))
    return Reply((Say("still_needed"),), choices)


def say(phrase: str) -> Reply:
    """Return a reply of one sentence without values."""
    return Reply((Say(phrase),))


def demonstration(point: ContactPoint) -> tuple[Say, ...]:
    """Return the sentence that every text naming a demonstration must have."""
    return (Say("offer_demo"),) if point.demo else ()
