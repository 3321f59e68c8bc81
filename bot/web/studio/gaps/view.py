"""The groups of questions as the page shows them: rows with bars of weeks, and the picture with a dot for each question."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.gaps import groups
from bot.gaps.groups import Group

EDGE = 20
WIDTH, HEIGHT = round(groups.WIDTH) + 2 * EDGE, round(groups.HEIGHT) + 2 * EDGE
BAR, TALL = 8, 24  # of a trend
_COLOURS = 10  # groups that have a colour and a number in the picture


@dataclass(frozen=True, slots=True)
class Dot:
    """A question in the picture. `colour` 0 is grey."""

    x: int
    y: int
    colour: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group in the table; `number` is that of the picture, 0 where it has none there."""

    group: Group = field(repr=False)
    number: int
    near: tuple[str, ...] = ()

    @property
    def label(self) -> tuple[int, int]:
        """Where its number stands in the picture."""
        xs, ys = zip(*self.group.spots, strict=True)
        return round(EDGE + sum(xs) / len(xs)), round(EDGE + sum(ys) / len(ys))


def bars(weeks: Sequence[int]) -> list[tuple[int, int, int]]:
    """The bars of a trend: from the left, from the top, height."""
    most = max(weeks) or 1
    heights = [round(TALL * count / most) for count in weeks]
    return [(week * (BAR + 2), TALL - height, height) for week, height in enumerate(heights)]


def numbered(found: Sequence[Group]) -> list[GroupRow]:
    """Give the largest groups a number and a colour; what only one person asked once has none."""
    return [
        GroupRow(group, place if place <= _COLOURS and len(group.gaps) > 1 else 0)
        for place, group in enumerate(found, start=1)
    ]


def dots(rows: Sequence[GroupRow]) -> list[Dot]:
    """Return the picture's dots, grey ones first so that they lie below."""
    every = [Dot(round(EDGE + x), round(EDGE + y), row.number) for row in rows for x, y in row.group.spots]
    return sorted(every, key=lambda dot: dot.colour > 0)
