from pathlib import Path

import pytest

from knowledge.fields import ContentError
from knowledge.plan import read_plan
from knowledge.surroundings import Surroundings, bare_number, read_surroundings


def test_the_projects_own_files_are_read() -> None:
    around = read_surroundings()

    assert around.papers["en"].startswith("If you have no papers")
    assert around.may_show("112")
    assert around.may_show("800 290 290")
    assert "labour_rights/dismissal" in around.titled
    assert len(around.plan.intents) == 74


def test_a_number_may_be_written_with_its_countrys_prefix() -> None:
    around = Surroundings({}, frozenset({bare_number("02 511 64 64")}), frozenset())

    assert around.may_show("+32 2 511 64 64")
    assert around.may_show("0032 2 511 64 64")
    assert not around.may_show("511 64 64 99")
    assert not around.may_show("112")


def test_a_short_number_is_never_the_end_of_a_long_one() -> None:
    around = Surroundings({}, frozenset({"112"}), frozenset())

    assert not around.may_show("800 000 112")


def test_a_locale_without_its_sentence_counts_the_longest() -> None:
    around = Surroundings({"en": "short", "fr": "much longer"}, frozenset(), frozenset())

    assert around.papers_sentence("en") == "short"
    assert around.papers_sentence("ti") == "much longer"


def test_a_plan_names_intents_of_its_own_only(tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_text(
        "intents: [a/b]\nlocales: [en]\ncountries:\n  IT: {locales: [it], without: [c/d]}", encoding="utf-8"
    )

    with pytest.raises(ContentError, match="IT names c/d, which is none of the intents"):
        read_plan(path)


def test_a_misspelt_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_text("intent: [a]", encoding="utf-8")

    with pytest.raises(ContentError, match="'intent' is not known"):
        read_plan(path)
