"""Articles in the studio: found, changed, kept against two writers, read by a second person, published, taken back."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot import tables as t
from bot.served import Served
from bot.translation import TranslationFailed
from knowledge.article import Status
from knowledge.editing import Key
from tests.bot.web.articles import ARABIC, ENGLISH, INTENT, ITALIAN, article_site, editor
from tests.bot.web.site import Browser, Site
from tests.conftest import Clock

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
_FIELD = re.compile(
    r'<(?:input|textarea)[^>]* name="([\w:-]+)"[^>]*?(?: value="([^"]*)")?[^>]*>(?:\n([^<]*)</textarea>)?'
)
NEW = "In Italia dal 2027 c’è un salario minimo per legge.[^EU-L-MW] Un sindacato controlla la paga."


@dataclass
class Writer:
    """A content manager with the form of one text open."""

    browser: Browser
    address: str = ITALIAN

    async def does(self, deed: str, **fields: str) -> ClientResponse:
        """POST one of the page's small forms."""
        csrf = _CSRF.search(await self.browser.opens("/studio/articles/new"))
        token = csrf or _CSRF.search(await self.browser.opens(self.address))
        assert token is not None
        return await self.browser.posts(f"{self.address}/{deed}", {"csrf": token[1]} | fields)

    async def begins(self) -> str:
        """Begin to write and return the page."""
        await self.does("write")
        return await self.browser.opens(self.address)

    async def saves(self, page: str, then: str = "stay", **fields: str) -> ClientResponse:
        """Send the form of a page with some fields changed."""
        return await self.browser.posts(f"{self.address}/save", form_of(page) | {"then": then} | fields)

    async def types(self, page: str, **fields: str) -> ClientResponse:
        """Have the page's script keep what was typed."""
        return await self.browser.posts(f"{self.address}/save", form_of(page) | fields, **{"X-Autosave": "1"})


def form_of(page: str) -> dict[str, str]:
    """Return what a browser would send of the editor's form: its fields without boxes that are not ticked."""
    form = page.partition('id="article"')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for match in _FIELD.finditer(form):
        if 'type="checkbox"' not in match[0] or " checked" in match[0]:
            found[match[1]] = (match[3] if match[3] is not None else match[2] or "").replace("&#39;", "'")
    return found


def said(answer: ClientResponse) -> str:
    """Return what the page after a deed will say."""
    return answer.headers["Location"].partition("?said=")[2]


@pytest.fixture
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    async with article_site(sqlite_template, tmp_path, clock) as made:
        yield made


@pytest.fixture
async def anna(site: Site) -> Writer:
    return Writer(await editor(site, "anna"))


@pytest.fixture
async def bruno(site: Site) -> Writer:
    return Writer(await editor(site, "bruno"))


def served(site: Site, country: str = "IT", locale: str = "it") -> str:
    shown = site.context.library.catalogue.pick(INTENT, country, locale)
    return shown.text if shown else ""


async def published(anna: Writer, bruno: Writer, **fields: str) -> None:
    """Let anna write a summary and bruno say yes to it."""
    await anna.saves(await anna.begins(), "submit", summary=NEW, **fields)
    page = await bruno.browser.opens(f"{ITALIAN}/review")
    version = _VERSION.search(page)
    assert version is not None
    assert said(await bruno.does("approve", version=version[1])) == "published"


async def test_a_changed_text_is_served_after_a_second_person_said_yes(site: Site, anna: Writer, bruno: Writer) -> None:
    page = await anna.begins()
    answer = await anna.saves(page, "submit", summary=NEW)
    before = served(site)
    review = await bruno.browser.opens(f"{ITALIAN}/review")
    own = await anna.browser.opens(f"{ITALIAN}/review")
    yes = await bruno.does("approve", version=_VERSION.findall(review)[-1])

    assert said(answer) == "submitted"
    assert "salario minimo per legge. La paga" in before  # nothing changed before the yes
    assert "<ins>" in review
    assert "Yes, this is correct" in review
    assert "Yes, this is correct" not in own
    assert said(yes) == "published"
    assert served(site).startswith("In Italia dal 2027")
    row = (await site.rows(t.audit))[-1]
    assert (row.action, row.object_id) == ("article_approved", f"{INTENT}/IT.it")


