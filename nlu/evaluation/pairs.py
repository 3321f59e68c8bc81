"""Messages with two questions: two test cases of a locale joined as people join them, drawn alike in every run."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

from bot.model.locales import LOCALES
from nlu.evaluation.cases import Case, Kind
from nlu.fallback import DANGER, SERVICE
from nlu.questions import questions

GREETING = "service/greet"
EACH = 16  # messages of a locale
WAYS = (
    "{first}{point} {second}",
    "{first}{mark} {second}{mark}",
    "{first}\n{second}",
    "{hello}{point} {first}{mark} {second}{mark}",
)
_SEED = 2026
_MARKS = {"ar": "؟", "fa": "؟", "ur": "؟", "el": ";", "zh": "？"}
_POINTS = {"zh": "。", "hi": "।", "bn": "।", "ur": "۔", "am": "።", "ti": "።"}
_ENDS = " .!?…。！？;؟۔।።፧"


def pairs(cases: Sequence[Case]) -> list[Case]:
    """Return `EACH` messages with two content intents for every locale that has such cases, in all `WAYS` alike."""
    return [pair for locale in LOCALES for pair in _of_locale(locale, cases)]


def _of_locale(locale: str, cases: Iterable[Case]) -> Iterator[Case]:
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for case in cases:
        if case.locale == locale and case.kind is Kind.INTENT and not questions(case.text):
            texts[case.expected].append(case.text.rstrip(_ENDS))
    content = [intent for intent in texts if not intent.startswith((SERVICE, DANGER))]
    if len(content) < 2 or not texts[GREETING]:
        return
    draw = random.Random(f"{_SEED} {locale}")  # noqa: S311 - a sample, no secret
    for way in islice(cycle(WAYS), EACH):
        intents = draw.sample(content, 2)
        first, second, hello = (draw.choice(texts[intent]) for intent in (*intents, GREETING))
        point, mark = _POINTS.get(locale, "."), _MARKS.get(locale, "?")
        text = way.format(first=first, second=second, hello=hello, point=point, mark=mark)
        yield Case(Kind.PAIR, locale, text, *intents)
