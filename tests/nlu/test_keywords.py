"""The keyword layer: how phrases match, and that the phrases we ship can be found."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from nlu.files import read_strings
from nlu.interpreter import KEYWORDS
from nlu.keywords import COMMANDS, SAFETY, SLASH, Hits, Keywords, is_urgent

DOMAIN = Path(__file__).parents[2] / "dialogues" / "domain"

ENGLISH: dict[str, Any] = {
    "locale": "en",
    "safety": {"violence": ["he hit*", "killing me"], "emergency": ["need .. ambulance"], "urgent_needs": ["hungry"]},
    "not_safety": ["killing me with overtime"],
    "commands": {
        "talk_to_human": ["talk to .. person"],
        "stop": ["stop", "stop writing"],
        "delete_my_data": ["delete .. data"],
        "greet": ["hello", "hello there"],
    },
    "whole": {"affirm": ["yes", "don't mind"], "thanks": ["thanks"]},
    "minor": ["i am {age}", "i'm {age}"],
    "concepts": {
        "boss": ["boss|agency"],
        "took": ["took|keeps", "has got"],
        "papers": ["passport*|documents"],
        "past": ["last year"],
    },
}
OTHERS: list[dict[str, Any]] = [
    {"locale": "zh", "safety": {"violence": ["打我"]}, "commands": {"stop": ["停止"]}, "minor": ["我{age}岁"]},
    {"locale": "ar", "safety": {"violence": ["ضربني"]}},
    {"locale": "bs", "safety": {"violence": ["tuče me"]}, "minor": ["imam {age} godina"]},
    {"locale": "de", "safety": {"violence": ["schlägt mich"]}},
]


@pytest.fixture(scope="module")
def keywords(tmp_path_factory: pytest.TempPathFactory) -> Keywords:
    folder = tmp_path_factory.mktemp("keywords")
    for content in (ENGLISH, *OTHERS):
        (folder / f"{content['locale']}.yml").write_text(yaml.safe_dump(content, allow_unicode=True))
    return Keywords.load(folder)


@pytest.fixture(scope="module")
def shipped() -> Keywords:
    return Keywords.load(KEYWORDS)


@pytest.mark.parametrize(
    ("text", "safety"),
    [
        ("yesterday he hits me again", ("safety/violence",)),
        ("I need please an ambulance", ("safety/emergency",)),
        ("I need a b c d ambulance", ()),
        ("HE HIIIIIT me, and I need an ambulance", ("safety/emergency", "safety/violence")),
        ("my boss is killing me", ("safety/violence",)),
        ("my boss is killing me with overtime", ()),
        ("my boss is killing me with overtime and he hit me", ("safety/violence",)),
        ("the white paper", ()),
        ("他打我了", ("safety/violence",)),
        ("وضربني", ("safety/violence",)),
        ("ضَرَبَني", ("safety/violence",)),
        ("туче ме", ("safety/violence",)),
        ("er schlaegt mich", ("safety/violence",)),
        ("my boss keeps my passport", ("safety/trafficking_exploitation",)),
        ("the passports, the agency has got them", ("safety/trafficking_exploitation",)),
        ("my boss keeps the keys", ()),
        ("the boss came at nine and then for a very long while nobody at all took my passport", ()),
        ("last year my boss took my passport", ()),
        ("last year I needed an ambulance, I need an ambulance", ()),
        ("last year he hit me", ("safety/violence",)),
        ("", ()),
    ],
)
def test_danger_is_found_anywhere_and_look_alikes_are_not(
    keywords: Keywords, text: str, safety: tuple[str, ...]
) -> None:
    hits = keywords.scan(text)

    assert hits.safety == safety
    assert is_urgent(hits) == bool(safety)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("stop", ("service/stop",)),
        ("stop writing to me", ("service/stop",)),
        ("can I stop working now", ()),
        ("he told me to stop writing in the book of hours", ()),
        ("delete all my data please", ("service/delete_my_data",)),
        ("can I talk to a person about my boss who does not pay", ("service/talk_to_human",)),
        ("hello", ("service/greet",)),
        ("hello there, thanks!", ("service/thanks", "service/greet")),
        ("hello my boss does not pay", ()),
        ("yes", ("service/affirm",)),
        ("dont mind", ("service/affirm",)),
        ("yes but not today", ()),
        ("停止", ("service/stop",)),
        ("老板让我停止工作怎么办", ()),
    ],
)
def test_commands_are_taken_only_where_they_are_meant(keywords: Keywords, text: str, commands: tuple[str, ...]) -> None:
    assert keywords.scan(text).commands == commands


@pytest.mark.parametrize("name", SLASH)
def test_a_slash_command_works_in_every_language(keywords: Keywords, name: str) -> None:
    expected = (f"service/{SLASH[name]}",)

    assert keywords.scan(f"/{name}").commands == expected
    assert keywords.scan(f" /{name.upper()}@GuichetBot").commands == expected


def test_danger_behind_a_slash_command_is_not_lost(keywords: Keywords) -> None:
    assert keywords.scan("/start he hit me").safety == ("safety/violence",)
    assert keywords.scan("/nothing of ours").commands == ()


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("I am 15", True),
        ("im 17 and alone", True),
        ("I am ١٥", True),
        ("I am 18", False),
        ("I am 0", False),
        ("I am 15 days late", False),
        ("I am 15 20", False),
        ("我15岁", True),
        ("我十六岁", True),
        ("我25岁", False),
        ("имам 16 година", True),
    ],
)
def test_an_age_under_18_is_noticed(keywords: Keywords, text: str, minor: bool) -> None:
    assert keywords.scan(text).minor is minor


def test_it_says_in_whose_language_something_was_found(keywords: Keywords) -> None:
    assert keywords.scan("tuče me").locales == ("bs",)
    assert keywords.scan("nothing").locales == ()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("safety: {emergncy: [x]}", "safety.emergncy"),
        ("safety: [x]", "safety must map"),
        ("safety: {violence: x}", "safety.violence"),
        ("just text", "expected the keys"),
        ("a: [", "not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "xx.yml").write_text(content)

    with pytest.raises(SettingsError, match=named):
        Keywords.load(tmp_path)


def test_without_any_file_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="danger is not recognised"):
        Keywords.load(tmp_path)


@settings(deadline=None)  # a busy machine is no failure
@given(text=st.text(st.characters(exclude_categories=[]), max_size=120))
def test_scanning_never_raises(shipped: Keywords, text: str) -> None:
    assert isinstance(shipped.scan(text), Hits)


@pytest.mark.parametrize("locale", [pytest.param(x, id=x) for x in sorted(p.stem for p in KEYWORDS.glob("*.yml"))])
def test_every_phrase_we_ship_is_found_in_itself(shipped: Keywords, locale: str) -> None:
    content = read_strings(KEYWORDS / f"{locale}.yml")
    lost = [
        (section, name, phrase)
        for section, wanted in (("safety", _has_safety), ("commands", _has_command), ("whole", _has_command))
        for name, phrases in (content.get(section) or {}).items()
        for phrase in phrases
        for text in spoken(phrase)
        if not wanted(shipped.scan(text), name)
    ]

    assert lost == []


def spoken(phrase: str) -> list[str]:
    """Return texts that the phrase must match: one for each word that may stand at a place."""
    places = [chunk.split("|") for chunk in phrase.replace("..", "").replace("{age}", "15").split(" ")]
    longest = max(len(place) for place in places)
    texts = (" ".join(place[turn % len(place)] for place in places) for turn in range(longest))
    return [text.replace("*", "") for text in texts]


def _has_safety(hits: Hits, name: str) -> bool:
    return f"safety/{name}" in hits.safety


def _has_command(hits: Hits, name: str) -> bool:
    return f"service/{name}" in hits.commands or bool(hits.safety)


def test_every_locale_has_its_file_and_every_danger_its_phrases() -> None:
    missing = [locale for locale in LOCALES if not (KEYWORDS / f"{locale}.yml").exists()]
    assert missing == []

    for locale in LOCALES:
        content = read_strings(KEYWORDS / f"{locale}.yml")
        assert content["locale"] == locale
        assert set(content["safety"]) == set(SAFETY), locale


def test_all_names_are_intents_of_the_catalogue() -> None:
    service = set(yaml.safe_load((DOMAIN / "service.yml").read_text())["intents"])
    safety = set(yaml.safe_load((DOMAIN / "safety.yml").read_text())["intents"])

    assert set(COMMANDS) <= service
    assert set(SLASH.values()) <= service
    assert set(SAFETY) == safety
