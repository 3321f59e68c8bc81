"""The one function that decides: `decide(tracker, heard, world) -> Decision`. Pure; the turn carries it out.

Order: danger · the five things that work in every state · silence while a person holds the chat · taps · an answer to what
was asked · what the words mean.
"""

from dataclasses import replace
from datetime import timedelta

from bot.model.conversation import WITH_OPERATOR
from bot.model.messages import FILES, Kind
from bot.model.say import Language, Moment, Say, ShowArticle
from bot.model.understanding import Understanding, Verdict
from dialogues import meaning, taps
from dialogues.decision import Decision, Desk, Erase, Heard, Privacy, World
from dialogues.flows import answer, files, language, missed, person, safety, start
from dialogues.flows.common import MENU, PERSON
from dialogues.tracker import Tracker

LATE = timedelta(minutes=15)
_ANY_STATE = ("service/stop", "service/delete_my_data", "service/choose_language", "service/case_status")
_ANY_STATE_TAPS = (
    "h:cancel", "h:share:", "h:contact:", "h:still:", "h:transfer:", "h:interpret:", "d:erase", "l:", "p:delete",
)  # fmt: skip
_COMMANDS = {
    "start": "menu", "help": "service/what_can_you_do", "person": "service/talk_to_human", "status": "service/case_status",
    "language": "service/choose_language", "country": "service/choose_country", "privacy": "service/privacy",
    "delete": "service/delete_my_data", "stop": "service/stop", "cancel": "service/case_status",
}  # fmt: skip
_DOUBTFUL = frozenset({"clarify", "search", "give_up", "degraded"})


def decide(tracker: Tracker, heard: Heard, world: World) -> Decision:
    """Say what happens next. Never raises for anything a person can send."""
    tracker = _notice(tracker, heard, world)
    decision = missed.kept_apart(_decide(tracker, heard, world), world)
    if decision.name in {"emergency", "silent"}:
        return decision
    decision = _told_once(_remembered(decision), world)
    if decision.steps and not any(isinstance(step, Erase) for step in decision.steps):
        decision = replace(decision, tracker=replace(decision.tracker, greeted=True))
    if decision.steps and decision.name in _DOUBTFUL and _shown_lately(tracker, world):
        decision = decision.first(Say("danger_again"))  # it may have been a call for help
    if heard.delay >= LATE and decision.steps and heard.sent_at and decision.tracker.pending != "late":
        decision = decision.first(Say("late", {"time": Moment(heard.sent_at, "clock_day")}))
    return _language_offer(decision, heard, world)


def _remembered(decision: Decision) -> Decision:
    """Remember which answers were shown, for the adviser whom the person lets read: what is not said twice."""
    shown = (step.intent for step in decision.steps if isinstance(step, ShowArticle))
    return replace(decision, tracker=decision.tracker.showing(shown))


def _told_once(decision: Decision, world: World) -> Decision:
    """After the first answer: what is kept and who sees it; in a language nobody has checked: that, too."""
    tracker = decision.tracker
    if not decision.steps or decision.name == "menu" or any(isinstance(step, Erase) for step in decision.steps):
        return decision
    if world.state in WITH_OPERATOR:
        return decision
    if tracker.locale in world.unread and not tracker.unread_told:
        said = Say("texts_unread", {"language": Language(tracker.locale, own=True)})
        tracker = replace(tracker, unread_told=True)
        decision = replace(decision, tracker=tracker).say(said)
    if tracker.answered and not tracker.privacy_told:
        decision = replace(decision, tracker=replace(tracker, privacy_told=True)).say(Privacy())
    return decision


def _notice(tracker: Tracker, heard: Heard, world: World) -> Tracker:
    """Take along what the message lets us know: the first language, places, that somebody is a minor, whom to trust."""
    meant = heard.understanding
    if not tracker.locale:
        first = (meant.locale if meant else "") or heard.locale_hint
        tracker = replace(tracker, locale=first if first in world.locales else "")
    if meant is None:
        return tracker
    tracker = _placed(tracker, meant, world)
    city = meant.value("city")
    if city and not tracker.city:
        tracker = replace(tracker, city=city)
    if not tracker.locale_chosen and meant.locale_sure and meant.locale in world.locales:
        tracker = replace(tracker, locale=meant.locale)
    trusted_only = tracker.trusted_only or answer.without_papers(meant)
    return replace(tracker, minor=tracker.minor or meant.minor, trusted_only=trusted_only)


def _placed(tracker: Tracker, meant: Understanding, world: World) -> Tracker:
    """Where somebody lives or is says what rules hold at work only while nothing better is known."""
    country = meant.value("country_work") or meant.value("country") or ("" if tracker.country else meant.any_country)
    if country and (tracker.country == "" or meant.intent != "service/choose_country"):
        tracker = replace(tracker, country=country)
    residence, now = meant.value("country_residence"), meant.value("country_now")
    return replace(
        tracker, residence=residence or tracker.residence, now=now or tracker.now,
        region=meant.value("region") or world.region_of(meant.value("city")) or tracker.region,
    )  # fmt: skip


