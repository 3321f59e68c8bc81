"""The waiting messages of a turn as the dialogue hears them: grouped, told apart by what can wait, decided to one reply."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from bot.arrivals import NO_WORDS
from bot.inbox import Waiting
from bot.model.messages import Kind
from bot.model.understanding import Understanding, Verdict
from dialogues.decision import Decision, Desk, Heard, Step, World
from dialogues.flows.person import CALL_NUMBER
from dialogues.policy import decide
from dialogues.tracker import Tracker

WORDS = frozenset({Kind.TEXT, Kind.EDITED})
PICTURES = frozenset({Kind.VOICE, Kind.PHOTO, Kind.FILE})  # their captions are words
_ACTS = WORDS | {Kind.BUTTON, Kind.COMMAND}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a person said or did, and the rows it came in. `waits`: its meaning is known only when Rasa is there."""

    heard: Heard
    rows: tuple[Waiting, ...]
    waits: bool = False

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The inbox rows."""
        return tuple(row.id for row in self.rows)


def group(waiting: Sequence[Waiting]) -> list[tuple[Waiting, ...]]:
    """Join fragments of text; a tap, a place or a picture stands alone."""
    groups: list[list[Waiting]] = []
    for one in (part for row in waiting if row.kind not in NO_WORDS for part in _parts(row)):
        if groups and one.kind in WORDS and groups[-1][-1].kind in WORDS:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [tuple(one) for one in groups]


def _parts(one: Waiting) -> Iterator[Waiting]:
    """The words under a picture are heard like any others, since they may tell of danger; the picture is heard once."""
    captioned = one.kind in PICTURES and bool(one.text)
    if captioned:
        yield replace(one, kind=Kind.TEXT)
    if not (captioned and one.recorded):
        yield one


def may_search(meant: Understanding) -> bool:
    """Say whether the search of the knowledge base may help: nothing was understood, or Rasa is away."""
    return not (meant.safety or meant.commands or meant.foreign) and (
        meant.degraded or meant.verdict is Verdict.GIVE_UP
    )


def for_now(said: Sequence[Said]) -> list[Said]:
    """Return what this turn answers. Danger and commands do not wait behind a question that waits for Rasa.

    Empty when nothing is in a hurry: then everything waits, so that the order is kept.
    """
    if not any(one.waits for one in said):
        return list(said)
    return [one for one in said if not one.waits and one.heard.kind in _ACTS]


def decide_all(tracker: Tracker, said: Sequence[Said], world: World) -> tuple[Decision, frozenset[UUID]]:
    """Decide on each thing in order and join it to one reply: all that is said, the last choices, danger on top.

    Also returns the rows of the questions that are kept until Rasa is back; what was answered beside them is done.
    """
    decisions: list[Decision] = []
    parked: set[UUID] = set()
    for one in said:
        if one.heard.kind in PICTURES and any(made.name == "emergency" for made in decisions):
            continue  # below the card of a danger nothing is said of pictures
        decision = decide(tracker, one.heard, world)
        decisions.append(decision)
        parked.update(one.ids if decision.parked else ())
        tracker = decision.tracker
    if not decisions:
        return Decision(tracker, name="silent"), frozenset()
    return _joined(decisions, tracker), frozenset(parked)


def answered(said: Sequence[Said], decision: Decision) -> dict[UUID, str]:
    """Return which rows give which answers to an adviser's question of the phrasebook, tapped or typed."""
    given = [
        f"{step.action}:{step.argument}" for step in decision.steps if isinstance(step, Desk) and step.action == "f"
    ]
    if len(said) == len(given) == 1:
        return {said[0].rows[-1].id: given[0]}
    return {one.rows[0].id: one.heard.button for one in said if one.heard.button in given}


def question_in(rows: Sequence[Waiting]) -> str:
    """Return the message that asks, of those heard together: the longest; words that came with a file ask nothing."""
    plain = [row for row in rows if row.kind in WORDS and row.media is None]
    return str(max(plain, key=lambda row: len(row.text)).id) if plain else ""


def to_call(said: Sequence[Said], decision: Decision) -> frozenset[UUID]:
    """Return which rows give the number that may be called: it is kept for the call alone, not on the record."""
    given = [step.argument for step in decision.steps if isinstance(step, Desk) and step.action == CALL_NUMBER]
    return frozenset(row for one in said if one.heard.number in given for row in one.ids)


def _joined(decisions: Sequence[Decision], tracker: Tracker) -> Decision:
    dangers = [decision for decision in decisions if decision.name == "emergency"]
    ordered = dangers + [decision for decision in decisions if decision.name != "emergency"]
    steps: list[Step] = []
    for decision in ordered:
        steps += [step for step in decision.steps if step not in steps]
    leading = dangers[0] if dangers else decisions[-1]
    choices = () if dangers else next((d.choices for d in reversed(decisions) if d.choices), ())
    return replace(
        leading, tracker=tracker, steps=tuple(steps), choices=choices, parked=any(d.parked for d in decisions),
        missed=tuple(missed for decision in decisions for missed in decision.missed),
    )  # fmt: skip
