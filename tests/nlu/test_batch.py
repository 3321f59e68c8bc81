"""Ranking in batches: the same answers as by requests, and clear errors."""

import asyncio
from pathlib import Path

import pytest

from bot.model.errors import InterpreterUnavailable, SettingsError
from bot.model.understanding import Ranked
from bot.rasa_process import RasaProcess
from nlu.batch import RankedTable, rank_all
from nlu.commands import MODEL, endpoint, known_intents
from nlu.evaluation.cases import read_cases
from nlu.rasa_client import RasaClient, load_topics

ROOT = Path(__file__).parents[2]
TOPICS = load_topics(ROOT / "dialogues" / "domain")
SAME = 1e-3


async def test_a_table_answers_by_the_normalised_text() -> None:
    ranking = (Ranked("a/x", 0.9),)
    table = RankedTable({"my boss": ranking})

    assert await table.parse("  My BOSS") == ranking
    assert await table.parse(" \u200b") == ()
    with pytest.raises(InterpreterUnavailable) as raised:
        await table.parse("my secret words")
    assert "secret" not in str(raised.value)
    assert "boss" not in repr(table)


async def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="make setup"):
        await rank_all(ROOT, tmp_path / "none.tar.gz", tmp_path / "rank.log", ["hello"], TOPICS, print)


async def test_nothing_needs_no_model(tmp_path: Path) -> None:
    assert await rank_all(ROOT, tmp_path / "none", tmp_path / "rank.log", ["", " "], TOPICS, print) == RankedTable({})


@pytest.mark.rasa
@pytest.mark.slow
async def test_a_model_that_cannot_be_loaded_is_an_error_that_names_the_log(tmp_path: Path) -> None:
    broken, log = tmp_path / "broken.tar.gz", tmp_path / "rank.log"
    broken.write_bytes(b"no model")

    with pytest.raises(InterpreterUnavailable, match=r"0 of 1 texts; .*rank\.log"):
        await rank_all(ROOT, broken, log, ["my secret words"], TOPICS, print)

    told = log.read_text()
    assert told
    assert "secret" not in told


@pytest.mark.rasa
@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_batches_and_requests_agree(rasa: RasaProcess, tmp_path: Path) -> None:
    cases = read_cases(ROOT / "tests" / "nlu_cases", known_intents(ROOT))
    texts = [case.text for case in cases if case.needs_rasa][::97]
    async with RasaClient(lambda: endpoint(rasa), TOPICS, timeout=20) as client:
        asked = await asyncio.gather(*(client.parse(text) for text in texts))

    table = await rank_all(ROOT, ROOT / MODEL, tmp_path / "rank.log", texts, TOPICS, print)

    assert len(texts) > 50
    for text, live in zip(texts, asked, strict=True):
        ranked = await table.parse(text)
        assert ranked[0].intent == live[0].intent or abs(live[0].confidence - live[1].confidence) < SAME
        ours = {one.intent: one.confidence for one in ranked}
        theirs = {one.intent: one.confidence for one in live[:3]}
        assert theirs == pytest.approx({intent: ours[intent] for intent in theirs}, abs=SAME)
