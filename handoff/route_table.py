"""`python -m handoff route`: which office each of many questions would go to, and why, without a database.

A line of the input is an object with `id`, `at` (a moment with its time zone) and perhaps `country`, `city`, `lat` and
`lon`, `topic`, `locale`, `urgency` (danger | deadline | normal), `trusted_only`, `minor`. Of a danger only offices that
declared to report nobody are asked. A line of the output names the `point` (null where nothing is known), `why`, whether it
is `staffed` or `listed`, the `bridge` between two languages, `open_now` and `next_opening` (null where the hours are not
known), the `chain` of ids after it, and `by_choice` the offices of other countries that only the person may choose.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.model.errors import GuichetError
from handoff.bridge import BridgeKind, speaks
from handoff.offices import hours
from handoff.offices.contact_point import EVERYWHERE, ContactPoint
from handoff.offices.directory import POINT_SCHEMA, parent_faults
from handoff.offices.exchange import read_exchanged
from handoff.offices.fields import FIELDS, TOPICS, Fault
from handoff.offices.records import collect, read_file, read_folder
from handoff.request import Urgency
from handoff.routing import LISTED_AT_MOST, Network, Route, Spot

_SHOWN = 20  # faults told at once
_WAYS = {
    BridgeKind.OFFICE: "somebody of the office speaks it",
    BridgeKind.INTERPRETER: "an interpreter of the network does",
    BridgeKind.PHRASEBOOK: "they answer with the phrasebook",
    BridgeKind.TRANSLATION: "they answer with the phrasebook, a machine translates the rest",
}


class BadQuestions(GuichetError):
    """The file of questions cannot be used; one line for each fault."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the input."""

    id: str
    at: datetime
    country: str = ""
    city: str = ""
    spot: Spot | None = field(default=None, repr=False)
    topic: str = ""
    locale: str = ""
    urgency: Urgency = Urgency.NORMAL
    trusted_only: bool = False
    minor: bool = False


def read_network(path: Path) -> tuple[ContactPoint, ...]:
    """Read the contact points of a file (.json, .csv, .yml) or of a folder. Raises BadContactPoint with every fault."""
    if path.is_dir():
        rows = read_folder(POINT_SCHEMA, path)
    elif path.suffix == ".yml":
        rows = read_file(POINT_SCHEMA, path)
    else:
        rows = read_exchanged(POINT_SCHEMA, path)
    return tuple(collect(rows, parent_faults).values())


