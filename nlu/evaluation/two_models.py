"""Measures two models on the same test sentences, each with everything around it, and puts the outcomes side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nlu.batch import rank_all
from nlu.evaluation.cases import OUT_OF_SCOPE, Case, Kind, read_cases
from nlu.evaluation.outcomes import Outcome, run
from nlu.evaluation.pairs import pairs
from nlu.evaluation.report import Json
from nlu.evaluation.side_by_side import side_by_side
from nlu.fallback import LocaleThresholds
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from nlu.rasa_client import load_topics

_CHANGEABLE = (Kind.INTENT, Kind.OUT_OF_SCOPE)


@dataclass(frozen=True, slots=True)
class Task:
    """What to compare. `changed` are test sentences that people wrote over those of the files, by intent and locale."""

    before: str
    after: str
    domain: str  # folder of the new model's intents
    old_domain: str
    cases: str
    changed: Mapping[str, list[str]] = field(repr=False)  # <topic>/<intent>/<locale>: all sentences of that pair
    understanding: Mapping[str, float]
    log: str
    report: str


def cases_of(folder: Path, changed: Mapping[str, list[str]], old: Iterable[str], new: Iterable[str]) -> list[Case]:
    """Return the test cases of the files with people's changes over them, without intents that the new model lacks."""
    intents = frozenset(new)
    found = [case for case in read_cases(folder, intents | frozenset(old)) if case.needs_rasa]
    kept = [case for case in found if case.kind not in _CHANGEABLE or f"{case.expected}/{case.locale}" not in changed]
    for key, texts in changed.items():
        intent, _, locale = key.rpartition("/")
        kind = Kind.OUT_OF_SCOPE if intent == OUT_OF_SCOPE else Kind.INTENT
        kept += [Case(kind, locale, text, intent) for text in texts]
    kept = [case for case in kept if not case.expected or case.expected in intents]
    return [*kept, *pairs(kept)]


async def compare(task: Task) -> Json:
    """Measure both models on the cases and return the report. Raises GuichetError."""
    old, new = (load_topics(Path(folder)) for folder in (task.old_domain, task.domain))
    names = [[f"{topic}/{intent}" for intent, topic in topics.items()] for topics in (old, new)]
    cases = cases_of(Path(task.cases), task.changed, *names)
    tell = _Steps(4)
    keywords, thresholds = Keywords.load(KEYWORDS), LocaleThresholds.load(task.understanding)
    outcomes: list[list[Outcome]] = []
    for model in (task.before, task.after):
        texts = [case.text for case in cases]
        # Either model may name what the other does not know: an intent counts where one of the two catalogues has it.
        table = await rank_all(Path.cwd(), Path(model), Path(task.log), texts, {**old, **new}, tell, keep=True)
        tell.next()
        outcomes.append(await run(Interpreter(table, keywords, thresholds), cases, tell))
        tell.next()
    report = side_by_side(*outcomes)
    report["new"] = sorted(set(names[1]) - set(names[0]))
    report["gone"] = sorted(set(names[0]) - set(names[1]))
    return report


class _Steps:
    """Makes one hundred of the progress of several steps of about the same length."""

    def __init__(self, count: int) -> None:
        self._count, self._done = count, 0

    def __call__(self, line: str) -> None:
        """Hear a line such as `ranked 2000 of 8000 texts`."""
        numbers = [int(word) for word in line.split() if word.isdigit()]
        if len(numbers) == 2 and numbers[1]:
            self._say(numbers[0] / numbers[1])

    def next(self) -> None:
        self._done += 1
        self._say(0)

    def _say(self, part: float) -> None:
        print(f"progress: {round(100 * (self._done + part) / self._count)} of 100", flush=True)
