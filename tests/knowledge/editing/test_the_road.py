"""A text on its road: written, read by somebody else, published; and what stops it."""

from typing import Any

import pytest

from knowledge.article import Translation
from knowledge.documents import translation_document
from knowledge.editing import Editor, NotReady, NotYours, Outdated, Published, Stage, Waiting, drafts
from knowledge.findings import Level
from knowledge.stored import parsed
from tests.knowledge.editing.conftest import EN, EU_EN, HEAD, IT, Hire, Store

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing in these depends on the store

NEW = "La paga arriva ogni mese.[^LAW] Parla con un sindacato."


async def test_a_text_is_served_only_after_somebody_else_read_it(store: Store, ines: Editor, marco: Editor) -> None:
    before = await store.summary(IT)
    draft = await store.submit(ines, NEW)
    assert draft.stage is Stage.IN_REVIEW
    assert draft.needs == 1
    assert await store.summary(IT) == before

    done = await store.do("approve", IT, marco, draft.version, "")

    assert isinstance(done, Published)
    assert await store.summary(IT) == NEW
    meta = await store.meta(IT)
    assert (meta["status"], meta["author"], meta["reviewer"], meta["version"]) == ("reviewed", "ines", "marco", 2)
    assert await store.do("read", IT) is None


async def test_nobody_approves_their_own_words(store: Store, ines: Editor, marco: Editor) -> None:
    await store.write(ines, "Una prima frase.[^LAW]")
    await store.do("release", IT, ines)
    draft = await store.submit(marco, NEW)
    for writer in (ines, marco):
        with pytest.raises(NotYours):
            await store.do("approve", IT, writer, draft.version, "")


async def test_a_save_after_the_review_began_makes_it_begin_anew(store: Store, ines: Editor, marco: Editor) -> None:
    seen = await store.submit(ines, NEW)
    await store.write(ines, "Altre parole.[^LAW]")
    await store.do("release", IT, ines)
    with pytest.raises(Outdated):
        await store.do("approve", IT, marco, seen.version, "")
    again = await store.do("submit", IT, ines, seen.version + 1)
    with pytest.raises(Outdated):
        await store.do("approve", IT, marco, seen.version, "")
    assert isinstance(await store.do("approve", IT, marco, again.version, ""), Published)


async def test_without_four_eyes_the_author_publishes_as_source_checked(alone: Store, ines: Editor) -> None:
    draft = await alone.write(ines, NEW)
    assert draft.needs == 0
    await alone.do("publish", IT, ines, draft.version)
    meta = await alone.meta(IT)
    assert (meta["status"], meta["reviewer"]) == ("source_checked", "")


async def test_with_four_eyes_nobody_publishes_alone(store: Store, ines: Editor) -> None:
    draft = await store.write(ines, NEW)
    with pytest.raises(NotYours):
        await store.do("publish", IT, ines, draft.version)


async def test_a_text_for_the_whole_union_needs_two_countries(store: Store, ines: Editor, hire: Hire) -> None:
    rome, milan, ghent = await hire("rome", "IT"), await hire("milan", "IT"), await hire("ghent", "BE-VLG", "BE")
    draft = await store.submit(ines, "You must be paid.[^LAW] Talk to a union.", EU_EN)
    assert draft.needs == 2
    assert await store.do("approve", EU_EN, rome, draft.version, "") == Waiting(EU_EN, 1)
    assert await store.do("approve", EU_EN, milan, draft.version, "") == Waiting(EU_EN, 1)
    assert isinstance(await store.do("approve", EU_EN, ghent, draft.version, ""), Published)
    assert (await store.meta(EU_EN))["reviewer"] == "rome, milan, ghent"


@ON_ONE
@pytest.mark.parametrize("deed", ["open", "withdraw"])
async def test_rights_go_by_country_and_language(store: Store, hire: Hire, deed: str) -> None:
    for stranger in (await hire("ghent", "BE"), await hire("el", "IT", locales=("el",))):
        with pytest.raises(NotYours):
            await store.do(deed, IT, stranger)


@ON_ONE
@pytest.mark.parametrize(
    ("summary", "place"),
    [
        ("", "summary"),
        ("Chiedi subito![^LAW]", "summary"),
        ("Nessuna fonte qui.", "summary"),
        ("Una fonte che non esiste.[^NONE]", "summary"),
    ],
)
async def test_a_text_with_faults_is_kept_and_not_given_on(
    store: Store, ines: Editor, summary: str, place: str
) -> None:
    draft = await store.write(ines, summary)
    assert draft.body["sections"]["summary"] == summary
    assert next(finding.place for finding in draft.faults) == place
    with pytest.raises(NotReady):
        await store.do("submit", IT, ines, draft.version)


