"""What becomes of texts over time: history, translations that fall behind, another look at the law, changed files."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.article import Status
from knowledge.editing import Editor, NotReady, NotYours, Outdated
from knowledge.editing.machine import translated
from knowledge.editing.overview import overview
from knowledge.files import read_tree
from knowledge.plan import Plan
from knowledge.store import Conflict, Deed, Revisions
from tests.conftest import Clock
from tests.knowledge.builders import TEXT, article, translation, variant, write_article
from tests.knowledge.editing.conftest import EN, HEAD, IT, ITALIAN, Hire, Store

ENGLISH = "Your employer pays you every month.[^LAW]"


async def outdated(store: Store) -> set[str]:
    async with store.database.reading() as connection:
        articles = await store.revisions.read_all(connection)
    rows = overview(articles, [], store.clock().date(), Plan(intents=("x/y",)))
    return {row.key for row in rows if row.outdated}


async def test_a_translation_falls_behind_only_when_the_meaning_changes(
    store: Store, ines: Editor, marco: Editor
) -> None:
    assert await outdated(store) == set()
    await store.publish(ines, marco, "Your employer must pay you!"[:-1] + ".[^LAW]", EN, minor=True)
    assert await outdated(store) == set()
    assert (await store.meta(EN))["version"] == 1

    await store.publish(ines, marco, ENGLISH, EN)

    assert await outdated(store) == {IT}
    draft = await store.do("open", IT, ines)
    assert any("en says something else" in finding.message for finding in draft.problems)
    body = {**draft.body, "meta": {**draft.body["meta"], "source_version": 2}}
    saved = await store.do("save", IT, ines, body, draft.version, False)
    await store.do("submit", IT, ines, saved.version)
    await store.do("approve", IT, marco, saved.version, "")
    assert await outdated(store) == set()


async def test_still_correct_holds_for_all_languages_that_follow(
    store: Store, ines: Editor, marco: Editor, hire: Hire
) -> None:
    review_by, read_on = date(2028, 1, 31), date(2026, 11, 17)
    args = (IT.partition("/IT")[0], "IT")
    assert await store.do("still_correct", *args, ines, review_by, read_on) == 2
    assert {(await store.meta(key))["review_by"] for key in (EN, IT)} == {"2028-01-31"}
    async with store.database.reading() as connection:
        head = await store.revisions.current(connection, HEAD)
    assert head is not None
    assert head.body["sources"]["LAW"]["checked_on"] == "2026-11-17"

    await store.publish(ines, marco, ENGLISH, EN)
    assert await store.do("still_correct", *args, ines, date(2028, 6, 30), None) == 1
    assert (await store.meta(IT))["review_by"] == "2028-01-31"
    with pytest.raises(NotYours):
        await store.do("still_correct", *args, await hire("ghent", "BE"), review_by, None)
    with pytest.raises(NotReady):
        await store.do("still_correct", *args, ines, store.clock().date(), None)


async def test_a_draft_goes_on_when_only_a_date_changed_below_it(store: Store, ines: Editor, marco: Editor) -> None:
    draft = await store.submit(ines, "Nuove parole.[^LAW]")
    await store.do("still_correct", IT.partition("/IT")[0], "IT", marco, date(2028, 1, 31), None)
    assert not (await store.draft()).base_moved
    assert (await store.do("approve", IT, marco, draft.version, "")).version == 2


async def test_an_earlier_edition_is_put_back(store: Store, ines: Editor, marco: Editor) -> None:
    first = await store.summary(IT)
    await store.publish(ines, marco, "Parole sbagliate.[^LAW]")
    _, before = await store.do("history", IT)
    draft = await store.do("restore", IT, ines, before.id)
    await store.do("submit", IT, ines, draft.version)
    await store.do("approve", IT, marco, draft.version, "")
    assert await store.summary(IT) == first
    assert [edition.version for edition in await store.do("history", IT)] == [3, 2, 1]


async def test_a_machine_draft_is_read_by_somebody_else_even_without_four_eyes(
    alone: Store, ines: Editor, marco: Editor
) -> None:
    async def machine(text: str, source: str, target: str) -> str:
        return f"{target}({text})"

    async with alone.database.reading() as connection:
        reference = await alone.revisions.current(connection, EN)
    assert reference is not None
    words = await translated(machine, reference.body, "en", "fr")
    assert words["sections"]["steps"].splitlines() == [
        "1. fr(Write down your hours.)[^LAW]", "{papers} fr(Talk to a union first.)",
    ]  # fmt: skip

    key = EN.replace(".en", ".fr")
    draft = await alone.do("machine_draft", key, ines, words)
    assert (draft.by_machine, draft.needs, draft.body["meta"]["source_version"]) == (True, 1, 1)
    claimed = {**draft.body, "meta": {**draft.body["meta"], "machine_translated": False}}
    draft = await alone.do("save", key, ines, claimed, draft.version, False)
    assert draft.body["meta"]["machine_translated"] is True
    with pytest.raises(NotYours):
        await alone.do("publish", key, ines, draft.version)
    with pytest.raises(NotReady):
        await alone.do("machine_draft", key, ines, words)
    await alone.do("submit", key, ines, draft.version)
    assert (await alone.do("approve", key, marco, draft.version, "")).status == "reviewed"


async def test_a_machine_draft_holds_no_signs_that_its_author_cannot_see() -> None:
    async def machine(text: str, _source: str, _target: str) -> str:
        return f"اتصل \u2068{text}\u2069"

    body = {"meta": {"title": "112"}, "sections": {"summary": "1. 112[^LAW]\n112"}}
    words = await translated(machine, body, "en", "ar")

    assert words == {"title": "اتصل 112", "sections": {"summary": "1. اتصل 112[^LAW]\nاتصل 112"}}


@pytest.mark.parametrize(("take", "served"), [("mine", "Parole mie.[^LAW]"), ("file", "Parole del file.[^LAW]")])
async def test_a_changed_file_and_a_changed_text_are_settled_by_a_person(
    store: Store, clock: Clock, tmp_path: Path, ines: Editor, marco: Editor, take: str, served: str
) -> None:
    await store.publish(ines, marco, "Parole mie.[^LAW]")
    file_text = ITALIAN.replace("Il datore di lavoro ti deve pagare.[^LAW]", "Parole del file.[^LAW]")
    folder = tmp_path / "articles"
    write_article(folder, EU_en=TEXT, IT_en=TEXT, IT_it=file_text)
    files = read_tree(folder).files
    revisions = Revisions()
    async with store.database.transaction() as connection:
        assert await revisions.conflicts(connection, files) == [Conflict(IT, "edited")]
        file = next(one for one in files if one.key == IT)
        await revisions.settle(connection, IT, file, take, Deed(ines.id, clock()))  # type: ignore[arg-type]
        assert await revisions.conflicts(connection, files) == []
        assert (await revisions.load(connection, files, clock())).conflicts == ()
    assert await store.summary(IT) == served


@pytest.mark.parametrize(("take", "there"), [("mine", True), ("file", False)])
async def test_a_file_that_went_is_settled_too(
    store: Store, clock: Clock, tmp_path: Path, ines: Editor, marco: Editor, take: str, there: bool
) -> None:
    await store.publish(ines, marco, "Parole mie.[^LAW]")
    (tmp_path / "articles" / IT.rpartition("/")[0] / "IT.it.md").unlink()
    files = read_tree(tmp_path / "articles").files
    async with store.database.transaction() as connection:
        assert await store.revisions.conflicts(connection, files) == [Conflict(IT, "gone")]
        await store.revisions.settle(connection, IT, None, take, Deed(ines.id, clock()))  # type: ignore[arg-type]
        assert (await store.revisions.load(connection, files, clock())).conflicts == ()
    assert bool(await store.summary(IT)) is there


async def test_what_is_served_changed_while_it_was_read(store: Store, clock: Clock, ines: Editor) -> None:
    async with store.database.transaction() as connection:
        with pytest.raises(Outdated):
            await store.revisions.write(connection, IT, {}, None, Deed(ines.id, clock()))


async def test_the_list_knows_what_is_being_written(store: Store, ines: Editor) -> None:
    await store.submit(ines, "Parole nuove.[^LAW]")
    await store.do("open", EN.replace("IT.en", "GR.el"), ines)
    async with store.database.reading() as connection:
        articles = await store.revisions.read_all(connection)
        found = await store.editing.drafts(connection)
    rows = {row.key: row for row in overview(articles, found, store.clock().date(), Plan(intents=("x/y",)))}
    italian, greek = rows[IT], rows[EN.replace("IT.en", "GR.el")]
    assert (italian.state, italian.serving, italian.author) == ("in_review", True, ines.id)
    assert (greek.state, greek.serving, greek.holder) == ("draft", False, ines.id)


def test_the_list_knows_every_state() -> None:
    today = date(2026, 11, 18)
    plan = Plan(intents=("labour_rights/unpaid_wages",), locales=("el",))
    en = translation(version=2)
    texts = (
        en, replace(en, locale="it", version=1), replace(en, locale="fr", review_by=date(2026, 1, 1)),
        replace(en, locale="bg", valid_until=date(2026, 1, 1)), translation("sl", status=Status.WITHDRAWN),
    )  # fmt: skip
    rows = {row.locale: row for row in overview([article(variant("EU", *texts))], [], today, plan)}
    assert {locale: row.state for locale, row in rows.items()} == {
        "en": "served", "it": "served", "fr": "served", "bg": "expired", "sl": "withdrawn", "el": "missing",
    }  # fmt: skip
    assert [locale for locale, row in rows.items() if row.outdated] == ["it"]
    assert [locale for locale, row in rows.items() if row.overdue] == ["fr"]
