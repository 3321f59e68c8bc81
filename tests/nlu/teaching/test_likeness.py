"""Comparing by meaning, with the real encoder on a few sentences."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

import numpy as np

from bot.encoder import SIZE, Encoder, Vectors
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
    await likeness.wait()

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
    await likeness.wait()

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


class Slow(Encoder):
    """Makes a vector of each passage when it is let go on, and knows which batches it was given."""

    available = True

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Sequence[str]] = []
        self.at_once: list[Sequence[str]] = []
        self.go_on = asyncio.Semaphore(0)
        self.gave = asyncio.Semaphore(0)

    async def batches(self, batches: Iterable[Sequence[str]]) -> AsyncIterator[tuple[Sequence[str], Vectors]]:
        for batch in batches:
            self.given.append(batch)
            self.gave.release()
            await self.go_on.acquire()
            yield batch, np.ones((len(batch), SIZE), np.float32)

    def few(self, texts: Sequence[str]) -> Vectors | None:
        self.at_once.append(texts)
        return np.ones((len(texts), SIZE), np.float32) if texts else None


def many(*locales: str) -> Content:
    """A question with 200 wordings in each of the languages."""
    said = {(PAY, locale): tuple(f"{locale} {at}" for at in range(200)) for locale in locales}
    return Content({PAY: Question(PAY, shipped=True)}, said, {})


async def test_the_language_that_was_asked_for_last_is_encoded_first(tmp_path: Path) -> None:
    encoder, content = Slow(), many("en", "it")
    likeness = Likeness(tmp_path, encoder)

    likeness.progress(content, "en")
    await encoder.gave.acquire()
    likeness.progress(content, "it")
    for _ in range(100):
        encoder.go_on.release()
    await likeness.wait()

    order = [batch[0].split()[0] for batch in encoder.given]
    assert order == ["en", "it", "it", "it", "it", "en", "en", "en"]
    assert sum(map(len, encoder.given)) == 400


async def test_progress_tells_what_there_is_and_no_more(tmp_path: Path) -> None:
    encoder, content = Slow(), many("en")
    likeness = Likeness(tmp_path, encoder)

    likeness.progress(content, "en")
    await encoder.gave.acquire()
    encoder.go_on.release()
    encoder.go_on.release()
    for _ in range(2):
        await encoder.gave.acquire()
    told = likeness.progress(content, "en")

    assert told.done == sum(map(len, encoder.given[:2]))
    assert not told.is_done
    await likeness.close()
    assert Likeness(tmp_path, encoder).progress(content, "en").done == told.done, "what was made is kept"


async def test_a_few_new_wordings_are_encoded_without_a_process(tmp_path: Path) -> None:
    encoder, content = Slow(), many("en")
    first = Likeness(tmp_path, encoder)
    for _ in range(100):
        encoder.go_on.release()
    first.progress(content, "en")
    await first.wait()
    encoder.given.clear()

    taught = Content(content.questions, {(PAY, "en"): (*content.wordings(PAY, "en"), "one more")}, {})
    first.progress(taught, "en")
    await first.wait()

    assert first.progress(taught, "en").is_done
    assert (encoder.given, encoder.at_once) == ([], [["one more"]])


def test_a_question_with_too_few_sentences_is_judged_by_nobody() -> None:
    vectors = np.eye(6, dtype=np.float32)
    meanings = Meanings.of(list("abcdef"), ["a/x"] * 2 + ["a/y"] * 4, vectors)

    assert meanings.doubt(vectors[3], "a/x") is None
    assert meanings.doubt(vectors[3], "a/new") is None
