"""Our own ids: version 7, sorted by time, never twice."""

from datetime import UTC, datetime

import time_machine

from bot.model.ids import new_id, pseudonym


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = [new_id() for _ in range(200)]

    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_ids_do_not_repeat() -> None:
    assert len({new_id() for _ in range(5000)}) == 5000


def test_ids_of_later_milliseconds_sort_later() -> None:
    ids = []
    for millisecond in range(5):
        with time_machine.travel(datetime(2026, 11, 18, 9, 0, 0, millisecond * 1000, tzinfo=UTC), tick=False):
            ids.append(new_id())

    assert ids == sorted(ids)
    assert [str(one) for one in ids] == sorted(str(one) for one in ids)


def test_an_id_holds_the_time_of_its_making() -> None:
    with time_machine.travel(datetime(2026, 11, 18, 9, 0, tzinfo=UTC), tick=False):
        made = new_id()

    assert datetime.fromtimestamp((made.int >> 80) / 1000, UTC) == datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def test_people_whose_cases_were_made_at_one_moment_have_different_names() -> None:
    with time_machine.travel(datetime(2026, 11, 18, 9, 0, tzinfo=UTC), tick=False):
        names = [pseudonym(new_id()) for _ in range(20)]

    assert len(set(names)) > 10
    assert {len(name) for name in names} == {4}
