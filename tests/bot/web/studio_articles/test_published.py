"""Articles that are served: their history, taken back, said to be still right, commented, and people told of a change."""

import re
from datetime import timedelta

from bot import tables as t
from bot.served import Served
from knowledge.article import Status
from tests.bot.web.articles import ENGLISH, INTENT, ITALIAN, editor
from tests.bot.web.site import Site
from tests.bot.web.studio_articles.writer import NEW, VERSION, Writer, published, said, served


async def test_history_shows_what_changed_and_restores(site: Site, anna: Writer, bruno: Writer) -> None:
    first = served(site)
    await published(anna, bruno)
    history = await anna.browser.opens(f"{ITALIAN}/history")
    editions = re.findall(r"edition=([0-9a-f-]{36})", history)
    old = await anna.browser.opens(f"{ITALIAN}/history?edition={editions[-1]}")
    restored = await anna.does("restore", edition=editions[-1])
    page = await anna.begins()
    await anna.saves(page, "submit")
    version = VERSION.findall(await bruno.browser.opens(f"{ITALIAN}/review"))[-1]
    await bruno.does("approve", version=version)

    assert len(set(editions)) == 2
    assert "<del>" in history
    assert "The first edition" in old
    assert said(restored) == "restored"
    assert served(site) == first


async def test_an_edition_is_not_put_over_a_draft_with_words(site: Site, anna: Writer, bruno: Writer) -> None:
    await published(anna, bruno)
    editions = re.findall(r"edition=([0-9a-f-]{36})", await anna.browser.opens(f"{ITALIAN}/history"))
    await anna.saves(await anna.begins(), summary=NEW + " Domani di più.")

    refused = await anna.does("restore", edition=editions[-1])

    assert said(refused) == "holds_words"
    assert "Domani di più." in await anna.browser.opens(ITALIAN)


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
        version = VERSION.findall(await other.browser.opens(f"{ENGLISH}/review"))[-1]
        assert said(await other.does("approve", version=version)) == "published"
        return await anna.browser.opens("/studio/articles?place=IT&language=it&state=outdated")

    small = await changed(minor="1", title="Pay and your payslip")
    large = await changed(title="Pay in Italy", read="EU-L-MW", read_on="2026-11-01")

    assert "Texts found: 0" in small
    assert "Texts found: 1" in large
