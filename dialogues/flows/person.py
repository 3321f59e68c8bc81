"""A person: what the dialogue asks before the handoff room takes over, and taps on the room's own choices."""

from dataclasses import replace

from bot.model.say import Choice, Say
from dialogues.decision import Decision, Desk, Heard, World
from dialogues.flows import missed
from dialogues.flows.common import MENU, PERSON, yes_no
from dialogues.tracker import Tracker

CALL_NUMBER = "call_number"  # pending: the number that somebody asked for may call
_OURS = {"offices", "offer", "file", "leave_written", "stop", "delete", CALL_NUMBER}
_NO_CALL = Choice("h:call:no", Say("choice_no_call"))
_SKIP = Choice("city:skip", Say("choice_skip"))


def talk(tracker: Tracker, world: World) -> Decision:
    """Ask once for the city, because the nearest office depends on it; then offer what there is."""
    if not tracker.city and not tracker.city_asked:
        asked = replace(tracker, city_asked=True, pending="city")
        return Decision(asked, (Say("ask_city"),), (_SKIP,), "command", "service/talk_to_human")
    offered = Decision(replace(tracker, pending=""), (Desk("offer"),), (), "command", "service/talk_to_human")
    return offered.missing(missed.HANDED_OFF)


def offices(tracker: Tracker, world: World) -> Decision:
    """Show offices without offering to connect."""
    if not tracker.city and not tracker.country and not tracker.city_asked:
        asked = replace(tracker, city_asked=True, pending="city_offices")
        return Decision(asked, (Say("ask_city"),), (_SKIP,), "command", "service/find_contact_point")
    return Decision(
        replace(tracker, pending=""),
        (Desk("offices"),),
        (PERSON, MENU),
        "command",
        "service/find_contact_point",
    )


def to_adviser(tracker: Tracker, button: str) -> Decision:
    """What is written to an adviser: the bot is silent, and keeps the answer to a question of the phrasebook.

    A number that it asked for before is asked for no more: later words are no answer to that.
    """
    _, _, answer = button.partition(":")
    tracker = replace(tracker, pending="") if tracker.pending == CALL_NUMBER else tracker
    return Decision(tracker, (Desk("f", answer),) if button.startswith("f:") else (), name="silent")


def late_answer(tracker: Tracker, button: str) -> Decision:
    """A tap under an adviser's question when no adviser has the case: kept if there is a card, and told how it stands."""
    return Decision(tracker, to_adviser(tracker, button).steps, (), "command", "service/case_status")


def status(tracker: Tracker) -> Decision:
    """What is happening with my question: works in every state."""
    return Decision(tracker, (Desk("status"),), (), "command", "service/case_status")


def located(tracker: Tracker, world: World, heard: Heard) -> Decision:
    """A location or a city's name: note the city at once, never the exact place, and go on with what was asked."""
    waiting_for = tracker.pending
    noted = replace(tracker, city=heard.city, now=heard.country or tracker.now, pending="")
    noted = replace(noted, country=noted.country or heard.country)
    if waiting_for == "city":
        return talk(noted, world)
    if waiting_for == "city_offices":
        return offices(noted, world)
    said = Say("location_set", {"city": heard.city})
    return Decision(noted, (said,), (MENU, PERSON), "command", "service/choose_country")


def city_skipped(tracker: Tracker, world: World) -> Decision:
    """Go on without a city."""
    follow = offices if tracker.pending == "city_offices" else talk
    return follow(replace(tracker, pending="", city_asked=True), world)


def desk(tracker: Tracker, button: str) -> Decision:
    """A tap on a choice of the handoff room: `h:action:argument`. What only the dialogue may ask for is no tap."""
    _, action, argument = (*button.split(":", 2), "", "")[:3]
    if action in _OURS:
        action, argument = "status", ""
    if action == "rate":
        return rated(tracker, argument)
    pending = CALL_NUMBER if (action, argument) == ("call", "") else ""
    return Decision(
        replace(tracker, pending=pending), (Desk(action, argument),), (), "command", "service/talk_to_human"
    )


def rated(tracker: Tracker, answer: str) -> Decision:
    """A closed case was rated: whom it did not help is offered a person again; consent to learn is asked for once."""
    again = () if answer == "good" else (PERSON,)
    rating = Desk("rate", answer)
    if not tracker.asked or not missed.may_ask(tracker):
        return Decision(replace(tracker, pending=""), (rating,), again, "command", "service/talk_to_human")
    asked = replace(tracker, learn_asked=True, pending="learn")
    return Decision(asked, (rating, Say(missed.LEARN)), (*yes_no("learn"), *again), "command", "service/talk_to_human")


def call_number(tracker: Tracker, number: str) -> Decision:
    """Hand on the number that may be called, or ask for it once more in other words."""
    if not number:
        return Decision(tracker, (Say("call_number_again"),), (_NO_CALL,), "command", "service/talk_to_human")
    given = (Desk(CALL_NUMBER, number),)
    return Decision(replace(tracker, pending=""), given, (), "command", "service/talk_to_human")
