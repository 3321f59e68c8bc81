"""README's way: start, read the passwords, sign in with each; nobody needs a phone to try it on their own machine."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.assemble import build
from bot.channels.console import ConsoleChannel
from bot.serve import show_first_accounts
from bot.service import Service
from bot.settings import load_settings
from bot.web.app import create_app
from bot.web_context import make_context
from tests.bot.web.site import SAME
from tests.conftest import Clock
from tests.support.service import ROOT

_SHOWN = re.compile(r"^ +(\w+) +(\S+) +\((\w+)\)$", re.M)
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@pytest.fixture
async def service(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Service]:
    """The service as it is configured out of the box, without Rasa."""
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    settings = replace(load_settings(ROOT, {}), data_dir=tmp_path, database=f"sqlite:///{tmp_path}/guichet.db")
    made = await build(settings, clock, (ConsoleChannel("web"),))
    yield made
    await made.close()


@pytest.mark.slow
async def test_the_first_accounts_come_in_without_a_phone(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    await show_first_accounts(service)
    shown = {login: (password, role) for login, password, role in _SHOWN.findall(capsys.readouterr().out)}
    met = {}

    for login, (password, _) in shown.items():
        server = TestServer(create_app(make_context(service)))
        async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as browser:
            form = {"login": login, "password": password}
            answer = await browser.post("/desk/sign-in", data=form, headers=SAME)
            html, places = await answer.text(), [answer.url.path]
            if "Go on without it" in html:
                csrf = _CSRF.search(html)
                assert csrf is not None
                path = "/desk/second-factor/set-up/skip"
                answer = await browser.post(path, data={"csrf": csrf[1]}, headers=SAME)
                places.append(answer.url.path)
            met[login] = (answer.status, places)

    assert {login: role for login, (_, role) in shown.items()} == {
        "operator": "operator", "admin": "admin", "editor": "content", "reviewer": "content",
    }  # fmt: skip
    assert met["operator"] == (200, ["/desk"])
    assert met["admin"] == (200, ["/desk/second-factor/set-up", "/desk/staff"])
    assert met["editor"] == met["reviewer"] == (200, ["/desk/second-factor/set-up", "/studio"])
