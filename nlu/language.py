"""Which language is a message in? Scripts first, then letters, frequent words and two statistical voters.

Being wrong costs more than being unsure: a short text is never sure unless its script alone decides, and a
language of our neighbourhood that we do not speak is named only on strong evidence.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.model.locales import LOCALES
from nlu.files import read_strings
from nlu.normalise import fold, normalise
from nlu.scripts import ETHIOPIC_SIGNS, ONLY, SINGLE, script_shares

WORDS_FILE = Path(__file__).with_name("language_words.yml")
ROMAN = "roman"

LATIN = ("en", "fr", "it", "es", "pt", "de", "nl", "sl", "bs", "ro", "sq", "pl", "tr", "so")
NEIGHBOURS = (
    "hu",
    "cs",
    "sk",
    "sw",
    "ku",
    "sv",
    "da",
    "no",
    "fi",
    "ca",
    "lt",
    "lv",
    "vi",
    "id",
    "tl",
    "az",
    ROMAN,
)
CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "Latn": (*LATIN, *NEIGHBOURS),
    "Cyrl": ("ru", "uk", "bg", "bs", "mk", "be", "kk", "ky", "tg", "mn", "tt"),
    "Arab": ("ar", "fa", "ur", "ps", "ckb", "ug", "sd"),
    "Deva": ("hi", "ne", "mr"),
    "Ethi": ("am", "ti"),
}
# What the voters call it, where it is not our name.
LABELS = {
    "bs": ("bs", "hr", "sr"),
    "ar": ("ar", "arz", "ary"),
    "it": ("it", "vec", "lij"),
    "no": ("no", "nn"),
    "ckb": ("sdh",),
    "pt": ("pt", "gl"),
}

SHORT_WORDS, SHORT_LETTERS = 3, 12
CLOSE = 0.45  # below this distance between the two best, langdetect is asked as well
SURE = 0.35  # the distance that makes a long text sure
KNOWN, HINT = 0.25, 0.15  # what the person's own language and the platform's hint weigh
_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")
_ARABIZI = re.compile(r"\b[a-z]*[a-z][235679][a-z]+\b|\b[379][a-z]{2,}\b")


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """`locale` is ours or empty; `sure` allows switching to it; `foreign` is a language we do not speak."""

    locale: str = ""
    sure: bool = False
    foreign: str = ""


def identify(text: str, known: str | None = None, hint: str | None = None) -> LanguageGuess:
    """Return the language, given the person's known locale and the platform's hint; never raises."""
    text = _NOT_LANGUAGE.sub(" ", normalise(text))
    shares = script_shares(text)
    if not shares:
        return LanguageGuess()
    script, share, letters = shares[0]
    if script in SINGLE:
        return _by_script(SINGLE[script], letters, clear=share >= 0.6)
    words = fold(text).split()
    votes = _votes(text, words, letters, script, (known, hint))
    return _decide(votes, words, letters, script, share)


def _by_script(code: str, letters: int, *, clear: bool) -> LanguageGuess:
    if code in LOCALES:
        return LanguageGuess(code, sure=clear and letters > 1)
    return LanguageGuess(foreign=code) if clear and letters > 2 else LanguageGuess()


def _possible(script: str, text: str) -> tuple[str, ...]:
    """Return the languages that use all the telling letters in the text; all of the script if none does."""
    possible = set(CANDIDATES[script])
    for letters, languages in ONLY.get(script, ()):
        if not letters.isdisjoint(text):
            possible &= languages
    return tuple(code for code in CANDIDATES[script] if code in possible) or CANDIDATES[script]


@dataclass(frozen=True, slots=True)
class _Votes:
    total: Mapping[str, float]
    words: Mapping[str, float]
    statistics: Mapping[str, float]


def _votes(text: str, words: list[str], letters: int, script: str, priors: tuple[str | None, str | None]) -> _Votes:
    candidates = _possible(script, text)
    statistics = _ethiopic(text) if script == "Ethi" else _py3langid(text, candidates)
    spoken = _word_shares(words, candidates)
    weight = min(1.0, letters / 24)
    total = {code: weight * statistics.get(code, 0.0) + spoken.get(code, 0.0) for code in candidates}
    if _distance(total) < CLOSE and letters >= SHORT_LETTERS:
        for code, probability in _langdetect(text, candidates).items():
            total[code] += 0.5 * probability
    for prior, bonus in zip(priors, (KNOWN, HINT), strict=True):
        if prior and prior in total:
            total[prior] += bonus
    return _Votes(total, spoken, statistics)


def _decide(votes: _Votes, words: list[str], letters: int, script: str, share: float) -> LanguageGuess:
    best = max(votes.total, key=lambda code: votes.total[code])
    rivals = {
        code: vote for code, vote in votes.total.items() if code in LOCALES or code in votes.words or code == best
    }
    clear = _distance(rivals) >= SURE and share >= 0.6
    is_long = len(words) >= SHORT_WORDS and letters >= SHORT_LETTERS
    heard = votes.words.get(best, 0.0)
    if best == ROMAN:
        return LanguageGuess()
    if best not in LOCALES:
        strong = len(words) > SHORT_WORDS and letters >= 20 and clear
        statistics = votes.statistics.get(best, 0.0)
        if strong and (heard >= 0.25 or (heard >= 0.1 and statistics >= 0.8) or statistics >= 0.97):
            return LanguageGuess(foreign=best)
        ours = max(LOCALES, key=lambda code: votes.total.get(code, 0.0))
        return LanguageGuess(ours if votes.words.get(ours, 0.0) >= 0.2 else "")
    if script == "Latn" and heard < 0.1:
        return _without_words(best, votes, words, is_long and clear)
    if best == "so" and heard < 0.25:
        return LanguageGuess()
    return LanguageGuess(best if votes.total[best] >= 0.2 else "", sure=is_long and clear and heard >= 0.1)


def _without_words(best: str, votes: _Votes, words: list[str], clear: bool) -> LanguageGuess:
    """Latin letters without a frequent word: romanised Arabic or Hindi looks like this too."""
    romanised = any(_ARABIZI.search(word) for word in words)
    if best == "so" or romanised or votes.total[best] < 0.5:
        return LanguageGuess()
    return LanguageGuess(best, sure=clear and len(words) >= 5 and votes.statistics.get(best, 0.0) >= 0.95)


def _distance(total: Mapping[str, float]) -> float:
    first, second, *_ = [*sorted(total.values(), reverse=True), 0.0]
    return first - second


def _ethiopic(text: str) -> dict[str, float]:
    """Return how Tigrinya and Amharic share the signs in the text; no statistical tool knows both."""
    signs = {}
    for code, (beginnings, endings, letters) in ETHIOPIC_SIGNS.items():
        words = text.split()
        found = sum(word.startswith(beginnings) + word.endswith(endings) for word in words)
        signs[code] = found + 2 * sum(char in letters for char in text)
    total = sum(signs.values()) or 1
    return {code: count / total for code, count in signs.items()}


def _word_shares(words: list[str], candidates: Iterable[str]) -> dict[str, float]:
    """Return each language's share of the words; a word of three languages is a third for each."""
    shares: dict[str, float] = {}
    pool = set(candidates)
    for word in words:
        languages = pool & _words().get(word, frozenset())
        for code in languages:
            shares[code] = shares.get(code, 0.0) + 1 / len(languages) / len(words)
    return shares


