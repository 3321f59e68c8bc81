"""Which questions of the bot a sentence is nearest to: by the model that serves, while it is away by the search."""

from collections.abc import Awaitable, Callable, Sequence

from bot.model.knowing import Found
from nlu.interpreter import Interpreter

_SHOWN = 3

Find = Callable[[str, str, str], Awaitable[Sequence[Found]]]


async def nearest(interpreter: Interpreter, find: Find, text: str, locale: str) -> tuple[str, ...]:
    """Return up to three, the nearest first; never a danger, whose sentences are kept by other means."""
    meant = await interpreter.understand(text, locale or None)
    ranked = [one.intent for one in meant.ranking]
    if meant.degraded:
        ranked = [one.intent for one in await find(text, locale, "")]
    return tuple(intent for intent in ranked if not intent.startswith(("safety/", "service/")))[:_SHOWN]
