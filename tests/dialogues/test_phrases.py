"""All sentences of all locales: there, whole, short enough, and each of them said somewhere."""

import ast
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.channels.profile import COMMANDS
from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from dialogues import phrases as module
from dialogues.phrases import Phrases, load_menu, load_phrases, load_trusted_only
from handoff.offices.contact_point import PointKind

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(module.__file__).parent
ROOMS = ("bot", "dialogues", "handoff", "knowledge")
SAFETY = ("emergency", "violence", "trafficking_exploitation", "police_detention", "urgent_needs", "missing_person",
          "suicide_self_harm")  # fmt: skip
PLACEHOLDER = re.compile(r"\{(\w+)\}")
PROFILE = {"profile_name": 64, "profile_short": 120, "profile_description": 512}
# Written ahead of the code that says them; the test below wants this to become empty.
UNSAID: set[str] = set()


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases()


def english() -> dict[str, str]:
    texts: dict[str, str] = yaml.safe_load((HOME / "phrases" / "en.yml").read_text(encoding="utf-8"))["phrases"]
    return texts


def intents() -> set[str]:
    found: set[str] = set()
    for path in (HOME / "domain").glob("*.yml"):
        for line in yaml.safe_load(path.read_text(encoding="utf-8"))["intents"]:
            found.add(f"{path.stem}/{line if isinstance(line, str) else next(iter(line))}")
    return found


# Every locale


@pytest.mark.parametrize("locale", LOCALES)
def test_a_locale_has_every_sentence_and_every_title(phrases: Phrases, locale: str) -> None:
    assert phrases.texts[locale].keys() == phrases.texts["en"].keys()
    assert phrases.titles[locale].keys() == phrases.titles["en"].keys()
    assert all(isinstance(text, str) and text.strip() == text and text for text in phrases.texts[locale].values())
    assert phrases.states[locale] in {"source", "machine", "read"}


@pytest.mark.parametrize("folder", ["phrases", "titles"])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_file_names_its_own_locale(folder: str, locale: str) -> None:
    document = yaml.safe_load((HOME / folder / f"{locale}.yml").read_text(encoding="utf-8"))

    assert document.keys() == {"locale", "state", folder}
    assert document["locale"] == locale


@pytest.mark.parametrize("folder", ["phrases", "titles"])
def test_there_is_no_file_of_a_locale_that_we_do_not_speak(folder: str) -> None:
    assert {path.stem for path in (HOME / folder).iterdir()} == set(LOCALES)


