"""Finding names among folded words: several words long, declined, or with a preposition grown onto them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from nlu.normalise import fold
from nlu.phrases import is_han

_LATIN = (
    *("a", "e", "i", "o", "u", "y", "ie", "ii", "iei", "ei", "om", "em", "oj", "jo", "ju", "ji", "s", "se", "es", "ja"),
)  # fmt: skip
# What may follow the stem of a name, by locale. Never a k: "Italiji" is the country, "italijanski" the language.
SUFFIXES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("sl", "bs", "pl", "ro", "sq"), frozenset(_LATIN)),
    **dict.fromkeys(
        ("ru", "uk", "bg"),
        frozenset(("а", "я", "е", "и", "і", "ї", "у", "ю", "ы", "о", "ой", "ей", "ою", "ею", "єю", "ом", "ем", "ом")),
    ),
    "el": frozenset(("α", "ας", "η", "ης", "ο", "ου", "ος", "ον", "ες", "ων", "ι", "ιο", "ιου", "ων")),
    "tr": frozenset(
        (
            "da",
            "de",
            "ta",
            "te",
            "ya",
            "ye",
            "a",
            "e",
            "nin",
            "nda",
            "nde",
            "yi",
            "daki",
            "deki",
            "dayim",
            "deyim",
            "dayiz",
            "deyiz",
        )
    ),
    "bn": frozenset(("তে", "র", "ে", "য়", "ের", "এ", "য়ের", "কে")),
    "so": frozenset(("ga", "ka", "da", "a", "iga")),
}
_FROM_ENDING = {"tr": frozenset(("dan", "den", "tan", "ten"))}
_VOWELS = frozenset("aeiouyаяеиіїоуюыαηοιεωυ")
# Prepositions that grow onto the next word; the second group says "from".
_GROWN = ("በ", "የ", "ለ", "ብ", "ን", "ናይ", "ب", "ل", "و", "ف", "لل", "بال")
_GROWN_FROM = ("ከ", "ካ")


@dataclass(frozen=True, slots=True)
class Found:
    """A name at words `start` to `end`; `grown` tells that a preposition or ending of place is part of the word."""

    value: str
    start: int
    end: int
    locales: frozenset[str]
    origin: bool = False
    grown: bool = False
    declined: bool = False


@dataclass(slots=True)
class Names:
    """A dictionary of names in many languages."""

    shortest_stem: int = 4
    _whole: dict[tuple[str, ...], dict[str, set[str]]] = field(default_factory=dict)
    _stems: dict[tuple[str, str], str] = field(default_factory=dict)
    _han: dict[str, str] = field(default_factory=dict)
    _longest: int = 1

    def add(self, name: str, value: str, locale: str) -> None:
        """Let this name of this locale stand for the value. Where two values share a name, the first one wins."""
        words = tuple(fold(name).split())
        if not words:
            return
        if is_han(name):
            self._han.setdefault("".join(words), value)
            return
        values = self._whole.setdefault(words, {})
        if not values or value in values:
            values.setdefault(value, set()).add(locale)
        self._longest = max(self._longest, len(words))
        if len(words) == 1 and locale in SUFFIXES:
            stem = words[0][:-1] if words[0][-1] in _VOWELS else words[0]
            if len(stem) >= self.shortest_stem:
                self._stems.setdefault((locale, stem), value)

    def find(self, words: list[str]) -> Iterator[Found]:
        """Yield the names among the words, the longest at each place."""
        at = 0
        while at < len(words):
            found = self._at(words, at)
            if found is not None:
                yield found
            at = found.end if found else at + 1

    def find_han(self, compact: str) -> Iterator[tuple[str, int, int]]:
        """Yield values, places and lengths of Chinese names in a text without spaces."""
        for name, value in self._han.items():
            at = compact.find(name)
            if at >= 0:
                yield value, at, len(name)

    def _at(self, words: list[str], at: int) -> Found | None:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            values = self._whole.get(tuple(words[at : at + length]))
            if values:
                value, locales = next(iter(values.items()))
                return Found(value, at, at + length, frozenset(locales))
        return self._declined(words[at], at) or self._grown(words[at], at)

    def _declined(self, word: str, at: int) -> Found | None:
        for cut in range(1, 6):
            stem, ending = word[:-cut], word[-cut:]
            if len(stem) < self.shortest_stem:
                return None
            for locale, suffixes in SUFFIXES.items():
                value = self._stem(locale, stem, ending)
                if not value:
                    continue
                if ending in _FROM_ENDING.get(locale, ()):
                    return Found(value, at, at + 1, frozenset({locale}), origin=True)
                if ending in suffixes and not (stem.endswith(("k", "к")) and ending in {"i", "y", "и", "і"}):
                    return self._form(value, at, locale)
        return None

    @staticmethod
    def _form(value: str, at: int, locale: str) -> Found:
        grown = locale in {"tr", "bn"}
        return Found(value, at, at + 1, frozenset({locale}), grown=grown, declined=not grown)

    def _stem(self, locale: str, stem: str, ending: str) -> str:
        """Turkish and Bengali endings follow the whole name, the others replace its last vowel."""
        if locale in {"tr", "bn", "so"}:
            values = self._whole.get((stem,), {})
            return next((value for value, locales in values.items() if locale in locales), "")
        return self._stems.get((locale, stem), "")

    def _grown(self, word: str, at: int) -> Found | None:
        for prefixes, origin in ((_GROWN, False), (_GROWN_FROM, True)):
            for prefix in prefixes:
                values = self._whole.get((word[len(prefix) :],)) if word.startswith(prefix) else None
                if values and len(word) - len(prefix) >= 2:
                    value, locales = next(iter(values.items()))
                    return Found(value, at, at + 1, frozenset(locales), origin=origin, grown=not origin)
        return None
