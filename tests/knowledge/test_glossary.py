"""The glossary: what ships can be read, and a mistake is named where it stands."""

from pathlib import Path

import pytest

from knowledge.fields import ContentError
from knowledge.glossary import read_glossary

NINE = {"en", "fr", "it", "el", "bg", "sl", "nl", "ar", "uk"}


def test_every_term_has_the_nine_locales_and_says_who_vouches_for_it() -> None:
    glossary = read_glossary()

    assert glossary.state == "machine"
    assert len(glossary.terms) > 43
    assert all(term.names.keys() >= NINE for term in glossary.terms)
    assert len({term.id for term in glossary.terms}) == len(glossary.terms)


def test_a_name_may_stand_alone_or_in_a_list(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yml"
    path.write_text('state: read\nterms:\n  a: {en: "work permit", fr: ["permis", "permis", "titre"]}\n')

    (term,) = read_glossary(path).terms

    assert term.names == {"en": ("work permit",), "fr": ("permis", "titre")}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("state: machine\nterms: {a: {fr: x}}", "a: there must be a line for each locale, `en` among them"),
        ("state: machine\nterms: {a: {en: x, xx: y}}", "'xx' is none of our locales"),
        ("state: machine\nterms: {a: {en: x, no: y}}", "False is none of our locales"),
        ("state: machine\nterms: {a: {en: []}}", "en must be a name or a list of names"),
        ("state: machine\nterms: {a: {en: [1]}}", "en must be a name or a list of names"),
        ("state: perfect\nterms: {a: {en: x}}", "state must be machine or read"),
        ("terms: {a: {en: x}}", "the keys must be `state` and `terms`"),
        ("state: [", "glossary.yml"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "glossary.yml"
    path.write_text(text)

    with pytest.raises(ContentError) as caught:
        read_glossary(path)

    assert complaint in str(caught.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nothing\.yml"):
        read_glossary(tmp_path / "nothing.yml")
