"""An installation's own offices and services: the folders beside its database, which no new version of Guichet touches.

What is imported lies in one file, `imported.json`; other files of the folder are written by hand and never changed here.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from bot.model.ids import new_id
from handoff.offices.contact_point import ContactPoint
from handoff.offices.directory import POINT_SCHEMA, POINTS, load_points, load_records, parent_faults
from handoff.offices.exchange import read_exchanged, to_json
from handoff.offices.records import P, Schema, collect
from handoff.offices.services import SERVICE_SCHEMA, SERVICES, Service

IMPORTED = "imported.json"

Faults = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """How many records an import adds, changes, leaves as they were and takes away."""

    new: int
    changed: int
    same: int
    gone: int

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.same} as before, {self.gone} taken away"


@dataclass(frozen=True, slots=True)
class Book(Generic[P]):
    """The records of one kind: those that ship, and in the folder `own` the installation's.

    `check` finds what is wrong among all records together, as pairs of an id and the fault; it also gets the ids that
    stand in a file whose faults are told elsewhere.
    """

    schema: Schema[P]
    shipped: Path
    own: Path
    check: Callable[[Mapping[str, P], Container[str]], Faults]

    def read(self) -> dict[str, P]:
        """Return all records by id. Raises BadContactPoint with every fault."""
        return load_records(self.schema, (self.shipped, self.own))

    def read_own(self) -> dict[str, P]:
        """Return the installation's own records by id. Raises BadContactPoint with every fault."""
        return load_records(self.schema, (self.own,))

    def faults(self) -> list[str]:
        """Say what is wrong among the records that can be read."""
        return [f"{self.schema.word} {one}: {fault}" for one, fault in self.check(self.read(), ())]

    def take(self, file: Path, *, replace: bool = False, only_check: bool = False) -> Change:
        """Take the records of a file: each is new or takes the place of the one with its id.

        A record that is the same as one that ships is not stored a second time: a new version of Guichet can still
        correct it. With `replace`, records imported before that are not in the file are taken away. Raises
        BadContactPoint with every fault of the file and of the network that would come out; then, and with
        `only_check`, nothing is changed.
        """
        rows = list(read_exchanged(self.schema, file))
        before, shipped = self.read(), load_records(self.schema, (self.shipped,))
        imported = [one.id for one in self._imported()]
        by_hand = {key: one for key, one in self.read_own().items() if key not in imported}
        fixed = shipped | by_hand
        kept = {} if replace else {key: before[key] for key in imported}

        def wrong(given: Mapping[str, P]) -> Iterator[tuple[str, str]]:
            for key, one in given.items():
                if key in by_hand and by_hand[key] != one:
                    yield key, f"id: this one is written by hand in the folder {self.own.name}; change it there"
            yield from self.check(fixed | kept | dict(given), {row.id for row in rows})

        given = collect(rows, wrong)
        stored = {key: one for key, one in (kept | given).items() if fixed.get(key) != one}
        if not only_check:
            self._write(stored.values())
        return _change(before, fixed | stored, given)

    def _imported(self) -> tuple[P, ...]:
        file = self.own / IMPORTED
        return tuple(collect(read_exchanged(self.schema, file), lambda _: ()).values()) if file.exists() else ()

    def _write(self, records: Iterable[P]) -> None:
        """Write the whole file or nothing: a service that starts at this moment finds the old one or the new one."""
        self.own.mkdir(parents=True, exist_ok=True)
        draft = self.own / f".{new_id()}.tmp"
        draft.write_text(to_json(self.schema, records), encoding="utf-8")
        draft.replace(self.own / IMPORTED)


def point_book(data_dir: Path) -> Book[ContactPoint]:
    """Return the contact points of an installation."""
    return Book(POINT_SCHEMA, POINTS, data_dir / POINT_SCHEMA.many, parent_faults)


def service_book(data_dir: Path) -> Book[Service]:
    """Return the services of an installation."""
    return Book(SERVICE_SCHEMA, SERVICES, data_dir / SERVICE_SCHEMA.many, lambda _, __: ())


def network_points(data_dir: Path, *, shipped: bool = True) -> tuple[ContactPoint, ...]:
    """Return the contact points that the service works with; without `shipped` only its own and the demonstration.

    Raises BadContactPoint with every fault.
    """
    book = point_book(data_dir)
    points = load_points(book.shipped, book.own)
    if shipped:
        return points
    own = book.read_own()
    return tuple(point for point in points if point.demo or point.id in own)


def network_services(data_dir: Path, *, shipped: bool = True) -> tuple[Service, ...]:
    """Return the services to be shown; without `shipped` only the installation's own. Raises BadContactPoint."""
    book = service_book(data_dir)
    return tuple((book.read() if shipped else book.read_own()).values())


def _change(before: Mapping[str, P], after: Mapping[str, P], given: Mapping[str, P]) -> Change:
    return Change(
        new=len(after.keys() - before.keys()),
        changed=sum(key in before and before[key] != one for key, one in after.items()),
        same=sum(before.get(key) == after[key] for key in given),
        gone=len(before.keys() - after.keys()),
    )
