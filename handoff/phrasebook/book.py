"""The phrasebook as the desk, the replies and the queue's card use it. Pure: no file is read here."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.model.say import Phrase
from handoff.phrasebook.fields import BadField, shown, tidy

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_TAP = re.compile(r"f:([a-z0-9_]+):([a-z0-9_]+)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What an adviser can say by one click. `fields` stand in the order of the English words.

    `optional` fields take their line away when they are left out. `only_if`: an interview asks this only after one of
    these answers to another question. `alarm`: these answers are a danger.
    """

    id: str
    topic: str
    fields: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    answers: tuple[str, ...] = ()
    only_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    alarm: frozenset[str] = frozenset()

    @property
    def kept(self) -> bool:
        """Whether the answer says something without the fields, so that it can stand on the case's card."""
        return bool(self.answers) and not self.fields


@dataclass(frozen=True, slots=True)
class Words:
    """One locale's words. `state` is source | machine | read (by a speaker)."""

    state: str
    sentences: Mapping[str, str] = field(repr=False)
    answers: Mapping[str, str] = field(repr=False)
    papers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Phrasebook:
    """All sentences in all locales. Sentences, topics and papers stand in the order in which the desk shows them."""

    sentences: Mapping[str, Sentence] = field(repr=False)
    interviews: Mapping[str, tuple[str, ...]] = field(repr=False)
    words: Mapping[str, Words] = field(repr=False)

    @property
    def topics(self) -> tuple[str, ...]:
        """The groups in which the sentences are shown."""
        return tuple(dict.fromkeys(sentence.topic for sentence in self.sentences.values()))

    @property
    def unread(self) -> frozenset[str]:
        """The locales that a machine translated and no speaker has read."""
        return frozenset(locale for locale, words in self.words.items() if words.state == "machine")

    def phrase(self, sentence_id: str, fields: Mapping[str, str]) -> Phrase:
        """Return what an adviser chose, with its fields in the one form that is kept.

        Raises KeyError for an unknown sentence, BadField for a field that is missing or cannot be used.
        """
        return Phrase(sentence_id, self._tidy(self.sentences[sentence_id], fields))

    def text(self, locale: str, sentence_id: str, fields: Mapping[str, str] | None = None) -> str:
        """Return the sentence in our light markup; English where a locale is unknown. Raises as `phrase` does."""
        words, sentence = self._words(locale), self.sentences[sentence_id]
        values = self._tidy(sentence, fields or {})
        visible = {name: shown(name, value, locale, words.papers) for name, value in values.items()}
        lines = words.sentences[sentence_id].splitlines()
        return "\n".join(_filled(line, visible) for line in lines if set(PLACEHOLDER.findall(line)) <= visible.keys())

    def pattern(self, locale: str, sentence_id: str) -> str:
        """Return the sentence with its {fields} as they stand, for a list to choose from."""
        return self._words(locale).sentences[sentence_id]

    def answers(self, locale: str, sentence_id: str) -> tuple[tuple[str, str], ...]:
        """Return what can be tapped below the sentence: the answer's id and its words."""
        words = self._words(locale).answers
        return tuple((answer, words[answer]) for answer in self.sentences[sentence_id].answers)

    def answer(self, locale: str, sentence_id: str, answer: str) -> str:
        """Return the words of an answer; nothing if the sentence has no such answer."""
        return dict(self.answers(locale, sentence_id)).get(answer, "") if sentence_id in self.sentences else ""

    def given(self, locale: str, choice: str) -> str:
        """Return what a tap said, with its question where that needs no fields; nothing if it is none of ours."""
        sentence_id, answer = tapped(choice)
        words = self.answer(locale, sentence_id, answer)
        asked = words and self.sentences[sentence_id].kept
        return f"{self.pattern(locale, sentence_id)} → {words}" if asked else words

    def papers(self, locale: str) -> Mapping[str, str]:
        """Return the papers that the field {paper} can name, by id."""
        return self._words(locale).papers

    def next(self, interview: str, said: Collection[str], answers: Mapping[str, str]) -> str:
        """Return the sentence that comes next in an interview, or nothing at its end."""
        asked = self.interviews.get(interview, ())
        return next((one for one in asked if one not in said and self._applies(one, answers)), "")

    def summary(self, answers: Mapping[str, str], locale: str) -> tuple[tuple[str, str], ...]:
        """Return question and answer for a reader at the desk, in the phrasebook's order."""
        found = ((one, self.answer(locale, one.id, answers[one.id])) for one in self._kept(answers))
        return tuple((self.pattern(locale, one.id), words) for one, words in found if words)

    def _kept(self, answers: Mapping[str, str]) -> tuple[Sentence, ...]:
        return tuple(one for one in self.sentences.values() if one.kept and one.id in answers)

    def _applies(self, sentence_id: str, answers: Mapping[str, str]) -> bool:
        conditions = self.sentences[sentence_id].only_if
        return all(answers.get(question) in wanted for question, wanted in conditions.items())

    def _words(self, locale: str) -> Words:
        return self.words.get(locale, self.words["en"])

    def _tidy(self, sentence: Sentence, fields: Mapping[str, str]) -> dict[str, str]:
        papers = self.words["en"].papers
        found = {name: tidy(name, fields.get(name, ""), papers) for name in sentence.fields}
        for name, value in found.items():
            if not value and name not in sentence.optional:
                raise BadField(name)
        return {name: value for name, value in found.items() if value}


def tap(sentence_id: str, answer: str) -> str:
    """Return the id of the choice that gives this answer."""
    return f"f:{sentence_id}:{answer}"


def tapped(choice: str) -> tuple[str, str]:
    """Return the sentence and the answer of a choice; two empty texts if it is none of the phrasebook's."""
    found = _TAP.fullmatch(choice)
    return (found[1], found[2]) if found else ("", "")


def _filled(line: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values[match[1]], line)
