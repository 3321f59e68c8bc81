import json

import pytest

from knowledge.documents import head_document, read_head, read_translation, translation_document
from knowledge.fields import Fields
from knowledge.files import parse_head, parse_translation, read_tree
from tests.knowledge.builders import HEAD, INTENT, TEXT


def head_problems(change: tuple[str, str]) -> list[str]:
    problems: list[str] = []
    parse_head(HEAD.format(intent=INTENT).replace(*change).encode(), "article.yml", INTENT, problems)
    return problems


def text_problems(change: tuple[str, str]) -> list[str]:
    problems: list[str] = []
    parse_translation(TEXT.replace(*change).encode(), "EU.en.md", "en", problems)
    return problems


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("labour_rights/unpaid_wages", "labour_rights/other"), "must be labour_rights/unpaid_wages"),
        (("labour_rights/dismissal", "Dismissal"), "name other intents as topic/intent"),
        (("EU: {", "Europe: {"), "write EU, a country (IT) or a region (BE-WAL)"),
        (("[IT, GR]", "[IT, Greece]"), "write ISO country codes"),
        (("[IT, GR]", "[]"), "name the countries where this text is true"),
        (("EU: {applies_in: [IT, GR]}", "IT: {applies_in: [IT, GR]}"), "may hold only IT and its regions"),
        (("https://example.org/law", "see the law"), "must be a web address"),
        (("The law", "The [law]"), "must not hold [ ] or *"),
        (("checked_on: 2026-09-25", "checked_on: last year"), "write a date such as"),
        (("deadline: false", "deadline: false\nowner: me"), "'owner' is not known"),
        (("LAW: {", "THE LAW: {"), "use letters, digits and hyphens"),
    ],
)
def test_a_wrong_head_is_refused_with_what_to_do(change: tuple[str, str], said: str) -> None:
    assert any(said in problem for problem in head_problems(change)), head_problems(change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("source_checked", "checked"), "use one of draft, source_checked, reviewed, expired, withdrawn"),
        (("status: source_checked", "status: reviewed"), "a reviewed text names who reviewed it"),
        (("valid_until: null", "valid_until: 2026-09-24"), "is before valid_from"),
        (("version: 1", "version: 0"), "must be a whole number from 1 on"),
        (("title: Unpaid wages\n", ""), "'title' is missing"),
        (("## steps", "## step"), "'step' is not a section"),
        (("## steps", "## summary"), "is there twice"),
        (("## summary\n", ""), "there is text before the first section"),
        (("{papers} Talk", "{paper} Talk"), "the only marker is {papers}"),
        (("{papers} Talk", "{papers} {papers} Talk"), "more than once"),
        (("you.[^LAW]", "you.[^the law]"), "holds a broken source mark"),
        (("---\n## summary", "## summary"), "front matter between two lines ---"),
        (("Your employer must pay you.[^LAW]\n", ""), "is empty"),
    ],
)
def test_a_wrong_text_is_refused_with_what_to_do(change: tuple[str, str], said: str) -> None:
    assert any(said in problem for problem in text_problems(change)), text_problems(change)


def test_whatever_is_read_from_files_is_the_same_when_read_from_the_store() -> None:
    problems: list[str] = []
    for article in read_tree().articles:
        for variant in article.variants:
            for text in variant.translations:
                document = json.loads(json.dumps(translation_document(text)))
                meta = Fields.of(document["meta"], "revision", problems)
                assert read_translation(meta, document["sections"], text.locale) == text
    assert not problems


def test_a_head_is_the_same_when_read_from_the_store() -> None:
    problems: list[str] = []
    head = parse_head(HEAD.format(intent=INTENT).encode(), "article.yml", INTENT, problems)

    again = read_head(Fields.of(json.loads(json.dumps(head_document(head))), "revision", problems), INTENT)

    assert again == head
    assert not problems
