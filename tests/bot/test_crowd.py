"""Sliding windows in memory, and the requests of one network."""

from uuid import UUID

import pytest

from bot import crowd, sliding
from bot.crowd import Crowd
from bot.sliding import Allowed, Sliding

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_within_so_long_and_then_one_by_one() -> None:
    time = Time()
    window = Sliding(Allowed(2, 60), time)

    window.count("a")
    time.now = 20
    window.count("a")

    assert (window.wait("a"), window.wait("b")) == (40, 0)
    time.now = 60
    assert window.wait("a") == 0
    window.count("a")
    assert window.wait("a") == 20


def test_what_was_right_counts_no_more() -> None:
    window = Sliding(Allowed(1, 60), Time())
    window.count("a")
    window.count("b")

    window.forget("a")
    window.take_back("b")
    window.take_back("c")

    assert [window.wait(key) for key in "abc"] == [0, 0, 0]


def test_the_keys_used_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sliding, "_KEEP", 2)
    window = Sliding(Allowed(1, 60), Time())
    for key in "abac":
        window.count(key)

    assert [window.wait(key) > 0 for key in "abc"] == [True, False, True]


def test_a_network_is_full_for_all_its_conversations_until_the_hour_is_over() -> None:
    time = Time()
    crowded = Crowd(Allowed(2, 3600), time)
    crowded.came_from(ONE, "192.0.2.7")
    crowded.came_from(TWO, "192.0.2.7")
    crowded.came_from(THREE, "192.0.2.8")

    crowded.asked(ONE)
    crowded.asked(TWO)

    assert [crowded.is_full(one) for one in (ONE, TWO, THREE)] == [True, True, False]
    time.now = 3600
    assert not crowded.is_full(ONE)


def test_what_came_by_no_network_is_never_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "_KEEP", 1)
    crowded = Crowd(Allowed(1, 3600), Time())
    crowded.came_from(ONE, "192.0.2.7")
    crowded.asked(ONE)
    crowded.asked(TWO)

    assert (crowded.is_full(ONE), crowded.is_full(TWO)) == (True, False)
    crowded.came_from(THREE, "192.0.2.8")
    assert not crowded.is_full(ONE)
