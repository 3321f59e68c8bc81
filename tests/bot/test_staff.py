"""Accounts, passwords, sessions: on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.db import Database
from bot.model.errors import SettingsError
from bot.staff import IDLE, LONGEST, Role, Staff
from tests.conftest import Clock
from tests.support.builders import QUICK


@pytest.fixture
def staff(database: Database, clock: Clock) -> Staff:
    return Staff(database, clock, QUICK)


async def test_the_first_accounts_are_made_once(staff: Staff, database: Database) -> None:
    made = await staff.make_first_accounts("demo-office")

    async with database.reading() as connection:
        rows = {row.login: row for row in (await connection.execute(select(t.staff))).all()}
    assert [(account.login, account.role) for account in made] == [
        ("operator", "operator"), ("admin", "admin"), ("editor", "content"), ("reviewer", "content"),
    ]  # fmt: skip
    assert made[0].password != made[1].password
    assert made[0].password not in repr(made)
    assert rows["operator"].contact_points == ["demo-office"]
    assert rows["admin"].contact_points == []
    assert rows["operator"].password.startswith("$argon2id$")
    assert await staff.make_first_accounts("demo-office") == []


async def test_a_session_opens_with_the_password_and_is_known_by_its_token(staff: Staff, clock: Clock) -> None:
    account = await staff.add("Marta ", Role.OPERATOR, ["milano"], "it")

    token = await staff.sign_in(" marta", account.password)

    assert token is not None
    session = await staff.session(token)
    assert session is not None
    assert session.member.contact_points == ("milano",)
    assert session.member.role is Role.OPERATOR
    assert session.member.locale == "it"
    assert len(session.csrf) == 64
    assert "marta" not in repr(session)


async def test_neither_token_nor_password_is_in_the_database(staff: Staff, database: Database) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    token = await staff.sign_in("marta", account.password)
    assert token is not None

    async with database.reading() as connection:
        rows = [tuple(row) for table in (t.staff, t.staff_session) for row in await connection.execute(select(table))]

    assert token not in str(rows)
    assert token.encode() not in [value for row in rows for value in row]
    assert account.password not in str(rows)


@pytest.mark.parametrize(("login", "right"), [("marta", False), ("nobody", True), ("", False)])
async def test_what_is_wrong_opens_nothing(staff: Staff, login: str, right: bool) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])

    assert await staff.sign_in(login, account.password if right else "wrong") is None
    assert await staff.session("no-token") is None


async def test_a_login_is_taken_once(staff: Staff) -> None:
    await staff.add("marta", Role.OPERATOR, [])

    with pytest.raises(SettingsError, match="is taken"):
        await staff.add("MARTA", Role.ADMIN, [])


async def test_a_session_ends_after_thirty_idle_minutes(staff: Staff, clock: Clock) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    token = await staff.sign_in("marta", account.password) or ""

    clock.now += IDLE - timedelta(seconds=1)
    assert await staff.session(token, active=False) is not None
    assert await staff.session(token) is not None
    clock.now += IDLE - timedelta(seconds=1)
    assert await staff.session(token) is not None
    clock.now += IDLE
    assert await staff.session(token) is None


async def test_what_a_page_does_by_itself_keeps_no_session_alive(staff: Staff, clock: Clock) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    token = await staff.sign_in("marta", account.password) or ""

    for _ in range(5):
        clock.now += timedelta(minutes=7)
        last = await staff.session(token, active=False)

    assert last is None


async def test_a_session_ends_after_twelve_hours_in_any_case(staff: Staff, clock: Clock) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    token = await staff.sign_in("marta", account.password) or ""
    begun = clock.now

    while clock.now < begun + LONGEST - timedelta(minutes=20):
        clock.now += timedelta(minutes=20)
        assert await staff.session(token) is not None
    clock.now += timedelta(minutes=20)

    assert await staff.session(token) is None


async def test_a_reset_gives_a_new_password_and_ends_all_sessions(staff: Staff) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    token = await staff.sign_in("marta", account.password) or ""

    fresh = await staff.reset("marta")

    assert await staff.session(token) is None
    assert await staff.sign_in("marta", account.password) is None
    assert await staff.sign_in("marta", fresh.password) is not None


async def test_a_closed_account_opens_nothing(staff: Staff) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    token = await staff.sign_in("marta", account.password) or ""

    await staff.disable("marta")

    assert await staff.session(token) is None
    assert await staff.sign_in("marta", account.password) is None


@pytest.mark.parametrize("action", ["reset", "disable"])
async def test_an_unknown_login_is_named(staff: Staff, action: str) -> None:
    with pytest.raises(SettingsError, match="no login 'nobody'"):
        await getattr(staff, action)("nobody")


async def test_who_signs_out_everywhere_is_no_longer_here(staff: Staff, database: Database) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    sessions = [await staff.session(await staff.sign_in("marta", account.password) or "") for _ in range(2)]
    seen = []

    for session in sessions:
        assert session is not None
        await staff.sign_out(session)
        async with database.reading() as connection:
            seen.append((await connection.execute(select(t.staff.c.seen_at))).scalar())

    assert seen[0] is not None
    assert seen[1] is None


async def test_the_terms_are_accepted_once(staff: Staff, clock: Clock, database: Database) -> None:
    account = await staff.add("marta", Role.OPERATOR, [])
    token = await staff.sign_in("marta", account.password) or ""
    session = await staff.session(token)
    assert session is not None
    assert session.member.terms_at is None
    first = clock.now

    await staff.accept_terms(session.member)
    clock.move(minutes=5)
    await staff.accept_terms(session.member)

    again = await staff.session(token)
    assert again is not None
    assert again.member.terms_at == first
    async with database.reading() as connection:
        actions = (await connection.execute(select(t.audit.c.action).order_by(t.audit.c.at))).scalars().all()
    assert actions.count("terms_accepted") == 1
