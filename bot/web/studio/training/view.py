"""What the page of a training shows of its report, in the words of one reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.locales import LOCALES
from bot.web.studio.names import Names
from nlu.evaluation.figures import LESS_IS_BETTER, TITLES

FIGURES = ("top1", "accepted_right", "danger_recall", "out_of_scope_mistaken")  # columns of the table by language
_GROUPS = ("all", "eight", "others")
_NAMED = frozenset(
    {
        "top1", "top3", "topic", "accepted", "accepted_right", "danger_recall", "danger_right_card",
        "danger_precision_alike", "alike_alarms", "out_of_scope_mistaken", "pair_both", "single_second",
        "calibration_error",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of both models. `moved`: up is better, down is worse, whatever the number does."""

    before: str
    after: str
    moved: str  # up | down | equal


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A language, or several."""

    name: str
    of: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question that changed."""

    name: str
    of: int
    before: int
    after: int
    better: int
    worse: int
    new: bool


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A test sentence and what both models make of it."""

    locale: str
    language: str
    text: str = field(repr=False)
    expected: str
    before: str
    after: str


class ReportView:
    """Puts a report into the reader's words."""

    def __init__(self, report: Mapping[str, Any], names: Names) -> None:
        self._report, self._names = report, names

    @property
    def summary(self) -> str:
        better, worse = self._report["better_count"], self._report["worse_count"]
        key = "training_summary" if better or worse else "training_same"
        return self._names.say(key, cases=self._report["cases"], better=better, worse=worse)

    @property
    def refused(self) -> list[str]:
        """Why the model cannot be put in service, a sentence for each reason."""
        return [self._fault(one) for one in self._report["gate"]["refused"]]

    @property
    def short(self) -> list[str]:
        """What is below the floors in both models."""
        return [self._fault(one) for one in self._report["gate"]["short"]]

    @property
    def columns(self) -> list[str]:
        return [self.figure(name) for name in FIGURES]

    @property
    def groups(self) -> list[GroupRow]:
        """The languages that have test sentences."""
        groups = self._report["groups"]
        rows = []
        for group in (*_GROUPS, *LOCALES):
            found = groups.get(group, {}).get("top1")
            if found and found["after"]["of"]:
                cells = tuple(_cell(name, groups[group].get(name)) for name in FIGURES)
                rows.append(GroupRow(self._group(group), found["after"]["of"], cells))
        return rows

    @property
    def questions(self) -> list[QuestionRow]:
        """The questions that changed or are new, the worst first."""
        new = set(self._report["new"])
        rows = [
            QuestionRow(
                self.title(intent), one["of"], one["before"], one["after"], one["better"], one["worse"], intent in new
            )
            for intent, one in self._report["questions"].items()
            if one["better"] or one["worse"] or intent in new
        ]
        return sorted(rows, key=lambda row: (row.better - row.worse, row.name))

    @property
    def gone(self) -> str:
        """Titles of the questions that the new model no longer knows."""
        return self._listed(self._report["gone"])

    @property
    def worse(self) -> list[SentenceRow]:
        return [self._sentence(one) for one in self._report["worse"]]

    @property
    def better(self) -> list[SentenceRow]:
        return [self._sentence(one) for one in self._report["better"]]

    def count(self, way: str) -> int:
        """Return how many sentences got better or worse, with those that are not shown."""
        return int(self._report[f"{way}_count"])

    def figure(self, name: str) -> str:
        """Name a figure; one that only a network's own floors speak of has its technical title."""
        return self._names.say(f"training_figure_{name}") if name in _NAMED else TITLES.get(name, name)

    def title(self, intent: str) -> str:
        """Name a question."""
        return self._names.title(intent) or intent

    def _group(self, group: str) -> str:
        return self._names.say(f"training_group_{group}") if group in _GROUPS else self._names.language(group)

    def _fault(self, one: Mapping[str, Any]) -> str:
        values = {name: _percent(one[name]) for name in ("before", "after", "limit")}
        named = {"group": self._group(one["group"]), "figure": self.figure(one["figure"])}
        return self._names.say(f"training_{one['side']}", **named, **values)

    def _sentence(self, one: Mapping[str, Any]) -> SentenceRow:
        expected = self.title(one["expected"]) if one["expected"] else self._names.say("training_is_danger_not")
        before, after = self._meant(one["before"]), self._meant(one["after"])
        return SentenceRow(
            one["locale"], self._names.language(one["locale"]), one["text"], expected, before, after
        )  # fmt: skip

    def _meant(self, one: Mapping[str, Any]) -> str:
        key = f"training_meant_{one['decision']}"
        return self._names.say(key, title=self.title(one["best"]), titles=self._listed(one["choices"]))

    def _listed(self, intents: Iterable[str]) -> str:
        return " · ".join(self.title(intent) for intent in intents)


def _cell(name: str, figure: Mapping[str, Any] | None) -> Cell | None:
    if figure is None or figure["after"]["share"] is None:
        return None
    before, after = figure["before"]["share"], figure["after"]["share"]
    if before is None or before == after:
        return Cell(_percent(before), _percent(after), "equal")
    rises = (after > before) != (name in LESS_IS_BETTER)
    return Cell(_percent(before), _percent(after), "up" if rises else "down")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
