import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from bot.model.shown import ShownSource
from knowledge.article import Article, Serve, Source, Status
from knowledge.catalogue import Catalogue
from knowledge.files import read_articles
from knowledge.plan import read_plan
from knowledge.surroundings import ROOT
from knowledge.words import MIGRATION_ACTS
from tests.knowledge.builders import INTENT, SOURCES, article, translation, variant

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
EU_LIST = ("BE", "GR", "IT")


def catalogue(*articles: Article, serve: Serve | str = "source_checked", now: datetime = NOW) -> Catalogue:
    return Catalogue(articles, serve, lambda: now)


def picked(shelf: Catalogue, country: str, locale: str = "en", part: str = "summary") -> tuple[str, str]:
    shown = shelf.pick(INTENT, country, locale, part)
    return (shown.jurisdiction, shown.locale) if shown else ("", "")


@pytest.fixture
def shelf() -> Catalogue:
    eu = variant("EU", translation("en"), translation("fr"), applies_in=EU_LIST)
    italy = variant("IT", translation("it"), translation("en"))
    return catalogue(article(eu, italy, deadline=True, related=("labour_rights/dismissal",)))


def test_the_country_has_its_own_text_and_others_the_eu_minimum(shelf: Catalogue) -> None:
    assert picked(shelf, "IT") == ("IT", "en")
    assert picked(shelf, "GR") == ("EU", "en")
    assert picked(shelf, "") == ("EU", "en")


def test_a_country_outside_the_list_gets_no_text(shelf: Catalogue) -> None:
    facts = shelf.facts(INTENT)

    assert shelf.pick(INTENT, "CH", "en") is None
    assert facts is not None
    assert not facts.covers("CH")


def test_a_number_in_groups_is_shown_to_readers_from_the_right_as_it_is_dialled() -> None:
    shown = catalogue(article(variant("IT", translation("ar", {"summary": "x 800 290 290.[^LAW]"})))).pick(
        INTENT, "IT", "ar"
    )

    assert shown is not None
    assert shown.text.startswith("x \u2068800 290 290\u2069.")


def test_an_answer_says_in_which_languages_it_can_be_read_everywhere(shelf: Catalogue) -> None:
    facts = shelf.facts(INTENT)

    assert facts is not None
    assert facts.locales == {"en"}


def test_the_dialogue_learns_what_there_is(shelf: Catalogue) -> None:
    facts = shelf.facts(INTENT)

    assert facts is not None
    assert facts.countries == ("IT",)
    assert facts.applies_in == frozenset(EU_LIST)
    assert facts.deadline
    assert facts.related == ("labour_rights/dismissal",)
    assert facts.parts == ("summary", "steps", "bring", "details")
    assert not facts.expired


def test_an_unknown_intent_has_no_facts_and_no_text(shelf: Catalogue) -> None:
    assert shelf.facts("labour_rights/nothing") is None
    assert shelf.pick("labour_rights/nothing", "IT", "en") is None


def test_a_part_is_shown_with_its_sources_and_the_oldest_date() -> None:
    sections = {"summary": "A.[^LAW] B.[^OLD] C.[^LAW]"}
    shelf = catalogue(article(variant("EU", translation(sections=sections), applies_in=EU_LIST)))

    shown = shelf.pick(INTENT, "IT", "en")

    assert shown is not None
    assert shown.text == "A. B. C."
    assert shown.sources == (
        ShownSource("The law", "https://example.org/law"),
        ShownSource("An old page", "https://example.org/old"),
    )
    assert shown.checked_on == date(2023, 7, 26)
    assert shown.needs_eu_opening
    assert (shown.status, shown.reviewer, shown.version, shown.title) == ("source_checked", "", 1, "Unpaid wages (en)")


def test_the_date_of_a_law_says_nothing_of_how_fresh_the_text_is() -> None:
    law = Source(
        "LAW", "The law", "http://data.europa.eu/eli/dir/2008/115/oj", "2008/115", "7", date(2008, 12, 16), True
    )
    text = translation(valid_from=date(2026, 9, 25), sections={"summary": "A.[^LAW]", "steps": "1. A.[^LAW][^OLD]"})
    shelf = catalogue(article(variant("IT", text), sources={**SOURCES, "LAW": law}))

    assert [one.checked_on for part in ("summary", "steps") if (one := shelf.pick(INTENT, "IT", "en", part))] == [
        date(2026, 9, 25), date(2023, 7, 26),
    ]  # fmt: skip


