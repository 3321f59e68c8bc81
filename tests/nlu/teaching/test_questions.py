"""The store of questions over the files, on both kinds of database; what a model is trained from."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.db import Database
from bot.edits import Edits, Outdated, content_hash
from bot.model.locales import LOCALES
from nlu.evaluation.data_check import read_data
from nlu.rasa_client import load_topics, ranked
from nlu.teaching import CannotTeach, Question, Questions, Shipped, read_shipped
from nlu.teaching.export import data_text
from tests.conftest import Clock

ROOT = Path(__file__).parents[3]
INES = UUID(int=7)
WAGES, DISMISSAL, GREET, MEALS = "work/unpaid_wages", "work/dismissal", "service/greet", "work/meal_vouchers"
FILES = Shipped(
    {one: Question(one, shipped=True) for one in (WAGES, DISMISSAL, GREET)},
    {
        (WAGES, "en"): ("my boss does not pay me", "no salary since august"),
        (DISMISSAL, "en"): ("they fired me",),
        (GREET, "it"): ("ciao",),
    },
    {(WAGES, "en"): ("where is the money for my october",)},
    frozenset({"he hits me every day"}),
)
VOUCHERS = Question(MEALS, "vouchers for lunch", titles=dict.fromkeys(LOCALES, "Meal vouchers"), menu="work")
FOUR = ("do I get vouchers", "my lunch voucher is late", "how many meal tickets a month", "vouchers in the holidays")


@pytest.fixture
def questions(clock: Clock) -> Questions:
    return Questions(FILES, Edits(), clock)


def by_key(folder: Path) -> dict[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in read_data(folder):
        found[one.intent, one.locale].append(one.text)
    return found


def test_untouched_files_train_the_same_model(tmp_path: Path) -> None:
    questions = Questions(read_shipped())
    questions.export(tmp_path / "one")
    questions.export(tmp_path / "two")

    assert by_key(tmp_path / "one/nlu/data") == by_key(ROOT / "nlu/data")
    assert load_topics(tmp_path / "one/dialogues/domain") == load_topics(ROOT / "dialogues/domain")
    written = sorted((tmp_path / "one").rglob("*.yml"))
    assert len(written) == 26 * 7 + 7
    assert [one.read_bytes() for one in written] == [
        one.read_bytes() for one in sorted((tmp_path / "two").rglob("*.yml"))
    ]


def test_every_shipped_question_says_what_it_is_about() -> None:
    shipped = read_shipped()

    assert [intent for intent, question in shipped.questions.items() if not question.about] == []
    assert shipped.questions["labour_rights/dismissal"].deadline


async def test_a_wording_is_added_once_and_remembers_what_the_file_said(
    database: Database, questions: Questions
) -> None:
    async with database.transaction() as connection:
        assert await questions.add_wording(connection, WAGES, "en", "  - he owes me two months ", INES, "gap:1")
        assert not await questions.add_wording(connection, WAGES, "en", "He owes me  two months", INES)

    async with database.reading() as connection:
        content = await questions.read(connection)
        edit = await Edits().one(connection, "wordings", f"{WAGES}/en")
    assert content.wordings(WAGES, "en") == (
        "my boss does not pay me",
        "no salary since august",
        "he owes me two months",
    )
    assert edit is not None
    assert (edit.note, edit.author) == ("gap:1", INES)
    assert edit.base_hash == content_hash({"examples": ["my boss does not pay me", "no salary since august"]})
    assert questions.wordings(WAGES, "en") == FILES.wordings[WAGES, "en"]  # the service follows when it is told to


@pytest.mark.parametrize(
    ("text", "reason", "where"),
    [
        ("They fired me!!!", None, ""),
        ("they fired me", "elsewhere", DISMISSAL),
        ("Where is the money for my October?", "exam", ""),
        ("He hits me every day.", "exam", ""),
        ("?!", "empty", ""),
        ("why " * 90, "long", ""),
    ],
)
async def test_what_would_spoil_model_or_exam_is_refused(
    database: Database, questions: Questions, text: str, reason: str | None, where: str
) -> None:
    async with database.transaction() as connection:
        if reason is None:
            assert await questions.add_wording(connection, WAGES, "en", text, INES)
            return
        with pytest.raises(CannotTeach) as refused:
            await questions.add_wording(connection, WAGES, "en", text, INES)

    assert (refused.value.reason, refused.value.where) == (reason, where)
    assert text not in str(refused.value)


async def test_a_test_sentence_is_never_a_wording(database: Database, questions: Questions) -> None:
    async with database.transaction() as connection:
        with pytest.raises(CannotTeach, match="trained"):
            await questions.set_cases(connection, WAGES, "en", ["My boss does not pay me"], None, INES)
        await questions.set_cases(connection, WAGES, "en", ["paid nothing for the harvest"], None, INES)
        with pytest.raises(CannotTeach, match="exam"):
            await questions.add_wording(connection, WAGES, "en", "paid nothing for the harvest", INES)
        content = await questions.read(connection)

    assert content.cases(WAGES, "en") == ("paid nothing for the harvest",)


async def test_two_people_at_once_lose_nothing_in_silence(database: Database, questions: Questions) -> None:
    async with database.transaction() as connection:
        await questions.set_wordings(connection, WAGES, "en", ["no salary since august", "first of Ines"], None, INES)
    async with database.transaction() as connection:
        with pytest.raises(Outdated):
            await questions.set_wordings(connection, WAGES, "en", ["second of Pavel"], None, uuid4())

    async with database.reading() as connection:
        content = await questions.read(connection)
    assert content.wordings(WAGES, "en") == ("no salary since august", "first of Ines")


async def test_a_new_question_is_trained_when_three_languages_have_four_sentences(
    database: Database, questions: Questions, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        await questions.save(connection, VOUCHERS, None, INES)
        for locale in ("en", "it"):
            await questions.add_wordings(connection, MEALS, locale, [f"{text} {locale}" for text in FOUR] * 2, INES)
        await questions.export_now(connection, tmp_path / "early")
        await questions.add_wordings(connection, MEALS, "fr", [f"{text} fr" for text in FOUR], INES)
        await questions.export_now(connection, tmp_path / "ready")

    assert (MEALS, "it") not in by_key(tmp_path / "early/nlu/data")
    assert by_key(tmp_path / "ready/nlu/data")[MEALS, "it"] == [f"{text} it" for text in FOUR]
    assert load_topics(tmp_path / "ready/dialogues/domain")["meal_vouchers"] == "work"


async def test_the_running_service_follows_and_forgets(database: Database, questions: Questions) -> None:
    ranking = [("meal_vouchers", 0.7), ("unpaid_wages", 0.2)]
    topics = questions.topics
    assert [one.intent for one in ranked(ranking, topics)] == [WAGES]

    async with database.transaction() as connection:
        await questions.save(connection, VOUCHERS, None, INES)
        await questions.reload(connection)
    assert [one.intent for one in ranked(ranking, topics)] == [MEALS, WAGES]
    assert questions.titles()["ti"] == {MEALS: "Meal vouchers"}
    assert questions.menu() == {"work": [MEALS]}

    async with database.transaction() as connection:
        edit = await Edits().one(connection, "intent", MEALS)
        assert edit is not None
        await Edits().drop(connection, "intent", MEALS, edit.id)
        await questions.reload(connection)
    assert [one.intent for one in ranked(ranking, topics)] == [WAGES]


async def test_a_title_that_is_missing_somewhere_is_offered_nowhere(database: Database, questions: Questions) -> None:
    titles = {locale: title for locale, title in VOUCHERS.titles.items() if locale != "so"}
    async with database.transaction() as connection:
        await questions.save(connection, replace(VOUCHERS, titles=titles), None, INES)
        await questions.reload(connection)

    assert questions.titles(("en", "so")) == {"en": {}, "so": {}}
    assert questions.titles(("en", "it")) == {"en": {MEALS: "Meal vouchers"}, "it": {MEALS: "Meal vouchers"}}


async def test_retiring_leaves_everything_and_moves_sentences_where_one_wants(
    database: Database, questions: Questions, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        content = await questions.read(connection)
        assert await questions.move(connection, WAGES, DISMISSAL, INES) == 2
        await questions.save(connection, replace(content.questions[WAGES], retired=True), None, INES)
        await questions.reload(connection)
        questions.export(tmp_path)

    assert questions.retired == {WAGES}
    assert questions.topics["unpaid_wages"] == "work"  # the model that runs still names it
    assert by_key(tmp_path / "nlu/data") == {}  # neither has sentences in three languages any more
    assert questions.wordings(DISMISSAL, "en") == ("they fired me", "my boss does not pay me", "no salary since august")
    assert questions.content.cases(DISMISSAL, "en") == ("where is the money for my october",)
    async with database.reading() as connection:
        rows = (await connection.execute(select(t.edit.c.note).where(t.edit.c.kind == "wordings"))).scalars()
        assert sorted(rows) == [f"moved from {WAGES}", f"moved to {DISMISSAL}"]


async def test_what_the_road_of_a_message_knows_by_name_stays(database: Database, questions: Questions) -> None:
    async with database.transaction() as connection:
        with pytest.raises(CannotTeach, match="fixed"):
            await questions.save(connection, Question(GREET, retired=True, shipped=True), None, INES)


async def test_sentences_of_everyday_never_become_an_alarm(database: Database, questions: Questions) -> None:
    async with database.transaction() as connection:
        await questions.save(connection, Question("safety/violence", shipped=True), None, INES)
        content = await questions.read(connection)
        with pytest.raises(CannotTeach, match="unknown"):
            await questions.move(connection, WAGES, "safety/violence", INES)
        await questions.save(connection, replace(content.questions[DISMISSAL], retired=True), None, INES)
        with pytest.raises(CannotTeach, match="unknown"):
            await questions.move(connection, WAGES, DISMISSAL, INES)
        assert (await questions.read(connection)).wordings(WAGES, "en")


def test_one_wording_is_one_line_of_the_data() -> None:
    text = data_text({"work/pay": ("pay me\n- intent: greet\u2028now",)})
    assert text.count("\n    - ") == 1
    assert text.endswith("    - pay me - intent: greet now\n")
