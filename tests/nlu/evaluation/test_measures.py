"""Shares, Wilson's interval and the calibration error, against figures worked out elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.measures import BINS, Share, calibration_error, reliability


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_of_wilson(right: int, of: int, low: float, high: float) -> None:
    assert Share(right, of).interval == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    share = Share(*counts)
    low, high = share.interval

    assert share.value is not None
    assert 0.0 <= low <= share.value + 1e-9
    assert share.value - 1e-9 <= high <= 1.0


def test_a_share_of_nothing_is_none() -> None:
    assert Share.count([]).value is None
    assert Share.count([True, False, True]) == Share(2, 3)


def test_the_calibration_error_is_the_mean_distance_by_predictions() -> None:
    predictions = [(0.9, True)] * 6 + [(0.9, False)] * 4 + [(0.3, True)] * 2 + [(0.3, False)] * 8

    error = calibration_error(reliability(predictions))

    assert error == pytest.approx((0.3 * 10 + 0.1 * 10) / 20)


def test_what_is_as_sure_as_right_has_no_error() -> None:
    assert calibration_error(reliability([(0.5, True), (0.5, False)])) == pytest.approx(0.0)
    assert calibration_error(reliability([])) == 0.0


def test_every_confidence_has_one_bin() -> None:
    bins = reliability([(0.0, False), (1 / BINS, True), (1.0, True)])

    assert [number for number, one in enumerate(bins) if one.right.of] == [0, 1, BINS - 1]
    assert len(bins) == BINS
    assert bins[-1].high == 1.0
