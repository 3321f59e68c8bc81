from collections import Counter
from dataclasses import replace
from datetime import date

from knowledge.article import Article
from knowledge.checks import check, numbers
from knowledge.files import read_tree
from knowledge.findings import Level
from knowledge.plan import Country, Plan
from knowledge.surroundings import Surroundings, read_surroundings
from tests.knowledge.builders import AROUND, INTENT, SECTIONS, TODAY, article, translation, variant


def found(one: Article, around: Surroundings = AROUND, level: Level = Level.ERROR) -> list[str]:
    return [f"{finding.place}: {finding.message}" for finding in check([one], around, TODAY) if finding.level is level]


def both(en: str, fr: str) -> Article:
    texts = (translation(locale, sections={**SECTIONS, "details": said}) for locale, said in (("en", en), ("fr", fr)))
    return article(variant("IT", *texts))


def test_the_shipped_articles_pass() -> None:
    """On a fixed day: reviews that fall due later are for the check on that day."""
    tree = read_tree()
    findings = check(tree.articles, read_surroundings(), date(2026, 11, 18), tree.unused)

    assert [str(finding) for finding in findings if finding.level is not Level.NOTE] == []


def test_what_the_plan_names_and_nobody_wrote_is_missing() -> None:
    around = replace(AROUND, plan=Plan((INTENT, "permits/permit_renewal"), ("en", "fr")))

    assert found(article(variant("EU", translation("en"), applies_in=("IT",))), around) == [
        f"{INTENT}: EU.fr.md is missing; write it",
        "permits/permit_renewal: EU.en.md is missing; write it",
        "permits/permit_renewal: EU.fr.md is missing; write it",
    ]


def test_a_country_has_its_own_texts_and_the_most_asked_are_in_more_languages() -> None:
    other = "permits/permit_renewal"
    countries = {"IT": Country(("en", "it"), frozenset({other})), "BE": Country(("fr",))}
    plan = Plan((INTENT, other), ("en",), countries, (other,), ("ar",))

    assert set(plan.wanted()) == {
        (INTENT, "EU", "en"), (INTENT, "IT", "en"), (INTENT, "IT", "it"), (INTENT, "BE", "fr"),
        (other, "EU", "en"), (other, "EU", "ar"), (other, "BE", "fr"), (other, "BE", "ar"),
    }  # fmt: skip


def test_regions_of_a_country_have_texts_together_or_not_at_all() -> None:
    around = replace(
        AROUND, plan=Plan((INTENT,), countries={"BE": Country(("en", "fr"), regions=("BE-BRU", "BE-WAL"))})
    )
    brussels = variant("BE-BRU", translation("en"), translation("fr"))

    national = variant("BE", translation("en"), translation("fr"))

    assert not [one for one in found(article(national), around) if "regions" in one]
    assert [
        one for one in found(article(brussels, variant("BE-WAL", translation("en"))), around) if "regions" in one
    ] == [f"{INTENT}: BE-WAL.fr.md is missing; write all regions or none"]


def test_related_answers_must_exist() -> None:
    text = article(variant("IT", translation("en")), related=("labour_rights/dismissal",))

    assert found(text) == [f"{INTENT}: the related labour_rights/dismissal has no article; name another"]


def test_numbers_are_the_same_in_every_language() -> None:
    assert found(both("1. Pay: 2,189.81 at 9:30.[^LAW]", "2. Paie : 2\u00a0189,81 à 9:30.[^LAW]")) == []
    assert found(both("60 days.[^LAW]", "30 jours.[^LAW]")) == [
        f"{INTENT}/IT.fr.md details: numbers differ from en: only here 30; only there 60"
    ]


def test_the_same_statements_bear_the_same_sources_in_every_language() -> None:
    assert "sources differ from en: OLD" in found(both("A.[^LAW] B.[^OLD]", "A.[^LAW] B."))[0]


def test_a_related_intent_must_have_a_title() -> None:
    related = ("labour_rights/dismissal", "labour_rights/nothing")

    assert any(
        "the related labour_rights/nothing has no title" in one
        for one in found(article(variant("IT"), related=related))
    )


def test_a_source_that_nobody_uses_is_a_warning() -> None:
    lonely = article(variant("IT", translation(sections={**SECTIONS, "details": "A.[^LAW]"})))

    assert found(lonely, level=Level.WARNING) == [f"{INTENT}/article.yml: no text uses the source OLD; remove it"]


def test_sentences_without_a_source_are_listed_once_for_a_human() -> None:
    notes = found(article(variant("IT", translation("en"), translation("fr"))), level=Level.NOTE)

    assert f"{INTENT}/IT.en.md summary: no source: Talk to a union this week." in notes
    assert not any("IT.fr" in note or "bring" in note for note in notes)


def test_errors_come_first() -> None:
    levels = [finding.level for finding in check([both("A. B", "1 A.")], AROUND, TODAY)]

    assert levels == sorted(levels, key=list(Level).index)


def test_numbers_are_bare_digits_without_the_numbering_of_steps() -> None:
    assert numbers("1. On 1 April at 9:30\n2. Pay 2.189,81 or 800 939 000") == Counter(
        ["1", "930", "218981", "800939000"]
    )
