"""Do the translations call a thing by its name in the glossary? Told as notes: word forms may hide a name from a program."""

from collections.abc import Iterable, Iterator
from functools import cache

from knowledge.article import Article, Translation, Variant
from knowledge.findings import Code, Finding, note
from knowledge.glossary import Glossary, Term
from knowledge.search.tokens import stems_of


def terms_used(article: Article, variant: Variant, glossary: Glossary) -> Iterator[Finding]:
    """Yield a note for each term that the reference uses and a translation calls by none of its names."""
    reference = variant.reference
    stems = _stems(reference)
    used = [term for term in glossary.terms if _is_named(term, reference.locale, stems)]
    for text in variant.translations:
        stems = _stems(text) if text is not reference and used else ""
        for term in used if stems else ():
            if text.locale in term.names and not _is_named(term, text.locale, stems):
                place = f"{article.intent}/{variant.jurisdiction}.{text.locale}.md"
                yield note(place, Code.TERM, word=term.names[text.locale][0], term=term.id)


def _stems(text: Translation) -> str:
    return _joined(stem for name in text.sections for stem in stems_of(text.text(name), text.locale))


def _is_named(term: Term, locale: str, stems: str) -> bool:
    """Whether one of the term's names stands in the text, in any form that the stemmer knows."""
    return any(_stems_of_name(name, locale) in stems for name in term.names.get(locale, ()))


@cache
def _stems_of_name(name: str, locale: str) -> str:
    return _joined(stems_of(name, locale))


def _joined(stems: Iterable[str]) -> str:
    return f" {' '.join(stems)} "
