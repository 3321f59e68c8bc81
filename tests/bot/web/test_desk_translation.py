"""Two people without a common language at the desk, with a machine between them that a network switched on."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.conversation import Purpose
from bot.translation.incoming import Incoming
from bot.translation.libretranslate import LibreTranslate
from bot.translation.protected import Protected
from bot.translation.shield import Shields
from tests.bot.web.site import OFFICE, Browser, Site, open_site, taken
from tests.conftest import Clock
from tests.fakes.libretranslate import Answer, FakeLibreTranslate

MARK = "Una macchina ha tradotto questo testo."


@pytest.fixture
async def site(sqlite: Database, ring: KeyRing, clock: Clock, server: FakeLibreTranslate) -> AsyncIterator[Site]:
    translator = Protected(LibreTranslate(server.url), Shields(lambda: [OFFICE.name]))
    async with open_site(sqlite, ring, clock, translator=translator) as made:
        yield made
    await translator.aclose()


@pytest.fixture
async def case(site: Site, person: Browser, marta: Browser) -> UUID:
    """Somebody who writes Italian, held by Marta, whose desk is English."""
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.conversation).values(locale="it"))
    return await taken(site, marta)


def _incoming(site: Site) -> Incoming:
    context = site.context
    assert context.translator is not None
    return Incoming(context.database, context.ring, context.translator, context.bus, site.clock)


async def _sent(site: Site) -> str:
    rows = [row for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR]
    row = await _read(site, rows[-1].id)
    return str(row)


async def _read(site: Site, row_id: UUID) -> str:
    async with site.context.database.reading() as connection:
        row = await site.context.outbox.read(connection, row_id)
    assert row is not None
    assert row.draft is not None
    return row.draft.text


async def test_an_answer_that_is_ticked_goes_translated_with_the_original_below(
    site: Site, marta: Browser, case: UUID
) -> None:
    page = await marta.opens(f"/desk/c/{case}")
    answer = await marta.acts(f"/desk/c/{case}/reply", text="Bring 50 €", form="a", translate="1")

    assert 'name="translate" value="1"' in page
    assert answer.headers["Location"] == f"/desk/c/{case}#end"
    assert await _sent(site) == f"gnirB 50 €\n\n{MARK}\nBring 50 €"
    assert [(row.locale, row.provider) for row in await site.rows(t.translation)] == [("en", "LibreTranslate")]


async def test_an_answer_that_is_not_ticked_goes_as_it_is(
    site: Site, marta: Browser, case: UUID, server: FakeLibreTranslate
) -> None:
    await marta.acts(f"/desk/c/{case}/reply", text="Bring 50 €", form="a")

    assert await _sent(site) == "Bring 50 €"
    assert server.asked == []


async def test_where_the_machine_is_the_bridge_nothing_need_be_ticked(site: Site, marta: Browser, case: UUID) -> None:
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.case).values(bridge="translation"))

    page = await marta.opens(f"/desk/c/{case}")
    await marta.acts(f"/desk/c/{case}/reply", text="Good day", form="a")

    assert 'name="translate"' not in page
    assert (await _sent(site)).startswith("dooG yad")


async def test_who_speaks_the_language_is_offered_no_machine(site: Site, marta: Browser, case: UUID) -> None:
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.staff).values(languages=["it"]))

    assert 'name="translate"' not in await marta.opens(f"/desk/c/{case}")


async def test_a_machine_that_fails_does_not_keep_the_answer(
    site: Site, marta: Browser, case: UUID, server: FakeLibreTranslate
) -> None:
    server.next = [Answer(503), Answer(503)]

    answer = await marta.acts(f"/desk/c/{case}/reply", text="Good day", form="a", translate="1")
    page = await marta.opens(answer.headers["Location"])

    assert await _sent(site) == "Good day"
    assert "Sent as you wrote it." in page
    assert await site.rows(t.translation) == []


async def test_what_the_person_writes_is_translated_in_the_background_and_marked(
    site: Site, person: Browser, marta: Browser, case: UUID
) -> None:
    await person.says("Ho 2 figli")
    await site.take_turn(locale="it")
    before = await marta.opens(f"/desk/c/{case}")

    done = await _incoming(site).translate_due()
    after = await marta.opens(f"/desk/c/{case}")

    assert done >= 1
    assert "oH 2 ilgif" not in before
    assert "oH 2 ilgif" in after
    assert "Ho 2 figli" in after
    assert "Translated by a machine (LibreTranslate)." in after
    assert await _incoming(site).translate_due() == 0


async def test_what_was_not_shared_never_leaves_for_the_machine(
    site: Site, person: Browser, marta: Browser, server: FakeLibreTranslate
) -> None:
    case = await site.wants_a_person(share=False)
    await marta.acts(f"/desk/c/{case}/take")

    assert await _incoming(site).translate_due() == 0
    assert server.asked == []


async def test_a_translation_that_is_not_safe_is_not_shown_and_that_is_said(
    site: Site, person: Browser, marta: Browser, case: UUID, server: FakeLibreTranslate
) -> None:
    await site.take_turn(locale="it")
    server.translate = lambda text: text.replace("2", "20")
    await person.says("Ho 2 figli")
    await site.take_turn(locale="it")

    await _incoming(site).translate_due()
    page = await marta.opens(f"/desk/c/{case}")

    assert "Ho 2 figli" in page
    assert "Ho 20 figli" not in page
    assert "could not translate this safely" in page


async def test_while_the_server_is_away_it_is_left_alone_and_asked_again(
    site: Site, person: Browser, marta: Browser, case: UUID, server: FakeLibreTranslate
) -> None:
    await person.says("Buongiorno")
    await site.take_turn(locale="it")
    incoming = _incoming(site)
    server.next = [Answer(503)] * 8

    assert await incoming.translate_due() == 0
    asked, server.next = len(server.asked), []
    assert await incoming.translate_due() == 0
    assert len(server.asked) == asked
    site.clock.move(seconds=31)
    assert await incoming.translate_due() >= 1


async def test_a_company_that_reads_along_is_named_on_every_page(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    machine = LibreTranslate("https://libretranslate.com")
    async with open_site(sqlite, ring, clock, translator=Protected(machine, Shields())) as site:
        browser = await site.browser()
        await browser.signs_in(await site.hire())

        assert "Words of people go to LibreTranslate.com." in await browser.opens("/desk")


async def test_a_tapped_answer_of_the_phrasebook_is_read_without_the_machine(
    site: Site, marta: Browser, case: UUID, server: FakeLibreTranslate
) -> None:
    conversation = await site.conversation()
    async with site.context.database.transaction() as connection:
        await site.context.conversations.record(
            connection, conversation.id, "person", "Non lo so", site.clock(), answer="f:contract:dont_know"
        )
    await _incoming(site).translate_due()

    assert "Non lo so" not in str(server.asked)
    assert "Do you have a written work contract? → I do not know" in await marta.opens(f"/desk/c/{case}")
