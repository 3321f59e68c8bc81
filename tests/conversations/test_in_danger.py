"""Somebody in danger: the help lines of the country they chose before, and the number again when we do not understand."""

from tests.conversations.scene import Stage

HELP_LINE, ANYWHERE = "1522", "Elsewhere call the local emergency number."


async def test_the_help_lines_of_the_country_chosen_before_stand_below_112(play: Stage) -> None:
    olena = play.person(locale_hint="en")
    await olena.taps("c:IT")

    card = await olena.says("my husband hits me")

    assert card.index("112") < card.index(HELP_LINE)
    assert ANYWHERE in card  # where she lives or works is not where she surely is
    sara = play.person("sara", locale_hint="en")
    assert ANYWHERE not in await sara.says("my husband hits me, I am in Italy")


async def test_who_was_in_danger_just_now_and_is_not_understood_reads_112_first(play: Stage) -> None:
    olena = play.person(locale_hint="en")
    await olena.says("my husband hits me")

    soon = await olena.says("qwrtz plmk vbnn")
    play.clock.move(hours=1)
    later = await olena.says("qwrtz plmk vbnn")

    assert soon.startswith("In danger in any EU country: 112.")
    assert "112" not in later
