"""The questions that the bot knows, with what teaches and what tests them: what files hold, and what people changed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.model.locales import LOCALES
from nlu.evaluation.cases import EIGHT
from nlu.evaluation.data_check import WORDINGS
from nlu.evaluation.outcomes import topic
from nlu.normalise import fold, normalise
from nlu.teaching.export import write_training

FIXED = frozenset({"safety", "service"})  # topics that the code itself depends on
LEAST_LOCALES = 3  # languages with enough wordings before a new question is trained
Key = tuple[str, str]  # topic/intent and locale
Sentences = Mapping[Key, tuple[str, ...]]
Seen = Mapping[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One intent, as content managers see it. `menu` is the row of the picture menu that offers it, if any does."""

    id: str
    about: str = ""
    not_: str = ""
    deadline: bool = False
    retired: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    menu: str = ""
    shipped: bool = False

    @property
    def topic(self) -> str:
        return topic(self.id)

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    @property
    def is_fixed(self) -> bool:
        """Whether it can be neither retired nor renamed: the road of a message knows it by name."""
        return self.topic in FIXED

    @property
    def takes_no_other(self) -> bool:
        """Whether all sentences of another question are out of place in it: false alarms, or lost to the model."""
        return self.topic == "safety" or self.retired

    def body(self) -> dict[str, Any]:
        """Return what an edit of the kind `intent` holds."""
        return {
            "about": self.about, "not": self.not_, "deadline": self.deadline, "retired": self.retired,
            "titles": dict(self.titles), "menu": self.menu,
        }  # fmt: skip


@dataclass(frozen=True)
class Content:
    """A reading of everything at one moment. `edits` names the current edit of each kind and key, where there is one."""

    questions: Mapping[str, Question]
    sentences: Sentences = field(repr=False)
    tests: Sentences = field(repr=False)
    edits: Mapping[tuple[str, str], UUID] = field(default_factory=dict)
    exam: frozenset[str] = field(default=frozenset(), repr=False)  # folded test messages that belong to no list here
    seen: Callable[[], Seen] = field(default=dict, repr=False)  # what the model sees of lists that never change

    def all(self) -> list[Question]:
        """Return the questions in the order of files, new ones at the end of their topic."""
        return list(self.questions.values())

    def wordings(self, intent: str, locale: str) -> tuple[str, ...]:
        """Return what the model learns a question from in a language."""
        return self.sentences.get((intent, locale), ())

    def cases(self, intent: str, locale: str) -> tuple[str, ...]:
        """Return the sentences that a model is tested on, and never learns from."""
        return self.tests.get((intent, locale), ())

    def export(self, folder: Path) -> None:
        """Write `nlu/data/` and `dialogues/domain/` below the folder, as a model is trained from them, the same each time."""
        taught = [question.id for question in self.all() if self.is_taught(question.id)]
        write_training(folder, taught, self.sentences, LOCALES)

    def is_taught(self, intent: str) -> bool:
        """Tell whether a training takes it: not retired, and with wordings in enough languages."""
        question = self.questions.get(intent)
        return question is not None and not question.retired and len(self.ready_in(intent)) >= LEAST_LOCALES

    def ready_in(self, intent: str) -> list[str]:
        """Return the languages in which it has so many wordings that a model can learn it."""
        return [locale for locale in LOCALES if len(self.wordings(intent, locale)) >= WORDINGS[1]]

    @cached_property
    def counts(self) -> Mapping[str, Counter[str]]:
        """How many wordings each question has in each language."""
        counts: dict[str, Counter[str]] = {intent: Counter() for intent in self.questions}
        for (intent, locale), texts in self.sentences.items():
            if intent in counts:
                counts[intent][locale] = len(texts)
        return counts

    @cached_property
    def taken(self) -> Mapping[str, tuple[Key, ...]]:
        """Where each wording stands, by what the model sees of it."""
        places: dict[str, tuple[Key, ...]] = {}
        known = self.seen()
        for key, texts in self.sentences.items():
            for seen in known.get(texts) or map(normalise, texts):
                places[seen] = (*places.get(seen, ()), key)
        return places

    @cached_property
    def examined(self) -> frozenset[str]:
        """All test messages, folded: no wording may equal one."""
        return self.exam | {fold(text) for texts in self.tests.values() for text in texts}


def wanted(locale: str) -> int:
    """Return how many wordings a question should have in this language."""
    return WORDINGS[0] if locale in EIGHT else WORDINGS[1]


def missing_titles(question: Question, locales: Sequence[str]) -> list[str]:
    """Return the languages in which a new question has no title yet; it is offered as a choice when none is missing."""
    return [] if question.shipped else [locale for locale in locales if not question.titles.get(locale)]
