"""How two people without a common language will understand each other; said before anybody waits.

A bridge is the best way there is, in this order: somebody of the office speaks the person's language; an interpreter of
the network who accepted that role; the phrasebook, which is always there; a machine for what its sentences cannot say,
where the network switched one on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel.languages import get_official_languages

from bot.model.say import Language, Say
from handoff.offices.contact_point import EVERYWHERE, ContactPoint


class BridgeKind(StrEnum):
    """What stands in `handoff_case.bridge`."""

    OFFICE = "office"
    INTERPRETER = "interpreter"
    PHRASEBOOK = "phrasebook"
    TRANSLATION = "translation"


@dataclass(frozen=True, slots=True)
class Bridge:
    """The way, and the sentence that tells the person about it; none where the office simply speaks their language."""

    kind: BridgeKind
    said: Say | None = None


def bridge(
    point: ContactPoint, locale: str, *, interpreters: frozenset[str], translation: bool, also: Iterable[str] = ()
) -> Bridge:
    """Return how this office will answer somebody who reads `locale` and perhaps speaks the languages of `also`, too.

    `interpreters` are the locales that the network's interpreters speak, `translation` whether a machine may translate.
    """
    if not locale or speaks(point, (locale,)):
        return Bridge(BridgeKind.OFFICE)
    shared = next((one for one in also if speaks(point, (one,))), "")
    if shared:
        return Bridge(BridgeKind.OFFICE, Say("bridge_also", {"office": point.name, "language": Language(shared)}))
    if not point.languages:
        return Bridge(
            BridgeKind.PHRASEBOOK, Say("bridge_unknown", {"office": point.name, "language": Language(locale)})
        )
    kind = BridgeKind.PHRASEBOOK
    if locale in interpreters:
        kind = BridgeKind.INTERPRETER
    elif translation:
        kind = BridgeKind.TRANSLATION
    spoken = tuple(Language(tag) for tag in point.languages)
    said = Say(f"bridge_{kind}", {"office": point.name, "languages": spoken, "language": Language(locale)})
    return Bridge(kind, said)


def speaks(point: ContactPoint, locales: Iterable[str]) -> bool:
    """Tell whether one of these languages is spoken at an office.

    Where its languages are not known it speaks those of its country: that is no guess, and anything more would be one.
    """
    spoken = point.languages or _official(point.country)
    return any(locale in spoken for locale in locales)


@cache
def _official(country: str) -> tuple[str, ...]:
    if country == EVERYWHERE:
        return ()
    return tuple(str(tag) for tag in get_official_languages(country, de_facto=True))
