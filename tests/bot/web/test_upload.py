"""Forms with a file: within limits of size, of parts and of how many are read at once."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from aiohttp import ClientResponse, FormData

from bot.web import upload
from bot.web.upload import Busy, Uploads
from tests.bot.web.site import SAME, Browser, Site, taken

MULTIPART = SAME | {"Content-Type": "multipart/form-data; boundary=x"}


def test_each_sender_has_few_places_and_all_together_not_many() -> None:
    uploads = Uploads(most=3, each=2)

    with uploads.place("a"), uploads.place("a"):
        with pytest.raises(Busy), uploads.place("a"):
            pass
        with uploads.place("b"), pytest.raises(Busy), uploads.place("c"):
            pass
    with uploads.place("a"):
        pass


async def _posts(marta: Browser, case: UUID, body: AsyncIterator[bytes]) -> ClientResponse:
    path = f"/desk/c/{case}/file"
    return await marta.client.post(path, data=body, headers=MULTIPART, allow_redirects=False)


async def test_a_form_of_endless_parts_is_refused(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    sent = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 20_000:
            sent += 1
            yield b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\n\r\n' % sent

    answer = await _posts(marta, case, parts())

    assert answer.status == 400


async def test_a_file_that_comes_too_slowly_is_given_up(
    site: Site, marta: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "_LONGEST", 0.2)
    case = await taken(site, marta)

    async def parts() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nabc'
        await asyncio.sleep(1)

    assert (await _posts(marta, case, parts())).status == 408


async def test_a_form_in_parts_without_a_file_is_a_form_like_others(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    html = await marta.opens(f"/desk/c/{case}")
    csrf = html.split('name="csrf" value="')[1].split('"')[0]
    form = FormData({"csrf": csrf, "form": "f", "text": "Good day"}, default_to_multipart=True)

    answer = await marta.client.post(f"/desk/c/{case}/reply", data=form, headers=SAME, allow_redirects=False)

    assert (answer.status, "Good day" in await marta.opens(f"/desk/c/{case}")) == (303, True)


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/join", "/desk/away", "/chat/send"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nabc"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Transfer-Encoding: odd\r\n\r\nabc\r\n--x--"),
        ("application/x-www-form-urlencoded; charset=utf-99", b"a=b"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe"),
    ],
)
async def test_a_broken_form_breaks_nothing(site: Site, marta: Browser, path: str, kind: str, body: bytes) -> None:
    answer = await marta.client.post(path, data=body, headers=SAME | {"Content-Type": kind}, allow_redirects=False)

    assert 400 <= answer.status < 500
