"""What `decide` does with what a person can say, as tables."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.model.conversation import State
from bot.model.messages import Kind
from bot.model.say import ShowArticle
from dialogues.decision import Alarm, Desk, Erase, Heard, Stop
from dialogues.policy import decide
from dialogues.tracker import Tracker
from tests.dialogues.worlds import (
    NOW,
    OLD,
    PERMIT,
    TAX,
    WAGES,
    asked,
    command,
    meant,
    offered,
    said,
    tap,
    text,
    world,
)

DOMAIN = Path(__file__).parents[2] / "dialogues" / "domain"
SERVICE = tuple(f"service/{name}" for name in yaml.safe_load((DOMAIN / "service.yml").read_text())["intents"])
NO_PERSON = {  # what is over, and what asks a question of its own first
    "service/thanks", "service/goodbye", "service/greet", "service/talk_to_human", "service/case_status",
    "service/find_contact_point", "service/choose_language", "service/delete_my_data", "service/export_my_data",
    "service/stop",
}  # fmt: skip
KNOWN = Tracker(locale="en", greeted=True, privacy_told=True)


@pytest.mark.parametrize("intent", SERVICE)
def test_every_service_intent_leads_somewhere(intent: str) -> None:
    decision = decide(KNOWN, asked(intent), world())

    assert decision.steps
    assert "person" in offered(decision) or intent in NO_PERSON


@pytest.mark.parametrize("intent", ["service/tomorrow", "safety/tomorrow", "tomorrow/tomorrow", "nonsense", ""])
def test_an_intent_of_tomorrow_or_a_forged_tap_fails_softly(intent: str) -> None:
    for heard in (asked(intent), tap(f"i:{intent}")):
        decision = decide(KNOWN, heard, world())

        assert "person" in offered(decision) or "m:person" in offered(decision)
        assert not any(isinstance(step, Alarm) for step in decision.steps)


@pytest.mark.parametrize(
    "forged", ["l:+²", "l:+99999999999999999999", "c:", "a:", "a:steps", "h:", "p:", "d:", "m:x", ":"]
)
def test_a_forged_tap_never_raises(forged: str) -> None:
    assert decide(KNOWN, tap(forged), world()).name


def test_an_unknown_country_gets_the_eu_text_and_the_countries_and_is_asked_once() -> None:
    first = decide(KNOWN, asked(WAGES), world())
    assert said(first) == ["ShowArticle", "ask_country"]
    assert first.steps[0] == ShowArticle(WAGES, "summary", "")
    assert offered(first)[:3] == ["c:IT", "c:BE", "c:?"]

    second = decide(first.tracker, asked(WAGES), world())
    assert said(second) == ["ShowArticle"]


def test_a_chosen_country_answers_the_question_that_waited_for_it() -> None:
    first = decide(KNOWN, asked(WAGES), world())
    for heard in (tap("c:IT"), asked("service/choose_country", country="IT"), asked(TAX, country="IT")):
        decision = decide(first.tracker, heard, world())
        assert decision.steps == (ShowArticle(WAGES, "summary", "IT"),)
        assert decision.tracker.country == "IT"
        assert offered(decision) == [f"a:steps:{WAGES}:IT", f"a:bring:{WAGES}:IT", "person"]


def test_a_changed_country_shows_the_last_question_for_the_new_one() -> None:
    italy = decide(replace(KNOWN, country="IT"), asked(WAGES), world())
    belgium = decide(italy.tracker, asked("service/choose_country", country="BE"), world())

    assert belgium.steps == (ShowArticle(WAGES, "summary", "BE"),)
    assert belgium.tracker.country == "BE"


def test_a_country_named_in_a_question_is_taken() -> None:
    decision = decide(KNOWN, asked(WAGES, country="BE"), world())

    assert decision.steps == (ShowArticle(WAGES, "summary", "BE"),)


def test_a_country_outside_the_list_gets_no_rights_text_but_an_office() -> None:
    decision = decide(replace(KNOWN, country="DK"), asked(WAGES), world())

    assert said(decision) == ["no_text_for_country", "Desk"]
    assert decision.steps[1] == Desk("offices")


@pytest.mark.parametrize(("intent", "phrase"), [(TAX, "no_article"), (OLD, "article_expired")])
def test_without_a_text_the_bot_says_so_and_offers_a_person(intent: str, phrase: str) -> None:
    decision = decide(KNOWN, asked(intent), world())

    assert said(decision) == [phrase]
    assert offered(decision)[0] == "person"


def test_sixteen_minutes_late_is_said_first() -> None:
    decision = decide(replace(KNOWN, country="IT"), asked(WAGES, delay=timedelta(minutes=16)), world())

    assert said(decision) == ["late", "ShowArticle"]


def test_fourteen_minutes_are_not_late() -> None:
    assert "late" not in said(decide(KNOWN, asked(WAGES, delay=timedelta(minutes=14)), world()))


def test_a_day_late_asks_whether_it_still_matters() -> None:
    asks = decide(replace(KNOWN, country="IT"), asked(WAGES, delay=timedelta(hours=25)), world())
    assert said(asks) == ["late_ask"]
    assert offered(asks) == ["p:late:yes", "p:late:no"]

    assert decide(asks.tracker, tap("p:late:yes"), world()).steps == (ShowArticle(WAGES, "summary", "IT"),)
    assert decide(asks.tracker, tap("p:late:no"), world()).name == "menu"


@pytest.mark.parametrize("intents", [(WAGES, PERMIT), ("service/thanks",), ()])
def test_everything_that_is_a_day_late_says_so(intents: tuple[str, ...]) -> None:
    decision = decide(KNOWN, asked(*intents, delay=timedelta(hours=25)), world())

    assert said(decision)[0] in {"late", "late_ask"}


@pytest.mark.parametrize(("typed", "taken"), [("1", "p:feedback:yes"), ("2", "p:feedback:no"), ("3", "person")])
def test_a_typed_number_is_a_tap(typed: str, taken: str) -> None:
    tracker = replace(KNOWN, options=("p:feedback:yes", "p:feedback:no", "person"))

    assert decide(tracker, text(meant(choice=typed)), world()).steps == decide(tracker, tap(taken), world()).steps


@pytest.mark.parametrize("typed", ["0", "4", "99"])
def test_a_number_that_was_not_offered_chooses_nothing(typed: str) -> None:
    tracker = replace(KNOWN, options=("p:delete:yes", "p:delete:no", "person"))

    assert not any(isinstance(step, Erase) for step in decide(tracker, text(meant(choice=typed)), world()).steps)


@pytest.mark.parametrize(
    "heard",
    [text(meant(choice="ok")), asked(commands=("service/affirm",)), text(meant(commands=("service/affirm",)))],
    ids=["ok or a thumb", "yes", "yes without Rasa"],
)
def test_ok_and_yes_answer_the_open_question(heard: Heard) -> None:
    tracker = replace(KNOWN, options=("p:feedback:yes", "p:feedback:no", "person"))

    assert said(decide(tracker, heard, world())) == ["feedback_yes"]


def test_no_answers_the_open_question() -> None:
    tracker = replace(KNOWN, options=("p:delete:yes", "p:delete:no"))

    assert said(decide(tracker, asked(commands=("service/deny",)), world())) == ["delete_no"]


def test_ok_to_an_offer_takes_it() -> None:
    tracker = replace(KNOWN, options=("h:accept:milano", "h:other", "h:no"))

    assert decide(tracker, text(meant(choice="ok")), world()).steps == (Desk("accept", "milano"),)


def test_yes_and_ok_to_nothing_answer_nothing() -> None:
    assert said(decide(KNOWN, asked(commands=("service/affirm",)), world())) == ["nothing_pending"]


def test_a_stale_yes_answers_its_own_question_and_never_a_newer_one() -> None:
    deleting = decide(KNOWN, asked("service/delete_my_data"), world()).tracker
    stale = decide(deleting, tap("p:feedback:yes"), world())

    assert said(stale) == ["feedback_yes"]
    assert not any(isinstance(step, Erase) for step in stale.steps)
    assert decide(KNOWN, tap("p:late:yes"), world()).name == "menu"  # nothing waits any more


SILENT = [
    asked(WAGES),
    asked(WAGES, PERMIT),
    asked(),
    asked("service/thanks"),
    asked("service/privacy"),
    asked(commands=("service/talk_to_human",)),
    asked(degraded=True),
    asked(foreign="hu"),
    tap("menu"),
    tap("person"),
    tap("h:accept:milano"),
    tap("p:feedback:no"),
    tap("p:language-it:no"),
    tap("p:export:yes"),
    tap("d:show"),
    command("start"),
    command("help"),
    Heard(Kind.VOICE),
    Heard(Kind.STICKER),
    Heard(Kind.LOCATION, city="Milano"),
]


@pytest.mark.parametrize("heard", SILENT)
def test_the_bot_is_silent_while_a_person_holds_the_chat(heard: Heard) -> None:
    tracker = replace(KNOWN, answered=True, privacy_told=False, options=("person", "menu"))
    decision = decide(tracker, heard, world(State.ASSIGNED))

    assert decision.steps == ()
    assert not decision.parked


@pytest.mark.parametrize(
    ("heard", "step"),
    [
        (text(meant(WAGES, safety=("safety/violence",))), "Alarm"),
        (asked(commands=("service/stop",)), "Desk"),
        (asked(commands=("service/delete_my_data",)), "delete_ask"),
        (tap("p:delete:yes"), "Erase"),
        (tap("p:delete:no"), "delete_no"),
        (asked(commands=("service/choose_language",)), "ask_language"),
        (tap("l:fr"), "language_set"),
        (asked(commands=("service/case_status",)), "Desk"),
        (command("status"), "Desk"),
        (command("stop"), "Desk"),
        (tap("h:cancel"), "Desk"),
        (tap("h:share:yes"), "Desk"),
        (tap("h:contact:no"), "Desk"),
    ],
)
def test_five_things_work_while_a_person_holds_the_chat(heard: Heard, step: str) -> None:
    tracker = replace(KNOWN, answered=True, privacy_told=False)
    decision = decide(tracker, heard, world(State.ASSIGNED))

    assert said(decision)[0] == step
    assert not {"ShowArticle", "Privacy", "texts_unread"} & set(said(decision))


def test_a_number_that_an_adviser_got_is_asked_for_no_more() -> None:
    asked_for = replace(KNOWN, pending="call_number")
    decision = decide(asked_for, asked(WAGES), world(State.ASSIGNED))

    assert decide(decision.tracker, text(meant(WAGES), number="+39333123456"), world()).name == "accept"


def test_stop_tells_the_desk_and_then_stops() -> None:
    assert decide(KNOWN, command("stop"), world()).steps == (Desk("stop"), Stop())


def test_a_language_we_do_not_speak_gets_its_sentence_and_ours() -> None:
    decision = decide(KNOWN, asked(foreign="hu", locale=""), world())

    assert said(decision) == ["ShowForeign", "language_unknown"]
    assert all(choice.startswith("l:") for choice in offered(decision))


def test_a_short_text_never_switches_the_language() -> None:
    decision = decide(KNOWN, asked(WAGES, locale="fr", locale_sure=False), world())

    assert decision.tracker.locale == "en"


def test_a_chosen_language_is_kept_and_the_other_is_offered() -> None:
    tracker = replace(KNOWN, locale_chosen=True, country="IT")
    decision = decide(tracker, asked(WAGES, locale="fr", locale_sure=True), world())

    assert decision.tracker.locale == "en"
    assert said(decision) == ["ShowArticle", "language_offer"]
    assert decide(decision.tracker, tap("p:language-fr:yes"), world()).tracker.locale == "fr"
    assert decide(decision.tracker, tap("p:language-fr:no"), world()).tracker.locale == "en"


def test_a_tapped_language_is_chosen_and_says_what_nobody_has_read() -> None:
    decision = decide(KNOWN, tap("l:ti"), world(unread=frozenset({"ti"})))

    assert said(decision) == ["language_set", "texts_unread"]
    assert decision.tracker.locale_chosen


def test_without_rasa_the_bot_says_so_once_and_keeps_the_question() -> None:
    first = decide(KNOWN, asked(degraded=True), world())
    second = decide(first.tracker, asked(degraded=True), world())

    assert (said(first), said(second)) == (["degraded"], [])
    assert first.parked
    assert second.parked
    assert "person" in offered(first)


def test_without_rasa_a_second_outage_is_told_again() -> None:
    away = decide(KNOWN, asked(degraded=True), world()).tracker
    back = decide(away, asked(WAGES), world()).tracker

    assert said(decide(back, asked(degraded=True), world())) == ["degraded"]


@pytest.mark.parametrize(
    "heard",
    [command("help"), asked(degraded=True, commands=("service/talk_to_human",)), tap("menu")],
)
def test_commands_and_taps_work_without_rasa(heard: Heard) -> None:
    decision = decide(KNOWN, heard, world())

    assert decision.steps
    assert not decision.parked


def test_feedback_is_asked_after_a_part_and_consent_after_a_no_only_once() -> None:
    part = decide(replace(KNOWN, country="IT"), tap(f"a:steps:{WAGES}:IT"), world())
    assert said(part) == ["ShowArticle", "feedback_ask"]

    assert said(decide(part.tracker, tap("p:feedback:yes"), world())) == ["feedback_yes"]
    no = decide(part.tracker, tap("p:feedback:no"), world())
    assert said(no) == ["feedback_no", "learn_ask_2"]
    assert said(decide(no.tracker, tap("p:feedback:no"), world())) == ["feedback_no"]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_answer_to_consent_is_stored_with_the_phrase_that_asked(answer: str) -> None:
    decision = decide(replace(KNOWN, learn_asked=True), tap(f"p:learn:{answer}"), world())

    assert said(decision) == ["Consent", f"learn_{answer}"]


def test_privacy_words_come_once_after_the_first_answer() -> None:
    fresh = replace(KNOWN, privacy_told=False, country="IT")
    assert "Privacy" not in said(decide(fresh, command("help"), world()))

    first = decide(fresh, asked(WAGES), world())
    assert said(first) == ["ShowArticle", "Privacy"]
    assert said(decide(first.tracker, asked(WAGES), world())) == ["ShowArticle"]


def test_the_city_is_asked_once() -> None:
    first = decide(KNOWN, tap("person"), world())
    assert said(first) == ["ask_city"]

    again = decide(first.tracker, tap("person"), world())
    assert again.steps == (Desk("offer"),)


def test_a_named_city_is_not_asked_again() -> None:
    first = decide(KNOWN, tap("person"), world())
    located = decide(first.tracker, asked(city="Milano", country="IT"), world())

    assert located.steps == (Desk("offer"),)
    assert (located.tracker.city, located.tracker.country) == ("Milano", "IT")


def test_what_is_written_to_a_closed_office_is_left_for_it() -> None:
    decision = decide(KNOWN, asked(WAGES), world(State.OFFERED, awaits_question=True))

    assert decision.steps == (Desk("leave_written", NOW.isoformat()),)


def test_a_forged_tap_cannot_leave_a_question() -> None:
    assert decide(KNOWN, tap("h:leave_written:nonsense"), world()).steps == (Desk("status"),)


def test_a_closed_office_keeps_commands_and_danger_working() -> None:
    waiting = world(State.OFFERED, awaits_question=True)

    assert said(decide(KNOWN, asked(commands=("service/privacy",)), waiting))[0] == "Privacy"
    assert said(decide(KNOWN, text(meant(safety=("safety/violence",))), waiting)) == ["Alarm"]


def test_the_first_failure_offers_a_person() -> None:
    for heard in (asked(), asked(WAGES, PERMIT)):
        assert "person" in offered(decide(KNOWN, heard, world()))


def test_doubt_offers_the_likeliest_and_a_person() -> None:
    decision = decide(KNOWN, asked(WAGES, PERMIT), world())

    assert offered(decision) == [f"i:{WAGES}", f"i:{PERMIT}", "none", "person"]


def test_after_a_case_an_unclear_message_may_belong_to_it() -> None:
    decision = decide(KNOWN, asked(), world(recent_office="Demo office"))

    assert offered(decision) == ["h:continue", "h:new"]


@pytest.mark.parametrize("kind", [Kind.STICKER, Kind.VOICE, Kind.PHOTO])
def test_a_picture_or_a_voice_first_brings_the_menu(kind: Kind) -> None:
    decision = decide(Tracker(), Heard(kind, locale_hint="it"), world())

    assert decision.name == "menu"
    assert decision.tracker.locale == "it"


def test_a_minor_is_noticed_for_this_conversation() -> None:
    assert decide(KNOWN, asked(WAGES, minor=True), world()).tracker.minor


def test_nobody_is_greeted_after_the_first_answer() -> None:
    first = decide(Tracker(locale="en"), asked(WAGES), world())

    assert said(decide(first.tracker, Heard(Kind.VOICE), world())) == ["file_unread", "ask_city"]
    assert said(decide(first.tracker, tap("menu"), world())) == ["menu_again"]
