"""Files into the store: only what changed there is taken, conflicts wait for a person, and it is all or nothing."""

import asyncio
import os
import signal
from typing import Any
from uuid import UUID

import pytest

from bot.db import Database
from bot.edits import Edits
from bot.exchange.engine import CannotImport, Choice, Exchange
from bot.exchange.items import Item
from bot.exchange.plan import Verdict
from bot.exchange.taking import Taking
from knowledge.fields import ContentError
from tests.bot.exchange.network import edit
from tests.bot.exchange.small import FILES, HELLO, IT, PAY, WORDS, bring, changed, engine, held, release, start, text

POINT = Item("point", "roma")
TEXT = Item("article", f"{PAY}/IT.it")
SHIPPED = release()


@pytest.fixture
def house() -> Exchange:
    return engine(SHIPPED)


@pytest.fixture
async def files(database: Database, house: Exchange) -> dict[str, bytes]:
    """The export of an installation in which nobody has changed anything yet."""
    async with database.transaction() as connection:
        await start(connection, SHIPPED)
        return await house.export_all(connection)


async def test_what_was_changed_in_the_files_is_taken(
    database: Database, house: Exchange, files: dict[str, bytes]
) -> None:
    files = changed(files, IT, "Devono pagare.", "Devono pagare ora.")
    files = changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")
    files = changed(files, "nlu/data/it/work.yml", "- non mi pagano", "- non mi pagano\n    - niente paga")
    files = changed(files, "handoff/points/roma.yml", "name: Roma", "name: Roma Centro")
    async with database.transaction() as connection:
        _, plan = await bring(connection, house, files)
        content = await held(connection, house)
        again = await house.plan(connection, house.read(files))
    assert {(entry.item, entry.verdict) for entry in plan.entries} == {
        (TEXT, Verdict.CHANGED), (HELLO, Verdict.CHANGED), (WORDS, Verdict.CHANGED), (POINT, Verdict.CHANGED),
    }  # fmt: skip
    assert content[TEXT]["sections"]["summary"] == "Devono pagare ora.[^LAW]"
    assert content[HELLO] == {"text": "Salve.", "state": "machine"}
    assert content[WORDS] == {"examples": ["non mi pagano", "niente paga"]}
    assert content[POINT]["name"] == "Roma Centro"
    assert again.entries == ()


async def test_a_new_question_comes_with_its_words(
    database: Database, house: Exchange, files: dict[str, bytes]
) -> None:
    files = changed(files, "dialogues/domain/work.yml", "  - pay", "  - pay\n  - night_shift")
    files["nlu/data/it/work.yml"] += b"- intent: night_shift\n  examples: |\n    - di notte\n"
    async with database.transaction() as connection:
        await bring(connection, house, files)
        content = await held(connection, house)
    assert content[Item("wordings", "work/night_shift/it")] == {"examples": ["di notte"]}
    assert Item("intent", "work/night_shift") in content


async def test_what_was_changed_here_stays_and_both_sides_of_a_conflict_wait(
    database: Database, house: Exchange, files: dict[str, bytes]
) -> None:
    async with database.transaction() as connection:
        await edit(connection, SHIPPED, HELLO, {"text": "Buongiorno.", "state": "read"})
        await edit(connection, SHIPPED, WORDS, {"examples": ["qui"]})
    files = changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")
    async with database.transaction() as connection:
        incoming, plan = await bring(connection, house, files)
        content = await held(connection, house)
    (conflict,) = plan.entries
    assert (conflict.item, conflict.verdict) == (HELLO, Verdict.CONFLICT)
    assert (conflict.mine["text"], conflict.theirs["text"]) == ("Buongiorno.", "Salve.")
    assert content[HELLO]["text"] == "Buongiorno."
    assert content[WORDS] == {"examples": ["qui"]}

    settled = Choice({HELLO: "mine"})
    kept = {**files, "exported.tsv": house.manifest_after(incoming, plan, settled)}
    async with database.transaction() as connection:
        assert (await house.plan(connection, house.read(kept))).entries == ()
        await bring(connection, house, files, Choice({HELLO: "theirs"}))
        assert (await held(connection, house))[HELLO]["text"] == "Salve."
        assert len(await Edits().history(connection, *HELLO)) == 2


