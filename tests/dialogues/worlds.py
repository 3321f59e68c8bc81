"""Builders for `decide`: what was heard, what it means, and the world around it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.conversation import State
from bot.model.knowing import ArticleFacts
from bot.model.locales import LOCALES
from bot.model.messages import Kind
from bot.model.say import Say
from bot.model.understanding import Entity, Ranked, Understanding, Verdict
from dialogues.decision import Decision, Heard, World
from dialogues.phrases import load_menu, load_phrases

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
EU = frozenset({"IT", "BE", "FR"})
WAGES = "labour_rights/unpaid_wages"
PERMIT = "permits/permit_renewal"
TAX = "arrival/tax"  # no text for this
OLD = "benefits/housing"  # its text is out of date
EVERY = frozenset(LOCALES)
FACTS = {
    WAGES: ArticleFacts(WAGES, "work", ("IT", "BE"), EU, parts=("summary", "steps", "bring", "details"), locales=EVERY),
    PERMIT: ArticleFacts(PERMIT, "residence", ("IT",), frozenset({"IT"}), deadline=True, locales=EVERY),
    OLD: ArticleFacts(OLD, expired=True),
}


def world(state: State = State.BOT, **more: Any) -> World:
    """The world at noon of an ordinary day."""
    made = World(
        now=NOW, article=FACTS.get, menu=load_menu(), locales=LOCALES,
        titled=frozenset(load_phrases().titles["en"]), state=state, topic_countries=("BE", "IT"),
    )  # fmt: skip
    return replace(made, **more)


def meant(*intents: str, **more: Any) -> Understanding:
    """The classifier took these, best first; it is sure of one alone."""
    shares = (0.9, 0.05, 0.02) if len(intents) == 1 else (0.4, 0.3, 0.2)
    ranking = tuple(Ranked(intent, share) for intent, share in zip(intents, shares, strict=False))
    verdict = Verdict.ACCEPT if len(intents) == 1 else Verdict.CLARIFY if intents else Verdict.GIVE_UP
    entities = tuple(
        Entity(kind, more.pop(kind)) for kind in ("country", "city", "region", "language", "choice") if kind in more
    )
    return Understanding(**{"verdict": verdict, "ranking": ranking, "locale": "en", "entities": entities, **more})


def text(understanding: Understanding, delay: timedelta = timedelta(), **more: Any) -> Heard:
    """Words."""
    return Heard(Kind.TEXT, understanding=understanding, sent_at=NOW - delay, delay=delay, **more)


def asked(*intents: str, delay: timedelta = timedelta(), **more: Any) -> Heard:
    """Words that mean these intents."""
    return text(meant(*intents, **more), delay)


def tap(button: str) -> Heard:
    """A tap on a choice."""
    return Heard(Kind.BUTTON, button, sent_at=NOW)


def command(name: str) -> Heard:
    """A slash command."""
    return Heard(Kind.COMMAND, name, sent_at=NOW)


def said(decision: Decision) -> list[str]:
    """The phrases and the kinds of everything else, in order."""
    return [step.phrase if isinstance(step, Say) else type(step).__name__ for step in decision.steps]


def offered(decision: Decision) -> list[str]:
    """The ids of the choices."""
    return [choice.id for choice in decision.choices]
