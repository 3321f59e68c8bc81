"""Comparing by meaning, with the real encoder on a few sentences."""

import asyncio
from pathlib import Path

import numpy as np

from bot.encoder import Encoder
from nlu.teaching.content import Content, Question
from nlu.teaching.likeness import Likeness
from nlu.teaching.meanings import Meanings

PAY, FIRED, ILL = "work/unpaid_wages", "work/dismissal", "work/sick_leave"
WORDINGS = {
    (PAY, "en"): (
        "my boss does not pay me", "no salary since august", "they owe me three months of wages", "I never got my money",
    ),
    (FIRED, "en"): (
        "they fired me yesterday", "my boss sent me away from one day to the next", "I was dismissed without a letter",
        "how much notice before they throw me out",
    ),
    (ILL, "en"): (
        "I have the flu and cannot work", "do they pay me while I am ill", "my doctor gave me a sick note",
        "I am in hospital for two weeks",
    ),
}  # fmt: skip
CONTENT = Content({one: Question(one, shipped=True) for one in (PAY, FIRED, ILL)}, WORDINGS, {})


async def test_vectors_are_made_in_the_background_and_then_compared(tmp_path: Path) -> None:
    likeness = Likeness(tmp_path, Encoder(python=tmp_path / "none"))

    assert likeness.progress(CONTENT, "en").total == 12
    assert await likeness.nearest(CONTENT, "en", "I was fired") == []
    await likeness.wait("en")

    assert likeness.progress(CONTENT, "en").is_done
    nearest = await likeness.nearest(CONTENT, "en", "I lost my job, they dismissed me", 3)
    assert [one.intent for one in nearest][:2] == [FIRED, FIRED]
    doubts = await likeness.doubts(CONTENT, "en", PAY, ["he fired me without notice", "he did not pay my salary"])
    assert {text: doubt.intent for text, doubt in doubts.items()} == {"he fired me without notice": FIRED}
    assert all(near.intent == FIRED for near in doubts["he fired me without notice"].nearest)
    assert len(doubts["he fired me without notice"].nearest) == 2
    assert "fired" not in repr(doubts["he fired me without notice"].nearest[0])


async def test_a_retired_question_is_no_place_to_be_nearer_to(tmp_path: Path) -> None:
    retired = Content({**CONTENT.questions, FIRED: Question(FIRED, retired=True, shipped=True)}, CONTENT.sentences, {})
    likeness = Likeness(tmp_path, Encoder(python=tmp_path / "none"))
    likeness.progress(retired, "en")
    await likeness.wait("en")

    doubts = await likeness.doubts(retired, "en", PAY, ["he fired me without notice"])

    assert all(doubt.intent != FIRED for doubt in doubts.values())


async def test_without_an_encoder_nothing_is_claimed(tmp_path: Path) -> None:
    likeness = Likeness(tmp_path, Encoder(cpu=tmp_path / "none"))

    assert not likeness.available
    assert not likeness.progress(CONTENT, "en").is_done
    assert await likeness.doubts(CONTENT, "en", PAY, ["he fired me"]) == {}


async def test_closing_ends_the_background(tmp_path: Path) -> None:
    likeness = Likeness(tmp_path, Encoder(python=tmp_path / "none"))
    likeness.progress(CONTENT, "en")
    await asyncio.sleep(0)

    await likeness.close()

    assert not likeness.progress(CONTENT, "it").total


def test_a_question_with_too_few_sentences_is_judged_by_nobody() -> None:
    vectors = np.eye(6, dtype=np.float32)
    meanings = Meanings.of(list("abcdef"), ["a/x"] * 2 + ["a/y"] * 4, vectors)

    assert meanings.doubt(vectors[3], "a/x") is None
    assert meanings.doubt(vectors[3], "a/new") is None
