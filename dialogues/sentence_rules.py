"""What a sentence or a title must keep to, whoever writes it: placeholders, lengths, numbers. Pure."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from bot.model.turning import turns
from dialogues.phrases import PLACEHOLDER, load_menu

# Which part of the conversation a sentence belongs to: the longest beginning counts, all others are about people and offers.
_ROOMS: Mapping[str, tuple[str, ...]] = {
    "start": ("welcome", "texts", "menu_", "machine", "language_", "only", "country_", "region_", "location_", "topic_"),
    "buttons": ("choice_",),
    "answers": (
        "eu_", "article", "foot_", "heading_", "related", "found", "did_", "nothing", "out_", "simpler_", "give_",
        "feedback_", "thanks", "goodbye", "what_", "are_", "complaint", "media", "letter", "degraded", "turn_", "late_",
    ),
    "danger": ("emergency_", "card_", "line_", "truth_", "danger_", "menu_danger"),
    "privacy": ("learn_", "consent_", "privacy_", "delete_", "erase_", "export_", "papers_", "stop"),
    "offices": ("office_", "kind_", "value_", "no_", "bridge_", "interpret"),
    "pages": ("web_", "help_", "places_", "profile_", "command_", "file_"),
}  # fmt: skip
PEOPLE, TITLES = "people", "titles"
ROOMS = (*_ROOMS, PEOPLE, TITLES)
_TWO_PEOPLE = frozenset({"danger", "privacy"})

BUTTON, ROW, TITLE = 20, 22, 24  # what WhatsApp shows whole; a row of the menu has a pictogram and a space before it
_LIMITS = {"choice_": BUTTON, "profile_name": 64, "profile_short": 120, "profile_description": 512, "command_": 256}
_LONGEST = 1000

_MARKUP = re.compile(r"[*\[\]<>_~`\ue000\ue001]")
_SHOUTS = re.compile("[!！¡]")
_EMERGENCY = re.compile(r"(?<!\d)112(?!\d)")
_NUMBER = re.compile(r"\d+")


def room_of(phrase: str) -> str:
    """Return the room of a sentence."""
    fitting = ((len(start), room) for room, starts in _ROOMS.items() for start in starts if phrase.startswith(start))
    return max(fitting, default=(0, PEOPLE))[1]


def needs_two(phrase: str) -> bool:
    """Tell whether two people must agree to its words: those of danger, and those by which people give a consent."""
    return room_of(phrase) in _TWO_PEOPLE


def limit_of(phrase: str) -> int:
    """Return how many characters a sentence may have."""
    if phrase in _rows():
        return ROW
    return next((limit for start, limit in _LIMITS.items() if phrase.startswith(start)), _LONGEST)


def phrase_faults(phrase: str, english: str, text: str) -> tuple[str, ...]:
    """Return what is wrong with a sentence, as words of the pages; `english` is what the code's own file says."""
    faults = list(_faults(text, limit_of(phrase)))
    wanted, given = sorted(PLACEHOLDER.findall(english)), sorted(PLACEHOLDER.findall(text))
    if wanted != given or re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        faults.append("placeholders")
    if bool(_EMERGENCY.search(english)) != bool(_EMERGENCY.search(text)):
        faults.append("emergency")
    elif room_of(phrase) == "privacy" and set(_NUMBER.findall(english)) != set(_NUMBER.findall(text)):
        faults.append("numbers")
    return tuple(faults)


def title_faults(text: str) -> tuple[str, ...]:
    """Return what is wrong with the short title of a question."""
    return tuple(_faults(text, TITLE))


def fits(english: str, text: str) -> bool:
    """Tell whether the code can still fill in a sentence."""
    return bool(text) and set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(text))


def _faults(text: str, limit: int) -> Iterator[str]:
    plain = PLACEHOLDER.sub("", text)
    if not text or text != text.strip() or "\n" in text:
        yield "empty"
    if len(text) > limit:
        yield "long"
    if any(sign.isdecimal() and not sign.isascii() for sign in text):
        yield "digits"
    if _MARKUP.search(plain):
        yield "markup"
    if _SHOUTS.search(text):
        yield "shouts"
    if turns(text):
        yield "turns"


@cache
def _rows() -> frozenset[str]:
    return frozenset(row.label for row in load_menu())
