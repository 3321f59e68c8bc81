"""Two questions in one message, with the real Rasa: both answers in one reply, what dies by a deadline first."""

import re

import pytest

from tests.conversations.scene import Person, Stage

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WAGES = "labour_rights/unpaid_wages"
PERMIT = "permits/permit_renewal"
DISMISSAL = "labour_rights/dismissal"


@pytest.fixture
def somebody(theatre: Stage, request: pytest.FixtureRequest) -> Person:
    """Somebody new in each scene."""
    return theatre.person(re.sub(r"\W", "-", request.node.name))


@pytest.mark.parametrize(
    ("locale", "question", "first"),
    [
        ("en", "My boss has not paid me for two months. How do I renew my permit?", PERMIT),
        ("ar", "صاحب العمل لم يدفع لي راتبي منذ شهرين. وأمس طردني من العمل بدون إنذار.", DISMISSAL),
    ],
)
async def test_both_are_answered_for_the_country_that_is_asked_once(
    somebody: Person, theatre: Stage, locale: str, question: str, first: str
) -> None:
    titles = [theatre.service.phrases.title(locale, intent) for intent in (first, WAGES)]
    asked = theatre.text(locale, "ask_country")

    said = await somebody.says(question)
    assert said.startswith(f"{titles[0]}\n")
    assert f"\n\n{titles[1]}\n" in said
    assert said.count(asked) == 1
    assert said.count(theatre.text(locale, "foot_general")) == 1
    assert {"c:IT", "c:?", f"a:steps:{first}:", f"a:steps:{WAGES}:", "person"} <= set(somebody.choices)

    said = await somebody.taps("c:IT")
    assert said.startswith(f"{titles[0]}\n")
    assert f"\n\n{titles[1]}\n" in said
    assert asked not in said
    assert list(somebody.choices.items())[:2] == [
        (f"a:steps:{first}:IT", titles[0]), (f"a:steps:{WAGES}:IT", titles[1]),
    ]  # fmt: skip
    assert list(somebody.choices)[2:] == ["person"]


async def test_two_questions_sent_as_two_messages_get_one_reply(somebody: Person) -> None:
    await somebody.says("hello", "my boss has not paid me for two months", "and how do I renew my permit?")

    assert len(somebody.heard) == 1
    assert {f"a:steps:{PERMIT}:", f"a:steps:{WAGES}:"} <= set(somebody.choices)


async def test_one_question_in_many_words_gets_one_answer(somebody: Person) -> None:
    await somebody.says("I work in a kitchen in the centre. My boss has not paid me for two months. What can I do?")

    assert [choice for choice in somebody.choices if choice.startswith("a:steps:")] == [f"a:steps:{WAGES}:"]
