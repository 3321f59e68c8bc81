"""The gate: figures that must not get worse than `nlu/floors.yml` says."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES

FILE = Path(__file__).parents[1] / "floors.yml"
EACH = "each_locale"

Limits = Mapping[str, Mapping[str, float]]


def read_floors(path: Path = FILE) -> dict[str, Limits]:
    """Return the limits: `at_least` and `at_most`, by group and figure. SettingsError names what cannot be."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.keys() != {"at_least", "at_most"}:
        raise SettingsError(f"{path}: the keys must be at_least and at_most")
    for group, limits in ((group, limits) for side in content.values() for group, limits in side.items()):
        for figure, limit in limits.items():
            if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit <= 1:
                raise SettingsError(f"{path}: {group}: {figure} must be a number between 0 and 1")
    return content


def broken(groups: Mapping[str, Mapping[str, Any]], floors: Mapping[str, Limits]) -> list[str]:
    """Return one line for each figure of a report's groups that is beyond its limit.

    Raises SettingsError for a group or figure that the report does not have, so that a slip never passes for a floor.
    """
    return [
        f"{group}: {figure} is {value:.3f}, {'below' if side == 'at_least' else 'above'} its limit of {limit:.3f}"
        for side in ("at_least", "at_most")
        for group, figure, limit in _limits(floors[side])
        if _beyond(side, value := _value(groups, group, figure), limit)
    ]


def suggested(
    groups: Mapping[str, Mapping[str, Any]], floors: Mapping[str, Limits]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the same limits as a report would set them: what was measured, and half of its interval to the worse.

    The limit of `each_locale` is that of the worst locale without a limit of its own.
    """
    found: dict[str, dict[str, dict[str, float]]] = {side: {} for side in floors}
    for side, limits in floors.items():
        worst, direction = (min, -1) if side == "at_least" else (max, 1)
        for group, figures in limits.items():
            for figure in figures:
                own = [name for name in LOCALES if figure not in limits.get(name, {})] if group == EACH else [group]
                values = [_value(groups, name, figure) + direction * _half(groups[name][figure]) for name in own]
                limit = min(1.0, max(0.0, worst(values)))
                found[side].setdefault(group, {})[figure] = round(limit, 3)
    return found


def _half(figure: Any) -> float:
    """Return half the width of an interval; the calibration error has none, and varies by about a hundredth."""
    return (figure["high"] - figure["low"]) / 2 if isinstance(figure, Mapping) else 0.01


def _limits(side: Limits) -> Iterator[tuple[str, str, float]]:
    """A locale's own limit goes before that of `each_locale`."""
    for locale in LOCALES:
        for figure, limit in side.get(EACH, {}).items():
            if figure not in side.get(locale, {}):
                yield locale, figure, limit
    for group, limits in side.items():
        if group != EACH:
            yield from ((group, figure, limit) for figure, limit in limits.items())


def _value(groups: Mapping[str, Mapping[str, Any]], group: str, figure: str) -> float:
    try:
        found = groups[group][figure]
    except KeyError:
        raise SettingsError(f"floors.yml: the report has no {figure} of {group}") from None
    value = found["share"] if isinstance(found, Mapping) else found
    if value is None:
        raise SettingsError(f"floors.yml: there are no cases for {figure} of {group}")
    return float(value)


def _beyond(side: str, value: float, limit: float) -> bool:
    return value < limit if side == "at_least" else value > limit
