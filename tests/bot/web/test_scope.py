"""The contact point is the boundary: every address of the desk, asked for what belongs to another office."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from bot import tables as t
from bot.model.ids import new_id
from bot.staff import Role
from tests.bot.web.rights import ROUTES
from tests.bot.web.site import OFFICE, OTHER_OFFICE, Browser, Site, taken

WORDS = ("my boss does not pay me", "a note among colleagues", "Bring your contract.")
KEPT = (t.case, t.conversation, t.note, t.attachment, t.callback, t.message, t.outbox, t.invitation, t.point_setting)
STRANGERS = {
    "lead of another office": (Role.LEAD, [OTHER_OFFICE.id]),
    "operator of another office": (Role.OPERATOR, [OTHER_OFFICE.id]),
    "operator of no office": (Role.OPERATOR, []),
    "interpreter of no such language": (Role.INTERPRETER, []),
    "colleague who did not take it": (Role.OPERATOR, [OFFICE.id]),
}
NAMED = [
    route for route in ROUTES if "{" in route and "/studio" not in route
]  # nothing of the studio belongs to a case


async def _belongings(site: Site, marta: Browser, case: UUID) -> dict[str, str]:
    """Put everything that can belong to a case there; return the ids by the names under which addresses ask for them."""
    await marta.acts(f"/desk/c/{case}/note", note="a note among colleagues", form="n")
    await marta.answers(case, "Bring your contract.")
    (row,), now = await site.rows(t.case), site.clock()
    assert len(await site.rows(t.note)) == 1
    file_id, call_id, invitation = new_id(), new_id(), new_id()
    ring = site.context.ring
    async with site.context.database.transaction() as connection:
        await connection.execute(
            insert(t.attachment).values(
                id=file_id, conversation_id=row.conversation_id, case_id=case, author="person", kind="photo",
                mime="image/png", size=1, payload=ring.seal("attachment", "payload", file_id, "x"), state="ready",
                not_before=now, created_at=now, erase_at=now,
            )
        )  # fmt: skip
        await connection.execute(
            insert(t.callback).values(
                id=call_id, conversation_id=row.conversation_id, case_id=case, asked_at=now,
                number=ring.seal("callback", "number", call_id, "+390212345678"),
            )
        )  # fmt: skip
        holder = (await connection.execute(select(t.staff.c.id).where(t.staff.c.login == "marta2"))).scalar_one()
        await connection.execute(
            insert(t.invitation).values(
                id=invitation, token_hash=b"0" * 32, role="operator", contact_points=[OFFICE.id], languages=[],
                locale="en", made_by=holder, made_at=now, expires_at=now.replace(year=now.year + 1),
            )
        )  # fmt: skip
        outbox = (await connection.execute(select(t.outbox.c.id).order_by(t.outbox.c.seq.desc()).limit(1))).scalar_one()
        await connection.execute(update(t.outbox).where(t.outbox.c.id == outbox).values(state="rejected"))
    return {
        "case": str(case), "conversation": str(row.conversation_id), "deed": "lift", "file": str(file_id),
        "invitations": str(invitation), "staff": str(holder), "call": str(call_id), "outbox": str(outbox),
    }  # fmt: skip


def _address(route: str, ids: dict[str, str]) -> str:
    """Return the address with the ids of what is not theirs."""
    path = route.partition(" ")[2]
    for part in ("case", "conversation", "deed"):
        path = path.replace(f"{{{part}}}", ids[part])
    return re.sub(r"/(file|invitations|staff)/\{id\}", lambda found: f"/{found[1]}/{ids[found[1]]}", path)


async def _state(site: Site) -> dict[str, Any]:
    """Everything of the case, and which accounts are closed."""
    kept = {table.name: await site.rows(table) for table in KEPT}
    return kept | {"staff": {row.login: (row.disabled_at, row.totp_at) for row in await site.rows(t.staff)}}


@pytest.mark.slow
@pytest.mark.parametrize("who", STRANGERS)
async def test_no_address_shows_or_changes_what_belongs_to_others(
    site: Site, person: Browser, marta: Browser, who: str
) -> None:
    ids = await _belongings(site, marta, await taken(site, marta))
    role, points = STRANGERS[who]
    stranger = await site.browser()
    account = await site.hire("stranger", role, points)
    await stranger.signs_in(account)
    me = next(row.id for row in await site.rows(t.staff) if row.login == "stranger")
    fields = {
        "text": "let me in", "note": "let me in", "form": "f", "sure": "1", "colleague": str(me), "point": OTHER_OFFICE.id,
        "call": ids["call"], "result": "reached", "outbox": ids["outbox"],
    }  # fmt: skip
    before = await _state(site)

    for route in NAMED:
        path = _address(route, ids)
        assert "{" not in path
        if route.startswith("GET"):
            answer = await stranger.client.get(path, allow_redirects=False)
        else:
            answer = await stranger.acts(path, **fields)
        html = await answer.text()
        assert answer.status < 500, route
        assert not any(word in html for word in (*WORDS, "+390212345678")), route
        assert answer.status in {303, 400, 403, 404, 409}, route
        assert await _state(site) == before, route


async def test_the_list_of_an_office_names_nothing_of_another(site: Site, person: Browser, marta: Browser) -> None:
    ids = await _belongings(site, marta, await taken(site, marta))
    stranger = await site.browser()
    await stranger.signs_in(await site.hire("stranger", Role.LEAD, [OTHER_OFFICE.id]))

    pages = [await stranger.opens(path) for path in ("/desk", "/desk/staff", "/desk/log", "/desk/protocol")]

    for html in pages:
        assert not any(one in html for one in (*WORDS, *ids.values(), "marta2") if one != "lift")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN, Role.CONTENT])
async def test_who_manages_reads_no_word_and_no_card_anywhere(
    site: Site, person: Browser, marta: Browser, role: Role
) -> None:
    ids = await _belongings(site, marta, await taken(site, marta))
    manager = await site.browser()
    await manager.signs_in(await site.hire("manager", role, [OFFICE.id]))

    for route in ROUTES:
        if route.startswith("GET"):
            answer = await manager.client.get(_address(route, ids))
            page = (await answer.read()).decode(errors="replace")  # an archive, too
            card = () if "/studio" in route else ("labour_rights", "Work and pay")  # there they are the content's own
            assert not any(word in page for word in (*WORDS, *card, ids["case"])), route
