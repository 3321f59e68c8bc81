"""The languages of texts whose language nobody named, for ranking other people's data."""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_READ = 500  # characters that tell the language of a text
_RARE = 0.02  # a language that fewer texts seem to be in is a mistake of the identification


def languages_of(texts: Sequence[str]) -> list[str]:
    """Return a language for each text of a collection. What hardly any text is in, none is."""
    first = [language_of(text) for text in texts]
    counts = Counter(first)
    common = {language for language, count in counts.items() if count >= _RARE * len(texts)}
    return [found if found in common else language_of(text, common) for text, found in zip(texts, first, strict=True)]


def language_of(text: str, among: Collection[str] = ()) -> str:
    """Return the likeliest language, if asked among some only."""
    if len(among) == 1:
        return next(iter(among))
    ranked = _identifier().rank(text[:_READ])
    return next((str(language) for language, _ in ranked if not among or language in among), "")


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
