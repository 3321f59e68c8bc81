"""The second factor: windows, replays, recovery codes, and who may take it away; on both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.staff import Role, SignedIn, Staff
from bot.staff.rights import must_have_second_factor
from bot.staff.second_factors import SecondFactors
from bot.staff.totp import STEP, Key, step_of
from tests.conftest import Clock
from tests.support.builders import QUICK

# RFC 6238, appendix B, for SHA-1, cut to six digits.
RFC = Key(b"12345678901234567890")
START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

Enter = Callable[[], Awaitable[SignedIn]]


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert RFC.code(seconds // STEP) == code


def test_the_address_for_the_app_names_us_and_the_login() -> None:
    address = RFC.address("marta")

    assert address.startswith("otpauth://totp/Guichet:marta?")
    assert f"secret={RFC.letters}" in address
    assert "issuer=Guichet" in address
    assert Key.read(RFC.letters) == RFC
    assert RFC.letters not in repr(RFC)


@given(secret=st.binary(min_size=20, max_size=20), offset=st.integers(-10, 10), used=st.integers(-10, 10))
def test_a_code_counts_within_one_step_and_only_after_the_last_one_used(secret: bytes, offset: int, used: int) -> None:
    """Two steps may have the same code by chance (1 in a million): the step that is found then still obeys both rules."""
    key, now = Key(secret), step_of(START)

    found = key.matching_step(key.code(now + offset), START, now + used)

    if abs(offset) <= 1 and offset > used:
        assert found is not None
    if found is not None:
        assert abs(found - now) <= 1
        assert found > now + used
        assert key.code(found) == key.code(now + offset)


@given(order=st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_whoever_types_what_and_when_no_code_ever_counts_twice(order: list[int]) -> None:
    """Steps only rise, whatever is typed again, early or late."""
    key, first = RFC, step_of(START)
    used, taken = 0, []
    for at, typed in enumerate(order):
        now = START + timedelta(seconds=STEP * (at // 4))
        step = key.matching_step(key.code(first + typed), now, used)
        if step is not None:
            used = step
            taken.append(step)

    assert taken == sorted(set(taken))


@given(typed=st.text(max_size=12))
def test_anything_else_that_is_typed_counts_for_nothing(typed: str) -> None:
    digits = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
    near = {RFC.code(step_of(START) + one) for one in (-1, 0, 1)}

    assert (RFC.matching_step(typed, START, 0) is not None) == (digits in near)


def test_digits_of_any_script_and_spaces_between_them_count() -> None:
    code = RFC.code(step_of(START))
    arabic = "".join(chr(ord("٠") + int(digit)) for digit in code)

    assert RFC.matching_step(f" {arabic[:3]} {arabic[3:]} ", START, 0) == step_of(START)


@pytest.fixture
def staff(database: Database, clock: Clock) -> Staff:
    return Staff(database, clock, QUICK, must_have_second_factor("by_role"))


@pytest.fixture
def factors(database: Database, ring: KeyRing, clock: Clock) -> SecondFactors:
    return SecondFactors(database, ring, clock)


async def entered(staff: Staff, login: str, password: str) -> SignedIn:
    token = await staff.sign_in(login, password)
    assert token is not None
    session = await staff.session(token)
    assert session is not None
    return session


async def set_up(
    staff: Staff, factors: SecondFactors, clock: Clock, role: Role = Role.LEAD
) -> tuple[Enter, Key, list[str]]:
    """Hire somebody who sets up a second factor; return how they sign in, their key and their recovery codes."""
    account = await staff.add(f"one-{role}", role, ["milano"])
    session = await entered(staff, account.login, account.password)
    key = await factors.begin(session.member)
    assert key is not None
    codes = await factors.confirm(session, key.code(step_of(clock())))
    assert codes is not None
    return (lambda: entered(staff, account.login, account.password)), key, list(codes)


async def test_a_lead_without_one_gets_no_further_and_is_not_counted_as_here(
    staff: Staff, factors: SecondFactors, database: Database, clock: Clock
) -> None:
    account = await staff.add("ines", Role.LEAD, ["milano"])

    session = await entered(staff, "ines", account.password)

    assert not session.complete
    async with database.reading() as connection:
        row = (await connection.execute(select(t.staff))).one()
    assert (row.seen_at, row.signed_in_at) == (None, None)
    key = await factors.begin(session.member)
    assert key is not None
    await factors.confirm(session, key.code(step_of(clock())))
    async with database.reading() as connection:
        row = (await connection.execute(select(t.staff))).one()
    assert row.seen_at == row.signed_in_at == clock()


async def test_an_operator_may_go_without_but_who_has_one_is_asked(
    staff: Staff, factors: SecondFactors, clock: Clock
) -> None:
    account = await staff.add("marta", Role.OPERATOR, ["milano"])
    assert (await entered(staff, "marta", account.password)).complete

    enter, _, _ = await set_up(staff, factors, clock, Role.OPERATOR)

    assert not (await enter()).complete


async def test_the_key_is_sealed_and_stays_the_same_until_it_is_confirmed(
    staff: Staff, factors: SecondFactors, database: Database, clock: Clock
) -> None:
    account = await staff.add("ines", Role.LEAD, [])
    session = await entered(staff, "ines", account.password)

    first, second = await factors.begin(session.member), await factors.begin(session.member)

    assert first is not None
    assert first == second
    async with database.reading() as connection:
        row = (await connection.execute(select(t.staff))).one()
    assert first.secret not in row.totp
    assert first.letters.encode() not in row.totp
    assert row.totp_at is None
    await factors.confirm(session, first.code(step_of(clock())))
    assert await factors.begin(session.member) is None
    assert await factors.confirm(session, first.code(step_of(clock()) + 1)) is None


async def test_a_code_works_once_also_the_one_that_confirmed_the_key(
    staff: Staff, factors: SecondFactors, clock: Clock
) -> None:
    enter, key, _ = await set_up(staff, factors, clock)
    code = key.code(step_of(clock()))
    assert await factors.check(await enter(), code) == ""

    clock.move(seconds=STEP)
    fresh = key.code(step_of(clock()))

    assert await factors.check(await enter(), fresh) == "code"
    assert await factors.check(await enter(), fresh) == ""


async def test_of_one_code_typed_twice_at_once_one_counts(staff: Staff, factors: SecondFactors, clock: Clock) -> None:
    enter, key, recovery = await set_up(staff, factors, clock)
    clock.move(seconds=STEP)
    code = key.code(step_of(clock()))
    sessions = [await enter() for _ in range(4)]

    by_app = await asyncio.gather(*(factors.check(one, code) for one in sessions))
    by_paper = await asyncio.gather(*(factors.check(one, recovery[0]) for one in sessions))

    assert sorted(by_app) == ["", "", "", "code"]
    assert sorted(by_paper) == ["", "", "", "recovery"]


async def test_each_recovery_code_opens_once_however_it_is_typed(
    staff: Staff, factors: SecondFactors, database: Database, clock: Clock
) -> None:
    enter, _, codes = await set_up(staff, factors, clock)
    assert len(set(codes)) == 10

    used = [await factors.check(await enter(), code.upper().replace("-", " ")) for code in codes]
    again = [await factors.check(await enter(), code) for code in codes]

    assert used == ["recovery"] * 10
    assert again == [""] * 10
    async with database.reading() as connection:
        assert (await connection.execute(select(t.staff.c.recovery))).scalar_one() == []


async def test_the_database_holds_no_recovery_code(
    staff: Staff, factors: SecondFactors, database: Database, clock: Clock
) -> None:
    _, _, codes = await set_up(staff, factors, clock)

    async with database.reading() as connection:
        stored = (await connection.execute(select(t.staff.c.recovery))).scalar_one()

    assert len(stored) == 10
    assert not any(code in str(stored) or code.replace("-", "") in str(stored) for code in codes)


async def test_new_recovery_codes_make_the_old_ones_void(staff: Staff, factors: SecondFactors, clock: Clock) -> None:
    enter, _, old = await set_up(staff, factors, clock)
    member = (await enter()).member

    fresh = await factors.renew_codes(member)

    assert fresh is not None
    assert await factors.check(await enter(), old[0]) == ""
    assert await factors.check(await enter(), fresh[0]) == "recovery"


async def test_a_codes_of_another_account_opens_nothing(staff: Staff, factors: SecondFactors, clock: Clock) -> None:
    _, _, codes = await set_up(staff, factors, clock, Role.LEAD)
    other, _, _ = await set_up(staff, factors, clock, Role.COORDINATOR)

    assert await factors.check(await other(), codes[0]) == ""


async def test_who_removes_their_own_is_asked_to_set_up_again_and_other_sessions_end(
    staff: Staff, factors: SecondFactors, clock: Clock, database: Database
) -> None:
    enter, key, _ = await set_up(staff, factors, clock)
    clock.move(seconds=STEP)
    session, other = await enter(), await enter()
    await factors.check(session, key.code(step_of(clock())))

    await factors.remove(session)

    async with database.reading() as connection:
        left = (await connection.execute(select(t.staff_session.c.id))).scalars().all()
    assert left == [session.session_id]
    assert other.session_id not in left
    assert not (await enter()).complete


@pytest.mark.parametrize(
    ("by", "points", "of", "allowed"),
    [
        (Role.LEAD, ["milano"], Role.OPERATOR, True),
        (Role.LEAD, ["milano", "torino"], Role.OPERATOR, True),
        (Role.LEAD, ["torino"], Role.OPERATOR, False),
        (Role.LEAD, ["milano"], Role.LEAD, False),
        (Role.OPERATOR, ["milano"], Role.OPERATOR, False),
        (Role.INTERPRETER, [], Role.OPERATOR, False),
        (Role.CONTENT, [], Role.OPERATOR, False),
        (Role.COORDINATOR, [], Role.OPERATOR, False),
        (Role.COORDINATOR, [], Role.LEAD, False),
        (Role.COORDINATOR, [], Role.INTERPRETER, True),
        (Role.ADMIN, [], Role.LEAD, True),
        (Role.ADMIN, [], Role.ADMIN, True),
    ],
)
async def test_who_may_take_a_lost_one_away(
    staff: Staff, factors: SecondFactors, clock: Clock, by: Role, points: list[str], of: Role, allowed: bool
) -> None:
    enter, _, _ = await set_up(staff, factors, clock, of)
    account = await staff.add("helper", by, points)
    helper = (await entered(staff, "helper", account.password)).member
    session = await enter()

    assert await factors.take_away(helper, session.member.id) is allowed

    fresh = await enter()
    assert (fresh.member.second_factor_at is None) is allowed
    assert await factors.tell_of_reset(fresh.member) is allowed
    assert await factors.tell_of_reset(fresh.member) is False


async def test_nobody_takes_away_their_own_this_way(staff: Staff, factors: SecondFactors, clock: Clock) -> None:
    enter, _, _ = await set_up(staff, factors, clock, Role.ADMIN)
    member = (await enter()).member

    assert await factors.take_away(member, member.id) is False


async def test_a_reset_by_the_command_line_takes_the_second_factor_too(
    staff: Staff, factors: SecondFactors, clock: Clock
) -> None:
    await set_up(staff, factors, clock)

    fresh = await staff.reset("one-lead")

    assert (await entered(staff, "one-lead", fresh.password)).member.second_factor_at is None
