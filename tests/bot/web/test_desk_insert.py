"""Ready words beside the composer: articles and the phrasebook's sentences, found, sent once, kept where they cannot go."""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.knowing import Found
from bot.replies import Replies
from bot.shelf import make_shelf
from bot.web.context import Library
from bot.wording import Wording
from handoff import phrasebook
from handoff.store import read_card, seal_card, to_case
from knowledge.catalogue import Catalogue
from tests.bot.web.site import Browser, Site, open_site, phrases, taken
from tests.conftest import Clock
from tests.knowledge.builders import INTENT, article, translation, variant

TEXTS = {
    "summary": "Your employer must pay you.[^LAW]",
    "steps": "1. Write down your *hours*.[^LAW]",
    "bring": "- Payslips",
}
ITALIAN = {**TEXTS, "summary": "Il datore deve pagarti.[^LAW]", "steps": "1. Scrivi le tue ore.[^LAW]"}
WAGES = article(
    variant("IT", translation(sections=TEXTS), translation("it", ITALIAN)), related=("labour_rights/dismissal",)
)
DISMISSAL = article(variant("IT", translation(), translation("it")), intent="labour_rights/dismissal")


def finds(text: str, _locale: str, _country: str) -> tuple[Found, ...]:
    """A search that knows one word."""
    return (Found(INTENT, "IT", "Unpaid wages"),) if text == "salary" else ()


@pytest.fixture
async def site(sqlite: Database, ring: KeyRing, clock: Clock) -> AsyncIterator[Site]:
    catalogue, said = Catalogue([WAGES, DISMISSAL], clock=clock), phrases()
    replies = Replies(Wording(said.text, said.title), make_shelf(catalogue, {}, clock))
    library = Library(catalogue, find=finds)
    async with open_site(sqlite, ring, clock, library=library, replies=replies) as made:
        yield made


@pytest.fixture
async def case(site: Site, marta: Browser) -> object:
    """A case about wages of somebody who reads Italian; the operator reads English."""
    held = await taken(site, marta)
    (row,) = await site.rows(t.case)
    known = read_card(site.context.ring, to_case(row))
    async with site.context.database.transaction() as connection:
        sealed = seal_card(site.context.ring, held, type(known)(country="IT", intent=INTENT))
        await connection.execute(update(t.case).where(t.case.c.id == held).values(card=sealed))
        await connection.execute(update(t.conversation).values(locale="it"))
    return held


async def answers(site: Site) -> list[object]:
    return [row for row in await site.rows(t.outbox) if row.purpose == "operator"]


async def test_without_a_word_what_fits_the_case_is_offered_in_both_languages(marta: Browser, case: object) -> None:
    html = await marta.opens(f"/desk/c/{case}/insert")

    assert "Il datore deve pagarti." in html
    assert "Your employer must pay you." in html
    assert 'lang="it"' in html
    assert phrases().title("en", INTENT) in html
    assert html.count('class="found"') >= 2 + len(phrasebook.load().topics)
    assert "Next in a first interview" in html


@pytest.mark.parametrize("word", [phrases().title("en", INTENT)[:6], "salary"])
async def test_a_word_finds_by_title_and_by_the_search(marta: Browser, case: object, word: str) -> None:
    html = await marta.opens(f"/desk/c/{case}/insert?q={word}")

    assert "Il datore deve pagarti." in html


async def test_a_word_that_nothing_holds_says_so(marta: Browser, case: object) -> None:
    html = await marta.opens(f"/desk/c/{case}/insert?q=<zzz>")

    assert "Nothing found." in html
    assert "<zzz>" not in html


