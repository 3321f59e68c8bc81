"""Who may change an article's head: its variants belong to those who may write for these countries."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.model.locales import LOCALES
from knowledge.article import EU
from knowledge.editing.model import Editor


def may_change(editor: Editor, before: Mapping[str, Any] | None, after: Mapping[str, Any], *, judging: bool) -> bool:
    """Tell whether somebody may bring a head from one state to another.

    They write for every country whose variant changes; for what all variants share, one of them is enough.
    """
    old = dict((before or {}).get("variants") or {})
    new = dict(after.get("variants") or {})
    changed = [name for name in {*old, *new} if old.get(name) != new.get(name)]
    if changed:
        return all(_writes(editor, name, judging=judging) for name in changed)
    return _any(editor, new, judging=judging) if new else _any(editor, [EU, editor.country], judging=judging)


def _any(editor: Editor, jurisdictions: Iterable[str], *, judging: bool) -> bool:
    return any(_writes(editor, name, judging=judging) for name in jurisdictions if name)


def _writes(editor: Editor, jurisdiction: str, *, judging: bool) -> bool:
    here = any(editor.may(jurisdiction, locale) for locale in LOCALES)
    country = editor.answers_for
    return here or (
        judging and jurisdiction == EU and any(editor.may(country, locale) for locale in LOCALES if country)
    )
