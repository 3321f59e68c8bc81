"""Fetches what replies show from the rooms that have it: articles, office cards, help lines."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import yaml

from bot.model.countries import EU
from bot.model.say import Language, Moment, Phrase, Say, Value
from bot.model.shown import ShownOffice
from bot.replies import Shelf
from handoff import phrasebook
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint, Door, Place, Visit, Who
from handoff.offices.services import Service
from knowledge.catalogue import Catalogue
from knowledge.helplines import load_helplines

_FOREIGN = Path(__file__).resolve().parents[1] / "nlu" / "foreign.yml"
_UNKNOWN = Say("value_unknown")


def make_shelf(catalogue: Catalogue, points: Mapping[str, ContactPoint], clock: Callable[[], datetime]) -> Shelf:
    """Return the functions that `Replies` needs."""
    helplines = load_helplines()
    phrasebook.load()  # a fault in its files stops the start
    foreign: dict[str, str] = (
        yaml.load(_FOREIGN.read_text(encoding="utf-8"), yaml.CSafeLoader) if _FOREIGN.exists() else {}
    )

    def office(point_id: str) -> ShownOffice | None:
        point = points.get(point_id)
        return office_card(point, clock()) if point else None

    return Shelf(
        article=catalogue.pick, office=office, lines=helplines.lines_for,
        foreign=lambda language: str(foreign.get(language, "")),
        eu=lambda country: country[:2] in EU,  # there 112 is surely right and free
        sentence=sentence, answers=answers,
    )  # fmt: skip


def sentence(locale: str, phrase: Phrase) -> str:
    """Return an adviser's sentence of the phrasebook."""
    return phrasebook.load().text(locale, phrase.id, phrase.fields)


def answers(locale: str, phrase: Phrase) -> list[tuple[str, str]]:
    """Return the ids and words of what can be tapped below it; nothing below a sentence that is not there any more."""
    book = phrasebook.load()
    known = book.answers(locale, phrase.id) if phrase.id in book.sentences else ()
    return [(phrasebook.tap(phrase.id, answer), words) for answer, words in known]


def office_card(point: ContactPoint | Service, now: datetime) -> ShownOffice:
    """The card in voice's order: kind, address, opening, who is helped, price, visit, door, languages, ways to reach, date."""
    lines = [
        Say(f"kind_{point.kind}"),
        _line("office_address", ", ".join(part for part in (point.address, point.city) if part)),
        *_opening(point, now),
        _line(
            "office_who", {Who.EVERYONE: Say("value_everyone"), Who.MEMBERS: Say("value_members")}.get(point.who, "")
        ),
        _line("office_cost", Say("value_free") if point.cost == "free" else point.cost),
        _line(
            "office_visit", {Visit.APPOINTMENT: Say("value_yes"), Visit.WALK_IN: Say("value_no")}.get(point.visit, "")
        ),
        _line("office_door", {Door.YES: Say("value_yes"), Door.NO: Say("value_no")}.get(point.door_document, "")),
        _line("office_languages", tuple(Language(tag) for tag in point.languages)),
    ]
    for phrase, value in (("office_phone", point.phone), ("office_email", point.email), ("office_web", point.web)):
        if value:
            lines.append(_line(phrase, value))
    if point.checked_on:
        lines.append(Say("office_checked", {"date": point.checked_on}))
    return ShownOffice(point.name, tuple(lines), point.demo)


def _line(phrase: str, value: Value) -> Say:
    """Unknown is written "not known, call first", never left out."""
    return Say(phrase, {"value": value or _UNKNOWN})


def _opening(point: Place, now: datetime) -> list[Say]:
    closes = hours.closes_at(point, now)
    if closes is not None and hours.is_open(point, now):
        return [Say("office_open_until", {"time": Moment(closes, "clock", point.zone)})]
    opens = hours.opens_at(point, now)
    if opens is not None:
        return [Say("office_opens", {"opening": Moment(opens, "opening", point.zone)})]
    return [_line("office_hours", "")]
