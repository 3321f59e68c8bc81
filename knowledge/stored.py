"""What the store keeps of an article, read: each body by its key, and all of them put together."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.article import Article, Translation
from knowledge.documents import Head, read_head, read_translation
from knowledge.fields import Fields, Problems
from knowledge.files import HEAD

_log = logging.getLogger(__name__)


def parsed(key: str, body: Mapping[str, Any], problems: Problems) -> Head | Translation:
    """Read the body of a revision, noting problems."""
    intent, _, name = key.rpartition("/")
    where = f"revision {key}"
    if name == HEAD:
        return read_head(Fields.of(body, where, problems), intent)
    meta = Fields.of(body.get("meta"), where, problems)
    return read_translation(meta, body.get("sections") or {}, name.partition(".")[2])


def assembled(found: Iterable[tuple[str, Head | Translation]]) -> list[Article]:
    """Put heads and texts together; a text whose article or variant is not there is left out and logged."""
    heads: dict[str, Head] = {}
    texts: dict[str, dict[str, list[Translation]]] = defaultdict(lambda: defaultdict(list))
    for key, one in found:
        intent, _, name = key.rpartition("/")
        if isinstance(one, Translation):
            texts[intent][name.partition(".")[0]].append(one)
        else:
            heads[intent] = one
    for intent, jurisdictions in texts.items():
        for jurisdiction in jurisdictions:
            if intent not in heads or jurisdiction not in heads[intent].applies_in:
                _log.error("revision_without_variant intent=%s jurisdiction=%s", intent, jurisdiction)
    return [head.article(texts[intent]) for intent, head in heads.items()]
