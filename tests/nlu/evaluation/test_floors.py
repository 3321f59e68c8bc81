"""The gate's rules; `tests/nlu/test_floors.py` is the gate."""

from pathlib import Path
from typing import Any

import pytest

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from nlu.evaluation.figures import TITLES
from nlu.evaluation.floors import EACH, broken, read_floors, suggested

GROUPS = {"all": {"top1": {"share": 0.8}, "calibration_error": 0.06}} | {
    locale: {"top1": {"share": 0.7}} for locale in LOCALES
}


def floors(at_least: dict[str, Any], at_most: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"at_least": at_least, "at_most": at_most or {}}


def test_what_is_good_enough_breaks_nothing() -> None:
    assert broken(GROUPS, floors({"all": {"top1": 0.8}}, {"all": {"calibration_error": 0.06}})) == []


def test_what_is_worse_is_told() -> None:
    lines = broken(GROUPS, floors({"all": {"top1": 0.81}}, {"all": {"calibration_error": 0.05}}))

    assert lines == [
        "all: top1 is 0.800, below its limit of 0.810",
        "all: calibration_error is 0.060, above its limit of 0.050",
    ]


def test_a_locale_may_have_a_limit_of_its_own() -> None:
    lines = broken(GROUPS, floors({EACH: {"top1": 0.75}, "am": {"top1": 0.6}}))

    assert len(lines) == len(LOCALES) - 1
    assert not any(line.startswith("am") for line in lines)


@pytest.mark.parametrize("limits", [{"nowhere": {"top1": 0.1}}, {"all": {"topp1": 0.1}}])
def test_a_slip_is_no_floor(limits: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="the report has no"):
        broken(GROUPS, floors(limits))


def test_a_figure_without_cases_is_no_pass() -> None:
    with pytest.raises(SettingsError, match="no cases"):
        broken({"all": {"top1": {"share": None}}}, floors({"all": {"top1": 0.1}}))


def test_new_limits_leave_room_for_chance() -> None:
    figures = {
        locale: {"top1": {"share": 0.9, "low": 0.85, "high": 0.93}, "mistaken": {"share": 0.1, "low": 0.0, "high": 0.2}}
        for locale in LOCALES
    }
    figures["am"]["top1"] = {"share": 0.5, "low": 0.4, "high": 0.6}
    figures["ti"]["top1"] = {"share": 0.6, "low": 0.5, "high": 0.7}
    groups: dict[str, Any] = {**figures, "all": {"calibration_error": 0.02}}
    old = floors({EACH: {"top1": 0.1}, "am": {"top1": 0.1}}, {"en": {"mistaken": 1}, "all": {"calibration_error": 1}})

    new = suggested(groups, old)

    assert new == {
        "at_least": {EACH: {"top1": 0.5}, "am": {"top1": 0.4}},
        "at_most": {"en": {"mistaken": 0.2}, "all": {"calibration_error": 0.03}},
    }
    assert broken(groups, new) == []


@pytest.mark.parametrize("content", ["at_least: {}", "at_least: {all: {top1: 81}}\nat_most: {}"])
def test_a_file_that_cannot_be_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "floors.yml"
    path.write_text(content)

    with pytest.raises(SettingsError, match=r"floors\.yml"):
        read_floors(path)


def test_our_floors_name_figures_that_exist() -> None:
    for side in read_floors().values():
        for limits in side.values():
            assert set(limits) <= {*TITLES, "calibration_error"}
