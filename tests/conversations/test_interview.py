"""A whole first interview between an adviser who writes French and a person who reads Tigrinya, by the phrasebook alone."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from bot.model.messages import Outbound
from handoff.operators import queue
from handoff.phrasebook import Phrasebook, load, tap
from handoff.store import open_case, read_card
from tests.conversations.scene import Person, Stage

CHANNELS = ("telegram", "whatsapp", "web")
# What is tapped; where nothing is said here, the first answer.
TAPPED = {"works_now": "no", "pay_missing": "no", "contract": "dont_know", "how_paid": "in_cash"}


@pytest.fixture
def book() -> Phrasebook:
    return load()


async def met(play: Stage) -> Person:
    """Selam, whose phone is set to Tigrinya, at the office's desk."""
    selam = play.person("selam", locale_hint="ti")
    for button in ("person", "city:skip", "h:accept:demo-office", "h:share:yes"):
        await selam.taps(button)
    await play.operator("sign_in")
    await play.operator("take")
    return selam


async def asks(play: Stage, sentence: str) -> Outbound:
    """The adviser says a sentence; return what Selam's phone shows."""
    await play.operator("phrase", sentence)
    return play.heard["selam"][-1]


async def case_of(play: Stage) -> UUID:
    async with play.service.database.reading() as connection:
        card, *_ = await queue.mine(connection, play.service.ring, play.marta.scope)
        return card.case_id


async def answers_of(play: Stage) -> Mapping[str, str]:
    """Return what stands on the card."""
    async with play.service.database.reading() as connection:
        case, *_ = await queue.held(connection, play.marta.scope)
        return read_card(play.service.ring, case).answers


async def lines_of(play: Stage) -> tuple[queue.Line, ...]:
    """Return what the adviser can read."""
    case_id = await case_of(play)
    async with play.service.database.reading() as connection:
        return await queue.transcript(connection, play.service.ring, play.marta.scope, case_id)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_first_interview_by_taps_alone(play: Stage, book: Phrasebook) -> None:
    selam, said = await met(play), list[str]()
    tapped: dict[str, str] = {}
    while sentence := book.next("labour_rights", said, tapped):
        said.append(sentence)
        shown = await asks(play, sentence)
        assert shown.text == book.text("ti", sentence)
        assert [(one.id, one.title) for one in shown.buttons] == [
            (tap(sentence, answer), words) for answer, words in book.answers("ti", sentence)
        ]
        if book.sentences[sentence].answers:
            tapped[sentence] = TAPPED.get(sentence, book.sentences[sentence].answers[0])
            assert await selam.taps(tap(sentence, tapped[sentence])) == ""  # the bot says nothing between them

    assert len(tapped) > 15
    assert await answers_of(play) == tapped
    summary = dict(book.summary(tapped, "fr"))
    assert summary[book.pattern("fr", "contract")] == book.answer("fr", "contract", "dont_know")
    lines = await lines_of(play)
    assert [line.phrase.id for line in lines if line.phrase] == said
    given = [line for line in lines if line.answer]
    assert [line.answer for line in given] == [tap(question, answer) for question, answer in tapped.items()]
    assert all(line.text == book.given("ti", line.answer).partition(" → ")[2] for line in given)
    assert await play.state("selam") == "assigned"


async def test_a_typed_number_or_yes_is_an_answer_while_it_is_asked(play: Stage) -> None:
    selam = await met(play)
    await asks(play, "how_paid")
    assert await selam.says("2") == ""
    assert await answers_of(play) == {"how_paid": "in_cash"}
    assert [line.answer for line in await lines_of(play)][-1] == "f:how_paid:in_cash"

    assert await selam.says("1") == ""  # nothing is asked any more
    await play.operator("reply", "Merci.")
    assert await selam.says("3") == ""
    assert await answers_of(play) == {"how_paid": "in_cash"}

    await asks(play, "contract")
    assert await selam.says("እወ") == ""
    assert (await answers_of(play))["contract"] == "yes"


async def test_the_last_tap_counts_and_what_was_never_offered_does_not(play: Stage) -> None:
    selam = await met(play)
    await asks(play, "contract")
    await selam.taps("f:contract:yes")
    await selam.taps("f:contract:no")
    for strange in ("f:contract:employer", "f:gone:yes", "f:", "f:contract", "f:have_paper:yes"):
        assert await selam.taps(strange) == ""

    assert await answers_of(play) == {"contract": "no"}


async def test_a_tap_when_the_adviser_has_left_tells_how_the_question_stands(play: Stage) -> None:
    selam = await met(play)
    await asks(play, "contract")
    await play.operator("give_back")

    assert await selam.taps("f:contract:yes") == play.text("ti", "status_none")
    assert await play.state("selam") == "bot"


async def test_danger_and_commands_go_through_in_the_middle_of_an_interview(play: Stage) -> None:
    selam = await met(play)
    await asks(play, "safe_now")

    assert "112" in await selam.says("my husband hits me")
    assert await selam.taps("f:safe_now:no") == ""
    assert await answers_of(play) == {"safe_now": "no"}


async def test_a_sentence_that_was_kept_goes_out_with_its_answers(play: Stage, book: Phrasebook) -> None:
    selam = await met(play)
    async with play.service.database.transaction() as connection:
        case, *_ = await queue.held(connection, play.marta.scope)
        await play.service.conversations.record(
            connection, case.conversation_id, "operator", book.text("ti", "contract"), play.clock(),
            staff_id=play.marta.scope.staff_id, phrase=book.phrase("contract", {}),
        )  # fmt: skip
    assert await selam.says("ሰላም") == book.text("ti", "contract")
    assert list(selam.choices) == ["f:contract:yes", "f:contract:no", "f:contract:dont_know"]

    assert await selam.says("2") == ""  # it is asked since it went out
    async with play.service.database.reading() as connection:
        found = await open_case(connection, case.conversation_id)
    assert found is not None
    assert read_card(play.service.ring, found).answers == {"contract": "no"}


async def test_who_taps_that_they_are_not_safe_gets_the_number_and_rings_the_desk(play: Stage) -> None:
    selam = await met(play)
    await asks(play, "safe_now")

    assert (await selam.taps("f:safe_now:no")).startswith(play.text("ti", "danger_again"))
    async with play.service.database.reading() as connection:
        card, *_ = await queue.mine(connection, play.service.ring, play.marta.scope)
    assert card.danger_at is not None
    assert card.urgency == "danger"
    assert await answers_of(play) == {"safe_now": "no"}