async def test_the_reference_needs_the_day_on_which_its_sources_were_read(
    store: Store, ines: Editor, marco: Editor
) -> None:
    draft = await store.do("open", EN, ines)
    assert [finding.place for finding in draft.faults] == ["read"]
    await store.publish(ines, marco, "Your employer pays you.[^LAW]", EN)
    async with store.database.reading() as connection:
        head = await store.revisions.current(connection, HEAD)
    assert head is not None
    assert head.body["sources"]["LAW"]["checked_on"] == "2026-11-17"


async def test_a_new_source_comes_with_the_text(store: Store, ines: Editor, marco: Editor) -> None:
    source = {"title": "INPS", "url": "https://example.org/inps", "act": "", "article": "", "checked_on": "2026-11-01"}
    draft = await store.do("open", IT, ines)
    body = {**draft.body, "sources": {"NEW": source}, "sections": {"summary": "La paga c'è.[^NEW]"}}
    saved = await store.do("save", IT, ines, body, draft.version, False)
    assert saved.faults == ()
    await store.do("submit", IT, ines, saved.version)
    await store.do("approve", IT, marco, saved.version, "")
    async with store.database.reading() as connection:
        (article,) = await store.revisions.read_all(connection)
    assert article.sources["NEW"].title == "INPS"
    assert article.undefined_sources(article.variants[1].translations[1]) == ()


async def test_a_new_country_comes_with_its_first_text(store: Store, ines: Editor, marco: Editor) -> None:
    key = EN.replace("IT.en", "BE.en")
    draft = await store.do("open", key, ines)
    body = {**draft.body, "read": {"LAW": "2026-11-17"}, "sections": {"summary": "You must be paid.[^LAW]"}}
    body["meta"] = {**body["meta"], "title": "Unpaid wages"}
    saved = await store.do("save", key, ines, body, draft.version, False)
    assert saved.faults == ()
    await store.do("submit", key, ines, saved.version)
    done = await store.do("approve", key, marco, saved.version, "")
    async with store.database.reading() as connection:
        (article,) = await store.revisions.read_all(connection)
    assert done.version == 1
    assert ("BE", ("BE",)) in [(variant.jurisdiction, variant.applies_in) for variant in article.variants]


async def test_a_refusal_says_why_and_gives_the_draft_back(store: Store, ines: Editor, marco: Editor) -> None:
    draft = await store.submit(ines, NEW)
    with pytest.raises(NotReady):
        await store.do("refuse", IT, marco, " ")
    await store.do("refuse", IT, marco, "Which law?")
    assert (await store.draft()).stage is Stage.WRITING
    (said,) = await store.do("comments", IT)
    assert (said.verdict, said.text) == ("refuse", "Which law?")
    asked = await store.do("comment", IT, marco, "Is this still so in 2027?")
    again = await store.do("submit", IT, ines, draft.version)
    await store.do("approve", IT, marco, again.version, "Good.")
    assert [one.text for one in await store.do("open_comments")] == ["Good.", "Is this still so in 2027?"]
    await store.do("settle_comment", IT, ines, asked)
    assert [one.text for one in await store.do("open_comments")] == ["Good."]


async def test_a_withdrawn_text_is_served_no_more_until_it_is_published_again(
    store: Store, ines: Editor, marco: Editor
) -> None:
    done = await store.do("withdraw", IT, ines, "The law changed.")
    assert (done.status, done.version) == ("withdrawn", 1)
    assert await store.summary(IT) == ""
    with pytest.raises(Outdated):
        await store.do("withdraw", IT, ines)
    await store.publish(ines, marco, NEW)
    assert await store.summary(IT) == NEW


async def test_a_draft_begun_before_the_withdrawal_is_looked_at_again(
    store: Store, ines: Editor, marco: Editor
) -> None:
    draft = await store.submit(ines, NEW)
    await store.do("withdraw", IT, marco, "Wrong.")
    assert (await store.draft()).base_moved
    with pytest.raises(Outdated):
        await store.do("approve", IT, marco, draft.version, "")
    taken = await store.do("take_base", IT, ines, draft.version)
    await store.do("submit", IT, ines, taken.version)
    assert isinstance(await store.do("approve", IT, marco, taken.version, ""), Published)


async def test_a_served_text_is_called_right_by_somebody_else(store: Store, ines: Editor, marco: Editor) -> None:
    edition: Any = (await store.do("history", IT))[0]
    done = await store.do("reviewed", IT, ines, edition.id, "")
    assert done.status == "reviewed"
    assert (await store.meta(IT))["reviewer"] == "ines"
    await store.publish(ines, marco, NEW)
    mine = (await store.do("history", IT))[0]
    with pytest.raises(NotYours):
        await store.do("reviewed", IT, ines, mine.id, "")
    with pytest.raises(Outdated):
        await store.do("reviewed", IT, marco, edition.id, "")


