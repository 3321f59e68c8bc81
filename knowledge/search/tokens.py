"""Words of a text as the search compares them: stemmed in their language, in one spelling."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import local
from typing import Any

import snowballstemmer

from knowledge.search.letters import bare, pieces_of, words_of

LONGEST = 40  # letters of a word; what is longer is no word
_ALGORITHMS: Mapping[str, str] = {
    "ar": "arabic", "bs": "serbian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hr": "serbian", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Languages without an algorithm: words are cut to their first letters, fewer where a letter is a syllable.
_CUT: Mapping[str, int] = {"am": 3, "ti": 3, "bn": 5, "ur": 5, "so": 5, "bg": 5, "sl": 5, "sq": 5, "uk": 5, "mk": 5}
# One letter that stands for "of", "in", "for", "from" is written together with the word after it.
_PREFIXED: Mapping[str, frozenset[str]] = {"am": frozenset("የበለከ"), "ti": frozenset("ብንዝ")}
_PREFIXED_FROM = 3  # letters of such a word
_BARE_FIRST = frozenset({"el"})  # its algorithm wants words without accents
_CACHED = 200_000

UNKNOWN = ""
"""The locale of a text whose language nobody knows: its words are not stemmed."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word: `stem` is what texts are compared by, `word` what was written, without accents."""

    stem: str
    word: str


def tokens_of(text: str, locale: str = UNKNOWN) -> list[Token]:
    """Return the words of a text in order; never raises. A region in the locale (`pt-BR`) changes nothing."""
    language = locale.partition("-")[0].lower()
    found = (piece[:LONGEST] for word in words_of(text) for piece in pieces_of(word))
    return [token for piece in found if (token := _token(piece, language)).word]


def stems_of(text: str, locale: str) -> tuple[str, ...]:
    """Return the stems alone."""
    return tuple(token.stem for token in tokens_of(text, locale))


@lru_cache(maxsize=_CACHED)
def _token(word: str, language: str) -> Token:
    plain = bare(word)
    if language in _ALGORITHMS:
        stem = bare(_stemmers()[language].stemWord(plain if language in _BARE_FIRST else word))
    else:
        stem = _cut(plain, language)
    return Token(stem or plain, plain)


def _cut(word: str, language: str) -> str:
    length = _CUT.get(language)
    if length is None or word.isdigit():
        return word
    if len(word) >= _PREFIXED_FROM and word[0] in _PREFIXED.get(language, ()):
        word = word[1:]
    return word[:length]


class _Stemmers(dict[str, Any]):
    def __missing__(self, language: str) -> Any:
        made = self[language] = snowballstemmer.stemmer(_ALGORITHMS[language])
        return made


_LOCAL = local()


def _stemmers() -> _Stemmers:
    """A stemmer keeps the word it works on, so each thread has its own."""
    if not hasattr(_LOCAL, "stemmers"):
        _LOCAL.stemmers = _Stemmers()
    found: _Stemmers = _LOCAL.stemmers
    return found