def read_questions(path: Path) -> list[Question]:
    """Read the input. Raises BadQuestions with every line that cannot be used, so that nothing is half done."""
    found: list[Question] = []
    faults: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_question(json.loads(line)))
        except json.JSONDecodeError as error:
            faults.append(f"{path.name}: line {number}: this is not JSON: {error.msg}")
        except Fault as fault:
            faults.append(f"{path.name}: line {number}: {fault}")
    if faults:
        more = [f"{path.name}: and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
        raise BadQuestions("\n".join(faults[:_SHOWN] + more))
    return found


def _question(raw: Any) -> Question:
    if not isinstance(raw, Mapping):
        raise Fault("there must be an object of fields")
    urgency = _named(raw, "urgency", _urgency, Urgency.NORMAL)
    return Question(
        id=_named(raw, "id", _id, None),
        at=_named(raw, "at", _moment, None),
        country=_named(raw, "country", FIELDS["country"].read, ""),
        city=_named(raw, "city", FIELDS["city"].read, ""),
        spot=_spot(raw),
        topic=_named(raw, "topic", _topic, ""),
        locale=_named(raw, "locale", FIELDS["name"].read, ""),
        urgency=urgency,
        trusted_only=_named(raw, "trusted_only", FIELDS["minors"].read, False) or urgency is Urgency.DANGER,
        minor=_named(raw, "minor", FIELDS["minors"].read, False),
    )


def _named(raw: Mapping[str, Any], name: str, read: Callable[[Any], Any], default: Any) -> Any:
    value = raw.get(name)
    if value in (None, "") and default is not None:
        return default
    try:
        return read(value)
    except Fault as fault:
        raise Fault(f"{name}: {fault}") from None


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Fault("must be a text or a whole number")
    return str(value)


def _moment(value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Fault("must be a moment, such as 2026-11-21T03:00:00+01:00") from None
    if at.tzinfo is None:
        raise Fault("needs its time zone, as in 2026-11-21T03:00:00+01:00")
    return at.astimezone(UTC)


def _topic(value: Any) -> str:
    """Take `labour_rights` as well as `labour_rights/dismissal`."""
    topic = str(value).partition("/")[0]
    if topic not in TOPICS:
        raise Fault(f"no such topic: {topic[:40]!r}; there are {', '.join(TOPICS)}")
    return topic


def _urgency(value: Any) -> Urgency:
    try:
        return Urgency(value)
    except ValueError:
        raise Fault(f"must be one of {', '.join(Urgency)}") from None


def _spot(raw: Mapping[str, Any]) -> Spot | None:
    lat, lon = (_named(raw, name, FIELDS[name].read, math.nan) for name in ("lat", "lon"))
    if math.isnan(lat) and math.isnan(lon):
        return None
    if math.isnan(lat) or math.isnan(lon):
        raise Fault("lat: must come together with lon")
    return lat, lon


def routed(network: Network, question: Question) -> dict[str, Any]:
    """Return the line of the output for a question."""
    route = network.choose(
        question.country, question.city, question.locale, question.topic, question.at, question.trusted_only,
        minor=question.minor, spot=question.spot, urgency=question.urgency,
    )  # fmt: skip
    order = (*route.staffed, *route.listed)
    if not order:
        return {
            "id": question.id, "point": None, "why": _nowhere(question), "state": None, "bridge": None, "open_now": None,
            "next_opening": None, "chain": [], "by_choice": _by_choice(network, question, route),
        }  # fmt: skip
    first = order[0]
    staffed = first in route.staffed
    opens = hours.opens_at(first, question.at)
    return {
        "id": question.id,
        "point": first.id,
        "why": "; ".join(_reasons(network, question, first, route)),
        "state": "staffed" if staffed else "listed",
        "bridge": network.bridge(first, question.locale).kind if staffed else None,
        "open_now": hours.is_open(first, question.at),
        "next_opening": opens.isoformat() if opens else None,
        "chain": _chain(network, first, order[1:]),
        "by_choice": _by_choice(network, question, route),
    }


def _nowhere(question: Question) -> str:
    if question.country:
        return "no office of this country is known"
    known = "no office of the EU is known there, and the country is not" if question.city or question.spot else ""
    return known or "neither country nor city is known"


def _chain(network: Network, first: ContactPoint, others: tuple[ContactPoint, ...]) -> list[str]:
    """The offices above the first, then the others that fit, each once."""
    return list(dict.fromkeys(point.id for point in (*network.chain(first), *others)))


def _by_choice(network: Network, question: Question, route: Route) -> list[str]:
    """Where nobody of the country answers: advisers of other countries who speak the language. Never in danger."""
    if route.staffed or question.urgency is Urgency.DANGER:
        return []
    found = network.abroad(
        question.country, question.locale, question.topic, question.at, question.trusted_only, minor=question.minor,
        urgency=question.urgency,
    )  # fmt: skip
    return [point.id for point in found[:LISTED_AT_MOST]]


def _reasons(network: Network, question: Question, point: ContactPoint, route: Route) -> Iterator[str]:
    """Say in words what decided, in the order in which it is looked at."""
    if point in route.staffed:
        yield "advisers answer here"
    else:
        yield "nobody answers chats here, so its address is shown"
    if question.trusted_only:
        yield "declared to report nobody" if point.trusted else "did not declare to report nobody: the words stay here"
    if question.minor and point.minors:
        yield "trained for minors"
    yield from _place(question, point)
    if question.locale:
        yield from _language(network, question, point, route)
    is_open = hours.is_open(point, question.at)
    yield {True: "open now", False: "closed now", None: "hours not known"}[is_open]
    if is_open and point in route.staffed and question.urgency is not Urgency.NORMAL:
        yield f"{question.urgency}: an open office goes before a near one"
    if point in route.staffed and point.id in network.load:
        yield f"cases for each adviser on shift: {network.load[point.id]:g}"


def _place(question: Question, point: ContactPoint) -> Iterator[str]:
    if question.country and point.country not in (question.country, EVERYWHERE):
        yield f"in {point.country}, not in {question.country}: it does not decide about the rules there"
    elif point.in_city(question.city):
        yield f"in {point.city}"
    elif question.spot and (far := point.kilometres_to(*question.spot)) is not None:
        yield f"{far:.0f} km away"
    elif question.city:
        yield f"no office in {question.city} fits better"


def _language(network: Network, question: Question, point: ContactPoint, route: Route) -> Iterator[str]:
    locale = question.locale
    if not speaks(point, (locale,)):
        way = f"; {_WAYS[network.bridge(point, locale).kind]}" if point in route.staffed else ""
        yield f"not known to speak {locale}{way}"
        return
    passed = [
        one.id
        for one in route.staffed
        if one.in_city(question.city) and not speaks(one, (locale,)) and one.country == point.country
    ]
    instead = point in route.staffed and passed and not point.in_city(question.city)
    yield f"speaks {locale}, as nobody of {question.city} does" if instead else f"speaks {locale}"