async def test_what_was_typed_is_kept_by_itself_and_shown_again(anna: Writer) -> None:
    page = await anna.begins()
    first = await anna.types(page, summary=NEW, title="La paga")
    kept = await anna.browser.opens(ITALIAN)

    assert (await first.json())["version"] > int(form_of(page)["version"])
    assert form_of(kept)["title"] == "La paga"
    assert form_of(kept)["summary"].startswith("In Italia dal 2027")


async def test_while_one_writes_others_read(anna: Writer, bruno: Writer) -> None:
    await anna.begins()
    page = await bruno.browser.opens(ITALIAN)
    answer = await bruno.does("write")

    assert "anna writes here now" in page
    assert "in 10 minutes" in page
    assert "Change this text" not in page
    assert said(answer) == "locked"


async def test_after_the_lock_ran_out_both_texts_are_shown_and_none_is_lost(
    site: Site, anna: Writer, bruno: Writer
) -> None:
    mine = await anna.begins()
    site.clock.move(minutes=11)
    await bruno.saves(await bruno.begins(), summary="Testo di Bruno.[^EU-L-MW]")
    site.clock.move(minutes=11)
    typed = await anna.saves(mine, summary="Testo di Anna.[^EU-L-MW]")
    both = await typed.text()
    autosaved = await anna.types(mine, summary="Testo di Anna.[^EU-L-MW]")
    again = await anna.saves(both)

    assert typed.status == 409
    assert "Testo di Bruno." in both
    assert form_of(both)["summary"] == "Testo di Anna.[^EU-L-MW]"
    assert (autosaved.status, await autosaved.json()) == (409, {"why": "outdated"})
    assert said(again) == "saved"  # now the version of the page is the one that was shown
    assert "Testo di Anna." in await anna.browser.opens(ITALIAN)


async def test_a_yes_counts_only_for_what_was_on_the_screen(site: Site, anna: Writer, bruno: Writer) -> None:
    await anna.saves(await anna.begins(), "submit", summary=NEW)
    seen = _VERSION.findall(await bruno.browser.opens(f"{ITALIAN}/review"))[-1]
    await anna.saves(await anna.begins(), "submit", summary="Altro testo.[^EU-L-MW]")
    answer = await bruno.does("approve", version=seen)

    assert said(answer) == "outdated"
    assert "Altro testo" not in served(site)


async def test_sending_back_needs_a_reason_and_shows_it(anna: Writer, bruno: Writer) -> None:
    await anna.saves(await anna.begins(), "submit", summary=NEW)
    silent = await bruno.does("refuse", comment="  ")
    answer = await bruno.does("refuse", comment="Non è vero <b>ancora</b>.")
    page = await anna.browser.opens(f"{ITALIAN}/review")

    assert said(silent) == "comment_missing"
    assert said(answer) == "refused"
    assert "Non è vero &lt;b&gt;ancora&lt;/b&gt;." in page
    assert "Its author is still writing." in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"summary": ""}, "is missing"),
        ({"summary": "Senza fonte."}, "No sentence here bears a source."),
        ({"summary": "x " * 200 + "[^EU-L-MW]"}, "Shorten it to 350."),
        ({"summary": "Nuovo.[^NOBODY]"}, "NOBODY"),
        ({"valid_until": "2020-01-01"}, "is before valid_from"),
        ({"review_by": "gestern"}, "write a date"),
        ({"read": "EU-L-MW", "read_on": "2999-01-01"}, "has not come yet"),
        ({"EU-L-MW:title": "x", "EU-L-MW:url": "no address"}, "web address"),
    ],
)
async def test_what_is_wrong_is_kept_but_does_not_go_on(
    site: Site, anna: Writer, fields: dict[str, str], says: str
) -> None:
    before = served(site)
    answer = await anna.saves(await anna.begins(), "submit", **fields)
    page = await anna.browser.opens(ITALIAN)

    assert said(answer) == "not_ready"
    assert says in page
    assert served(site) == before
    assert (await site.rows(t.draft))[0].stage == "writing"


