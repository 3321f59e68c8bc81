"""The gate before a new model: what it must not be worse at than the floors and than the model in service."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from nlu.evaluation.figures import TITLES
from nlu.evaluation.floors import EACH, Limits

SIDES = ("at_least", "at_most")
FIGURES = frozenset({*TITLES, "calibration_error"})
_GROUPS = frozenset({"all", "eight", "others", EACH, *LOCALES})


@dataclass(frozen=True, slots=True)
class Fault:
    """A figure of the new model that is beyond its floor. `before` is None where the old model has no such figure."""

    side: str
    group: str
    figure: str
    limit: float
    before: float | None
    after: float

    @property
    def is_worse(self) -> bool:
        """Whether the new model is to blame: the old one was better."""
        if self.before is None:
            return True
        return self.after < self.before if self.side == "at_least" else self.after > self.before


def judged(groups: Mapping[str, Any], floors: Mapping[str, Limits]) -> dict[str, list[dict[str, Any]]]:
    """Return the faults of a comparison's groups: `refused` for what the new model made worse, `short` for what it shares
    with the old one and is not refused for. A figure without a case is no fault."""
    faults = list(_faults(groups, floors))
    return {
        "refused": [asdict(fault) for fault in faults if fault.is_worse],
        "short": [asdict(fault) for fault in faults if not fault.is_worse],
    }


def with_own(floors: Mapping[str, Limits], own: Mapping[str, Any]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the floors with a network's own over them; None as a limit takes one away. Raises SettingsError."""
    _check(own)
    merged: dict[str, dict[str, dict[str, float]]] = {}
    for side in SIDES:
        given = own.get(side, {})
        merged[side] = {}
        for group in {**floors[side], **given}:
            limits = {**floors[side].get(group, {}), **given.get(group, {})}
            merged[side][group] = {figure: limit for figure, limit in limits.items() if limit is not None}
    return merged


def _check(own: Mapping[str, Any]) -> None:
    where = "config.yml: service.studio.floors"
    if not own.keys() <= set(SIDES):
        raise SettingsError(f"{where} may hold at_least and at_most")
    for side, groups in own.items():
        if not isinstance(groups, dict) or not all(isinstance(limits, dict) for limits in groups.values()):
            raise SettingsError(f"{where}.{side} must hold figures by group, as nlu/floors.yml does")
        for group, limits in groups.items():
            if group not in _GROUPS:
                raise SettingsError(f"{where}.{side}: there is no group {group}")
            for figure, limit in limits.items():
                if figure not in FIGURES:
                    raise SettingsError(f"{where}.{side}.{group}: there is no figure {figure}")
                if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
                    raise SettingsError(f"{where}.{side}.{group}.{figure} must be a number, or null for none")


def _faults(groups: Mapping[str, Any], floors: Mapping[str, Limits]) -> Iterator[Fault]:
    for side in SIDES:
        for group, figure, limit in _limits(floors[side]):
            found = groups.get(group, {}).get(figure)
            if found is None or found["after"]["share"] is None:
                continue
            after = found["after"]["share"]
            if after < limit if side == "at_least" else after > limit:
                yield Fault(side, group, figure, limit, found["before"]["share"], after)


def _limits(side: Limits) -> Iterator[tuple[str, str, float]]:
    """A locale's own limit goes before that of `each_locale`."""
    for group, limits in side.items():
        if group != EACH:
            yield from ((group, figure, limit) for figure, limit in limits.items())
    for locale in LOCALES:
        own = side.get(locale, {})
        yield from ((locale, figure, limit) for figure, limit in side.get(EACH, {}).items() if figure not in own)
