"""The search over the catalogue: what may be served, for whom, and nothing for gibberish."""

from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from bot.encoder import SIZE, Encoder, Vectors
from bot.model.knowing import Found
from knowledge.article import Article, Status, Translation
from knowledge.catalogue import Catalogue
from knowledge.search.articles import documents_of
from knowledge.search.documents import Document
from knowledge.search.finder import Finder
from tests.knowledge.builders import article, translation, variant

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
TITLES = {"uk": {"labour_rights/unpaid_wages": "Не платять зарплату", "benefits/housing": "Житло і оренда"}}
EU = ("IT", "BE", "GR")
FILLER = ("arrival/tax", "permits/citizenship", "recognition/language_course", "benefits/pension_social_security")


class NoEncoder(Encoder):
    """A machine that cannot encode."""

    available = False


class LetterEncoder(Encoder):
    """Vectors that say which letters a text has: near texts have near vectors."""

    available = True

    def query(self, text: str) -> Vectors | None:
        vector = np.zeros(SIZE, dtype=np.float32)
        for sign in text.lower():
            vector[ord(sign) % SIZE] += 1
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1.0), dtype=np.float32)

    async def passages(self, texts: Sequence[str]) -> AsyncIterator[Vectors]:
        for text in texts:
            vector = self.query(text)
            assert vector is not None
            yield vector[np.newaxis]


def _text(title: str, body: str, locale: str = "en", **more: Any) -> Translation:
    return translation(locale, {"summary": f"{body}[^LAW]"}, title=title, **more)


def _articles() -> list[Article]:
    wages = article(
        variant("EU", _text("Unpaid wages", "Your employer owes the salary."), applies_in=EU),
        variant("IT", _text("Stipendio", "Il datore di lavoro deve lo stipendio.", "it")),
    )
    housing = article(
        variant("IT", _text("Home and rent", "Deposit, landlord, rent and eviction.")),
        intent="benefits/housing",
    )
    draft = article(
        variant("EU", _text("Secret draft", "Zeppelin.", status=Status.DRAFT), applies_in=EU),
        intent="permits/blue_card",
    )
    others = [
        article(
            variant("EU", _text(name, f"All about {name}."), _text(name, f"Tutto su {name}.", "it"), applies_in=EU),
            intent=name,
        )
        for name in FILLER
    ]
    return [wages, housing, draft, *others]


class Now:
    """A clock for the catalogue."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def _finder(tmp_path: Path, encoder: Encoder | None = None) -> tuple[Finder, Catalogue, Now]:
    clock = Now()
    catalogue = Catalogue(_articles(), "source_checked", clock)
    return Finder(catalogue, encoder or NoEncoder(), tmp_path, TITLES), catalogue, clock


def _intents(found: tuple[Found, ...]) -> list[str]:
    return [one.intent for one in found]


@pytest.mark.parametrize(
    ("text", "locale", "country", "jurisdiction", "title"),
    [
        ("salary employer", "en", "", "EU", "Unpaid wages"),
        ("salary employer", "en", "GR", "EU", "Unpaid wages"),
        ("stipendio datore", "it", "IT", "IT", "Stipendio"),
        ("зарплату не платять", "uk", "BE", "EU", "Unpaid wages"),
    ],
)
def test_an_article_is_found_with_what_the_person_would_be_shown(
    tmp_path: Path, text: str, locale: str, country: str, jurisdiction: str, title: str
) -> None:
    finder, _, _ = _finder(tmp_path)

    assert finder.find(text, locale, country)[0] == Found("labour_rights/unpaid_wages", jurisdiction, title)


def test_what_is_true_for_the_country_comes_first(tmp_path: Path) -> None:
    finder, _, _ = _finder(tmp_path)

    found = finder.find("rent landlord deposit salary", "en", "GR")

    assert _intents(found) == ["labour_rights/unpaid_wages", "benefits/housing"]
    assert [(one.jurisdiction, one.covered) for one in found] == [("EU", True), ("IT", False)]


@pytest.mark.parametrize("text", ["zeppelin", "asdkjh qwe", "", "?", "weather", "🙂"])
def test_a_draft_and_gibberish_are_not_found(tmp_path: Path, text: str) -> None:
    finder, _, _ = _finder(tmp_path)

    assert finder.find(text, "en", "IT") == ()


def test_the_index_follows_the_catalogue_and_the_calendar(tmp_path: Path) -> None:
    finder, catalogue, clock = _finder(tmp_path)
    assert finder.find("zeppelin", "en", "IT") == ()
    until = translation("en", {"summary": "Zeppelin flights.[^LAW]"}, title="Zeppelin", valid_until=date(2026, 11, 20))

    catalogue.reload([*_articles(), article(variant("EU", until, applies_in=EU), intent="arrival/find_job")])
    assert finder.is_stale
    assert _intents(finder.find("zeppelin", "en", "IT")) == ["arrival/find_job"]
    assert not finder.is_stale
    clock.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert finder.is_stale
    assert finder.find("zeppelin", "en", "IT") == ()


def test_nobody_waits_for_the_index_that_another_thread_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finder, catalogue, _ = _finder(tmp_path)
    assert _intents(finder.find("landlord", "en", "IT")) == ["benefits/housing"]
    begun, done = Event(), Event()

    def slowly(*given: Any) -> list[Document]:
        begun.set()
        assert done.wait(60)
        return documents_of(*given)

    monkeypatch.setattr("knowledge.search.finder.documents_of", slowly)
    catalogue.reload([one for one in _articles() if one.intent != "benefits/housing"])
    with ThreadPoolExecutor(1) as other:
        making = other.submit(finder.find, "salary", "en", "IT")
        assert begun.wait(60)
        assert finder.find("landlord", "en", "IT") == ()  # found in the older index, and no longer served
        assert _intents(finder.find("salary", "en", "IT")) == ["labour_rights/unpaid_wages"]
        done.set()
        assert _intents(making.result()) == ["labour_rights/unpaid_wages"]


async def test_vectors_are_made_once_and_used_after_a_new_start(tmp_path: Path) -> None:
    finder, _, _ = _finder(tmp_path, LetterEncoder())
    finder.find("salary", "en", "IT")
    assert finder.is_stale

    assert await finder.encode() > 0
    assert not finder.is_stale
    again, _, _ = _finder(tmp_path, LetterEncoder())

    assert await again.encode() == 0
    assert _intents(again.find("salary employer wages", "en", "IT"))[0] == "labour_rights/unpaid_wages"


async def test_an_encoder_that_fails_is_not_tried_again_and_words_go_on(tmp_path: Path) -> None:
    class Broken(LetterEncoder):
        async def passages(self, texts: Sequence[str]) -> AsyncIterator[Vectors]:
            raise RuntimeError("broken")
            yield np.zeros((1, SIZE), dtype=np.float32)

    finder, _, _ = _finder(tmp_path, Broken())
    assert await finder.encode() == 0

    assert not finder.is_stale
    assert _intents(finder.find("salary employer", "en", "IT")) == ["labour_rights/unpaid_wages"]