@pytest.mark.parametrize("folder", ["phrases", "titles"])
@pytest.mark.parametrize("locale", LOCALES)
def test_no_key_stands_twice_in_a_file(folder: str, locale: str) -> None:
    lines = (HOME / folder / f"{locale}.yml").read_text(encoding="utf-8").splitlines()
    keys = [match[1] for line in lines if (match := re.match(r"  ([\w/]+): ", line))]

    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_those_of_english(phrases: Phrases, locale: str) -> None:
    for key, text in phrases.texts["en"].items():
        assert sorted(PLACEHOLDER.findall(phrases.texts[locale][key])) == sorted(PLACEHOLDER.findall(text)), key
        assert not re.search(r"[{}]", PLACEHOLDER.sub("", phrases.texts[locale][key])), key


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_tapped_fits_its_button(phrases: Phrases, locale: str) -> None:
    texts = phrases.texts[locale]
    rows = {row.label for row in load_menu()}
    too_long = [key for key, text in texts.items() if key.startswith("choice_") and len(text) > 20]
    too_long += [key for key in rows if len(texts[key]) > 22]  # and a pictogram with its space: 24
    too_long += [key for key, title in phrases.titles[locale].items() if len(title) > 24]

    assert too_long == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_profile_fits_what_telegram_takes(phrases: Phrases, locale: str) -> None:
    texts = phrases.texts[locale]
    limits = {**PROFILE, **{f"command_{name}": 256 for name in COMMANDS}}

    assert [key for key, limit in limits.items() if not 1 <= len(texts[key]) <= limit] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_shouts(phrases: Phrases, locale: str) -> None:
    every = {**phrases.texts[locale], **phrases.titles[locale]}

    assert [key for key, text in every.items() if re.search("[!！¡]", text)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_are_those_of_english(phrases: Phrases, locale: str) -> None:
    """112 where English has it, nowhere else, and 30 and 90 days as promised; always in western digits."""
    for key, text in phrases.texts["en"].items():
        theirs = phrases.texts[locale][key]
        assert set(re.findall(r"\b112\b", text)) == set(re.findall(r"(?<!\d)112(?!\d)", theirs)), key
        assert all(sign.isascii() for sign in theirs if sign.isdecimal()), key
    for key in ("privacy_words", "privacy_words_web", "privacy_more", "delete_done", "web_keep"):
        wanted = set(re.findall(r"\d+", phrases.texts["en"][key]))
        assert set(re.findall(r"\d+", phrases.texts[locale][key])) == wanted, key


@pytest.mark.parametrize("locale", LOCALES)
def test_choices_of_one_locale_can_be_told_apart(phrases: Phrases, locale: str) -> None:
    """WhatsApp refuses two buttons with one title; the sets that appear together are named here."""
    texts = phrases.texts[locale]
    together = [
        ["choice_yes", "choice_no"], ["choice_yes", "choice_sign", "choice_i_write"], ["choice_wait", "choice_cancel"],
        ["choice_steps", "choice_bring", "choice_person"], ["choice_continue", "choice_new"],
        ["choice_erase", "choice_no"], ["choice_show_data", "choice_delete_data"],
        [row.label for row in load_menu()],
    ]  # fmt: skip

    for keys in together:
        assert len({texts[key] for key in keys}) == len(keys), keys
    titles = list(phrases.titles[locale].values())
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_holds_our_markup_by_accident(phrases: Phrases, locale: str) -> None:
    every = {**phrases.texts[locale], **phrases.titles[locale]}

    assert [
        key for key, text in every.items() if re.search(r"[*\[\]<>_~`\ue000\ue001]", PLACEHOLDER.sub("", text))
    ] == []


# Every key is said, and everything said is a key


@cache
def _trees() -> tuple[ast.Module, ...]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in paths)


def _nodes() -> Iterator[ast.AST]:
    for tree in _trees():
        yield from ast.walk(tree)


