from datetime import date

import pytest

from knowledge.article import Section, Serve, Status
from tests.knowledge.builders import TODAY, article, translation, variant


def test_people_do_not_see_the_marks_but_the_checks_do() -> None:
    section = Section("A right.[^LAW][^OLD] Another one. [^LAW]\nA tip.")

    assert section.text == "A right. Another one.\nA tip."
    assert section.sources == ("LAW", "OLD")


def test_the_marker_for_people_without_papers_stays_in_the_text() -> None:
    assert translation().text("steps").splitlines()[1] == "{papers} Talk to a union first."


def test_statements_are_sentences_with_their_sources() -> None:
    section = Section(
        "1. See art. 35 of the law.[^A] Pay 2,189.81 now.\n{papers} Ask at www.example.org first?[^B]\n- A list"
    )

    assert [(one.text, one.sources) for one in section.statements] == [
        ("See art. 35 of the law.", ("A",)),
        ("Pay 2,189.81 now.", ()),
        ("Ask at www.example.org first?", ("B",)),
        ("A list", ()),
    ]


def test_a_sentence_may_end_with_the_full_stop_of_another_script() -> None:
    assert len(Section("第一句。[^A]第二句。").statements) == 2
    assert len(Section("هل هذا صحيح؟ نعم.").statements) == 2


def test_a_missing_section_is_empty() -> None:
    text = translation(sections={"summary": "A.[^LAW]"})

    assert text.text("steps") == ""
    assert text.used_sources("steps") == ()
    assert text.all_sources == ("LAW",)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "in_date"),
    [
        (date(2026, 11, 18), None, True),
        (date(2026, 11, 19), None, False),
        (date(2026, 1, 1), date(2026, 11, 18), True),
        (date(2026, 1, 1), date(2026, 11, 17), False),
    ],
)
def test_a_text_holds_from_its_first_to_its_last_day(valid_from: date, valid_until: date | None, in_date: bool) -> None:
    assert translation(valid_from=valid_from, valid_until=valid_until).is_in_date(TODAY) is in_date


def test_a_late_review_is_overdue_and_does_not_end_the_text() -> None:
    text = translation(review_by=date(2026, 11, 17))

    assert text.is_overdue(TODAY)
    assert text.is_in_date(TODAY)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.EXPIRED, Status.WITHDRAWN])
def test_drafts_expired_and_withdrawn_texts_are_never_served(status: Status) -> None:
    assert not any(serve.allows(status) for serve in Serve)


def test_a_network_can_ask_for_reviewed_texts_only() -> None:
    assert Serve.REVIEWED.allows(Status.REVIEWED)
    assert not Serve.REVIEWED.allows(Status.SOURCE_CHECKED)
    assert Serve.SOURCE_CHECKED.allows(Status.REVIEWED)


def test_an_article_knows_which_marks_name_no_source() -> None:
    text = translation(sections={"summary": "A.[^LAW] B.[^GHOST]"})

    assert article(variant("EU", text)).undefined_sources(text) == ("GHOST",)


def test_a_region_has_the_country_it_is_in() -> None:
    assert variant("BE-WLG").country == "BE"
    assert variant("EU").country == ""
