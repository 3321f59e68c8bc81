from datetime import date

import pytest

from knowledge.article import Source
from knowledge.coverage import coverage, hardness, markdown
from knowledge.readability import lix
from tests.knowledge.builders import article, translation, variant

OFFICIAL = Source("LAW", "The law", "https://example.org/law", "2008/94/EC", "1", date(2026, 9, 25), official=True)
OLD = Source("OLD", "A page", "https://example.org/old", "", "", date(2023, 7, 26))
TWO = variant(
    "IT", translation(sections={"summary": "It is so.[^LAW] They say so.[^OLD] Ask us."}),
    translation("it", sections={"summary": "È così.[^LAW] Dicono così.[^OLD] Chiedi a noi."}, machine_translated=True),
)  # fmt: skip


def test_statements_are_counted_once_per_variant_by_who_says_them() -> None:
    figures = coverage([article(TWO, variant("EU"), sources={"LAW": OFFICIAL, "OLD": OLD})])

    assert figures["statements"]["IT"] == {"official": 1, "secondary": 1, "general": 1}
    assert figures["sources"] == {"all": 2, "official": 1}
    assert figures["machine_translated"] == 1
    assert figures["table"] == {"labour_rights/unpaid_wages": {"IT": ["en", "it"], "EU": ["en"]}}


def test_the_tables_name_each_intent_and_the_eu_first() -> None:
    lines = list(markdown(coverage([article(TWO, variant("EU"))])))

    assert lines[0] == "| intent | EU | IT |"
    assert "| labour_rights/unpaid_wages | en | en it |" in lines


@pytest.mark.parametrize(
    ("sentences", "figure"),
    [([], 0.0), (["…"], 0.0), (["We ask you."], 3.0), (["Remuneration is due (Arbeitsinspektorat)."], 3 + 100 / 3)],
)
def test_long_sentences_and_long_words_are_hard(sentences: list[str], figure: float) -> None:
    assert lix(sentences) == pytest.approx(figure)


def test_a_list_of_things_to_bring_makes_no_text_harder() -> None:
    plain = translation(sections={"summary": "We ask you.[^LAW]"})

    listed = translation(sections={"summary": "We ask you.[^LAW]", "bring": "- Unintelligible documentation"})

    assert hardness(plain) == hardness(listed)
