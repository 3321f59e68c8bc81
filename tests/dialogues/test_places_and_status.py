"""The three countries of a person go into three slots; what they say of their status goes into none."""

import copy
import json
import logging
import pickle
from dataclasses import asdict, fields, replace

import pytest
from sqlalchemy import String, create_engine, literal, select

from bot.model.say import ShowArticle
from bot.model.understanding import Entity, Status, Understanding, Verdict
from dialogues.decision import Decision, Desk, Heard
from dialogues.flows.safety import danger
from dialogues.policy import decide
from dialogues.tracker import Tracker
from tests.dialogues.worlds import PERMIT, WAGES, asked, meant, said, tap, text, world

KNOWN = Tracker(locale="en", greeted=True, privacy_told=True)
THREE = (Entity("country_work", "BE"), Entity("country_residence", "FR"), Entity("country_now", "IT"))


def test_work_residence_and_now_are_three_slots() -> None:
    tracker = decide(KNOWN, asked(WAGES, entities=THREE), world()).tracker

    assert (tracker.country, tracker.residence, tracker.now) == ("BE", "FR", "IT")


def test_where_somebody_lives_fills_the_country_only_while_no_other_is_known() -> None:
    lives = asked(WAGES, entities=(Entity("country_residence", "FR"),))

    assert decide(KNOWN, lives, world()).tracker.country == "FR"
    worker = Tracker(locale="en", greeted=True, country="BE")
    assert decide(worker, lives, world()).tracker.country == "BE"


def test_an_article_says_whose_rules_hold() -> None:
    worker = Tracker(locale="en", greeted=True, country="BE", residence="IT", region="BE-VLG")

    assert shown(decide(worker, asked(WAGES), world())) == [(WAGES, "BE-VLG")]
    assert shown(decide(worker, asked(PERMIT), world())) == [(PERMIT, "IT")]


def test_a_region_of_another_country_changes_nothing() -> None:
    worker = Tracker(locale="en", greeted=True, country="IT", region="BE-VLG")

    assert shown(decide(worker, asked(WAGES), world())) == [(WAGES, "IT")]


def test_a_country_chosen_for_a_permit_is_where_the_person_lives() -> None:
    waiting = Tracker(locale="en", greeted=True, country="BE", pending="country", held=PERMIT)

    tracker = decide(waiting, tap("c:IT"), world()).tracker

    assert (tracker.country, tracker.residence) == ("BE", "IT")


def test_a_country_chosen_for_nothing_replaces_all_three() -> None:
    three = Tracker(locale="en", greeted=True, country="BE", residence="FR", now="FR")

    tracker = decide(three, tap("c:IT"), world()).tracker

    assert (tracker.country, tracker.residence, tracker.now) == ("IT", "", "")


def shown(decision: Decision) -> list[tuple[str, str]]:
    return [(step.intent, step.country) for step in decision.steps if isinstance(step, ShowArticle)]


@pytest.mark.parametrize("kind", ["country", "country_work", "country_residence", "country_now"])
def test_a_country_that_was_asked_for_is_taken_in_any_part(kind: str) -> None:
    waiting = Tracker(locale="en", greeted=True, pending="country", held=WAGES)
    understanding = Understanding(Verdict.GIVE_UP, entities=(Entity(kind, "IT"),), locale="en")

    decision = decide(waiting, text(understanding), world())

    assert decision.tracker.country == "IT"
    assert "ShowArticle" in said(decision)


def test_danger_goes_by_where_the_person_is_now() -> None:
    heard = text(meant(entities=THREE, safety=("safety/violence",)))

    alarm = danger(KNOWN, world(), heard, ("safety/violence",)).steps[0]

    assert getattr(alarm, "country", "") == "IT"
    assert getattr(alarm, "here", False)


