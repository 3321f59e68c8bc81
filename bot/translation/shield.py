"""What a machine must not touch: taken out of a text before it is translated, put back and checked after.

`Shields.over` puts a numbered sign ([[1]]) in the place of every amount, date, time, law, article number, telephone
number, address, name of an office and term of the glossary. `Shielded.restore` puts them back, and refuses a translation
in which a sign is missing or doubled or a number is another one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.translation.base import TranslationFailed
from bot.translation.patterns import PATTERNS
from bot.translation.written_dates import find_dates
from bot.wording import isolate, western

SIGN = re.compile(r"[\[［【]\s*[\[［【]\s*(\d{1,4})\s*[\]］】]\s*[\]］】]")
_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
_TAKEN = "\0"  # stands where something was found already
_LONGEST_NEW_NUMBER = 2  # "two" may become 2, and a dozen 12; a longer number that was not there is invented

Span = tuple[int, int, str]  # from, to, and what goes back there


@dataclass(frozen=True, slots=True)
class Shielded:
    """A text with signs in it. `kept` is what goes back, in the order of the signs' numbers."""

    text: str = field(repr=False)
    kept: tuple[str, ...] = field(repr=False)

    def restore(self, translated: str) -> str:
        """Return the translation with everything back in its place. Raises TranslationFailed."""
        found = sorted(int(match[1]) for match in SIGN.finditer(translated))
        if found != list(range(1, len(self.kept) + 1)):
            raise TranslationFailed("placeholder")
        before, after = numbers(SIGN.sub(" ", self.text)), numbers(SIGN.sub(" ", translated))
        if before - after or any(len(new) > _LONGEST_NEW_NUMBER for new in after - before):
            raise TranslationFailed("number")
        return SIGN.sub(lambda match: self.kept[int(match[1]) - 1], translated)


def numbers(text: str) -> Counter[str]:
    """Return the numbers of a text, in Western digits and without separators: 1.200 and ١٬٢٠٠ and 1200 are the same."""
    return Counter(re.sub(r"\D", "", western(found)) for found in _NUMBER.findall(text.replace("٬", ",")))


@dataclass(frozen=True)
class Shields:
    """Knows the names of offices, and the glossary: for each term its name by locale."""

    names: Callable[[], Iterable[str]] = tuple
    terms: Sequence[Mapping[str, str]] = ()

    def over(self, text: str, source: str, target: str) -> Shielded:
        """Return the text with signs."""
        spans = sorted(self._spans(text.replace(_TAKEN, " "), source, target))
        parts: list[str] = []
        end = 0
        for number, (start, stop, _) in enumerate(spans, start=1):
            parts += [text[end:start], f"[[{number}]]"]
            end = stop
        return Shielded("".join([*parts, text[end:]]), tuple(isolate(target, back) for _, _, back in spans))

    def _spans(self, text: str, source: str, target: str) -> Iterator[Span]:
        """Yield what was found; what an earlier kind found is gone for the later ones."""
        for find in (self._fixed, self._dates, self._numbers, self._terms):
            for start, stop, back in find(text, source, target):
                if _TAKEN not in text[start:stop]:
                    yield start, stop, back
                    text = f"{text[:start]}{_TAKEN * (stop - start)}{text[stop:]}"

    def _fixed(self, text: str, _source: str, _target: str) -> Iterator[Span]:
        """Signs that stood in the text already, addresses, names of offices."""
        for pattern in (SIGN, PATTERNS["address"], _any_of(self.names())):
            yield from ((*match.span(), match[0]) for match in pattern.finditer(text))

    def _dates(self, text: str, source: str, target: str) -> Iterator[Span]:
        """Dates with the month's name are written out in the other language."""
        yield from find_dates(text, source, target)

    def _numbers(self, text: str, _source: str, _target: str) -> Iterator[Span]:
        for kind in ("law", "article", "date", "time", "amount", "phone", "number"):
            for match in PATTERNS[kind].finditer(text):
                yield (*match.span("keep"), western(match["keep"]))

    def _terms(self, text: str, source: str, target: str) -> Iterator[Span]:
        """Only a term's own name: everyday words for it ("papers") mean other things too."""
        known = {term[source].casefold(): term[target] for term in self.terms if source in term and target in term}
        for match in _any_of(known).finditer(text):
            named = known.get(match[0].casefold())
            if named is not None:
                yield (*match.span(), _as_it_began(match[0], named))


def _as_it_began(written: str, named: str) -> str:
    return named[:1].upper() + named[1:] if written[:1].isupper() else named


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for these names as whole words, the longest first. Chinese has no spaces between words."""
    wanted = sorted({name for name in names if len(name) > 1}, key=lambda name: (-len(name), name))
    if not wanted:
        return re.compile(r"(?!)")
    return re.compile("|".join(map(_whole, wanted)), re.IGNORECASE)


def _whole(name: str) -> str:
    before = "" if _is_han(name[0]) else r"(?<!\w)"
    after = "" if _is_han(name[-1]) else r"(?!\w)"
    return f"{before}{re.escape(name)}{after}"


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"
