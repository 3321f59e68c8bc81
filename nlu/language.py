"""Which language is a message in? Scripts first; among the languages of a script, letters, words and statistics vote.

Every vote is a logarithm of how much better a language explains the text than the average one does, so votes are
added. Being wrong costs more than being unsure: a short text is never sure unless its script alone decides, and a
language of our neighbourhood that we do not speak is named only on strong evidence.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from math import log

from bot.model.locales import LOCALES
from nlu import language_voters as voters
from nlu.language_evidence import ROMANISED, Evidence, learn, read_wordings, words_of
from nlu.normalise import normalise
from nlu.scripts import CANDIDATES, ONLY, SINGLE, script_of, script_shares, spelt_as_in

SHORT_WORDS, SHORT_LETTERS = 3, 12
STATISTICS, FLOOR = 4.0, 0.002  # what py3langid's vote weighs, and the least probability that it can give
WORD = 8.0  # what a frequent word of the language weighs
OURS, ROMANISED_TOO = 5.0, 12.0  # people write to us in our languages, if not always in their own letters
UNKNOWN = -22.0  # what speaks for a language of which we know nothing
KNOWN, HINT = 8.0, 5.0  # what the person's own language and the platform's hint weigh
LIKELY, LIKELY_PAIR, STRANGE, SURE = 1.0, 4.0, 6.0, 12.0  # the distances to the next best that decisions need
LEAST = -8.0  # the votes that a language in Latin letters needs if none of its frequent words is there
AGREED = 0.3  # py3langid's share that a sure guess needs
DENIED = 0.5  # the share that langdetect gives our languages from which on a language that we do not speak is not named
CLEAR = 0.6  # the share of letters that a script needs for a sure guess
QUOTING = 0.15  # the share of letters from which on another script than the Latin one decides
FOREIGN = frozenset(code for codes in CANDIDATES.values() for code in codes) - frozenset(LOCALES)
_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """`locale` is ours or empty; `sure` allows switching to it; `foreign` is a language we do not speak."""

    locale: str = ""
    sure: bool = False
    foreign: str = ""


def identify(text: str, known: str | None = None, hint: str | None = None) -> LanguageGuess:
    """Return the language, given the person's known locale and the platform's hint; never raises."""
    said = _listen(_NOT_LANGUAGE.sub(" ", normalise(text)))
    if not said.letters:
        return LanguageGuess()
    if said.script in SINGLE:
        return _by_script(SINGLE[said.script], said)
    votes = _votes(said)
    for prior, bonus in ((known, KNOWN), (hint, HINT)):
        if prior and prior in votes.total:
            votes.total[prior] += bonus
    return _decide(votes, said)


@dataclass(frozen=True, slots=True)
class _Said:
    """The part of a text that tells its language: its words in one script, and that script's share."""

    script: str = ""
    text: str = ""
    share: float = 0.0
    letters: int = 0

    @property
    def clear(self) -> bool:
        return self.share >= CLEAR

    @property
    def words(self) -> int:
        return self.text.count(" ") + 1


def _listen(text: str) -> _Said:
    """Words of the host country are quoted in Latin letters; the language is that of the other script beside them."""
    shares = script_shares(text)
    if not shares:
        return _Said()
    others = (found for found in shares if found[0] != "Latn" and found[1] >= QUOTING)
    script, share, letters = next(others, shares[0])
    return _Said(script, " ".join(word for word in words_of(text) if script_of(word[0]) == script), share, letters)


def warm_up() -> None:
    """Load models and word lists now instead of at the first message."""
    voters.warm_up()
    _evidence()


def _by_script(code: str, said: _Said) -> LanguageGuess:
    if code in LOCALES:
        return LanguageGuess(code, sure=said.clear and said.letters > 1)
    return LanguageGuess(foreign=code) if said.clear and said.letters > 2 else LanguageGuess()


def _possible(script: str, text: str) -> tuple[str, ...]:
    """Return the languages that use all the telling letters in the text; all of the script if none does."""
    telling = [languages for letters, languages in ONLY.get(script, ()) if not letters.isdisjoint(text)]
    if script == "Latn":
        telling = [languages for languages, count in Counter(spelt_as_in(text)).items() if count > 1]
    possible = frozenset(CANDIDATES[script]).intersection(*telling)
    return tuple(code for code in CANDIDATES[script] if code in possible) or CANDIDATES[script]


@dataclass(frozen=True, slots=True)
class _Votes:
    total: dict[str, float]
    words: Mapping[str, float]
    statistics: Mapping[str, float]


def _votes(said: _Said) -> _Votes:
    """Return all votes by language; romanised forms have codes of their own, "" is a language unknown to us."""
    candidates = _possible(said.script, said.text)
    evidence = _evidence().get(said.script)
    learnt = evidence.of(said.text) if evidence else {}
    statistics = voters.ethiopic(said.text) if said.script == "Ethi" else voters.py3langid(said.text, candidates)
    words = voters.heard(said.text, (*candidates, voters.ROMAN))
    total = {"": UNKNOWN}
    for code in (*candidates, voters.ROMAN, *(code for code in learnt if code.endswith(ROMANISED))):
        vote = learnt.get(code, 0.0) + WORD * words.get(code, 0.0)
        total[code] = vote + STATISTICS * log(statistics.get(code, 0.0) + FLOOR) + _expected(code)
    return _Votes(total, words, statistics)


def _expected(code: str) -> float:
    if code in LOCALES:
        return OURS
    return ROMANISED_TOO if code.endswith(ROMANISED) else 0.0


def _decide(votes: _Votes, said: _Said) -> LanguageGuess:
    """Return the language with most votes; the less there is to go by, the more distance it needs to the next."""
    best, second = nlargest(2, votes.total, key=lambda code: votes.total[code])
    distance = votes.total[best] - votes.total[second]
    words = votes.words.get(best, 0.0)
    is_long = said.words >= SHORT_WORDS and said.letters >= SHORT_LETTERS
    if best in LOCALES:
        if distance < LIKELY or (not words and _is_too_little(said, votes.total[best], distance)):
            return LanguageGuess()
        agreed = words >= 1 and votes.statistics.get(best, 0.0) >= AGREED
        return LanguageGuess(best, sure=is_long and said.clear and distance >= SURE and agreed)
    if best in FOREIGN and is_long and said.clear and distance >= STRANGE and _confirmed(best, said):
        return LanguageGuess(foreign=best)
    return LanguageGuess()


def _is_too_little(said: _Said, total: float, distance: float) -> bool:
    """Without a frequent word, one word in Latin letters may be a name, two are soon mistaken, more are perhaps romanised."""
    if said.script != "Latn":
        return False
    return said.words == 1 or (said.words == 2 and distance < LIKELY_PAIR) or total < LEAST


def _confirmed(code: str, said: _Said) -> bool:
    """A language that we do not speak is named only if langdetect, where it knows the language, hears none of ours."""
    heard = voters.langdetect(said.text, CANDIDATES[said.script])
    return not voters.langdetect_knows(code) or sum(heard.get(locale, 0.0) for locale in LOCALES) < DENIED


@cache
def _evidence() -> Mapping[str, Evidence]:
    lists = {code: words for code, words in voters.word_lists().items() if code not in (*LOCALES, voters.ROMAN)}
    return learn(read_wordings(), lists)
