"""A small comparison of two models, made as the real one is: from outcomes."""

from typing import Any

from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.evaluation.cases import Case, Kind
from nlu.evaluation.gate import judged
from nlu.evaluation.outcomes import Outcome
from nlu.evaluation.side_by_side import side_by_side
from nlu.keywords import Hits

WAGES, DISMISSAL, VIOLENCE = "labour_rights/unpaid_wages", "labour_rights/dismissal", "safety/violence"
NOTHING = "service/out_of_scope"


def meant(case: Case, intent: str, verdict: Verdict = Verdict.ACCEPT) -> Outcome:
    """An outcome with one guess; a danger card is shown for a safety intent."""
    safety = (intent,) if verdict is Verdict.EMERGENCY else ()
    found = Understanding(verdict, ranking=(Ranked(intent, 0.9),), locale=case.locale, safety=safety)
    return Outcome(case, found, Hits())


PAY = Case(Kind.INTENT, "it", "mi hanno tolto un turno", WAGES)
LATE = Case(Kind.INTENT, "it", "paga in ritardo", WAGES)
OUT = Case(Kind.INTENT, "en", "I was sent home for good", DISMISSAL)
HIT = Case(Kind.DANGER, "it", "mi picchia", VIOLENCE)
ALIKE = Case(Kind.NOT_DANGER, "it", "mi ha fatto a pezzi al colloquio")
WEATHER = Case(Kind.OUT_OF_SCOPE, "en", "will it rain", NOTHING)

BEFORE = (
    meant(PAY, DISMISSAL), meant(LATE, WAGES), meant(OUT, DISMISSAL, Verdict.CLARIFY), meant(HIT, WAGES),
    meant(ALIKE, WAGES), meant(WEATHER, NOTHING),
)  # fmt: skip
AFTER = (
    meant(PAY, WAGES), meant(LATE, WAGES), meant(OUT, WAGES, Verdict.ACCEPT), meant(HIT, VIOLENCE, Verdict.EMERGENCY),
    meant(ALIKE, WAGES), meant(WEATHER, NOTHING),
)  # fmt: skip


def report(floors: dict[str, Any] | None = None) -> dict[str, Any]:
    """The report as the trainer stores it."""
    made = side_by_side(BEFORE, AFTER)
    gate = judged(made["groups"], floors or {"at_least": {}, "at_most": {}})
    return made | {"gate": gate, "new": [], "gone": []}


REPORT = report()