async def test_a_source_that_was_added_comes_with_the_text(site: Site, anna: Writer, bruno: Writer) -> None:
    new = {
        "new:id": "IT-NEW", "new:title": "Law 1/2027", "new:url": "https://www.normattiva.it/law", "new:act": "Law 1/2027",
        "new:article": "1", "new:official": "1", "new:checked_on": "2026-11-01",
    }  # fmt: skip
    await anna.saves(await anna.begins(), **new)
    page = await anna.browser.opens(ITALIAN)
    fields = form_of(page) | {"summary": "Vale il minimo.[^IT-NEW]", "read": "IT-NEW", "read_on": "2026-11-02"}
    await anna.saves(page, "submit", **fields)
    version = _VERSION.findall(await bruno.browser.opens(f"{ITALIAN}/review"))[-1]
    await bruno.does("approve", version=version)
    article = site.context.library.catalogue.article(INTENT)

    assert "[^IT-NEW]" in page
    assert article is not None
    assert article.sources["IT-NEW"].official
    assert str(article.sources["IT-NEW"].checked_on) == "2026-11-02"
    assert served(site) == "Vale il minimo."


async def test_who_answers_for_elsewhere_reads_only(site: Site) -> None:
    greek = Writer(await editor(site, "eleni", "GR"))
    page = await greek.browser.opens(ITALIAN)
    answers = [said(await greek.does(deed, comment="x", version="1")) for deed in ("write", "approve", "withdraw")]

    assert "changed by colleagues who answer for this country" in page
    assert "Change this text" not in page
    assert answers[0] == "not_yours"
    assert answers[2] == "not_yours"
    assert await site.rows(t.draft) == []


async def test_a_text_for_the_whole_eu_needs_two_countries(site: Site) -> None:
    address = f"/studio/articles/{INTENT}/EU.en"
    writers = [Writer(await editor(site, name, *where), address) for name, where in (
        ("anna", ()), ("luca", ("IT", "EU")), ("els", ("BE", "EU")),
    )]  # fmt: skip
    anna, luca, els = writers
    await anna.saves(await anna.begins(), "submit", minor="1", title="Pay, payslip")
    page = await luca.browser.opens(f"{address}/review")
    first = await luca.does("approve", version=_VERSION.findall(page)[-1])
    between = await els.browser.opens(f"{address}/review")
    second = await els.does("approve", version=_VERSION.findall(page)[-1])

    assert "people of 2 different countries" in page
    assert said(first) == "approved"
    assert "luca agreed (Italy)." in between
    assert said(second) == "published"


async def test_history_shows_what_changed_and_restores(site: Site, anna: Writer, bruno: Writer) -> None:
    first = served(site)
    await published(anna, bruno)
    history = await anna.browser.opens(f"{ITALIAN}/history")
    editions = re.findall(r"edition=([0-9a-f-]{36})", history)
    old = await anna.browser.opens(f"{ITALIAN}/history?edition={editions[-1]}")
    restored = await anna.does("restore", edition=editions[-1])
    page = await anna.begins()
    await anna.saves(page, "submit")
    version = _VERSION.findall(await bruno.browser.opens(f"{ITALIAN}/review"))[-1]
    await bruno.does("approve", version=version)

    assert len(set(editions)) == 2
    assert "<del>" in history
    assert "The first edition" in old
    assert said(restored) == "restored"
    assert served(site) == first


async def test_withdrawn_at_once_and_told_once(site: Site, anna: Writer) -> None:
    person = await site.browser()
    await person.says("what is my wage")
    conversation = await site.conversation()
    shown = site.context.library.catalogue.pick(INTENT, "IT", "it")
    assert shown is not None
    async with site.context.database.transaction() as connection:
        await Served(site.context.ring).note(connection, conversation.id, shown, site.clock())
    silent = await anna.does("withdraw", comment="")
    early = await anna.does("tell", told="it:1")
    before = await anna.browser.opens(f"{ITALIAN}/withdraw")
    old_tab = await anna.does("withdraw", comment="the law changed", version="7")
    done = await anna.does("withdraw", comment="the law changed", version="1")
    after = await anna.browser.opens(f"{ITALIAN}/withdraw")
    told = [said(await anna.does("tell", told="it:1")) for _ in range(2)]

    assert said(silent) == "comment_missing"
    assert said(early) == "outdated"
    assert said(old_tab) == "outdated"
    assert "version 1 was shown: 1." in before
    assert "Tell them" not in before
    assert said(done) == "withdrawn"
    assert served(site, locale="it") != shown.text
    assert "non è più" in after or "Tell them" in after
    assert told == ["told", "told"]
    assert len([row for row in await site.rows(t.review) if row.verdict == "tell"]) == 1


