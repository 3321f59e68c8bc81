"""Finds what a text promises, and whether somebody is assigned to keep it: an office with staff, or nobody.

A promise is one of our sentences that says that an adviser has, reads or will answer something. It is found by its own words
in the language of the text, with anything in the place of what was filled in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.markup import to_plain
from bot.model.messages import Outbound
from bot.service import Service
from handoff import shifts

# Who must be there: an operator who signed in of late (staffed), or one who reads at this minute (on shift).
STAFFED = frozenset(
    {
        "offer_open", "office_closed", "waiting", "waiting_minutes", "question_kept", "nobody_answered", "operator_slow",
        "person_joined", "status_assigned",
    }
)  # fmt: skip
ON_SHIFT = frozenset({"truth_told"})


@dataclass
class Promises:
    """What was promised so far, and what of it nobody is assigned to."""

    service: Service
    made: int = 0
    texts: int = 0
    broken: list[str] = field(default_factory=list)

    async def read(self, message: Outbound) -> None:
        """Read one text as it went out, at the moment at which it went out."""
        self.texts += 1
        async with self.service.database.reading() as connection:
            staffed = await shifts.staffed_points(connection, self.service.clock())
            for phrase, office in self._found(message):
                self.made += 1
                points = [one for one in self.service.handoff.casebook.directory() if office in ("", one.name)]
                kept = any(one.id in staffed for one in points)
                if phrase in ON_SHIFT:
                    kept = any([await shifts.someone_on_shift(connection, one, self.service.clock()) for one in points])
                if not kept:
                    self.broken.append(f"{phrase}: {to_plain(message.text)}")

    def _found(self, message: Outbound) -> Iterator[tuple[str, str]]:
        text = to_plain(message.text)
        for phrase in sorted(STAFFED | ON_SHIFT):
            found = re.search(_pattern(self.service.phrases.text(message.locale, phrase)), text)
            if found:
                yield phrase, found.groupdict().get("office", "")


def _pattern(template: str) -> str:
    """Return the sentence with anything in the place of its values; the office is kept."""
    parts = re.split(r"\{(\w+)\}", to_plain(template))
    names: Mapping[str, str] = {"office": "(?P<office>.+?)"}
    return "".join(names.get(part, ".+?") if index % 2 else re.escape(part) for index, part in enumerate(parts))
