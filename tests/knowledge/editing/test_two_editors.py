"""Two people at one text: one writes, the other is told so, and nobody's words are lost."""

import asyncio
from typing import Any

import pytest

from knowledge.editing import Draft, Editor, Locked, Outdated
from knowledge.editing.model import LOCK
from tests.conftest import Clock
from tests.knowledge.editing.conftest import HEAD, IT, Store


async def test_the_second_is_told_who_writes_until_when(
    store: Store, clock: Clock, ines: Editor, marco: Editor
) -> None:
    await store.do("open", IT, ines)
    with pytest.raises(Locked) as caught:
        await store.do("open", IT, marco)
    assert (caught.value.holder, caught.value.until) == (ines.id, clock() + LOCK)


async def test_a_lock_that_ran_out_is_taken_over_and_the_first_loses_no_word(
    store: Store, clock: Clock, ines: Editor, marco: Editor
) -> None:
    mine = await store.write(ines, "Le mie parole.[^LAW]")
    clock.move(minutes=11)
    theirs = await store.write(marco, "Le mie parole, e le tue.[^LAW]")
    assert theirs.writers == {ines.id, marco.id}
    with pytest.raises(Locked):
        await store.do("save", IT, ines, mine.body, mine.version, False)
    clock.move(minutes=11)
    with pytest.raises(Outdated):
        await store.do("save", IT, ines, mine.body, mine.version, False)
    assert (await store.draft()).body["sections"]["summary"] == "Le mie parole, e le tue.[^LAW]"


async def test_saving_prolongs_the_lock(store: Store, clock: Clock, ines: Editor, marco: Editor) -> None:
    await store.write(ines, "Prima.[^LAW]")
    clock.move(minutes=9)
    await store.write(ines, "Poi.[^LAW]")
    clock.move(minutes=9)
    with pytest.raises(Locked):
        await store.do("open", IT, marco)
    await store.do("release", IT, ines)
    assert (await store.do("open", IT, marco)).holder == marco.id


async def test_the_same_person_in_two_windows_overwrites_nothing_in_silence(store: Store, ines: Editor) -> None:
    old = await store.do("open", IT, ines)
    await store.write(ines, "Nella seconda finestra.[^LAW]")
    with pytest.raises(Outdated):
        await store.do("save", IT, ines, old.body, old.version, False)


@pytest.mark.parametrize("key", [IT, HEAD])
async def test_of_many_who_begin_at_once_one_writes(store: Store, ines: Editor, marco: Editor, key: str) -> None:
    found = await asyncio.gather(
        *(store.do("open", key, editor) for editor in (ines, marco) for _ in range(4)), return_exceptions=True
    )
    drafts = [one for one in found if isinstance(one, Draft)]
    assert len(drafts) == 4
    assert len({one.holder for one in drafts}) == 1
    assert {type(one) for one in found} == {Draft, Locked}


async def test_of_two_saves_at_once_one_counts_and_the_other_is_told(store: Store, ines: Editor) -> None:
    draft = await store.do("open", IT, ines)

    async def save(words: str) -> Any:
        body = {**draft.body, "sections": {"summary": words}}
        return await store.do("save", IT, ines, body, draft.version, False)

    found = await asyncio.gather(*(save(f"Parole {n}.[^LAW]") for n in range(5)), return_exceptions=True)
    (kept,) = [one for one in found if isinstance(one, Draft)]
    assert (await store.draft()).body == kept.body
    assert sum(isinstance(one, Outdated) for one in found) == 4


async def test_a_page_left_open_over_a_publication_does_not_fit_the_next_draft(
    store: Store, clock: Clock, ines: Editor, marco: Editor
) -> None:
    old = await store.do("open", IT, ines)
    await store.publish(ines, marco, "Parole nuove.[^LAW]")
    clock.move(minutes=1)
    await store.do("open", IT, marco)
    clock.move(minutes=11)
    with pytest.raises(Outdated):
        await store.do("save", IT, ines, old.body, old.version, False)


async def test_of_two_approvals_at_once_one_publishes(store: Store, ines: Editor, marco: Editor, hire: Any) -> None:
    third = await hire("third")
    draft = await store.submit(ines, "Nuove parole.[^LAW]")
    found = await asyncio.gather(
        *(store.do("approve", IT, one, draft.version, "") for one in (marco, third)), return_exceptions=True
    )
    assert sum(isinstance(one, Outdated) for one in found) == 1
    assert [edition.current for edition in await store.do("history", IT)] == [True, False]


async def test_what_was_given_up_is_found_in_the_history(store: Store, ines: Editor, marco: Editor) -> None:
    await store.write(ines, "Quasi giusto.[^LAW]")
    with pytest.raises(Locked):
        await store.do("discard", IT, marco)
    await store.do("discard", IT, ines)
    assert await store.do("read", IT) is None
    given_up, served = await store.do("history", IT)
    assert (given_up.discarded, served.discarded) == (True, False)
    draft = await store.do("restore", IT, marco, given_up.id)
    assert draft.body["sections"]["summary"] == "Quasi giusto.[^LAW]"
    with pytest.raises(Exception, match="problems"):
        await store.do("restore", IT, marco, served.id)


async def test_a_draft_without_words_of_its_own_leaves_nothing(store: Store, ines: Editor) -> None:
    await store.do("open", IT, ines)
    await store.do("discard", IT, ines)
    assert len(await store.do("history", IT)) == 1
