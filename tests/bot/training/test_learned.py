"""What the model in service learned: a sentence that changes leaves it behind until a model that learned the change serves."""

from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import pytest

from bot.db import Database
from bot.rasa_models import put_in_place
from bot.rasa_server import CURRENT
from nlu.teaching import Content, Questions
from tests.bot.training.project import INTENTS, questions_of, small_project, trainer_of
from tests.conftest import Clock

WAGES = "labour_rights/unpaid_wages"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = small_project(tmp_path / "project")
    (made / CURRENT).write_text("trained from the files")
    return made


async def keep(database: Database, questions: Questions, texts: Iterable[str]) -> Content:
    """Let these be all Italian wordings of a question; return what there is then."""
    async with database.transaction() as connection:
        edits = (await questions.read(connection)).edits
        await questions.set_wordings(connection, WAGES, "it", texts, edits.get(("wordings", f"{WAGES}/it")), uuid4())
        return await questions.read(connection)


async def test_a_wording_taken_away_is_still_in_the_model_that_serves(
    root: Path, sqlite: Database, clock: Clock
) -> None:
    trainer, questions = trainer_of(root, sqlite, clock), questions_of(root)
    first, *others = questions.wordings(WAGES, "it")
    assert await trainer.behind(questions.content) == frozenset()

    assert await trainer.behind(await keep(sqlite, questions, others)) == {WAGES}
    assert await trainer.behind(await keep(sqlite, questions, [*others, first])) == frozenset()


async def test_a_model_of_the_studio_is_compared_with_what_it_learned(
    root: Path, sqlite: Database, clock: Clock, tmp_path: Path
) -> None:
    trainer, questions = trainer_of(root, sqlite, clock), questions_of(root)
    untouched = questions.content
    changed = await keep(sqlite, questions, questions.wordings(WAGES, "it")[1:])
    model = tmp_path / "new.tar.gz"
    model.write_text("trained in the studio")
    changed.export(tmp_path / "learned")
    put_in_place(root, model, tmp_path / "learned", "")

    assert await trainer.behind(changed) == frozenset()
    assert await trainer.behind(untouched) == {WAGES}


async def test_without_a_model_nothing_is_learned(root: Path, sqlite: Database, clock: Clock) -> None:
    (root / CURRENT).unlink()

    assert await trainer_of(root, sqlite, clock).behind(questions_of(root).content) == set(INTENTS)
