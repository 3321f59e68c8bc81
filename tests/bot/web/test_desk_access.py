"""Who gets where at the desk: every route against every role, forms, cookies, signing in and out."""

import re
from dataclasses import replace
from uuid import UUID

import pytest

from bot import tables as t
from bot.buckets import Rate
from bot.crypto import KeyRing
from bot.db import Database
from bot.staff import Role
from bot.web.limits import Rates
from tests.bot.web.site import OFFICE, OTHER_OFFICE, SAME, Browser, Site, open_site
from tests.conftest import Clock

CASE = UUID("01890000-0000-7000-8000-000000000001")
READ = ["/desk", f"/desk/c/{CASE}", "/desk/events"]
WRITE = [f"/desk/c/{CASE}/{deed}" for deed in ("take", "reply", "again", "give-back", "close")] + [
    "/desk/away", "/desk/here",
]  # fmt: skip


async def enter(site: Site, who: str) -> Browser:
    """Return the browser of somebody of this kind."""
    browser = await site.browser()
    if who != "nobody":
        role = Role.OPERATOR if who == "without terms" else Role(who)
        account = await site.hire(role=role, terms=who != "without terms")
        await browser.signs_in(account)
    return browser


@pytest.mark.parametrize("who", ["nobody", "without terms", "coordinator", "content", "admin"])
@pytest.mark.parametrize("path", READ)
async def test_only_an_operator_who_accepted_the_terms_reads(site: Site, who: str, path: str) -> None:
    browser = await enter(site, who)

    answer = await browser.client.get(path, allow_redirects=False)

    if who == "nobody":
        assert (answer.status, answer.headers["Location"]) == (303, "/desk/sign-in")
    elif who == "without terms":
        assert (answer.status, answer.headers["Location"]) == (303, "/desk/terms")
    else:
        assert answer.status == 403
        assert "Your account has no desk" in await answer.text()


@pytest.mark.parametrize("who", ["nobody", "without terms", "coordinator", "content", "admin"])
@pytest.mark.parametrize("path", WRITE)
async def test_only_an_operator_who_accepted_the_terms_acts(site: Site, who: str, path: str) -> None:
    browser = await enter(site, who)

    answer = await browser.acts(path, text="hello", form="1", outbox=str(CASE))

    if who == "nobody" and path.endswith("/reply"):
        assert (answer.status, "hello</textarea>" in await answer.text()) == (401, True)
    elif who == "nobody":
        assert (answer.status, answer.headers["Location"]) == (303, "/desk/sign-in")
    elif who == "without terms":
        assert (answer.status, answer.headers["Location"]) == (303, "/desk/terms")
    else:
        assert answer.status == 403


@pytest.mark.parametrize("path", [*WRITE, "/desk/sign-out", "/desk/terms"])
@pytest.mark.parametrize("csrf", ["", "wrong", None])
async def test_a_form_without_the_sessions_token_is_refused(site: Site, path: str, csrf: str | None) -> None:
    browser = await enter(site, "operator")

    answer = await browser.posts(path, {} if csrf is None else {"csrf": csrf})

    assert answer.status == 403


async def test_the_token_of_another_session_is_refused(site: Site) -> None:
    account = await site.hire()
    browser, other = await site.browser(), await site.browser()
    await browser.signs_in(account)
    await other.signs_in(account)
    token = re.search(r'name="csrf" value="(\w+)"', await other.opens("/desk"))
    assert token is not None

    answer = await browser.posts("/desk/away", {"csrf": token[1], "away": "1"})

    assert answer.status == 403


@pytest.mark.parametrize("case", ["x", "00000000-0000-0000-0000-00000000000g"])
async def test_a_case_that_is_none_is_not_found(site: Site, case: str) -> None:
    browser = await enter(site, "operator")

    assert (await browser.client.get(f"/desk/c/{case}")).status == 404
    assert (await browser.acts(f"/desk/c/{case}/take")).status == 404


async def test_the_stream_and_the_live_page_are_refused_without_a_redirect(site: Site) -> None:
    browser = await site.browser()

    stream = await browser.client.get("/desk/events", headers={"Accept": "text/event-stream"})
    live = await browser.client.get("/desk", headers={"X-Live": "1"})

    assert (stream.status, live.status) == (401, 401)


