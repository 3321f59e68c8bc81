"""The entrance of the room, without Rasa; `test_predict.py` has the tests with it."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.errors import InterpreterUnavailable
from bot.model.understanding import Entity, Ranked, Understanding, Verdict
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from nlu.rasa_client import RasaClient


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(RasaClient(lambda: None, {}), Keywords.load(KEYWORDS))


async def test_without_rasa_it_says_so_and_still_knows_danger(interpreter: Interpreter) -> None:
    meant = await interpreter.understand("my husband beats me, i am 16")

    assert meant.degraded
    assert meant.verdict is Verdict.EMERGENCY
    assert meant.safety[0] == "safety/violence"
    assert meant.minor
    assert (meant.locale, meant.locale_sure) == ("en", True)
    assert meant.ranking == ()


async def test_without_rasa_a_person_can_still_be_asked_for(interpreter: Interpreter) -> None:
    meant = await interpreter.understand("voglio parlare con una persona", "it")

    assert meant.commands[0] == "service/talk_to_human"
    assert meant.verdict is Verdict.ACCEPT


async def test_without_rasa_a_question_is_not_understood(interpreter: Interpreter) -> None:
    meant = await interpreter.understand("il mio contratto in Belgio scade a maggio")

    assert meant.verdict is Verdict.GIVE_UP
    assert meant.entities == (Entity("country", "BE"), Entity("document", "work_contract"))
    assert meant.locale == "it"


@dataclass(slots=True)
class Sure:
    """A ranker that is sure of one intent, and remembers which texts were urgent."""

    intent: str
    urgent: list[bool] = field(default_factory=list)

    async def parse(self, text: str, *, urgent: bool = False) -> tuple[Ranked, ...]:
        self.urgent.append(urgent)
        return (Ranked(self.intent, 0.98),)


@pytest.mark.parametrize(
    ("text", "intent", "commands"),
    [
        ("serve uno che parla bengalese", "service/interpreter", ()),
        ("po flas me njeri apo me kompjuter", "service/are_you_human", ()),
        (
            "can I talk to a person about my boss who does not pay",
            "labour_rights/unpaid_wages",
            ("service/talk_to_human",),
        ),
        ("stop", "service/goodbye", ("service/stop",)),
    ],
)
async def test_a_sure_classifier_decides_about_a_command_within_more_words(
    interpreter: Interpreter, text: str, intent: str, commands: tuple[str, ...]
) -> None:
    meant = await replace(interpreter, rasa=Sure(intent)).understand(text)

    assert meant.commands == commands
    assert meant.verdict is Verdict.ACCEPT


@pytest.mark.parametrize(("text", "urgent"), [("he beats me", True), ("he does not pay me", False)])
async def test_only_danger_passes_by_those_who_wait_for_rasa(interpreter: Interpreter, text: str, urgent: bool) -> None:
    ranker = Sure("a/x")
    await replace(interpreter, rasa=ranker).understand(text)

    assert ranker.urgent == [urgent]


@dataclass(slots=True)
class ByWord:
    """A ranker that is sure of a text by a word in it, and away for others; remembers what it was asked."""

    intents: dict[str, str]
    asked: list[str] = field(default_factory=list)

    async def parse(self, text: str, *, urgent: bool = False) -> tuple[Ranked, ...]:
        self.asked.append(text)
        found = [intent for word, intent in self.intents.items() if word in text]
        if not found:
            raise InterpreterUnavailable("no answer in time")
        return tuple(Ranked(intent, 0.98 / len(found)) for intent in found)


TWO = "The boss has not paid. How do I renew my card?"


async def test_two_questions_are_found_where_the_whole_is_torn_between_them(interpreter: Interpreter) -> None:
    ranker = ByWord({"paid": "a/wages", "renew": "a/card"})
    meant = await replace(interpreter, rasa=ranker).understand(TWO)

    assert ranker.asked == [TWO, "The boss has not paid", "How do I renew my card"]
    assert (meant.verdict, meant.intent, meant.confidence) == (Verdict.ACCEPT, "a/wages", 0.98)
    assert meant.asked == ("a/wages", "a/card")
    assert meant.also == ("a/card",)


async def test_a_part_that_is_not_ranked_in_time_costs_only_the_second_answer(interpreter: Interpreter) -> None:
    meant = await replace(interpreter, rasa=ByWord({"paid": "a/wages"})).understand(TWO)

    assert (meant.verdict, meant.intent, meant.asked) == (Verdict.ACCEPT, "a/wages", ())
    assert not meant.degraded


@pytest.mark.parametrize("end", ["She beats me every day.", "Let me talk to a person!"])
async def test_danger_and_commands_leave_no_room_for_a_second_question(interpreter: Interpreter, end: str) -> None:
    ranker = ByWord({"paid": "a/wages", "renew": "a/card"})
    text = f"I am not paid, renew it. {end}"
    meant = await replace(interpreter, rasa=ranker).understand(text)

    assert meant.safety or meant.commands
    assert meant.asked == ()
    assert ranker.asked == [text]


async def test_an_empty_message_means_nothing_and_is_not_degraded(interpreter: Interpreter) -> None:
    for text in ("", "  ", "\u200b"):
        assert await interpreter.understand(text, "it") == Understanding(Verdict.GIVE_UP)


async def test_a_keyword_hints_at_the_language_of_a_word(interpreter: Interpreter) -> None:
    meant = await interpreter.understand("pagaille")

    assert not meant.locale_sure
    assert interpreter.quick("ambulance now").safety == ("safety/emergency",)


@settings(deadline=None)  # a busy machine is no failure
@given(text=st.text(st.characters(exclude_categories=[]), max_size=80))
async def test_no_text_makes_it_raise(interpreter: Interpreter, text: str) -> None:
    assert isinstance(await interpreter.understand(text), Understanding)


async def test_what_was_understood_can_be_logged_without_its_words(interpreter: Interpreter) -> None:
    shown = repr(await interpreter.understand("i live in Ljubljana and my language is Tigrinya"))

    assert "Ljubljana" not in shown
    assert "'ti'" not in shown