async def test_withdrawn_in_all_languages_at_once(site: Site, anna: Writer) -> None:
    done = await anna.does("withdraw", comment="a wrong amount", version="1", scope="all")
    article = site.context.library.catalogue.article(INTENT)
    assert article is not None
    italy = next(one for one in article.variants if one.jurisdiction == "IT")
    deeds = [row.object_id for row in await site.rows(t.audit) if row.action == "article_withdrawn"]

    assert said(done) == "withdrawn"
    assert {one.status for one in italy.translations} == {Status.WITHDRAWN}
    assert sorted(deeds) == sorted(f"{INTENT}/IT.{one.locale}" for one in italy.translations)
    for locale in ("it", "en", "ar"):
        shown = site.context.library.catalogue.pick(INTENT, "IT", locale)
        assert shown is None or shown.jurisdiction == "EU"


async def test_who_got_an_older_version_can_be_told(site: Site, anna: Writer, bruno: Writer) -> None:
    await (await site.browser()).says("what is my wage")
    conversation = await site.conversation()
    shown = site.context.library.catalogue.pick(INTENT, "IT", "it")
    assert shown is not None
    async with site.context.database.transaction() as connection:
        await Served(site.context.ring).note(connection, conversation.id, shown, site.clock())
    await published(anna, bruno)
    page = await anna.browser.opens(f"{ITALIAN}/withdraw")
    told = [said(await anna.does("tell", told=which)) for which in ("it:2", "it:1")]

    assert "version 1 was shown: 1." in page
    assert 'value="it:1">' in page
    assert 'value="it:2"' not in page
    assert told == ["outdated", "told"]
    assert [row.draft_version for row in await site.rows(t.review) if row.verdict == "tell"] == [1]


async def test_a_changed_link_is_shown_to_whoever_judges_it(site: Site, anna: Writer, bruno: Writer) -> None:
    page = await anna.begins()
    link = re.search(r'name="EU-L-MW:url"[^>]* value="([^"]+)"', page)
    assert link is not None
    await anna.saves(page, "submit", summary=NEW, **{"EU-L-MW:url": "https://example.org/elsewhere"})
    review = await bruno.browser.opens(f"{ITALIAN}/review")

    assert re.search(r"<ins[^>]*>https://example.org/elsewhere</ins>", review)
    assert re.search(rf"<del[^>]*>[^<]*{re.escape(link[1])}</del>", review)


async def test_a_comment_is_read_on_the_page_and_settled(site: Site, anna: Writer, bruno: Writer) -> None:
    lawyer = Writer(bruno.browser, ITALIAN.replace("/articles/", "/lawyer/"))
    await lawyer.does("comment", comment="Article 39 says <b>something</b> else.")
    page = await anna.browser.opens(ITALIAN)
    comment = re.search(r'name="comment" value="([0-9a-f-]{36})"', page)
    assert comment is not None
    elsewhere = await Writer(anna.browser, ENGLISH).does("settle", comment=comment[1])
    stranger = await Writer(await editor(site, "els", "BE"), ITALIAN).does("settle", comment=comment[1])
    done = await anna.does("settle", comment=comment[1])

    assert "Article 39 says &lt;b&gt;something&lt;/b&gt; else." in page
    assert [said(one) for one in (elsewhere, stranger, done)] == ["outdated", "not_yours", "settled"]
    assert "Article 39" not in await anna.browser.opens(ITALIAN)


async def test_still_correct_is_said_of_all_languages_at_once(site: Site, anna: Writer) -> None:
    today = site.clock().date()
    wrong = await anna.does("still-correct", review_by=str(today), checked_on=str(today))
    right = {"review_by": str(today + timedelta(days=200)), "checked_on": str(today)}
    old_tab = await anna.does("still-correct", version="7", **right)
    done = await anna.does("still-correct", version="1", **right)
    article = site.context.library.catalogue.article(INTENT)
    assert article is not None
    italian = next(one for one in article.variants if one.jurisdiction == "IT")

    assert said(wrong) == "bad_dates"
    assert said(old_tab) == "outdated"
    assert said(done) == "still_correct"
    assert {one.review_by for one in italian.translations} == {today + timedelta(days=200)}


