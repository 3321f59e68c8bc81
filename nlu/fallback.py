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
SERVICE = "service/"
PERSON = "service/talk_to_human"
NOBODYS = "service/out_of_scope"
FLAT = 0.3  # a ranking whose best guess has less says little
WORST_FIRST = tuple(f"{DANGER}{kind}" for kind in SAFETY)


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
            content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
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
    if commands(ranking, hits, thresholds):
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
    """Return the safety intents that count: all keywords, and what the classifier takes for danger.

    It may be sure of danger and unsure of its kind: then the likeliest kind counts, and each that is likely enough.
    What a keyword names or the classifier is sure of comes first, the worst before the others; of several that
    keywords name, the likeliest.
    """
    likely = {ranked.intent: ranked.confidence for ranked in ranking if ranked.intent.startswith(DANGER)}
    found = set(hits.safety)
    if _is_danger(ranking, likely, thresholds):
        found |= {intent for intent in likely if likely[intent] >= min(thresholds.card, max(likely.values()))}

    def order(intent: str) -> tuple[bool, float]:
        confidence = likely.get(intent, 0.0)
        unsure = intent not in hits.safety and confidence < thresholds.accept
        return unsure, -confidence if len(hits.safety) > 1 else 0.0

    return tuple(sorted((intent for intent in WORST_FIRST if intent in found), key=order))


def _is_danger(ranking: Sequence[Ranked], likely: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Tell whether the dangers together are likely enough; a little for each of seven says nothing.

    Words without sense have more for "out of scope" than for all dangers together. A language that the classifier does
    not know leaves a flat ranking: then one danger must be the best guess or worth asking about.
    """
    together, likeliest = sum(likely.values()), max(likely.values(), default=0.0)
    if not together >= thresholds.card > 0:
        return False
    best = max(ranked.confidence for ranked in ranking)
    nobodys = next((ranked.confidence for ranked in ranking if ranked.intent == NOBODYS), 0.0)
    return together >= nobodys and (best >= FLAT or likeliest >= min(best, thresholds.clarify))


def commands(ranking: Sequence[Ranked], hits: Hits, thresholds: Thresholds) -> tuple[str, ...]:
    """Return the commands that count: what is only a part of the message yields to a classifier that is sure of another.

    A wish for a person does not yield to a question, which may be its reason; orders to a machine yield to nothing else.
    """
    if not hits.partly or not ranking or ranking[0].confidence < thresholds.accept:
        return hits.commands
    best = ranking[0].intent
    kept = {best, NOBODYS if best.startswith(SERVICE) else PERSON}
    return tuple(command for command in hits.commands if command in kept)


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
