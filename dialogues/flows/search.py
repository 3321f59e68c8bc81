"""What a search found: choices with the jurisdiction of each, never an answer by itself."""

from dataclasses import replace

from bot.model.knowing import Found
from bot.model.say import Choice, IntentTitle, Say, Value, place_named
from dialogues.decision import Decision, World
from dialogues.flows.common import NONE, PERSON
from dialogues.tracker import Tracker


def offer(tracker: Tracker, world: World, found: tuple[Found, ...]) -> Decision:
    """Ask whether it is one of these, where nothing was understood; a person is among the choices."""
    places = tuple(
        Say("found_in", {"title": _title(one, world), "country": place_named(one.jurisdiction)}) for one in found
    )
    choices = tuple(Choice(f"i:{one.intent}", _title(one, world)) for one in found)
    failed = replace(tracker, failures=tracker.failures + 1, pending="")
    return Decision(failed, (Say("did_you_mean"), *places), (*choices, NONE, PERSON), "search")


def _title(found: Found, world: World) -> Value:
    """The short title that the dialogue uses everywhere; an intent made in the studio has only its article's."""
    return IntentTitle(found.intent) if found.intent in world.titled else found.title
