"""The whole service with one operator at the desk and people on both platforms, for files on their whole road."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from aiohttp import FormData
from aiohttp.test_utils import TestClient
from sqlalchemy import select

from bot import tables as t
from bot.demo import DemoOperator
from tests.fakes.record import Heard
from tests.support.house import House

OLENA, YUSUF = "4242", "393331234567"


SAME = {"Sec-Fetch-Site": "same-origin"}


_STARTED = datetime.now(UTC)


CSRF, _FORM = re.compile(r'name="csrf" value="([0-9a-f]+)"'), re.compile(r'name="form" value="([^"]+)"')


def morning() -> datetime:
    """A clock that runs, on a Wednesday at 10 in Rome."""
    return datetime(2026, 11, 18, 9, 0, tzinfo=UTC) + (datetime.now(UTC) - _STARTED)


@dataclass
class Desk:
    """An operator's browser."""

    home: House
    client: TestClient[Any, Any]
    marta: DemoOperator
    case: UUID | None = None

    async def takes(self) -> UUID:
        await self.marta.act("take")
        await self.home.settled()
        self.case = await self.home_case("assigned")
        return self.case

    async def home_case(self, state: str) -> UUID:
        async with self.home.service.database.reading() as connection:
            row: UUID = (await connection.execute(select(t.case.c.id).where(t.case.c.state == state))).scalar_one()
            return row

    async def reads(self) -> str:
        return await (await self.client.get(f"/desk/c/{self.case}")).text()

    async def sends(self, content: bytes) -> str:
        """Send a file from the page of the case; return where the answer leads."""
        html = await self.reads()
        csrf, form = CSRF.search(html), _FORM.search(html)
        assert csrf
        assert form
        body = FormData({"csrf": csrf[1], "form": form[1]})
        body.add_field("file", BytesIO(content), filename="letter of Gastone.pdf")
        path = f"/desk/c/{self.case}/file"
        answer = await self.client.post(path, data=body, headers=SAME, allow_redirects=False)
        await self.home.settled()
        return answer.headers["Location"].rpartition("/")[2].removeprefix(str(self.case))

    async def opens(self, row: UUID, **headers: str) -> Any:
        return await self.client.get(f"/desk/c/{self.case}/file/{row}", headers=headers)


@dataclass
class Town:
    """The house with one operator at the desk."""

    home: House
    desk: Desk
    shown: dict[str, int] = field(default_factory=dict)

    async def asks_for_a_person(self, *, share: bool = True, taken: bool = True) -> None:
        """Olena asks for a person on Telegram and agrees to what is asked."""
        telegram = self.home.telegram
        await telegram.says(OLENA, "/person", "en")
        await self.home.settled()
        for button in ("city:skip", "h:accept:demo-office", f"h:share:{'yes' if share else 'no'}"):
            await telegram.taps(OLENA, button)
            await self.home.settled()
        if taken:
            await self.desk.takes()

    async def attachments(self) -> list[Any]:
        async with self.home.service.database.reading() as connection:
            return list((await connection.execute(select(t.attachment).order_by(t.attachment.c.created_at))).all())

    async def the_only(self, state: str = "ready") -> Any:
        (row,) = await self.attachments()
        assert row.state == state, row.reason
        return row

    def last(self) -> Heard:
        return self.home.telegram.heard(OLENA)[-1]
