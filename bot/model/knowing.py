"""What the dialogue may know about the knowledge base without reading a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """Which servable variants an intent has. `countries` and `regions` (ISO 3166-2) have their own; `applies_in` is where
    the EU text is true. `locales` are those that every variant is written in.

    `deadline` marks a right that dies; `expired` says that there was a text but it is out of date.
    """

    intent: str
    place: str = "work"  # whose rules hold: of the country of `work`, of `residence`, or where the person is `now`
    countries: tuple[str, ...] = ()
    applies_in: frozenset[str] = frozenset()
    deadline: bool = False
    related: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("summary", "steps", "bring")
    expired: bool = False
    regions: tuple[str, ...] = ()
    locales: frozenset[str] = frozenset()

    def covers(self, place: str) -> bool:
        """Say whether a text may be shown to somebody in this country or region (empty: unknown)."""
        country = place.partition("-")[0]
        return not country or country in self.countries or country in self.applies_in

    def regions_of(self, place: str) -> tuple[str, ...]:
        """Return the regions whose texts say more than that of the country; none once a region is known."""
        return tuple(region for region in self.regions if region.partition("-")[0] == place)


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a search found, by the title and jurisdiction that the person would be shown.

    `covered` is False where there is a text for another country only.
    """

    intent: str
    jurisdiction: str
    title: str
    covered: bool = True
