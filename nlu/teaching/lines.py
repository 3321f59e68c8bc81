"""Sentences as somebody types or pastes them, and what may stand among the wordings and the test sentences."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from rapidfuzz import fuzz, process

from bot.masking import MARK, mask
from nlu.evaluation.data_check import SAYABLE
from nlu.evaluation.sameness import ALIKE, SHORTEST, words
from nlu.normalise import fold, normalise
from nlu.teaching.content import FIXED, Content

LONGEST = 300  # characters; longer ones are stories, of which the model sees the two ends
MOST = 500  # wordings of a question in a language
_BULLETS = "-–—*•·"
_JOINERS = "\u200c\u200d"  # Persian and Indic words are written with them
_MARKUP = str.maketrans("[]{}", "()()")  # Rasa would read them as marks of entities
_GAP = "…"
_ANGLES = frozenset("<>")  # of a web page or a programme, not of what people write
# Signs of the longest word. Where vowels stay unwritten, or one sign is a syllable or a word, two say enough.
_LEAST = 3
_LEAST_IN = dict.fromkeys(("ar", "fa", "ur", "ti", "am", "bn", "hi", "zh"), 2)


class Refusal(StrEnum):
    """Why a sentence cannot be taken."""

    EMPTY = "empty"  # no letters
    SHORT = "short"  # letters, but no word
    LONG = "long"
    MARKUP = "markup"  # < or >
    KNOWN = "known"  # it stands here already
    ELSEWHERE = "elsewhere"  # it is a wording of another question
    EXAM = "exam"  # it is a test sentence
    TRAINED = "trained"  # a test sentence that is a wording


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence and what was found about it. `twin` is a wording nearly like it, `where` the question that has it."""

    text: str = field(repr=False)
    masked: bool = False
    refusal: Refusal | None = None
    where: str = ""
    twin: str = field(default="", repr=False)


def typed(text: str) -> list[str]:
    """Return the sentences of a field, one a line, each as it would be kept; empty lines are nothing."""
    return [line for one in text.splitlines() if (line := clean(one))]


def clean(text: str) -> str:
    """Return a sentence as it is kept: one line, no bullet before it, no number that names a person."""
    kept = "".join(" " if char.isspace() else char for char in text if char in _JOINERS or _is_seen(char))
    bare = " ".join(kept.split()).lstrip(_BULLETS).strip()
    return mask(bare).replace(MARK, _GAP).translate(_MARKUP)


def judged(texts: Iterable[str], content: Content, intent: str, locale: str) -> list[Line]:
    """Look at each sentence as a new wording of a question."""
    own = content.wordings(intent, locale)
    seen = {normalise(text) for text in own}
    lines = []
    for text in texts:
        line = _wording(clean(text), content, intent, locale, seen, own)
        lines.append(Line(line.text, has_number(text), line.refusal, line.where, line.twin))
        seen.add(normalise(line.text))
    return lines


def case_refusal(text: str, content: Content, intent: str, locale: str) -> Refusal | None:
    """Tell why a sentence cannot test this question, if it cannot."""
    if refusal := _form(text):
        return refusal
    if fold(text) in {fold(one) for one in content.cases(intent, locale)}:
        return Refusal.KNOWN
    if len(words(text)) > SAYABLE and normalise(text) in content.taken:
        return Refusal.TRAINED
    return None


def has_number(text: str) -> bool:
    """Tell whether a number that names a person is taken out of it."""
    return mask(text) != text


def _wording(text: str, content: Content, intent: str, locale: str, seen: set[str], own: Sequence[str]) -> Line:
    if refusal := _form(text) or _emptiness(text, intent, locale):
        return Line(text, refusal=refusal)
    if normalise(text) in seen:
        return Line(text, refusal=Refusal.KNOWN)
    others = [place for place, _ in content.taken.get(normalise(text), ()) if place != intent]
    if others:
        return Line(text, refusal=Refusal.ELSEWHERE, where=others[0])
    if len(words(text)) > SAYABLE and fold(text) in content.examined:
        return Line(text, refusal=Refusal.EXAM)
    twin = _twin(text, own)
    return Line(text, twin=twin, where=intent if twin else "")


def _form(text: str) -> Refusal | None:
    if not any(map(str.isalpha, text)):
        return Refusal.EMPTY
    return Refusal.LONG if len(text) > LONGEST else None


def _emptiness(text: str, intent: str, locale: str) -> Refusal | None:
    """Refuse what teaches nothing. To the service itself, and in danger, people say "hi", "no" and "112"."""
    if _ANGLES & set(text):
        return Refusal.MARKUP
    is_short = _longest_word(text) < _LEAST_IN.get(locale, _LEAST)
    return Refusal.SHORT if is_short and intent.partition("/")[0] not in FIXED else None


def _longest_word(text: str) -> int:
    """Return how many signs the longest word has as the model sees it, where "xxx" is "x"; vowel signs are signs."""
    runs = groupby(normalise(text), lambda char: char.isalpha() or unicodedata.category(char)[0] == "M")
    return max((len(list(run)) for is_word, run in runs if is_word), default=0)


def _twin(text: str, others: Sequence[str]) -> str:
    """Return the wording that differs by a few letters or only by the order of its words; nothing for a short text."""
    if len(words(text)) < SHORTEST:
        return ""
    sorted_words = [" ".join(sorted(words(other))) for other in others]
    key = " ".join(sorted(words(text)))
    found = process.extractOne(key, sorted_words, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return others[found[2]] if found else ""


def _is_seen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
