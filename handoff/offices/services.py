"""What there is beside the contact points: shelter, food, a legal clinic, a course. Shown as an address, never in a queue."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from handoff.offices.contact_point import Place
from handoff.offices.directory import load_records
from handoff.offices.fields import FIELDS, one_of
from handoff.offices.records import Schema

SERVICES = Path(__file__).parents[1] / "services"


class ServiceKind(StrEnum):
    """What one gets there."""

    SHELTER = "shelter"
    FOOD = "food"
    LEGAL_CLINIC = "legal_clinic"
    HEALTH = "health"
    COURSE = "course"
    CHILDREN = "children"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Place):
    """One service. Nobody of the network works there: no question can be left with it."""

    kind: ServiceKind

    def covers(self, topic: str) -> bool:
        """Tell whether it helps with this topic; unlike an office, a service without topics helps with none."""
        return not topic or topic in self.topics


SERVICE_SCHEMA = Schema("service", Service, {**FIELDS, "kind": one_of(ServiceKind)})


def load_services(*folders: Path) -> tuple[Service, ...]:
    """Read the services of the folders (without any: those that ship); a later folder's record wins.

    Raises BadContactPoint with every fault.
    """
    return tuple(load_records(SERVICE_SCHEMA, folders or (SERVICES,)).values())
