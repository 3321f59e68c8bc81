"""The real road: a text that was published in the studio is what the next person gets; one that was withdrawn is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bus import Bus
from bot.corrections import Corrections
from bot.model.ids import new_id
from bot.served import Served
from knowledge.editing import Editing, Editor, Rules
from knowledge.store import Revisions
from tests.conftest import Clock
from tests.conversations.scene import Stage, stage

INTENT = "labour_rights/pay_and_payslip"
KEY = f"{INTENT}/IT.it"


@pytest.fixture
async def play(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    async with stage(database_url, tmp_path, clock) as made:
        yield made


def editor(name: str) -> Editor:
    return Editor(new_id(), name, "IT", lambda _jurisdiction, _locale: True)


async def asks(play: Stage, who: str) -> str:
    person = play.person(who, locale_hint="it")
    await person.taps(f"i:{INTENT}")
    return await person.taps("c:IT")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the stores have tests on both
async def test_the_next_person_gets_the_new_text_and_the_others_are_told_of_a_wrong_one(play: Stage) -> None:
    service = play.service
    editing = Editing(Revisions(), Rules(), service.clock)
    ines, marco = editor("ines"), editor("marco")
    old = await asks(play, "olena")
    assert "non c’è un salario minimo per legge" in old

    async with service.database.transaction() as connection:
        draft = await editing.open(connection, KEY, ines)
        summary = draft.body["sections"]["summary"].replace(
            "non c’è un salario minimo per legge", "ora c’è una paga minima"
        )
        body = {**draft.body, "sections": {**draft.body["sections"], "summary": summary}}
        draft = await editing.save(connection, KEY, ines, body, draft.version, minor=False)
        await editing.submit(connection, KEY, ines, draft.version)
    async with service.database.transaction() as connection:
        await editing.approve(connection, KEY, marco, draft.version, "")
    await service.live.refresh()

    assert "ora c’è una paga minima" in await asks(play, "yusuf")

    served = Served(service.ring)
    async with service.database.transaction() as connection:
        withdrawn = await editing.withdraw(connection, KEY, marco, "Not true.")
        assert await served.count(connection, KEY, withdrawn.version) == 1
        assert await served.tell(connection, KEY, withdrawn.version, marco.id, service.clock()) == 1
    await service.live.refresh()
    corrections = Corrections(
        service.database, served, service.conversations, service.outbox, service.replies, Bus(), service.clock
    )
    assert await corrections.tell_due() == 1
    await play.settle()
    assert play.person("yusuf").heard[-1] == play.text("it", "article_corrected")
    assert play.text("it", "article_corrected") not in play.person("olena").heard
    assert "ora c’è una paga minima" not in await asks(play, "amina")
