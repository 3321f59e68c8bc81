"""Import(export(x)) is x: for the content that ships, for a network's changes of all kinds, and for odd words."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db import Database
from bot.exchange.engine import Choice, Exchange
from bot.exchange.folders import pack, unpack
from bot.exchange.formats import read, write
from bot.exchange.items import Content, Item
from bot.exchange.shipped import Shipped
from nlu.teaching.shipped import ROOT, read_shipped
from tests.bot.exchange.network import CASES, INES, exchange, install, live_in
from tests.conftest import sqlite_copy

pytestmark = pytest.mark.slow


@pytest.fixture
def engine(tmp_path: Path) -> Exchange:
    return exchange(tmp_path)


@pytest.fixture
def shipped(engine: Exchange) -> Shipped:
    return engine.shipped()


def test_what_ships_comes_out_byte_for_byte_and_reads_back(shipped: Shipped) -> None:
    files = write(shipped.content, shipped.content, shipped.files, shipped.questions)
    assert {path: files[path] for path in shipped.files} == shipped.files
    back = read(files, shipped.questions, shipped.content, shipped.files)
    assert back.problems == ()
    assert back.content == shipped.content


def test_written_anew_every_file_reads_back(shipped: Shipped) -> None:
    files = write(shipped.content, {}, shipped.files, shipped.questions)
    back = read(files, shipped.questions, shipped.content, shipped.files)
    assert (back.content, back.problems) == (shipped.content, ())
    differ = [path for path in shipped.files if files[path] != shipped.files[path]]
    assert len(differ) < 25, "Git would show changes that nobody made"


def test_the_wordings_are_those_that_the_model_is_trained_on(shipped: Shipped) -> None:
    taught = read_shipped(ROOT, CASES)
    for kind, lists in (("wordings", taught.wordings), ("cases", taught.cases)):
        mine = {key: tuple(body["examples"]) for key, body in shipped.bodies(kind).items()}
        assert mine == {f"{intent}/{locale}": texts for (intent, locale), texts in lists.items()}


async def test_another_installation_gets_all_that_a_network_changed(
    database: Database, engine: Exchange, shipped: Shipped, sqlite_template: Path, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        await live_in(connection, shipped)
        files = await engine.export_all(connection)
        here = (await engine.held(connection, shipped)).content
    incoming = engine.read(unpack(pack(files)))
    assert incoming.problems == ()
    (tmp_path / "other").mkdir()
    other = Database(sqlite_copy(sqlite_template, tmp_path / "other"))
    async with other.transaction() as connection:
        await install(connection, shipped)
        await engine.import_all(connection, incoming, INES, Choice(gone=True))
        there = (await engine.held(connection, shipped)).content
        again = await engine.export_all(connection)
    await other.close()
    assert {item for item in {*here, *there} if here.get(item) != there.get(item)} == set()
    assert {path for path in {*files, *again} if files.get(path) != again.get(path)} == set()
    async with database.reading() as connection:
        assert (await engine.plan(connection, incoming)).entries == ()


_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
_ODD = st.one_of(
    _WORDS, st.sampled_from(["", "-", "- ", "null", "~", "a: b", '"', "'", "#x", "{a}", "\u202eabc", " x ", "x" * 9000])
)
_LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=80)


def _there_and_back(content: Content) -> Content:
    back = read(write(content, {}, {}, frozenset()), frozenset(), {}, {})
    assert back.problems == ()
    return back.content


@given(st.lists(_ODD, max_size=4), _ODD, st.dictionaries(st.sampled_from(["it", "ar"]), _ODD), st.booleans())
@settings(max_examples=60, deadline=None)
def test_odd_words_come_back_as_they_were(lists: list[str], one: str, texts: dict[str, str], flag: bool) -> None:
    question = {"about": one, "not": one, "deadline": flag, "retired": flag, "titles": texts}
    content: Content = {
        Item("intent", "work/pay"): question,
        Item("wordings", "work/pay/it"): {"examples": lists},
        Item("cases", "work/pay/it"): {"examples": lists},
        Item("phrase", "it/hello"): {"text": one, "state": "read" if flag else "machine"},
        Item("title", "it/work/pay"): {"text": one},
        Item("ready", "*/a"): {"title": "A", "texts": texts},
        Item("ready", "../b"): {"title": "B", "texts": texts},
    }
    assert _there_and_back(content) == content


@given(_LINES, _LINES, _ODD)
@settings(max_examples=60, deadline=None)
def test_odd_articles_come_back_as_their_editor_left_them(summary: str, details: str, author: str) -> None:
    meta: dict[str, Any] = {
        "title": f"x{summary}", "status": "draft", "author": author, "reviewer": "", "version": 1, "review_by": "2027-01-01",
        "valid_from": "2026-01-01", "valid_until": None, "machine_translated": False,
    }  # fmt: skip
    from bot.exchange.articles import normal

    plain = {"summary": f"x{summary}", "details": f"x{details}"}
    sections = {name: body.replace("{", "(").replace("}", ")").replace("[^", "[") for name, body in plain.items()}
    key = "work/pay/IT.it"
    body = normal(key, {"meta": meta, "sections": sections})
    head = {
        "intent": "work/pay",
        "place": "work",
        "deadline": False,
        "related": [],
        "variants": {"IT": {"applies_in": ["IT"]}},
        "sources": {},
    }
    content: Content = {Item("article", key): body, Item("article", "work/pay/article"): head}
    assert _there_and_back(content) == content
