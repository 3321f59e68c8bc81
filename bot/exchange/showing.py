"""Values of items as people read them, for looking at two sides of a conflict."""

from typing import Any

from bot.exchange.items import ARTICLE, Item
from bot.exchange.yamls import dump
from knowledge.files import HEAD
from knowledge.writing import translation_file


def shown(item: Item, value: Any) -> str:
    """Return a value as lines of text; empty where there is none."""
    if value is None:
        return ""
    if item.kind == ARTICLE and not item.key.endswith(f"/{HEAD}"):
        return translation_file(value)
    if item.kind in {"wordings", "cases"}:
        return "\n".join(value["examples"])
    return str(value["text"]) if item.kind in {"phrase", "title"} else dump(value)
