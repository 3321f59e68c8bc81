from pathlib import Path

import pytest

from knowledge.fields import ContentError
from knowledge.helplines import LABELS, Helplines, load_helplines

LINE = (
    'lines:\n  - {country: IT, intents: [safety/violence], number: "1522", name: "", label: line_violence, free: true, '
    'always: true, hours: "", languages: [it], verified: V2, source: "A page", url: "", checked_on: 2023-11-23}\n'
)


@pytest.fixture(scope="module")
def shipped() -> Helplines:
    return load_helplines()


def shown(lines: Helplines, intent: str, country: str) -> list[str]:
    return [line.number for line in lines.lines_for(f"safety/{intent}", country)]


@pytest.mark.parametrize("country", ["BE", "BG", "GR", "IT", "SI"])
def test_every_pilot_has_the_line_for_missing_children(shipped: Helplines, country: str) -> None:
    assert shown(shipped, "missing_person", country)[0] == "116 000"


def test_an_unknown_country_gets_no_number(shipped: Helplines) -> None:
    for line in shipped.lines:
        for intent in line.intents:
            assert shipped.lines_for(intent, "") == ()
            assert shipped.lines_for(intent, "FR") == ()


def test_somebody_held_by_the_police_gets_no_number(shipped: Helplines) -> None:
    assert all(shown(shipped, "police_detention", country) == [] for country in ("BE", "BG", "GR", "IT", "SI"))


def test_lines_of_italy_and_of_belgium(shipped: Helplines) -> None:
    assert shown(shipped, "violence", "IT") == ["1522"]
    assert shown(shipped, "trafficking_exploitation", "IT")[0] == "800 290 290, Numero Verde Antitratta"
    assert [number.partition(",")[0] for number in shown(shipped, "trafficking_exploitation", "BE")] == [
        "04 232 40 30",
        "02 511 64 64",
        "03 201 16 90",
    ]
    assert shown(shipped, "urgent_needs", "GR") == ["197, EKKA"]


def test_a_region_has_its_countrys_lines(shipped: Helplines) -> None:
    assert shown(shipped, "violence", "BE-WLG") == shown(shipped, "violence", "BE")


def test_numbers_that_nobody_verified_are_not_there(shipped: Helplines) -> None:
    assert not shipped.numbers & {"116 006", "116 016", "1107", "0800 1 86 76", "0800 98 100", "080 12 00"}


def test_a_line_says_when_it_is_open_and_whether_it_is_free(shipped: Helplines) -> None:
    always, office = shipped.lines_for("safety/trafficking_exploitation", "IT")

    assert always.notes == ("line_free", "line_always")
    assert office.notes == ()
    assert office.hours == "Mo-Fr 09:30-18:00"


def test_every_line_has_a_known_label_and_its_source(shipped: Helplines) -> None:
    assert {line.label for line in shipped.lines} <= set(LABELS)
    assert all(line.source for line in shipped.lines)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("line_violence", "line_police"), "use one of line_missing_child"),
        (("safety/violence", "safety/police_detention"), "no number is shown there"),
        (("safety/violence", "labour_rights/dismissal"), "must name safety intents"),
        (('"1522"', '"15-22"'), "must be digits in groups"),
        (("verified: V2", "verified: V"), "V means that a page was read"),
        (('hours: ""', 'hours: "Mo-Fr 09:00-17:00"'), "contradicts always"),
        (("lines:", "line:"), "there must be a list `lines`"),
    ],
)
def test_a_wrong_line_is_refused_with_what_to_do(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "helplines.yml"
    path.write_text(LINE.replace(*change), encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load_helplines(path)

    assert said in str(caught.value)
