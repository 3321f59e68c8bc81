"""A voice note, a photo or a paper: only a person can listen to it or look at it."""

from dataclasses import replace

from bot.model.conversation import HELD, WITH_OPERATOR
from bot.model.messages import Kind
from bot.model.say import Say
from dialogues.decision import Decision, Desk, Heard, World
from dialogues.flows import person, start
from dialogues.tracker import Tracker

COVER = "cover"  # asks the desk to say that the number of a document can be covered


def sent(tracker: Tracker, world: World, heard: Heard) -> Decision:
    """An office that has the case gets it; else ask whether it may be passed on, where there is somebody to pass it to.

    That the number of a passport can be covered is said once, with the first picture or paper.
    """
    if world.state not in HELD and not tracker.greeted:
        return start.menu(tracker, world).first(Say("media_unread"))
    cover = COVER if heard.kind is not Kind.VOICE and not tracker.cover_told else ""
    told = replace(tracker, cover_told=tracker.cover_told or bool(cover))
    if world.state in WITH_OPERATOR:
        return Decision(told, (Desk("file", cover),) if cover else (), name="silent")
    if world.state not in HELD and not (tracker.country or tracker.city or tracker.city_asked):
        return person.talk(tracker, world).first(Say("file_unread"))
    return Decision(replace(told, pending=""), (Desk("file", cover),), (), "command", "service/talk_to_human")
