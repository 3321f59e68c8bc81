"""Reading test cases: what is wrong in a file is named."""

from pathlib import Path

import pytest
import yaml

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from nlu.evaluation.cases import Case, Kind, read_cases

INTENTS = {"a/x", "safety/violence"}


def content(locale: str) -> dict[str, object]:
    return {
        "locale": locale,
        "intents": {"a/x": ["one"]},
        "out_of_scope": ["no"],
        "danger": {"safety/violence": ["two"]},
        "not_danger": ["three"],
        "language": ["four"],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for locale in LOCALES:
        (tmp_path / f"{locale}.yml").write_text(yaml.safe_dump(content(locale)))
    (tmp_path / "foreign.yml").write_text("hu: [szia]")
    (tmp_path / "romanised.yml").write_text("uk: [pryvit]")
    (tmp_path / "mixed.yml").write_text("- {text: my contratto, locale: en}")
    return tmp_path


def test_every_message_is_a_case(folder: Path) -> None:
    cases = read_cases(folder, INTENTS)

    assert len(cases) == 5 * len(LOCALES) + 3
    assert cases[:5] == [
        Case(Kind.INTENT, "en", "one", "a/x"),
        Case(Kind.OUT_OF_SCOPE, "en", "no", "service/out_of_scope"),  # a word, not a truth value
        Case(Kind.DANGER, "en", "two", "safety/violence"),
        Case(Kind.NOT_DANGER, "en", "three"),
        Case(Kind.LANGUAGE, "en", "four"),
    ]
    assert cases[-3:] == [
        Case(Kind.FOREIGN, "hu", "szia"),
        Case(Kind.ROMANISED, "uk", "pryvit"),
        Case(Kind.MIXED, "en", "my contratto"),
    ]
    assert "one" not in repr(cases[0])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"locale": "fr"}, "locale"),
        ({"more": []}, "keys must be"),
        ({"intents": {"a/unknown": ["one"]}}, "a/unknown"),
        ({"intents": ["one"]}, "must map"),
        ({"language": "one"}, "language must be a list"),
        ({"danger": {"safety/violence": [["one"]]}}, "safety/violence must be a list"),
        ({"not_danger": [" "]}, "not_danger must be a list"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, change: dict[str, object], told: str) -> None:
    (folder / "en.yml").write_text(yaml.safe_dump({**content("en"), **change}))

    with pytest.raises(SettingsError, match=rf"en\.yml.*{told}"):
        read_cases(folder, INTENTS)


@pytest.mark.parametrize(
    ("name", "content"), [("foreign", "hu: szia"), ("romanised", "[a]"), ("mixed", "- {text: a}"), ("mixed", "{}")]
)
def test_what_is_wrong_in_the_files_of_all_languages_is_named(folder: Path, name: str, content: str) -> None:
    (folder / f"{name}.yml").write_text(content)

    with pytest.raises(SettingsError, match=rf"{name}\.yml"):
        read_cases(folder, INTENTS)


def test_a_locale_without_cases_and_a_broken_file_are_named(folder: Path) -> None:
    (folder / "uk.yml").write_text("locale: [")
    with pytest.raises(SettingsError, match=r"uk\.yml"):
        read_cases(folder, INTENTS)
    (folder / "uk.yml").unlink()
    with pytest.raises(SettingsError, match=r"uk\.yml: No such file"):
        read_cases(folder, INTENTS)
