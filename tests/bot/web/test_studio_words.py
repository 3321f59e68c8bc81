"""The words of the studio: every text is used, and every text that a page asks for is there."""

import re
from pathlib import Path

from bot.todo import Kind
from bot.web import studio
from bot.web.studio.texts import load_studio_texts
from handoff.offices.contact_point import Door, Visit, Who
from handoff.offices.directory import POINT_SCHEMA

WEB = Path(studio.__file__).parents[1]
CODE = "\n".join(path.read_text() for path in [*WEB.parent.rglob("*.py"), *WEB.rglob("*.html")])
BUILT = {
    "office_",
    "todo_",
    "todo_about_",
    "training_",
}  # beginnings of many texts that have nothing to do with each other


def built() -> set[str]:
    """The texts whose keys are put together of one of those beginnings and what a page is about."""
    sides = ("at_least", "at_most", "up", "down", "equal", "worse", "better")
    todo = {f"{start}{kind}" for start in ("todo_", "todo_about_") for kind in Kind}
    offices = {f"office_{name}" for name in POINT_SCHEMA.fields}
    choices = {"who": Who, "visit": Visit, "door_document": Door}
    chosen = {f"office_{name}_{one}" for name, values in choices.items() for one in values}
    return todo | offices | chosen | {f"training_{side}" for side in sides}


def test_every_text_is_used() -> None:
    starts = {*re.findall(r'f"([a-z_]+_)\{', CODE), *re.findall(r'"([a-z_]+_)" ~', CODE)}
    rooms = {f"{room}_said_" for room in re.findall(r'said\(request, "(\w+)"', CODE)}
    begun = tuple((starts | rooms) - BUILT)
    words = set(re.findall(r"\w+", CODE)) | built()

    unused = [key for key in load_studio_texts().texts["en"] if key not in words and not key.startswith(begun)]

    assert unused == []


def test_every_text_that_the_pages_ask_for_is_there() -> None:
    templates = "\n".join(path.read_text() for path in (WEB / "templates" / "studio").glob("*.html"))
    asked = set(re.findall(r'say\("([a-z_]+)"[,)]', templates))

    assert asked - set(load_studio_texts().texts["en"]) == set()
