"""Makes up a network of 186 offices in 16 countries, for tests and demonstrations.

Nothing in it can be taken for real: every name says "(synthetic)", every record is a demonstration, which every text
says too, and there is no phone number, no e-mail and no street that exists.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.model.errors import GuichetError
from handoff.offices.contact_point import Closure, ContactPoint, Door, Duty, PointKind, Visit, Who
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.fields import TOPICS
from handoff.offices.records import P, Schema
from handoff.offices.services import SERVICE_SCHEMA, Service, ServiceKind

_TOWNS = Path(__file__).with_name("synthetic.yml")
_MARK = "(synthetic)"
_HEAD = "# A made-up network, seed {seed}. No office in this file exists. Made by `python -m handoff synthesise`.\n"

_NAMES = {
    PointKind.UNION: "Union desk", PointKind.ASSOCIATION: "Migrants' association",
    PointKind.MUNICIPALITY: "City office", PointKind.STATE_OFFICE: "State office",
}  # fmt: skip
_KINDS = (PointKind.UNION,) * 5 + (PointKind.ASSOCIATION,) * 3 + (PointKind.MUNICIPALITY, PointKind.STATE_OFFICE)
_HOURS = (
    "Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-13:00,14:00-18:00; PH off", "Mo,We,Fr 09:00-12:30; PH off",
    "Tu,Th 14:00-18:00; PH off", "Mo-Th 08:30-16:30; Fr 08:30-12:30; PH off", "Mo-Fr 10:00-18:00; Sa 10:00-13:00; PH off",
    "We 17:00-20:00; Sa 09:00-12:00; PH off",
)  # fmt: skip
_SPOKEN = (
    "ar", "uk", "ru", "fr", "es", "bn", "ur", "hi", "zh", "sq", "ro", "tr", "fa", "ti", "am", "so", "pt", "pl", "bs",
)  # fmt: skip
_DECLARED = date(2026, 1, 15)
_ALWAYS_SHUT = Closure(date(2026, 1, 1), date(2028, 12, 31))
_SERVICES = {
    ServiceKind.SHELTER: ("arrival", "safety"), ServiceKind.FOOD: ("arrival",), ServiceKind.LEGAL_CLINIC: ("permits",),
    ServiceKind.HEALTH: ("benefits",), ServiceKind.COURSE: ("arrival", "recognition"),
}  # fmt: skip


def synthesise(seed: int, folder: Path) -> str:
    """Write a made-up network as the data folder of an installation, one file for each country; say what was made.

    Raises GuichetError if the folder holds anything.
    """
    if folder.exists() and any(folder.iterdir()):
        raise GuichetError(f"{folder}: this folder is not empty; choose another")
    points, services = make_points(seed), make_services(seed)
    _write(POINT_SCHEMA, points, folder, seed)
    _write(SERVICE_SCHEMA, services, folder, seed)
    countries = {point.country for point in points}
    return f"{folder}: {len(points)} offices and {len(services)} services in {len(countries)} countries, all made up"


def make_points(seed: int) -> tuple[ContactPoint, ...]:
    """Make up the offices. The same seed makes the same ones."""
    random = Random(f"points {seed}")  # noqa: S311 (nothing secret)
    points: list[ContactPoint] = []
    for country, facts in _countries().items():
        for number in range(1, facts["offices"] + 1):
            points.append(_point(random, country, facts, number))
    return tuple(points)


def make_services(seed: int) -> tuple[Service, ...]:
    """Make up two services for each country."""
    random = Random(f"services {seed}")  # noqa: S311
    services = []
    for country, facts in _countries().items():
        for number in (1, 2):
            kind = random.choice(list(_SERVICES))
            town = random.choice(facts["towns"])
            name = f"{kind.replace('_', ' ').capitalize()} {town[0]} {_MARK}"
            where = _where(random, f"service-{country.lower()}-{number:02}", country, facts, town)
            services.append(
                Service(**where, name=name, organisation=f"Example charity {_MARK}", kind=kind, topics=_SERVICES[kind])
            )
    return tuple(services)


def _point(random: Random, country: str, facts: dict[str, Any], number: int) -> ContactPoint:
    """The first office of a country is its national one, the first of a town the one above the others there."""
    towns = facts["towns"]
    town = towns[(number - 1) % len(towns)]
    national = number == 1
    kind = PointKind.UNION if national else random.choice(_KINDS)
    declared = kind in (PointKind.UNION, PointKind.ASSOCIATION) and (national or random.random() < 0.5)
    where = _where(random, f"{country.lower()}-{number:02}", country, facts, town)
    if national:
        where |= {"hours": _HOURS[0], "closures": ()}
    return ContactPoint(
        **where,
        name=f"{_NAMES[kind]} {town[0]} {number} {_MARK}",
        organisation=f"Example organisation of {country} {_MARK}",
        kind=kind,
        parent=_parent(random, country, number, len(towns)),
        topics=() if national or random.random() < 0.4 else _some(random, TOPICS, 1, 4),
        duty_to_report=Duty.NONE if declared else _other_duty(kind),
        declared_on=_DECLARED if declared else None,
        minors=declared and random.random() < 0.4,
    )


def _parent(random: Random, country: str, number: int, towns: int) -> str:
    """Return the office above: of the town, else the country's; from outside the EU the one of another country."""
    outside = {"AL": "it", "TN": "fr"}
    if number == 1:
        return _id(f"{outside[country]}-01") if country in outside else ""
    above = (number - 1) % towns + 1 if number > towns and random.random() < 0.8 else 1
    return _id(f"{country.lower()}-{above:02}")


