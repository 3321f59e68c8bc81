"""A text too long for the classifier: its first and last sentences are ranked beside it, the question is often there."""

import re
from collections.abc import Iterable, Sequence

from bot.model.understanding import Ranked
from nlu.normalise import LIMIT

SENTENCE = 160  # characters; of a longer sentence the end is taken that lies at the end of the text
FIRST, LAST = 1, 3  # sentences: behind a question there is often a thank-you and a name
_SERVICE = "service/"
# Ends of sentences in all our scripts; a picture ends one too, a point between digits does not.
END = re.compile(r"(?:[!?…。！？؟؛۔।።፧;；\u037e\n\u2600-\u27bf\U0001f000-\U0001faff]|\.(?!\d))+\s*")
_WORDS = re.compile(r"\w+\W+\w+|[\u4e00-\u9fff]{4}")


def pieces(text: str) -> list[str]:
    """Return what is ranked: the text itself, and of a long one also sentences from both its ends, none twice."""
    if len(text) <= LIMIT:
        return [text]
    sentences = [one for one in END.split(text) if _WORDS.search(one)]
    first = [one[:SENTENCE] for one in sentences[:FIRST]]
    last = [one[-SENTENCE:] for one in sentences[-LAST:]]
    return list(dict.fromkeys([text, *first, *last]))


def merged(rankings: Iterable[Sequence[Ranked]]) -> tuple[Ranked, ...]:
    """Return the ranking of the text with the best guess of each of its sentences, unless that one is a politeness."""
    whole, *sentences = rankings
    best = {ranked.intent: ranked for ranked in whole}
    for ranked in (sentence[0] for sentence in sentences if sentence):
        known = best.get(ranked.intent)
        if not ranked.intent.startswith(_SERVICE) and (known is None or known.confidence < ranked.confidence):
            best[ranked.intent] = ranked
    return tuple(sorted(best.values(), key=lambda ranked: -ranked.confidence)) if sentences else tuple(whole)
