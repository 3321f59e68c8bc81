"""All that the dialogue remembers of a conversation. Never residence status, origin, religion, health or names."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Tracker:
    """Remembered values; stored sealed as JSON between turns.

    `country` is where the person works, or the one country they named; `residence` is where they live, `now` where
    they are; the three differ. `region` is an ISO 3166-2 code. `pending` names what a bare yes or no
    would answer; `options` are the ids of the choices shown last, so that a typed 2 is a tap. `held` is an intent that
    waits for a country or for "does it still matter", `held_also` a second one of the same message. `shown` are the intents
    whose answers were shown of late. `asked` is the id of the message with the last question in words, empty when nothing
    may be learned from it. `trusted_only` keeps
    the question from offices that may have to report people; why is not kept.
    """

    locale: str = ""
    locale_chosen: bool = False
    country: str = field(default="", repr=False)
    residence: str = field(default="", repr=False)
    now: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    country_asked: bool = False
    region_asked: bool = False
    city_asked: bool = False
    pending: str = field(default="", repr=False)
    options: tuple[str, ...] = field(default=(), repr=False)
    held: str = field(default="", repr=False)
    held_also: str = field(default="", repr=False)
    intent: str = field(default="", repr=False)
    asked: str = ""
    shown: tuple[str, ...] = field(default=(), repr=False)
    failures: int = 0
    greeted: bool = False
    answered: bool = False
    privacy_told: bool = False
    unread_told: bool = False
    learn_asked: bool = False
    degraded_told: bool = False
    cover_told: bool = False
    minor: bool = False
    trusted_only: bool = field(default=False, repr=False)
    danger: str = field(default="", repr=False)
    danger_at: str = ""

    def place(self, of: str) -> str:
        """Return the country whose rules hold, or its region if that is known; `of` is work, residence or now."""
        lived = self.residence or self.country
        country = {"residence": lived, "now": self.now or lived}.get(of, self.country)
        return self.region if country and self.region.startswith(f"{country}-") else country

    @property
    def waiting(self) -> tuple[str, ...]:
        """The intents that are held: none, one, or the two of one message."""
        return tuple(filter(None, (self.held, self.held_also)))

    def holding(self, intents: Iterable[str], pending: str) -> "Tracker":
        """Keep the intents, two at most, until what is pending is answered."""
        held, held_also, *_ = (*intents, "", "")
        return replace(self, held=held, held_also=held_also, pending=pending)

    def showing(self, intents: Iterable[str]) -> "Tracker":
        """Remember answers that were shown, each once, the last five."""
        return replace(self, shown=tuple(dict.fromkeys((*self.shown, *intents)))[-_SHOWN:])

    def chosen(self, country: str, of: str = "") -> "Tracker":
        """Note a country that was chosen for a question that depends on `of`; chosen for nothing, it is all three."""
        if of == "residence":
            return replace(self, residence=country, country=self.country or country)
        if of == "now":
            return replace(self, now=country, country=self.country or country)
        return replace(self, country=country) if of else replace(self, country=country, residence="", now="")

    def dump(self) -> str:
        """Return the JSON form."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def in_danger_since(self) -> datetime | None:
        """Return when the last danger card was shown."""
        return datetime.fromisoformat(self.danger_at) if self.danger_at else None


def load(text: str) -> Tracker:
    """Read the JSON form; unknown keys of an older version are dropped, missing ones take their default."""
    if not text:
        return Tracker()
    known = {item.name for item in fields(Tracker)}
    stored = {key: value for key, value in json.loads(text).items() if key in known}
    for name in ("options", "shown"):
        stored[name] = tuple(stored.get(name, ()))
    return Tracker(**stored)
