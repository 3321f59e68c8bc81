"""Where a contact point lies on the outline of Europe (`static/europe.svg`, made by `scripts/make_map.py`)."""

from collections.abc import Iterable
from dataclasses import dataclass

from handoff.offices.contact_point import ContactPoint

# As in scripts/make_map.py: degrees to units of the picture.
WEST, NORTH = -25.0, 72.0
ACROSS, DOWN = 12.4, 20.0  # units for a degree of longitude and of latitude
WIDTH, HEIGHT = 880.0, 780.0

_CLOSE = 90.0  # units that the map of one office shows from side to side
_MARGIN = 20.0

Dot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chart:
    """What the page draws: the part of the picture, the office if it is known where it lies, others with their names."""

    view: tuple[float, float, float, float]
    dot: Dot | None
    others: tuple[tuple[Dot, str], ...]

    @property
    def view_box(self) -> str:
        """The part of the picture as SVG wants it."""
        return " ".join(f"{number:g}" for number in self.view)


def chart(lat: object, lon: object, country: str, points: Iterable[ContactPoint]) -> Chart:
    """Return the map around an office, or around its country's offices while nobody placed it."""
    placed = [(one, dot) for one in points if (dot := dot_of(one.lat, one.lon)) is not None]
    near = [dot for one, dot in placed if one.country == country]
    here = dot_of(lat, lon)
    return Chart(_view([here] if here else near), here, tuple((dot, one.name) for one, dot in placed if dot != here))


def dot_of(lat: object, lon: object) -> Dot | None:
    """Return where a place is on the picture; None for what is no place of it."""
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    x, y = round((lon - WEST) * ACROSS, 1), round((NORTH - lat) * DOWN, 1)
    return (x, y) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


def _view(dots: list[Dot]) -> tuple[float, float, float, float]:
    if not dots:
        return 0, 0, WIDTH, HEIGHT
    left, right = min(x for x, _ in dots) - _MARGIN, max(x for x, _ in dots) + _MARGIN
    top, bottom = min(y for _, y in dots) - _MARGIN, max(y for _, y in dots) + _MARGIN
    side = max(right - left, bottom - top, _CLOSE)
    middle = (left + right) / 2, (top + bottom) / 2
    return round(middle[0] - side / 2, 1), round(middle[1] - side / 2, 1), round(side, 1), round(side, 1)
