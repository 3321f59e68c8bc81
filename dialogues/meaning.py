"""What the words mean for the dialogue: an intent leads to its flow, doubt to a question or a person."""

from dataclasses import replace
from datetime import timedelta

from bot.model.say import Moment, Say
from bot.model.understanding import Understanding, Verdict
from dialogues.decision import Decision, Heard, World
from dialogues.flows import answer, language, mydata, person, safety, start
from dialogues.flows.common import PERSON, yes_no
from dialogues.tracker import Tracker

TOO_LATE = timedelta(days=1)


def judged(tracker: Tracker, heard: Heard, world: World, meant: Understanding) -> Decision:
    tracker = replace(tracker, degraded_told=False)
    if meant.verdict is Verdict.ACCEPT:
        if heard.delay >= TOO_LATE and heard.sent_at:
            asked = replace(tracker, pending="late", held=meant.intent)
            said = Say("late_ask", {"time": Moment(heard.sent_at, "opening")})
            return Decision(asked, (said,), yes_no("late"), "clarify", meant.intent)
        return act_on(tracker, heard, world, meant.intent)
    if meant.verdict is Verdict.CLARIFY:
        likely = tuple(ranked.intent for ranked in meant.ranking)
        return answer.clarify(tracker, world, likely)
    return answer.give_up(tracker, world)


def degraded(tracker: Tracker) -> Decision:
    """Rasa is away: say so once, keep the question, offer a person."""
    if tracker.degraded_told:
        return Decision(tracker, name="degraded", parked=True)
    told = replace(tracker, degraded_told=True)
    return Decision(told, (Say("degraded"),), (PERSON,), "degraded", parked=True)


def act_on(tracker: Tracker, heard: Heard, world: World, intent: str) -> Decision:
    if intent.startswith("service/"):
        return serve(tracker, heard, world, intent)
    if intent in safety.KINDS:
        return safety.danger(tracker, world, heard, (intent,))
    return answer.for_status(answer.answer(tracker, world, intent), heard.understanding)


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
