"""The articles as documents of the search: one for each intent, with all its texts that may be served."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from knowledge.article import PAPERS, Translation
from knowledge.catalogue import Catalogue
from knowledge.search.documents import Document, Text, titled_passages

Titles = Mapping[str, Mapping[str, str]]  # locale → intent → short title


def documents_of(catalogue: Catalogue, titles: Titles | None = None) -> list[Document]:
    """Return one document for each intent that has a text now.

    The short titles are there in every locale, the articles often in three: they let people find in their own words.
    """
    texts: dict[str, list[Text]] = defaultdict(list)
    passages: dict[str, list[str]] = defaultdict(list)
    for intent, _, translations in catalogue.served():
        texts[intent] += [Text(text.title, _body(text), text.locale) for text in translations]
        passages[intent] += _passages(translations)
    for locale, named in (titles or {}).items():
        for intent in texts.keys() & named.keys():
            texts[intent].append(Text(named[intent], "", locale))
            passages[intent].append(named[intent])
    return [Document(intent, tuple(texts[intent]), tuple(dict.fromkeys(passages[intent]))) for intent in texts]


def _passages(translations: Sequence[Translation]) -> Iterator[str]:
    """One translation whole; of the others title and summary, since the encoder reads all languages alike."""
    whole = next((text for text in translations if text.locale == "en"), translations[0])
    for text in translations:
        yield from titled_passages(text.title, _body(text) if text is whole else _plain(text.text("summary")))


def _body(text: Translation) -> str:
    return "\n".join(_plain(text.text(section)) for section in text.sections)


def _plain(marked: str) -> str:
    return marked.replace(PAPERS, "")
