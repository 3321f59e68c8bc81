"""The encoder and its file: the same vectors either way, nothing made twice, and no crash where it cannot run."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.encoder import KIND, SIZE, Encoder, Vectors, clean
from bot.vectors import VectorFile

TEXTS = [
    "Your employer must pay what you earned.",
    "Ο εργοδότης πρέπει να πληρώσει.",
    "雇主必须支付工资。",
    "አሠሪው መክፈል አለበት",
    "",
    "cut\0here \ud800",
    "word " * 60,
]
NOWHERE = Path("/nowhere/python")


async def _all(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    return np.concatenate([part async for part in encoder.passages(texts)])


@pytest.mark.rasa
@pytest.mark.slow
async def test_the_graph_and_the_engine_give_the_same_vectors() -> None:
    by_graph, by_engine = await _all(Encoder(), TEXTS), await _all(Encoder(NOWHERE), TEXTS)

    assert by_graph.shape == by_engine.shape == (len(TEXTS), SIZE)
    assert (by_graph * by_engine).sum(axis=1).min() > 0.999


@pytest.mark.slow
async def test_a_process_that_ends_early_is_replaced_by_the_engine() -> None:
    vectors = await _all(Encoder(Path("/bin/false")), TEXTS[:2])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-3)


@pytest.mark.slow
async def test_a_question_is_nearest_to_what_answers_it_in_another_language() -> None:
    encoder = Encoder(NOWHERE)
    vectors = await _all(encoder, ["You must renew your permit.", "The doctor is free of charge.", *TEXTS[:1]])

    asked = encoder.query("il capo non mi paga lo stipendio")

    assert asked is not None
    assert int((vectors @ asked).argmax()) == 2


@pytest.mark.parametrize("text", ["", "   ", "\0"])
def test_nothing_to_say_has_no_vector(text: str) -> None:
    assert Encoder().query(text) is None


def test_a_text_of_any_length_and_any_signs_has_a_vector() -> None:
    vector = Encoder().query("pay \ud800\0 😀 " * 5000)

    assert vector is not None
    assert np.isfinite(vector).all()


@pytest.mark.parametrize("flags", ["flags : fpu sse4_2 avx", "", "flags\t\t: avx512f"])
async def test_without_avx2_nothing_is_encoded_and_nothing_crashes(tmp_path: Path, flags: str) -> None:
    cpu = tmp_path / "cpuinfo"
    cpu.write_text(f"processor : 0\n{flags}\n")
    encoder = Encoder(cpu=cpu)

    assert not encoder.available
    assert encoder.query("boss") is None
    assert [part async for part in encoder.passages(["boss"])] == []
    assert not Encoder(cpu=tmp_path / "missing").available


def test_texts_are_cleaned_for_strings_of_c() -> None:
    assert clean(" a\0b \n c\ud800 ") == "a b c"


class Counting(Encoder):
    """Makes vectors of its own and counts them."""

    def __init__(self) -> None:
        super().__init__(NOWHERE)
        self.seen: list[str] = []

    async def passages(self, texts: Sequence[str]) -> AsyncIterator[Vectors]:
        for text in texts:
            self.seen.append(text)
            yield np.full((1, SIZE), len(self.seen), dtype=np.float32)


async def test_nothing_is_encoded_twice_not_even_after_a_new_start(tmp_path: Path) -> None:
    encoder, first = Counting(), VectorFile(tmp_path)
    assert first.rows(["a", "b"]) is None

    assert await first.fill(encoder, ["a", "b", "a"]) == 2
    again = VectorFile(tmp_path)
    assert await again.fill(encoder, ["b", "c"]) == 1

    assert encoder.seen == ["a", "b", "c"]
    rows = again.rows(["c", "a"])
    assert rows is not None
    assert rows[:, 0].tolist() == [3.0, 1.0]
    assert rows.dtype == np.float32


async def test_what_belongs_to_no_text_any_more_is_forgotten(tmp_path: Path) -> None:
    vectors = VectorFile(tmp_path)
    await vectors.fill(Counting(), ["old", "new"])

    vectors.forget_others(["new"])

    kept = VectorFile(tmp_path)
    assert ("old" in kept, "new" in kept, len(kept)) == (False, True, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive at all"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{KIND}.npz").write_bytes(content)

    assert len(VectorFile(tmp_path)) == 0


def test_what_was_made_before_a_failure_is_kept(tmp_path: Path) -> None:
    class Failing(Counting):
        async def passages(self, texts: Sequence[str]) -> AsyncIterator[Vectors]:
            yield np.ones((1, SIZE), dtype=np.float32)
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        asyncio.run(VectorFile(tmp_path).fill(Failing(), ["a", "b"]))

    assert "a" in VectorFile(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{KIND}.npz"]
