"""What content managers add and retire, as people in the chat meet it: at once, and without a restart."""

from dataclasses import replace
from uuid import UUID

from bot.edits import Edits
from nlu.batch import RankedTable
from nlu.rasa_client import ranked
from nlu.teaching import Question
from tests.conversations.scene import Stage

INES = UUID(int=7)
VOUCHERS, DISMISSAL = "labour_rights/meal_vouchers", "labour_rights/dismissal"


async def save(play: Stage, question: Question) -> None:
    """Do what the page does."""
    service = play.service
    async with service.database.transaction() as connection:
        edit = await Edits().one(connection, "intent", question.id)
        await service.questions.save(connection, question, edit.id if edit else None, INES)
    await service.live.refresh()


def choices(play: Stage, who: str = "olena") -> dict[str, str]:
    """Return the buttons below the last message."""
    return {button.id: button.title for button in play.heard[who][-1].buttons}


async def test_a_new_question_is_in_the_menu_and_leads_to_a_person(play: Stage) -> None:
    olena = play.person(locale_hint="en")
    titles = dict.fromkeys(play.service.settings.locales, "Meal vouchers")
    await olena.says("/start")

    await save(play, Question(VOUCHERS, titles=titles, menu="work"))
    await olena.taps("m:work")

    assert choices(play)[f"i:{VOUCHERS}"] == "Meal vouchers"
    said = await olena.taps(f"i:{VOUCHERS}")
    assert said
    assert "person" in choices(play)


async def test_a_retired_question_is_offered_no_more_and_an_old_button_leads_to_a_person(play: Stage) -> None:
    olena = play.person(locale_hint="en")
    await olena.says("/start")
    await olena.taps("m:work")
    assert f"i:{DISMISSAL}" in choices(play)
    shown = await olena.taps(f"i:{DISMISSAL}")

    await save(play, replace(play.service.questions.content.questions[DISMISSAL], retired=True))

    said = await olena.taps(f"i:{DISMISSAL}")
    assert said != shown
    assert "Source" not in said
    assert "person" in choices(play)
    await olena.taps("m:work")
    assert f"i:{DISMISSAL}" not in choices(play)
    assert play.service.catalogue.pick(DISMISSAL, "IT", "en") is None
    assert play.service.catalogue.article(DISMISSAL) is not None

    await save(play, replace(play.service.questions.content.questions[DISMISSAL], retired=False))
    assert shown.startswith(await olena.taps(f"i:{DISMISSAL}"))  # the first one also told about privacy


async def test_a_model_that_knows_other_questions_than_the_store_breaks_no_turn(play: Stage) -> None:
    """It names one that nobody knows any more, and one that is retired, sure of it and then not."""
    sure = ranked([("a_name_of_last_year", 0.9), ("dismissal", 0.95)], play.service.questions.topics)
    unsure = ranked([("dismissal", 0.3), ("unpaid_wages", 0.2)], play.service.questions.topics)
    fired, thrown_out = "they fired me from the restaurant", "thrown out of the restaurant after years"
    object.__setattr__(play.service.interpreter, "rasa", RankedTable({fired: sure, thrown_out: unsure}))
    await save(play, replace(play.service.questions.content.questions[DISMISSAL], retired=True))
    olena = play.person(locale_hint="en")

    for text in (fired, thrown_out):
        assert await olena.says(text)
        assert "person" in choices(play)
        assert f"i:{DISMISSAL}" not in choices(play)
    assert "i:labour_rights/unpaid_wages" in choices(play)
