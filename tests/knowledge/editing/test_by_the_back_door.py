"""The roads by which words could reach people that nobody but their writer read, and how they are shut."""

from typing import Any

import pytest

from knowledge.editing import Editor, NotYours, Outdated, Published, Waiting
from knowledge.findings import Level
from tests.knowledge.editing.conftest import EN, EU_EN, HEAD, IT, Hire, Store

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEW = "La paga arriva ogni mese.[^LAW] Parla con un sindacato."
LINK = {
    "title": "The law", "url": "https://example.org/other", "act": "2008/94/EC", "article": "1",
    "checked_on": "2026-09-25", "official": False,
}  # fmt: skip


async def _sources(store: Store) -> dict[str, Any]:
    async with store.database.reading() as connection:
        head = await store.revisions.current(connection, HEAD)
    assert head is not None
    return dict(head.body["sources"])


async def _submitted(store: Store, editor: Editor, key: str, **changes: Any) -> int:
    """Give on a draft with these changes of its body; return its version."""
    draft = await store.do("open", key, editor)
    saved = await store.do("save", key, editor, {**draft.body, **changes}, draft.version, False)
    await store.do("submit", key, editor, saved.version)
    return int(saved.version)


async def test_a_text_changes_no_source_that_it_does_not_mark(store: Store, ines: Editor, marco: Editor) -> None:
    before = await _sources(store)
    sources = {"HIDDEN": {**LINK, "title": "Nobody sees this"}, "LAW": LINK, "NEW": {**LINK, "title": "New"}}
    summary = {"summary": "La paga c'è.[^NEW]"}
    version = await _submitted(store, ines, IT, sources=sources, sections=summary, read={"LAW": "2026-11-17"})
    assert isinstance(await store.do("approve", IT, marco, version, ""), Published)
    after = await _sources(store)
    assert {name: after[name] for name in before} == before
    assert set(after) == {*before, "NEW"}


async def test_a_source_under_the_texts_of_others_is_judged_by_who_answers_for_them(
    store: Store, ines: Editor, marco: Editor, hire: Hire
) -> None:
    key = EN.replace("IT.en", "BE.en")
    body = (await store.do("open", EN, ines)).body
    await store.do("discard", EN, ines)
    parts = {"meta": body["meta"], "sections": body["sections"], "read": {"LAW": "2026-11-17"}}
    version = await _submitted(store, ines, key, **parts)
    await store.do("approve", key, marco, version, "")
    rome = await hire("rome", "IT")
    version = await _submitted(store, ines, IT, sources={"LAW": LINK})
    with pytest.raises(NotYours):
        await store.do("approve", IT, rome, version, "")
    assert isinstance(await store.do("approve", IT, marco, version, ""), Published)
    assert (await _sources(store))["LAW"]["url"] == LINK["url"]


async def test_where_the_text_of_the_union_is_shown_needs_two_countries(store: Store, ines: Editor, hire: Hire) -> None:
    rome, ghent = await hire("rome", "IT"), await hire("ghent", "BE")
    draft = await store.do("open", HEAD, ines)
    variants = {**draft.body["variants"], "EU": {"applies_in": ["IT", "GR", "DK"]}}
    version = await _submitted(store, ines, HEAD, variants=variants)
    assert await store.do("approve", HEAD, rome, version, "") == Waiting(HEAD, 1)
    assert isinstance(await store.do("approve", HEAD, ghent, version, ""), Published)


async def test_who_answers_for_no_country_is_none_of_two(store: Store, ines: Editor, marco: Editor, hire: Hire) -> None:
    draft = await store.submit(ines, "You must be paid.[^LAW] Talk to a union.", EU_EN)
    assert await store.do("approve", EU_EN, marco, draft.version, "") == Waiting(EU_EN, 2)
    assert await store.do("approve", EU_EN, await hire("rome", "IT"), draft.version, "") == Waiting(EU_EN, 1)


async def test_a_head_brings_no_sources_back_that_texts_changed_meanwhile(
    store: Store, ines: Editor, marco: Editor
) -> None:
    head = await store.do("open", HEAD, marco)
    body = {**head.body, "deadline": True, "sources": {"LAW": LINK}}
    head = await store.do("save", HEAD, marco, body, head.version, False)
    assert head.body["sources"] == await _sources(store)
    version = await _submitted(store, ines, IT, sources={"LAW": {**LINK, "title": "Corrected"}})
    await store.do("approve", IT, marco, version, "")
    with pytest.raises(Outdated):
        await store.do("submit", HEAD, marco, head.version)
    head = await store.do("take_base", HEAD, marco, head.version)
    await store.do("submit", HEAD, marco, head.version)
    await store.do("approve", HEAD, ines, head.version, "")
    assert (await _sources(store))["LAW"]["title"] == "Corrected"


async def test_a_machines_draft_that_was_given_up_comes_back_as_one(alone: Store, ines: Editor) -> None:
    key = EN.replace("IT.en", "IT.fr")
    words = {"title": "Salaire", "sections": {"summary": "Votre patron doit vous payer.[^LAW]"}}
    await alone.do("machine_draft", key, ines, words)
    await alone.do("discard", key, ines)
    (given_up,) = await alone.do("history", key)
    draft = await alone.do("restore", key, ines, given_up.id)
    claimed = {**draft.body, "meta": {**draft.body["meta"], "machine_translated": False}}
    draft = await alone.do("save", key, ines, claimed, draft.version, False)
    assert (draft.by_machine, draft.needs) == (True, 1)
    with pytest.raises(NotYours):
        await alone.do("publish", key, ines, draft.version)


async def test_another_number_is_no_small_correction(store: Store, ines: Editor) -> None:
    draft = await store.write(ines, NEW, minor=True)
    assert draft.faults == ()
    draft = await store.write(ines, f"{NEW} La paga è di 9 euro.", minor=True)
    assert [(finding.place, finding.level) for finding in draft.faults] == [("minor", Level.ERROR)]


async def test_a_wrong_text_is_withdrawn_in_all_languages_at_once(store: Store, hire: Hire) -> None:
    roman, greek, ghent = (
        await hire("roman", "IT", locales=("it",)), await hire("greek", "IT", locales=("el",)), await hire("ghent", "BE"),
    )  # fmt: skip
    intent, eu = IT.rpartition("/")[0], await store.summary(EU_EN)
    for stranger in (greek, ghent):
        with pytest.raises(NotYours):
            await store.do("withdraw_all", intent, "IT", stranger, "")
    done = await store.do("withdraw_all", intent, "IT", roman, "a wrong amount")
    assert {one.key for one in done} == {EN, IT}
    assert [await store.summary(key) for key in (EN, IT, EU_EN)] == ["", "", eu]
    with pytest.raises(Outdated):
        await store.do("withdraw_all", intent, "IT", roman, "again")