@cache
def _words() -> Mapping[str, frozenset[str]]:
    lists: Mapping[str, str] = read_strings(WORDS_FILE)
    found: dict[str, set[str]] = {}
    for code, words in lists.items():
        for word in fold(words).split():
            found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    codes = (code for candidates in CANDIDATES.values() for code in candidates)
    wanted = {label for code in codes for label in LABELS.get(code, (code,))}
    identifier.set_languages(sorted(wanted & set(identifier.labels)))
    return identifier


def _py3langid(text: str, candidates: Iterable[str]) -> dict[str, float]:
    return _shared(dict(_identifier().rank(text)), candidates)


def _shared(ranked: Mapping[str, float], candidates: Iterable[str]) -> dict[str, float]:
    """Return a voter's probabilities under our names, shared out among the candidates."""
    ours = {code: sum(ranked.get(x, 0.0) for x in LABELS.get(code, (code,))) for code in candidates}
    total = sum(ours.values()) or 1.0
    return {code: probability / total for code, probability in ours.items()}


@cache
def _detectors() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)
    return factory


def _langdetect(text: str, candidates: Iterable[str]) -> dict[str, float]:
    detector = _detectors().create()
    detector.append(text)
    try:
        ranked = {language.lang: language.prob for language in detector.get_probabilities()}
    except LangDetectException:  # it knows no Ethiopic, and says so this way
        return {}
    return _shared(ranked, candidates)


def warm_up() -> None:
    """Load models and word lists now instead of at the first message."""
    _identifier()
    _words()
    _detectors()
