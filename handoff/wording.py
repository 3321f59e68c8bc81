"""The scenes of a handoff as replies. Pure: which sentence, with which values and choices; never a language.

Choice ids of this room begin with "h:"; see CHOICES for what each one means.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.model.say import Choice, Country, Language, Moment, Part, Reply, Say, ShowOffices, Value
from handoff import hours
from handoff.contact_point import ContactPoint
from handoff.routing import Route, ids

CHOICES: Mapping[str, str] = {
    "h:accept:<point>": "Desk.accept",
    "h:other": "Desk.another",
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
    "h:contact:yes": "Desk.contact",
    "h:contact:sign": "Desk.contact",
    "h:contact:no": "Desk.contact",
    "h:still:yes": "Desk.still_needed",
    "h:still:no": "Desk.still_needed",
}

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


def offer(point: ContactPoint, locale: str, now: datetime, *, minor: bool, refusal: Choice = NO) -> Reply:
    """Offer a staffed office that is open, or say when it opens and that a question can be left."""
    before: tuple[Part, ...] = (Say("minor"),) if minor else ()
    closes = hours.closes_at(point, now) or hours.day_closes_at(point, now)
    if hours.is_open(point, now) and closes is not None:
        params: dict[str, Value] = {
            "office": point.name,
            "city": point.city,
            "kind": Say(f"kind_{point.kind}"),
            "time": Moment(closes, "clock", point.zone),
        }
        parts = (*before, Say("offer_open", params), *_languages(point, locale), *demonstration(point))
        return Reply(parts, (ask_them(point), OTHER, refusal))
    opens = hours.opens_at(point, now)
    if opens is None:
        return elsewhere((point,), (refusal,))
    parts = (*before, *closed(point, opens).parts, *_languages(point, locale))
    return Reply(parts, (LEAVE, ADDRESS, ASK_ME if refusal is NO else refusal))


def closed(point: ContactPoint, opens: datetime, choices: tuple[Choice, ...] = ()) -> Reply:
    """Say that the office is closed, when it opens, and that the question can be written now."""
    said = Say("office_closed", {"office": point.name, "opening": opening(point, opens)})
    return Reply((said, *demonstration(point)), choices)


def no_staffed(route: Route, country: str, network_url: str) -> Reply:
    """Say that nobody answers here; give the nearest addresses, and promise nothing."""
    if not route.listed and not country:
        return Reply((Say("ask_country"),))
    if not route.listed:
        return Reply((Say("no_office", {"country": Country(country), "url": network_url}),))
    nobody = Say("no_staffed", {"country": Country(country)}) if country else Say("no_staffed_unknown")
    return Reply((nobody, ShowOffices(ids(route.listed)), Say("no_pass_on")))


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


def kept(point: ContactPoint, opens: datetime, *, ask_contact: bool, before: tuple[Part, ...] = ()) -> Reply:
    """Tell that the question is kept until the office opens; ask once whether we may write then."""
    said = Say("question_kept", {"office": point.name, "opening": opening(point, opens)})
    parts = (*before, said, *demonstration(point))
    return Reply((*parts, Say("contact_later")), CONTACT) if ask_contact else Reply(parts, (ADDRESS, CANCEL))


def nobody_answered(point: ContactPoint, opens: datetime) -> Reply:
    """Admit at closing that nobody could answer."""
    said = Say("nobody_answered", {"office": point.name, "opening": opening(point, opens)})
    return Reply((said, *demonstration(point)), (WAIT, OTHER, ADDRESS))


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


def _languages(point: ContactPoint, locale: str) -> tuple[Say, ...]:
    if not point.languages or not locale or locale in point.languages:
        return ()
    spoken = tuple(Language(tag) for tag in point.languages)
    return (Say("languages_differ", {"languages": spoken, "language": Language(locale)}),)
