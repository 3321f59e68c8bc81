"""Danger before everything: the card, the truth about who reads, then the rest of the message. No menu, no rating."""

from dataclasses import replace
from datetime import timedelta

from bot.model.conversation import WITH_OPERATOR
from dialogues.decision import Alarm, Decision, Heard, Step, World
from dialogues.flows.answer import answer, may_be_shown
from dialogues.tracker import Tracker

_ONCE_IN = timedelta(minutes=30)
_WORTH_SAYING = 0.25  # confidence of what a message in danger is about besides
_READ_BY_MANY = "en"
KINDS = frozenset(
    f"safety/{kind}"
    for kind in (
        "emergency", "suicide_self_harm", "missing_person", "trafficking_exploitation", "violence", "police_detention",
        "urgent_needs",
    )
)  # fmt: skip


def danger(tracker: Tracker, world: World, heard: Heard, kinds: tuple[str, ...]) -> Decision:
    """Show the card of the worst kind at once; within 30 minutes the same card becomes one line."""
    worst = kinds[0]
    languages = _languages(tracker, heard)
    here = _place(heard) or tracker.now
    country = here or tracker.place("now").partition("-")[0]
    since = tracker.in_danger_since()
    fresh = since is None or world.now - since >= _ONCE_IN or tracker.danger != worst
    steps: list[Step] = [Alarm(worst, country, fresh, heard.sent_at, bool(here))]
    tracker = replace(
        tracker, danger=worst, danger_at=world.now.isoformat() if fresh else tracker.danger_at, pending="",
        answered=True, trusted_only=True,
    )  # fmt: skip
    tracker, rest = _rest(tracker, world, heard)
    return Decision(tracker, (*steps, *rest), (), "emergency", worst, locales=languages)


def _place(heard: Heard) -> str:
    if heard.country or heard.understanding is None:
        return heard.country
    kinds = ("country_now", "country", "country_residence", "country_work")
    return next((found for kind in kinds if (found := heard.understanding.value(kind))), "")


def _rest(tracker: Tracker, world: World, heard: Heard) -> tuple[Tracker, tuple[Step, ...]]:
    """The article for the rest of the question, when one is sure enough and can be read; never over a person."""
    intent = _beside_danger(heard)
    if world.state in WITH_OPERATOR or not intent or intent.startswith("service/"):
        return tracker, ()
    facts = world.article(intent)
    if facts is None or not may_be_shown(tracker, facts) or tracker.locale not in facts.locales:
        return tracker, ()
    then = answer(replace(tracker, country_asked=True), world, intent)
    return replace(then.tracker, country_asked=tracker.country_asked), then.steps


def _beside_danger(heard: Heard) -> str:
    """Return what the message is about besides the danger, if that is likelier than all else it may be about."""
    ranking = heard.understanding.ranking if heard.understanding else ()
    left = 1.0 - sum(ranked.confidence for ranked in ranking if ranked.intent in KINDS)
    first = next((ranked for ranked in ranking if ranked.intent not in KINDS), None)
    if first is None or first.confidence < _WORTH_SAYING or first.confidence < left / 2:
        return ""
    return first.intent


def _languages(tracker: Tracker, heard: Heard) -> tuple[str, ...]:
    """The two likeliest languages when it is not sure which one the person reads; the second may be English."""
    meant = heard.understanding
    if meant is None or not meant.locale:
        return ()
    if meant.locale == tracker.locale:
        first_words = not (tracker.answered or tracker.locale_chosen or meant.locale_sure)
        second = heard.locale_hint if heard.locale_hint not in {"", meant.locale} else _READ_BY_MANY
        return (meant.locale, second) if first_words and second != meant.locale else ()
    if not tracker.locale or (meant.locale_sure and not tracker.locale_chosen):
        return (meant.locale,)
    return (meant.locale, tracker.locale)
