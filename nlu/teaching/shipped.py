"""What the files of this release hold of the questions: names, wordings, test messages, and what each is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from nlu.evaluation.cases import Case, Kind, read_cases
from nlu.evaluation.data_check import read_data
from nlu.files import read_strings
from nlu.normalise import fold, normalise
from nlu.rasa_client import load_topics
from nlu.teaching.content import Question, Sentences

ROOT = Path(__file__).parents[2]
ABOUT = Path(__file__).with_name("about.yml")
_LISTED = (Kind.INTENT, Kind.DANGER, Kind.OUT_OF_SCOPE)  # the cases that content managers see and may change


@dataclass(frozen=True)
class Shipped:
    """The content of the files. `exam` holds the other test messages, folded."""

    questions: Mapping[str, Question]
    wordings: Sentences = field(repr=False)
    cases: Sentences = field(repr=False)
    exam: frozenset[str] = field(default=frozenset(), repr=False)

    @cached_property
    def seen(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """What the model sees of each list of wordings: half a second of work, made when it is first asked for."""
        return {texts: tuple(map(normalise, texts)) for texts in self.wordings.values()}


@cache
def read_shipped(root: Path = ROOT, cases: Path | None = None, about: Path = ABOUT) -> Shipped:
    """Read the files below the project's root, once per process. Raises SettingsError for one of another form.

    `cases` is the folder of the test messages; without it there are none.
    """
    names = load_topics(root / "dialogues" / "domain")
    told = read_strings(about)
    questions = {}
    for name, topic in names.items():
        intent = f"{topic}/{name}"
        known = told.get(intent, {})
        deadline = known.get("deadline") == "true"
        questions[intent] = Question(
            intent, known.get("about", ""), known.get("not", ""), deadline=deadline, shipped=True
        )
    wordings: dict[tuple[str, str], list[str]] = {}
    for one in read_data(root / "nlu" / "data"):
        wordings.setdefault((one.intent, one.locale), []).append(one.text)
    found = read_cases(cases, frozenset(questions)) if cases is not None else []
    others = frozenset(fold(case.text) for case in found if case.kind not in _LISTED)
    return Shipped(questions, _frozen(wordings), _listed(found), others)


def _listed(cases: list[Case]) -> Sentences:
    listed: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        if case.kind in _LISTED:
            listed.setdefault((case.expected, case.locale), []).append(case.text)
    return _frozen(listed)


def _frozen(lists: Mapping[tuple[str, str], list[str]]) -> Sentences:
    return {key: tuple(texts) for key, texts in lists.items()}
