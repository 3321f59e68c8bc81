"""Messages to send, with only what a test is about."""

from bot.model.ids import new_id
from bot.model.messages import Address, Button, Outbound


def to(person: str, text: str = "hello", *buttons: str, list_title: str = "", **extra: str) -> Outbound:
    """A message; each button is `id=Title`, or a word that is both."""
    made = tuple(Button(word.partition("=")[0], word.partition("=")[2] or word) for word in buttons)
    return Outbound(new_id(), Address(person, extra), text, made, list_title=list_title)
