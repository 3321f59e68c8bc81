"""What the model in service learned, beside what a training would learn now."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.rasa_models import data_of
from nlu.evaluation.data_check import read_data
from nlu.made_of import DATA
from nlu.teaching import Content

Wordings = Mapping[tuple[str, str], set[str]]  # by question and locale


class Learned:
    """Reads what a model learned once, when it is first asked about."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: tuple[str, Wordings] = ("", {})

    async def behind(self, model: str, content: Content) -> frozenset[str]:
        """Return the questions of which the model with this hash learned other wordings than a training would now.

        Without a model these are all that would be trained.
        """
        if model != self._known[0]:
            self._known = (model, await asyncio.to_thread(self._read, model))
        old, new = self._known[1], _to_learn(content)
        return frozenset(key[0] for key in old.keys() | new.keys() if old.get(key) != new.get(key))

    def _read(self, model: str) -> Wordings:
        if not model:
            return {}
        found: dict[tuple[str, str], set[str]] = {}
        for one in read_data((data_of(self._root, model) or self._root) / DATA):
            found.setdefault((one.intent, one.locale), set()).add(one.text)
        return found


def _to_learn(content: Content) -> Wordings:
    taught = {question.id for question in content.all() if content.is_taught(question.id)}
    return {key: set(texts) for key, texts in content.sentences.items() if texts and key[0] in taught}
