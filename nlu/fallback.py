"""Confidence decides: accept, ask "did you mean", or offer search results and a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self

from bot.model.errors import SettingsError
from bot.model.understanding import Ranked, Verdict
from nlu.keywords import SAFETY, Hits

DANGER = "safety/"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on what is done; `config.yml` may change them under `understanding:`.

    `accept` and `margin`: the best intent is taken if it has this confidence and this lead over the second.
    `clarify`: below it the best intent is not worth a "did you mean". `danger`: from here on a safety intent
    is always among the choices. The defaults were measured with the encoder's `scale: 8.0` (`nlu/report.py`): on
    utterances held out from training half were answered, one in eight of them wrongly, half of that within the
    topic; 93 of 100 dangers were answered with their card or offered, as were 5 of 100 other utterances.
    """

    accept: float = 0.65
    margin: float = 0.2
    clarify: float = 0.12
    danger: float = 0.1

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Self:
        """Return the defaults changed by these; SettingsError names what cannot be."""
        known = {field.name for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise SettingsError(f"understanding.{name} is not known; known are {', '.join(sorted(known))}")
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise SettingsError(f"understanding.{name} must be a number between 0 and 1")
        return cls(**values)


def judge(ranking: Sequence[Ranked], hits: Hits, thresholds: Thresholds) -> Verdict:
    """Return what the confidence allows; danger from either side comes before everything."""
    if dangers(ranking, hits, thresholds):
        return Verdict.EMERGENCY
    if hits.commands:
        return Verdict.ACCEPT
    if not ranking:
        return Verdict.GIVE_UP
    best = ranking[0].confidence
    second = max((ranked.confidence for ranked in ranking[1:]), default=0.0)
    if best < thresholds.clarify:
        return Verdict.CLARIFY if _suspected(ranking, thresholds) else Verdict.GIVE_UP
    if best < thresholds.accept or best - second < thresholds.margin or _suspected(ranking, thresholds):
        return Verdict.CLARIFY
    return Verdict.ACCEPT


def dangers(ranking: Sequence[Ranked], hits: Hits, thresholds: Thresholds) -> tuple[str, ...]:
    """Return the safety intents that count, worst first: all keywords, and what the classifier is sure of."""
    sure = {ranked.intent for ranked in ranking if ranked.confidence >= thresholds.accept}
    found = {*hits.safety, *(intent for intent in sure if intent.startswith(DANGER))}
    return tuple(f"{DANGER}{kind}" for kind in SAFETY if f"{DANGER}{kind}" in found)


def arranged(ranking: Sequence[Ranked], thresholds: Thresholds) -> tuple[Ranked, ...]:
    """Return the ranking with a suspected danger at least in second place, so that it is always offered."""
    suspected = _suspected(ranking, thresholds)
    if suspected is None or suspected in ranking[:2]:
        return tuple(ranking)
    others = [ranked for ranked in ranking if ranked is not suspected]
    return (others[0], suspected, *others[1:])


def _suspected(ranking: Sequence[Ranked], thresholds: Thresholds) -> Ranked | None:
    likely = [
        ranked for ranked in ranking if ranked.intent.startswith(DANGER) and ranked.confidence >= thresholds.danger
    ]
    return max(likely, key=lambda ranked: ranked.confidence, default=None)
