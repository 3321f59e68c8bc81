"""The edges: whatever happens, one owner at most, never the bot beside a person, and always a way back."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.conversation import HELD, WITH_OPERATOR, State
from handoff.machine import EDGES, Edge, EdgeRefused, Position, advance, allows

PERSONS = {Edge.DECLINE, Edge.CANCEL, Edge.CALL_CANCELLED, Edge.STOP, Edge.DELETE}
MARTA, PAVEL = uuid4(), uuid4()

steps = st.lists(st.tuples(st.sampled_from(Edge), st.sampled_from(["milano", "roma"]), st.sampled_from([MARTA, PAVEL])))


def walk(position: Position, edge: Edge, point: str, operator: UUID) -> Position:
    return advance(position, edge, contact_point=point, operator_id=operator)


@given(steps)
def test_any_sequence_keeps_one_owner_and_a_way_back(sequence: list[tuple[Edge, str, UUID]]) -> None:
    position = Position()
    for edge, point, operator in sequence:
        if not allows(position.state, edge):
            with pytest.raises(EdgeRefused):
                walk(position, edge, point, operator)
            continue
        before, position = position, walk(position, edge, point, operator)

        assert (position.operator_id is not None) == (position.state in WITH_OPERATOR)
        assert bool(position.contact_point) == (position.state in HELD)
        if before.operator_id and position.operator_id:
            assert position.operator_id in (before.operator_id, operator)
        assert position.epoch == before.epoch + (edge in (Edge.TAKE, Edge.TO_COLLEAGUE))
        way_back = {EDGES[edge].target for edge in PERSONS if allows(position.state, edge)}
        assert position.state is State.BOT or State.BOT in way_back


def test_only_a_take_leads_to_an_operator() -> None:
    from_outside = [
        edge for edge, rule in EDGES.items() if rule.target in WITH_OPERATOR and rule.sources - WITH_OPERATOR
    ]
    assert from_outside == [Edge.TAKE]
    assert not EDGES[Edge.TAKE].sources & WITH_OPERATOR, "who has been taken is not taken again"


@pytest.mark.parametrize("state", sorted(WITH_OPERATOR))
def test_only_a_colleague_replaces_the_operator(state: State) -> None:
    position = Position(state, "milano", MARTA)
    for edge in (edge for edge, rule in EDGES.items() if state in rule.sources):
        after = advance(position, edge, operator_id=PAVEL if edge is Edge.TO_COLLEAGUE else None)
        assert after.operator_id in ((PAVEL,) if edge is Edge.TO_COLLEAGUE else (MARTA, None))


def test_every_edge_is_in_the_table_and_every_state_is_left_by_the_person() -> None:
    assert set(EDGES) == set(Edge)
    for state in State:
        assert allows(state, Edge.STOP)
        assert allows(state, Edge.DELETE)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": State.ASSIGNED, "contact_point": "milano"},
        {"state": State.WAITING, "contact_point": "milano", "operator_id": MARTA},
        {"state": State.WAITING},
        {"state": State.BOT, "contact_point": "milano"},
    ],
)
def test_a_position_that_contradicts_itself_cannot_exist(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="if and only if"):
        Position(**broken)  # type: ignore[arg-type]
