"""The side exits of a handoff as replies: calls, transfers, interpreters, limits, the end. Pure, like `handoff.wording`."""

from datetime import datetime

from bot.model.say import Choice, Language, Moment, Part, Reply, Say, ShowOffices, Value
from handoff.callbacks import WISHES
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint
from handoff.routing import ids
from handoff.wording import CALL, CANCEL, OTHER, WAIT, demonstration, opening

_NO_CALL = Choice("h:call:no", Say("choice_no_call"))
_END_SHOWN = 3  # digits of a number that are repeated: enough to know it, too few to call it

RATE = Reply(
    (Say("feedback_ask"),),
    (Choice("h:rate:good", Say("choice_yes")), Choice("h:rate:bad", Say("choice_no"))),
)


def call_number(point: ContactPoint) -> Reply:
    """Ask for the number, saying who will see it."""
    return Reply((Say("call_number", {"office": point.name}), *demonstration(point)), (_NO_CALL,))


def call_safe(number: str) -> Reply:
    """Repeat the end of the number, the rest of which is on no record, and ask about whoever else picks up."""
    choices = (
        Choice("h:call_safe:yes", Say("choice_yes")),
        Choice("h:call_safe:no", Say("choice_no")),
        Choice("h:call", Say("choice_other_number")),
    )
    return Reply((Say("call_safe", {"digits": number[-_END_SHOWN:]}),), choices)


def call_when() -> Reply:
    """Ask for the time of day."""
    return Reply((Say("call_when"),), tuple(Choice(f"h:call_when:{one}", Say(f"choice_{one}")) for one in WISHES))


def call_noted(point: ContactPoint, now: datetime, opens: datetime | None) -> Reply:
    """Tell who knows of the wish, and before when nobody calls."""
    closes = hours.day_closes_at(point, now)
    if opens is not None:
        said = Say("call_noted", {"office": point.name, "opening": opening(point, opens)})
    elif closes is not None:
        said = Say("call_noted_open", {"office": point.name, "time": Moment(closes, "clock", point.zone)})
    else:
        said = Say("call_noted_only", {"office": point.name})
    return Reply((said, *demonstration(point)), (CANCEL,))


def call_missed(point: ContactPoint, opens: datetime | None) -> Reply:
    """Admit that nobody could call; the question waits on."""
    said = Say("call_missed_only", {"office": point.name})
    if opens is not None:
        said = Say("call_missed", {"office": point.name, "opening": opening(point, opens)})
    return Reply((said, *demonstration(point)), (WAIT, CALL, OTHER))


def call_taken(point: ContactPoint) -> Reply:
    """Announce who has the number now, by role."""
    return Reply((Say("call_taken", {"office": point.name}), *demonstration(point)))


def call_not_reached(point: ContactPoint) -> Reply:
    """Tell that somebody called in vain."""
    return Reply((Say("call_not_reached", {"office": point.name}), *demonstration(point)))


def another_adviser(point: ContactPoint) -> Reply:
    """Tell that a colleague goes on."""
    return Reply((Say("another_adviser", {"office": point.name}), *demonstration(point)))


def transfer_ask(point: ContactPoint) -> Reply:
    """Ask whether another office, by name and kind, may have the question and what was shown so far."""
    params: dict[str, Value] = {"office": point.name, "city": point.city, "kind": Say(f"kind_{point.kind}")}
    choices = (Choice("h:transfer:yes", Say("choice_yes")), Choice("h:transfer:no", Say("choice_no")))
    return Reply((Say("transfer_ask", params), *demonstration(point)), choices)


def stays(point: ContactPoint) -> Reply:
    """Tell that the question is not passed on."""
    return Reply((Say("transfer_no", {"office": point.name}), *demonstration(point)))


def interpret_ask(language: str) -> Reply:
    """Ask whether an interpreter may read along."""
    choices = (Choice("h:interpret:yes", Say("choice_yes")), Choice("h:interpret:no", Say("choice_no")))
    return Reply((Say("interpret_ask", {"language": Language(language)}),), choices)


def window_closing(until: datetime, zone: str) -> Reply:
    """Tell until when WhatsApp lets an adviser write, and how the answer is read after that."""
    return Reply((Say("window_closing", {"time": Moment(until, "clock", zone)}),))


def limited(phrase: str, until: datetime, zone: str, points: tuple[ContactPoint, ...]) -> Reply:
    """Say until when no adviser is asked, and where else help is."""
    said: tuple[Part, ...] = (Say(phrase, {"time": Moment(until, "opening", zone)}),)
    return Reply((*said, ShowOffices(ids(points)), Say("no_pass_on"))) if points else Reply(said)


def rated(answer: str) -> Reply:
    """Thank for an answer, or be sorry; the dialogue offers what comes next."""
    return Reply((Say("feedback_yes" if answer == "good" else "feedback_no"),))
