"""The words that the checks look for, per locale, from `words.yml`, and the signs that are the same in all."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "words.yml"


@dataclass(frozen=True, slots=True)
class Words:
    """One locale's words. `exception` names the two countries which some rules do not bind, `hardest`
    is the highest LIX of a text."""

    authorities: re.Pattern[str]
    claims: re.Pattern[str]
    spans: re.Pattern[str]
    forbidden: re.Pattern[str]
    exception: tuple[str, ...]
    hardest: float


def _any_of(words: Iterable[str], before: str = "") -> re.Pattern[str]:
    """Find one of the words; `*` stands for any ending."""
    either = "|".join(re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words)
    return re.compile(rf"(?<!\w){before}(?:{either})(?!\w)", re.IGNORECASE)


def _read() -> dict[str, Words]:
    content = yaml.load(_FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {
        locale: Words(
            authorities=_any_of([*content["signs"], *words["authorities"]]),
            claims=_any_of(words["claims"]),
            spans=_any_of(words["spans"], r"\d+(?:st|nd|rd|th|er|e|-?[^\W\d]{1,2})?\s+"),
            forbidden=_any_of(words["forbidden"]),
            exception=tuple(words["exception"]),
            hardest=words["hardest"],
        )
        for locale, words in content["locales"].items()
    }


WORDS: Mapping[str, Words] = _read()

AMOUNT = re.compile(r"[€$£]|\b(?:EUR|euros?|eurot?ë?|евро|євро|ευρώ|evr[aiov]+|avro|يورو|یورو)\b", re.IGNORECASE)
EXCLAMATION = re.compile(r"[!！¡]")
CALL = re.compile(
    r"\b(?:call|phone|number|appel(?:ez|er|le)|téléphon\w*|numéro|chiam\w*|telefon\w*|numero|bel|nummer|τηλ\w*|"
    r"καλέστε|обадете|телефон\w*|номер\w*|pokličite|številk\w*|llam\w*|sun\w*|numar\w*|arayın|numara\w*|اتصل\w*|رقم)\b"
    r"\W+(?:[^\W\d]+\W+){0,2}?(\d{3,6})\b(?! ?\d)",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.,/])\+?\d(?:[ \u00a0\u202f.-]?\d){6,14}(?![\w/])")

MIGRATION_ACTS = (
    "2001/55", "2003/86", "2003/109", "2004/81", "2009/52", "2011/98", "2014/36", "2016/801", "2021/1883", "2024/1233",
    "2024/1346", "2024/1347", "2024/1348",
)  # fmt: skip
"""EU acts on migration. They do not bind Denmark and Ireland unless somebody checked that one does."""
OUTSIDE = ("DK", "IE")
