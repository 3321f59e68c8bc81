"""The articles in memory: which text a person may get now, by jurisdiction, date, status and language."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.model.knowing import ArticleFacts
from bot.model.shown import ShownArticle, ShownSource
from bot.wording import numbers_kept
from knowledge.article import EU, SECTIONS, Article, Serve, Status, Translation, Variant

_log = logging.getLogger(__name__)

NEIGHBOURS = {
    "es": ("pt", "it"),
    "pt": ("es", "it"),
    "ro": ("it", "fr"),
    "sq": ("it",),
    "bs": ("sl",),
    "ar": ("fr",),
}
"""Languages that many readers of a locale also read, tried before English. Only where it is likely for most of them."""
_LAST_RESORT = ("en", "fr", "it")


@dataclass(frozen=True, slots=True)
class Shown(ShownArticle):
    """A part as it is shown, with the text's title. `fallback`: it is not in the language that was asked for."""

    title: str = ""
    fallback: bool = False


class Catalogue:
    """All articles. What may be served is decided at each question, so that a text ends on its day by itself."""

    def __init__(
        self,
        articles: Iterable[Article] = (),
        serve: Serve | str = Serve.SOURCE_CHECKED,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._serve = Serve(serve)
        self._clock = clock
        self._articles: dict[str, Article] = {}
        self._unsourced: frozenset[tuple[str, str, str]] = frozenset()  # intent, jurisdiction and locale
        self._known: dict[str, ArticleFacts | None] = {}
        self._known_on = date.min
        self._loaded = 0
        self._retired: frozenset[str] = frozenset()
        self.reload(articles)

    def reload(self, articles: Iterable[Article]) -> None:
        """Take these articles instead of the present ones, at once."""
        found = {article.intent: article for article in articles}
        self._unsourced = frozenset(_unsourced(found.values()))
        self._articles = found
        self._known, self._known_on = {}, date.min
        self._loaded += 1

    def retire(self, intents: frozenset[str]) -> None:
        """Serve nothing of these intents from now on; their articles stay."""
        if intents != self._retired:
            self._retired, self._known = intents, {}
            self._loaded += 1

    @property
    def serve(self) -> Serve:
        """Which texts people may get."""
        return self._serve

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles with all their texts, servable or not."""
        return tuple(self._articles.values())

    def article(self, intent: str) -> Article | None:
        """Return the whole article of an intent."""
        return self._articles.get(intent)

    @property
    def intents(self) -> tuple[str, ...]:
        """All intents that have an article, servable or not."""
        return tuple(self._articles)

    @property
    def edition(self) -> tuple[int, date]:
        """Another value whenever other texts may be served: after each reload and on each day."""
        return self._loaded, self._today()

    def served(self) -> Iterator[tuple[str, Variant, list[Translation]]]:
        """Yield each variant that has texts which may be served now, with its intent and these texts."""
        for article in tuple(self._articles.values()):
            for variant in article.variants:
                if texts := self._servable(article, variant):
                    yield article.intent, variant, texts

    def facts(self, intent: str) -> ArticleFacts | None:
        """Return what the dialogue may know of an article; None where no text was ever meant to be served.

        Kept for the day: every turn asks, and what may be served changes at midnight or with a reload.
        """
        today = self._today()
        if self._known_on != today:
            self._known, self._known_on = {}, today
        if intent not in self._known:
            self._known[intent] = self._facts(intent)
        return self._known[intent]

    def _facts(self, intent: str) -> ArticleFacts | None:
        article = self._articles.get(intent)
        if article is None or intent in self._retired:
            return None
        served = [variant for variant in article.variants if self._servable(article, variant)]
        lapsed = not served and any(self._has_lapsed(text) for _, text in _texts(article))
        if not served and not lapsed:
            return None
        own = (variant.country for variant in served if variant.country in variant.applies_in or _is_national(variant))
        return ArticleFacts(
            intent=intent,
            place=article.place,
            countries=tuple(dict.fromkeys(own)),
            regions=tuple(variant.jurisdiction for variant in served if _is_regional(variant)),
            applies_in=frozenset(
                place for variant in served if variant.jurisdiction == EU for place in variant.applies_in
            ),
            deadline=article.deadline,
            related=article.related,
            parts=self._parts(article, served),
            expired=lapsed,
            locales=self._locales(article, served),
        )

    def _locales(self, article: Article, served: list[Variant]) -> frozenset[str]:
        """The languages that no variant lacks, so that whoever reads one reads what is shown, wherever they are."""
        written = [frozenset(text.locale for text in self._servable(article, variant)) for variant in served]
        return frozenset.intersection(*written) if written else frozenset()

    def _parts(self, article: Article, served: list[Variant]) -> tuple[str, ...]:
        """The sections that every servable text has, so that no choice leads to nothing."""
        texts = [text for variant in served for text in self._servable(article, variant)]
        return tuple(name for name in SECTIONS if texts and all(name in text.sections for text in texts))

    def pick(self, intent: str, country: str, locale: str, part: str = "summary") -> Shown | None:
        """Return a part of the most specific text that may be served now, or None.

        `country` is an ISO code, a region (BE-WAL), or empty where it is unknown: then only the EU text is shown.
        """
        article = self._articles.get(intent)
        if article is None:
            return None
        for variant in _by_specificity(article, country):
            texts = self._servable(article, variant)
            if texts:
                return self._show(article, variant, _in_language(texts, locale), locale, part)
        return None

    def _servable(self, article: Article, variant: Variant) -> list[Translation]:
        if article.intent in self._retired:
            return []
        today = self._today()
        return [
            text
            for text in variant.translations
            if self._serve.allows(text.status)
            and text.is_in_date(today)
            and (article.intent, variant.jurisdiction, text.locale) not in self._unsourced
        ]

    def _has_lapsed(self, text: Translation) -> bool:
        """Say whether people could once read this text and no longer can."""
        over = text.valid_until is not None and text.valid_until < self._today()
        return text.status in {Status.EXPIRED, Status.WITHDRAWN} or (self._serve.allows(text.status) and over)

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()

    def _show(self, article: Article, variant: Variant, text: Translation, locale: str, part: str) -> Shown | None:
        if part not in text.sections:
            return None
        sources = [article.sources[source] for source in text.used_sources(part)]
        # A list of things to bring has no source of its own: it is as old as what the rest of the text rests on.
        # The date of an act says nothing: what rests on acts alone is as old as the text.
        dated = sources or [article.sources[source] for source in text.all_sources]
        return Shown(
            intent=article.intent,
            part=part,
            jurisdiction=variant.jurisdiction,
            locale=text.locale,
            text=numbers_kept(text.locale, text.text(part)),
            sources=tuple(dict.fromkeys(ShownSource(source.title, source.url) for source in sources)),
            checked_on=min(
                (one.checked_on for one in dated if not one.is_law), default=text.valid_from if dated else None
            ),
            status=str(text.status),
            reviewer=text.reviewer,
            machine_translated=text.machine_translated,
            needs_eu_opening=variant.jurisdiction == EU,
            version=text.version,
            title=text.title,
            fallback=text.locale != locale,
        )


def _unsourced(articles: Iterable[Article]) -> Iterator[tuple[str, str, str]]:
    """Log and yield each text with a mark that names no source; it is not served."""
    for article in articles:
        for variant, text in _texts(article):
            if missing := article.undefined_sources(text):
                place = f"{article.intent}/{variant.jurisdiction}.{text.locale}"
                _log.error("article_not_served key=%s missing_sources=%s", place, ",".join(missing))
                yield article.intent, variant.jurisdiction, text.locale


def _texts(article: Article) -> Iterable[tuple[Variant, Translation]]:
    return ((variant, text) for variant in article.variants for text in variant.translations)


def _is_national(variant: Variant) -> bool:
    return variant.jurisdiction == variant.country != ""


def _is_regional(variant: Variant) -> bool:
    return variant.jurisdiction.count("-") == 1


def _by_specificity(article: Article, country: str) -> list[Variant]:
    """The variants that are true for a place: its own, then its parents', then those that list it, the EU's last."""
    if not country:
        return [variant for variant in article.variants if variant.jurisdiction == EU]
    steps = country.split("-")
    chain = ["-".join(steps[:length]) for length in range(len(steps), 0, -1)]
    own = [variant for place in chain for variant in article.variants if variant.jurisdiction == place]
    # A region's text may stand for its whole country, but never for another region.
    regional = [variant for variant in article.variants if variant.jurisdiction != EU and country in variant.applies_in]
    common = [
        variant for variant in article.variants if variant.jurisdiction == EU and set(chain) & set(variant.applies_in)
    ]
    return [*own, *(variant for variant in regional if variant not in own), *common]


def _in_language(texts: list[Translation], locale: str) -> Translation:
    """The text in this locale, else in a language that its reader may know."""
    wanted = (locale, locale.partition("-")[0], *NEIGHBOURS.get(locale, ()), *_LAST_RESORT)
    by_locale = {text.locale: text for text in texts}
    return next((by_locale[one] for one in wanted if one in by_locale), texts[0])
