"""Messages that fit several intents are asked about."""

import pytest

from bot.model.locales import LOCALES
from nlu.always_ask import AlwaysAsk


@pytest.mark.parametrize("text", ["I lost my job", "i lost my jbo", "Ho perso il lavoro!", "فقدت عملي", "我失业了"])
def test_a_bare_loss_of_the_job_fits_four_intents(text: str) -> None:
    assert len(AlwaysAsk.load().intents_for(text)) == 4


@pytest.mark.parametrize("text", ["I lost my job and my boss did not pay me", "I lost my passport", "job", ""])
def test_a_message_that_says_more_or_something_else_is_left_alone(text: str) -> None:
    assert AlwaysAsk.load().intents_for(text) == ()


def test_every_group_is_known_in_about_every_locale() -> None:
    known = AlwaysAsk.load().known
    groups = set(known.values())

    assert all(sum(group == intents for intents in known.values()) >= len(LOCALES) for group in groups)
