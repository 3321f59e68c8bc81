"""Every scene on every channel at four hours: the sentences that must be said, and no promise that nobody is assigned to."""

import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.conversations import plays
from tests.conversations.cast import hire, write_points
from tests.conversations.promises import Promises
from tests.conversations.scene import Stage, stage

pytestmark = pytest.mark.slow

# What is said in a scene while the office is open, and what while it is closed, in this order.
_OPEN = {
    "offer": ["offer_open", "consent_share", "waiting", "person_joined", "conversation_closed"],
    "given_back": ["offer_open", "person_joined", "person_left"],
    "another": ["offer_open", "not_connected"],
    "call": ["call_number", "call_safe", "call_when", "call_noted_open"],
    "no_common_language": ["offer_open", "bridge_phrasebook"],
    "minor": ["minor", "offer_open"],
    "danger": ["truth_nobody"],
    "danger_on_shift": ["truth_told"],
    "voice": ["file_unread"],
    "late": ["late"],
    "stop": ["stop"],
    "rude": ["offer_open"],
    "slow": ["person_joined"],
}
_CLOSED = {
    "offer": ["office_closed", "consent_share", "question_kept", "person_joined", "conversation_closed"],
    "given_back": ["office_closed", "question_kept", "person_left"],
    "another": ["office_closed"],
    "call": ["call_number", "call_noted"],
    "no_common_language": ["office_closed", "bridge_phrasebook"],
    "minor": ["minor", "office_closed"],
    "danger": ["truth_before"],
    "danger_on_shift": ["truth_before"],
    "voice": ["file_unread"],
    "late": ["late"],
    "stop": ["stop"],
    "rude": ["office_closed"],
    "nobody": ["question_kept"],
}
_SAID = {
    "open": _OPEN | {"nobody": ["waiting_minutes", "nobody_answered"], "slow": ["person_joined", "operator_slow"]},
    "17:59": _OPEN | {"nobody": ["nobody_answered"]},
    "saturday 3:00": _CLOSED,
    # Belgium works on 8 December.
    "holiday": _CLOSED | {"no_common_language": ["offer_open", "bridge_phrasebook"]},
}


@pytest.mark.parametrize("channel", plays.CHANNELS)
@pytest.mark.parametrize("hour", plays.HOURS)
async def test_what_is_said_and_promised(sqlite_template: Path, tmp_path: Path, hour: str, channel: str) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    write_points(tmp_path)
    async with stage(f"sqlite:///{tmp_path}/guichet.db", tmp_path, Clock(plays.HOURS[hour]), channel) as made:
        promises = Promises(made.service)
        made.reads = promises.read
        played = await plays.play_all(made, await hire(made, *plays.POINTS))

    assert promises.broken == []
    assert promises.made >= len(played)
    for name, phrases in _SAID[hour].items():
        text = "\n".join(answer for _, answer in played[name].said)
        locale = plays.LOCALES.get(getattr(plays, name), "en")
        assert _in_order(made, locale, phrases, text), f"{name}: {phrases} not in {text}"


def _in_order(made: Stage, locale: str, phrases: list[str], text: str) -> bool:
    """Tell whether these sentences stand in the text one after the other, whatever fills their placeholders."""
    where = 0
    for phrase in phrases:
        words = re.split(r"\{\w+\}", made.service.phrases.text(locale, phrase))
        found = re.compile(".+?".join(re.escape(word) for word in words)).search(text, where)
        if found is None:
            return False
        where = found.start()
    return True


async def test_a_promise_without_anybody_is_found(sqlite_template: Path, tmp_path: Path) -> None:
    """The reader of promises itself: the same texts, while nobody works at the office any more, are all broken."""
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    write_points(tmp_path)
    at: datetime = plays.HOURS["open"]
    async with stage(f"sqlite:///{tmp_path}/guichet.db", tmp_path, Clock(at), "telegram") as made:
        promises, scopes = Promises(made.service), await hire(made, *plays.POINTS)
        play = plays.Play(made, scopes, made.person())
        await play.queues()
        await made.set_staff(terms_at=None)
        for message in made.heard["olena"]:
            await promises.read(message)

    assert len(promises.broken) == promises.made == 2