async def test_signing_in_gives_a_strict_cookie_that_ends_with_the_browser(site: Site) -> None:
    account = await site.hire()
    browser = await site.browser()

    answer = await browser.signs_in(account)

    (cookie,) = answer.headers.getall("Set-Cookie")
    assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    assert cookie.startswith("guichet-desk=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age" not in cookie


async def test_behind_tls_the_cookie_is_bound_to_the_host(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with open_site(sqlite, ring, clock, public_https=True) as site:
        account = await site.hire()

        answer = await (await site.browser()).signs_in(account)

        assert answer.headers["Set-Cookie"].startswith("__Host-guichet-desk=")
        assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("login", "password"), [("marta", "wrong"), ("nobody", "x"), ("", ""), ("a\x00b", "x")])
async def test_a_wrong_password_is_said_without_saying_what_was_wrong(site: Site, login: str, password: str) -> None:
    await site.hire()
    browser = await site.browser()

    answer = await browser.posts("/desk/sign-in", {"login": login, "password": password})

    assert answer.status == 401
    assert "The login or the password is wrong." in await answer.text()
    assert "Set-Cookie" not in answer.headers


async def test_too_many_tries_must_wait_even_with_the_right_password(
    sqlite: Database, ring: KeyRing, clock: Clock
) -> None:
    async with open_site(sqlite, ring, clock, rates=Rates(login=Rate(1 / 60, 2))) as site:
        account = await site.hire()
        browser = await site.browser()
        for _ in range(2):
            await browser.signs_in(replace(account, password="wrong"))  # noqa: S106

        answer = await browser.signs_in(account)

        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Too many tries" in await answer.text()


async def test_a_session_that_ended_says_so(site: Site) -> None:
    browser = await enter(site, "operator")
    site.clock.move(minutes=31)

    html = await browser.opens("/desk")

    assert "You were signed out." in html


async def test_who_is_signed_in_needs_no_form(site: Site) -> None:
    browser = await enter(site, "operator")

    answer = await browser.client.get("/desk/sign-in", allow_redirects=False)

    assert answer.headers["Location"] == "/desk"


async def test_the_terms_come_first_and_once(site: Site) -> None:
    browser = await enter(site, "without terms")

    assert "Before you start" in await browser.opens("/desk")
    accepted = await browser.acts("/desk/terms")

    assert accepted.headers["Location"] == "/desk"
    assert "Nobody waits now." in await browser.opens("/desk/terms")


async def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    browser = await enter(site, "operator")
    token = browser.cookie("guichet-desk")

    answer = await browser.acts("/desk/sign-out")

    browser.client.session.cookie_jar.update_cookies({"guichet-desk": token})
    assert answer.headers["Location"] == "/desk/sign-in"
    assert (await browser.client.get("/desk", allow_redirects=False)).status == 303
    assert await site.rows(t.staff_session) == []


async def test_whoever_holds_conversations_is_asked_before_signing_out(site: Site) -> None:
    browser = await enter(site, "operator")
    await (await site.browser()).says("hello")
    case = await site.wants_a_person()
    await browser.acts(f"/desk/c/{case}/take")

    asked = await browser.acts("/desk/sign-out")
    sure = await browser.acts("/desk/sign-out", sure="1")

    (row,) = await site.rows(t.case)
    assert "You still have 1 conversations." in await asked.text()
    assert sure.headers["Location"] == "/desk/sign-in"
    assert (row.state, row.operator_id) == ("waiting", None)


async def test_the_desk_speaks_the_language_of_the_member(site: Site) -> None:
    account = await site.hire(locale="el")
    browser = await site.browser()
    await browser.signs_in(account)

    html = await browser.opens("/desk")

    assert '<html lang="el"' in html
    assert "Κανείς δεν περιμένει τώρα." in html


async def test_the_sign_in_page_speaks_the_browsers_language(site: Site) -> None:
    browser = await site.browser()

    html = await browser.opens("/desk/sign-in", **{"Accept-Language": "it-IT"})

    assert "Accedi" in html


async def test_a_link_from_a_mail_loads_once_more_so_that_the_strict_cookie_comes_along(site: Site) -> None:
    browser = await site.browser()

    html = await browser.opens("/desk", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})

    assert 'content="0; url=/desk"' in html


async def test_an_operator_of_another_office_sees_and_takes_nothing(site: Site) -> None:
    """The contact point is the permission boundary."""
    await site.hire()
    stranger = await site.browser()
    await stranger.signs_in(await site.hire("pavel", points=[OTHER_OFFICE.id]))
    await (await site.browser()).says("hello")
    case = await site.wants_a_person()

    html = await stranger.opens("/desk")
    taken = await stranger.acts(f"/desk/c/{case}/take")

    assert str(case) not in html
    assert taken.headers["Location"] == "/desk?said=changed"
    assert (await site.rows(t.case))[0].state == "waiting"


async def test_a_colleague_cannot_read_or_answer_what_another_took(site: Site) -> None:
    marta, colleague = await site.browser(), await site.browser()
    await marta.signs_in(await site.hire())
    await colleague.signs_in(await site.hire("pavel"))
    await (await site.browser()).says("my secret words")
    case = await site.wants_a_person()
    await marta.acts(f"/desk/c/{case}/take")

    read = await colleague.client.get(f"/desk/c/{case}", allow_redirects=False)
    replied = await colleague.acts(f"/desk/c/{case}/reply", text="let me in", form="f")
    closed = await colleague.acts(f"/desk/c/{case}/close")

    assert read.headers["Location"] == "/desk?said=not_yours"
    assert replied.status == 409
    assert "let me in" in await replied.text()
    assert closed.headers["Location"] == "/desk?said=not_yours"
    assert OFFICE.id in {row.contact_point for row in await site.rows(t.case)}


async def test_a_foreign_page_cannot_sign_anybody_in(site: Site) -> None:
    account = await site.hire()
    browser = await site.browser()

    answer = await browser.posts(
        "/desk/sign-in", {"login": account.login, "password": account.password}, **{"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status == 403
    assert SAME["Sec-Fetch-Site"] == "same-origin"
