"""What the training wordings tell about languages: naive Bayes over their words and parts of words.

The table is made of `nlu/data` when the service starts, in half a second, so it knows each wording that a content
manager adds. Wordings in the Latin alphabet under a locale that has another one ("ana 3andi mochkil") are its
romanised form and stand under a code of their own, `ar-Latn`: known as such, never taken for a language that looks alike.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.scripts import script_of

DATA = Path(__file__).with_name("data")
ROMANISED = "-Latn"
SCRIPTS_OF: Mapping[str, frozenset[str]] = {
    "el": frozenset({"Grek"}), "zh": frozenset({"Hani"}), "bn": frozenset({"Beng"}), "hi": frozenset({"Deva"}),
    "bs": frozenset({"Latn", "Cyrl"}), **dict.fromkeys(("bg", "ru", "uk"), frozenset({"Cyrl"})),
    **dict.fromkeys(("ar", "fa", "ur"), frozenset({"Arab"})), **dict.fromkeys(("am", "ti"), frozenset({"Ethi"})),
}  # fmt: skip
"""The scripts of a locale where they are not the Latin one alone."""

_LEAST = 40  # texts, below which a language counts as not learnt
_LENGTHS = (2, 3, 4)  # of the parts of words
_BUCKETS = 1 << 17
_PRIOR = 200.0  # how many features of the average language each one is given on top of its own
_AGAINST = 0.7  # what a feature says against a language at most, beside the most that one can say for it
_WORDING = re.compile(r"^ +- (?!intent:)(.+)$", re.MULTILINE)
_WORDS = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u0971-\u0dff])+")
_CYRILLIC = "а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш"
_LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š"
_SERBIAN = dict(zip(_CYRILLIC.split(), _LATIN.split(), strict=True))
_SERBIAN_TABLE = str.maketrans(_SERBIAN)

Wordings = Mapping[tuple[str, str], list[str]]
"""The words of all wordings by script and language code, each wording as one text."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The languages of one script, and how much more usual each feature is in them than in their average."""

    codes: tuple[str, ...]
    weights: NDArray[np.float32]

    def of(self, text: str) -> dict[str, float]:
        """Return per language the logarithm of how much better it explains the text than the average language does."""
        sums = self.weights[_features(words_of(text))].sum(axis=0)
        return dict(zip(self.codes, map(float, sums), strict=True))


def words_of(text: str) -> list[str]:
    """Return the words of the text in lower case, without digits and punctuation; accents stay."""
    return _WORDS.findall(unicodedata.normalize("NFC", text).lower())


def read_wordings(folder: Path = DATA) -> Wordings:
    """Return the training wordings by script and language, each only with its words in that script."""
    found: dict[tuple[str, str], list[str]] = {}
    for file in sorted(folder.glob("*/*.yml")):
        locale = file.parent.name
        for wording in _WORDING.findall(file.read_text(encoding="utf-8")):
            for script, text in _scripted(wording):
                own = script in SCRIPTS_OF.get(locale, {"Latn"})
                found.setdefault((script, locale if own else f"{locale}-{script}"), []).append(text)
    return _in_both_alphabets(found)


def learn(wordings: Wordings, lists: Mapping[str, str]) -> Mapping[str, Evidence]:
    """Return the evidence by script, of wordings and of the lists of words of languages that have no wordings."""
    scripts: dict[str, dict[str, list[str]]] = {}
    for (script, code), texts in {**wordings, **_listed(lists)}.items():
        if len(texts) >= _LEAST and (code.endswith(ROMANISED) or "-" not in code):
            scripts.setdefault(script, {})[code] = texts
    return {script: _weighed(texts) for script, texts in scripts.items() if len(texts) > 1}


def _listed(lists: Mapping[str, str]) -> Wordings:
    words = {code: words_of(text) for code, text in lists.items()}
    return {(script_of(found[0][0]), code): found for code, found in words.items()}


def _scripted(wording: str) -> Iterable[tuple[str, str]]:
    """Yield the script of the wording and its words in it; words of the host country stand there in Latin letters."""
    scripts: dict[str, list[str]] = {}
    for word in words_of(wording):
        scripts.setdefault(script_of(word[0]), []).append(word)
    if len(scripts) > 1:
        scripts.pop("Latn", None)
    for script, words in scripts.items():
        yield script, " ".join(words)


def _in_both_alphabets(found: dict[tuple[str, str], list[str]]) -> Wordings:
    """Serbian and its sisters are written in two alphabets; what one teaches holds for the other."""
    latin, cyrillic = found.get(("Latn", "bs"), []), found.get(("Cyrl", "bs"), [])
    both = {("Latn", "bs"): [*latin, *map(_to_latin, cyrillic)], ("Cyrl", "bs"): [*cyrillic, *map(_to_cyrillic, latin)]}
    return {**found, **both}


def _to_latin(text: str) -> str:
    return text.translate(_SERBIAN_TABLE)


def _to_cyrillic(text: str) -> str:
    for cyrillic, latin in sorted(_SERBIAN.items(), key=lambda pair: -len(pair[1])):
        text = text.replace(latin, cyrillic)
    return text


def _weighed(texts: Mapping[str, list[str]]) -> Evidence:
    counts = np.stack([np.bincount(_features(" ".join(t).split()), minlength=_BUCKETS) for t in texts.values()], axis=1)
    totals = counts.sum(axis=0)
    average = (counts / totals).mean(axis=1, keepdims=True)
    seen = average[:, 0] > 0
    weights = np.zeros(counts.shape, dtype=np.float32)  # nothing speaks for or against a feature never seen
    expected = (counts[seen] + _PRIOR * average[seen]) / (totals + _PRIOR)
    weights[seen] = np.maximum(np.log(expected / average[seen]), -_AGAINST * log(len(texts)))
    return Evidence(tuple(texts), weights)


def _features(words: list[str]) -> NDArray[Any]:
    """Return the buckets of all words and of all parts of words; a space marks where a word begins and ends."""
    text = f" {' '.join(words)} "
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    parts, hashed = [_words_buckets(words)], letters
    for length in range(2, max(_LENGTHS) + 1):
        hashed = hashed[:-1] * np.uint64(1_099_511_628_211) + letters[length - 1 :]
        parts.append((hashed * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - 17))
    return np.concatenate(parts).astype(np.int64)


def _words_buckets(words: list[str]) -> NDArray[Any]:
    bucket = {word: zlib.crc32(word.encode()) % _BUCKETS for word in Counter(words)}
    return np.array([bucket[word] for word in words], dtype=np.uint64)