async def test_a_change_of_the_original_marks_its_translations_unless_it_was_small(
    site: Site, anna: Writer, bruno: Writer
) -> None:
    async def changed(**fields: str) -> str:
        english, other = Writer(anna.browser, ENGLISH), Writer(bruno.browser, ENGLISH)
        await english.saves(await english.begins(), "submit", **fields)
        version = _VERSION.findall(await other.browser.opens(f"{ENGLISH}/review"))[-1]
        assert said(await other.does("approve", version=version)) == "published"
        return await anna.browser.opens("/studio/articles?place=IT&language=it&state=outdated")

    small = await changed(minor="1", title="Pay and your payslip")
    large = await changed(title="Pay in Italy", read="EU-L-MW", read_on="2026-11-01")

    assert "Texts found: 0" in small
    assert "Texts found: 1" in large


async def test_the_preview_is_what_the_bot_would_send_and_keeps_nothing(site: Site, anna: Writer) -> None:
    page = await anna.begins()
    fields = form_of(page) | {"summary": "Paga <script>alert(1)</script>.[^EU-L-MW]", "title": "x"}
    answer = await anna.browser.posts(f"{ITALIAN}/preview", fields)
    html = await answer.text()

    assert answer.status == 200
    assert "Paga &lt;script&gt;" in html
    assert "<script>alert" not in html
    assert "Regole di questo paese: Italia." in html
    assert 'data-channel="whatsapp"' in html
    assert (await site.rows(t.draft))[0].version == int(form_of(page)["version"])


async def test_giving_up_a_draft_leaves_what_is_served(site: Site, anna: Writer) -> None:
    before = served(site)
    await anna.saves(await anna.begins(), summary=NEW)
    answer = await anna.does("discard")

    assert said(answer) == "discarded"
    assert await site.rows(t.draft) == []
    assert served(site) == before
    assert "A draft that was given up" in await anna.browser.opens(f"{ITALIAN}/history")


async def test_a_new_language_is_written_from_the_map(site: Site, anna: Writer, bruno: Writer) -> None:
    address = f"/studio/articles/{INTENT}/IT.pl"
    led = await anna.browser.client.get(
        f"/studio/articles/new?intent={INTENT}&place=IT&language=pl", allow_redirects=False
    )
    polish = Writer(anna.browser, address)
    page = await polish.begins()

    assert led.headers["Location"] == address
    assert "Nobody wrote" not in page
    assert "Italy has no minimum wage fixed by law" in page  # the original stands beside
    assert said(await polish.saves(page, "submit", title="Płaca", summary="Nie ma.[^EU-L-MW]")) in {
        "submitted", "not_ready",
    }  # fmt: skip
    assert "IT.pl" in {Key.of(row.key).name for row in await site.rows(t.draft)}


class Machine:
    """A translator that answers, or fails."""

    name, company = "machine", ""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    async def translate(self, text: str, source: str, target: str) -> str:
        if self.fails:
            raise TranslationFailed("down")
        return f"{target}: {text}"

    async def languages(self) -> Any:
        return {}

    async def aclose(self) -> None:
        return None


@pytest.mark.parametrize("fails", [False, True])
async def test_a_machine_begins_a_draft_that_a_person_must_read(
    sqlite_template: Path, tmp_path: Path, clock: Clock, fails: bool
) -> None:
    async with article_site(sqlite_template, tmp_path, clock, translator=Machine(fails)) as site:
        polish = Writer(await editor(site, "anna"), f"/studio/articles/{INTENT}/IT.pl")
        before = await polish.browser.opens(polish.address)
        answer = await polish.does("machine")
        drafts = await site.rows(t.draft)

        assert "Begin with a machine translation" in before
        assert said(answer) == ("machine_failed" if fails else "machine")
        assert [row.body["meta"]["machine_translated"] for row in drafts] == ([] if fails else [True])


