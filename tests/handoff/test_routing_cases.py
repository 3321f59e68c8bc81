"""Sixty questions on the made-up network; what must come out was reasoned from the rules, see the reason of each."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.model.countries import EU
from handoff.bridge import speaks
from handoff.offices.synthetic import make_points
from handoff.request import Urgency
from handoff.route_table import Question, routed
from handoff.routing import Network
from tests.handoff.case_tables import routing_cases, routing_table, table

CASES = routing_cases()
POINTS = tuple(replace(point, demo=False) for point in make_points(7))
BY_ID = {point.id.removeprefix("synthetic-"): point for point in POINTS}
NOON = "2026-11-18T12:00:00+01:00"
EXPECTED = {
    "point", "state", "bridge", "open_now", "next_opening", "why", "country", "chain_begins", "by_choice",
    "by_choice_is_some",
}  # fmt: skip


def full(short: str) -> str:
    assert short in BY_ID, f"no office {short}"
    return f"synthetic-{short}"


def network(case: dict[str, Any]) -> Network:
    staffed = case.get("staffed", "all")
    everybody = set(BY_ID)
    if isinstance(staffed, dict):
        some = everybody - set(staffed["but"])
    else:
        some = {"all": everybody, "none": set()}[staffed] if isinstance(staffed, str) else set(staffed)
    return Network(
        POINTS,
        frozenset(map(full, some)),
        {full(point): load for point, load in case.get("load", {}).items()},
        frozenset(case.get("interpreters", ())),
        case.get("translation", False),
    )


def question(case: dict[str, Any]) -> Question:
    ask = dict(case["ask"])
    spot = (ask.pop("lat"), ask.pop("lon")) if "lat" in ask else None
    urgency = Urgency(ask.pop("urgency", "normal"))
    trusted_only = ask.pop("trusted_only", False) or urgency is Urgency.DANGER
    at = datetime.fromisoformat(case.get("at", NOON))
    return Question(id=case["id"], at=at, spot=spot, urgency=urgency, trusted_only=trusted_only, **ask)


def test_there_are_sixty_with_a_name_and_a_reason_each() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES) >= 60
    for case in CASES:
        assert case.keys() <= {"id", "ask", "at", "staffed", "load", "interpreters", "translation", "expect", "reason"}
        assert case["expect"].keys() <= EXPECTED, case["id"]
        assert case["expect"]
        assert len(case["reason"]) > 15


def test_the_table_stands_in_the_docs() -> None:
    assert table("routing") == routing_table(CASES), "run `python -m tests.handoff.case_tables`"


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_question_goes_where_the_rules_say(case: dict[str, Any]) -> None:
    found, expected = routed(network(case), question(case)), dict(case["expect"])

    for word in expected.pop("why", ()):
        assert word in found["why"]
    if "next_opening" in expected:
        when = expected.pop("next_opening")
        assert found["next_opening"] == when or datetime.fromisoformat(found["next_opening"]) == datetime.fromisoformat(
            when
        )
    if "country" in expected:
        assert BY_ID[found["point"].removeprefix("synthetic-")].country == expected.pop("country")
    if "chain_begins" in expected:
        chain = [full(point) for point in expected.pop("chain_begins")]
        assert found["chain"][: len(chain)] == chain
    if "by_choice_is_some" in expected:
        assert bool(found["by_choice"]) is expected.pop("by_choice_is_some")
    if "by_choice" in expected:
        assert found["by_choice"] == [full(point) for point in expected.pop("by_choice")]
    if expected.get("point"):
        expected["point"] = full(expected["point"])
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_holds_for_all(case: dict[str, Any]) -> None:
    there, asked = network(case), question(case)
    found = routed(there, asked)
    point = next((point for point in POINTS if point.id == found["point"]), None)

    if point is None:
        assert found["state"] is None
        assert not found["chain"]
    elif found["state"] == "staffed":
        assert point.id in there.staffed
        assert point.covers(asked.topic)
        assert point.trusted or not asked.trusted_only
        assert found["open_now"] or found["next_opening"], "we can say when they read"
        assert found["bridge"] == "office" or not speaks(point, (asked.locale,))
    for other in found["by_choice"]:
        elsewhere = next(one for one in POINTS if one.id == other)
        assert elsewhere.country in EU - {asked.country}
        assert speaks(elsewhere, (asked.locale,))
        assert elsewhere.trusted or not asked.trusted_only