@ON_ONE
async def test_a_new_article_begins_with_its_head(store: Store, ines: Editor, marco: Editor) -> None:
    head, text = "arrival/new_thing/article", "arrival/new_thing/IT.it"
    draft = await store.do("open", text, ines)
    assert "article" in [finding.place for finding in draft.faults]
    begun = await store.do("open", head, ines)
    saved = await store.do("save", head, ines, {**begun.body, "place": "now"}, begun.version, False)
    assert saved.faults == ()
    await store.do("submit", head, ines, saved.version)
    await store.do("approve", head, marco, saved.version, "")
    body = {**draft.body, "read": {"NEW": "2026-11-17"}, "sections": {"summary": "La paga c'è.[^NEW]"}}
    body["sources"] = {"NEW": {"title": "INPS", "url": "https://example.org/inps", "checked_on": "2026-11-01"}}
    body["meta"] = {**body["meta"], "title": "Una cosa nuova"}
    saved = await store.do("save", text, ines, body, draft.version, False)
    assert saved.faults == ()


@ON_ONE
async def test_a_head_keeps_the_countries_and_sources_of_its_texts(store: Store, ines: Editor, hire: Hire) -> None:
    draft = await store.do("open", HEAD, ines)
    body = {**draft.body, "variants": {"EU": draft.body["variants"]["EU"]}, "sources": {}}
    saved = await store.do("save", HEAD, ines, body, draft.version, False)
    assert {finding.place for finding in saved.faults} == {"variants"}
    assert saved.body["sources"] == draft.body["sources"]
    await store.do("release", HEAD, ines)
    ghent = await hire("ghent", "BE")
    with pytest.raises(NotYours):
        await store.do("open", HEAD, ghent)


@ON_ONE
@pytest.mark.parametrize(
    ("meta", "read", "place"),
    [
        ({"review_by": "2026-11-18"}, {}, "review_by"),
        ({"review_by": "soon"}, {}, "review_by"),
        ({"valid_until": "2026-11-17"}, {}, "valid_until"),
        ({}, {"LAW": "2026-11-19"}, "read"),
        ({}, {"LAW": "yesterday"}, "read"),
    ],
)
async def test_days_that_cannot_be_stop_a_text(
    store: Store, ines: Editor, meta: dict[str, str], read: dict[str, str], place: str
) -> None:
    draft = await store.do("open", IT, ines)
    body = {**draft.body, "meta": {**draft.body["meta"], **meta}, "read": read}
    found = await store.do("look", IT, body)
    assert place in [finding.place for finding in found if finding.level is Level.ERROR]


@ON_ONE
async def test_who_changes_a_source_hears_whose_texts_rest_on_it_too(store: Store, ines: Editor) -> None:
    draft = await store.do("open", IT, ines)
    source = {"title": "The law", "url": "https://example.org/new", "checked_on": "2026-11-01"}
    found = await store.do("look", IT, {**draft.body, "sources": {"LAW": source}})
    assert [(finding.level, finding.message) for finding in found if finding.place == "sources"] == [
        (Level.WARNING, "LAW changes for EU, too")
    ]


@ON_ONE
async def test_what_is_published_is_stored_as_if_it_came_from_a_file(store: Store, ines: Editor, marco: Editor) -> None:
    draft = await store.do("open", IT, ines)
    sections = {"steps": " 1. Scrivi.[^LAW]\n", "summary": "La paga c'è.[^LAW]", "bring": ""}
    body = {**draft.body, "meta": {**draft.body["meta"], "source_version": "1", "spare": "x"}, "sections": sections}
    saved = await store.do("save", IT, ines, body, draft.version, False)
    assert "spare" in [finding.place for finding in saved.faults]
    del body["meta"]["spare"]
    saved = await store.do("save", IT, ines, body, saved.version, False)
    await store.do("submit", IT, ines, saved.version)
    await store.do("approve", IT, marco, saved.version, "")
    async with store.database.reading() as connection:
        found = await store.revisions.current(connection, IT)
    assert found is not None
    text = parsed(IT, found.body, [])
    assert isinstance(text, Translation)
    assert translation_document(text) == found.body
    assert found.body["sections"] == {"steps": "1. Scrivi.[^LAW]", "summary": "La paga c'è.[^LAW]"}


async def test_killed_while_it_is_published_nothing_is_half_done(
    store: Store, ines: Editor, marco: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, draft = await store.summary(IT), await store.submit(ines, NEW)

    async def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(drafts, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            await store.do("approve", IT, marco, draft.version, "")
    assert await store.summary(IT) == before
    assert (await store.draft()).approvals == ()
    assert isinstance(await store.do("approve", IT, marco, draft.version, ""), Published)
