"""Joining by an invitation, one's own account, the staff's list and the log, as a browser meets them."""

import re

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.crowd import REQUESTS
from bot.crypto import KeyRing
from bot.db import Database
from bot.sliding import Allowed
from bot.staff import Role
from bot.staff.log import ACCOUNT_DEEDS
from bot.staff.model import member_of
from bot.web.desk.texts import load_texts
from bot.web.limits import Rates
from tests.bot.web.site import OFFICE, OTHER_OFFICE, SAME, Browser, Site, open_site, taken
from tests.bot.web.test_desk_second_factor import form
from tests.conftest import Clock
from tests.support.service import ROOT

GOOD = "three green bicycles"
_TOKEN = re.compile(r'/desk/join#([a-z0-9-]+)"')


async def signed_in(site: Site, login: str, role: Role, points: list[str]) -> Browser:
    """Return the browser of somebody at work."""
    browser = await site.browser()
    await browser.signs_in(await site.hire(login, role, points))
    return browser


async def invited(browser: Browser, **fields: str) -> str:
    """Invite somebody from the staff's page; return the token in the link."""
    status, _, html = await form(browser, "/desk/staff", "/desk/staff/invite", **fields)
    assert status == 200
    found = _TOKEN.search(html)
    assert found is not None
    return found[1]


async def test_a_lead_invites_an_operator_who_joins_and_comes_to_the_desk(site: Site) -> None:
    ines = await signed_in(site, "ines", Role.LEAD, [OFFICE.id])
    token = await invited(ines, role="operator", point=OFFICE.id)
    newcomer = await site.browser()

    offer = await (await newcomer.posts("/desk/join", {"code": token})).text()
    joined = await newcomer.posts("/desk/join", {"code": token, "login": "olena", "password": GOOD, "locale": "it"})

    assert "Sportello Milano" in offer
    assert (joined.status, joined.headers["Location"]) == (303, "/desk/terms")
    await form(newcomer, "/desk/terms")
    assert 'lang="it"' in await newcomer.opens("/desk")
    used = await newcomer.posts("/desk/join", {"code": token})
    assert used.status == 404
    assert token not in await ines.opens("/desk/staff")
    assert "olena" in await ines.opens("/desk/staff")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "operator", "point": OTHER_OFFICE.id},
        {"role": "lead", "point": OFFICE.id},
        {"role": "admin"},
        {"role": "interpreter"},
        {"role": "nothing", "point": OFFICE.id},
        {"role": "operator"},
    ],
)
async def test_a_lead_invites_nobody_else(site: Site, fields: dict[str, str]) -> None:
    ines = await signed_in(site, "ines", Role.LEAD, [OFFICE.id])

    status, _, _ = await form(ines, "/desk/staff", "/desk/staff/invite", **fields)

    assert status == 403
    assert await site.rows(t.invitation) == []


async def test_a_coordinator_invites_an_interpreter_with_languages(site: Site) -> None:
    browser = await signed_in(site, "carla", Role.COORDINATOR, [])
    token = await invited(browser, role="interpreter", speaks="ti")
    newcomer = await site.browser()

    joined = await newcomer.posts("/desk/join", {"code": token, "login": "senait", "password": GOOD})
    terms = await newcomer.opens("/desk/terms")
    await form(newcomer, "/desk/terms")

    assert joined.headers["Location"] == "/desk/terms"
    assert "I interpret only what is said." in terms
    row = next(row for row in await site.rows(t.staff) if row.login == "senait")
    assert (row.role, row.languages, row.contact_points) == ("interpreter", ["ti"], [])
    assert row.interprets_at == site.clock()