def _where(random: Random, number: str, country: str, facts: dict[str, Any], town: Sequence[Any]) -> dict[str, Any]:
    """Return what offices and services have alike."""
    name, further, lat, lon = town
    shut = random.random()
    local = random.choice(facts["languages"])
    return {
        "id": _id(number),
        "country": country,
        "zone": facts["zone"],
        "city": name,
        "city_also": (further,) if further != name else (),
        "lat": round(lat + random.uniform(-0.04, 0.04), 3),
        "lon": round(lon + random.uniform(-0.04, 0.04), 3),
        "address": f"Example street {random.randint(1, 120)}",
        "hours": random.choice(_HOURS) if random.random() < 0.92 else "",
        "holidays": country,
        "closures": (_ALWAYS_SHUT,) if shut < 0.03 else (_weeks(random),) if shut < 0.2 else (),
        "languages": tuple(dict.fromkeys((local, "en", *_some(random, _SPOKEN, 0, 5)))),
        "cost": random.choice(("free", "free", "free", "")),
        "who": random.choice((Who.EVERYONE, Who.EVERYONE, Who.MEMBERS, Who.UNKNOWN)),
        "visit": random.choice(list(Visit)),
        "door_document": random.choice(list(Door)),
        "demo": True,
    }


def _weeks(random: Random) -> Closure:
    first = random.choice((date(2026, 8, 3), date(2026, 12, 21), date(2027, 8, 2)))
    return Closure(first, first + timedelta(days=random.randint(6, 20)))


def _other_duty(kind: PointKind) -> Duty:
    return Duty.POSSIBLE if kind in (PointKind.MUNICIPALITY, PointKind.STATE_OFFICE) else Duty.UNKNOWN


def _some(random: Random, choices: Sequence[str], least: int, most: int) -> tuple[str, ...]:
    return tuple(random.sample(choices, random.randint(least, most)))


def _id(number: str) -> str:
    return f"synthetic-{number}"


def _countries() -> dict[str, dict[str, Any]]:
    countries: dict[str, dict[str, Any]] = yaml.safe_load(_TOWNS.read_text(encoding="utf-8"))["countries"]
    return countries


def _write(schema: Schema[P], records: Iterable[P], folder: Path, seed: int) -> None:
    by_country: dict[str, list[P]] = {}
    for record in records:
        by_country.setdefault(record.country, []).append(record)
    (folder / schema.many).mkdir(parents=True)
    for country, some in by_country.items():
        content = {schema.many: [schema.plain(record) for record in some]}
        text = _HEAD.format(seed=seed) + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
        (folder / schema.many / f"{country.lower()}.yml").write_text(text, encoding="utf-8")
