"""What stands on the paper, whatever file it becomes: facts, tables of statements, sources."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.model.locales import text_direction
from knowledge.article import MARK, PAPERS, SECTIONS, Article, Source, Translation, Variant

_BESIDE = 2  # translations beside the reference in one table: more cannot be read on a page
_MARKS = re.compile(rf"[ \t]*((?:{MARK.pattern}[ \t]*)+)")


@dataclass(frozen=True, slots=True)
class Cell:
    """Words in one language."""

    text: str = field(repr=False)
    locale: str

    @property
    def is_rtl(self) -> bool:
        """Tell whether they run from right to left."""
        return text_direction(self.locale) == "rtl"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the text in each language. `part` is the name of the section in its first row, else empty."""

    part: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Some languages side by side. `facts` stand below each head: state, dates, who vouches."""

    heads: tuple[Cell, ...]
    facts: tuple[Cell, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole document. `locale` is the language of its reader, `comments` the head of the empty column."""

    title: str
    locale: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    sources_title: str
    sources: tuple[str, ...]
    comments: str


@dataclass(frozen=True)
class Reader:
    """How things are called in the language of whoever reads the paper."""

    locale: str
    say: Callable[..., str] = field(repr=False)
    title: Callable[[str], str] = field(repr=False)
    place: Callable[[str], str] = field(repr=False)
    language: Callable[[str], str] = field(repr=False)
    papers: Callable[[str], str] = field(repr=False)


def make_paper(article: Article, variant: Variant, locales: Sequence[str], reader: Reader, today: date) -> Paper:
    """Put an answer for one jurisdiction on paper, in these languages; the reference comes first."""
    wanted = [text for text in variant.translations if text.locale in locales] or list(variant.translations)
    wanted.sort(key=lambda text: (text is not variant.reference, text.locale))
    numbers = {source: at for at, source in enumerate(_used(wanted), 1)}
    place = reader.place(variant.jurisdiction)
    return Paper(
        title=f"{wanted[0].title} · {place}",
        locale=reader.locale,
        lines=(
            reader.say("files_paper_question", question=reader.title(article.intent) or article.intent),
            reader.say("files_paper_printed", day=today.isoformat()),
            reader.say("files_paper_how"),
        ),
        tables=tuple(_table(texts, numbers, reader) for texts in _groups(wanted)),
        sources_title=reader.say("files_paper_sources"),
        sources=tuple(_source_line(at, name, article.sources.get(name), reader) for name, at in numbers.items()),
        comments=reader.say("files_paper_comments"),
    )


def _used(texts: Sequence[Translation]) -> list[str]:
    return list(dict.fromkeys(source for text in texts for source in text.all_sources))


def _groups(texts: Sequence[Translation]) -> Iterator[list[Translation]]:
    """Yield the reference with some of the others beside it, until all have stood there."""
    first, *others = texts
    for at in range(0, max(1, len(others)), _BESIDE):
        yield [first, *others[at : at + _BESIDE]]


def _table(texts: Sequence[Translation], numbers: dict[str, int], reader: Reader) -> Table:
    rows = [Row(reader.say("files_paper_title"), tuple(Cell(text.title, text.locale) for text in texts))]
    for section in SECTIONS:
        rows += _rows(section, texts, numbers, reader)
    heads = tuple(Cell(reader.language(text.locale), reader.locale) for text in texts)
    return Table(heads, tuple(Cell(_facts(text, reader), reader.locale) for text in texts), tuple(rows))


def _rows(section: str, texts: Sequence[Translation], numbers: dict[str, int], reader: Reader) -> Iterator[Row]:
    """Yield a row for each line; where the languages have different numbers of lines, one row for all of the section."""
    lines = [_lines(text, section, numbers, reader) for text in texts]
    if len({len(one) for one in lines}) > 1:
        lines = [["\n".join(one)] for one in lines]
    for at in range(len(lines[0])):
        part = reader.say(f"files_paper_{section}") if at == 0 else ""
        yield Row(part, tuple(Cell(one[at], text.locale) for one, text in zip(lines, texts, strict=True)))


def _lines(text: Translation, section: str, numbers: dict[str, int], reader: Reader) -> list[str]:
    if section not in text.sections:
        return []
    marked = text.sections[section].marked.replace(PAPERS, reader.papers(text.locale))
    return [
        _MARKS.sub(lambda found: _numbered(found[1], numbers), line).rstrip()
        for line in marked.split("\n")
        if line.strip()
    ]


def _numbered(marks: str, numbers: dict[str, int]) -> str:
    return "".join(f" [{numbers[source]}]" for source in MARK.findall(marks)) + " "


def _facts(text: Translation, reader: Reader) -> str:
    facts = [
        reader.say(f"files_paper_status_{text.status}"),
        reader.say("files_paper_version", version=text.version),
        reader.say("files_paper_valid", day=text.valid_from.isoformat()),
        reader.say("files_paper_review_by", day=text.review_by.isoformat()),
    ]
    facts += [reader.say("files_paper_until", day=text.valid_until.isoformat())] if text.valid_until else []
    facts += [reader.say("files_paper_machine")] if text.machine_translated else []
    facts += [reader.say("files_paper_reviewer", name=text.reviewer)] if text.reviewer else []
    return "\n".join(facts)


def _source_line(number: int, name: str, source: Source | None, reader: Reader) -> str:
    if source is None:
        return f"[{number}] {name}"
    act = ", ".join(part for part in (source.act, source.article) if part)
    kind = reader.say("files_paper_official" if source.official else "files_paper_reported")
    seen = reader.say("files_paper_checked", day=source.checked_on.isoformat())
    return " · ".join(part for part in (f"[{number}] {source.title}", act, kind, seen, source.url) if part)