async def test_a_missing_file_takes_nothing_away_unless_somebody_says_so(
    database: Database, house: Exchange, files: dict[str, bytes]
) -> None:
    del files[IT], files["handoff/points/roma.yml"]
    async with database.transaction() as connection:
        _, plan = await bring(connection, house, files)
        assert {entry.item for entry in plan.of(Verdict.GONE)} == {TEXT, POINT}
        assert {TEXT, POINT} <= set(await held(connection, house))
        await bring(connection, house, files, Choice(gone=True))
        content = await held(connection, house)
    assert content[TEXT]["meta"]["status"] == "withdrawn"  # it is not served, and its words are not lost
    assert POINT not in content


async def test_files_without_a_manifest_are_compared_with_what_ships(database: Database, house: Exchange) -> None:
    async with database.transaction() as connection:
        await start(connection, SHIPPED)
        await edit(connection, SHIPPED, WORDS, {"examples": ["qui"]})
        mine = {path: raw for path, raw in SHIPPED.files.items() if path.startswith(("knowledge", "nlu/data"))}
        mine[IT] = text("Paga", "Altro.").encode()
        _, plan = await bring(connection, house, mine)
    assert [(entry.item, entry.verdict) for entry in plan.entries] == [(TEXT, Verdict.CHANGED)]
    assert plan.kept == 1


async def test_a_new_version_of_guichet_is_not_undone_by_an_old_folder(
    database: Database, house: Exchange, files: dict[str, bytes]
) -> None:
    newer = release({"nlu/data/it/work.yml": SHIPPED.files["nlu/data/it/work.yml"].decode() + "    - paga mai\n"})
    async with database.transaction() as connection:
        plan = await engine(newer).plan(connection, engine(newer).read(files))
    assert plan.entries == ()
    both = changed(files, "nlu/data/it/work.yml", "non mi pagano", "non pagano")
    async with database.transaction() as connection:
        plan = await engine(newer).plan(connection, engine(newer).read(both))
    assert [entry.verdict for entry in plan.entries] == [Verdict.CONFLICT]


async def test_a_start_after_the_import_leaves_it_as_it_is(
    database: Database, house: Exchange, files: dict[str, bytes]
) -> None:
    async with database.transaction() as connection:
        await bring(connection, house, changed(files, IT, "Devono", "Ora devono"))
        await start(connection, SHIPPED)
        assert (await held(connection, house))[TEXT]["sections"]["summary"].startswith("Ora")
        files = await house.export_all(connection)
        await bring(connection, house, changed(files, IT, "Ora devono", "Devono"))
        newer = release({IT: text("Paga", "Nuova legge.")})
        await start(connection, newer)  # it is the file's again, so a new version's text is taken
        content = await held(connection, engine(newer))
    assert content[TEXT]["sections"]["summary"] == "Nuova legge.[^LAW]"


