import pytest

from knowledge.glossary import Glossary, Term
from knowledge.term_checks import terms_used
from tests.knowledge.builders import article, translation, variant

WAGES = Term("unpaid_wages", {"en": ("unpaid wages",), "it": ("retribuzioni non pagate", "paga arretrata")})
UNION = Term("union", {"en": ("trade union",), "it": ("sindacato",)})


@pytest.mark.parametrize(
    ("italian", "missing"),
    [
        ("Retribuzione non pagata? Vai al sindacato.[^LAW]", []),  # another form of the word
        ("Paga arretrata: parla con i sindacati.[^LAW]", []),
        ("Soldi arretrati: parla con il sindacato.[^LAW]", ["unpaid_wages"]),
    ],
)
def test_a_translation_uses_the_terms_that_the_reference_uses(italian: str, missing: list[str]) -> None:
    english = translation("en", {"summary": "Unpaid wages? Ask a trade union.[^LAW]"})
    texts = variant("IT", english, translation("it", {"summary": italian}))

    notes = list(terms_used(article(texts), texts, Glossary((WAGES, UNION))))

    assert [term.id for term in (WAGES, UNION) if any(f"({term.id})" in note.message for note in notes)] == missing


def test_a_term_without_a_name_in_a_locale_is_not_missed() -> None:
    english = translation("en", {"summary": "Ask a trade union.[^LAW]"})
    texts = variant("IT", english, translation("ti", {"summary": "…[^LAW]"}))

    assert list(terms_used(article(texts), texts, Glossary((UNION,)))) == []
