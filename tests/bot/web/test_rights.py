"""Every address as everybody: each role, signed out, closed, without the second factor, without the terms."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient
from sqlalchemy import select, update

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.staff import Role, Staff
from bot.staff.accounts import open_session
from bot.staff.rights import must_have_second_factor
from tests.bot.web.rights import OTHERS, OUTSIDE, ROLES, ROUTES, markdown, passes, routes_of
from tests.bot.web.site import OFFICE, SAME, Site, open_site
from tests.conftest import Clock
from tests.support.builders import QUICK

ANY_ID = UUID("01890000-0000-7000-8000-000000000001")
# Whoever is through with them is led on, also to the page that the test takes for a refusal.
LEADS_ON = {
    "GET /desk/sign-in", "POST /desk/sign-out", "GET /desk/second-factor", "POST /desk/second-factor",
    "POST /desk/account/codes",
}  # fmt: skip
DOCS = Path(__file__).parents[3] / "docs" / "rights.md"


@pytest.fixture
async def strict(sqlite: Database, ring: KeyRing, clock: Clock) -> AsyncIterator[Site]:
    """A site on which roles must have a second factor as they do by default."""
    staff = Staff(sqlite, clock, QUICK, must_have_second_factor("by_role"))
    async with open_site(sqlite, ring, clock, staff=staff) as made:
        yield made


class Visitor:
    """Somebody who asks every address with a fresh session of one account."""

    def __init__(self, site: Site, who: str) -> None:
        self.site = site
        self.who = who
        self.staff_id = ANY_ID
        self.client: TestClient[Any, Any] = TestClient(site.server, cookie_jar=DummyCookieJar())
        site.clients.append(self.client)

    async def asks(self, route: str) -> str:
        """Return what they meet."""
        token, csrf = await self._session()
        method, _, path = route.partition(" ")
        path = _filled(path)
        headers = SAME | {"Cookie": f"guichet-desk={token}"}
        answer = await self.client.request(
            method, path, headers=headers, data={"csrf": csrf} if method == "POST" else None, allow_redirects=False
        )
        async with answer:
            return await _met(answer)

    async def hired(self) -> None:
        """Make the account."""
        if self.who == "signed out":
            return
        role = Role(self.who) if self.who in ROLES else Role.LEAD if self.who.endswith("set up") else Role.OPERATOR
        login = self.who.replace(" ", "-")
        await self.site.hire(login, role, [OFFICE.id] if role in {Role.OPERATOR, Role.LEAD} else [])
        async with self.site.context.database.reading() as connection:
            self.staff_id = (
                await connection.execute(select(t.staff.c.id).where(t.staff.c.login == login))
            ).scalar_one()

    async def _session(self) -> tuple[str, str]:
        """Open a session as this kind of visitor has it."""
        if self.who == "signed out":
            return "no-token", "no-token"
        clock = self.site.clock
        async with self.site.context.database.transaction() as connection:
            token, session_id = await open_session(connection, self.staff_id, clock())
            given = None if self.who in {"second factor not given", "second factor not set up"} else clock()
            mine = t.staff_session.c.id == session_id
            await connection.execute(update(t.staff_session).where(mine).values(second_factor_at=given))
            csrf = (await connection.execute(select(t.staff_session.c.csrf).where(mine))).scalar_one()
            stands: dict[str, Any] = {
                "terms_at": None if self.who == "terms not accepted" else clock(),
                "disabled_at": clock() if self.who == "account closed" else None,
                "totp_at": clock() if self.who == "second factor not given" else None,
            }
            if self.who == "second factor not given":
                sealed = self.site.context.ring.seal("staff", "totp", self.staff_id, "A" * 32)
                stands["totp"] = sealed
            await connection.execute(update(t.staff).where(t.staff.c.id == self.staff_id).values(**stands))
        return token, csrf


def _filled(path: str) -> str:
    """Return an address with something in each of its places."""
    return re.sub(r"\{[^}]+\}", str(ANY_ID), path.replace("{deed}", "lift"))


async def _met(answer: ClientResponse) -> str:
    place = answer.headers.get("Location", "")
    if answer.status == 303 and place == "/desk/sign-in":
        return "sign in"
    if answer.status == 303 and place.startswith("/desk/second-factor"):
        return "second factor"
    if answer.status == 303 and place == "/desk/terms":
        return "terms"
    if answer.status == 403 and "Your account has no desk" in await answer.text():
        return "refused"
    assert answer.status < 500
    return "opens"


def test_every_address_is_in_the_table(strict: Site) -> None:
    found = set(routes_of(strict.server.app))

    assert found == ROUTES.keys() | OUTSIDE.keys()


@pytest.mark.slow
@pytest.mark.parametrize("who", [*ROLES, *OTHERS])
async def test_every_address_opens_for_those_who_may_and_for_nobody_else(strict: Site, who: str) -> None:
    visitor = Visitor(strict, who)
    await visitor.hired()

    met = {route: await visitor.asks(route) for route in ROUTES if route not in LEADS_ON}

    assert met == {route: passes(who, guard) for route, guard in ROUTES.items() if route not in LEADS_ON}


async def test_a_form_without_the_sessions_token_is_refused_everywhere(strict: Site) -> None:
    visitor = Visitor(strict, "lead")
    await visitor.hired()
    forms = [route for route, guard in ROUTES.items() if route.startswith("POST") and guard != "everybody"]

    for route in forms:
        token, _ = await visitor._session()
        path = _filled(route.removeprefix("POST "))
        answer = await visitor.client.post(path, headers=SAME | {"Cookie": f"guichet-desk={token}"}, data={"csrf": "0"})

        assert (route, answer.status) == (route, 403)
        assert "no longer valid" in await answer.text()


def test_the_table_in_the_documentation_is_this_one(strict: Site) -> None:
    table = markdown(routes_of(strict.server.app))
    if os.environ.get("GUICHET_WRITE_DOCS"):
        DOCS.write_text(table, encoding="utf-8")

    assert DOCS.read_text(encoding="utf-8") == table
