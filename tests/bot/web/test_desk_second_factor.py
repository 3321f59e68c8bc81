"""The second step of signing in, as a browser meets it: asked, set up, throttled, skipped in the demonstration only."""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.sliding import Allowed
from bot.staff import NewAccount, Role, Staff
from bot.staff.rights import must_have_second_factor
from bot.staff.totp import STEP, Key, step_of
from bot.web.limits import Rates
from tests.bot.web.site import OFFICE, OTHER_OFFICE, Browser, Site, open_site
from tests.conftest import Clock
from tests.support.builders import QUICK

_KEY = re.compile(r'<code class="key"[^>]*>([A-Z2-7 ]+)</code>')
_CODES = re.compile(r"<li><code>([a-z2-9-]+)</code></li>")
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@pytest.fixture
async def strict(sqlite: Database, ring: KeyRing, clock: Clock) -> AsyncIterator[Site]:
    """A site on which roles must have a second factor as they do by default."""
    async with open_site(
        sqlite, ring, clock, staff=Staff(sqlite, clock, QUICK, must_have_second_factor("by_role"))
    ) as made:
        yield made


async def form(browser: Browser, path: str, to: str = "", **fields: str) -> tuple[int, str, str]:
    """Fill in the form of a page and send it; return status, where it leads and what it says."""
    html = await browser.opens(path)
    csrf = _CSRF.search(html)
    answer = await browser.posts(to or path, {"csrf": csrf[1] if csrf else ""} | fields)
    return answer.status, answer.headers.get("Location", ""), await answer.text()


async def set_up(site: Site, browser: Browser) -> tuple[Key, list[str]]:
    """Set a second factor up as somebody with a phone does."""
    found = _KEY.search(await browser.opens("/desk/second-factor/set-up"))
    assert found is not None
    key = Key.read(found[1].replace(" ", ""))
    status, _, html = await form(browser, "/desk/second-factor/set-up", code=key.code(step_of(site.clock())))
    assert status == 200
    return key, _CODES.findall(html)


async def next_code(site: Site, key: Key) -> str:
    """Wait for the next code."""
    site.clock.move(seconds=STEP)
    return key.code(step_of(site.clock()))


async def lead(site: Site) -> tuple[NewAccount, Key, list[str]]:
    """Hire a lead who set a second factor up."""
    account, browser = await site.hire("ines", Role.LEAD), await site.browser()
    await browser.signs_in(account)
    return (account, *await set_up(site, browser))


async def test_a_lead_sets_it_up_before_anything_else_opens(strict: Site) -> None:
    account, browser = await strict.hire("ines", Role.LEAD), await strict.browser()

    signed_in = await browser.signs_in(account)
    elsewhere = await browser.client.get("/desk", allow_redirects=False)
    page = await browser.opens("/desk/second-factor/set-up")

    assert signed_in.headers["Location"] == "/desk/second-factor/set-up"
    assert elsewhere.headers["Location"] == "/desk/second-factor/set-up"
    assert "<svg" in page
    assert "Go on without it" not in page
    _, codes = await set_up(strict, browser)
    assert len(codes) == 10
    assert (await browser.client.get("/desk", allow_redirects=False)).status == 200
    assert codes[0] not in await browser.opens("/desk/account")


async def test_the_code_is_asked_after_the_password_and_works_once(strict: Site) -> None:
    account, key, _ = await lead(strict)
    first, second = await strict.browser(), await strict.browser()
    code = await next_code(strict, key)

    assert (await first.signs_in(account)).headers["Location"] == "/desk/second-factor"
    await second.signs_in(account)

    assert await form(first, "/desk/second-factor", code=code) == (303, "/desk", "303: See Other")
    status, _, html = await form(second, "/desk/second-factor", code=code)
    assert status == 401
    assert "wrong or was used already" in html
    assert (await second.client.get("/desk", allow_redirects=False)).headers["Location"] == "/desk/second-factor"


async def test_a_recovery_code_opens_once_and_the_account_says_so(strict: Site) -> None:
    account, _, codes = await lead(strict)
    browser, other = await strict.browser(), await strict.browser()
    await browser.signs_in(account)
    await other.signs_in(account)

    status, place, _ = await form(browser, "/desk/second-factor", code=codes[3])
    again, _, _ = await form(other, "/desk/second-factor", code=codes[3])

    assert (status, place, again) == (303, "/desk/account?said=recovery_used", 401)
    html = await browser.opens(place)
    assert "You used a recovery code." in html
    assert "Recovery codes left: 9." in html


async def test_after_five_wrong_codes_it_is_asked_again_only_after_a_quarter_of_an_hour(strict: Site) -> None:
    account, key, _ = await lead(strict)
    browser, elsewhere = await strict.browser(), await strict.browser()
    await browser.signs_in(account)
    await elsewhere.signs_in(account)

    wrong = [(await form(browser, "/desk/second-factor", code="000000"))[0] for _ in range(5)]
    code = await next_code(strict, key)
    status, _, html = await form(browser, "/desk/second-factor", code=code)

    assert wrong == [401] * 5
    assert status == 429
    assert "Please wait 15 minutes." in html
    assert (await form(elsewhere, "/desk/second-factor", code=code))[0] == 429