def _templates() -> str:
    """The pages for everybody; desk and studio have texts of their own."""
    paths = sorted((ROOT / "bot/web/templates").rglob("*.html"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.parent.name not in {"desk", "studio"})


def _words() -> set[str]:
    """Every text constant of the code, and every quoted word of the templates and of the rooms' own data."""
    found = {node.value for node in _nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    found |= set(re.findall(r"\bsay\(\"(\w+)\"", _templates()))
    found |= {row.label for row in load_menu()}
    found |= set(re.findall(r"label: (\w+)", (ROOT / "knowledge/helplines.yml").read_text(encoding="utf-8")))
    return found


def _beginnings() -> set[str]:
    """The beginnings of keys that are put together, such as f"card_{name}"."""
    first = [node.values[0] for node in _nodes() if isinstance(node, ast.JoinedStr) and node.values]
    texts = [part.value for part in first if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return {text for text in texts if re.fullmatch(r"[a-z_]+_", text)}


def test_every_sentence_is_said_somewhere() -> None:
    words, beginnings = _words(), tuple(_beginnings())

    assert {key for key in english() if key not in words and not key.startswith(beginnings)} == UNSAID


def _said() -> set[str]:
    """The keys that code and templates name outright: Say("…"), _say(locale, "…"), text(locale, "…"), say("…")."""
    found = set(re.findall(r"\bsay\(\"(\w+)\"", _templates()))
    for node in _nodes():
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = {"Say": 0, "_say": 1, "text": 1}.get(name)
        if name == "text" and not ast.unparse(node.func).endswith("phrases.text"):
            continue
        if place is not None and len(node.args) > place:
            key = node.args[place]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and re.fullmatch(r"[a-z]\w+", key.value):
                found.add(key.value)
    return found


def test_everything_said_is_a_sentence() -> None:
    said = _said()

    assert len(said) > 60
    assert said - english().keys() == set()


def test_keys_that_are_put_together_exist_for_every_value() -> None:
    wanted = {f"card_{name}" for name in SAFETY}
    wanted |= {f"kind_{kind}" for kind in PointKind}
    wanted |= {f"heading_{part}" for part in ("steps", "bring", "details")}
    wanted |= {f"command_{name}" for name in COMMANDS}
    wanted |= {f"erase_on_{channel}" for channel in ("telegram", "whatsapp", "web")}

    assert wanted - english().keys() == set()


def test_what_the_help_lines_and_the_menu_name_exists() -> None:
    labels = set(re.findall(r"label: (\w+)", (ROOT / "knowledge/helplines.yml").read_text(encoding="utf-8")))

    assert (labels | {row.label for row in load_menu()}) - english().keys() == set()


def test_parameters_given_in_code_are_those_of_the_sentence() -> None:
    """Say("key", {"name": …}) gives each placeholder its value, and nothing more."""
    texts, wrong = english(), []
    for node in _nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Say" and node.args:
            key, params = node.args[0], (node.args[1] if len(node.args) > 1 else None)
            if not isinstance(key, ast.Constant) or key.value not in texts:
                continue
            if params is not None and (not isinstance(params, ast.Dict) or None in params.keys):
                continue
            names = {name.value for name in params.keys if isinstance(name, ast.Constant)} if params else set()
            if names != set(PLACEHOLDER.findall(texts[key.value])):
                wrong.append((key.value, names))

    assert wrong == []


# The menu and the titles


def test_the_menu_offers_what_has_a_title(phrases: Phrases) -> None:
    named = {intent for row in load_menu() for intent in (*row.ask, row.intent) if intent}

    assert named - phrases.titles["en"].keys() == set()
    assert len({row.id for row in load_menu()}) == len(load_menu()) == 6
    assert all(len(row.ask) <= 9 for row in load_menu())


def test_titles_and_trusted_offices_name_intents_that_exist(phrases: Phrases) -> None:
    known = intents()

    assert set(phrases.titles["en"]) - known == set()
    assert {one for one in load_trusted_only() if "/" in one} - known == set()
    assert {f"safety/{name}" for name in SAFETY} <= known


# Loading


def _copy(place: Path) -> Path:
    for folder in ("phrases", "titles"):
        (place / folder).mkdir(parents=True)
        for locale in ("en", "fr"):
            shutil.copyfile(HOME / folder / f"{locale}.yml", place / folder / f"{locale}.yml")
    return place


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("folder", ["phrases", "titles"])
def test_a_missing_file_is_named(tmp_path: Path, folder: str) -> None:
    place = _copy(tmp_path)
    (place / folder / "fr.yml").unlink()

    with pytest.raises(SettingsError, match=f"the locale file {folder}/fr.yml is missing"):
        load_phrases(place, ("en", "fr"))


def test_a_missing_and_an_unknown_sentence_are_named(tmp_path: Path) -> None:
    place = _copy(tmp_path)
    _edit(place / "phrases" / "fr.yml", "  goodbye:", "  good_bye:")

    with pytest.raises(SettingsError, match=r"phrases/fr.yml: missing \['goodbye'\], unknown \['good_bye'\]"):
        load_phrases(place, ("en", "fr"))


def test_a_wrong_placeholder_is_named(tmp_path: Path) -> None:
    place = _copy(tmp_path)
    _edit(place / "phrases" / "fr.yml", "{sources}", "{source}")

    with pytest.raises(SettingsError, match=r"phrases/fr\.yml: the placeholders of 'foot_source' differ"):
        load_phrases(place, ("en", "fr"))


def test_an_unknown_locale_is_answered_in_english(phrases: Phrases) -> None:
    assert phrases.text("xx", "choice_yes") == "Yes"
    assert phrases.title("xx", "arrival/tax") == "Tax"
    assert phrases.title("en", "arrival/nothing") == ""


def test_the_locales_that_no_speaker_read_are_known(phrases: Phrases) -> None:
    assert "en" not in phrases.unread
    assert phrases.unread == {locale for locale, state in phrases.states.items() if state == "machine"}
