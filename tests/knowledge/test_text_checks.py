from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge.article import Section, Source, Translation
from knowledge.findings import Level
from knowledge.text_checks import check_text
from tests.knowledge.builders import AROUND, SECTIONS, SOURCES, TODAY, article, translation, variant


def found(
    jurisdiction: str = "EU", applies_in: tuple[str, ...] = ("IT",), locale: str = "en", level: Level = Level.ERROR,
    **sections: str,
) -> list[str]:  # fmt: skip
    """What the checks say of a good text in which these sections were changed."""
    parts = {name: text for name, text in {**SECTIONS, **sections}.items() if text}
    return said_of(translation(locale, sections=parts), jurisdiction, applies_in, level)


def said_of(
    text: Translation,
    jurisdiction: str = "EU",
    applies_in: tuple[str, ...] = ("IT",),
    level: Level = Level.ERROR,
    **changes: Any,
) -> list[str]:
    one = variant(jurisdiction, text, applies_in=applies_in)
    findings = check_text(article(one, **changes), one, text, AROUND, TODAY)
    return [finding.message for finding in findings if finding.level is level]


def test_a_good_text_has_no_findings() -> None:
    assert found() == []


def test_a_part_without_any_source_is_an_error() -> None:
    assert "has no source mark" in found(details="Ask us.")[0]


def test_a_mark_without_its_source_is_an_error() -> None:
    assert "[^GHOST] names no source" in found(details="A.[^GHOST]")[0]


def test_a_list_of_things_to_bring_needs_no_source() -> None:
    assert found(bring="- Your passport") == []


def test_a_missing_part_is_a_warning() -> None:
    assert found(level=Level.WARNING, details="") == ["the section details is missing"]


@pytest.mark.parametrize(("part", "limit"), [("summary", 350), ("details", 900)])
def test_a_part_fits_one_message(part: str, limit: int) -> None:
    fits = "A.[^LAW] " + "x" * (limit - len("A. "))

    long = fits + "x"

    assert said_of(translation(sections={**SECTIONS, part: fits})) == []
    assert f"has {limit + 1} characters" in said_of(translation(sections={**SECTIONS, part: long}))[0]


def test_the_sentence_for_people_without_papers_counts() -> None:
    text = "{papers} A.[^LAW] " + "x" * 880

    assert "shorten it to 900" in found(steps=text)[0]


def test_a_long_sentence_is_a_warning() -> None:
    assert "21 words" in found(level=Level.WARNING, details="word " * 20 + "word.[^LAW]")[0]


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "Go to the labour inspectorate.[^LAW]"),
        ("en", "Ask the police.[^LAW]"),
        ("en", "Go to the town hall (commune / gemeente).[^LAW]"),
        ("fr", "Allez à l’inspection du travail.[^LAW]"),
        ("fr", "Demandez au tribunal.[^LAW]"),
        ("fr", "L'Office des étrangers décide.[^LAW]"),
        ("it", "Vai in Questura.[^LAW]"),
        ("it", "Chiedi all’ispettorato.[^LAW]"),
        ("it", "Vai al Comune.[^LAW]"),
    ],
)
def test_an_authority_needs_the_words_for_people_without_papers_before_it(locale: str, sentence: str) -> None:
    assert "needs a block {papers}" in found(locale=locale, details=sentence)[0]
    assert "stands before {papers}" in found(locale=locale, details=f"{sentence}\n{{papers}} A.")[0]
    assert found(locale=locale, details=f"{{papers}} A.\n1. {sentence}") == []


def test_the_block_of_one_part_does_not_help_another() -> None:
    assert "needs a block" in found(summary="Go to the labour court.[^LAW]")[0]


def test_other_words_are_no_authority() -> None:
    assert found(details="A court-martial? No: courtesy, policy, common sense.[^LAW]")[1:] == []
    assert found(locale="fr", details="Le cours de français, en commun.[^LAW]") == []


@pytest.mark.parametrize("sentence", ["It costs 40 euros.[^LAW]", "You get €100.[^LAW]", "At least 12 EUR.[^LAW]"])
def test_the_eu_text_holds_no_amount(sentence: str) -> None:
    assert "holds an amount of money" in found(details=sentence)[0]
    assert found("IT", details=sentence) == []


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "You must contest it within 60 days.[^LAW]"),
        ("fr", "Le recours doit venir dans les 30 jours.[^LAW]"),
        ("it", "Devi impugnare entro 60 giorni.[^LAW]"),
    ],
)
def test_the_eu_text_holds_no_time_limit_for_a_claim(locale: str, sentence: str) -> None:
    assert "holds a time limit for a claim" in found(locale=locale, details=sentence)[0]
    assert found("IT", locale=locale, details=sentence) == []


