"""The only entrance of the NLU room: what did the person mean?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from bot.model.errors import InterpreterUnavailable
from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.always_ask import AlwaysAsk
from nlu.entities import extract
from nlu.fallback import LocaleThresholds, Thresholds, arranged, dangers, judge
from nlu.keywords import Hits, Keywords
from nlu.language import LanguageGuess, identify, warm_up
from nlu.long_text import merged, pieces
from nlu.normalise import normalise

KEYWORDS = Path(__file__).with_name("keywords")


class Ranker(Protocol):
    """Where rankings come from: `RasaClient`, or a table made beforehand (`nlu.batch`)."""

    async def parse(self, text: str) -> Sequence[Ranked]:
        """Return the likeliest intents, best first, or raise InterpreterUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Understands utterances with keywords, language rules and Rasa; works on without Rasa, and says so."""

    rasa: Ranker
    keywords: Keywords
    thresholds: LocaleThresholds = field(default_factory=LocaleThresholds)
    always_ask: AlwaysAsk = field(default_factory=AlwaysAsk.load)

    @staticmethod
    def warm_up() -> None:
        """Load what the first message would otherwise wait for, about a second of work."""
        warm_up()
        extract("warm up", "", date.min)

    def quick(self, text: str) -> Hits:
        """Return danger and commands by keywords alone, in less than a millisecond; for the intake."""
        return self.keywords.scan(text)

    async def understand(
        self, text: str, known_locale: str | None = None, hint: str | None = None, on: date | None = None
    ) -> Understanding:
        """Return what the utterance means; `hint` is the platform's locale, `on` the day it was written. Never raises.

        An utterance without content gets GIVE_UP and no ranking. While Rasa is away `degraded` is True and
        the ranking empty: danger, commands, language and entities are there all the same.
        """
        if not normalise(text):
            return Understanding(judge((), Hits(), self.thresholds.common))
        asked = asyncio.create_task(self._ranking(text))
        hits = self.keywords.scan(text)
        guess = _heard_in(hits, identify(text, known_locale, hint))
        extracted = extract(text, guess.locale or known_locale or "", on)
        ranking = await asked
        thresholds = self.thresholds.of(guess.locale or known_locale or "")
        verdict, found = self._judged(text, ranking or (), hits, thresholds)
        return Understanding(
            verdict=verdict,
            ranking=found,
            locale=guess.locale,
            locale_sure=guess.sure,
            foreign=guess.foreign,
            safety=dangers(found, hits, thresholds),
            commands=hits.commands,
            entities=extracted.entities,
            statuses=extracted.statuses,
            minor=hits.minor,
            degraded=ranking is None,
        )

    def _judged(
        self, text: str, ranking: Sequence[Ranked], hits: Hits, thresholds: Thresholds
    ) -> tuple[Verdict, tuple[Ranked, ...]]:
        """Judge the ranking; a message that is always asked about gets its own choices first."""
        verdict = judge(ranking, hits, thresholds)
        intents = self.always_ask.intents_for(text)
        if not intents or not ranking or hits.safety or hits.commands:
            return verdict, arranged(ranking, thresholds)
        known = {ranked.intent: ranked for ranked in ranking}
        first = tuple(known.get(intent, Ranked(intent, 0.0)) for intent in intents)
        return Verdict.CLARIFY, (*first, *(ranked for ranked in ranking if ranked.intent not in intents))

    async def _ranking(self, text: str) -> Sequence[Ranked] | None:
        """Return Rasa's ranking, or None while it is away."""
        try:
            return merged(await asyncio.gather(*(self.rasa.parse(piece) for piece in pieces(text))))
        except InterpreterUnavailable:
            return None


def _heard_in(hits: Hits, guess: LanguageGuess) -> LanguageGuess:
    """A keyword of one language alone tells the language of a short text, though never surely."""
    if guess.locale or len(hits.locales) != 1:
        return guess
    return LanguageGuess(hits.locales[0])
