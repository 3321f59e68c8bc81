"""Who is told: the ways that `service.notices` names, else the staff whose login is a mail address; and in which language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from handoff.offices.contact_point import ContactPoint
from handoff.shifts import ANSWERING

INTERPRETERS = "interpreters"  # the name under which `service.notices` may hold their common mail address or group


@dataclass(frozen=True, slots=True)
class Recipients:
    """Mail addresses, perhaps a group, and the language of the staff."""

    mail: tuple[str, ...] = field(default=(), repr=False)
    group: str = field(default="", repr=False)
    locale: str = "en"

    def __bool__(self) -> bool:
        return bool(self.mail or self.group)


class AddressBook:
    """Finds who is to be told. `lead` is the address of who leads the whole network's service, the last resort."""

    def __init__(
        self, targets: Mapping[str, Mapping[str, Any]], points: Callable[[], Sequence[ContactPoint]], lead: str
    ) -> None:
        self._targets = targets
        self._points = points
        self._lead = (lead,) if lead else ()

    def name(self, point_id: str) -> str:
        """Return an office's name; one that left the network is known by its id."""
        return next((point.name for point in self._points() if point.id == point_id), point_id)

    async def of(self, connection: AsyncConnection, kind: str, point_id: str, locales: frozenset[str]) -> Recipients:
        """Return who is told of notices of a kind at an office; `locales` are the languages that the cases need."""
        staff = await _staff(connection)
        mine = [row for row in staff if point_id in row.contact_points and row.role in ANSWERING]
        leads = [row for row in mine if row.role == "lead" or row.login == self._lead_login(point_id)]
        locale = next((row.locale for row in (*leads, *mine)), "en")
        target = self._targets.get(point_id, {})
        office = Recipients(_mail(target) or _logins(mine), str(target.get("telegram") or ""), locale)
        if kind == "interpreter":
            return self._interpreters(staff, locales) or office
        if kind == "danger":
            return office or Recipients(self._lead, locale=locale)
        if kind not in {"lead", "unstaffed"}:
            return office
        told = [*target.get("lead", ()), *_logins(leads), *_address(self._lead_login(point_id))]
        if kind == "unstaffed":
            coordinators = _logins([row for row in staff if row.role == "coordinator"])
            return Recipients(_each(told, coordinators or self._lead), locale=locale)
        return Recipients(_each(told), locale=locale) or Recipients(self._lead, locale=locale) or office

    def _interpreters(self, staff: Sequence[Row[Any]], locales: frozenset[str]) -> Recipients:
        able = [row for row in staff if row.role == "interpreter" and row.interprets_at and locales & {*row.languages}]
        target = self._targets.get(INTERPRETERS, {})
        group = str(target.get("telegram") or "")
        return Recipients(_each(_mail(target), _logins(able)), group, next((row.locale for row in able), "en"))

    def _lead_login(self, point_id: str) -> str:
        return next((point.lead.strip().lower() for point in self._points() if point.id == point_id), "")


async def _staff(connection: AsyncConnection) -> Sequence[Any]:
    c = t.staff.c
    columns = (c.login, c.role, c.contact_points, c.locale, c.languages, c.interprets_at)
    rows = await connection.execute(select(*columns).where(c.disabled_at.is_(None)).order_by(c.created_at, c.id))
    return rows.all()


def _mail(target: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, target.get("mail", ())))


def _logins(rows: Sequence[Row[Any]]) -> tuple[str, ...]:
    return tuple(address for row in rows for address in _address(row.login))


def _address(login: str) -> tuple[str, ...]:
    return (login,) if "@" in login else ()


def _each(*groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for group in groups for address in group))
