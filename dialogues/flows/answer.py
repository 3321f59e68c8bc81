"""Answering a content question: the article, the country it depends on, its parts, and what comes after."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model.knowing import ArticleFacts
from bot.model.say import Choice, Country, IntentTitle, Say, ShowArticle
from bot.model.understanding import Status, Understanding
from dialogues.decision import Decision, Desk, Step, World
from dialogues.flows.common import MENU, PERSON, country_choices, intent_choices, region_choices, yes_no
from dialogues.flows.missed import UNANSWERED
from dialogues.tracker import Tracker

_COUNTRIES = 6  # choices beside those of two answers: WhatsApp shows ten
_LABELS = {"steps": "choice_steps", "bring": "choice_bring", "details": "choice_details"}


def answer(tracker: Tracker, world: World, intent: str) -> Decision:
    """The first answer. Country unknown: the EU text at once, and the countries among the choices, asked once."""
    tracker = _afresh(tracker, intent)
    facts = world.article(intent)
    if facts is None or facts.expired:
        said = "article_expired" if facts else "no_article"
        told = Say(said, {"title": IntentTitle(intent)})
        return Decision(tracker, (told,), (PERSON, MENU), "accept", intent).missing(UNANSWERED)
    place = tracker.place(facts.place)
    if not facts.covers(place):
        said_none = Say("no_text_for_country", {"country": Country(place[:2])})
        return Decision(tracker, (said_none, Desk("offices")), (PERSON, MENU), "accept", intent).missing(UNANSWERED)
    shown = ShowArticle(intent, "summary", place)
    tracker = replace(tracker, answered=True)
    if not place and facts.countries and not tracker.country_asked:
        return _with_country_question(tracker, facts, shown)
    if facts.regions_of(place) and not tracker.region_asked:
        return _with_region_question(tracker, facts, shown)
    return Decision(tracker, (shown,), part_choices(facts, place, "summary"), "accept", intent)


def answers(tracker: Tracker, world: World, *intents: str) -> Decision:
    """The first answer to each question of a message: of several under their titles, those with a deadline first.

    Of several, one without a text for this person is left out while there is a text for another.
    """
    asked = [facts for intent in intents if (facts := world.article(intent))]
    found = sorted((one for one in asked if may_be_shown(tracker, one)), key=lambda one: not one.deadline)
    if len(found) < 2:
        return answer(tracker, world, found[0].intent if found else intents[0])
    first = found[0].intent
    tracker = replace(_afresh(tracker, first), answered=True)
    steps = tuple(ShowArticle(one.intent, "summary", tracker.place(one.place), titled=True) for one in found)
    decision = Decision(tracker, (*steps, Say("foot_general")), (*_steps_of(tracker, found), PERSON), "accept", first)
    unplaced = [one for one in found if one.countries and not tracker.place(one.place)]
    return _asking_country(decision, unplaced) if unplaced and not tracker.country_asked else decision


def _afresh(tracker: Tracker, intent: str) -> Tracker:
    return replace(tracker, intent=intent, pending="", held="", held_also="", failures=0)


def may_be_shown(tracker: Tracker, facts: ArticleFacts) -> bool:
    """Tell whether there is a text in date for this person's country."""
    return not facts.expired and facts.covers(tracker.place(facts.place))


def _steps_of(tracker: Tracker, found: Iterable[ArticleFacts]) -> tuple[Choice, ...]:
    """The steps of each, named by its title."""
    with_steps = (one for one in found if "steps" in one.parts)
    return tuple(
        replace(_part("steps", one.intent, tracker.place(one.place)), label=IntentTitle(one.intent))
        for one in with_steps
    )


def _asking_country(decision: Decision, unplaced: Sequence[ArticleFacts]) -> Decision:
    """Ask once for the country of all that depend on it; they are answered again when it is known."""
    tracker = replace(decision.tracker, country_asked=True).holding((one.intent for one in unplaced), "country")
    countries = dict.fromkeys(country for one in unplaced for country in one.countries)
    choices = (*country_choices(tuple(countries)[:_COUNTRIES]), *decision.choices)
    return replace(decision, tracker=tracker, choices=choices).say(Say("ask_country"))


def without_papers(meant: Understanding | None) -> bool:
    """Tell whether somebody said in this message that they have no papers."""
    return meant is not None and Status.WITHOUT_PAPERS in meant.statuses


def for_status(decision: Decision, meant: Understanding | None) -> Decision:
    """Who said in this message that they have no papers reads at once what the article says for them.

    That choice lives in this decision alone: the tracker learns no more than which offices may be asked.
    """
    if not without_papers(meant):
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


def _with_region_question(tracker: Tracker, facts: ArticleFacts, shown: ShowArticle) -> Decision:
    """What is true of the whole country at once, and its regions among the choices, asked once."""
    asked = replace(tracker, region_asked=True, held=facts.intent, pending="region")
    regions = region_choices(facts.regions_of(shown.country))
    choices = (*regions, _part("steps", facts.intent, shown.country), PERSON)
    return Decision(asked, (shown, Say("ask_region")), choices, "accept", facts.intent)


def region_chosen(tracker: Tracker, world: World, code: str) -> Decision:
    """Note the region and answer the question that waited for it, or the last one."""
    noted = replace(tracker, region=code, pending="")
    if not noted.place("work"):
        noted = noted.chosen(code.partition("-")[0])
    waiting = tracker.waiting or tuple(filter(None, (tracker.intent,)))
    if waiting:
        return answers(noted, world, *waiting)
    said = Say("country_set", {"country": Country(code[:2])})
    return Decision(noted, (said,), (MENU, PERSON), "command", "service/choose_country")


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
    if facts is None or not may_be_shown(tracker, facts):
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
    places = {facts.place for intent in tracker.waiting if (facts := world.article(intent))}
    noted = replace(tracker.chosen(code, places.pop() if len(places) == 1 else ""), pending="")
    if tracker.waiting:
        return answers(noted, world, *tracker.waiting)
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
    return Decision(failed, (Say("give_up"),), (PERSON, MENU), "give_up").missing(UNANSWERED)


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
