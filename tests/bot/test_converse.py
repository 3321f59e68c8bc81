"""`converse` and `predict` as scripts use them: real processes, real Rasa, one line in and the promised lines out."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.rasa_process import RasaProcess
from tests.support.rasa import STATE
from tests.support.service import ROOT

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SCRIPT = [
    '{"user": "il mio capo non mi paga da due mesi"}',
    '{"button": "c:IT"}',
    '{"location": [45.4642, 9.19]}',
    '{"kind": "voice"}',
    '{"kind": "sticker"}',
    '{"kind": "photo"}',
    '{"wait": 60}',
    "this is no JSON",
    "[1, 2]",
    '{"kind": "dance"}',
    '{"location": [1]}',
    '{"wait": "soon"}',
    '{"user": "/stop"}',
    '{"user": "aiuto, mio marito mi picchia"}',
]
BAD = range(7, 12)
FIELDS = {
    "turn", "text", "locale", "buttons", "intent", "confidence", "decision", "article", "jurisdiction", "sources",
    "handoff",
}  # fmt: skip


async def _run(*arguments: str, given: str = "", data: Path | None = None) -> tuple[int, str, str]:
    environment = {**os.environ, **({"GUICHET_DATA": str(data)} if data else {})}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=ROOT, env=environment, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(given.encode()), 240)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_converse_answers_every_kind_of_line_and_ends_each_turn(rasa: RasaProcess) -> None:
    code, out, err = await _run(
        "bot", "converse", "--channel", "whatsapp", "--locale-hint", "it", "--at", "2026-11-18T10:00:00+01:00",
        given="\n".join(SCRIPT) + "\n", data=STATE,
    )  # fmt: skip
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]

    assert code == 0, err
    assert "Traceback" not in err
    assert [line["turn"] for line in lines if line.get("end")] == list(range(len(SCRIPT)))
    assert [line["turn"] for line in lines] == sorted(line["turn"] for line in lines)
    assert {line["turn"] for line in lines if "error" in line} == set(BAD)
    said = {line["turn"]: line for line in lines if "text" in line}
    assert all(set(line) == FIELDS for line in said.values())
    assert 6 not in said  # waiting says nothing
    first, italy = said[0], said[1]
    assert (first["locale"], first["intent"], first["decision"]) == ("it", "labour_rights/unpaid_wages", "accept")
    assert (first["article"], first["jurisdiction"], first["handoff"]) == ("labour_rights/unpaid_wages", "EU", "bot")
    assert 0 < first["confidence"] <= 1
    assert all(source.startswith("http") for source in first["sources"])
    assert {"id", "title"} == set(first["buttons"][0])
    assert italy["jurisdiction"] == "IT"
    assert said[13]["decision"] == "emergency"
    assert said[13]["buttons"] == []
    assert "112" in said[13]["text"]
    assert "mio marito" not in err


async def test_predict_keeps_order_and_forgives_bad_rows(rasa: RasaProcess, tmp_path: Path) -> None:
    source, target = tmp_path / "in.tsv", tmp_path / "out.tsv"
    rows = [
        "id\ttext\tlocale",
        "b\til mio capo non mi paga da due mesi\tit",
        "a\t",
        "only-an-id",
        "c\tmy husband hits me",
    ]
    source.write_text("\n".join([*rows, "d\tone\\ttwo\ten", "e\tx\ty\tz"]) + "\n", encoding="utf-8")
    code, out, err = await _run("nlu", "predict", "--input", str(source), "--output", str(target), data=STATE)
    assert code == 0, err

    header, *lines = target.read_text(encoding="utf-8").splitlines()
    cells = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
    assert list(cells[0]) == [
        "id", "locale", "intent", "confidence", "decision", "intent_2", "confidence_2", "intent_3", "confidence_3",
    ]  # fmt: skip
    assert [row["id"] for row in cells] == ["b", "a", "only-an-id", "c", "d", "e"]
    assert (cells[0]["locale"], cells[0]["intent"], cells[0]["decision"]) == (
        "it", "labour_rights/unpaid_wages", "accept",
    )  # fmt: skip
    assert [row["decision"] for row in cells if row["id"] in {"a", "only-an-id", "e"}] == ["give_up"] * 3
    assert (cells[3]["intent"], cells[3]["decision"]) == ("safety/violence", "emergency")
    assert out == ""


async def test_predict_without_its_file_says_so_in_one_line(tmp_path: Path) -> None:
    code, _, err = await _run("nlu", "predict", "--input", str(tmp_path / "none"), "--output", str(tmp_path / "out"))

    assert code == 1
    assert len(err.splitlines()) == 1
