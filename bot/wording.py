"""How values look in a reader's language: countries, languages, dates, times. Western digits in every script."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton

from bot.markup import escape
from bot.model.locales import OWN_NAMES, RTL
from bot.model.say import Country, IntentTitle, Language, Moment, Region, Say, Value

_PLACEHOLDER = re.compile(r"\{(\w+)\}(\.?)")
_ISOLATE = ("\u2068", "\u2069")
_GROUPS = re.compile(r"\]\([^)]*\)|https?://\S+|(?P<number>\+?\d+(?:[ /–-]\d+)+)")
_BABEL = {"zh": "zh_Hans", "en": "en_GB", "pt": "pt_PT"}
# Where many count the hours from sunrise, "9:00" alone may be read as three in the afternoon.
_CLOCKS = {"am": " (በአውሮፓ አቆጣጠር)", "ti": " (ብኣቆጻጽራ ኤውሮጳ)"}
_SEPARATORS = {"ar": "، ", "fa": "، ", "ur": "، ", "zh": "、"}


@cache
def babel_locale(locale: str) -> Locale:
    """Return CLDR's locale of one of ours."""
    return Locale.parse(_BABEL.get(locale, locale))


def western(text: str) -> str:
    """Turn any script's digits into 0–9."""
    return "".join(str(ord_digit) if (ord_digit := _digit(sign)) is not None else sign for sign in text)


def _digit(sign: str) -> int | None:
    return int(sign) if not sign.isascii() and sign.isdecimal() else None


def isolate(locale: str, text: str) -> str:
    """Keep a foreign name or number from turning a right-to-left line around."""
    return f"{_ISOLATE[0]}{text}{_ISOLATE[1]}" if locale in RTL else text


def numbers_kept(locale: str, text: str) -> str:
    """Keep the groups of numbers such as 800 290 290 in their order, which right-to-left words around them turn."""
    if locale not in RTL:
        return text
    return _GROUPS.sub(lambda found: isolate(locale, found["number"]) if found["number"] else found[0], text)


def listed(locale: str, words: Iterable[str]) -> str:
    """Join words as the language does."""
    return _SEPARATORS.get(locale, ", ").join(words)


def _put(match: re.Match[str], found: Mapping[str, str]) -> str:
    """Return the value for one placeholder. A date may end in a dot of its own (bg, bs): one dot ends a sentence."""
    value = found.get(match[1])
    if value is None:
        return match[0]
    return value if value.endswith(".") else value + match[2]


class Wording:
    """Fills phrases. `phrase` and `title` look texts up by locale."""

    def __init__(self, phrase: Callable[[str, str], str], title: Callable[[str, str], str]) -> None:
        self._phrase = phrase
        self._title = title

    def say(self, locale: str, said: Say) -> str:
        """Return the sentence with its values."""
        return self.fill(locale, self._phrase(locale, said.phrase), said.params)

    def fill(self, locale: str, text: str, params: Mapping[str, Value]) -> str:
        """Put values into a text; a placeholder may stand anywhere. Braces within a value stay as they are."""
        found = {name: self._filled(locale, value) for name, value in params.items()}
        return _PLACEHOLDER.sub(lambda match: _put(match, found), numbers_kept(locale, text))

    def _filled(self, locale: str, value: Value) -> str:
        shown = self.value(locale, value)
        return shown if isinstance(value, Say) else isolate(locale, shown)

    def value(self, locale: str, value: Value) -> str:
        """Return one value in the reader's language."""
        match value:
            case Say():
                return self.say(locale, value)
            case Country(code):
                return str(babel_locale(locale).territories.get(code, code))
            case Region(code):
                return self._region(locale, code)
            case Language(of, own):
                return OWN_NAMES.get(of, of) if own else babel_locale(locale).languages.get(of, OWN_NAMES.get(of, of))
            case IntentTitle(intent):
                return (
                    self._title(locale, intent)
                    or self._title("en", intent)
                    or intent.partition("/")[2].replace("_", " ")
                )
            case Moment(at, style, zone):
                return self._moment(locale, at, style, zone)
            case date():
                return self.day(locale, value)
            case tuple():
                return listed(locale, (self.value(locale, one) for one in value))
            case str():
                return escape(value)
            case _:
                return str(value)

    def _region(self, locale: str, code: str) -> str:
        """CLDR has no names of regions, so the phrases have them; one that a network added shows its code."""
        try:
            return self._phrase(locale, f"region_{code.lower().replace('-', '_')}")
        except KeyError:
            return code

    def day(self, locale: str, day: date) -> str:
        """Return a date written out: 12 March 2027."""
        return western(format_date(day, "long", locale=babel_locale(locale)))

    def _moment(self, locale: str, at: datetime, style: str, zone: str) -> str:
        """A clock alone, a day alone, or a day with its clock: "Monday 12 May, 9:00"."""
        local = at.astimezone(ZoneInfo(zone))
        clock = f"{local.hour}:{local.minute:02}{_CLOCKS.get(locale, '')}"
        if style == "clock":
            return clock
        if style == "day":
            return self.day(locale, local.date())
        # CLDR knows where the dot and the word "de" stand; its own form with a weekday shortens the weekday.
        day = str(format_skeleton("MMMMd", local, locale=babel_locale(locale)))
        if style == "opening":
            weekday = str(format_date(local.date(), "EEEE", locale=babel_locale(locale)))
            day = f"{day} {weekday}" if locale == "zh" else f"{weekday} {day}"
        return f"{western(day)}, {clock}"
