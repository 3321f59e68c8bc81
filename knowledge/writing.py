"""The other way round of `knowledge.files`: what the store holds of an article, as the files that people write.

A text that nobody changed comes out as it lies in the repository, so that Git shows only what somebody did.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from knowledge.article import EU, SECTIONS
from knowledge.documents import GROUPS
from knowledge.fields import read_yaml

_FIRST = ("status", "review_by", "valid_from", "valid_until", "author", "reviewer", "version", "machine_translated")
_QUOTED = {"author", "reviewer"}
_HEADING = re.compile(r"^(?=\\*#)", re.MULTILINE)
# What YAML does not take as it stands, even in quotes, or takes for the end of a line.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NAMES_OF_GROUPS = {places: name for name, places in GROUPS.items()}


def translation_file(document: Mapping[str, Any], before: str = "") -> str:
    """Return a text, as `translation_document` gives it, with its front matter.

    Where the file `before` has an empty line above its headings this one has, too.
    """
    meta = dict(document["meta"])
    title = meta.pop("title")
    order = [*_FIRST, *sorted(set(meta) - set(_FIRST))]
    known = {name: meta[name] for name in order if name in meta and (meta[name] is not None or name in _FIRST)}
    front = [f"{name}: {quoted(value) if name in _QUOTED else scalar(value)}" for name, value in known.items()]
    head = "\n".join(["---", *front, f"title: {scalar(title)}", "---"])
    between = "\n\n" if "\n\n## " in before else "\n"
    first = "\n\n" if "---\n\n## " in before else "\n"
    return head + first + between.join(_sections(document["sections"])) + "\n"


def _sections(sections: Mapping[str, str]) -> Iterable[str]:
    for name in sorted(sections, key=lambda one: SECTIONS.index(one) if one in SECTIONS else len(SECTIONS)):
        yield f"## {name}\n{_HEADING.sub(lambda _: chr(92), normal_text(sections[name]))}"


def normal_text(text: str) -> str:
    """Return a section as a file brings it: no blanks at the ends of lines, no empty lines around it."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def head_file(document: Mapping[str, Any], texts: Iterable[str], shared: Mapping[str, Any]) -> str:
    """Return an `article.yml`. `texts` are the jurisdictions that have one, `shared` the sources that stand elsewhere.

    What the reader adds by itself stays out: a country that applies in itself, a source that several articles share.
    """
    there = set(texts)
    variants = {
        name: variant["applies_in"]
        for name, variant in document["variants"].items()
        if name == EU or name not in there or variant["applies_in"] != [name]
    }
    own = {name: source for name, source in document["sources"].items() if shared.get(name) != source}
    lines = [f"{name}: {scalar(document[name])}" for name in ("intent", "place", "deadline")]
    lines.append(f"related: {_flow(document['related'])}")
    if variants:
        lines += ["variants:", *(f"  {name}: {{applies_in: {_places(places)}}}" for name, places in variants.items())]
    if own:
        lines += ["sources:", *(f"  {source_line(name, source)}" for name, source in own.items())]
    return "\n".join([*lines, ""])


def source_line(name: str, source: Mapping[str, Any]) -> str:
    """Return a source as it stands on one line of `sources/*.yml`."""
    words = ", ".join(f"{key}: {quoted(source[key])}" for key in ("title", "url", "act", "article"))
    return f"{name}: {{{words}, checked_on: {source['checked_on']}, official: {scalar(source['official'])}}}"


def _places(places: Iterable[str]) -> str:
    every = tuple(places)
    group = _NAMES_OF_GROUPS.get(tuple(sorted(every)))
    return f"[{group}]" if group else _flow(every)


def _flow(words: Iterable[str]) -> str:
    return f"[{', '.join(words)}]"


def scalar(value: object) -> str:
    """Return a value as YAML writes it on one line: plain where that reads back as the same word, else in quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if _is_plain(text) else quoted(text)


def _is_plain(text: str) -> bool:
    if not text or "\n" in text or text != text.strip():
        return False
    problems: list[str] = []
    try:
        return read_yaml(f"key: {text}", "", problems) == {"key": text} and not problems
    except (yaml.YAMLError, ValueError):
        return False


def quoted(value: object) -> str:
    """Return a text in double quotes on one line; what YAML cannot hold as it stands is escaped."""
    written = json.dumps(str(value), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