def test_other_spans_of_time_are_allowed_in_the_eu_text() -> None:
    assert found(details="The terms come by the 7th calendar day.[^LAW] The fund covers 3 months.[^LAW]") == []


def test_a_migration_act_is_not_shown_in_denmark_without_saying_so() -> None:
    sources = {**SOURCES, "MIG": Source("MIG", "t", "https://example.org", "2009/52/EC", "6", date(2026, 9, 25))}
    text = translation(sections={**SECTIONS, "details": "You have a right.[^MIG]"})
    honest = translation(sections={**SECTIONS, "details": "You have a right.[^MIG] Not in Denmark and Ireland."})

    assert "does not bind Denmark and Ireland" in said_of(text, applies_in=("DK",), sources=sources)[0]
    assert said_of(honest, applies_in=("DK",), sources=sources) == []
    assert said_of(text, applies_in=("IT",), sources=sources) == []


@pytest.mark.parametrize("number", ["+39 350 909 2008", "02 123 45 67", "0800 12 345"])
def test_only_our_numbers_may_be_called(number: str) -> None:
    assert f"the number {number} is neither" in found(details=f"Help: {number}.[^LAW]")[0]


def test_short_numbers_count_where_one_is_told_to_call() -> None:
    assert "the number 1107" in found(details="In danger, call 1107.[^LAW]")[0]
    assert found(details="In danger, call 112. Or call 116 000.[^LAW]") == []


def test_dates_laws_and_amounts_are_no_telephone_numbers() -> None:
    assert found("IT", details="D.lgs. 286/1998 of 25 July 1998: 2,189.81 or 2 189,81 euros in 2026.[^LAW]") == []


def test_no_exclamation_marks() -> None:
    assert "exclamation mark" in found(details="Act now![^LAW]")[0]


@pytest.mark.parametrize(("locale", "word"), [("en", "illegal"), ("fr", "illégales"), ("it", "clandestini")])
def test_nobody_is_called_illegal(locale: str, word: str) -> None:
    assert "is not said of people" in found(locale=locale, details=f"A {word} B.[^LAW]")[0]


def test_an_overdue_review_and_a_source_of_tomorrow_are_errors() -> None:
    tomorrow = {**SOURCES, "LAW": Source("LAW", "t", "https://example.org", "", "", date(2026, 11, 19))}

    assert "its review was due on 2026-11-17" in said_of(translation(review_by=date(2026, 11, 17)))[0]
    assert "was checked after today" in said_of(translation(), sources=tomorrow)[0]


def test_a_locale_without_words_cannot_pass_unchecked() -> None:
    text = translation("xx", sections={"summary": Section("A.[^LAW]").marked})

    assert said_of(text) == ["no words to check 'xx' with; add them to knowledge/words.yml"]


@pytest.mark.parametrize("part", ["summary", "steps", "details"])
def test_no_hidden_sign_turns_the_order_around(part: str) -> None:
    turned, plain = "Ask us: \u202e211 is the number.[^LAW]", "Ask us: \u200e112\u200f is \u200cthe number.[^LAW]"

    assert said_of(translation(sections={**SECTIONS, part: turned})) == [
        f"a hidden sign in '{part}' turns words or numbers around; delete and retype what stands near: "
        "Ask us: 211 is the number."
    ]
    assert said_of(translation(sections={**SECTIONS, part: plain})) == []


def test_titles_of_texts_and_of_their_sources_turn_nothing_around_either() -> None:
    turned = Source("LAW", "The \u2067law\u2069", "https://example.org", "", "", date(2026, 9, 25))

    assert "hidden sign in 'title'" in said_of(replace(translation(), title="Pay \u202e211"))[0]
    assert "hidden sign in 'sources'" in said_of(translation(), sources={**SOURCES, "LAW": turned})[0]


def test_a_text_may_not_be_hard_to_read() -> None:
    hard = "Notwithstanding contractual stipulations, remuneration entitlements necessitate documentation.[^LAW]"

    assert "is too hard to read: LIX" in said_of(translation(sections={"summary": hard, "steps": f"1. {hard}"}))[-1]
