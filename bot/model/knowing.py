"""What the dialogue may know about the knowledge base without reading a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """Which servable variants an intent has. `countries` have their own; `applies_in` is where the EU text is true.

    `deadline` marks a right that dies; `expired` says that there was a text but it is out of date.
    """

    intent: str
    countries: tuple[str, ...] = ()
    applies_in: frozenset[str] = frozenset()
    deadline: bool = False
    related: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("summary", "steps", "bring")
    expired: bool = False

    def covers(self, country: str) -> bool:
        """Say whether a text may be shown to somebody in this country (empty: unknown)."""
        return not country or country in self.countries or country in self.applies_in
