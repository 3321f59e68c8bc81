"""Tries a sentence as the running bot would understand it, and shows why. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.understanding import Understanding
from nlu.fallback import Thresholds
from nlu.interpreter import Interpreter
from nlu.teaching.content import Content
from nlu.teaching.likeness import Likeness
from nlu.teaching.meanings import Near

LONGEST = 1000  # characters that are tried
SHOWN = 6  # nearest wordings


@dataclass(frozen=True, slots=True)
class Trial:
    """What was understood, from which confidence on it counts, and why.

    `heard` names each danger and command that the keyword layer found, with its words. `compared` is the language among
    whose wordings the nearest were looked for; while these are being prepared there are none.
    """

    understood: Understanding
    thresholds: Thresholds
    heard: Sequence[tuple[str, str]] = field(default=(), repr=False)
    nearest: Sequence[Near] = field(default=(), repr=False)
    compared: str = ""


async def try_sentence(
    text: str, interpreter: Interpreter, likeness: Likeness, content: Content, fallback_locale: str
) -> Trial:
    """Understand a sentence without a conversation around it; `fallback_locale` is compared where no language was heard."""
    text = text[:LONGEST]
    understood = await interpreter.understand(text)
    locale = understood.locale or fallback_locale
    return Trial(
        understood, interpreter.thresholds.of(understood.locale), interpreter.keywords.heard(text),
        await likeness.nearest(content, locale, text, SHOWN), locale,
    )  # fmt: skip
