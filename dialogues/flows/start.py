"""Start, menu, small talk and what the bot says about itself."""

from dataclasses import replace

from bot.model.say import Choice, Say
from dialogues.decision import Decision, MenuRow, World
from dialogues.flows.common import MENU, PERSON, intent_choices
from dialogues.tracker import Tracker

ABOUT = {
    "service/what_can_you_do": "what_can_you_do", "service/are_you_human": "are_you_human",
    "service/is_it_safe": "is_it_safe", "service/interpreter": "interpreter",
    "service/letter_or_document": "letter_help", "service/feedback_complaint": "complaint",
}  # fmt: skip
_COUNTED = {"what_can_you_do", "interpreter"}


def menu(tracker: Tracker, world: World, phrase: str = "") -> Decision:
    """The picture menu, with the welcome on the first turn."""
    said = phrase or ("menu_again" if tracker.greeted else "welcome")
    rows = tuple(Choice(f"m:{row.id}", Say(row.label), row.pictogram) for row in world.menu)
    language = Choice("language", Say("choice_language"), "🌐")
    return Decision(replace(tracker, greeted=True, pending=""), (Say(said),), (*rows, language), "menu")


def row_chosen(tracker: Tracker, world: World, row_id: str) -> Decision | MenuRow:
    """What a tapped row leads to: its intents as choices, or the row itself when it names an intent."""
    row = next((row for row in world.menu if row.id == row_id), None)
    if row is None:
        return menu(tracker, world)
    if row.intent:
        return row
    dangerous = any(intent.startswith("safety/") for intent in row.ask)
    said = "menu_danger_kind" if dangerous else "menu_topic"
    choices = intent_choices(intent for intent in row.ask if intent in world.titled)
    return Decision(tracker, (Say(said),), (*choices, PERSON), "menu")


def about(tracker: Tracker, world: World, intent: str) -> Decision:
    """Sentences about the bot itself: what it can do, whether it is human, whether it is safe."""
    phrase = ABOUT[intent]
    said = Say(phrase, {"count": len(world.locales)} if phrase in _COUNTED else {})
    return Decision(tracker, (said,), (PERSON, MENU), "command", intent)


def small_talk(tracker: Tracker, world: World, intent: str) -> Decision:
    """Thanks, goodbye, and a yes or no that answers nothing."""
    said = {"service/thanks": "thanks", "service/goodbye": "goodbye"}.get(intent, "nothing_pending")
    choices = (MENU, PERSON) if said == "nothing_pending" else ()
    return Decision(tracker, (Say(said),), choices, "command", intent)
