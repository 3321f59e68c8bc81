"""The only entrance of the NLU room: what did the person mean?"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from bot.model.errors import InterpreterUnavailable
from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.always_ask import AlwaysAsk
from nlu.entities import extract
from nlu.fallback import LocaleThresholds, Thresholds, arranged, commands, dangers, judge
from nlu.keywords import Hits, Keywords, is_urgent
from nlu.language import LanguageGuess, identify, warm_up
from nlu.long_text import merged, pieces
from nlu.normalise import normalise
from nlu.questions import Meaning, Part, questions, with_parts

KEYWORDS = Path(__file__).with_name("keywords")


class Ranker(Protocol):
    """Where rankings come from: `RasaClient`, or a table made beforehand (`nlu.batch`)."""

    async def parse(self, text: str, *, urgent: bool = False) -> Sequence[Ranked]:
        """Return the likeliest intents, best first, or raise InterpreterUnavailable; an urgent text waits for no other."""
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
        hits = self.keywords.scan(text)
        parts = () if hits.safety or hits.commands else questions(text)
        asked = asyncio.create_task(self._rankings(text, parts, is_urgent(hits)))
        guess = _heard_in(hits, identify(text, known_locale, hint))
        extracted = extract(text, guess.locale or known_locale or "", on)
        ranking, *of_parts = await asked
        thresholds = self.thresholds.of(guess.locale or known_locale or "")
        whole = self._judged(text, ranking or (), hits, thresholds)
        meaning = with_parts(whole, self._parts(parts, of_parts, thresholds))
        return Understanding(
            verdict=meaning.verdict,
            ranking=meaning.ranking,
            locale=guess.locale,
            locale_sure=guess.sure,
            foreign=guess.foreign,
            safety=dangers(whole.ranking, hits, thresholds) or meaning.safety,
            commands=commands(whole.ranking, hits, thresholds),
            entities=extracted.entities,
            asked=meaning.asked,
            statuses=extracted.statuses,
            minor=hits.minor,
            degraded=ranking is None,
        )

    def _parts(
        self, parts: Iterable[Part], rankings: Iterable[Sequence[Ranked] | None], thresholds: Thresholds
    ) -> list[Meaning]:
        """Judge the parts of a message as if each stood alone, without those that were not ranked or hold a command."""
        heard = (
            (part, ranking, self.keywords.scan(part.text))
            for part, ranking in zip(parts, rankings, strict=True)
            if ranking
        )
        return [
            replace(self._judged(part.text, ranking, hits, thresholds), asks=part.asks)
            for part, ranking, hits in heard
            if not hits.commands
        ]

    def _judged(self, text: str, ranking: Sequence[Ranked], hits: Hits, thresholds: Thresholds) -> Meaning:
        """Judge the ranking; a message that is always asked about gets its own choices first."""
        verdict = judge(ranking, hits, thresholds)
        intents = self.always_ask.intents_for(text)
        if not intents or not ranking or hits.safety or hits.commands:
            return Meaning(verdict, arranged(ranking, thresholds))
        known = {ranked.intent: ranked for ranked in ranking}
        first = tuple(known.get(intent, Ranked(intent, 0.0)) for intent in intents)
        others = (ranked for ranked in ranking if ranked.intent not in intents)
        return Meaning(Verdict.CLARIFY, (*first, *others))

    async def _rankings(self, text: str, parts: Iterable[Part], urgent: bool) -> Sequence[Sequence[Ranked] | None]:
        """Return the ranking of the text and of each of its parts."""
        return await asyncio.gather(*(self._ranking(one, urgent) for one in (text, *(part.text for part in parts))))

    async def _ranking(self, text: str, urgent: bool) -> Sequence[Ranked] | None:
        """Return Rasa's ranking, or None while it is away."""
        try:
            return merged(await asyncio.gather(*(self.rasa.parse(piece, urgent=urgent) for piece in pieces(text))))
        except InterpreterUnavailable:
            return None


def _heard_in(hits: Hits, guess: LanguageGuess) -> LanguageGuess:
    """A keyword of one language alone tells the language of a short text, though never surely."""
    if guess.locale or len(hits.locales) != 1:
        return guess
    return LanguageGuess(hits.locales[0])
