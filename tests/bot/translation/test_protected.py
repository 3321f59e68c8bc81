"""Behind its shields a machine gives a checked translation or none."""

import re

import pytest

from bot.translation.base import TranslationFailed
from bot.translation.protected import MOST, Protected
from tests.bot.translation.conftest import OFFICE
from tests.fakes.libretranslate import FakeLibreTranslate, reversed_words


async def test_the_machine_never_sees_what_it_must_not_touch(server: FakeLibreTranslate, translator: Protected) -> None:
    text = f"Come to {OFFICE} on 12 March 2027 at 9:30 with your residence permit and 50 €. Call +39 02 123 4567."

    said = await translator.translate(text, "en", "it")

    sent = server.asked[0]["q"]
    assert sent == "Come to [[1]] on [[2]] at [[3]] with your [[4]] and [[5]]. Call [[6]]."
    assert said == (
        f"emoC ot {OFFICE} no 12 marzo 2027 ta 9:30 htiw ruoy permesso di soggiorno dna 50 €. llaC +39 02 123 4567."
    )


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (lambda text: text.replace("[[1]]", ""), "placeholder"),
        (lambda text: text.replace("[[1]]", "[[1]][[1]]"), "placeholder"),
        (lambda text: text.replace("3", "8"), "number"),
        (lambda text: text.replace("3", ""), "number"),
        (lambda _text: "", "length"),
        (lambda text: text * 50, "length"),
    ],
)
async def test_a_machine_that_spoils_something_is_not_believed(
    server: FakeLibreTranslate, translator: Protected, fault: object, reason: str
) -> None:
    server.translate = fault  # type: ignore[assignment]

    with pytest.raises(TranslationFailed, match=reason):
        await translator.translate("Pay 50 € within 3 weeks", "en", "it")


async def test_a_long_text_is_cut_at_sentences_and_put_together(
    server: FakeLibreTranslate, translator: Protected
) -> None:
    text = "This is the sentence.\n" * 200

    assert await translator.translate(text, "en", "it") == reversed_words(text)
    assert len(server.asked) > 2
    assert all(len(one["q"]) <= MOST and re.search(r"\.$", one["q"]) for one in server.asked)


async def test_what_has_no_words_needs_no_machine(server: FakeLibreTranslate, translator: Protected) -> None:
    assert await translator.translate("+39 02 123 4567 👍", "en", "it") == "+39 02 123 4567 👍"
    assert await translator.translate("Hello", "en", "en") == "Hello"
    assert server.asked == []
