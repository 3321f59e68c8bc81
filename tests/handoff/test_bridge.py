"""Which way two people without a common language are led to understand each other, and what the person is told."""

from dataclasses import replace

import pytest

from bot.model.say import Language, Say
from handoff.bridge import BridgeKind, bridge, speaks
from tests.handoff.conftest import office

GENT = office("gent", country="BE", languages=("fr", "nl"))
SILENT = office("silent", country="BE", languages=())


@pytest.mark.parametrize(
    ("locale", "interpreters", "translation", "kind"),
    [
        ("fr", {"fr"}, True, BridgeKind.OFFICE),
        ("ti", {"ti"}, True, BridgeKind.INTERPRETER),
        ("ti", {"ar"}, True, BridgeKind.TRANSLATION),
        ("ti", set(), False, BridgeKind.PHRASEBOOK),
        ("", set(), True, BridgeKind.OFFICE),
    ],
)
def test_the_best_way_there_is(locale: str, interpreters: set[str], translation: bool, kind: BridgeKind) -> None:
    assert bridge(GENT, locale, interpreters=frozenset(interpreters), translation=translation).kind is kind


def test_the_person_is_told_which_way_it_will_be() -> None:
    way = bridge(GENT, "ti", interpreters=frozenset({"ti"}), translation=False)

    spoken = (Language("fr"), Language("nl"))
    assert way.said == Say("bridge_interpreter", {"office": "Gent", "languages": spoken, "language": Language("ti")})
    assert bridge(GENT, "nl", interpreters=frozenset(), translation=False).said is None


def test_a_language_that_the_person_also_speaks_is_enough_and_named() -> None:
    way = bridge(GENT, "ti", interpreters=frozenset({"ti"}), translation=True, also=("ar", "fr"))

    assert way.kind is BridgeKind.OFFICE
    assert way.said == Say("bridge_also", {"office": "Gent", "language": Language("fr")})


def test_an_office_that_names_no_language_speaks_its_countrys_and_nothing_is_promised_beyond() -> None:
    assert speaks(SILENT, ("nl",))
    assert not speaks(SILENT, ("ti",))
    assert not speaks(replace(SILENT, country="*"), ("nl",)), "the demonstration is in no country"
    way = bridge(SILENT, "ti", interpreters=frozenset({"ti"}), translation=True)
    assert (way.kind, way.said and way.said.phrase) == (BridgeKind.PHRASEBOOK, "bridge_unknown")
    assert not speaks(replace(SILENT, languages=("fr",)), ("nl",)), "what the office says of itself counts"