FAULTY = {
    "no yaml": ("dialogues/phrases/it.yml", b"phrases: [", "dialogues/phrases/it.yml: line 2: this is not valid YAML"),
    "a reference": ("handoff/ready/a/b.yml", b"title: &a x\ntexts: {en: *a}", "a reference"),
    "an unknown mark": (IT, text("Paga", "Devono.[^NO]").encode(), "IT.it.md: the mark [^NO] names no source"),
    "a wrong field": (IT, text("Paga", "Devono.", "great").encode(), "IT.it.md, line 2: 'status' is 'great'"),
    "a placeholder": (
        "dialogues/phrases/it.yml",
        b'state: read\nphrases:\n  welcome: "Ciao {name}"',
        "no placeholders",
    ),
    "a long title": ("dialogues/titles/it.yml", b'titles:\n  work/pay: "' + b"x" * 30 + b'"', "30 characters"),
    "a draft without a form": (
        "drafts/work/pay/IT.it.yml",
        f"stage: writing\nauthor: {UUID(int=1)}\nbody: {{meta: {{}}, sections: [1]}}".encode(),
        "sections: must hold lines",
    ),
    "a draft with numbers for words": (
        "drafts/work/pay/IT.it.yml",
        f"stage: writing\nauthor: {UUID(int=1)}\nbody: {{meta: {{}}, sections: {{summary: 5}}}}".encode(),
        "each must be a text",
    ),
    "a date": ("nlu/questions/work/night.yml", b"about: x\nsince: 2026-01-01", "put dates in quotes"),
    "an endless number": ("nlu/questions/work/night.yml", b"more: 0x" + b"f" * 9000, "put dates in quotes"),
    "an empty title": ("dialogues/titles/it.yml", b'titles:\n  work/pay: " "', "1 to 24 fit"),
    "no emergency number": (
        "dialogues/phrases/it.yml",
        b'phrases:\n  danger_call: "Chiama la polizia."',
        "the same numbers as the English",
    ),
    "a name that is taken": ("nlu/questions/home/pay.yml", b"about: rent", "another question has the name pay"),
    "a question of the service": ("nlu/questions/safety/flood.yml", b"about: water", "added to the topic safety"),
    "a question in a domain of the service": (
        "dialogues/domain/service.yml",
        b"intents: [flood]",
        "added to the topic service",
    ),
    "a question among the dangers": ("nlu/questions/work/night.yml", b"menu: danger", "'danger' is no row"),
    "no name of a row": ("nlu/questions/work/night.yml", b"menu: [1]", "is no row"),
    "a name without an end": ("handoff/ready/a/" + "b" * 130 + ".yml", b"title: x\ntexts: {en: x}", "name is too long"),
    "too many sentences": (
        "nlu/data/it/work.yml",
        b"nlu:\n- intent: pay\n  examples: |\n" + b"".join(b"    - frase %d\n" % one for one in range(501)),
        "at most 500",
    ),
    "an unknown question": ("nlu/data/it/work.yml", b"nlu:\n- intent: nope\n  examples: |\n    - a\n", "no question"),
    "an unknown office field": ("handoff/points/roma.yml", b"id: roma\nhome: x", "home: no such field"),
    "a text that turns numbers around": (
        IT,
        text("Paga", "Chiama \u202e211.").encode(),
        "article work/pay/IT.it: a hidden sign",
    ),
    "a title that turns letters around": (IT, text("Pa\u2067ga", "Chiama.").encode(), "a hidden sign"),
    "a sentence that turns numbers around": (
        "dialogues/phrases/it.yml",
        "phrases:\n  welcome: 'Chiama \u202d211'".encode(),
        "phrase it/welcome: a hidden sign turns words or numbers around near 'Chiama 211'",
    ),
    "a short title that turns": (
        "dialogues/titles/it.yml",
        "titles:\n  work/pay: '\u2066Paga'".encode(),
        "hidden sign",
    ),
    "a question that turns": (
        "nlu/questions/work/night.yml",
        "about: x\ntitles: {it: '\u202bNotte'}".encode(),
        "intent work/night: a hidden sign",
    ),
    "a wording that turns": (
        "nlu/data/it/work.yml",
        "nlu:\n- intent: pay\n  examples: |\n    - chiamo \u202e211\n".encode(),
        "wordings work/pay/it: a hidden sign",
    ),
    "an office that turns": (
        "handoff/points/roma.yml",
        FILES["handoff/points/roma.yml"].replace("name: Roma", "name: 'Roma \u202e211'").encode(),
        "name: must not hold signs that turn",
    ),
    "ready words that turn": (
        "handoff/ready/roma/hello.yml",
        "title: Hello\ntexts: {it: 'Chiama \u202e211'}".encode(),
        "ready roma/hello: a hidden sign",
    ),
    "not UTF-8": ("nlu/data/it/work.yml", b"\xff\xfe", "UTF-8"),
}


