"""The words of the staff's pages."""

import re
from pathlib import Path

import pytest

from bot.model.errors import SettingsError
from bot.web import desk
from bot.web.desk.texts import LOCALES, load_texts

FOLDER = Path(desk.__file__).parent / "texts"


def test_all_seven_locales_say_the_same_things() -> None:
    texts = load_texts().texts

    assert tuple(texts) == LOCALES
    assert {frozenset(one) for one in texts.values()} == {frozenset(texts["en"])}


def test_every_text_is_used() -> None:
    web = FOLDER.parents[1]
    code = "\n".join(path.read_text() for path in [*web.rglob("*.py"), *web.rglob("*.html")])
    prefixed = (
        "topic_", "urgency_", "author_", "fate_", "terms_", "said_", "channel_", "reads_", "way_", "insert_send_", "part_",
        "phrases_", "field_", "protocol_", "wish_", "limit_", "role_", "refused_", "deed_", "file_", "notice_",
    )  # fmt: skip

    unused = [
        key for key in load_texts().texts["en"] if not re.search(rf"\b{key}\b", code) and not key.startswith(prefixed)
    ]

    assert unused == []


def test_every_text_that_the_pages_ask_for_is_there() -> None:
    templates = FOLDER.parents[1] / "templates" / "desk"
    asked = {key for path in templates.glob("*.html") for key in re.findall(r'say\("([a-z_]+)"[,)]', path.read_text())}

    assert asked - set(load_texts().texts["en"]) == set()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace('  desk: "Bureau"\n', ""), r"fr.yml: missing or unknown: \['desk'\]"),
        (lambda text: text.replace("{tag}", "{name}"), "placeholders of 'person'"),
    ],
)
def test_a_text_that_differs_stops_the_start(tmp_path: Path, change: object, message: str) -> None:
    for locale in LOCALES:
        text = (FOLDER / f"{locale}.yml").read_text()
        (tmp_path / f"{locale}.yml").write_text(change(text) if locale == "fr" else text)  # type: ignore[operator]

    with pytest.raises(SettingsError, match=message):
        load_texts(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"desk/texts/en.yml is missing"):
        load_texts(tmp_path)
