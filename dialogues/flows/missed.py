"""Questions that were not answered well: which message asked, and from which nothing may ever be learned."""

from dataclasses import replace

from bot.model.understanding import Understanding, Verdict
from dialogues.decision import Decision, Heard, Missed, World
from dialogues.tracker import Tracker

UNANSWERED, REFUSED, DOWNVOTED, HANDED_OFF = "unanswered", "refused", "downvoted", "handed_off"
NEVER = "never"
LEARN = "learn_ask_2"  # the sentence that asks for consent to learn; another wording gets another name
_LIKELY = 0.2  # confidence from which a message may be about what nobody may learn from


def asking(tracker: Tracker, heard: Heard, world: World, meant: Understanding) -> Tracker:
    """Remember which message asked; a thank-you or a wish for a person leaves the question before it in place."""
    if meant.verdict is Verdict.ACCEPT and meant.intent.startswith("service/"):
        return tracker
    likely = (one.intent for one in meant.ranking[:1] + tuple(r for r in meant.ranking[1:] if r.confidence >= _LIKELY))
    kept_apart = any(_never_learn(intent, world) for intent in (*likely, *meant.asked))
    return replace(tracker, asked="" if kept_apart or heard.number else heard.message)


def kept_apart(decision: Decision, world: World) -> Decision:
    """Learn nothing from minors, from who is or was in danger, and from what the answer turned out to be about."""
    tracker = decision.tracker
    if tracker.minor or tracker.danger:
        return replace(decision, tracker=replace(tracker, asked=""), missed=(Missed(NEVER),))
    if tracker.asked and (_never_learn(tracker.intent, world) or _never_learn(decision.intent, world)):
        return replace(decision, tracker=replace(tracker, asked=""), missed=(Missed(NEVER, tracker.asked),))
    return decision


def may_ask(tracker: Tracker) -> bool:
    """Tell whether to ask for consent to learn: once, and never a minor or who is or was in danger."""
    return not (tracker.learn_asked or tracker.minor or tracker.danger)


def _never_learn(intent: str, world: World) -> bool:
    return not world.never_learn.isdisjoint({intent, intent.partition("/")[0]})
