"""Invitations, colleagues, one's own account, the log: on both databases."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot import audit
from bot import tables as t
from bot.db import Database
from bot.staff import Member, Role, SignedIn, Staff
from bot.staff.colleagues import Colleagues, read_member
from bot.staff.invitations import VALID_FOR, Invitations, NotAllowed
from bot.staff.log import PAGE, Log
from bot.staff.own import OwnAccount
from bot.staff.passwords import Passwords, problem_with
from bot.staff.rights import MAKES, RIGHTS, Right
from tests.conftest import Clock
from tests.support.builders import QUICK

GOOD = "three green bicycles"


@pytest.fixture
def staff(database: Database, clock: Clock) -> Staff:
    return Staff(database, clock, QUICK)


@pytest.fixture
def invitations(database: Database, clock: Clock) -> Invitations:
    return Invitations(database, clock, Passwords(QUICK))


@pytest.fixture
def colleagues(database: Database, clock: Clock) -> Colleagues:
    return Colleagues(database, clock)


@pytest.fixture
def own(database: Database, clock: Clock) -> OwnAccount:
    return OwnAccount(database, clock, Passwords(QUICK))


async def hired(staff: Staff, login: str, role: Role, points: list[str]) -> SignedIn:
    account = await staff.add(login, role, points)
    session = await staff.session(await staff.sign_in(login, account.password) or "")
    assert session is not None
    return session


async def member(staff: Staff, login: str, role: Role, points: list[str]) -> Member:
    return (await hired(staff, login, role, points)).member


def test_only_who_works_at_the_desk_has_a_way_to_what_people_wrote() -> None:
    readers = {role for role in Role if not RIGHTS[role].isdisjoint({Right.ANSWER, Right.INTERPRET})}

    assert readers == {Role.OPERATOR, Role.LEAD, Role.INTERPRETER}
    assert all(MAKES[role] == frozenset() or Right.STAFF in RIGHTS[role] for role in Role)


@pytest.mark.parametrize(
    ("by", "points", "role", "at", "allowed"),
    [
        (Role.LEAD, ["milano"], Role.OPERATOR, ["milano"], True),
        (Role.LEAD, ["milano"], Role.OPERATOR, ["torino"], False),
        (Role.LEAD, ["milano"], Role.OPERATOR, ["milano", "torino"], False),
        (Role.LEAD, ["milano"], Role.OPERATOR, [], False),
        (Role.LEAD, ["milano"], Role.LEAD, ["milano"], False),
        (Role.LEAD, ["milano"], Role.INTERPRETER, [], False),
        (Role.LEAD, ["milano"], Role.ADMIN, [], False),
        (Role.OPERATOR, ["milano"], Role.OPERATOR, ["milano"], False),
        (Role.INTERPRETER, [], Role.INTERPRETER, [], False),
        (Role.CONTENT, [], Role.CONTENT, [], False),
        (Role.COORDINATOR, [], Role.LEAD, ["torino"], True),
        (Role.COORDINATOR, [], Role.INTERPRETER, [], True),
        (Role.COORDINATOR, [], Role.OPERATOR, ["torino"], False),
        (Role.COORDINATOR, [], Role.ADMIN, [], False),
        (Role.ADMIN, [], Role.ADMIN, [], True),
        (Role.ADMIN, [], Role.OPERATOR, ["torino"], True),
        (Role.ADMIN, [], Role.OPERATOR, [], False),
    ],
)
async def test_who_may_invite_whom(
    staff: Staff, invitations: Invitations, by: Role, points: list[str], role: Role, at: list[str], allowed: bool
) -> None:
    inviting = await member(staff, "ines", by, points)

    if not allowed:
        with pytest.raises(NotAllowed):
            await invitations.make(inviting, role, at)
        return
    token, made = await invitations.make(inviting, role, at, ["ti"])

    assert (made.role, made.contact_points) == (role, tuple(at))
    assert await invitations.find(token) == made


async def test_an_invitation_makes_one_account_with_its_role_and_points(
    staff: Staff, invitations: Invitations, database: Database
) -> None:
    lead = await member(staff, "ines", Role.LEAD, ["milano", "torino"])
    token, _ = await invitations.make(lead, Role.OPERATOR, ["torino"], ["ar"])

    joined = await invitations.join(token.upper().replace("-", " "), "Yusuf ", GOOD, "it")
    again = await invitations.join(token, "olena", GOOD, "it")

    session = await staff.session(joined.token)
    assert session is not None
    assert (session.member.login, session.member.role) == ("yusuf", Role.OPERATOR)
    assert (session.member.contact_points, session.member.languages) == (("torino",), ("ar",))
    assert (session.member.locale, session.member.terms_at) == ("it", None)
    assert (again.token, again.problem) == ("", "over")
    assert await staff.sign_in("yusuf", GOOD) is not None
    async with database.reading() as connection:
        assert token not in str((await connection.execute(select(t.invitation))).all())


async def test_of_two_who_join_at_once_one_comes_in(staff: Staff, invitations: Invitations) -> None:
    lead = await member(staff, "ines", Role.LEAD, ["milano"])
    token, _ = await invitations.make(lead, Role.OPERATOR, ["milano"])

    joined = await asyncio.gather(*(invitations.join(token, f"person{n}", GOOD, "en") for n in range(3)))

    assert sorted(one.problem for one in joined) == ["", "over", "over"]


async def test_an_invitation_ends_after_a_week_or_when_it_is_withdrawn(
    staff: Staff, invitations: Invitations, clock: Clock
) -> None:
    lead = await member(staff, "ines", Role.LEAD, ["milano"])
    other = await member(staff, "pavel", Role.LEAD, ["torino"])
    kept, first = await invitations.make(lead, Role.OPERATOR, ["milano"])
    gone, second = await invitations.make(lead, Role.OPERATOR, ["milano"])

    assert await invitations.withdraw(other, second.id) is False
    assert await invitations.open_ones(other) == []
    assert await invitations.withdraw(lead, second.id) is True
    assert await invitations.withdraw(lead, second.id) is False
    assert (await invitations.join(gone, "olena", GOOD, "en")).problem == "over"
    assert await invitations.open_ones(lead) == [first]
    clock.now += VALID_FOR

    assert (await invitations.join(kept, "olena", GOOD, "en")).problem == "over"
    assert await invitations.open_ones(lead) == []


@pytest.mark.parametrize(
    ("login", "password", "problem"),
    [
        ("ol", GOOD, "login"),
        ("o" * 41, GOOD, "login"),
        ("ol ena", GOOD, "login"),
        ("ol\x00ena", GOOD, "login"),
        ("INES", GOOD, "taken"),
        ("olena", "short", "short"),
        ("olena", "x" * 201, "long"),
        ("olena", "qwerty123456", "common"),
        ("olena", "Password2026!", "common"),
    ],
)
async def test_what_cannot_be_chosen_leaves_the_invitation_open(
    staff: Staff, invitations: Invitations, login: str, password: str, problem: str
) -> None:
    lead = await member(staff, "ines", Role.LEAD, ["milano"])
    token, made = await invitations.make(lead, Role.OPERATOR, ["milano"])

    assert (await invitations.join(token, login, password, "en")).problem == problem
    assert await invitations.find(token) == made


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        (GOOD, ""),
        ("e5f9-p2qk-77ad", ""),
        ("абвгдежзиклм", ""),
        ("elevenchars", "short"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("12345678901234", "common"),
        ("sunshine20262026", "common"),
        ("1QAZ2WSX3EDC", "common"),
        ("my name is marta", "common"),
        ("81726354918273", "common"),
    ],
)
def test_which_passwords_are_refused(password: str, problem: str) -> None:
    assert problem_with(password, "marta") == problem


async def test_a_lead_sees_the_staff_of_their_own_offices_only(staff: Staff, colleagues: Colleagues) -> None:
    lead = await member(staff, "ines", Role.LEAD, ["milano"])
    await staff.add("marta", Role.OPERATOR, ["milano"])
    await staff.add("both", Role.OPERATOR, ["milano", "torino"])
    await staff.add("pavel", Role.OPERATOR, ["torino"])
    admin = await member(staff, "admin", Role.ADMIN, [])
    operator = await member(staff, "olena", Role.OPERATOR, ["milano"])

    seen = {one.member.login: (one.may_disable, one.may_reset) for one in await colleagues.of(lead)}

    assert seen == {
        "both": (False, False), "ines": (False, False), "marta": (True, True), "olena": (True, True),
    }  # fmt: skip
    assert len(await colleagues.of(admin)) == 6
    assert await colleagues.of(operator) == []


async def test_who_is_disabled_is_out_at_once(staff: Staff, colleagues: Colleagues, database: Database) -> None:
    lead = await member(staff, "ines", Role.LEAD, ["milano"])
    account = await staff.add("marta", Role.OPERATOR, ["milano"])
    token = await staff.sign_in("marta", account.password) or ""
    session = await staff.session(token)
    assert session is not None

    assert await colleagues.disable(lead, session.member.id, sure=False) == ("disabled", ("milano",))

    assert await staff.session(token) is None
    assert await staff.sign_in("marta", account.password) is None
    assert await colleagues.disable(lead, session.member.id, sure=False) == ("not_allowed", ())
    async with database.reading() as connection:
        rows = await connection.execute(select(t.audit).where(t.audit.c.action == "account_disabled"))
        assert [(row.actor, row.contact_point) for row in rows] == [(lead.actor, "milano")]


@pytest.mark.parametrize(
    ("by", "points"), [(Role.LEAD, ["torino"]), (Role.OPERATOR, ["milano"]), (Role.COORDINATOR, []), (Role.CONTENT, [])]
)
async def test_others_close_no_account_of_an_operator(
    staff: Staff, colleagues: Colleagues, by: Role, points: list[str]
) -> None:
    marta = await member(staff, "marta", Role.OPERATOR, ["milano"])
    other = await member(staff, "other", by, points)

    assert await colleagues.disable(other, marta.id, sure=True) == ("not_allowed", ())
    assert await colleagues.disable(other, uuid4(), sure=True) == ("not_allowed", ())
    assert await colleagues.disable(other, other.id, sure=True) == ("not_allowed", ())


async def test_the_last_lead_of_an_office_goes_only_when_it_is_confirmed(staff: Staff, colleagues: Colleagues) -> None:
    admin = await member(staff, "admin", Role.ADMIN, [])
    first = await member(staff, "ines", Role.LEAD, ["milano", "torino"])
    second = await member(staff, "pavel", Role.LEAD, ["milano"])

    assert (await colleagues.disable(admin, first.id, sure=False))[0] == "last_lead"
    assert (await colleagues.disable(admin, second.id, sure=False))[0] == "disabled"
    assert (await colleagues.disable(admin, first.id, sure=True))[0] == "disabled"


async def test_ones_own_sessions_are_listed_and_ended(staff: Staff, own: OwnAccount, clock: Clock) -> None:
    account = await staff.add("marta", Role.OPERATOR, ["milano"])
    other = await hired(staff, "pavel", Role.OPERATOR, ["milano"])
    tokens = []
    for _ in range(3):
        tokens.append(await staff.sign_in("marta", account.password) or "")
        clock.move(minutes=1)
    this = await staff.session(tokens[1], active=False)
    assert this is not None

    listed = await own.sessions(this)
    assert [one.is_this for one in listed] == [False, True, False]
    assert await own.end(this, other.session_id) == 0
    assert await own.end(this, this.session_id) == 0
    assert await own.end(this, listed[0].id) == 1
    assert await own.end(this, None) == 1

    assert [await staff.session(token) is not None for token in tokens] == [False, True, False]
    assert len(await own.sessions(other)) == 1


async def test_a_changed_password_needs_the_old_one_and_ends_the_other_sessions(staff: Staff, own: OwnAccount) -> None:
    account = await staff.add("marta", Role.OPERATOR, ["milano"])
    here, there = [await staff.sign_in("marta", account.password) or "" for _ in range(2)]
    session = await staff.session(here)
    assert session is not None

    assert await own.change_password(session, "wrong", GOOD) == "wrong"
    assert await own.change_password(session, account.password, "short") == "short"
    assert await staff.session(there) is not None
    assert await own.change_password(session, account.password, GOOD) == ""

    assert await staff.session(here) is not None
    assert await staff.session(there) is None
    assert await staff.sign_in("marta", account.password) is None
    assert await staff.sign_in("marta", GOOD) is not None


async def test_an_interpreter_accepts_the_role_with_the_terms(staff: Staff, database: Database, clock: Clock) -> None:
    await staff.accept_terms(await member(staff, "senait", Role.INTERPRETER, []))
    await staff.accept_terms(await member(staff, "marta", Role.OPERATOR, ["milano"]))

    async with database.reading() as connection:
        rows = {row.login: row.interprets_at for row in await connection.execute(select(t.staff))}
    assert rows == {"senait": clock(), "marta": None}


async def test_the_log_of_a_day_in_pages_each_as_far_as_it_concerns_them(
    staff: Staff, database: Database, clock: Clock
) -> None:
    lead = await member(staff, "ines", Role.LEAD, ["milano"])
    admin = await member(staff, "admin", Role.ADMIN, [])
    marta, case = await member(staff, "marta", Role.OPERATOR, ["milano"]), uuid4()
    begun = clock.now
    clock.move(hours=2)
    async with database.transaction() as connection:
        for number in range(PAGE + 5):
            at = clock() + timedelta(seconds=number)
            await audit.note(connection, f"operator:{marta.id}", "handoff.take", str(case), "milano", at)
        await audit.note(connection, marta.actor, "handoff.take", str(case), "torino", clock())
        await audit.note(connection, "system", "account_made", str(marta.id), "", clock())
    log, day = Log(database), clock().date()

    first, more = await log.read(lead, day, "Europe/Rome", 0)
    second, done = await log.read(lead, day, "Europe/Rome", 1)

    assert (len(first), more, done) == (PAGE, True, False)
    taken = [one for one in (*first, *second) if one.action == "handoff.take"]
    assert {(one.who, one.object, one.contact_point) for one in taken} == {("marta", case.hex[-4:].upper(), "milano")}
    assert len(taken) == PAGE + 5
    assert first == sorted(first, key=lambda one: one.at, reverse=True)
    of_accounts, _ = await log.read(admin, day, "Europe/Rome", 0)
    assert {one.action for one in of_accounts} <= {"signed_in", "account_made"}
    assert "marta" in {one.object for one in of_accounts}
    assert (await log.read(lead, (begun - timedelta(days=1)).date(), "Europe/Rome", 0))[0] == []


async def test_an_account_is_read_by_its_id(staff: Staff, database: Database) -> None:
    marta = await member(staff, "marta", Role.OPERATOR, ["milano"])

    async with database.reading() as connection:
        assert await read_member(connection, marta.id) == marta
        assert await read_member(connection, uuid4()) is None


async def test_what_somebody_made_whose_account_is_closed_lets_nobody_in(
    staff: Staff, invitations: Invitations, colleagues: Colleagues
) -> None:
    ines = await member(staff, "ines", Role.LEAD, ["milano"])
    carla = await member(staff, "carla", Role.COORDINATOR, [])
    token, _ = await invitations.make(ines, Role.OPERATOR, ["milano"])

    await colleagues.disable(carla, ines.id, sure=True)

    assert await invitations.find(token) is None
    assert (await invitations.join(token, "ines2", GOOD, "en")).problem == "over"
    assert await invitations.open_ones(carla) == []
