"""What a lawyer reads first: asked often, and harmful when wrong."""

from pathlib import Path

import pytest

from knowledge.fields import ContentError
from knowledge.harm import UNKNOWN, load_harm, urgency
from knowledge.plan import shipped_plan

DISMISSAL, TAX, COURSE = "labour_rights/dismissal", "arrival/tax", "recognition/language_course"


def test_every_question_of_the_plan_is_weighed_and_no_other() -> None:
    assert set(load_harm().intents) == set(shipped_plan().intents)


def test_without_figures_the_order_of_the_most_asked_decides() -> None:
    harm, plan = load_harm(), shipped_plan()

    in_order = sorted(plan.intents, key=lambda intent: -urgency(intent, 0, harm, plan))
    counted = [intent for intent in in_order if not intent.startswith("safety/")]

    assert counted[0] == plan.most_asked[0]
    assert in_order[0].startswith("safety/")
    assert urgency(DISMISSAL, 0, harm, plan) > urgency(COURSE, 0, harm, plan)


def test_figures_outweigh_the_plan_and_harm_outweighs_equal_figures() -> None:
    harm, plan = load_harm(), shipped_plan()

    assert urgency(COURSE, 200, harm, plan) > urgency(DISMISSAL, 0, harm, plan)
    assert urgency(TAX, 200, harm, plan) > urgency(COURSE, 200, harm, plan)


def test_a_question_that_nobody_weighed_is_not_taken_for_harmless() -> None:
    harm = load_harm()

    assert harm.of("arrival/pets") == (UNKNOWN,)
    assert harm.weight("arrival/pets") > min(harm.reasons.values())


@pytest.mark.parametrize(
    "text", ["reasons: {unknown: 3}\nintents: {a/b: [typo]}", "reasons: {life: much}\nintents: {}", "other: 1"]
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "harm.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError):
        load_harm(path)