async def test_an_article_is_sent_as_the_bot_would_with_source_and_date_in_the_persons_language(
    site: Site, person: Browser, marta: Browser, case: object
) -> None:
    answer = await marta.acts(f"/desk/c/{case}/article", intent=INTENT, part="steps", form="one")
    twice = await marta.acts(f"/desk/c/{case}/article", intent=INTENT, part="steps", form="one")
    await site.sender.drain()
    chat, desk = await person.opens(), await marta.opens(f"/desk/c/{case}")

    assert answer.headers["Location"] == twice.headers["Location"] == f"/desk/c/{case}#end"
    assert len(await answers(site)) == 1
    for html in (chat, desk):
        assert "Scrivi le tue ore." in html
        assert html.count('href="https://example.org/law"') == 1
        assert "25 settembre 2026" in html
    assert "Italian" in desk


@pytest.mark.parametrize(("intent", "part"), [("labour_rights/none", "summary"), (INTENT, "details"), ("", "")])
async def test_what_is_not_in_the_catalogue_is_not_sent(
    site: Site, marta: Browser, case: object, intent: str, part: str
) -> None:
    answer = await marta.acts(f"/desk/c/{case}/article", intent=intent, part=part, form="one")

    assert answer.status == 404
    assert await answers(site) == []


async def test_a_sentence_is_read_in_one_language_and_chosen_in_another(
    site: Site, person: Browser, marta: Browser, case: object
) -> None:
    book = phrasebook.load()
    found = await marta.opens(f"/desk/c/{case}/insert?q=work contract")
    answer = await marta.acts(f"/desk/c/{case}/phrase", phrase="contract", form="one")
    await site.sender.drain()
    chat, desk = await person.opens(), await marta.opens(f"/desk/c/{case}")

    assert book.pattern("en", "contract") in found
    assert answer.headers["Location"] == f"/desk/c/{case}#end"
    assert book.text("it", "contract") in chat
    assert book.answers("it", "contract")[0][1] in chat
    assert book.text("en", "contract") in desk


async def test_fields_are_filled_in_and_several_papers_chosen(
    site: Site, person: Browser, marta: Browser, case: object
) -> None:
    papers = list(phrasebook.load().papers("it").items())[:2]
    fields = {"day": "2027-03-12", "hour": "09:00", "place": "Via Roma <1>", "who": "Marta"}
    html = await marta.opens(f"/desk/c/{case}")
    token = re.search(r'name="csrf" value="(\w+)"', html)
    assert token is not None
    body = [("csrf", token[1]), ("phrase", "appointment"), ("form", "one"), *fields.items()]
    body += [("paper", key) for key, _ in papers]

    await marta.client.post(f"/desk/c/{case}/phrase", data=body, headers={"Sec-Fetch-Site": "same-origin"})
    await site.sender.drain()
    chat = await person.opens()

    for words in ("12 marzo 2027", "9:00", "Via Roma &lt;1&gt;", *(words for _, words in papers)):
        assert words in chat


async def test_a_field_that_cannot_be_used_is_named_and_nothing_is_sent(
    site: Site, marta: Browser, case: object
) -> None:
    answer = await marta.acts(f"/desk/c/{case}/phrase", phrase="can_you_come", day="soon", hour="9:00", form="one")

    assert answer.status == 422
    assert "Please look at: Day" in await answer.text()
    assert await answers(site) == []
    assert (await marta.acts(f"/desk/c/{case}/phrase", phrase="none", form="two")).status == 404


async def test_what_cannot_go_out_now_is_kept_and_the_page_says_so_before(
    site: Site, person: Browser, marta: Browser, case: object
) -> None:
    async with site.context.database.transaction() as connection:
        await site.handoff.desk.contact(connection, await site.conversation(), "no")
    site.clock.move(minutes=20)

    html = await marta.opens(f"/desk/c/{case}/insert")
    answer = await marta.acts(f"/desk/c/{case}/article", intent=INTENT, part="summary", form="one")
    await site.sender.drain()

    assert "What you choose here is kept." in html
    assert "Send the short answer" not in html
    assert answer.headers["Location"] == f"/desk/c/{case}?said=held#end"
    assert "Il datore" not in await person.opens()
    assert "Il datore deve pagarti." in await marta.opens(f"/desk/c/{case}")
