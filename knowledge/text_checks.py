"""Checks of one text: is every part sourced, short, plain, and safe for somebody without papers?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.article import EU, PAPERS, SECTIONS, Article, Section, Translation, Variant
from knowledge.coverage import hardness
from knowledge.surroundings import Surroundings
from knowledge.words import AMOUNT, CALL, EXCLAMATION, MIGRATION_ACTS, OUTSIDE, PHONE, WORDS, Words

SUMMARY_LIMIT = 350
PART_LIMIT = 900
SENTENCE_LIMIT = 20


class Level(StrEnum):
    """How bad it is: an error stops the check, a warning asks for a look, a note is a list for a human."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: where it is and what to do."""

    level: Level
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.level}: {self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Text:
    """A translation with all that a check of it needs."""

    article: Article
    variant: Variant
    translation: Translation
    words: Words
    around: Surroundings
    today: date

    @property
    def place(self) -> str:
        """Where it stands, as its file is named."""
        return f"{self.article.intent}/{self.variant.jurisdiction}.{self.translation.locale}.md"

    @property
    def sections(self) -> Iterator[tuple[str, Section]]:
        """The sections in the order in which people read them."""
        return ((name, self.translation.sections[name]) for name in SECTIONS if name in self.translation.sections)


Check = Callable[[Text], Iterator[Finding]]


def check_text(
    article: Article, variant: Variant, translation: Translation, around: Surroundings, today: date
) -> Iterator[Finding]:
    """Run all checks on one text."""
    words = WORDS.get(translation.locale)
    if words is None:
        place = f"{article.intent}/{variant.jurisdiction}.{translation.locale}.md"
        yield Finding(
            Level.ERROR, place, f"no words to check {translation.locale!r} with; add them to knowledge/words.yml"
        )
        return
    text = Text(article, variant, translation, words, around, today)
    for check in CHECKS:
        yield from check(text)


def overdue(text: Text) -> Iterator[Finding]:
    """Somebody should have read it again, or a source's date lies ahead."""
    if text.translation.is_overdue(text.today):
        yield _error(text, "", f"its review was due on {text.translation.review_by}; review it and set a new date")
    for source in text.translation.all_sources:
        if source in text.article.sources and text.article.sources[source].checked_on > text.today:
            yield _error(text, "", f"the source {source} was checked after today; correct checked_on")


def sourced(text: Text) -> Iterator[Finding]:
    """Every part but the list of things to bring rests on a source."""
    for name, section in text.sections:
        if name == "bring":
            continue
        if not section.sources:
            yield _error(text, name, "has no source mark [^ID]; mark at least one statement or leave the part out")
        for source in section.sources:
            if source not in text.article.sources:
                yield _error(text, name, f"the mark [^{source}] names no source of article.yml")


def complete(text: Text) -> Iterator[Finding]:
    """All four parts are there."""
    for name in SECTIONS:
        if name not in text.translation.sections:
            yield Finding(Level.WARNING, text.place, f"the section {name} is missing")


def short(text: Text) -> Iterator[Finding]:
    """A part fits one message; a sentence fits a tired reader."""
    sentence = text.around.papers_sentence(text.translation.locale)
    for name, section in text.sections:
        limit = SUMMARY_LIMIT if name == "summary" else PART_LIMIT
        length = len(section.text.replace(PAPERS, sentence))
        if length > limit:
            yield _error(text, name, f"has {length} characters; shorten it to {limit}")
        for statement in section.statements:
            words = len(statement.text.split())
            if words > SENTENCE_LIMIT:
                message = f"a sentence has {words} words; split it: {statement.text[:60]}"
                yield Finding(Level.WARNING, f"{text.place} {name}", message)


def plain(text: Text) -> Iterator[Finding]:
    """Words and sentences of a tired reader."""
    found = hardness(text.translation)
    if found > text.words.hardest:
        yield _error(
            text,
            "",
            f"is too hard to read: LIX {found:.0f}, at most {text.words.hardest}; use shorter words and sentences",
        )


def papers_before_authorities(text: Text) -> Iterator[Finding]:
    """Nobody is sent to an authority before the words for people without papers: each part is read alone."""
    for name, section in text.sections:
        shown = section.text
        block = shown.find(PAPERS)
        found = next((m for m in text.words.authorities.finditer(shown) if block < 0 or m.start() < block), None)
        if found:
            what = (
                f"stands before {PAPERS}; move it behind"
                if block >= 0
                else f"needs a block {PAPERS} before it in this part"
            )
            yield _error(text, name, f"the authority {found[0]!r} {what}, or name no authority")


def eu_minimum_only(text: Text) -> Iterator[Finding]:
    """The EU text holds no amount and no time limit for a claim: the national ones decide."""
    if text.variant.jurisdiction != EU:
        return
    for name, section in text.sections:
        if AMOUNT.search(section.text):
            yield _error(text, name, "holds an amount of money; amounts belong into national variants")
        for statement in section.statements:
            if text.words.claims.search(statement.text) and text.words.spans.search(statement.text):
                yield _error(text, name, f"holds a time limit for a claim; leave it out: {statement.text[:80]}")


def bound_countries(text: Text) -> Iterator[Finding]:
    """Denmark and Ireland get nothing of a migration act, unless the same part says that it does not bind them."""
    if text.variant.jurisdiction != EU or not set(OUTSIDE) & set(text.variant.applies_in):
        return
    for name, section in text.sections:
        acts = (text.article.sources[s].act for s in section.sources if s in text.article.sources)
        act = next((act for act in acts if act.startswith(MIGRATION_ACTS)), "")
        if act and not all(country in section.text for country in text.words.exception):
            yield _error(text, name, f"rests on {act}, which does not bind Denmark and Ireland; say so in this part")


def numbers_to_call(text: Text) -> Iterator[Finding]:
    """Only numbers of the help lines and of the contact points."""
    for name, section in text.sections:
        found = [match[0] for match in PHONE.finditer(section.text)] + CALL.findall(section.text)
        for number in found:
            if not text.around.may_show(number):
                yield _error(
                    text, name, f"the number {number} is neither a help line nor a contact point's; leave it out"
                )


def tone(text: Text) -> Iterator[Finding]:
    """No exclamation marks; no word that calls a person illegal."""
    for name, section in text.sections:
        if EXCLAMATION.search(section.text):
            yield _error(text, name, "holds an exclamation mark; end the sentence with a full stop")
        if word := text.words.forbidden.search(section.text):
            yield _error(text, name, f"{word[0]!r} is not said of people; write without papers, or against the law")


CHECKS: tuple[Check, ...] = (
    overdue, sourced, complete, short, plain, papers_before_authorities, eu_minimum_only, bound_countries,
    numbers_to_call, tone,
)  # fmt: skip


def _error(text: Text, section: str, message: str) -> Finding:
    return Finding(Level.ERROR, f"{text.place} {section}".strip(), message)
