"""Articles that are changed: kept against two writers, read by a second person, published."""

import pytest

from bot import tables as t
from tests.bot.web.articles import INTENT, ITALIAN, editor
from tests.bot.web.site import Site
from tests.bot.web.studio_articles.writer import NEW, VERSION, Writer, form_of, said, served


async def test_a_changed_text_is_served_after_a_second_person_said_yes(site: Site, anna: Writer, bruno: Writer) -> None:
    page = await anna.begins()
    answer = await anna.saves(page, "submit", summary=NEW)
    before = served(site)
    review = await bruno.browser.opens(f"{ITALIAN}/review")
    own = await anna.browser.opens(f"{ITALIAN}/review")
    yes = await bruno.does("approve", version=VERSION.findall(review)[-1])

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
    seen = VERSION.findall(await bruno.browser.opens(f"{ITALIAN}/review"))[-1]
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
        ({"summary": ""}, "Every text needs it."),
        ({"summary": "Senza fonte."}, "No sentence here bears a source."),
        ({"summary": "x " * 200 + "[^EU-L-MW]"}, "Shorten it to 350."),
        ({"summary": "Nuovo.[^NOBODY]"}, "NOBODY"),
        ({"valid_until": "2020-01-01"}, "lies before “Valid from”"),
        ({"review_by": "gestern"}, "Look at it again by: “gestern” is no date."),
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
    version = VERSION.findall(await bruno.browser.opens(f"{ITALIAN}/review"))[-1]
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
    first = await luca.does("approve", version=VERSION.findall(page)[-1])
    between = await els.browser.opens(f"{address}/review")
    second = await els.does("approve", version=VERSION.findall(page)[-1])

    assert "people of 2 different countries" in page
    assert said(first) == "approved"
    assert "luca agreed (Italy)." in between
    assert said(second) == "published"


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
