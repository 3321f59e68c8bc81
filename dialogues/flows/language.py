"""Choosing and offering a language. A short text never switches it by itself; a language never implies a country."""

from dataclasses import replace

from bot.model.say import Choice, Language, Say, ShowForeign
from dialogues.decision import Decision, World
from dialogues.flows.common import MENU, PERSON, language_choice, yes_no
from dialogues.tracker import Tracker

_PAGE = 9


def ask(tracker: Tracker, world: World, page: int = 0) -> Decision:
    """Offer the languages in their own scripts, nine at a time (WhatsApp's lists hold ten rows)."""
    ordered = _ordered(tracker, world)
    shown = ordered[page * _PAGE : (page + 1) * _PAGE] or ordered[:_PAGE]
    more = (page + 1) * _PAGE < len(ordered)
    choices = tuple(language_choice(locale) for locale in shown)
    if more:
        choices = (*choices, Choice(f"l:+{page + 1}", Say("choice_more")))
    return Decision(tracker, (Say("ask_language"),), choices, "command", "service/choose_language")


def _ordered(tracker: Tracker, world: World) -> tuple[str, ...]:
    known = [tracker.locale] if tracker.locale in world.locales else []
    return (*known, *(locale for locale in world.locales if locale not in known))


def chosen(tracker: Tracker, world: World, locale: str) -> Decision:
    """Switch to a language the person named or tapped, and say if nobody has checked our texts in it."""
    if locale not in world.locales:
        return ask(tracker, world)
    told = replace(tracker, locale=locale, locale_chosen=True, pending="", unread_told=True)
    steps = [Say("language_set", {"language": Language(locale, own=True)})]
    if locale in world.unread:
        steps.append(Say("texts_unread", {"language": Language(locale, own=True)}))
    return Decision(told, tuple(steps), (MENU, PERSON), "command", "service/choose_language")


def offer_switch(decision: Decision, locale: str) -> Decision:
    """After an answer in the known language, ask whether to go on in the one just written (asked in both)."""
    tracker = replace(decision.tracker, pending=f"language-{locale}")
    question = Say("language_offer", {"language": Language(locale, own=True)})
    choices = (*yes_no(f"language-{locale}"), *decision.choices)
    return replace(decision, tracker=tracker, steps=(*decision.steps, question), choices=choices)


def foreign(tracker: Tracker, world: World, language: str) -> Decision:
    """A language we do not speak: say so in it where we can, and list ours; never answer in a neighbour's."""
    listing = ask(tracker, world)
    return replace(listing, steps=(ShowForeign(language), Say("language_unknown")), name="give_up")
