"""Short messages that fit several intents equally well: always asked about, never accepted (`always_ask.yml`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.normalise import fold

FILE = Path(__file__).with_name("always_ask.yml")
_SLIPS = 2  # wrong letters in such a message
_SHORT = 8  # below this many letters one slip may make another word


@dataclass(frozen=True, slots=True)
class AlwaysAsk:
    """Knows the messages by their folded form."""

    known: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read the file."""
        groups = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["groups"]
        return cls({fold(message): tuple(group["intents"]) for group in groups for message in group["messages"]})

    def intents_for(self, text: str) -> tuple[str, ...]:
        """Return the intents to offer when the message says nothing more than one of these, else nothing."""
        folded = fold(text)
        if folded in self.known:
            return self.known[folded]
        if len(folded) < _SHORT:
            return ()
        near = process.extractOne(folded, self.known.keys(), scorer=OSA.distance, score_cutoff=_SLIPS)
        return self.known[near[0]] if near else ()
