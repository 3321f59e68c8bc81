"""Grouping by meaning: the tree against a slow and plain one, and the 300 synthetic questions in eight languages."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.encoder import Encoder, Vectors
from bot.gaps.grouping import centred, group, grouped, medoid, purity
from bot.gaps.picture import arranged
from tests.bench_gaps import CASES, read_cases


def _points(seed: int, count: int) -> Vectors:
    found = np.random.default_rng(seed).normal(size=(count, 5)).astype(np.float32)
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def _plainly(points: Vectors, apart: float) -> list[list[int]]:
    """Join the two groups of the least mean distance, over and over."""
    groups = [[row] for row in range(len(points))]
    while len(groups) > 1:
        pairs = [(one, other) for one in range(len(groups)) for other in range(one)]
        far = {
            pair: np.mean([1 - points[a] @ points[b] for a in groups[pair[0]] for b in groups[pair[1]]])
            for pair in pairs
        }
        one, other = min(far, key=lambda pair: far[pair])
        if far[(one, other)] >= apart:
            break
        groups[other] += groups.pop(one)
    return sorted((sorted(rows) for rows in groups), key=lambda rows: (-len(rows), rows[0]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 14), st.sampled_from([0.2, 0.5, 0.8, 1.1, 3.0]))
def test_the_chain_finds_what_average_linkage_means(seed: int, count: int, apart: float) -> None:
    points = _points(seed, count)

    assert group(points, apart) == _plainly(points, apart)


def test_few_questions_are_compared_as_they_are() -> None:
    points = _points(1, 1)

    assert grouped(points, ["en"]) == [[0]]
    assert grouped(np.concatenate([points, points]), ["en", "it"]) == [[0, 1]]
    assert grouped(np.concatenate([points, -points]), ["en", "it"]) == [[0], [1]]


def test_the_middle_is_nearest_to_all() -> None:
    angles = np.radians([0, 10, 20, 80])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    assert medoid(points, [0, 1, 2]) == 1
    assert medoid(points, [3]) == 3


def test_a_language_alone_makes_no_group() -> None:
    """Two languages lie far apart, two topics near together: the topics are found."""
    topic, language = np.eye(6, dtype=np.float32)[:2], 0.8 * np.eye(6, dtype=np.float32)[2:4]
    points = np.stack([topic[row % 2] + language[row // 8] for row in range(16)]) + 0.05 * _points(3, 16)[:, :1]
    locales = ["en"] * 8 + ["am"] * 8

    found = group(centred(points, locales))

    assert found == [[row for row in range(16) if row % 2 == side] for side in (0, 1)]


@pytest.mark.parametrize("sizes", [[1], [1, 1], [9, 4, 1], [30] * 3 + [2] * 20])
def test_in_the_picture_no_group_lies_over_another(sizes: list[int]) -> None:
    rows = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])

    spots = arranged(_points(2, sum(sizes)), [list(one) for one in rows], 600, 320)

    assert [len(one) for one in spots] == sizes
    every = np.concatenate(spots)
    assert every.min() >= -1e-6
    assert (every <= np.array([600, 320]) + 1e-6).all()
    for at, one in enumerate(spots):
        own = np.linalg.norm(one - one.mean(axis=0), axis=1).max()
        others = np.concatenate([other for place, other in enumerate(spots) if place != at] or [every + 1000])
        assert np.linalg.norm(others - one.mean(axis=0), axis=1).min() > own


def test_the_cases_are_what_they_say() -> None:
    cases = read_cases(CASES)

    assert len(cases) == len({case.text for case in cases}) == 300
    assert set(Counter(case.theme for case in cases).values()) == {10}
    assert len({case.locale for case in cases}) == 8


@pytest.mark.slow
def test_questions_in_eight_languages_are_grouped_by_meaning() -> None:
    cases, encoder = read_cases(CASES)[::2], Encoder()  # `make bench-gaps` takes all
    vectors = np.stack([vector for case in cases if (vector := encoder.query(case.text)) is not None])

    found = grouped(vectors, [case.locale for case in cases])

    assert purity(found, [case.theme for case in cases]) >= 0.95
    assert len(found) <= 60
    biggest = Counter(cases[row].theme for row in found[0])
    assert len({cases[row].locale for row in found[0]}) >= 6, "a group crosses languages"
    assert len(biggest) <= 2
