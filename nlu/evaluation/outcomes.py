"""What the understanding made of each case."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.evaluation.cases import OUT_OF_SCOPE, Case
from nlu.interpreter import Interpreter
from nlu.keywords import Hits
from nlu.language import identify
from nlu.predict import guesses, understand

OFFERED = 3  # choices of a "did you mean"
AT_ONCE = 8
SAY_EVERY = 2000
SAFETY = "safety/"
# Accepting one of these for a message out of scope does no harm: the bot only says who it is.
SMALL_TALK = frozenset(
    f"service/{name}" for name in ("greet", "goodbye", "thanks", "affirm", "deny", "are_you_human", "what_can_you_do")
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case, what was understood without knowing the person, and what keywords alone hit."""

    case: Case
    meant: Understanding
    hits: Hits

    @property
    def guesses(self) -> list[str]:
        """The intents, best first, as `python -m nlu predict` tells them."""
        return [ranked.intent for ranked in guesses(self.meant)]

    @property
    def best(self) -> str:
        return next(iter(self.guesses), "")

    @property
    def is_right(self) -> bool:
        return self.best == self.case.expected

    @property
    def is_topic_right(self) -> bool:
        return topic(self.best) == topic(self.case.expected)

    @property
    def is_accepted(self) -> bool:
        """Whether the bot acts on its best guess."""
        return self.meant.verdict in {Verdict.ACCEPT, Verdict.EMERGENCY}

    @property
    def is_offered(self) -> bool:
        """Whether the right intent is among the choices of a "did you mean"."""
        return self.case.expected in [ranked.intent for ranked in self.meant.ranking[:OFFERED]]

    @property
    def is_danger(self) -> bool:
        """Whether the case is one of danger: from the list of dangers, or of a safety intent."""
        return self.case.expected.startswith(SAFETY)

    @property
    def has_card(self) -> bool:
        """Whether a danger card is shown."""
        return self.meant.verdict is Verdict.EMERGENCY

    @property
    def is_second_offered(self) -> bool:
        """Whether the second of two questions is among the choices, too."""
        return self.case.second in [ranked.intent for ranked in self.meant.ranking[:OFFERED]]

    @property
    def answered(self) -> frozenset[str]:
        """The intents of the message that the bot answers, right or wrong; a danger card is no answer."""
        if self.meant.verdict is not Verdict.ACCEPT:
            return frozenset()
        return frozenset(self.meant.asked or (self.best,))

    @property
    def right_answers(self) -> int:
        """How many of the intents that were asked about are answered."""
        return len(self.answered & {self.case.expected, self.case.second})

    @property
    def is_declined(self) -> bool:
        """Whether the bot says that it cannot answer this."""
        if self.meant.verdict is Verdict.GIVE_UP:
            return True
        return self.meant.verdict is Verdict.ACCEPT and self.best == OUT_OF_SCOPE

    @property
    def is_mistaken(self) -> bool:
        """Whether a message that nobody here can answer gets an answer."""
        return self.is_accepted and not self.is_declined and self.best not in SMALL_TALK

    @property
    def is_language_right(self) -> bool:
        """Whether the message was taken for one in its language."""
        return self.meant.locale == self.case.locale

    @property
    def is_language_wrong(self) -> bool:
        """Whether it was taken for one in another language; being unsure is neither."""
        return not self.is_language_right and bool(self.meant.locale or self.meant.foreign)

    @property
    def sureness(self) -> Ranked | None:
        """The classifier's best intent with its confidence, whatever keywords say."""
        return max(self.meant.ranking, key=lambda ranked: ranked.confidence, default=None)


def topic(intent: str) -> str:
    """Return the part before the slash."""
    return intent.partition("/")[0]


async def run(interpreter: Interpreter, cases: Sequence[Case], tell: Callable[[str], None]) -> list[Outcome]:
    """Let the whole interpreter understand all cases, some at once; a language case is only identified."""
    gate = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def one(case: Case) -> Outcome:
        nonlocal done
        async with gate:
            outcome = await _outcome(interpreter, case)
        done += 1
        if done % SAY_EVERY == 0 or done == len(cases):
            tell(f"understood {done} of {len(cases)} cases")
        return outcome

    return list(await asyncio.gather(*(one(case) for case in cases)))


async def _outcome(interpreter: Interpreter, case: Case) -> Outcome:
    if not case.needs_rasa:
        guess = identify(case.text)
        return Outcome(case, Understanding(Verdict.GIVE_UP, locale=guess.locale, foreign=guess.foreign), Hits())
    return Outcome(case, await understand(interpreter, case.text), interpreter.quick(case.text))
