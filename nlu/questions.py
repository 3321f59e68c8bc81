"""A message with several questions: where it is cut, and what it asks when its parts are understood beside the whole."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.model.understanding import Ranked, Verdict
from nlu.fallback import DANGER, SERVICE
from nlu.long_text import END
from nlu.normalise import LIMIT

MOST = 3  # parts of a message
WORDS = 3  # of a part; less is no question
LINE_WORDS = 5  # of a part that only a line break ends: people send one sentence in several short messages
ANSWERS = 2  # to one message
# A part without a question mark may be no question but its story ("I work in a kitchen"): it must have this confidence,
# or the lower one and so much in the ranking of the whole. docs/nlu.md says what else was tried.
TOLD, TOLD_TWICE, ECHO = 0.985, 0.9, 0.001
IN_DANGER = 0.5  # all dangers together, of a part beside an ordinary question
_END = re.compile(f"({END.pattern})")
_QUESTION = re.compile(r"[?？؟\u037e፧]|(?<=[\u0370-\u03ff]);")  # Greek asks with what ends a clause elsewhere
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_WORD = 2  # characters


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence of a message. `asks`: a question mark ends it; `is_line`: a mere line break is before or behind it."""

    text: str = field(repr=False)
    asks: bool = False
    is_line: bool = False

    @property
    def may_ask(self) -> bool:
        """Whether it has the words for a question, and not too many."""
        words = sum(any(map(str.isalnum, word)) for word in self.text.split())
        han = len(_HAN.findall(self.text)) // _HAN_WORD
        return max(words, han) >= (LINE_WORDS if self.is_line else WORDS) and len(self.text) <= LIMIT


@dataclass(frozen=True, slots=True)
class Meaning:
    """How an utterance, or a part of one, is judged.

    `asked` are its intents in their order where there are several; `asks` tells of a part that it ends as a question.
    """

    verdict: Verdict
    ranking: tuple[Ranked, ...]
    asked: tuple[str, ...] = ()
    asks: bool = False
    safety: tuple[str, ...] = ()  # dangers that only a part told of

    @property
    def content(self) -> str:
        """The best guess if it is a content intent, else nothing."""
        best = self.ranking[0].intent if self.ranking else ""
        return "" if best.startswith((DANGER, SERVICE)) else best

    @property
    def danger(self) -> Ranked | None:
        """The likeliest danger, where there is one for sure."""
        dangers = (ranked for ranked in self.ranking if ranked.intent.startswith(DANGER))
        return next(dangers, None) if self.verdict is Verdict.EMERGENCY else None

    @property
    def tells_of_danger(self) -> bool:
        """Whether it is rather about danger than about all else."""
        return sum(ranked.confidence for ranked in self.ranking if ranked.intent.startswith(DANGER)) >= IN_DANGER

    @property
    def is_sure(self) -> bool:
        """Whether it asks about a content intent, without doubt."""
        return self.verdict is Verdict.ACCEPT and bool(self.content)


def questions(text: str) -> tuple[Part, ...]:
    """Return the parts that may each be a question, in order: two or three, or none where there is only one.

    Of more than three those that end with a question mark go before the others.
    """
    found = [part for part in _parts(text) if part.may_ask]
    kept = sorted(range(len(found)), key=lambda number: not found[number].asks)[:MOST]
    return tuple(found[number] for number in sorted(kept)) if len(kept) > 1 else ()


def _parts(text: str) -> Iterable[Part]:
    pieces = _END.split(text)
    before = "."
    for piece, end in zip(pieces[::2], [*pieces[1::2], "."], strict=True):
        if words := piece.strip():
            is_line = not before.strip() or not end.strip()
            yield Part(words, bool(_QUESTION.search(words[-1] + end)), is_line)
            before = end


def with_parts(whole: Meaning, parts: Sequence[Meaning]) -> Meaning:
    """Return what the whole message means, given its parts, with a second intent where a part is sure of another one.

    The first intent of a whole that is sure stays. One that is unsure becomes sure where two parts are sure of different
    intents, unless there may be danger: then that is offered among what it may mean. A part that tells of danger shows
    its card, however sure the whole is of something else.
    """
    if whole.verdict is not Verdict.EMERGENCY:
        hidden = next((part.danger for part in parts if part.danger and part.tells_of_danger), None)
        if hidden is not None:
            return Meaning(Verdict.EMERGENCY, _led_by(hidden, whole.ranking), safety=(hidden.intent,))
    sure = {part.content: part.ranking[0] for part in reversed(parts) if part.is_sure and _counts(part, whole)}
    order = list(dict.fromkeys(part.content for part in parts if part.content))
    if whole.is_sure:
        second = next((intent for intent in order if intent in sure and intent != whole.content), "")
        return replace(whole, asked=_in_order((whole.content, second), order)) if second else whole
    asked = tuple(intent for intent in order if intent in sure)[:ANSWERS]
    if whole.verdict is not Verdict.CLARIFY or _is_danger_offered(whole):
        return whole
    if danger := next((part.danger for part in parts if part.danger), None):
        return replace(whole, ranking=_offering(danger, whole.ranking))
    if len(asked) < ANSWERS:
        return whole
    others = (ranked for ranked in whole.ranking if ranked.intent not in asked)
    return Meaning(Verdict.ACCEPT, (*(sure[intent] for intent in asked), *others), asked)


def _counts(part: Meaning, whole: Meaning) -> bool:
    """Tell whether a part that is sure asks, too."""
    echo = next((ranked.confidence for ranked in whole.ranking if ranked.intent == part.content), 0.0)
    return part.asks or part.ranking[0].confidence >= (TOLD_TWICE if echo >= ECHO else TOLD)


def _is_danger_offered(whole: Meaning) -> bool:
    return any(ranked.intent.startswith(DANGER) for ranked in whole.ranking[:2])


def _offering(danger: Ranked, ranking: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    first, *others = (ranked for ranked in ranking if ranked.intent != danger.intent)
    return (first, danger, *others)


def _led_by(danger: Ranked, ranking: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    return (danger, *(ranked for ranked in ranking if ranked.intent != danger.intent))


def _in_order(intents: tuple[str, str], order: list[str]) -> tuple[str, ...]:
    """Sort as in the message; what is not a part's best guess comes first."""
    return tuple(sorted(intents, key=lambda intent: order.index(intent) if intent in order else -1))
