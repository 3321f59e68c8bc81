"""Every fault that Telegram and WhatsApp are known for, played by our fakes over HTTP: nothing lost, nothing doubled."""

import shutil
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.house import House, house

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

_NUMBERS = count(390000001)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Telegram is polled."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copyfile(sqlite_template, folder / "guichet.db")
    async with house(folder, f"sqlite:///{folder}/guichet.db") as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hooked(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Telegram posts to us, too."""
    folder = tmp_path_factory.mktemp("hooked")
    shutil.copyfile(sqlite_template, folder / "guichet.db")
    async with house(folder, f"sqlite:///{folder}/guichet.db", "webhook") as made:
        yield made


@pytest.fixture
def user() -> str:
    """Somebody who never wrote before."""
    return str(next(_NUMBERS))


async def _nothing_is_lost_or_doubled(home: House) -> None:
    await home.settled()
    tally = await home.tally()
    assert (tally.lost, tally.doubled) == (0, 0)


async def _taps(home: House, user: str, platform: str, *buttons: str) -> int:
    """Tap one after the other, each when the one before is answered; return how many answers came."""
    fake = home.telegram if platform == "telegram" else home.whatsapp
    for button in buttons:
        await fake.taps(user, button, unseen=True)
        await home.settled()
    return len(fake.heard(user))


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        ("429", 2), ("429_bare", 2), ("403", 1), ("400_chat", 1), ("400_thread", 1), ("500", 1), ("502_html", 1),
        ("dropped", 1), ("lost", 2), ("garbage", 2), ("slow", 2), ("401", 2),
    ],
)  # fmt: skip
async def test_telegram_misbehaves_when_we_send(home: House, user: str, fault: str, answers: int) -> None:
    home.telegram.fault(fault, user=user, seconds=1)

    heard = await _taps(home, user, "telegram", "menu", "language")

    assert heard == answers
    await _nothing_is_lost_or_doubled(home)


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        # 5xx without Meta's own error may have been delivered: unknown, its own column
        ("131047", 1), ("131056", 2), ("130429", 2), ("131042", 2), ("131026", 1), ("131000", 2), ("131016", 2),
        ("80007", 2), ("190", 2), ("429_bare", 2), ("502_html", 1), ("500_bare", 1), ("dropped", 1), ("lost", 2),
        ("garbage", 2),
    ],
)  # fmt: skip
async def test_whatsapp_misbehaves_when_we_send(home: House, user: str, fault: str, answers: int) -> None:
    home.whatsapp.fault(fault, user=user)

    heard = await _taps(home, user, "whatsapp", "menu", "language")

    assert heard == answers
    await _nothing_is_lost_or_doubled(home)


async def test_every_post_comes_twice(hooked: House, user: str) -> None:
    for fake in (hooked.telegram, hooked.whatsapp):
        fake.duplicates = 1
    try:
        assert await _taps(hooked, user, "whatsapp", "menu", "language") == 2
        assert await _taps(hooked, user, "telegram", "menu", "language") == 2
    finally:
        for fake in (hooked.telegram, hooked.whatsapp):
            fake.duplicates = 0
    await _nothing_is_lost_or_doubled(hooked)


async def test_the_same_message_comes_again_in_another_envelope(home: House, user: str) -> None:
    wamid = await home.whatsapp.says(user, "/privacy")
    await home.settled()
    await home.whatsapp.repeats(wamid, user, "/privacy")
    await _nothing_is_lost_or_doubled(home)

    assert len(home.whatsapp.heard(user)) == 1


async def test_one_post_holds_two_entries_with_two_changes_with_two_messages(home: House) -> None:
    people = [str(next(_NUMBERS)) for _ in range(8)]
    home.whatsapp.hold()
    for person in people:
        await home.whatsapp.taps(person, "menu", unseen=True)
    await home.whatsapp.release("spread")
    await _nothing_is_lost_or_doubled(home)

    assert [len(home.whatsapp.heard(person)) for person in people] == [1] * 8


async def test_a_body_of_three_megabytes_is_taken(home: House, user: str) -> None:
    home.whatsapp.hold()
    await home.whatsapp.taps(user, "menu", unseen=True)
    await home.whatsapp.release("one", pad_to=3 * 2**20)
    await _nothing_is_lost_or_doubled(home)

    assert len(home.whatsapp.heard(user)) == 1


@pytest.mark.parametrize("order", ["early", "read_first", "normal", "none"])
async def test_statuses_come_in_any_order(home: House, user: str, order: str) -> None:
    home.whatsapp.statuses = order
    try:
        assert await _taps(home, user, "whatsapp", "menu", "language") == 2
    finally:
        home.whatsapp.statuses = "normal"
    await _nothing_is_lost_or_doubled(home)


async def test_a_status_proves_what_was_unknown(home: House, user: str) -> None:
    before = (await home.tally()).unknown
    home.whatsapp.fault("lost", user=user)
    await _taps(home, user, "whatsapp", "menu")
    await _nothing_is_lost_or_doubled(home)

    assert (await home.tally()).unknown == before


async def test_a_late_failure_without_a_name_is_noted(home: House, user: str) -> None:
    home.whatsapp.fault("failed", user=user, code=131026)

    assert await _taps(home, user, "whatsapp", "menu", "language") == 2
    await _nothing_is_lost_or_doubled(home)


async def test_somebody_without_a_phone_number_is_answered(home: House, user: str) -> None:
    await home.whatsapp.hides_phone(user)

    assert await _taps(home, user, "whatsapp", "menu", "language") == 2
    await _nothing_is_lost_or_doubled(home)


async def test_somebody_who_changes_the_number_is_answered_at_the_new_one(home: House, user: str) -> None:
    new = str(next(_NUMBERS))
    await _taps(home, user, "whatsapp", "menu")
    await home.whatsapp.changes_number(user, new)
    await home.settled()

    assert await _taps(home, new, "whatsapp", "language") == 1
    await _nothing_is_lost_or_doubled(home)


async def test_a_reaction_and_its_removal_are_no_question(home: House, user: str) -> None:
    await _taps(home, user, "whatsapp", "menu")
    wamid = home.whatsapp.heard(user)[-1].message_id
    await home.whatsapp.reacts(user, wamid)
    await home.whatsapp.sends(user, "unsupported")
    await home.whatsapp.account_error()
    await _nothing_is_lost_or_doubled(home)

    assert len(home.whatsapp.heard(user)) == 1


@pytest.mark.parametrize("forged", ["bad_signature", "no_signature", "short_signature", "bare_signature"])
async def test_a_forged_post_is_refused_and_the_true_one_taken(home: House, user: str, forged: str) -> None:
    home.whatsapp.fault(forged, "webhook")
    await home.whatsapp.taps(user, "menu", unseen=True)
    await _nothing_is_lost_or_doubled(home)

    assert len(home.whatsapp.heard(user)) == 1


@pytest.mark.parametrize("forged", ["bad_secret", "no_secret"])
async def test_telegram_without_its_secret_is_refused_and_comes_again(hooked: House, user: str, forged: str) -> None:
    hooked.telegram.fault(forged, "webhook")
    await hooked.telegram.taps(user, "menu", unseen=True)
    await _nothing_is_lost_or_doubled(hooked)

    assert len(hooked.telegram.heard(user)) == 1


async def test_update_ids_begin_anew_after_a_quiet_week(home: House, user: str) -> None:
    await _taps(home, user, "telegram", "menu")
    home.telegram.restart_ids(41)

    assert await _taps(home, user, "telegram", "language", "menu") == 3
    await _nothing_is_lost_or_doubled(home)


async def test_updates_out_of_order_are_all_answered(hooked: House) -> None:
    people = [str(next(_NUMBERS)) for _ in range(6)]
    hooked.telegram.shuffle = True
    try:
        for person in people:
            await hooked.telegram.taps(person, "menu", unseen=True)
        await _nothing_is_lost_or_doubled(hooked)
    finally:
        hooked.telegram.shuffle = False

    assert [len(hooked.telegram.heard(person)) for person in people] == [1] * 6


async def test_an_edited_message_is_a_message_of_its_own(home: House, user: str) -> None:
    number = await home.telegram.says(user, "/privacy")
    await home.settled()
    await home.telegram.edits(user, "stop", number)
    await _nothing_is_lost_or_doubled(home)

    first, second = home.telegram.heard(user)
    assert first.text != second.text


async def test_somebody_who_blocked_us_gets_nothing_and_comes_back(home: House, user: str) -> None:
    await _taps(home, user, "telegram", "menu")
    await home.telegram.blocks(user)
    await home.settled()
    await home.telegram.unblocks(user)

    assert await _taps(home, user, "telegram", "language") == 2
    await _nothing_is_lost_or_doubled(home)