async def test_one_network_may_not_try_the_codes_of_many(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    staff = Staff(sqlite, clock, QUICK, must_have_second_factor("by_role"))
    async with open_site(sqlite, ring, clock, staff=staff, rates=Rates(tries_network=Allowed(3, 900))) as site:
        met = []
        for number in range(4):
            browser = await site.browser()
            await browser.signs_in(await site.hire(f"lead{number}", Role.LEAD))
            met.append((await form(browser, "/desk/second-factor/set-up", code="000000"))[0])

    assert met == [401, 401, 401, 429]


@pytest.mark.parametrize("demonstration", [True, False])
async def test_only_the_demonstration_on_the_machine_itself_goes_on_without(
    sqlite: Database, ring: KeyRing, clock: Clock, demonstration: bool
) -> None:
    staff = Staff(sqlite, clock, QUICK, must_have_second_factor("by_role"))
    async with open_site(sqlite, ring, clock, staff=staff, demonstration=demonstration) as site:
        browser = await site.browser()
        await browser.signs_in(await site.hire("admin", Role.ADMIN, []))
        page = await browser.opens("/desk/second-factor/set-up")

        status, place, _ = await form(browser, "/desk/second-factor/set-up", "/desk/second-factor/set-up/skip")

        assert ("Go on without it" in page) is demonstration
        assert (status, place) == ((303, "/desk/staff") if demonstration else (403, ""))
        opened = await browser.client.get("/desk/staff", allow_redirects=False)
        assert opened.status == (200 if demonstration else 303)


async def test_through_a_proxy_nobody_skips_also_in_the_demonstration(
    sqlite: Database, ring: KeyRing, clock: Clock
) -> None:
    staff = Staff(sqlite, clock, QUICK, must_have_second_factor("by_role"))
    async with open_site(sqlite, ring, clock, staff=staff, demonstration=True) as site:
        browser = await site.browser()
        await browser.signs_in(await site.hire("admin", Role.ADMIN, []))
        csrf = _CSRF.search(await browser.opens("/desk/second-factor/set-up"))
        assert csrf is not None

        answer = await browser.posts(
            "/desk/second-factor/set-up/skip", {"csrf": csrf[1]}, **{"X-Forwarded-For": "192.0.2.7"}
        )

        assert answer.status == 403


async def test_who_has_one_cannot_skip_it(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    staff = Staff(sqlite, clock, QUICK, must_have_second_factor("by_role"))
    async with open_site(sqlite, ring, clock, staff=staff, demonstration=True) as site:
        account, _, _ = await lead(site)
        browser = await site.browser()
        await browser.signs_in(account)

        assert (await form(browser, "/desk/second-factor", "/desk/second-factor/set-up/skip"))[0] == 403
        assert (await form(browser, "/desk/second-factor", "/desk/second-factor/set-up", code="1"))[0] == 303


async def test_a_lost_phone_the_lead_takes_it_away_and_the_colleague_is_told(strict: Site) -> None:
    account, _, _ = await lead(strict)
    marta = await strict.hire("marta")
    phone = await strict.browser()
    await phone.signs_in(marta)
    await set_up(strict, phone)
    desk = await strict.browser()
    await desk.signs_in(account)
    async with strict.context.database.transaction() as connection:  # the lead is through with the second step
        await connection.execute(update(t.staff_session).values(second_factor_at=strict.clock()))
    row = next(row for row in await strict.rows(t.staff) if row.login == "marta")
    assert "Phone lost" in await desk.opens("/desk/staff")

    status, place, _ = await form(desk, "/desk/staff", f"/desk/staff/{row.id}/reset")

    assert (status, place) == (303, "/desk/staff?said=reset")
    assert (await phone.client.get("/desk", allow_redirects=False)).headers["Location"] == "/desk/sign-in"
    again = await strict.browser()
    assert (await again.signs_in(marta)).headers["Location"] == "/desk/account?said=reset_told"
    assert "was taken away on request" in await again.opens("/desk/account?said=reset_told")
    assert (await (await strict.browser()).signs_in(marta)).headers["Location"] == "/desk"


async def test_the_lead_of_another_office_can_do_nothing_to_them(strict: Site) -> None:
    marta = await strict.hire("marta")
    phone = await strict.browser()
    await phone.signs_in(marta)
    await set_up(strict, phone)
    desk = await strict.browser()
    await desk.signs_in(await strict.hire("other", Role.LEAD, [OTHER_OFFICE.id]))
    async with strict.context.database.transaction() as connection:
        await connection.execute(update(t.staff_session).values(second_factor_at=strict.clock()))
    row = next(row for row in await strict.rows(t.staff) if row.login == "marta")

    listed = await desk.opens("/desk/staff")
    reset = await form(desk, "/desk/staff", f"/desk/staff/{row.id}/reset")
    closed = await form(desk, "/desk/staff", f"/desk/staff/{row.id}/disable", sure="1")

    assert "marta" not in listed
    assert reset[1] == closed[1] == "/desk/staff?said=not_allowed"
    row = next(row for row in await strict.rows(t.staff) if row.login == "marta")
    assert (row.totp_at is not None, row.disabled_at) == (True, None)


async def test_who_has_only_given_the_password_is_not_said_to_be_here(strict: Site) -> None:
    """In danger people are told that somebody reads: only if somebody really came in."""
    account, key, _ = await lead(strict)
    async with strict.context.database.transaction() as connection:
        await connection.execute(update(t.staff).values(seen_at=None))
    browser = await strict.browser()
    await browser.signs_in(account)
    strict.clock.move(minutes=2)
    await browser.opens("/desk/second-factor")
    (before,) = await strict.rows(t.staff)

    await form(browser, "/desk/second-factor", code=await next_code(strict, key))

    (after,) = await strict.rows(t.staff)
    assert (before.seen_at, after.seen_at) == (None, strict.clock())
    assert after.contact_points == [OFFICE.id]


async def test_no_key_and_no_code_stands_in_any_log(strict: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    account, key, codes = await lead(strict)
    browser = await strict.browser()
    await browser.signs_in(account)
    await form(browser, "/desk/second-factor", code=codes[0])

    logged = "\n".join(str(record.__dict__) for record in caplog.records)

    assert not any(one in logged for one in (key.letters, *codes, account.password))