async def test_a_content_manager_is_invited_for_a_country_and_a_language(site: Site) -> None:
    admin = await signed_in(site, "admin", Role.ADMIN, [])
    token = await invited(admin, role="content", speaks="it", country="IT")
    newcomer = await site.browser()

    await newcomer.posts("/desk/join", {"code": token, "login": "giulia", "password": GOOD})

    row = next(row for row in await site.rows(t.staff) if row.login == "giulia")
    giulia = member_of(row)
    assert (row.role, row.jurisdictions, row.languages) == ("content", ["IT"], ["it"])
    assert giulia.writes("IT", "it")
    assert not giulia.writes("IT", "en")
    assert not giulia.writes("BE", "it")
    assert "May change texts for: Italy. Languages: Italian." in await admin.opens("/desk/staff")


async def test_an_adviser_is_invited_without_countries(site: Site) -> None:
    admin = await signed_in(site, "admin", Role.ADMIN, [])

    await invited(admin, role="operator", point=OFFICE.id, country="IT")

    (row,) = await site.rows(t.invitation)
    assert row.jurisdictions == []


async def test_a_content_manager_cannot_widen_their_own_rights(site: Site) -> None:
    browser = await signed_in(site, "giulia", Role.CONTENT, [])
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.staff).values(jurisdictions=["IT"], languages=["it"]))

    html = await browser.opens("/desk/account")
    await form(browser, "/desk/account", "/desk/account/languages", locale="fr", speaks="en")

    (row,) = await site.rows(t.staff)
    assert (row.locale, row.languages) == ("fr", ["it"])
    assert "May change texts for: Italy. Languages: Italian." in html
    assert 'name="speaks"' not in html


async def test_a_withdrawn_invitation_opens_nothing(site: Site) -> None:
    ines, other = (
        await signed_in(site, "ines", Role.LEAD, [OFFICE.id]),
        await signed_in(site, "pavel", Role.LEAD, [OTHER_OFFICE.id]),
    )
    token = await invited(ines, role="operator", point=OFFICE.id)
    (row,) = await site.rows(t.invitation)
    path = f"/desk/staff/invitations/{row.id}/withdraw"

    refused = await form(other, "/desk/staff", path)
    withdrawn = await form(ines, "/desk/staff", path)

    assert refused[1] == "/desk/staff?said=not_allowed"
    assert withdrawn[1] == "/desk/staff?said=withdrawn"
    assert (await (await site.browser()).posts("/desk/join", {"code": token})).status == 404


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        ("x", GOOD, "3 to 40 characters"),
        ("ines", GOOD, "This login is taken"),
        ("olena", "tiny", "too short"),
        ("olena", "qwerty123456", "easy to guess"),
    ],
)
async def test_what_cannot_be_chosen_is_said_and_the_form_comes_back(
    site: Site, login: str, password: str, said: str
) -> None:
    token = await invited(await signed_in(site, "ines", Role.LEAD, [OFFICE.id]), role="operator", point=OFFICE.id)
    newcomer = await site.browser()

    answer = await newcomer.posts("/desk/join", {"code": token, "login": login, "password": password})

    html = await answer.text()
    assert answer.status == 400
    assert said in html
    assert f'value="{login}"' in html
    assert password not in html


