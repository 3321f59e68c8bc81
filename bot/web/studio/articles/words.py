"""The findings of the checks, which speak of files and ids, in the words of the page and the reader's language."""

import re
from collections.abc import Callable

_PATTERNS = (
    ("overdue", r"its review was due on (?P<day>[\d-]+)"),
    ("source_ahead", r"the source (?P<source>\S+) was checked after today"),
    ("unsourced", r"has no source mark"),
    ("no_such_source", r"the mark \[\^(?P<source>[^\]]+)\] names no source"),
    ("part_missing", r"the section (?P<part>\w+) is missing"),
    ("too_long", r"has (?P<chars>\d+) characters; shorten it to (?P<most>\d+)"),
    ("long_sentence", r"a sentence has (?P<words>\d+) words; split it: (?P<begin>.*)"),
    ("too_hard", r"is too hard to read: LIX (?P<figure>\d+), at most (?P<most>\d+)"),
    ("authority_first", r"the authority '(?P<word>.*)' stands before"),
    ("authority_bare", r"the authority '(?P<word>.*)' needs a block"),
    ("amount", r"holds an amount of money"),
    ("time_limit", r"holds a time limit for a claim; leave it out: (?P<begin>.*)"),
    ("not_binding", r"rests on (?P<act>\S+), which does not bind"),
    ("foreign_number", r"the number (?P<number>.+) is neither"),
    ("exclamation", r"holds an exclamation mark"),
    ("forbidden", r"'(?P<word>.*)' is not said of people"),
    ("numbers_differ", r"numbers differ from \w+: (?P<which>.*)"),
    ("sources_differ", r"sources differ from \w+: (?P<which>[^;]*)"),
    ("term", r"the glossary's '(?P<word>.*)' \(\w+\) is not used"),
    ("unmarked", r"(?P<source>\S+) stands behind no sentence"),
    ("minor_number", r"the numbers are others than before"),
    ("read_missing", r"say which sources you read"),
    ("day_ahead", r"(?P<source>\S+): this day has not come yet"),
    ("review_past", r"the day of the next review must lie ahead"),
    ("validity_over", r"this day is over"),
    ("not_yet_valid", r"until this day nobody gets"),
    ("original_changed", r"\w+ says something else since"),
)
_COMPILED = tuple((f"article_find_{name}", re.compile(pattern)) for name, pattern in _PATTERNS)


def in_words(message: str, say: Callable[..., str]) -> str:
    """Return what a finding means to whoever writes the text; a finding that is not known here stays as it is."""
    for key, pattern in _COMPILED:
        if found := pattern.match(message):
            values = found.groupdict()
            if "part" in values:
                values["part"] = say(f"article_part_{values['part']}")
            return say(key, **values)
    return message
