"""How values look in a reader's language: countries, languages, dates, times. Western digits in every script."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime

from bot.markup import escape
from bot.model.locales import OWN_NAMES, RTL
from bot.model.say import Country, IntentTitle, Language, Moment, Say, Value

_ISOLATE = ("\u2068", "\u2069")
_BABEL = {"zh": "zh_Hans"}
_FORMATS = {"clock": "H:mm", "day": "d MMMM y", "opening": "EEEE d MMMM, H:mm", "clock_day": "d MMMM, H:mm"}
_ZH_FORMATS = {"clock": "H:mm", "day": "y年M月d日", "opening": "M月d日EEEE H:mm", "clock_day": "M月d日 H:mm"}


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


class Wording:
    """Fills phrases. `phrase` and `title` look texts up by locale."""

    def __init__(self, phrase: Callable[[str, str], str], title: Callable[[str, str], str]) -> None:
        self._phrase = phrase
        self._title = title

    def say(self, locale: str, said: Say) -> str:
        """Return the sentence with its values."""
        return self.fill(locale, self._phrase(locale, said.phrase), said.params)

    def fill(self, locale: str, text: str, params: Mapping[str, Value]) -> str:
        """Put values into a text; a placeholder may stand anywhere."""
        for name, value in params.items():
            text = text.replace("{" + name + "}", self._filled(locale, value))
        return text

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
                return ", ".join(self.value(locale, one) for one in value)
            case str():
                return escape(value)
            case _:
                return str(value)

    def day(self, locale: str, day: date) -> str:
        """Return a date written out: 12 March 2027."""
        pattern = _ZH_FORMATS["day"] if locale == "zh" else _FORMATS["day"]
        return western(format_date(day, pattern, locale=babel_locale(locale)))

    def _moment(self, locale: str, at: datetime, style: str, zone: str) -> str:
        pattern = (_ZH_FORMATS if locale == "zh" else _FORMATS)[style]
        return western(format_datetime(at.astimezone(ZoneInfo(zone)), pattern, locale=babel_locale(locale)))