@pytest.mark.parametrize("fault", FAULTY)
async def test_every_fault_is_told_and_nothing_changes(
    database: Database, house: Exchange, files: dict[str, bytes], fault: str
) -> None:
    path, raw, told = FAULTY[fault]
    async with database.transaction() as connection:
        before = await held(connection, house)
    files = {**files, path: raw}
    with pytest.raises(CannotImport) as error:
        async with database.transaction() as connection:
            await bring(connection, house, files)
    assert any(told in problem for problem in error.value.problems), error.value.problems
    async with database.reading() as connection:
        assert await held(connection, house) == before


async def test_two_faults_are_told_at_once(house: Exchange) -> None:
    files = {**SHIPPED.files, IT: b"", "dialogues/phrases/it.yml": b"- x"}
    assert len({problem.split(":")[0].split(",")[0] for problem in house.read(files).problems}) == 2


async def test_a_fault_in_the_middle_changes_nothing(
    database: Database, house: Exchange, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = changed(files, IT, "Devono", "Ora devono")
    files = changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")

    async def broken(*_: object) -> None:
        raise OSError("the disk is full")

    async with database.transaction() as connection:
        before = await held(connection, house)
    monkeypatch.setattr(Taking, "_edit", broken)
    with pytest.raises(OSError, match="disk"):
        async with database.transaction() as connection:
            await bring(connection, house, files)
    async with database.reading() as connection:
        assert await held(connection, house) == before


async def test_articles_that_do_not_fit_together_are_refused(
    database: Database, house: Exchange, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.exchange.taking.fitted", lambda documents, _: {**documents, f"{PAY}/IT.fr": {"meta": {}}})
    with pytest.raises(ContentError):
        async with database.transaction() as connection:
            await bring(connection, house, changed(files, IT, "Devono", "Ora devono"))


async def test_a_plan_that_is_not_the_one_that_was_shown_is_not_carried_out(
    database: Database, house: Exchange, files: dict[str, bytes]
) -> None:
    incoming = house.read(changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve."))
    async with database.transaction() as connection:
        seen = (await house.plan(connection, incoming)).stamp
        await edit(connection, SHIPPED, HELLO, {"text": "Buongiorno.", "state": "read"})
    with pytest.raises(CannotImport, match="meanwhile"):
        async with database.transaction() as connection:
            await house.import_all(connection, incoming, None, Choice({HELLO: "theirs"}), seen=seen)


@pytest.mark.slow
def test_killed_in_the_middle_nothing_has_changed(database_url: str) -> None:
    house = engine(SHIPPED)
    files = asyncio.run(_begun(database_url, house))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        asyncio.run(_import_slowly(database_url, house, files, writing))
        os._exit(0)
    os.close(writing)
    assert os.read(reading, 1) == b"x"  # it has written some of it
    os.kill(child, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert asyncio.run(_content(database_url, house)) == SHIPPED.content


async def _begun(url: str, house: Exchange) -> dict[str, bytes]:
    database = Database(url)
    async with database.transaction() as connection:
        await start(connection, SHIPPED)
        files = await house.export_all(connection)
    await database.close()
    files = changed(files, IT, "Devono", "Ora devono")
    files = changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")
    return changed(files, "nlu/data/it/work.yml", "- non mi pagano", "- niente")


async def _import_slowly(url: str, house: Exchange, files: dict[str, bytes], pipe: int) -> None:
    done = Taking._edit

    async def slow(self: Taking, item: Item, body: Any) -> None:
        await done(self, item, body)
        os.write(pipe, b"x")
        await asyncio.sleep(60)

    Taking._edit = slow  # type: ignore[method-assign]
    async with Database(url).transaction() as connection:
        await bring(connection, house, files)


async def _content(url: str, house: Exchange) -> dict[Item, Any]:
    database = Database(url)
    async with database.reading() as connection:
        found = await held(connection, house)
    await database.close()
    return found
