"""What must be there, by `plan.yml`: which intents, in which countries and languages. `python -m knowledge check` keeps it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from knowledge.article import EU
from knowledge.fields import ContentError, Fields, read_yaml


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its own rules: the languages of its texts, and the intents that nobody has written for it yet.

    `regions` (ISO 3166-2) have texts of their own for an intent all together or not at all: each is offered in the chat.
    """

    locales: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every intent has a text for the EU in all of `locales`, and one for each country unless it is `without`.

    Those of the `most_asked` are there in the `most_asked_locales`, too.
    """

    intents: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    countries: Mapping[str, Country] = field(default_factory=dict)
    most_asked: tuple[str, ...] = ()
    most_asked_locales: tuple[str, ...] = ()

    def wanted(self) -> Iterator[tuple[str, str, str]]:
        """Yield each text that must be there: intent, jurisdiction, locale."""
        for intent in self.intents:
            asked = self.most_asked_locales if intent in self.most_asked else ()
            yield from ((intent, EU, locale) for locale in (*self.locales, *asked))
            for name, country in self.countries.items():
                if intent not in country.without:
                    yield from ((intent, name, locale) for locale in (*country.locales, *asked))


def read_plan(path: Path) -> Plan:
    """Read the file. Raises ContentError."""
    problems: list[str] = []
    raw = path.read_text(encoding="utf-8")
    fields = Fields.of(read_yaml(raw, path.name, problems), path.name, problems, raw)
    fields.only("intents", "locales", "countries", "most_asked", "most_asked_locales")
    plan = Plan(
        fields.words("intents"), fields.words("locales"),
        {name: _country(inner) for name, inner in fields.perhaps_inner("countries").items()},
        fields.words("most_asked"), fields.words("most_asked_locales"),
    )  # fmt: skip
    for name, listed in (("most_asked", plan.most_asked), *((n, c.without) for n, c in plan.countries.items())):
        problems += [
            f"{path.name}: {name} names {one}, which is none of the intents" for one in set(listed) - set(plan.intents)
        ]
    if problems:
        raise ContentError(problems)
    return plan


@cache
def shipped_plan() -> Plan:
    """Return the plan that comes with Guichet."""
    return read_plan(Path(__file__).with_name("plan.yml"))


@cache
def jurisdictions() -> tuple[str, ...]:
    """Return all that the plan names: the EU, the countries, and their regions behind them."""
    countries = shipped_plan().countries
    return (EU, *(code for name, country in countries.items() for code in (name, *country.regions)))


def _country(fields: Fields) -> Country:
    fields.only("locales", "without", "regions")
    return Country(fields.words("locales"), frozenset(fields.words("without")), fields.words("regions"))
