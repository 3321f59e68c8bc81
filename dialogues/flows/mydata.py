"""Privacy, "show my data", "erase my data", stop, feedback and consent to learn."""

from dataclasses import replace

from bot.model.say import Choice, Say
from dialogues.decision import Consent, Decision, Desk, Erase, Export, Privacy, Stop
from dialogues.flows import missed
from dialogues.flows.common import MENU, PERSON, yes_no
from dialogues.tracker import Tracker

_SHOW = Choice("d:show", Say("choice_show_data"))
_ERASE = Choice("d:erase", Say("choice_delete_data"))


def privacy(tracker: Tracker) -> Decision:
    """What is kept, who sees it, and the two ways to act on it."""
    told = replace(tracker, privacy_told=True)
    return Decision(told, (Privacy(), Say("privacy_more")), (_SHOW, _ERASE, PERSON), "command", "service/privacy")


def ask_erase(tracker: Tracker) -> Decision:
    """Erasing cannot be taken back, so it is asked once."""
    asked = replace(tracker, pending="delete")
    return Decision(asked, (Say("delete_ask"),), yes_no("delete"), "command", "service/delete_my_data")


def erase(tracker: Tracker) -> Decision:
    """Erase everything; what is left of the tracker is the language of the last sentence."""
    fresh = Tracker(locale=tracker.locale, locale_chosen=tracker.locale_chosen)
    return Decision(fresh, (Erase(),), (), "command", "service/delete_my_data")


def export(tracker: Tracker) -> Decision:
    """Counts and dates first; another person may hold the phone."""
    asked = replace(tracker, pending="export")
    return Decision(asked, (Export(text=False),), yes_no("export"), "command", "service/export_my_data")


def export_text(tracker: Tracker) -> Decision:
    """The words themselves, after the second yes."""
    return Decision(replace(tracker, pending=""), (Export(text=True),), (_ERASE,), "command", "service/export_my_data")


def stop(tracker: Tracker) -> Decision:
    """No more messages; what an office has is taken back."""
    return Decision(replace(tracker, pending=""), (Desk("stop"), Stop()), (_erase_now(),), "command", "service/stop")


def _erase_now() -> Choice:
    return Choice("d:erase!", Say("choice_erase"))


def helped(tracker: Tracker, yes: bool) -> Decision:
    """A yes ends it; a no offers a person and asks once for consent to learn from the question."""
    tracker = replace(tracker, pending="")
    if yes:
        return Decision(tracker, (Say("feedback_yes"),), (MENU, PERSON), "feedback")
    if not missed.may_ask(tracker):
        return Decision(tracker, (Say("feedback_no"),), (PERSON, MENU), "feedback").missing(missed.DOWNVOTED)
    asked = replace(tracker, learn_asked=True, pending="learn")
    said = (Say("feedback_no"), Say(missed.LEARN))
    return Decision(asked, said, (*yes_no("learn"), PERSON), "feedback").missing(missed.DOWNVOTED)


def learn(tracker: Tracker, yes: bool) -> Decision:
    """Store the answer to the question of consent; default and silence mean no."""
    said = Say("learn_yes" if yes else "learn_no")
    consent = Consent("learn", "yes" if yes else "no", missed.LEARN)
    return Decision(replace(tracker, pending=""), (consent, said), (PERSON, MENU), "feedback")


def revoke(tracker: Tracker) -> Decision:
    """Take back the consent to learn."""
    return learn(replace(tracker, learn_asked=True), yes=False)
