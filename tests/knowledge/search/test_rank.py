"""`python -m knowledge rank` from end to end."""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.__main__ import main

CORPUS = [
    {"id": "pay", "text": "Your employer must pay you every month.", "title": "Wages"},
    {"id": 7, "text": "Il permesso di soggiorno si rinnova in questura.", "locale": "it"},
    {"id": "kids", "text": "Children must go to school, and school is free.", "other": [1]},
    {"id": "none", "text": ""},
]
QUERIES = [
    {"id": "q2", "text": "school for my children"},
    {"id": "q1", "text": "rinnovo permesso", "locale": "it"},
    {"id": "q3", "text": ""},
]


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _rank(folder: Path, *more: str, corpus: Any = CORPUS, queries: Any = QUERIES) -> int:
    files = (
        file if isinstance(file, Path) else _write(folder / f"{name}.jsonl", file)
        for name, file in (("c", corpus), ("q", queries))
    )
    given, asked = files
    return main(["rank", "--corpus", str(given), "--queries", str(asked), "--output", str(folder / "r.jsonl"), *more])


def _result(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "r.jsonl").read_text(encoding="utf-8").splitlines()]


def test_words_alone_rank_in_the_order_of_the_queries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _rank(tmp_path, "--mode", "bm25f") == 0

    assert [row["id"] for row in _result(tmp_path)] == ["q2", "q1", "q3"]
    assert [row["ranked"][:1] for row in _result(tmp_path)] == [["kids"], ["7"], []]
    told = capsys.readouterr()
    assert "indexed 4 documents" in told.err
    assert "p99" in told.err
    assert told.out == ""


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["hybrid", "e5"])
def test_meaning_ranks_and_its_vectors_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str) -> None:
    asked = [{"id": "q", "text": "моя зарплата, начальник не платить", "locale": "uk"}]
    options = ("--mode", mode, "--vectors", str(tmp_path / "kept"), "--top", "2")

    assert _rank(tmp_path, *options, queries=asked) == 0
    (row,) = _result(tmp_path)
    assert _rank(tmp_path, *options, queries=asked) == 0

    assert row["ranked"][0] == "pay"
    assert len(row["ranked"]) == len(row["scores"]) == 2
    assert row["scores"] == sorted(row["scores"], reverse=True)
    assert _result(tmp_path) == [row]
    assert "encoded 0 new of 3 passages" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nonsense", "line 2: not valid JSON"),
        ("[]", "line 2: there must be a JSON object"),
        ('{"text": "a"}', "line 2: 'id' must be a text or a whole number"),
        ('{"id": true, "text": "a"}', "line 2: 'id' must be"),
        ('{"id": "b"}', "line 2: 'text' is missing"),
        ('{"id": "b", "text": 5}', "line 2: 'text' must be a text"),
        ('{"id": "b", "text": "x", "locale": ["en"]}', "line 2: 'locale' must be a text"),
        ('{"id": "a", "text": "x"}', "line 2: the id 'a' is already in line 1"),
        ("[" * 100_000, "line 2: "),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, complaint: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f'{{"id": "a", "text": "x"}}\n{line}\n\n', encoding="utf-8")

    assert _rank(tmp_path, "--mode", "bm25f", corpus=path) == 1

    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "r.jsonl").exists()


@pytest.mark.parametrize(
    ("more", "content", "complaint"),
    [
        (("--top", "0"), b'{"id": 1, "text": "x"}', "--top must be at least 1"),
        ((), b"", "there is nothing to rank"),
        ((), b'{"id": 1, "text": "x"}\n\xff\n', "line 2: not a text in UTF-8"),
        (("--output", "/nowhere/at/all.jsonl"), b'{"id": 1, "text": "x"}', "there is no such folder"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], content: bytes, complaint: str
) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(content)

    assert _rank(tmp_path, "--mode", "bm25f", *more, corpus=path) == 1
    assert complaint in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _rank(tmp_path, corpus=tmp_path / "gone.jsonl") == 1
    assert "gone.jsonl: No such file" in capsys.readouterr().err
