"""Takes out of a question what may say who asked: addresses, names where words around them tell, numbers, links."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from bot.masking import mask

NAME, ADDRESS, CONTACT = "[name]", "[address]", "[contact]"
_WORDS = Path(__file__).with_name("private.yml")
_LINK = re.compile(r"https?://\S+|www\.\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)@\w{3,}", re.IGNORECASE)
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩΆ-ΏА-ЯЁІЇЄҐ])[\w'’\-]+"
_CASELESS = r"[\u0590-\u08ff\u0900-\u0dff\u1200-\u139f\u3400-\u9fff]"
_FULL_NAME = re.compile(rf"(?<=[^.!?:\n] )(?:{_CAPITAL})(?: {_CAPITAL})+")  # two capitals within a sentence
_NOUNS_CAPITAL = frozenset({"de"})


def without_names(text: str, locale: str = "") -> str:
    """Return the words with marks where a name, an address or a number stood. Not complete: whoever reads looks, too."""
    rules = _rules()
    text = _LINK.sub(CONTACT, mask(text))
    text = rules["street"].sub(ADDRESS, text)
    text = rules["firm"].sub(NAME, text)
    text = rules["title"].sub(rf"\g<1> {NAME}", text)
    text = rules["introduction"].sub(rf"\g<1> {NAME}", text)
    return text if locale in _NOUNS_CAPITAL else _FULL_NAME.sub(NAME, text)


def says_something(text: str) -> bool:
    """Tell whether a question is left once the marks are taken away."""
    left = re.sub(r"\[\w+\]", " ", text)
    return sum(char.isalpha() for char in left) >= (4 if re.search(r"[\u3400-\u9fff]", left) else 8)


@cache
def _rules() -> dict[str, "re.Pattern[str]"]:
    words = yaml.load(_WORDS.read_text(encoding="utf-8"), yaml.CSafeLoader)
    name = rf"(?:{_CAPITAL}(?: {_CAPITAL}){{0,2}}|{_CASELESS}+(?: {_CASELESS}+)?|[\w'’\-]+)"
    number = r"\s*,?\s*(?:n[°.º]?\s*)?\d{1,4}[a-z]?\b"
    street = rf"\b(?:{_any(words['streets'])})\s+(?:[^\W\d]+[\s.'’]+){{0,3}}[^\W\d]+{number}"
    ending = rf"\b\w*(?:{_any(words['street_endings'])}){number}"
    before = rf"\b\d{{1,4}},? (?:{_any(words['streets'])})\s+(?:[^\W\d]+[\s'’]+){{0,3}}?(?:{_CAPITAL} ?)+"
    return {
        "street": re.compile(f"{before}|{street}|{ending}", re.IGNORECASE),
        "firm": re.compile(rf"(?:{_CAPITAL} )+(?:{_any(words['firms'])})(?!\w)", re.IGNORECASE),
        "title": re.compile(rf"(?<!\w)({_any(words['titles'])}) (?:{_CAPITAL}(?: {_CAPITAL})?)", re.IGNORECASE),
        "introduction": re.compile(
            rf"(?<!\w)({_any(words['introductions'])})(?:(?<=[\u3400-\u9fff])|(?!\w))\s*:?\s*{name}", re.IGNORECASE
        ),
    }


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
