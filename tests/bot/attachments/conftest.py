"""The town of the tests with files."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient

from bot.demo import DemoOperator
from bot.staff.passwords import Passwords
from tests.bot.attachments.town import SAME, Desk, Town, morning
from tests.support.builders import QUICK
from tests.support.house import house


@pytest.fixture
async def town(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    address = f"sqlite:///{tmp_path}/guichet.db"
    async with house(tmp_path, address, clock=morning, demo_hours="24/7", file_megabytes=1) as home:
        home.service.staff.passwords = Passwords(QUICK)
        accounts = await home.service.staff.make_first_accounts("demo-office")
        password = next(one.password for one in accounts if one.login == "operator")
        marta = await DemoOperator.make(home.service)
        client: TestClient[Any, Any] = TestClient(home.server, cookie_jar=CookieJar(unsafe=True))
        async with client:
            form = {"login": "operator", "password": password}
            await client.post("/desk/sign-in", data=form, headers=SAME, allow_redirects=False)
            yield Town(home, Desk(home, client, marta))
