"""The only entrance of the NLU room: what did the person mean?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.errors import InterpreterUnavailable
from bot.model.understanding import Ranked, Understanding
from nlu.entities import extract
from nlu.fallback import Thresholds, arranged, dangers, judge
from nlu.keywords import Hits, Keywords
from nlu.language import LanguageGuess, identify, warm_up
from nlu.normalise import normalise
from nlu.rasa_client import RasaClient

KEYWORDS = Path(__file__).with_name("keywords")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Understands utterances with keywords, language rules and Rasa; works on without Rasa, and says so."""

    rasa: RasaClient
    keywords: Keywords
    thresholds: Thresholds = field(default_factory=Thresholds)

    @staticmethod
    def warm_up() -> None:
        """Load what the first message would otherwise wait for, about a second of work."""
        warm_up()
        extract("", "")

    def quick(self, text: str) -> Hits:
        """Return danger and commands by keywords alone, in less than a millisecond; for the intake."""
        return self.keywords.scan(text)

    async def understand(self, text: str, known_locale: str | None = None, hint: str | None = None) -> Understanding:
        """Return what the utterance means; `hint` is the platform's locale. Never raises for any text.

        An utterance without content gets GIVE_UP and no ranking. While Rasa is away `degraded` is True and
        the ranking empty: danger, commands, language and entities are there all the same.
        """
        if not normalise(text):
            return Understanding(judge((), Hits(), self.thresholds))
        asked = asyncio.create_task(self._ranking(text))
        hits = self.keywords.scan(text)
        guess = _heard_in(hits, identify(text, known_locale, hint))
        entities = extract(text, guess.locale or known_locale or "")
        ranking = await asked
        found = ranking or ()
        return Understanding(
            verdict=judge(found, hits, self.thresholds),
            ranking=arranged(found, self.thresholds),
            locale=guess.locale,
            locale_sure=guess.sure,
            foreign=guess.foreign,
            safety=dangers(found, hits, self.thresholds),
            commands=hits.commands,
            entities=entities,
            minor=hits.minor,
            degraded=ranking is None,
        )

    async def _ranking(self, text: str) -> Sequence[Ranked] | None:
        """Return Rasa's ranking, or None while it is away."""
        try:
            return await self.rasa.parse(text)
        except InterpreterUnavailable:
            return None


def _heard_in(hits: Hits, guess: LanguageGuess) -> LanguageGuess:
    """A keyword of one language alone tells the language of a short text, though never surely."""
    if guess.locale or len(hits.locales) != 1:
        return guess
    return LanguageGuess(hits.locales[0])
