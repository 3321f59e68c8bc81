"""Open questions as a manager sees them: in groups of one meaning, counted, with nothing that says who asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np

from bot.encoder import Vectors
from bot.gaps.grouping import centred, grouped, medoid
from bot.gaps.model import Gap
from bot.gaps.picture import arranged

WEEKS = 8
WIDTH, HEIGHT = 600.0, 320.0  # of the picture


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same. `spots` are where they lie in the picture."""

    gaps: tuple[Gap, ...] = field(repr=False)
    middle: Gap = field(repr=False)
    weeks: tuple[int, ...]
    spots: tuple[tuple[float, float], ...] = field(default=(), repr=False)

    @property
    def id(self) -> UUID:
        """One of the oldest day: the group keeps its address while others come."""
        return self.gaps[0].id

    @property
    def people(self) -> int:
        """How many people asked."""
        return len({gap.conversation_id for gap in self.gaps})

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """How often they were what, the commonest first."""
        return _counted(gap.kind for gap in self.gaps)

    @property
    def locales(self) -> list[tuple[str, int]]:
        """In which languages they were asked, the commonest first."""
        return _counted(gap.locale for gap in self.gaps)

    @property
    def countries(self) -> list[tuple[str, int]]:
        """For which countries they were asked, as far as that is known, the commonest first."""
        return _counted(gap.country for gap in self.gaps if gap.country)


def _counted(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))


def in_groups(gaps: Sequence[Gap], vectors: Mapping[UUID, Vectors], now: datetime) -> list[Group]:
    """Group the questions that have a vector, the most asked first."""
    placed = [gap for gap in gaps if gap.id in vectors]
    if not placed:
        return []
    raw, locales = np.stack([vectors[gap.id] for gap in placed]), [gap.locale for gap in placed]
    points, found = centred(raw, locales), [sorted(rows) for rows in grouped(raw, locales)]
    spots = arranged(points, found, WIDTH, HEIGHT)
    return [
        Group(
            tuple(placed[row] for row in rows), placed[medoid(points, rows)],
            _weeks([placed[row] for row in rows], now.date()), tuple((float(x), float(y)) for x, y in dots),
        )
        for rows, dots in zip(found, spots, strict=True)
    ]  # fmt: skip


def _weeks(gaps: Sequence[Gap], today: date) -> tuple[int, ...]:
    """How many were asked in each of the last weeks, the latest last."""
    monday = today - timedelta(days=today.weekday())
    counts = [0] * WEEKS
    for gap in gaps:
        day = gap.at.date()
        ago = (monday - (day - timedelta(days=day.weekday()))).days // 7
        if 0 <= ago < WEEKS:
            counts[WEEKS - 1 - ago] += 1
    return tuple(counts)