async def test_the_list_is_filtered_and_the_map_counts(anna: Writer) -> None:
    opens = anna.browser.opens
    italian = await opens("/studio/articles?place=IT&language=it&topic=labour_rights&state=served")
    named = await opens("/studio/articles?q=payslip&language=ar")
    nonsense = await opens("/studio/articles?page=99999999&state=<b>&place=XX")
    overview, country = await opens("/studio/coverage"), await opens("/studio/coverage?place=IT")

    assert "Texts found: 1" in italian
    assert ITALIAN in italian
    assert "Texts found: 6" in named
    assert "No text fits" in nonsense
    assert '<path class="good"' in overview
    assert f'href="{ARABIC}"' in country
    assert "people get it" in country


@pytest.mark.parametrize(
    "address",
    ["nobody/knows/IT.it", f"{INTENT}/IT.xx", f"{INTENT}/<b>.it", f"{INTENT}/IT", f"{INTENT}/it.it"],
)
async def test_an_address_that_names_no_text_is_not_found(anna: Writer, address: str) -> None:
    answer = await anna.browser.client.get(f"/studio/articles/{address}")

    assert answer.status == 404


async def test_what_all_texts_share_takes_the_same_road(site: Site, anna: Writer, bruno: Writer) -> None:
    head = f"/studio/articles/{INTENT}/article"
    mine, theirs = Writer(anna.browser, head), Writer(bruno.browser, head)
    page = await mine.begins()
    answer = await mine.saves(
        page, "submit", place="residence", deadline="1", related="permits/citizenship", group="EU25"
    )
    review = await theirs.browser.opens(f"{head}/review")
    before = site.context.library.catalogue.facts(INTENT)
    for name, country in (("luca", "IT"), ("els", "BE")):  # where the EU's text is shown is for two countries to say
        judge = Writer(await editor(site, name, country, "EU"), head)
        done = await judge.does("approve", version=_VERSION.findall(review)[-1])
    after, history = site.context.library.catalogue.article(INTENT), await mine.browser.opens(f"{head}/history")

    assert said(answer) == "submitted"
    assert "<ins>" in review
    assert "people of 2 different countries" in review
    assert before is not None
    assert before.place == "work"
    assert said(done) == "published"
    assert after is not None
    assert (after.place, after.deadline, after.related) == ("residence", True, ("permits/citizenship",))
    assert "DK" not in next(one for one in after.variants if one.jurisdiction == "EU").applies_in
    assert "<ins>lives" in history


async def test_a_question_without_an_article_begins_with_what_its_texts_share(site: Site, anna: Writer) -> None:
    page = await anna.browser.opens("/studio/articles/arrival/tax/IT.en")
    head = Writer(anna.browser, "/studio/articles/arrival/tax/article")
    form = await head.begins()
    answer = await head.saves(form, "submit", place="work", group="EU27")

    assert "This question has no article yet" in page
    assert said(answer) == "submitted"
    assert [row.key for row in await site.rows(t.draft)] == ["arrival/tax/article"]


async def test_a_name_that_no_row_can_hold_is_no_text(site: Site, anna: Writer) -> None:
    address = f"/studio/articles/{INTENT}/IT-{'a' * 60}.it"

    assert (await Writer(anna.browser, address).does("write")).status == 404
    assert await site.rows(t.draft) == []


@pytest.mark.parametrize("deed", ["still-correct", "tell", "machine", "preview"])
async def test_what_is_done_to_a_text_is_not_done_to_what_all_share(anna: Writer, deed: str) -> None:
    answer = await Writer(anna.browser, f"/studio/articles/{INTENT}/article").does(deed)

    assert answer.status == 404


async def test_what_the_checks_say_is_said_in_the_words_of_the_page(site: Site, anna: Writer) -> None:
    page = await anna.begins()
    bad = "La polizia ti aiuta! Chiama il 999999. Il clandestino perde 100 euro.[^NOBODY]"
    answer = await anna.browser.posts(f"{ITALIAN}/preview", form_of(page) | {"summary": bad, "review_by": "2020-01-01"})
    html = await answer.text()

    for words in (
        "“polizia” is named", "No exclamation marks", "999999 is neither", "“clandestino” is not said of people",
        "There is no source NOBODY", "The day of the next look must lie ahead.", "The marks of sources are not those",
    ):  # fmt: skip
        assert words in html, words
