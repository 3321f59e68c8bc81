"""Where the law of a country differs by region: the country's text at once, the region asked once."""

from bot.model.knowing import ArticleFacts
from bot.model.say import ShowArticle
from dialogues.policy import decide
from dialogues.tracker import Tracker
from tests.dialogues.worlds import asked, meant, offered, said, tap, text, world

LANGUAGE_COURSE = "recognition/language_course"
REGIONAL = world(
    article={
        LANGUAGE_COURSE: ArticleFacts(
            LANGUAGE_COURSE, "residence", ("BE",), frozenset({"IT"}), regions=("BE-BRU", "BE-VLG", "BE-WAL")
        )
    }.get,
    region_of=lambda city: "BE-WAL" if city == "Liège" else "",
)


def test_where_regions_have_rules_of_their_own_the_country_is_answered_and_the_region_asked_once() -> None:
    first = decide(Tracker(locale="fr"), asked(LANGUAGE_COURSE, country="BE"), REGIONAL)

    assert first.steps[0] == ShowArticle(LANGUAGE_COURSE, "summary", "BE")
    assert "ask_region" in said(first)
    assert offered(first)[:3] == ["r:BE-BRU", "r:BE-VLG", "r:BE-WAL"]
    assert "ask_region" not in said(decide(first.tracker, asked(LANGUAGE_COURSE), REGIONAL))


def test_a_chosen_or_written_region_answers_the_question_that_waited_for_it() -> None:
    first = decide(Tracker(locale="fr"), asked(LANGUAGE_COURSE, country="BE"), REGIONAL)

    for heard in (tap("r:BE-WAL"), text(meant(locale="fr", region="BE-WAL"))):
        decision = decide(first.tracker, heard, REGIONAL)
        assert decision.steps[0] == ShowArticle(LANGUAGE_COURSE, "summary", "BE-WAL")
        assert "ask_region" not in said(decision)


def test_a_named_city_says_its_region() -> None:
    decision = decide(Tracker(locale="fr"), asked(LANGUAGE_COURSE, country="BE", city="Liège"), REGIONAL)

    assert decision.steps[0] == ShowArticle(LANGUAGE_COURSE, "summary", "BE-WAL")
    assert "ask_region" not in said(decision)


def test_a_tap_that_names_no_region_leads_to_the_menu() -> None:
    decision = decide(Tracker(locale="fr", greeted=True), tap("r:x"), REGIONAL)

    assert decision.name == "menu"
    assert not decision.tracker.region