async def test_codes_are_not_guessed_from_one_network(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with open_site(sqlite, ring, clock, rates=Rates(tries_network=Allowed(3, 900))) as site:
        token = await invited(await signed_in(site, "ines", Role.LEAD, [OFFICE.id]), role="operator", point=OFFICE.id)
        browser = await site.browser()

        met = [(await browser.posts("/desk/join", {"code": f"guess{n}"})).status for n in range(4)]

        assert met == [404, 404, 404, 429]
        assert (await browser.posts("/desk/join", {"code": token})).status == 429


async def test_the_token_of_an_invitation_never_stands_in_an_address_or_a_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    token = await invited(await signed_in(site, "ines", Role.LEAD, [OFFICE.id]), role="operator", point=OFFICE.id)
    newcomer = await site.browser()

    answer = await newcomer.posts("/desk/join", {"code": token, "login": "olena", "password": GOOD})

    assert token not in answer.headers["Location"]
    assert token not in "\n".join(str(record.__dict__) for record in caplog.records)


async def test_a_password_is_changed_with_the_old_one_and_other_sessions_end(site: Site) -> None:
    account, here, there = await site.hire(), await site.browser(), await site.browser()
    await here.signs_in(account)
    await there.signs_in(account)
    path = "/desk/account/password"

    wrong = await form(here, "/desk/account", path, old="wrong", new=GOOD)
    short = await form(here, "/desk/account", path, old=account.password, new="short")
    done = await form(here, "/desk/account", path, old=account.password, new=GOOD)

    assert (wrong[0], short[0], done[:2]) == (400, 400, (303, "/desk/account?said=password_changed"))
    assert "The password is wrong." in wrong[2]
    assert (await there.client.get("/desk", allow_redirects=False)).headers["Location"] == "/desk/sign-in"
    assert (await here.client.get("/desk", allow_redirects=False)).status == 200


async def test_an_old_password_is_not_guessed_in_an_open_session(site: Site) -> None:
    account, browser = await site.hire(), await site.browser()
    await browser.signs_in(account)

    met = [(await form(browser, "/desk/account", "/desk/account/password", old="x", new=GOOD))[0] for _ in range(6)]
    by_factor = await form(browser, "/desk/account", "/desk/account/second-factor", old=account.password)

    assert met == [400] * 5 + [429]
    assert by_factor[0] == 429


async def test_ones_own_sessions_are_ended_one_by_one_or_all(site: Site) -> None:
    account = await site.hire()
    browsers = [await site.browser() for _ in range(3)]
    for browser in browsers:
        await browser.signs_in(account)
        site.clock.move(minutes=1)
    here = browsers[0]
    stranger = await site.browser()
    await stranger.signs_in(await site.hire("pavel"))
    (theirs,) = [row for row in await site.rows(t.staff_session) if row.csrf in await stranger.opens("/desk/account")]
    listed = re.findall(r'name="session" value="([^"]+)"', await here.opens("/desk/account"))

    await form(here, "/desk/account", "/desk/account/sessions", session=str(theirs.id))
    await form(here, "/desk/account", "/desk/account/sessions", session=listed[0])
    after_one = len(await site.rows(t.staff_session))
    await form(here, "/desk/account", "/desk/account/sessions")

    assert len(listed) == 2
    assert (after_one, len(await site.rows(t.staff_session))) == (3, 2)
    assert (await stranger.client.get("/desk", allow_redirects=False)).status == 200
    assert (await here.client.get("/desk", allow_redirects=False)).status == 200


async def test_languages_are_noted_and_unknown_ones_left_out(site: Site) -> None:
    browser = await signed_in(site, "marta", Role.OPERATOR, [OFFICE.id])

    await form(browser, "/desk/account", "/desk/account/languages", locale="xx", speaks="ar")
    (first,) = await site.rows(t.staff)
    await form(browser, "/desk/account", "/desk/account/languages", locale="fr", speaks="klingon")
    (second,) = await site.rows(t.staff)

    assert (first.locale, first.languages) == ("en", ["ar"])
    assert (second.locale, second.languages) == ("fr", [])


async def test_the_last_lead_is_closed_only_after_a_second_question(site: Site) -> None:
    admin = await signed_in(site, "admin", Role.ADMIN, [])
    await site.hire("ines", Role.LEAD)
    row = next(row for row in await site.rows(t.staff) if row.login == "ines")

    asked = await form(admin, "/desk/staff", f"/desk/staff/{row.id}/disable")
    done = await form(admin, "/desk/staff", f"/desk/staff/{row.id}/disable", sure="1")

    assert asked[0] == 200
    assert "This is the only lead of an office." in asked[2]
    assert done[1] == "/desk/staff?said=disabled"


async def test_what_a_closed_account_held_goes_back_to_the_queue(site: Site, person: Browser, marta: Browser) -> None:
    await taken(site, marta)
    row = next(row for row in await site.rows(t.staff) if row.login == "marta2")
    ines = await signed_in(site, "ines", Role.LEAD, [OFFICE.id])

    await form(ines, "/desk/staff", f"/desk/staff/{row.id}/disable")

    (case,) = await site.rows(t.case)
    assert (case.state, case.operator_id) == ("waiting", None)
    assert (await marta.client.get("/desk", allow_redirects=False)).headers["Location"] == "/desk/sign-in"


async def test_the_log_names_deeds_and_no_words(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    await marta.answers(case, "Bring your contract.")
    await marta.opens(f"/desk/c/{case}")
    ines = await signed_in(site, "ines", Role.LEAD, [OFFICE.id])
    other = await signed_in(site, "pavel", Role.LEAD, [OTHER_OFFICE.id])
    admin = await signed_in(site, "admin", Role.ADMIN, [])

    html = await ines.opens("/desk/log")

    reads = [row for row in await site.rows(t.audit) if row.action == "case_read"]
    assert [(row.object_id, row.contact_point) for row in reads] == [(str(case), OFFICE.id)]
    assert "marta2" in html
    assert "read the conversation" in html
    assert case.hex[-4:].upper() in html
    assert "my boss does not pay me" not in html
    assert "Bring your contract." not in html
    for browser in (other, admin):
        assert case.hex[-4:].upper() not in await browser.opens("/desk/log")


@pytest.mark.parametrize(
    "query", ["?day=2026-99-99", "?day=x&page=-1", "?page=99999999999999999999", "?day=9999-12-31"]
)
async def test_a_day_or_page_that_is_none_shows_an_honest_page(site: Site, query: str) -> None:
    ines = await signed_in(site, "ines", Role.LEAD, [OFFICE.id])

    answer = await ines.client.get(f"/desk/log{query}")

    assert answer.status == 200


async def test_an_address_behind_the_proxy_counts_as_the_network_of_a_chat(
    sqlite: Database, ring: KeyRing, clock: Clock
) -> None:
    async with open_site(sqlite, ring, clock, public_https=True) as site:
        browser = await site.browser()
        cookie = (await browser.says("hello")).headers["Set-Cookie"].partition(";")[0]  # plain http keeps no secure one
        conversation = await site.conversation()
        headers = SAME | {"X-Forwarded-For": "192.0.2.7", "Cookie": cookie}

        said = {"page": browser.page, "number": 2, "text": "again"}
        await browser.client.post("/chat/send", json=said, headers=headers)
        for _ in range(REQUESTS.most):
            site.context.crowd.asked(conversation.id)

        assert site.context.crowd.is_full(conversation.id)


def test_every_deed_that_is_noted_has_words() -> None:
    """Whatever the code writes to the audit stands in the log in the reader's language."""
    code = [path.read_text(encoding="utf-8") for room in ("bot", "handoff") for path in (ROOT / room).rglob("*.py")]
    calls = r'(?:audit\.note|add_audit|_note|done)\((?:[^()]|\([^()]*\)){0,200}?"([a-z]+[_.][a-z_]+)"'
    noted = {deed for text in code for deed in re.findall(calls, text, re.S)} | set(ACCOUNT_DEEDS)
    noted |= {deed for text in code for deed in re.findall(r'do\(request, session, "([a-z_]+)"', text)}
    noted |= {"article_submitted", "article_published"}

    assert {"handoff.take", "file_opened", "case_read", "second_factor_confirmed"} <= noted
    assert {f"deed_{deed.replace('.', '_')}" for deed in noted} <= load_texts().texts["en"].keys()


@pytest.mark.parametrize("query", ["day=0001-01-01", "day=9999-12-31", f"page={'9' * 5000}", "page=-1", "day=x"])
async def test_the_log_takes_any_day_and_page(site: Site, query: str) -> None:
    ines = await signed_in(site, "ines", Role.LEAD, [OFFICE.id])

    assert (await ines.client.get(f"/desk/log?{query}")).status == 200
