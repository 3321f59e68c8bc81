"""What the checks of articles find is said in the language of whoever writes, with its values put in."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from string import Formatter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.model.ids import new_id
from bot.web.context import WebContext
from bot.web.desk.texts import LOCALES
from bot.web.studio.articles.words import in_words
from bot.web.studio.names import Names
from bot.web.studio.texts import load_studio_texts
from bot.wording import Wording
from dialogues.phrases import load_phrases
from knowledge.editing.judge import Around, findings
from knowledge.editing.model import Key
from knowledge.findings import UNSEEN, Code, Finding, error
from knowledge.store import Revision

TODAY = date(2026, 11, 18)
INTENT = "labour_rights/unpaid_wages"
LAW = {"title": "The law", "url": "https://example.org/law", "act": "2009/52/EC", "checked_on": "2026-09-25"}
HEAD = {
    "intent": INTENT, "place": "work", "deadline": False, "related": [], "sources": {"LAW": LAW},
    "variants": {"EU": {"applies_in": ["IT", "DK"]}, "IT": {"applies_in": ["IT"]}},
}  # fmt: skip
META = {
    "status": "source_checked", "review_by": "2027-05-31", "valid_from": "2026-09-25", "valid_until": None, "version": 1,
    "author": "", "reviewer": "", "machine_translated": False, "title": "Wages",
}  # fmt: skip
ENGLISH = {"meta": META | {"version": 2}, "sections": {"summary": "A posted worker gets 900 euros.[^LAW]"}}
SERVED = {"article": HEAD, "IT.en": ENGLISH, "IT.it": ENGLISH, "EU.en": ENGLISH}
SHOWN = [code for code in Code if code not in UNSEEN]
TYPED = re.compile(r"\{(?!papers\})(\w+)\}")


def text(summary: str, source: dict[str, Any] | None = None, **meta: Any) -> dict[str, Any]:
    """The body of a draft; `source` is one that it brings."""
    return {"meta": META | meta, "sections": {"summary": summary}, "sources": {"NEW": source} if source else {}}


def drafts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Drafts with everything wrong that a draft can have."""
    yield "IT.it", text("La polizia ti aiuta! Chiama il 999999. Il clandestino perde 100 euro." + " lunga" * 400)
    yield "IT.it", text("Chiama il \u202e211.[^LAW]")
    yield "IT.it", text("{papers} Uno.[^NOBODY]", LAW)
    yield "IT.it", text("{polizia} Uno.[^ {papers} {papers}")
    yield "IT.it", text("Uno.[^NEW]", {"title": "[a]", "url": "www", "checked_on": "soon", "spare": "x"})
    yield "IT.it", text("Uno.[^LAW]", review_by="soon", valid_until="2020-01-01", source_version="one")
    yield "IT.it", text("Uno.[^LAW]", review_by="", machine_translated="perhaps", title=["a"])
    yield "IT.it", text("Uno.[^LAW]", review_by="2026-01-01", valid_until="2026-11-17")
    yield "IT.it", text("Uno.[^LAW]", title="")
    yield "IT.it", text("", valid_from="2027-01-01") | {"sections": {"more": "Uno."}}
    yield (
        "IT.it",
        text("Uno.[^LAW]") | {"read": {"LAW": "2026-11-19", "NEW": "yesterday"}, "sources": {"LAW": LAW | {"act": ""}}},
    )
    yield "IT.en", text("Go to the police.[^LAW] {papers} A.")
    yield "EU.en", text("You get 100 euros. Claim within 60 days.[^LAW]")
    yield "IT.xx", text("Uno.[^LAW]")
    yield "../x", text("")
    yield "BE.fr", text("Un.[^LAW]")
    yield "article", HEAD | {"variants": {"eu": 3, "IT": {"applies_in": ["FR"]}, "FR": {}}, "sources": {"a b": 3}}
    yield "article", HEAD | {"variants": {"IT": {"applies_in": ["italy"]}, "EU": {"applies_in": "IT"}}, "intent": "x"}
    yield "article", HEAD | {"variants": [], "related": ["none"], "place": "here"}


@cache
def found() -> dict[Code, Finding]:
    """One finding of every kind, as the checks made it."""
    every: dict[Code, Finding] = {}
    for name, body in drafts():
        for served in (SERVED, {}):
            around = Around({f"{INTENT}/{one}": _edition(one, what) for one, what in served.items()})
            for minor in (False, True):
                said = findings(Key(INTENT, name), body, around, TODAY, minor=minor)
                every |= {finding.code: finding for finding in said if finding.code not in every}
    return every


def _edition(name: str, body: dict[str, Any]) -> Revision:
    return Revision(new_id(), f"{INTENT}/{name}", body, "", None, "", datetime.now(UTC), current=True)


@cache
def reader(locale: str) -> Names:
    """Somebody who reads the pages in this language."""
    said = load_phrases()
    context = SimpleNamespace(replies=SimpleNamespace(wording=Wording(said.text, said.title)))
    return Names(cast(WebContext, context), load_studio_texts(), locale)


def test_drafts_have_just_the_findings_that_pages_have_words_for() -> None:
    assert {code.name for code in found()} == {code.name for code in SHOWN}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_its_text_and_no_text_is_without_a_code(locale: str) -> None:
    texts = {key for key in load_studio_texts().texts[locale] if key.startswith("finding_")}

    assert texts == {f"finding_{code.name.lower()}" for code in SHOWN}


@pytest.mark.parametrize("code", SHOWN, ids=lambda code: code.name)
def test_a_text_puts_in_only_what_its_finding_holds(code: Code) -> None:
    held = {name for _, name, _, _ in Formatter().parse(code.value) if name}
    said = load_studio_texts().texts["en"][f"finding_{code.name.lower()}"]

    assert set(TYPED.findall(said)) <= held


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_found_is_said_in_the_readers_language(locale: str) -> None:
    for finding in found().values():
        said = in_words(finding, reader(locale))
        if locale != "en":
            assert said != in_words(finding, reader("en"))
        assert not TYPED.search(said.replace("{polizia}", "")), said


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (error("", Code.MISSING, field="title", inside=""), "Titre : cela manque."),
        (error("", Code.DATE_MISSING, field="checked_on", inside="LAW"), "LAW, Je l'ai lue le : la date manque."),
        (error("", Code.UNKNOWN, field="spare", inside="", options=("title",)), "spare : ce champ n'existe pas."),
        (error("", Code.OVERDUE, day=date(2026, 5, 31)), "31 mai 2026"),
        (error("", Code.PART_MISSING, part="steps"), "« Que faire »"),
        (error("", Code.TEXTS_STAY, jurisdiction="EU"), "Toute l'UE"),
        (error("", Code.CHANGES_ELSEWHERE, source="LAW", places=("EU", "IT")), "Toute l'UE, Italie"),
        (error("", Code.NO_WORDS, language="bg"), "bulgare"),
        (error("", Code.NUMBERS_DIFFER, reference="en", here=("5", "7"), there=()), "ici : 5, 7. Seulement dans"),
        (error("", Code.NUMBERS_DIFFER, reference="en", here=("5",), there=()), "texte d'origine : –."),
    ],
)
def test_fields_parts_places_languages_and_days_bear_the_names_of_the_page(finding: Finding, said: str) -> None:
    assert said in in_words(finding, reader("fr"))
