"""Confidence decides: accept, ask "did you mean", or offer search results and a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Self

import yaml

from bot.model.errors import SettingsError
from bot.model.understanding import Ranked, Verdict
from nlu.keywords import SAFETY, Hits

FILE = Path(__file__).with_name("thresholds.yml")
DANGER = "safety/"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on what is done.

    `accept` and `margin`: the best intent is taken if it has this confidence and this lead over the second.
    `clarify`: below it the best intent is not worth a "did you mean". `card`: the safety intents have this
    confidence together, so the card of the likeliest is shown. `danger`: from here on a safety intent is always
    among the choices. docs/nlu.md says how the figures of `thresholds.yml` were chosen.
    """

    accept: float = 0.65
    margin: float = 0.2
    clarify: float = 0.12
    card: float = 0.5
    danger: float = 0.1

    def changed(self, values: Mapping[str, float], where: str) -> Self:
        """Return these thresholds with some other values; SettingsError names what cannot be."""
        known = {field.name for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise SettingsError(f"{where}.{name} is not known; known are {', '.join(sorted(known))}")
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise SettingsError(f"{where}.{name} must be a number between 0 and 1")
        return replace(self, **values)


@dataclass(frozen=True, slots=True)
class LocaleThresholds:
    """The thresholds of each locale; one that is unknown or has none of its own gets the common ones."""

    common: Thresholds = field(default_factory=Thresholds)
    own: Mapping[str, Thresholds] = field(default_factory=dict)

    @classmethod
    def load(cls, overrides: Mapping[str, float], path: Path = FILE) -> Self:
        """Read `thresholds.yml`; the overrides (`understanding:` in `config.yml`) go for all locales."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            common = Thresholds().changed(content["common"], "common")
            own = {locale: common.changed(values, locale) for locale, values in content["locales"].items()}
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(f"{path}: {type(error).__name__}; it must hold `common:` and `locales:`") from error
        changed = {locale: one.changed(overrides, "understanding") for locale, one in own.items()}
        return cls(common.changed(overrides, "understanding"), changed)

    def of(self, locale: str) -> Thresholds:
        """Return what decides about an utterance in this locale."""
        return self.own.get(locale, self.common)


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
    """Return the safety intents that count, worst first: all keywords, and what the classifier is sure of.

    It may be sure of danger and unsure of its kind: then the likeliest kind counts, and each that is likely enough.
    """
    safety = [ranked for ranked in ranking if ranked.intent.startswith(DANGER)]
    found = set(hits.safety)
    if sum(ranked.confidence for ranked in safety) >= thresholds.card > 0:
        likeliest = max(safety, key=lambda ranked: ranked.confidence)
        found |= {likeliest.intent}
        found |= {ranked.intent for ranked in safety if ranked.confidence >= thresholds.card}
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
