"""Which texts of a variant still say what its reference says, so that one look at the law is a look at all of them."""

from datetime import date

from knowledge.article import Status, Translation, Variant
from knowledge.editing.judge import Around

_VOUCHED = {Status.SOURCE_CHECKED, Status.REVIEWED}


def still_true(around: Around, jurisdiction: str, today: date) -> dict[str, Translation]:
    """Return the texts in force by their keys, without those whose reference says something else since."""
    texts = around.variant(jurisdiction)
    if not texts:
        return {}
    reference = Variant(jurisdiction, (), tuple(texts.values())).reference
    return {
        key: text for key, text in texts.items()
        if text.status in _VOUCHED and text.is_in_date(today) and text.follows(reference)
    }  # fmt: skip
