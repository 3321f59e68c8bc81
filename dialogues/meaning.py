"""What the words mean for the dialogue: an intent leads to its flow, doubt to a question or a person."""

from dataclasses import replace
from datetime import timedelta

from bot.model.say import Moment, Say
from bot.model.understanding import Understanding, Verdict
from dialogues.decision import Decision, Heard, World
from dialogues.flows import answer, language, missed, mydata, person, safety, search, start
from dialogues.flows.common import PERSON, yes_no
from dialogues.tracker import Tracker

TOO_LATE = timedelta(days=1)
_STOP = "service/stop"  # takes back what an office has: done for words that say so, asked for what a classifier makes of others


def judged(tracker: Tracker, heard: Heard, world: World, meant: Understanding) -> Decision:
    tracker = missed.asking(replace(tracker, degraded_told=False), heard, world, meant)
    if meant.verdict is Verdict.ACCEPT and meant.intent == _STOP and _STOP not in meant.commands:
        return answer.clarify(tracker, world, (_STOP,))
    if meant.verdict is Verdict.ACCEPT:
        asks = meant.asked or (meant.intent,)
        if heard.delay >= TOO_LATE and heard.sent_at:
            asked = tracker.holding(asks, "late")
            said = Say("late_ask", {"time": Moment(heard.sent_at, "opening")})
            return Decision(asked, (said,), yes_no("late"), "clarify", meant.intent)
        return act_on(tracker, heard, world, *asks)
    if meant.verdict is Verdict.CLARIFY:
        likely = tuple(ranked.intent for ranked in meant.ranking)
        return answer.clarify(tracker, world, likely)
    if heard.found and not world.recent_office:
        return search.offer(tracker, world, heard.found).missing(missed.UNANSWERED)
    return answer.give_up(tracker, world)


def degraded(tracker: Tracker, heard: Heard, world: World) -> Decision:
    """Rasa is away: say so once, keep the question, offer what the search found and a person."""
    told = replace(tracker, degraded_told=True)
    first = () if tracker.degraded_told else (Say("degraded"),)
    if heard.found:
        offered = search.offer(told, world, heard.found).first(*first)
        return replace(offered, name="degraded", parked=True)
    return Decision(told, first, (PERSON,) if first else (), "degraded", parked=True)


def act_on(tracker: Tracker, heard: Heard, world: World, intent: str, *also: str) -> Decision:
    """Do what the intent asks for; `also` are further questions of the same message."""
    if intent.startswith("service/"):
        return serve(tracker, heard, world, intent)
    if intent in safety.KINDS:
        return safety.danger(tracker, world, heard, (intent,))
    meant = heard.understanding
    if meant is not None and intent != tracker.intent:  # another question, in words
        tracker = replace(tracker, trusted_only=answer.without_papers(meant))
    return answer.for_status(answer.answers(tracker, world, intent, *also), meant)


def serve(tracker: Tracker, heard: Heard, world: World, intent: str) -> Decision:
    """The service intents, each by its flow."""
    meant = heard.understanding
    if intent == "service/choose_language":
        named = meant.value("language") if meant else ""
        return language.chosen(tracker, world, named) if named else language.ask(tracker, world)
    if intent == "service/choose_country":
        named = meant.any_country if meant else ""
        return answer.country_chosen(tracker, world, named) if named else answer.ask_country(tracker, world)
    simple = {
        "service/talk_to_human": lambda: person.talk(tracker, world),
        "service/find_contact_point": lambda: person.offices(tracker, world),
        "service/case_status": lambda: person.status(tracker),
        "service/say_it_simpler": lambda: answer.simpler(tracker, world),
        "service/privacy": lambda: mydata.privacy(tracker),
        "service/delete_my_data": lambda: mydata.ask_erase(tracker),
        "service/export_my_data": lambda: mydata.export(tracker),
        "service/stop": lambda: mydata.stop(tracker),
        "service/out_of_scope": lambda: answer.out_of_scope(tracker, world),
        "service/greet": lambda: start.menu(tracker, world),
        "service/thanks": lambda: _thanked(tracker, world),
        "menu": lambda: start.menu(tracker, world),
    }  # fmt: skip
    if intent in simple:
        return simple[intent]()
    if intent in {"service/goodbye", "service/affirm", "service/deny"}:
        return start.small_talk(tracker, world, intent)
    if intent == "service/what_can_you_do" and not tracker.greeted:
        return start.menu(tracker, world)  # "help" as the first word asks for the menu
    return start.about(tracker, world, intent) if intent in start.ABOUT else answer.give_up(tracker, world)


def _thanked(tracker: Tracker, world: World) -> Decision:
    """A thank-you after an answer says that it helped; no further question is owed."""
    return start.small_talk(replace(tracker, pending=""), world, "service/thanks")
