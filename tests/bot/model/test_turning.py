"""Signs that turn the order around, and those that only say which way a script is written."""

import unicodedata

import pytest

from bot.model.turning import near_turn, turns, without_turns

TURNING = tuple(
    sign for code in range(0x10FFFF + 1)
    if unicodedata.bidirectional(sign := chr(code)) in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
)  # fmt: skip
ALLOWED = ("قال\u200f: 112", "A\u200e B", "می\u200cخواهم", "क्\u200dष", "שלום\u200f!", "\u061cنعم")


@pytest.mark.parametrize("sign", TURNING, ids=unicodedata.name)
def test_every_sign_that_turns_is_found_and_taken_out(sign: str) -> None:
    text = f"In an emergency call {sign}211 at once, day and night."

    assert turns(text)
    assert near_turn(text) == "In an emergency call 211 at once, day and".removeprefix("I")
    assert without_turns(text) == "In an emergency call 211 at once, day and night."


@pytest.mark.parametrize("text", ALLOWED)
def test_what_scripts_need_stays(text: str) -> None:
    assert (turns(text), near_turn(text), without_turns(text)) == (False, "", text)