@pytest.mark.parametrize("known", [replace(KNOWN, country="IT"), replace(KNOWN, country="BE", residence="IT")])
def test_danger_of_who_did_not_say_where_they_are_has_the_help_lines_of_where_they_live(known: Tracker) -> None:
    heard = text(meant(safety=("safety/violence",)))

    alarm = danger(known, world(), heard, ("safety/violence",)).steps[0]

    assert getattr(alarm, "country", "") == "IT"
    assert not getattr(alarm, "here", True)


def test_who_has_no_papers_reads_their_part_at_once_and_only_whom_to_trust_is_remembered() -> None:
    told = decide(KNOWN, asked(WAGES, statuses=(Status.WITHOUT_PAPERS,)), world())
    silent = decide(KNOWN, asked(WAGES), world())

    assert [step.part for step in told.steps if isinstance(step, ShowArticle)] == ["summary", "papers"]
    assert [step.part for step in silent.steps if isinstance(step, ShowArticle)] == ["summary"]
    assert replace(told.tracker, trusted_only=False) == silent.tracker
    assert told.choices == silent.choices


UNSPOKEN = text(Understanding(Verdict.GIVE_UP, statuses=(Status.WITHOUT_PAPERS,), locale="en"))


@pytest.mark.parametrize(
    ("heard", "trusted"),
    [
        ((asked("service/talk_to_human", statuses=(Status.WITHOUT_PAPERS,)),), True),
        ((UNSPOKEN, tap("person")), True),
        ((asked(WAGES, statuses=(Status.WITHOUT_PAPERS,)), tap("c:IT"), tap("person")), True),
        ((asked(WAGES, PERMIT, statuses=(Status.WITHOUT_PAPERS,)), tap(f"i:{WAGES}"), tap("person")), True),
        ((asked(WAGES, statuses=(Status.WITHOUT_PAPERS,)), asked("service/talk_to_human")), True),
        ((asked(WAGES, statuses=(Status.WITHOUT_PAPERS,)), asked(PERMIT), tap("person")), False),
        ((asked(WAGES, statuses=(Status.ASYLUM_SEEKER,)), tap("person")), False),
        ((asked(WAGES), tap("person")), False),
    ],
)
def test_a_wish_for_a_person_goes_to_trusted_offices_if_this_question_said_no_papers(
    heard: tuple[Heard, ...], trusted: bool
) -> None:
    tracker = KNOWN
    for one in (*heard, tap("city:skip")):
        decision = decide(tracker, one, world())
        tracker = decision.tracker

    assert Desk("offer") in decision.steps
    assert tracker.trusted_only is trusted


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.WITHOUT_PAPERS])
def test_another_status_changes_no_answer(status: Status) -> None:
    assert decide(KNOWN, asked(WAGES, statuses=(status,)), world()) == decide(KNOWN, asked(WAGES), world())


@pytest.mark.parametrize("status", list(Status))
def test_a_status_cannot_be_stored_by_any_road(status: Status) -> None:
    with pytest.raises(TypeError):
        json.dumps(status)
    with pytest.raises(TypeError):
        json.dumps({"status": [status]})
    with pytest.raises(TypeError):
        pickle.dumps(status)
    with pytest.raises(TypeError):
        copy.deepcopy(status)
    with pytest.raises(TypeError):
        asdict(Understanding(Verdict.ACCEPT, statuses=(status,)))
    with create_engine("sqlite://").connect() as connection, pytest.raises(Exception, match=r"Status|bind"):
        connection.execute(select(literal(status, String())))


@pytest.mark.parametrize("status", list(Status))
def test_a_status_shows_nothing_of_itself(status: Status, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("bot").warning("%s %r", status, Understanding(Verdict.ACCEPT, statuses=(status,)))

    for shown in (repr(status), str(status), f"{status}", caplog.text, repr([status])):
        assert str(status.value) not in shown


def test_the_tracker_has_no_slot_for_what_is_never_kept() -> None:
    never = ("status", "origin", "religion", "health", "union", "name", "profession", "sector", "amount", "document")

    assert not [item.name for item in fields(Tracker) if any(word in item.name for word in never)]
