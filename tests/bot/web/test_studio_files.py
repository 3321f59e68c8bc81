"""The room for files: everything out, a plan before anything comes in, conflicts with both sides, an answer on paper."""

import io
import re
import sys
import threading
import zipfile
from functools import partial
from typing import Any

import aiohttp
import pytest
from sqlalchemy import update

from bot import tables as t
from bot.edits import Edits
from bot.exchange.folders import pack, unpack
from bot.staff import Role
from knowledge.store import Revisions
from tests.bot.exchange.network import edit
from tests.bot.exchange.small import FILES, HELLO, IT, PAY, WORDS, bring, changed, engine, release, start
from tests.bot.web.site import SAME, Browser, Site

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_SEEN = re.compile(r'name="seen" value="([^"]*)"')
SHIPPED = release()
ROOM = "/studio/files"


@pytest.fixture
async def ines(site: Site, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A content manager for everything; the service was started once."""
    monkeypatch.setattr("tests.bot.web.site.shipped_content", lambda *_: SHIPPED)
    async with site.context.database.transaction() as connection:
        await start(connection, SHIPPED)
        site.context.library.catalogue.reload(await Revisions().read_all(connection))
    return await signs_in(site, "ines")


async def signs_in(site: Site, login: str, **limits: Any) -> Browser:
    browser = await site.browser()
    account = await site.hire(login, Role.CONTENT, ())
    if limits:
        async with site.context.database.transaction() as connection:
            await connection.execute(update(t.staff).where(t.staff.c.login == login).values(**limits))
    await browser.signs_in(account)
    return browser


async def downloads(browser: Browser) -> dict[str, bytes]:
    answer = await browser.client.get(f"{ROOM}/content.zip")
    assert answer.status == 200
    return unpack(await answer.read())


async def brings(browser: Browser, archive: bytes) -> str:
    """Upload an archive; return where it leads."""
    csrf = _CSRF.search(await browser.opens(ROOM))
    assert csrf is not None
    form = aiohttp.FormData()
    form.add_field("csrf", csrf[1])
    form.add_field("file", archive, filename="content.zip", content_type="application/zip")
    answer = await browser.client.post(f"{ROOM}/file", data=form, headers=SAME, allow_redirects=False)
    return answer.headers.get("Location", str(answer.status))


async def decides(browser: Browser, address: str = f"{ROOM}/plan", **fields: str) -> tuple[int, str, str]:
    html = await browser.opens(address)
    csrf, seen = _CSRF.search(html), _SEEN.search(html)
    assert csrf is not None
    hidden = {"csrf": csrf[1], "seen": seen[1] if seen else "", "deed": "take"}
    answer = await browser.posts(address, hidden | fields)
    return answer.status, answer.headers.get("Location", ""), await answer.text()


async def one(site: Site, item: Any) -> Any:
    async with site.context.database.reading() as connection:
        found = await Edits().one(connection, *item)
    return found.body if found else None


async def test_everything_goes_out_as_one_archive_without_people(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    assert set(FILES) <= set(files)
    assert not any(b"ines" in raw for raw in files.values())
    actions = [row.action for row in await site.rows(t.audit)]
    assert "content_exported" in actions


async def test_the_plan_comes_first_and_answers_wait_for_a_second_person(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    files = changed(files, IT, "Devono pagare.", "Devono pagare ora.")
    files = changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")
    assert await brings(ines, pack(files)) == f"{ROOM}/plan"

    html = await ines.opens(f"{ROOM}/plan")
    assert "Changes: 2." in html
    assert "<ins>Salve.</ins>" in html
    assert await one(site, HELLO) is None

    status, leads, _ = await decides(ines)
    assert (status, leads) == (303, f"{ROOM}?said=taken")
    assert (await one(site, HELLO))["text"] == "Salve."
    (draft,) = await site.rows(t.draft)
    assert (draft.key, draft.stage) == (f"{PAY}/IT.it", "in_review")
    assert draft.body["sections"]["summary"] == "Devono pagare ora.[^LAW]"
    served = [row for row in await site.rows(t.revision) if row.key == draft.key and row.current]
    assert [row.body["sections"]["summary"] for row in served] == ["Devono pagare.[^LAW]"]
    assert "still waits" not in await ines.opens(ROOM)


HEAVY = (
    "bot.web.studio.files.pages.unpack", "bot.web.studio.files.pages.pack", "bot.web.studio.files.pages.described",
    "bot.exchange.engine.read", "bot.exchange.engine.write", "bot.exchange.engine.make_plan",
    "bot.exchange.engine.contradictions", "bot.exchange.plan.fingerprint", "bot.exchange.held.normal",
    "bot.exchange.taking._prove",
)  # fmt: skip


async def test_what_goes_through_all_content_does_not_hold_the_loop(
    site: Site, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = await downloads(ines)
    async with site.context.database.transaction() as connection:  # one text is not its file's any more
        await bring(connection, engine(SHIPPED), changed(files, IT, "Devono", "Ora devono"))
    threads: dict[str, set[int]] = {name: set() for name in HEAVY}

    def noted(name: str, function: Any, *given: Any, **named: Any) -> Any:
        threads[name].add(threading.get_ident())
        return function(*given, **named)

    for name in HEAVY:
        module, _, function = name.rpartition(".")
        monkeypatch.setattr(name, partial(noted, name, getattr(sys.modules[module], function)))

    files = await downloads(ines)
    await brings(ines, pack(changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")))
    assert (await decides(ines))[1] == f"{ROOM}?said=taken"

    assert [name for name in HEAVY if not threads[name]] == []
    assert [name for name in HEAVY if threading.get_ident() in threads[name]] == []


async def test_a_text_with_a_draft_is_left_out(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    for summary in ("Ora.", "Subito."):
        await brings(ines, pack(changed(files, IT, "Devono pagare.", summary)))
        html = await ines.opens(f"{ROOM}/plan")
        await decides(ines)
    assert "There is a draft of it already" in html
    (draft,) = await site.rows(t.draft)
    assert draft.body["sections"]["summary"] == "Ora.[^LAW]"


async def test_who_writes_only_for_others_leaves_it_out(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    files = changed(files, IT, "Devono pagare.", "Ora.")
    files = changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")
    greek = await signs_in(site, "eleni", jurisdictions=["GR"], languages=["el"])
    await brings(greek, pack(files))
    html = await greek.opens(f"{ROOM}/plan")
    assert html.count("Another country or language than yours") == 2
    await decides(greek)
    assert await one(site, HELLO) is None
    assert await site.rows(t.draft) == []


async def test_sentences_of_danger_and_a_promise_of_silence_do_not_come_by_files(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    files = changed(files, "dialogues/phrases/it.yml", "Chiama 112.", "Aspetta.")
    files = changed(
        files, "handoff/points/roma.yml", "name: Roma", "duty_to_report: none\ndeclared_on: 2026-11-01\nname: Roma"
    )
    await brings(ines, pack(files))
    html = await ines.opens(f"{ROOM}/plan")
    assert "Two people must agree" in html
    assert "Only the contact point itself" in html
    await decides(ines)
    assert await site.rows(t.edit) == []


async def test_sentences_that_nobody_could_type_do_not_come_by_files(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    number = "- non mi pagano\n    - scrivimi al +39 333 1234567"
    await brings(ines, pack(changed(files, "nlu/data/it/work.yml", "- non mi pagano", number)))
    assert "holds a number of a person" in await ines.opens(f"{ROOM}/plan")
    await decides(ines)
    assert await one(site, WORDS) is None
    fine = "- non mi pagano\n    - niente paga da marzo"
    await brings(ines, pack(changed(files, "nlu/data/it/work.yml", "- non mi pagano", fine)))
    await decides(ines)
    assert len((await one(site, WORDS))["examples"]) == 2


async def test_conflicts_of_two_copies_wait_for_a_choice(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    async with site.context.database.transaction() as connection:
        await edit(connection, SHIPPED, HELLO, {"text": "Buongiorno.", "state": "read"})
    await brings(ines, pack(changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")))
    html = await ines.opens(f"{ROOM}/plan")
    (number,) = set(re.findall(r'name="side-(\d+)"', html))
    await decides(ines)
    assert (await one(site, HELLO))["text"] == "Buongiorno."
    await brings(ines, pack(changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")))
    await decides(ines, **{f"side-{number}": "theirs"})
    assert (await one(site, HELLO))["text"] == "Salve."


async def test_what_changed_since_the_plan_was_shown_is_shown_again(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    await brings(ines, pack(changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")))
    status, _, html = await decides(ines, seen="another plan")
    assert status == 422
    assert "This changed meanwhile" in html
    assert await one(site, HELLO) is None


async def test_faulty_files_are_told_with_their_names(site: Site, ines: Browser) -> None:
    files = await downloads(ines)
    await brings(ines, pack({**files, "dialogues/titles/it.yml": b"titles: ["}))
    html = await ines.opens(f"{ROOM}/plan")
    assert "dialogues/titles/it.yml: line" in html
    assert 'value="take"' not in html
    _, leads, _ = await decides(ines, deed="drop")
    assert leads == f"{ROOM}?said=dropped"
    assert "still waits" not in await ines.opens(ROOM)


@pytest.mark.parametrize("raw", [b"no archive", b""])
async def test_what_is_no_archive_is_said(ines: Browser, raw: bytes) -> None:
    assert await brings(ines, raw) == f"{ROOM}?said=no_archive"
    assert "This is no archive" in await ines.opens(f"{ROOM}?said=no_archive")


async def test_a_large_archive_is_refused_before_it_is_read(ines: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.desk.session.LARGEST_CONTENT", 1000)
    assert await brings(ines, b"0" * 100_000) == f"{ROOM}?said=file_size#end"


async def test_a_new_version_against_a_change_here_shows_both_sides_and_one_is_chosen(
    site: Site, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site.context.database.transaction() as connection:
        await edit(connection, SHIPPED, HELLO, {"text": "Buongiorno.", "state": "read"})
        await edit(connection, SHIPPED, WORDS, {"examples": ["qui"]})
    newer = release({
        "dialogues/phrases/it.yml": FILES["dialogues/phrases/it.yml"].replace("Ciao.", "Salve."),
        "nlu/data/it/work.yml": FILES["nlu/data/it/work.yml"].replace("non mi pagano", "paga"),
    })  # fmt: skip
    monkeypatch.setattr("tests.bot.web.site.shipped_content", lambda *_: newer)
    assert "Waiting for a decision: 2" in await ines.opens(ROOM)
    html = await ines.opens(f"{ROOM}/conflicts")
    assert "<del>Salve.</del><ins>Buongiorno.</ins>" in html

    for kind, side in (("phrase", "file"), ("wordings", "mine")):
        html = await ines.opens(f"{ROOM}/conflicts")
        form = next(part for part in html.split("<form")[1:] if f'value="{kind}"' in part)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) | {"side": side}
        answer = await ines.posts(f"{ROOM}/conflicts", fields)
        assert answer.headers["Location"] == f"{ROOM}/conflicts?said=settled"
        again = await ines.posts(f"{ROOM}/conflicts", fields)
        assert again.headers["Location"] == f"{ROOM}/conflicts?said=moved"
    assert "Waiting for a decision: 0" in await ines.opens(f"{ROOM}/conflicts")
    assert await one(site, HELLO) is None  # the file's again
    assert await one(site, WORDS) == {"examples": ["qui"]}


@pytest.mark.parametrize("form", ["docx", "odt"])
async def test_an_answer_goes_to_a_lawyer(ines: Browser, form: str) -> None:
    html = await ines.opens(f"{ROOM}/paper?answer={PAY}")
    assert "Italy" in html
    answer = await ines.client.get(f"{ROOM}/paper/document?answer={PAY}&place=IT&language=it&form={form}")
    assert answer.headers["Content-Disposition"].endswith(f'-IT-2026-11-18.{form}"')
    with zipfile.ZipFile(io.BytesIO(await answer.read())) as archive:
        names = archive.namelist()
    assert names
    await ines.opens(f"{ROOM}/paper/document?answer=no/thing&place=IT&form={form}")
    assert "There is no such answer" in await ines.opens(f"{ROOM}/paper?none")
