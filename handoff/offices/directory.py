"""The network's contact points: those that ship with Guichet, and over them those of the installation."""

import logging
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from handoff.offices.contact_point import ContactPoint, PointKind
from handoff.offices.fields import FIELDS, SLUG, TEXT, one_of
from handoff.offices.records import BadContactPoint, P, Schema, collect, read_folder

POINTS = Path(__file__).parents[1] / "points"

POINT_SCHEMA = Schema("point", ContactPoint, {**FIELDS, "kind": one_of(PointKind), "parent": SLUG, "lead": TEXT})

_log = logging.getLogger(__name__)


def load_points(*folders: Path) -> tuple[ContactPoint, ...]:
    """Read all contact points of the folders (without any: those that ship), in the order of their files.

    A point of a later folder takes the place of one with its id in an earlier folder: so an installation corrects what
    ships, and no new version of Guichet undoes it. Raises BadContactPoint with every fault found, so that one reading
    is enough to mend the files. A parent that is not there is only logged: a new version may have dropped it.
    """
    points = load_records(POINT_SCHEMA, folders or (POINTS,))
    parents = {point.parent for point in points.values()}
    if wrong := [f"point {point_id}: {fault}" for point_id, fault in parent_faults(points, parents)]:
        raise BadContactPoint("\n".join(wrong))
    for point in points.values():
        if point.parent and point.parent not in points:
            _log.warning("point %s: its parent %s is not there", point.id, point.parent)
    return tuple(points.values())


def load_records(schema: Schema[P], folders: tuple[Path, ...]) -> dict[str, P]:
    """Read the records of the folders by id; within one folder an id may stand once, a later folder wins."""
    found: dict[str, P] = {}
    faults: list[str] = []
    for folder in folders:
        try:
            found |= collect(read_folder(schema, folder), lambda _: ())
        except BadContactPoint as error:
            faults.append(str(error))
    if faults:
        raise BadContactPoint("\n".join(faults))
    return found


def parent_faults(points: Mapping[str, ContactPoint], spared: Container[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the chains of offices: a point's id and the fault. `spared` are parents that may be missing."""
    for point in points.values():
        parent = points.get(point.parent)
        if point.parent and parent is None:
            if point.parent not in spared:
                yield point.id, f"parent: there is no point {point.parent!r}"
        elif parent is not None and _in_circle(points, point):
            yield point.id, f"parent: {point.parent!r} leads back to {point.id!r}"
        elif parent is not None and point.in_eu and parent.country != point.country:
            yield point.id, f"parent: {point.parent!r} is in another country ({parent.country})"


def _in_circle(points: Mapping[str, ContactPoint], point: ContactPoint) -> bool:
    seen: set[str] = set()
    above = points.get(point.parent)
    while above is not None and above.id not in seen:
        if above.id == point.id:
            return True
        seen.add(above.id)
        above = points.get(above.parent)
    return False
