"""Answering a content question: the article, the country it depends on, its parts, and what comes after."""

from dataclasses import replace

from bot.model.knowing import ArticleFacts
from bot.model.say import Choice, Country, IntentTitle, Say, ShowArticle
from bot.model.understanding import Status, Understanding
from dialogues.decision import Decision, Desk, Step, World
from dialogues.flows.common import MENU, PERSON, country_choices, intent_choices, yes_no
from dialogues.tracker import Tracker

_LABELS = {"steps": "choice_steps", "bring": "choice_bring", "details": "choice_details"}


def answer(tracker: Tracker, world: World, intent: str) -> Decision:
    """The first answer. Country unknown: the EU text at once, and the countries among the choices, asked once."""
    tracker = replace(tracker, intent=intent, pending="", held="", failures=0)
    facts = world.article(intent)
    if facts is None or facts.expired:
        said = "article_expired" if facts else "no_article"
        return Decision(tracker, (Say(said, {"title": IntentTitle(intent)}),), (PERSON, MENU), "accept", intent)
    place = tracker.place(facts.place)
    if not facts.covers(place):
        said_none = Say("no_text_for_country", {"country": Country(place[:2])})
        return Decision(tracker, (said_none, Desk("offices")), (PERSON, MENU), "accept", intent)
    shown = ShowArticle(intent, "summary", place)
    tracker = replace(tracker, answered=True)
    if not place and facts.countries and not tracker.country_asked:
        return _with_country_question(tracker, facts, shown)
    return Decision(tracker, (shown,), part_choices(facts, place, "summary"), "accept", intent)


def for_status(decision: Decision, meant: Understanding | None) -> Decision:
    """Who said in this message that they have no papers reads at once what the article says for them.

    That choice lives in this decision alone: the tracker does not learn of it.
    """
    if meant is None or Status.WITHOUT_PAPERS not in meant.statuses:
        return decision
    steps: list[Step] = []
    for step in decision.steps:
        steps.append(step)
        if isinstance(step, ShowArticle):
            steps.append(replace(step, part="papers"))
    return replace(decision, steps=tuple(steps))


def _with_country_question(tracker: Tracker, facts: ArticleFacts, shown: ShowArticle) -> Decision:
    asked = replace(tracker, country_asked=True, held=facts.intent, pending="country")
    choices = (*country_choices(facts.countries), _part("steps", facts.intent, ""), PERSON)
    return Decision(asked, (shown, Say("ask_country")), choices, "accept", facts.intent)


def part_choices(facts: ArticleFacts, country: str, shown: str) -> tuple[Choice, ...]:
    """At most two further parts, and a person, always last."""
    order = [part for part in ("steps", "bring", "details") if part in facts.parts and part != shown]
    return (*(_part(part, facts.intent, country) for part in order[:2]), PERSON)


def _part(part: str, intent: str, country: str) -> Choice:
    return Choice(f"a:{part}:{intent}:{country}", Say(_LABELS[part]))


def part(tracker: Tracker, world: World, name: str, intent: str, country: str) -> Decision:
    """A later part of an article, then whether it helped."""
    facts = world.article(intent)
    if facts is None or facts.expired or name not in facts.parts:
        return answer(tracker, world, intent)
    steps: tuple[Step, ...] = (ShowArticle(intent, name, country), Say("feedback_ask"))
    asked = replace(tracker, intent=intent, pending="feedback")
    return Decision(asked, steps, (*yes_no("feedback"), PERSON), "accept", intent)


def simpler(tracker: Tracker, world: World) -> Decision:
    """Say the last answer again in its shortest form, then offer a person."""
    facts = world.article(tracker.intent) if tracker.intent else None
    if facts is None or facts.expired or not facts.covers(tracker.place(facts.place)):
        return Decision(tracker, (Say("simpler_what"),), (PERSON, MENU), "command", "service/say_it_simpler")
    steps = (
        Say("simpler_intro"),
        ShowArticle(tracker.intent, "summary", tracker.place(facts.place)),
        Say("simpler_person"),
    )
    choices = (
        PERSON,
        _part("steps", tracker.intent, tracker.place(facts.place)),
        Choice("language", Say("choice_language")),
    )
    return Decision(tracker, steps, choices, "command", "service/say_it_simpler")


def country_chosen(tracker: Tracker, world: World, code: str, named_alone: bool = True) -> Decision:
    """Note the country of the question and answer the question that waited for it."""
    held = world.article(tracker.held) if tracker.held else None
    noted = replace(tracker.chosen(code, held.place if held else ""), pending="")
    if tracker.held:
        return answer(noted, world, tracker.held)
    if tracker.intent and named_alone and world.article(tracker.intent) is not None:
        return answer(noted, world, tracker.intent)
    said = Say("country_set", {"country": Country(code)})
    return Decision(noted, (said,), (MENU, PERSON), "command", "service/choose_country")


def ask_country(tracker: Tracker, world: World) -> Decision:
    """Ask for the country by choice or by name."""
    asked = replace(tracker, pending="country", country_asked=True)
    choices = (*country_choices(world.topic_countries), PERSON)
    return Decision(asked, (Say("ask_country"),), choices, "command", "service/choose_country")


def ask_country_name(tracker: Tracker) -> Decision:
    """The country is not among the choices: let it be written."""
    return Decision(replace(tracker, pending="country"), (Say("ask_country_name"),), (PERSON,), "command")


def country_not_known(tracker: Tracker) -> Decision:
    """The name that was written is no country we know; ask once more, without insisting."""
    return Decision(replace(tracker, pending=""), (Say("country_not_known"),), (PERSON, MENU), "clarify")


def clarify(tracker: Tracker, world: World, intents: tuple[str, ...]) -> Decision:
    """ "Did you mean": two or three likeliest, and a person. In the 14 days after a case: the office first."""
    if world.recent_office:
        return continue_with_office(tracker, world)
    tracker = replace(tracker, failures=tracker.failures + 1, pending="")
    from_titles = tuple(intent for intent in intents if intent in world.titled)[:3]
    if not from_titles:
        return give_up(tracker, world)
    choices = (*intent_choices(from_titles), Choice("none", Say("choice_none")), PERSON)
    return Decision(tracker, (Say("did_you_mean"),), choices, "clarify")


def give_up(tracker: Tracker, world: World) -> Decision:
    """The first failure already offers a person."""
    if world.recent_office:
        return continue_with_office(tracker, world)
    failed = replace(tracker, failures=tracker.failures + 1, pending="")
    return Decision(failed, (Say("give_up"),), (PERSON, MENU), "give_up")


def continue_with_office(tracker: Tracker, world: World) -> Decision:
    """For 14 days after a case an unclear message may belong to it."""
    choices = (Choice("h:continue", Say("choice_continue")), Choice("h:new", Say("choice_new")))
    said = Say("continue_ask", {"office": world.recent_office})
    return Decision(replace(tracker, pending=""), (said,), choices, "clarify")


def out_of_scope(tracker: Tracker, world: World) -> Decision:
    """Say what we do not answer, and what we do."""
    return Decision(
        replace(tracker, pending=""), (Say("out_of_scope"),), (MENU, PERSON), "accept", "service/out_of_scope"
    )
