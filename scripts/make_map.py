"""Make the outline of Europe for the page of a contact point, from the npm package `world-atlas` (file countries-50m.json).

The outlines are Natural Earth's 1:50m countries, which are in the public domain (https://www.naturalearthdata.com). They are
cut to Europe and its neighbours, drawn in degrees with the cosine of 52° north for the width, and thinned out.

    .venv/bin/python scripts/make_map.py countries-50m.json bot/web/static/europe.svg
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Spot = tuple[float, float]

WEST, EAST, NORTH, SOUTH = -25.0, 46.0, 72.0, 33.0
SHRINK = 0.62  # the cosine of 52°: there a degree of longitude is so much of one of latitude
SCALE = 20  # units of the picture for a degree of latitude
_FINEST = 0.02  # degrees that an outline may be off
_SMALLEST = 4  # a ring with fewer corners is an islet that nobody needs here


def main(source: Path, target: Path) -> None:
    """Write the picture."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = [thinned(list(_degrees(arc, topology["transform"]))) for arc in topology["arcs"]]
    drawn = [_drawn(ring) for ring in _rings(topology["objects"]["countries"]["geometries"], arcs) if _is_near(ring)]
    width, height = (EAST - WEST) * SHRINK * SCALE, (NORTH - SOUTH) * SCALE
    target.write_text(
        "<!-- Natural Earth 1:50m countries, public domain, by way of world-atlas (ISC). Made by scripts/make_map.py. -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">\n'
        f'<path id="land" vector-effect="non-scaling-stroke" d="{"".join(drawn)}"/>\n</svg>\n',
        encoding="utf-8",
    )


def _degrees(arc: Sequence[Sequence[int]], transform: dict[str, Any]) -> Iterator[Spot]:
    """Undo what a topology does to numbers: steps from corner to corner, in whole units."""
    (wide, high), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * wide + left, y * high + low


def _rings(shapes: Sequence[dict[str, Any]], arcs: Sequence[list[Spot]]) -> Iterator[list[Spot]]:
    for shape in shapes:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape.get("arcs", [])
        for polygon in polygons:
            for ring in polygon:
                yield [spot for number in ring for spot in (arcs[number] if number >= 0 else arcs[~number][::-1])]


def _is_near(ring: list[Spot]) -> bool:
    inside = any(WEST <= lon <= EAST and SOUTH <= lat <= NORTH for lon, lat in ring)
    return inside and len(set(ring)) > _SMALLEST


def thinned(line: list[Spot]) -> list[Spot]:
    """Leave out the corners without which the line is nowhere off by more than the finest step (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5

    def off(spot: Spot) -> float:
        x, y = spot
        if not length:
            return float(((x - ax) ** 2 + (y - ay) ** 2) ** 0.5)
        return float(abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length)

    far = max(range(1, len(line) - 1), key=lambda number: off(line[number]))
    if off(line[far]) <= _FINEST:
        return [line[0], line[-1]]
    return [*thinned(line[: far + 1])[:-1], *thinned(line[far:])]


def _drawn(ring: list[Spot]) -> str:
    """Return the ring as a path in whole units, by steps; what lies far outside is pulled to the edge."""
    spots: list[tuple[int, int]] = []
    for lon, lat in ring:
        lon, lat = min(max(lon, WEST - 3), EAST + 3), min(max(lat, SOUTH - 3), NORTH + 3)
        spot = round((lon - WEST) * SHRINK * SCALE * 10), round((NORTH - lat) * SCALE * 10)
        if not spots or spots[-1] != spot:
            spots.append(spot)
    (x, y), steps = spots[0], []
    for nx, ny in spots[1:]:
        steps.append(f"{_short(nx - x)} {_short(ny - y)}")
        x, y = nx, ny
    return f"M{_short(spots[0][0])} {_short(spots[0][1])}l{' '.join(steps).replace(' -', '-')}z"


def _short(tenths: int) -> str:
    """Write a tenth without what a picture does not need."""
    text = f"{tenths / 10:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