def _decide(tracker: Tracker, heard: Heard, world: World) -> Decision:
    meant = heard.understanding
    kinds = _danger_kinds(heard)
    if kinds and not (world.state in WITH_OPERATOR and _shown_lately(tracker, world)):
        return safety.danger(tracker, world, heard, kinds)
    command = _command(heard)
    if command in _ANY_STATE and not (world.state in WITH_OPERATOR and meant and meant.foreign):
        return meaning.serve(tracker, heard, world, command)
    if world.state in WITH_OPERATOR and not heard.button.startswith(_ANY_STATE_TAPS):
        if heard.kind in FILES:
            return files.sent(tracker, world, heard)
        # A typed "yes" answers the adviser, never a question of ours.
        return person.to_adviser(tracker, heard.button or _typed_choice(world.asked, meant))
    if heard.kind is Kind.COMMAND:
        return start.menu(tracker, world) if command in {"menu", ""} else meaning.serve(tracker, heard, world, command)
    if heard.kind is Kind.BUTTON:
        return taps.tapped(tracker, heard, world, heard.button)
    if heard.kind in FILES:
        return files.sent(tracker, world, heard)
    if heard.kind in {Kind.STICKER, Kind.LOCATION}:
        return _not_text(tracker, heard, world)
    return _spoken(tracker, heard, world)


def _danger_kinds(heard: Heard) -> tuple[str, ...]:
    if heard.button.removeprefix("i:") in safety.KINDS:
        return (heard.button.removeprefix("i:"),)
    return heard.understanding.safety if heard.understanding else ()


def _shown_lately(tracker: Tracker, world: World) -> bool:
    since = tracker.in_danger_since()
    return since is not None and world.now - since < timedelta(minutes=30)


def _command(heard: Heard) -> str:
    if heard.kind is Kind.COMMAND:
        return _COMMANDS.get(heard.button.lower(), "")
    if heard.button in {"language", "person"}:
        return {"language": "service/choose_language", "person": "service/talk_to_human"}[heard.button]
    return heard.understanding.commands[0] if heard.understanding and heard.understanding.commands else ""


def _not_text(tracker: Tracker, heard: Heard, world: World) -> Decision:
    """Location: a city at once. A sticker: the picture menu."""
    if heard.kind is Kind.LOCATION:
        if heard.city:
            return person.located(tracker, world, heard)
        return Decision(tracker, (Say("location_unknown"),), (PERSON, MENU), "command")
    return start.menu(tracker, world)


def _spoken(tracker: Tracker, heard: Heard, world: World) -> Decision:
    meant = heard.understanding
    if meant is None:
        return start.menu(tracker, world)
    if tracker.pending == person.CALL_NUMBER and heard.number:
        return person.call_number(tracker, heard.number)
    if not tracker.greeted and not meant.ranking and not meant.degraded and not meant.commands and not meant.foreign:
        return start.menu(tracker, world)
    typed = _typed_choice(tracker.options, meant)
    if typed:
        return taps.tapped(tracker, heard, world, typed)
    if meant.foreign:
        return language.foreign(tracker, world, meant.foreign)
    pending = _pending(tracker, heard, world, meant)
    if pending is not None:
        return pending
    if meant.value("choice") and len(meant.commands) == 0:
        return start.menu(tracker, world)  # a number or a thumb that chooses nothing
    command = _command(heard)
    if command:
        return meaning.serve(tracker, heard, world, command)
    if world.awaits_question and heard.sent_at:
        written = Desk("leave_written", heard.sent_at.isoformat())
        return Decision(tracker, (written,), (), "command", "service/talk_to_human")
    if meant.degraded:
        return meaning.degraded(tracker, heard, world)
    return meaning.judged(tracker, heard, world, meant)


def _typed_choice(options: tuple[str, ...], meant: Understanding | None) -> str:
    """A typed 1, 2, 3 is a tap on what was offered last; "ok" or a thumb is the first of a yes and a no."""
    if meant is None:
        return ""
    choice = meant.value("choice")
    if choice.isdecimal() and 0 < int(choice) <= len(options):
        return options[int(choice) - 1]
    positive = choice == "ok" or "service/affirm" in meant.commands
    negative = "service/deny" in meant.commands
    for option in options:
        if (positive and option.endswith(":yes")) or (negative and option.endswith(":no")):
            return option
    if positive and options and options[0].startswith(("h:accept", "h:leave")):
        return options[0]
    return ""


def _pending(tracker: Tracker, heard: Heard, world: World, meant: Understanding) -> Decision | None:
    """What we asked for, given in words: a country, a city."""
    if tracker.pending in {"city", "city_offices"}:
        city, country = meant.value("city"), meant.any_country
        if city or country:
            return person.located(tracker, world, replace(heard, city=city, country=country))
        if meant.verdict is not Verdict.ACCEPT:
            return person.city_skipped(tracker, world)
    if tracker.pending == person.CALL_NUMBER and meant.verdict is not Verdict.ACCEPT:
        return person.call_number(tracker, "")
    asks_anew = meant.verdict is Verdict.ACCEPT and not meant.intent.startswith("service/")
    if tracker.pending == "region" and meant.value("region") and not asks_anew:
        return answer.region_chosen(tracker, world, meant.value("region"))
    if tracker.pending == "country" and meant.any_country:
        return answer.country_chosen(tracker, world, meant.any_country)
    if tracker.pending == "country" and meant.verdict is Verdict.GIVE_UP and not meant.degraded:
        return answer.country_not_known(tracker)
    return None


def _language_offer(decision: Decision, heard: Heard, world: World) -> Decision:
    """Propose the language just written when the known one was chosen; never impose it."""
    meant, tracker = heard.understanding, decision.tracker
    if (
        meant is None
        or not meant.locale_sure
        or not tracker.locale_chosen
        or decision.name not in {"accept", "clarify"}
    ):
        return decision
    if meant.locale == tracker.locale or meant.locale not in world.locales or len(decision.choices) > 6:
        return decision
    return language.offer_switch(decision, meant.locale)
