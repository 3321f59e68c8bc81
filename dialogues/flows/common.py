"""Choices that many flows share, always with the same words in the same place."""

from collections.abc import Iterable

from bot.model.say import Choice, Country, IntentTitle, Language, Region, Say

PERSON = Choice("person", Say("choice_person"))
MENU = Choice("menu", Say("choice_menu"))
NONE = Choice("none", Say("choice_none"))


def yes_no(question: str) -> tuple[Choice, Choice]:
    """Return the two answers to a question; their ids name it, so that an old tap cannot answer a newer one."""
    return Choice(f"p:{question}:yes", Say("choice_yes")), Choice(f"p:{question}:no", Say("choice_no"))


def intent_choices(intents: Iterable[str]) -> tuple[Choice, ...]:
    """Return one choice per intent, named by its title."""
    return tuple(Choice(f"i:{intent}", IntentTitle(intent)) for intent in intents)


def country_choices(countries: Iterable[str]) -> tuple[Choice, ...]:
    """Return one choice per country and the way to another."""
    return (
        *(Choice(f"c:{code}", Country(code)) for code in countries),
        Choice("c:?", Say("choice_other_country")),
    )


def region_choices(regions: Iterable[str]) -> tuple[Choice, ...]:
    """Return one choice per region."""
    return tuple(Choice(f"r:{code}", Region(code)) for code in regions)


def language_choice(locale: str) -> Choice:
    """Return the choice of a language, named in its own script."""
    return Choice(f"l:{locale}", Language(locale, own=True))