def test_a_list_without_sources_is_as_old_as_the_rest_of_the_text(shelf: Catalogue) -> None:
    shown = shelf.pick(INTENT, "IT", "en", "bring")

    assert shown is not None
    assert shown.sources == ()
    assert shown.checked_on == date(2023, 7, 26)
    assert not shown.needs_eu_opening


def test_the_words_for_people_without_papers_are_left_to_the_reply(shelf: Catalogue) -> None:
    shown = shelf.pick(INTENT, "IT", "en", "steps")

    assert shown is not None
    assert "{papers} Talk to a union first." in shown.text
    assert "[^" not in shown.text


@pytest.mark.parametrize(
    ("locale", "there", "picks"),
    [
        ("it", ("en", "fr", "it"), "it"),
        ("ro", ("en", "fr", "it"), "it"),
        ("ar", ("en", "fr", "it"), "fr"),
        ("fr-BE", ("en", "fr"), "fr"),
        ("uk", ("en", "fr", "it"), "en"),
        ("uk", ("fr", "it"), "fr"),
        ("uk", ("it", "nl"), "it"),
        ("uk", ("nl",), "nl"),
    ],
)
def test_a_missing_language_falls_back_to_one_its_reader_may_know(
    locale: str, there: tuple[str, ...], picks: str
) -> None:
    shelf = catalogue(article(variant("IT", *(translation(one) for one in there))))

    shown = shelf.pick(INTENT, "IT", locale)

    assert shown is not None
    assert shown.locale == picks
    assert shown.fallback is (picks != locale)


def test_the_right_country_in_another_language_beats_the_eu_text_in_the_own() -> None:
    eu = variant("EU", translation("ar"), applies_in=EU_LIST)
    shelf = catalogue(article(eu, variant("IT", translation("it"))))

    assert picked(shelf, "IT", "ar") == ("IT", "it")


def test_a_text_ends_on_its_last_day_without_a_reload() -> None:
    now = [NOW]
    clock: Callable[[], datetime] = lambda: now[0]  # noqa: E731
    eu = variant("EU", translation(), applies_in=EU_LIST)
    italy = variant("IT", translation(valid_until=date(2026, 11, 18)))
    shelf = Catalogue([article(eu, italy)], clock=clock)
    assert picked(shelf, "IT") == ("IT", "en")

    now[0] += timedelta(days=1)

    facts = shelf.facts(INTENT)
    assert picked(shelf, "IT") == ("EU", "en")
    assert facts is not None
    assert facts.countries == ()
    assert not facts.expired


@pytest.mark.parametrize(
    "text",
    [
        translation(valid_until=date(2026, 11, 17)),
        translation(status=Status.EXPIRED),
        translation(status=Status.WITHDRAWN),
    ],
)
def test_what_was_served_once_is_said_to_be_out_of_date(text: object) -> None:
    shelf = catalogue(article(variant("IT", text)))  # type: ignore[arg-type]

    facts = shelf.facts(INTENT)

    assert facts is not None
    assert facts.expired
    assert shelf.pick(INTENT, "IT", "en") is None


@pytest.mark.parametrize("text", [translation(status=Status.DRAFT), translation(valid_from=date(2027, 1, 1))])
def test_what_was_never_served_is_not_known_at_all(text: object) -> None:
    shelf = catalogue(article(variant("IT", text)))  # type: ignore[arg-type]

    assert shelf.facts(INTENT) is None
    assert shelf.pick(INTENT, "IT", "en") is None


def test_a_late_review_does_not_silence_a_text() -> None:
    assert picked(catalogue(article(variant("IT", translation(review_by=date(2020, 1, 1))))), "IT") == ("IT", "en")


def test_a_network_that_serves_reviewed_texts_serves_nothing_else() -> None:
    eu = variant("EU", translation(status=Status.REVIEWED, reviewer="A. Lawyer"), applies_in=EU_LIST)
    mixed = article(eu, variant("IT", translation()))
    only_checked = article(variant("IT", translation()))

    assert picked(catalogue(mixed, serve="reviewed"), "IT") == ("EU", "en")
    assert picked(catalogue(mixed), "IT") == ("IT", "en")
    assert catalogue(only_checked, serve="reviewed").facts(INTENT) is None


def test_a_reviewed_text_names_its_reviewer() -> None:
    shown = catalogue(article(variant("IT", translation(status=Status.REVIEWED, reviewer="A. Lawyer")))).pick(
        INTENT, "IT", "en"
    )

    assert shown is not None
    assert (shown.status, shown.reviewer) == ("reviewed", "A. Lawyer")


