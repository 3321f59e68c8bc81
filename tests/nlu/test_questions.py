"""Messages with several questions: where they are cut, and what becomes of the whole beside its parts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.understanding import Ranked, Verdict
from nlu.normalise import LIMIT
from nlu.questions import MOST, Meaning, questions, with_parts

WAGES, PERMIT, TAX, VIOLENCE = "labour/wages", "permits/renewal", "arrival/tax", "safety/violence"
ECHOED = "labour/rest"


def texts(text: str) -> tuple[str, ...]:
    return tuple(part.text for part in questions(text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("My boss does not pay. Can I renew my permit?", ("My boss does not pay", "Can I renew my permit")),
        ("my boss does not pay me\ncan I renew my permit", ("my boss does not pay me", "can I renew my permit")),
        ("¿Cuándo me pagan? ¿Cómo renuevo el permiso?", ("¿Cuándo me pagan", "¿Cómo renuevo el permiso")),
        ("πότε πληρώνομαι φέτος; πώς ανανεώνω την άδεια;", ("πότε πληρώνομαι φέτος", "πώς ανανεώνω την άδεια")),
        ("لم يدفع لي راتبي؟ كيف أجدد تصريح الإقامة؟", ("لم يدفع لي راتبي", "كيف أجدد تصريح الإقامة")),
        ("मुझे वेतन नहीं मिला। परमिट कैसे बढ़ाएँ?", ("मुझे वेतन नहीं मिला", "परमिट कैसे बढ़ाएँ")),
        ("ደመወዝ አልተከፈለኝም እስካሁን። ፈቃዴን እንዴት ላድስ?", ("ደመወዝ አልተከፈለኝም እስካሁን", "ፈቃዴን እንዴት ላድስ")),
        ("老板不给我工资。我怎么续签居留？", ("老板不给我工资", "我怎么续签居留")),
        (
            "Hello! Where do I pay tax? How long is the notice? Thanks!",
            ("Where do I pay tax", "How long is the notice"),
        ),
    ],
    ids=["en", "lines", "es", "el", "ar", "hi", "am", "zh", "politeness"],
)
def test_a_message_is_cut_where_a_sentence_ends(text: str, parts: tuple[str, ...]) -> None:
    assert texts(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "My boss does not pay me",
        "My boss does not pay me. Please help!",
        "they owe me 1.250 euros since the summer",
        "my boss\nhas not paid me\nfor two months",  # one sentence in three messages
        "工资。居留？",
        f"How do I renew it? {'word ' * LIMIT}",
    ],
    ids=["empty", "marks", "one", "politeness", "number", "fragments", "words", "endless"],
)
def test_one_question_is_not_cut(text: str) -> None:
    assert questions(text) == ()


def test_of_many_sentences_those_that_ask_are_kept_in_their_order() -> None:
    told = "I came here in spring. I work in a kitchen. My boss is often angry."
    text = f"How long is a permit? {told} Does he have to pay me? And what about tax?"

    assert texts(text) == ("How long is a permit", "Does he have to pay me", "And what about tax")
    assert len(questions(told)) == MOST


def test_a_part_knows_whether_it_asks() -> None:
    told, asked, greek = questions("My boss does not pay. Can I renew my permit?! πώς ανανεώνω την άδεια ;")

    assert (told.asks, asked.asks, greek.asks) == (False, True, True)
    assert [part.asks for part in questions("I work in a kitchen; my boss does not pay me")] == [False, False]
    assert "permit" not in repr(asked)


@given(st.text(max_size=200) | st.text(alphabet="ab \n.?।老", max_size=80))
def test_parts_come_from_the_text_in_its_order_and_are_few(text: str) -> None:
    parts = texts(text)

    assert len(parts) in {0, *range(2, MOST + 1)}
    at = 0
    for part in parts:
        assert part
        at = text.index(part, at) + len(part)


@given(st.text(max_size=100))
def test_a_part_is_not_cut_again(text: str) -> None:
    assert all(questions(part) == () for part in texts(text))


def sure(intent: str, confidence: float = 0.8, asks: bool = True) -> Meaning:
    return Meaning(Verdict.ACCEPT, (Ranked(intent, confidence), Ranked(ECHOED, 0.01)), asks=asks)


def unsure(*intents: str) -> Meaning:
    return Meaning(Verdict.CLARIFY, tuple(Ranked(intent, 0.4) for intent in intents))


DANGER = Meaning(Verdict.EMERGENCY, (Ranked(VIOLENCE, 0.4), Ranked("safety/emergency", 0.2)))
PERHAPS = Meaning(Verdict.EMERGENCY, (Ranked(WAGES, 0.5), Ranked(VIOLENCE, 0.3)))


@pytest.mark.parametrize(
    ("parts", "asked"),
    [
        ([sure(WAGES), sure(PERMIT)], (WAGES, PERMIT)),
        ([sure(PERMIT), sure(WAGES)], (PERMIT, WAGES)),
        ([sure(PERMIT), unsure(WAGES)], (PERMIT, WAGES)),
        ([unsure(TAX), sure(PERMIT)], (WAGES, PERMIT)),
        ([sure(WAGES), sure(PERMIT), sure(TAX)], (WAGES, PERMIT)),
        ([sure(WAGES), unsure(PERMIT)], ()),
        ([sure(WAGES), sure(WAGES)], ()),
        ([sure(WAGES), sure("service/thanks")], ()),
        ([sure(WAGES), sure(VIOLENCE)], ()),
        ([sure(WAGES), PERHAPS], ()),
        ([], ()),
    ],
)
def test_a_sure_whole_stays_and_gets_a_second_intent_from_a_sure_part(
    parts: list[Meaning], asked: tuple[str, ...]
) -> None:
    whole = sure(WAGES)

    assert with_parts(whole, parts) == replace(whole, asked=asked)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (sure(ECHOED, 0.95, asks=False), (WAGES, ECHOED)),
        (sure(ECHOED, 0.85, asks=False), ()),  # sure, but not for a part that does not ask
        (sure(PERMIT, 0.95, asks=False), ()),  # the whole says nothing of it
        (sure(PERMIT, 0.99, asks=False), (WAGES, PERMIT)),
    ],
)
def test_what_is_only_told_must_be_surer_and_heard_in_the_whole(told: Meaning, asked: tuple[str, ...]) -> None:
    assert with_parts(sure(WAGES), [sure(WAGES), told]).asked == asked


@pytest.mark.parametrize("verdict", [Verdict.ACCEPT, Verdict.EMERGENCY, Verdict.GIVE_UP])
@pytest.mark.parametrize("intent", ["service/talk_to_human", VIOLENCE])
def test_what_is_no_question_gets_no_answer_beside_it(verdict: Verdict, intent: str) -> None:
    whole = Meaning(verdict, (Ranked(intent, 0.9),))

    assert with_parts(whole, [sure(WAGES), sure(PERMIT)]) == whole


def test_an_unsure_whole_is_accepted_where_two_parts_are_sure() -> None:
    meaning = with_parts(unsure(TAX, PERMIT), [sure(WAGES, 0.8), sure(PERMIT, 0.95), sure(TAX)])

    assert meaning.verdict is Verdict.ACCEPT
    assert meaning.asked == (WAGES, PERMIT)
    assert meaning.ranking == (Ranked(WAGES, 0.8), Ranked(PERMIT, 0.95), Ranked(TAX, 0.4))


@pytest.mark.parametrize(
    "parts",
    [[], [sure(WAGES)], [sure(WAGES), sure(WAGES)], [sure(WAGES), unsure(PERMIT)], [unsure(WAGES), unsure(PERMIT)]],
)
def test_an_unsure_whole_stays_so_while_its_parts_do_not_say_more(parts: list[Meaning]) -> None:
    whole = unsure(TAX, PERMIT)

    assert with_parts(whole, parts) == whole


def test_a_danger_that_may_be_meant_is_offered_and_not_covered_by_answers() -> None:
    offered = unsure(WAGES, VIOLENCE, PERMIT)
    assert with_parts(offered, [sure(WAGES), sure(PERMIT)]) == offered

    meaning = with_parts(unsure(WAGES, PERMIT), [sure(WAGES), sure(PERMIT), PERHAPS])
    assert meaning.verdict is Verdict.CLARIFY
    assert [ranked.intent for ranked in meaning.ranking] == [WAGES, VIOLENCE, PERMIT]


@pytest.mark.parametrize("whole", [sure(WAGES), unsure(WAGES, PERMIT), unsure(VIOLENCE, WAGES)])
def test_a_part_that_tells_of_danger_shows_its_card_however_sure_the_rest_is(whole: Meaning) -> None:
    meaning = with_parts(whole, [sure(WAGES), DANGER])

    assert (meaning.verdict, meaning.safety) == (Verdict.EMERGENCY, (VIOLENCE,))
    assert meaning.ranking[0].intent == VIOLENCE
    assert WAGES in {ranked.intent for ranked in meaning.ranking[1:]}
