"""The answers and the places as public pages, for people without a bot."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from bot.crypto import KeyRing
from bot.db import Database
from bot.web.context import Library
from bot.web.help.blocks import Block, Numbers, blocks
from handoff.offices.contact_point import ContactPoint, PointKind
from handoff.offices.services import Service, ServiceKind
from knowledge.catalogue import Catalogue
from tests.bot.web.site import open_site
from tests.conftest import Clock
from tests.knowledge.builders import INTENT, article, translation, variant

Client = TestClient[Request, Application]

STEPS = (
    "1. Write it down.\n2. Call 800 290 290.\n{papers} Talk to a union first.[^LAW]\n3. Go to the labour inspectorate."
)
TEXTS = {"summary": "Your employer must pay you.[^LAW]", "steps": STEPS, "bring": "- Your contract\n- <b>Payslips</b>"}
ITALIAN = {**TEXTS, "summary": "Il datore deve pagarti.[^LAW]"}
WAGES = article(
    variant("EU", translation(sections=TEXTS), applies_in=("FR", "IT")),
    variant("IT", translation(sections=TEXTS), translation("it", ITALIAN, machine_translated=True)),
    related=("labour_rights/dismissal", "labour_rights/undeclared_work"),
)
DISMISSAL = article(variant("EU", applies_in=("FR",)), intent="labour_rights/dismissal")
OFFICE = ContactPoint(
    id="union-milan", name="Sindacato <Milano>", organisation="CISL", kind=PointKind.UNION, country="IT", city="Milano",
    city_also=("Milan",), zone="Europe/Rome", phone="020202", web="https://example.org/milano", languages=("it", "ar"),
    topics=("labour_rights",), hours="Mo-Fr 09:00-17:00", sources=("https://example.org",),
)  # fmt: skip
SHELTER = Service(
    id="bed-milan", name="Casa aperta", organisation="Caritas", kind=ServiceKind.SHELTER, country="IT", city="Milano",
    zone="Europe/Rome", topics=("safety",), sources=("https://example.org",),
)  # fmt: skip
ABROAD = replace(OFFICE, id="union-tirana", name="Zyra e Tiranës", country="AL", city="Tirana", city_also=(), topics=())


@pytest.fixture
async def pages(sqlite: Database, ring: KeyRing, clock: Clock) -> AsyncIterator[Client]:
    library = Library(
        Catalogue([WAGES, DISMISSAL], clock=clock),
        lambda: (OFFICE, ABROAD),
        (SHELTER,),
        lambda: ("112", "800 290 290", "020202"),
    )
    async with open_site(sqlite, ring, clock, library=library, public_url="https://guichet.example.org") as site:
        yield (await site.browser()).client


async def read(pages: Client, path: str, status: int = 200) -> str:
    answer = await pages.get(path, allow_redirects=False)
    assert answer.status == status
    assert "Set-Cookie" not in answer.headers
    return await answer.text()


async def test_the_entrance_leads_to_the_browser_s_language(pages: Client) -> None:
    answer = await pages.get("/help", headers={"Accept-Language": "ar"}, allow_redirects=False)

    assert (answer.status, answer.headers["Location"], answer.headers["Vary"]) == (302, "/help/ar", "Accept-Language")


async def test_the_list_names_each_answer_and_a_topic_its_own(pages: Client) -> None:
    html = await read(pages, "/help/it")

    assert 'href="/help/it/labour_rights/unpaid_wages"' in html
    assert 'href="/help/it/labour_rights"' in html
    assert "unpaid_wages" in await read(pages, "/help/it/labour_rights")
    for nothing in ("/help/xx", "/help/it/permits", "/help/it/labour_rights/nothing", "/help/it/..%2f"):
        await read(pages, nothing, status=404)


async def test_an_answer_holds_all_parts_and_their_sources(pages: Client) -> None:
    html = await read(pages, f"/help/en/{INTENT}")

    assert "Your employer must pay you." in html
    assert "[^" not in html
    assert re.search(r"<ol>\s*<li>Write it down.</li>", html)
    assert '<ol start="3">' in html
    assert html.index("read this first:") < html.index("labour inspectorate")
    assert "&lt;b&gt;Payslips" in html
    assert '<a href="tel:800290290" dir="ltr">800 290 290</a>' in html
    assert '<a href="https://example.org/law"' in html
    assert "This is the minimum in EU countries." in html


async def test_a_country_has_its_own_rules_and_a_place_outside_none(pages: Client) -> None:
    italian = await read(pages, f"/help/it/{INTENT}?place=IT")
    french = await read(pages, f"/help/en/{INTENT}?place=FR")
    none = await read(pages, f"/help/en/{INTENT}?place=DE")

    assert "Il datore deve pagarti." in italian
    assert re.search(r'class="opening">[^<]*Italia', italian)
    assert "France" in french
    assert "minimum in EU countries" in french
    assert "I have no checked text for this country: Germany." in none
    assert "must pay you" not in none
    answer = await pages.get(f"/help/en/{INTENT}?place=%3Cscript%3E", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, f"/help/en/{INTENT}")


async def test_a_text_in_another_language_says_so_first_and_keeps_its_direction(pages: Client) -> None:
    html = await read(pages, f"/help/ar/{INTENT}")

    assert '<html lang="ar" dir="rtl">' in html
    assert '<div lang="en" dir="ltr">' in html
    assert html.index('class="refusal"') < html.index("Your employer must pay you.")


async def test_related_answers_lead_only_where_there_is_one(pages: Client) -> None:
    html = await read(pages, f"/help/en/{INTENT}")

    assert "/help/en/labour_rights/dismissal" in html
    assert "/help/en/labour_rights/undeclared_work" not in html


async def test_each_page_names_its_other_languages_and_the_way_to_the_chat(pages: Client) -> None:
    html = await read(pages, f"/help/en/{INTENT}?place=IT")

    address = f"https://guichet.example.org/help/ar/{INTENT}?place=IT"
    assert f'<link rel="alternate" hreflang="ar" href="{address}">' in html
    assert 'href="/?lang=en"' in html
    assert "<svg" in html
    assert "style=" not in html


async def test_the_pages_may_be_kept_and_the_open_places_not(pages: Client) -> None:
    answer, listed = await pages.get(f"/help/en/{INTENT}"), await pages.get("/places")

    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert listed.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("", ["Sindacato &lt;Milano&gt;", "Casa aperta", "Zyra e Tiranës"], []),
        ("?country=IT", ["Sindacato", "Casa aperta"], ["Zyra"]),
        ("?city=milan&country=IT", ["Sindacato"], ["Zyra"]),
        ("?topic=labour_rights", ["Sindacato"], ["Casa aperta"]),
        ("?language=fr", ["Casa aperta"], ["Sindacato"]),
        ("?open=1", ["Sindacato"], ["Casa aperta"]),
        ("?topic=nonsense&language=%00&city=%E2%80%AE", [], ["Sindacato"]),
    ],
)
async def test_places_are_filtered(pages: Client, query: str, there: list[str], absent: list[str]) -> None:
    html = await read(pages, f"/places{query}")

    found = html[html.index("<main>") : html.index("</main>")]
    assert all(name in found for name in there)
    assert not any(name in found.partition('<ul class="offices">')[2] for name in absent)


async def test_a_place_says_what_is_known_and_what_is_not(pages: Client) -> None:
    html = await read(pages, "/places?lang=en&country=IT")

    assert '<a href="tel:020202" dir="ltr">020202</a>' in html
    assert 'href="https://example.org/milano"' in html
    assert "not known, call first" in html
    assert "a place to sleep" in html


async def test_nothing_found_is_said(pages: Client) -> None:
    assert "I know no such place." in await read(pages, "/places?lang=en&city=Atlantis")


def test_a_list_goes_on_counting_after_what_interrupts_it() -> None:
    assert blocks("1. One\n2. Two\n{papers} Read.\n3. Three\nWords\n- Thing") == [
        Block("numbered", ("One", "Two")), Block("papers", ("Read.",)), Block("numbered", ("Three",), 3),
        Block("paragraph", ("Words",)), Block("listed", ("Thing",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Call 112.", 'Call <a href="tel:112" dir="ltr">112</a>.'),
        ("Law 2112 of 1.12.2020 <b>", "Law 2112 of 1.12.2020 &lt;b&gt;"),
        (
            "112 or 800 290 290",
            '<a href="tel:112" dir="ltr">112</a> or <a href="tel:800290290" dir="ltr">800 290 290</a>',
        ),
    ],
)
def test_only_known_numbers_can_be_tapped(text: str, html: str) -> None:
    assert str(Numbers(["112", "800 290 290"]).linked(text)) == html


def test_without_known_numbers_nothing_can_be_tapped() -> None:
    assert str(Numbers([]).linked("Call 112 <now>")) == "Call 112 &lt;now&gt;"
