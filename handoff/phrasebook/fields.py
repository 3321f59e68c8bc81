"""The fields of a sentence: what an adviser may fill in, and how it looks in the reader's language."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from bot.markup import escape
from bot.model.errors import GuichetError
from bot.model.locales import OWN_NAMES
from bot.wording import babel_locale, isolate, listed, western

_LONGEST = 120  # an address, a role: what fits on a small card
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOUR = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))? ?([A-Z]{3})?", re.ASCII)
_POINT = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)", re.ASCII)
# Signs that turn a line around, break it or hide something in it; the joiners of Persian and Hindi are none of them.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ue000\ue001]+"
)
_MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=18/{0}/{1}"

Papers = Mapping[str, str]


class BadField(GuichetError):
    """An adviser left a field empty or filled it with something else. `name` is the field, never what stood in it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the field {name!r} cannot be used")
        self.name = name


def tidy(name: str, raw: str, papers: Papers) -> str:
    """Return what a form gave in the one form that is kept, or nothing if it is empty. Raises BadField."""
    try:
        return KINDS[name][0](" ".join(_UNSEEN.sub(" ", raw).split()), papers) if raw.strip() else ""
    except (ValueError, ArithmeticError):
        raise BadField(name) from None


def shown(name: str, value: str, locale: str, papers: Papers) -> str:
    """Return a tidy value as the reader of this locale sees it."""
    words = KINDS[name][1](value, locale, papers)
    return words if name == "map" else isolate(locale, words)


def _day(raw: str, _papers: Papers) -> str:
    return date.fromisoformat(_match(_DAY, raw)[0]).isoformat()


def _shown_day(value: str, locale: str, _papers: Papers) -> str:
    return western(format_date(date.fromisoformat(value), "full", locale=babel_locale(locale)))


def _hour(raw: str, _papers: Papers) -> str:
    found = _match(_HOUR, raw)
    return f"{int(found[1])}:{found[2]}"


def _text(raw: str, _papers: Papers) -> str:
    _check(0 < len(raw) <= _LONGEST)
    return raw


def _as_it_is(value: str, _locale: str, _papers: Papers) -> str:
    return escape(value)


def _paper(raw: str, papers: Papers) -> str:
    chosen = dict.fromkeys(part.strip() for part in raw.split(","))
    _check(all(one in papers for one in chosen))
    return ",".join(chosen)


def _shown_paper(value: str, locale: str, papers: Papers) -> str:
    return listed(locale, (papers[one] for one in value.split(",")))


def _amount(raw: str, _papers: Papers) -> str:
    found = _match(_AMOUNT, raw)
    currency = found[3] or "EUR"
    _check(currency in babel_locale("en").currencies)
    return f"{found[1]}.{(found[2] or '0').ljust(2, '0')} {currency}"


def _shown_amount(value: str, locale: str, _papers: Papers) -> str:
    number, currency = value.split(" ")
    return str(format_currency(Decimal(number), currency, locale=babel_locale(locale), numbering_system="latn"))


def _language(raw: str, _papers: Papers) -> str:
    _check(raw in OWN_NAMES)
    return raw


def _shown_language(value: str, _locale: str, _papers: Papers) -> str:
    return OWN_NAMES[value]  # who speaks it reads its own name


def _map(raw: str, _papers: Papers) -> str:
    found = _match(_POINT, raw.replace(" ", ""))
    _check(abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180)
    return f"{found[1]},{found[2]}"


def _shown_map(value: str, _locale: str, _papers: Papers) -> str:
    return f"[OpenStreetMap]({_MAP.format(*value.split(','))})"


def _match(pattern: re.Pattern[str], raw: str) -> re.Match[str]:
    found = pattern.fullmatch(raw)
    if found is None:
        raise ValueError
    return found


def _check(holds: bool) -> None:
    if not holds:
        raise ValueError


KINDS: Mapping[str, tuple[Callable[[str, Papers], str], Callable[[str, str, Papers], str]]] = {
    "day": (_day, _shown_day),  # 2027-03-12
    "hour": (_hour, _as_it_is),  # 9:00
    "place": (_text, _as_it_is),
    "who": (_text, _as_it_is),
    "paper": (_paper, _shown_paper),  # payslips,contract
    "amount": (_amount, _shown_amount),  # 120.50 EUR
    "language": (_language, _shown_language),  # fr
    "map": (_map, _shown_map),  # 45.46,9.19: where the office is
}
"""Every field with two functions: what is kept of what a form gave, and what a reader sees of it."""
