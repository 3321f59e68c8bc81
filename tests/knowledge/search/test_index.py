"""The index: words, languages, synonyms, slips, meaning, and what must hold for any documents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.glossary import Glossary, Term
from knowledge.search.bm25f import Weights, read_lexicons
from knowledge.search.documents import Document, Text, document
from knowledge.search.fusion import fused
from knowledge.search.index import Index, Mode, Ranking

WORDS = ("permit", "wage", "union", "doctor", "house", "school", "bank", "tax")
GLOSSARY = Glossary((Term("wages", {"en": ("unpaid wages",), "it": ("stipendio non pagato",), "uk": ("зарплата",)}),))
DOCUMENTS = [
    document("wages", Text("Unpaid wages", "Your employer must pay what you earned.", "en")),
    document("stipendio", Text("Lo stipendio", "Lo stipendio che non è stato pagato.", "it")),
    document("permit", Text("Residence permit", "Renew the permit before it ends.", "en")),
    document("docteur", Text("Le médecin", "La carte de santé, l'hôpital et le médecin.", "fr")),
    document("school", Text("School", "Children of all people go to school.", "en")),
]


def found(ranking: Ranking) -> list[str]:
    return [hit.id for hit in ranking.hits]


@pytest.mark.parametrize(
    ("text", "locale", "first"),
    [
        ("permits", "en", "permit"),
        ("medecin hopital", "fr", "docteur"),
        ("permitt renewing", "en", "permit"),  # a slip
        ("schol", "en", "school"),
        ("stipendio", "", "stipendio"),  # nobody knows the language
        ("docteur médecin", "it", "docteur"),  # written in another language than was thought
    ],
)
def test_words_find(text: str, locale: str, first: str) -> None:
    assert found(Index(DOCUMENTS).rank(text, locale))[0] == first


def test_a_term_of_the_glossary_finds_its_other_names_with_less_weight() -> None:
    with_terms = Index(DOCUMENTS, GLOSSARY).rank("unpaid wages", "en")

    assert found(with_terms) == ["wages", "stipendio"]
    assert found(Index(DOCUMENTS, GLOSSARY).rank("зарплата", "uk")) == ["wages", "stipendio"]
    assert found(Index(DOCUMENTS).rank("зарплата", "uk")) == []


def test_a_word_in_the_title_counts_more() -> None:
    index = Index(
        [document("body", Text("Rules", "About tax.", "en")), document("title", Text("Tax", "About rules.", "en"))]
    )

    assert found(index.rank("tax", "en")) == ["title", "body"]


def test_the_rarer_word_counts_more() -> None:
    index = Index(
        [*(document(f"{n}", Text("", "work pay", "en")) for n in range(5)), document("x", Text("", "fax", "en"))]
    )

    assert found(index.rank("work fax", "en"))[0] == "x"


@pytest.mark.parametrize("text", ["", "   ", "😀", "!!!", "\ud800\0"])
def test_a_question_without_words_finds_nothing_by_words(text: str) -> None:
    assert Index(DOCUMENTS, GLOSSARY).rank(text, "en").hits == ()


def test_an_index_may_be_empty_or_hold_empty_documents() -> None:
    assert Index(()).rank("permit", "en", np.ones(4, dtype=np.float32)).hits == ()
    empty = Index([document("a", Text("", "", "en")), document("b", Text("", "permit", "en"))])
    empty.with_meanings(np.ones((1, 4), dtype=np.float32))

    assert found(empty.rank("permit", "en")) == ["b"]
    assert found(empty.rank("permit", "en", np.ones(4, dtype=np.float32), mode=Mode.E5))[0] == "b"


def test_a_long_question_is_ranked() -> None:
    assert found(Index(DOCUMENTS, GLOSSARY).rank("permit " + "word " * 20_000 + "renew", "en"))[0] == "permit"


def test_a_language_is_read_again_when_a_text_its_place_or_the_weights_changed_and_only_then() -> None:
    first = read_lexicons(DOCUMENTS)
    renamed = read_lexicons([*DOCUMENTS[:-1], document("school", Text("Kindergarten", "For all children.", "en"))])
    moved, weighed = read_lexicons(DOCUMENTS[::-1]), read_lexicons(DOCUMENTS, Weights(title=9.0))

    assert renamed["it"] is first["it"]
    assert "kindergarten" in renamed["en"].postings
    assert "school" not in renamed["en"].postings
    assert moved["it"].postings["stipend"].documents != first["it"].postings["stipend"].documents
    assert weighed["it"].postings["stipend"].scores > first["it"].postings["stipend"].scores


_BODIES = st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=8)


def _index(bodies: list[str]) -> Index:
    return Index([document(f"{number}", Text("", body, "en")) for number, body in enumerate(bodies)])


def _scores(ranking: Ranking) -> dict[str, float]:
    return {hit.id: hit.score for hit in ranking.hits}


@given(_BODIES, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True), st.randoms())
@settings(deadline=None)
def test_the_order_of_the_documents_changes_no_score(bodies: list[str], asked: list[str], random: object) -> None:
    documents = [document(f"{number}", Text("", body, "en")) for number, body in enumerate(bodies)]
    mixed = list(documents)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    text = " ".join(asked)

    first, second = (_scores(Index(some).rank(text, "en", limit=20)) for some in (documents, mixed))

    assert first == pytest.approx(second)


@given(_BODIES, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True), st.sampled_from(WORDS))
@settings(deadline=None)
def test_a_word_more_in_the_question_takes_nothing_away(bodies: list[str], asked: list[str], more: str) -> None:
    index = _index(bodies)

    before = _scores(index.rank(" ".join(asked), "en", limit=20))
    after = _scores(index.rank(" ".join([*asked, more]), "en", limit=20))

    assert all(after[id_] >= score - 1e-5 for id_, score in before.items())


@given(_BODIES)
@settings(deadline=None)
def test_whoever_has_all_words_stands_before_who_has_fewer_of_the_same_length(bodies: list[str]) -> None:
    index = _index([*bodies, "permit wage", "permit house"])
    scores = _scores(index.rank("permit wage", "en", limit=20))

    assert scores[f"{len(bodies)}"] > scores[f"{len(bodies) + 1}"]


# Meaning


def _unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def _three() -> Index:
    index = Index([Document(name, (Text("", name, "en"),), (name,)) for name in ("alpha", "beta", "gamma")])
    index.with_meanings(np.stack([_unit(1, 0, 0, 1), _unit(0, 1, 0, 1), _unit(0, 0, 1, 1)]))
    return index


def test_meaning_finds_without_a_common_word() -> None:
    ranking = _three().rank("nothing like it", "en", _unit(0, 1, 0.1, 1))

    assert ranking.mode is Mode.HYBRID
    assert found(ranking) == ["beta", "gamma", "alpha"]


def test_words_and_meaning_together_decide() -> None:
    ranking = _three().rank("gamma", "en", _unit(0, 1, 0.9, 1))

    assert found(ranking)[0] == "gamma"


def test_without_vectors_words_rank_and_the_result_says_so() -> None:
    assert _three().rank("beta", "en").mode is Mode.BM25F
    assert Index(DOCUMENTS).rank("permit", "en", _unit(1, 0), mode=Mode.E5).mode is Mode.BM25F


def test_the_nearest_passage_counts_most() -> None:
    index = Index([Document("one", (), ("a", "b", "c", "d")), Document("two", (), ("e",))])
    index.with_meanings(np.stack([_unit(1, 0), _unit(0, 1), _unit(0, 1), _unit(0, 1), _unit(0.3, 1)]))

    assert found(index.rank("?x", "en", _unit(1, 0), mode=Mode.E5)) == ["one", "two"]


@given(st.lists(st.floats(0, 9, width=32), min_size=1, max_size=90), st.integers(1, 100), st.randoms())
def test_fusion_ranks_every_document_and_candidates_first(words: list[float], most: int, random: object) -> None:
    meaning = np.array([random.random() for _ in words], dtype=np.float32)  # type: ignore[attr-defined]

    scores = fused(np.array(words, dtype=np.float32), meaning, most)

    assert np.isfinite(scores).all()
    assert scores[meaning.argmax()] > -50
    assert scores[int(np.argmax(words))] > -50


def test_ten_thousand_documents_are_searched() -> None:
    bodies = [f"{WORDS[n % 8]} {WORDS[n // 8 % 8]} number{n}" for n in range(10_000)]
    index = _index(bodies)
    index.with_meanings(np.ones((len(index.passages), 8), dtype=np.float32))

    assert found(index.rank("number7777", "en", np.ones(8, dtype=np.float32)))[0] == "7777"
