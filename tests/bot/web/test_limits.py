"""Inbound limits in memory."""

import pytest

from bot.buckets import Rate
from bot.web import limits
from bot.web.limits import Limiter, Limits, Rates, network_of


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_tokens_come_back() -> None:
    time = Time()
    limiter = Limiter(Rate(0.5, 2), time)

    assert [limiter.delay("a") for _ in range(3)] == [0, 0, 2]
    assert limiter.delay("b") == 0
    time.now = 2.0
    assert limiter.delay("a") == 0


def test_the_keys_used_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_KEEP", 2)
    limiter = Limiter(Rate(0.001, 1), Time())
    for key in ("a", "b", "a", "c"):
        limiter.delay(key)

    assert limiter.delay("a") > 0
    assert limiter.delay("b") == 0


def test_one_login_may_be_tried_five_times_from_one_place() -> None:
    made = Limits(Rates())

    assert [made.sign_in("marta", "1.1.1.1") == 0 for _ in range(6)] == [True] * 5 + [False]
    assert made.sign_in("marta", "2.2.2.2") == 0


def test_one_place_may_not_try_many_logins() -> None:
    made = Limits(Rates())

    assert sum(made.sign_in(f"login{number}", "1.1.1.1") == 0 for number in range(30)) == 20


def test_strangers_who_try_a_login_do_not_lock_out_who_came_in_from_here_before() -> None:
    made = Limits(Rates())
    made.signed_in("marta", "10.0.0.1")

    tried = [made.sign_in("marta", f"192.0.2.{number}") == 0 for number in range(40)]

    assert sum(tried) == 30
    assert made.sign_in("marta", "192.0.2.99") > 0
    assert made.sign_in("marta", "10.0.0.1") == 0
    assert [made.sign_in("marta", "10.0.0.1") == 0 for _ in range(5)] == [True] * 4 + [False]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_customer_counts_once(address: str, network: str) -> None:
    assert network_of(address) == network