def test_a_text_whose_source_is_unknown_is_not_served(caplog: pytest.LogCaptureFixture) -> None:
    shelf = catalogue(article(variant("IT", translation(sections={"summary": "A.[^GHOST]"}))))

    assert shelf.pick(INTENT, "IT", "en") is None
    assert f"article_not_served key={INTENT}/IT.en missing_sources=GHOST" in caplog.text


def test_only_parts_that_every_text_has_are_offered() -> None:
    eu = variant("EU", translation(sections={"summary": "A.[^LAW]", "steps": "B."}), applies_in=EU_LIST)
    shelf = catalogue(article(eu, variant("IT", translation(sections={"summary": "A.[^LAW]", "bring": "C."}))))

    facts = shelf.facts(INTENT)

    assert facts is not None
    assert facts.parts == ("summary",)
    assert shelf.pick(INTENT, "IT", "en", "steps") is None


class TestRegions:
    """Belgium's regions have rules of their own."""

    def test_a_region_has_its_own_text_and_else_its_countrys(self) -> None:
        shelf = catalogue(article(variant("BE"), variant("BE-WLG")))

        assert picked(shelf, "BE-WLG") == ("BE-WLG", "en")
        assert picked(shelf, "BE-VLG") == ("BE", "en")
        assert picked(shelf, "BE") == ("BE", "en")

    def test_a_region_inherits_the_eu_text_of_its_country(self) -> None:
        shelf = catalogue(article(variant("EU", applies_in=EU_LIST), variant("BE-WLG")))

        assert picked(shelf, "BE-VLG") == ("EU", "en")
        assert picked(shelf, "BE") == ("EU", "en")

    def test_a_regions_text_stands_for_its_country_if_it_says_so_but_never_for_another_region(self) -> None:
        shelf = catalogue(article(variant("BE-WLG", applies_in=("BE-WLG", "BE"))))
        facts = shelf.facts(INTENT)

        assert facts is not None
        assert facts.countries == ("BE",)
        assert picked(shelf, "BE") == ("BE-WLG", "en")
        assert picked(shelf, "BE-VLG") == ("", "")

    def test_a_regions_text_alone_is_nothing_for_the_country(self) -> None:
        shelf = catalogue(article(variant("BE-WLG")))
        facts = shelf.facts(INTENT)

        assert facts is not None
        assert facts.countries == ()
        assert picked(shelf, "BE") == ("", "")


def test_a_reload_replaces_everything(shelf: Catalogue) -> None:
    shelf.reload([article(variant("GR"), intent="permits/permit_renewal")])

    assert shelf.intents == ("permits/permit_renewal",)
    assert shelf.pick(INTENT, "IT", "en") is None


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """What the repository holds, as people get it today."""
    return catalogue(*read_articles())


def test_the_plan_is_served_in_its_countries_and_languages(shipped: Catalogue) -> None:
    plan = read_plan(ROOT / "knowledge" / "plan.yml")

    for intent, jurisdiction, locale in plan.wanted():
        shown = shipped.pick(intent, jurisdiction.replace("EU", ""), locale)
        assert shown is not None
        assert (shown.jurisdiction, shown.locale) == (jurisdiction, locale)


def test_what_the_dialogue_believes_to_be_there_is_there(shipped: Catalogue) -> None:
    for intent in shipped.intents:
        facts = shipped.facts(intent)
        assert facts is not None
        for country in ("", *facts.countries, *facts.applies_in):
            for part in facts.parts:
                assert shipped.pick(intent, country, "en", part), (intent, country, part)


@pytest.mark.parametrize("country", ["DK", "IE"])
def test_denmark_and_ireland_get_no_migration_directive(shipped: Catalogue, country: str) -> None:
    covered = {intent for intent in shipped.intents if (facts := shipped.facts(intent)) and facts.covers(country)}

    assert covered
    known = (source for article in read_articles() for source in article.sources.values())
    acts = {(source.title, source.url): source.act for source in known}
    for intent, part in product(covered, ("summary", "steps", "details")):
        shown = shipped.pick(intent, country, "en", part)
        assert shown is not None
        if any(acts[source.title, source.url].startswith(MIGRATION_ACTS) for source in shown.sources):
            assert {"Denmark", "Ireland"} <= set(re.findall(r"\w+", shown.text))
