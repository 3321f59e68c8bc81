"""What a tap on a choice leads to; the id of a choice says what it was, so that an old tap answers nothing newer."""

import re
from dataclasses import replace

from bot.model.say import Say
from dialogues import meaning
from dialogues.decision import Decision, Heard, MenuRow, ShowAgain, World
from dialogues.flows import answer, language, missed, mydata, person, start
from dialogues.flows.common import MENU, PERSON
from dialogues.tracker import Tracker

_REGION = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")


def tapped(tracker: Tracker, heard: Heard, world: World, button: str) -> Decision:
    head, _, rest = button.partition(":")
    if head == "h":
        return person.desk(tracker, button)
    if head == "f":
        return person.late_answer(tracker, button)
    if head == "m":
        tracker = replace(tracker, asked="")  # from here on the question is one of the menu's
        row = start.row_chosen(tracker, world, rest)
        return meaning.act_on(tracker, heard, world, row.intent) if isinstance(row, MenuRow) else row
    if head == "i":
        return meaning.act_on(tracker, heard, world, rest)
    if head == "a":
        name, intent, country = (*rest.split(":"), "", "", "")[:3]
        return answer.part(tracker, world, name, intent, country)
    if head == "c":
        named = len(rest) == 2 and rest.isascii() and rest.isupper()
        return answer.country_chosen(tracker, world, rest) if named else answer.ask_country_name(tracker)
    if head == "r":
        return answer.region_chosen(tracker, world, rest) if _REGION.fullmatch(rest) else start.menu(tracker, world)
    if head == "l":
        page = rest[1:] if rest.startswith("+") else ""
        return language.ask(tracker, world, int(page)) if page.isdecimal() else language.chosen(tracker, world, rest)
    if head == "p":
        question, _, reply = rest.rpartition(":")
        return _answered(tracker, heard, world, question, reply == "yes")
    if head == "d":
        return _data(tracker, rest)
    return _plain_tap(tracker, heard, world, button)


def _plain_tap(tracker: Tracker, heard: Heard, world: World, button: str) -> Decision:
    if button == "person":
        return person.talk(tracker, world)
    if button == "language":
        return language.ask(tracker, world)
    if button == "city:skip":
        return person.city_skipped(tracker, world)
    if button == "none":
        return replace(answer.give_up(tracker, replace(world, recent_office="")), missed=()).missing(missed.REFUSED)
    if button == "again":
        return Decision(tracker, (ShowAgain(),), (PERSON,), "command")
    return start.menu(tracker, world)


def _data(tracker: Tracker, action: str) -> Decision:
    flows = {"show": mydata.export, "erase": mydata.ask_erase, "erase!": mydata.erase, "revoke": mydata.revoke}
    return flows.get(action, mydata.privacy)(tracker)


def _answered(tracker: Tracker, heard: Heard, world: World, question: str, yes: bool) -> Decision:
    """A yes or no to what we asked."""
    cleared = replace(tracker, pending="")
    if question == "feedback":
        return mydata.helped(tracker, yes)
    if question == "learn":
        return mydata.learn(tracker, yes)
    if question == "delete":
        return mydata.erase(tracker) if yes else Decision(cleared, (Say("delete_no"),), (MENU, PERSON), "command")
    if question == "export":
        return mydata.export_text(tracker) if yes else start.menu(cleared, world)
    if question == "late":
        return (
            meaning.act_on(cleared.holding((), ""), heard, world, *tracker.waiting)
            if yes and tracker.waiting
            else start.menu(cleared, world)
        )
    if question.startswith("language-"):
        locale = question.removeprefix("language-")
        chosen = replace(cleared, locale_chosen=True)
        return language.chosen(cleared, world, locale) if yes else start.menu(chosen, world)
    return start.small_talk(cleared, world, "service/affirm" if yes else "service/deny")
