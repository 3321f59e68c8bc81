"""Questions as people write them, with the real Rasa: the answer, its source and date, and what comes after."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.model.messages import Kind
from tests.conversations.scene import Person, Stage

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WAGES = "labour_rights/unpaid_wages"
MILAN = (45.4642, 9.1900)
QUESTION = "My boss has not paid me for two months"
PERMIT = "How do I renew my permit?"


@pytest.fixture
def somebody(theatre: Stage, request: pytest.FixtureRequest) -> Person:
    """Somebody new in each scene."""
    return theatre.person(re.sub(r"\W", "-", request.node.name))


@pytest.mark.parametrize(
    ("question", "source", "checked"),
    [
        (QUESTION, "Source: ", "Source checked: "),
        ("Mon patron ne me paie pas depuis deux mois", "Source", "Source vérifiée"),
        ("Il mio capo non mi paga da due mesi", "Fonte", "Fonte controllata"),
    ],
    ids=["en", "fr", "it"],
)
async def test_an_answer_names_its_source_and_the_date(
    somebody: Person, question: str, source: str, checked: str
) -> None:
    said = await somebody.says(question)

    assert source in said
    assert "http" in said
    assert re.search(rf"{checked}.*\b20\d\d\b", said)
    assert "c:IT" in somebody.choices
    assert "person" in somebody.choices


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Мій начальник не платить мені зарплату вже два місяці", "Цей текст"),
        ("رئيسي في العمل لم يدفع لي راتبي منذ شهرين", "هذا النص"),
        ("Mi jefe no me paga el salario desde hace dos meses", "este texto"),
    ],
    ids=["uk", "ar", "es"],
)
async def test_a_question_in_another_language_reaches_the_article_and_says_its_language(
    somebody: Person, question: str, told: str
) -> None:
    said = await somebody.says(question)

    assert told in said
    assert f"a:steps:{WAGES}:" in somebody.choices


async def test_losing_a_job_alone_is_asked_about(somebody: Person) -> None:
    await somebody.says("I lost my job")

    assert {"i:labour_rights/dismissal", "i:permits/job_loss_permit", "i:benefits/unemployment_benefit"} <= set(
        somebody.choices
    )
    assert "person" in somebody.choices


async def test_what_the_service_does_not_answer_is_said(somebody: Person) -> None:
    assert "I cannot help with this" in await somebody.says("What will the weather be like tomorrow in Rome?")
    assert "person" in somebody.choices


async def test_a_rude_message_gets_a_polite_answer_and_a_person(somebody: Person) -> None:
    said = await somebody.says("you are a stupid useless machine")

    assert said
    assert "stupid" not in said
    assert "person" in somebody.choices


async def test_fragments_within_two_seconds_get_one_reply(somebody: Person) -> None:
    await somebody.says("my boss", "has not paid me", "for two months")

    assert len(somebody.heard) == 1
    assert f"a:steps:{WAGES}:" in somebody.choices


async def test_two_questions_after_each_other_get_two_answers(somebody: Person) -> None:
    await somebody.says(QUESTION)
    first = await somebody.taps("c:IT")
    second = await somebody.says(PERMIT)

    assert "Rules of: Italy" in first
    assert "Rules of: Italy" in second
    assert first != second


async def test_a_tap_while_a_text_waits_is_answered_together_with_it(somebody: Person) -> None:
    await somebody.says("hello")
    before = len(somebody.heard)
    await somebody._send([{"kind": Kind.TEXT, "text": QUESTION}, {"kind": Kind.BUTTON, "button": "c:IT"}])

    assert len(somebody.heard) == before + 1
    assert "Rules of: Italy" in somebody.heard[-1]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.PHOTO, Kind.FILE])
async def test_a_voice_or_a_picture_is_answered_honestly(somebody: Person, kind: Kind) -> None:
    await somebody.says(QUESTION)
    said = await somebody.sends(kind)

    assert said.startswith("I cannot listen to voice or read pictures. A person can.")
    assert somebody.choices
    assert "I am a bot" not in said


async def test_a_sticker_first_brings_the_picture_menu(somebody: Person) -> None:
    assert "I am a bot for migrants" in await somebody.sends(Kind.STICKER)
    assert "m:work" in somebody.choices


async def test_a_location_becomes_a_city_and_is_kept_nowhere(somebody: Person, theatre: Stage) -> None:
    assert "Milan" in await somebody.sends(Kind.LOCATION, coordinates=MILAN)

    folder = Path(theatre.service.database.url.database or "").parent
    bytes_of_the_files = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert b"45.46" not in bytes_of_the_files
    async with theatre.service.database.reading() as connection:
        rows = (await connection.execute(select(t.inbox).where(t.inbox.c.kind == "location"))).all()
        trackers = (await connection.execute(select(t.conversation.c.id, t.conversation.c.tracker))).all()
    assert rows
    assert all(row.payload is None for row in rows)
    opened = [theatre.service.ring.open("conversation", "tracker", one.id, one.tracker) for one in trackers if one[1]]
    assert not any("45.46" in tracker or "9.19" in tracker for tracker in opened)


async def test_a_location_at_sea_is_asked_again(somebody: Person) -> None:
    said = await somebody.sends(Kind.LOCATION, coordinates=(35.0, -40.0))

    assert "write the name of your city" in said


async def test_an_edited_message_is_answered_as_it_stands_now(somebody: Person) -> None:
    await somebody.says("hello")
    said = await somebody.sends(Kind.EDITED, text=QUESTION)

    assert "Source: " in said


async def test_a_language_is_changed_by_a_sentence_and_by_a_tap(somebody: Person) -> None:
    await somebody.says(QUESTION)
    await somebody.says("/language")
    assert "l:fr" in somebody.choices
    assert "Français" in await somebody.taps("l:fr")
    assert "Vous pouvez" in await somebody.taps(f"i:{WAGES}")


async def test_a_country_is_changed_and_the_answer_with_it(somebody: Person) -> None:
    await somebody.says(QUESTION)
    assert "Rules of: Italy" in await somebody.taps("c:IT")
    assert "Rules of: Belgium" in await somebody.taps("c:BE")


async def test_steps_what_to_bring_and_details_follow_the_answer(somebody: Person) -> None:
    await somebody.says(QUESTION)
    for part, heading in (("steps", "Steps"), ("bring", "What to bring"), ("details", "More")):
        said = await somebody.taps(f"a:{part}:{WAGES}:IT")
        assert said.startswith(heading), said[:80]
        assert said.endswith("Did this help?")


async def test_the_last_answer_is_said_again_in_short(somebody: Person) -> None:
    await somebody.says(QUESTION)
    said = await somebody.taps("i:service/say_it_simpler")

    assert said.startswith("In short:")
    assert "a person can explain it" in said


async def test_my_data_are_shown_after_the_second_yes_and_erased_after_one(somebody: Person) -> None:
    await somebody.says(QUESTION)
    counted = await somebody.says("/privacy") and await somebody.taps("d:show")
    assert "I keep 1 messages" in counted or "I keep 2 messages" in counted
    assert "has not paid" not in counted
    assert "has not paid me for two months" in await somebody.taps("p:export:yes")

    await somebody.taps("d:erase")
    assert "Erased." in await somebody.taps("p:delete:yes")
    assert "I keep nothing from you" in await somebody.taps("d:show")


async def test_consent_to_learn_is_asked_once_and_shown_in_my_data(somebody: Person) -> None:
    await somebody.says(QUESTION)
    await somebody.taps(f"a:steps:{WAGES}:IT")
    assert "May we learn from the questions" in await somebody.taps("p:feedback:no")
    assert "Thank you" in await somebody.taps("p:learn:yes")
    assert "You said yes on 18 November 2026: we may learn from the questions" in await somebody.taps("d:show")
    assert "May we learn" not in await somebody.taps("p:feedback:no")


async def test_privacy_words_come_once_after_the_first_answer(somebody: Person) -> None:
    first = await somebody.says(QUESTION)
    second = await somebody.says(PERMIT)

    assert "Telegram also sees them" in first
    assert "Telegram also sees them" not in second
