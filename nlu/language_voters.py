"""Who is asked about the language of a text: frequent words, py3langid, langdetect, and the signs of Ethiopic.

Every voter answers with shares of one among the candidates, under our names of the languages.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from nlu.files import read_strings
from nlu.normalise import fold
from nlu.scripts import CANDIDATES, ETHIOPIC_SIGNS, spelt_as_in

WORDS_FILE = Path(__file__).with_name("language_words.yml")
ROMAN = "roman"  # the list of frequent words of languages that are typed in Latin letters without being written in them
# What py3langid and langdetect call it, where it is not our name.
LABELS = {
    "bs": ("bs", "hr", "sr"),
    "ar": ("ar", "arz", "ary"),
    "it": ("it", "vec", "lij"),
    "no": ("no", "nn"),
    "ckb": ("sdh",),
    "pt": ("pt", "gl"),
    "zh": ("zh", "zh-cn", "zh-tw"),
}


def heard(text: str, candidates: Iterable[str]) -> dict[str, float]:
    """Return how many words are frequent in each language; a word of three languages counts a third for each.

    A word counts too where only few languages have one of its letters.
    """
    counts: dict[str, float] = {}
    pool = frozenset(candidates)
    for languages in (*_frequent_in(text), *spelt_as_in(text)):
        possible = pool & languages
        for code in possible:
            counts[code] = counts.get(code, 0.0) + 1 / len(possible)
    return counts


def _frequent_in(text: str) -> Iterable[frozenset[str]]:
    return (_words().get(word, frozenset()) for word in fold(text).split())


def py3langid(text: str, candidates: Iterable[str]) -> dict[str, float]:
    """Return the probabilities that py3langid gives; short texts get surprising ones."""
    return _shared(dict(_identifier().rank(text)), candidates)


def langdetect(text: str, candidates: Iterable[str]) -> dict[str, float]:
    """Return the probabilities that langdetect gives; empty where it has no opinion."""
    detector = _detectors().create()
    detector.append(text)
    try:
        ranked = {language.lang: language.prob for language in detector.get_probabilities()}
    except LangDetectException:  # it knows no Ethiopic, and says so this way
        return {}
    return _shared(ranked, candidates)


def langdetect_knows(code: str) -> bool:
    """Return whether langdetect has a profile of the language."""
    return not set(LABELS.get(code, (code,))).isdisjoint(_detectors().langlist)


def ethiopic(text: str) -> dict[str, float]:
    """Return how Tigrinya and Amharic share the signs in the text; no statistical tool knows both."""
    signs = {}
    words = text.split()
    for code, (beginnings, endings, letters) in ETHIOPIC_SIGNS.items():
        found = sum(word.startswith(beginnings) + word.endswith(endings) for word in words)
        signs[code] = found + 2 * sum(char in letters for char in text)
    total = sum(signs.values()) + len(signs)
    return {code: (count + 1) / total for code, count in signs.items()}


def word_lists() -> Mapping[str, str]:
    """Return the frequent words by language."""
    lists: Mapping[str, str] = read_strings(WORDS_FILE)
    return lists


def warm_up() -> None:
    """Load models and word lists now instead of at the first message."""
    _identifier()
    _words()
    _detectors()


def _shared(ranked: Mapping[str, float], candidates: Iterable[str]) -> dict[str, float]:
    ours = {code: max(ranked.get(x, 0.0) for x in LABELS.get(code, (code,))) for code in candidates}
    total = sum(ours.values()) or 1.0
    return {code: probability / total for code, probability in ours.items()}


@cache
def _words() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, words in word_lists().items():
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


@cache
def _detectors() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)
    return factory
