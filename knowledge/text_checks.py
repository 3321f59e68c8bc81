"""Checks of one text: is every part sourced, short, plain, and safe for somebody without papers?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.model.turning import near_turn, turns
from knowledge.article import EU, PAPERS, SECTIONS, Article, Section, Translation, Variant
from knowledge.coverage import hardness
from knowledge.findings import Code, Finding, error, warning
from knowledge.surroundings import Surroundings
from knowledge.words import AMOUNT, CALL, EXCLAMATION, MIGRATION_ACTS, OUTSIDE, PHONE, WORDS, Words

SUMMARY_LIMIT = 350
PART_LIMIT = 900
SENTENCE_LIMIT = 20


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

    def part(self, name: str) -> str:
        """Where one of its sections stands."""
        return f"{self.place} {name}"

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
        yield error(place, Code.NO_WORDS, language=translation.locale)
        return
    text = Text(article, variant, translation, words, around, today)
    for check in CHECKS:
        yield from check(text)


def overdue(text: Text) -> Iterator[Finding]:
    """Somebody should have read it again, or a source's date lies ahead."""
    if text.translation.is_overdue(text.today):
        yield error(text.place, Code.OVERDUE, day=text.translation.review_by)
    for source in text.translation.all_sources:
        if source in text.article.sources and text.article.sources[source].checked_on > text.today:
            yield error(text.place, Code.SOURCE_AHEAD, source=source)


def sourced(text: Text) -> Iterator[Finding]:
    """Every part but the list of things to bring rests on a source."""
    for name, section in text.sections:
        if name == "bring":
            continue
        if not section.sources:
            yield error(text.part(name), Code.UNSOURCED)
        for source in section.sources:
            if source not in text.article.sources:
                yield error(text.part(name), Code.NO_SUCH_SOURCE, source=source)


def complete(text: Text) -> Iterator[Finding]:
    """All four parts are there."""
    for name in SECTIONS:
        if name not in text.translation.sections:
            yield warning(text.place, Code.PART_MISSING, part=name)


def short(text: Text) -> Iterator[Finding]:
    """A part fits one message; a sentence fits a tired reader."""
    sentence = text.around.papers_sentence(text.translation.locale)
    for name, section in text.sections:
        limit = SUMMARY_LIMIT if name == "summary" else PART_LIMIT
        length = len(section.text.replace(PAPERS, sentence))
        if length > limit:
            yield error(text.part(name), Code.TOO_LONG, chars=length, most=limit)
        for statement in section.statements:
            words = len(statement.text.split())
            if words > SENTENCE_LIMIT:
                yield warning(text.part(name), Code.LONG_SENTENCE, words=words, begin=statement.text[:60])


def plain(text: Text) -> Iterator[Finding]:
    """Words and sentences of a tired reader."""
    found = hardness(text.translation)
    if found > text.words.hardest:
        yield error(text.place, Code.TOO_HARD, figure=f"{found:.0f}", most=text.words.hardest)


def papers_before_authorities(text: Text) -> Iterator[Finding]:
    """Nobody is sent to an authority before the words for people without papers: each part is read alone."""
    for name, section in text.sections:
        shown = section.text
        block = shown.find(PAPERS)
        found = next((m for m in text.words.authorities.finditer(shown) if block < 0 or m.start() < block), None)
        if found:
            code = Code.AUTHORITY_FIRST if block >= 0 else Code.AUTHORITY_BARE
            yield error(text.part(name), code, word=found[0])


def eu_minimum_only(text: Text) -> Iterator[Finding]:
    """The EU text holds no amount and no time limit for a claim: the national ones decide."""
    if text.variant.jurisdiction != EU:
        return
    for name, section in text.sections:
        if AMOUNT.search(section.text):
            yield error(text.part(name), Code.AMOUNT)
        for statement in section.statements:
            if text.words.claims.search(statement.text) and text.words.spans.search(statement.text):
                yield error(text.part(name), Code.TIME_LIMIT, begin=statement.text[:80])


def bound_countries(text: Text) -> Iterator[Finding]:
    """Denmark and Ireland get nothing of a migration act, unless the same part says that it does not bind them."""
    if text.variant.jurisdiction != EU or not set(OUTSIDE) & set(text.variant.applies_in):
        return
    for name, section in text.sections:
        acts = (text.article.sources[s].act for s in section.sources if s in text.article.sources)
        act = next((act for act in acts if act.startswith(MIGRATION_ACTS)), "")
        if act and not all(country in section.text for country in text.words.exception):
            yield error(text.part(name), Code.NOT_BINDING, act=act)


def numbers_to_call(text: Text) -> Iterator[Finding]:
    """Only numbers of the help lines and of the contact points."""
    for name, section in text.sections:
        found = [match[0] for match in PHONE.finditer(section.text)] + CALL.findall(section.text)
        for number in found:
            if not text.around.may_show(number):
                yield error(text.part(name), Code.FOREIGN_NUMBER, number=number)


def tone(text: Text) -> Iterator[Finding]:
    """No exclamation marks; no word that calls a person illegal."""
    for name, section in text.sections:
        if EXCLAMATION.search(section.text):
            yield error(text.part(name), Code.EXCLAMATION)
        if word := text.words.forbidden.search(section.text):
            yield error(text.part(name), Code.FORBIDDEN, word=word[0])


def in_order(text: Text) -> Iterator[Finding]:
    """No hidden sign turns words or numbers around: not in the text, nor in the titles of its sources."""
    shown = [("title", text.translation.title), *((name, section.text) for name, section in text.sections)]
    known = (text.article.sources.get(name) for name in text.translation.all_sources)
    shown += [("sources", f"{one.title} {one.act} {one.article}") for one in known if one is not None]
    for name, words in shown:
        if turns(words):
            yield error(text.part(name), Code.TURNED, field=name, near=near_turn(words))


CHECKS: tuple[Check, ...] = (
    overdue, sourced, complete, short, plain, papers_before_authorities, eu_minimum_only, bound_countries,
    numbers_to_call, tone, in_order,
)  # fmt: skip
