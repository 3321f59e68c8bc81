"""Whatever a person sends: `decide` never raises, and never talks over a person."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.model.conversation import State
from bot.model.messages import Kind
from bot.model.understanding import Entity, Ranked, Understanding, Verdict
from dialogues.decision import Alarm, Decision, Desk, Heard, World
from dialogues.policy import decide
from dialogues.tracker import Tracker, load
from tests.dialogues.test_in_danger import SAFETY
from tests.dialogues.test_policy import SERVICE
from tests.dialogues.worlds import FACTS, NOW, TAX, said, world

_INTENTS = (*SERVICE, *SAFETY, *FACTS, TAX, "service/tomorrow", "nonsense")
_KEYS = (
    "person", "menu", "language", "none", "again", "city:skip", "h:accept:x", "h:cancel", "h:new", "m:work", "m:person",
    "m:danger", "a:steps:labour_rights/unpaid_wages:IT", "c:IT", "c:?", "l:fr", "l:+1", "l:+²", "d:show", "d:erase",
    "d:erase!", "p:delete:yes", "p:delete:no", "p:feedback:no", "p:learn:yes", "p:late:yes", "p:export:yes",
    "p:language-fr:yes", "p:language-fr:no", *(f"i:{intent}" for intent in _INTENTS),
)  # fmt: skip
_TEXTS = st.text(max_size=12)
_BUTTONS = st.sampled_from(_KEYS) | st.builds(
    str.__add__, st.sampled_from(["h:", "l:", "p:", "c:", "a:", "i:"]), _TEXTS
)
_ENTITIES = st.builds(
    Entity,
    st.sampled_from(["country", "city", "language", "choice"]),
    st.sampled_from(["IT", "DK", "Milano", "fr", "ku", "1", "2", "9", "ok", "²", ""]) | _TEXTS,
)
_UNDERSTANDINGS = st.builds(
    Understanding,
    verdict=st.sampled_from(Verdict),
    ranking=st.lists(st.builds(Ranked, st.sampled_from(_INTENTS), st.floats(0, 1)), max_size=4).map(tuple),
    locale=st.sampled_from(["", "en", "it", "xx"]),
    locale_sure=st.booleans(),
    foreign=st.sampled_from(["", "", "hu"]),
    safety=st.lists(st.sampled_from(SAFETY), max_size=2).map(tuple),
    commands=st.lists(st.sampled_from(SERVICE), max_size=2).map(tuple),
    entities=st.lists(_ENTITIES, max_size=3).map(tuple),
    minor=st.booleans(),
    degraded=st.booleans(),
    asked=st.sampled_from([(), tuple(FACTS)[:2], (TAX, next(iter(FACTS)))]),
)
_DELAYS = st.sampled_from([timedelta(seconds=-5), timedelta(), timedelta(minutes=16), timedelta(hours=25)])


@st.composite
def _heard(draw: Any) -> Heard:
    kind: Kind = draw(st.sampled_from(Kind))
    worded = kind in {Kind.TEXT, Kind.EDITED}
    return Heard(
        kind=kind,
        button=draw(_BUTTONS) if kind is Kind.BUTTON else draw(_TEXTS) if kind is Kind.COMMAND else "",
        understanding=draw(_UNDERSTANDINGS) if worded else None,
        city=draw(st.sampled_from(["", "Milano"])) if kind is Kind.LOCATION else "",
        country=draw(st.sampled_from(["", "IT"])) if kind is Kind.LOCATION else "",
        locale_hint=draw(st.sampled_from(["", "fr", "xx"])),
        sent_at=draw(st.sampled_from([None, NOW])),
        delay=draw(_DELAYS),
    )


_TRACKERS = st.builds(
    Tracker,
    locale=st.sampled_from(["", "en", "it"]),
    locale_chosen=st.booleans(),
    country=st.sampled_from(["", "IT", "DK"]),
    pending=st.sampled_from(["", "city", "city_offices", "country", "delete", "feedback", "late"]),
    options=st.lists(st.sampled_from(_KEYS), max_size=4).map(tuple),
    held=st.sampled_from(["", *FACTS]),
    held_also=st.sampled_from(["", TAX]),
    intent=st.sampled_from(["", *FACTS]),
    city_asked=st.booleans(),
    greeted=st.booleans(),
    answered=st.booleans(),
    privacy_told=st.booleans(),
    degraded_told=st.booleans(),
    danger=st.sampled_from(["", "safety/violence"]),
    danger_at=st.sampled_from(["", NOW.isoformat()]),
)
_WORLDS = st.builds(
    world,
    state=st.sampled_from(State),
    recent_office=st.sampled_from(["", "Demo office"]),
    awaits_question=st.booleans(),
    unread=st.sampled_from([frozenset(), frozenset({"it", "fr"})]),
)
_FIVE = {"service/stop", "service/delete_my_data", "service/choose_language", "service/case_status"}
_TAPS = ("h:cancel", "d:erase", "l:", "p:delete", "p:language")


@given(_TRACKERS, _heard(), _WORLDS)
def test_decide_never_raises_and_its_tracker_can_be_kept(tracker: Tracker, heard: Heard, around: World) -> None:
    decision = decide(tracker, heard, around)

    assert decision.name
    assert load(decision.tracker.dump()) == decision.tracker
    assert all(len(choice.id.encode()) <= 64 for choice in decision.choices if choice.id.isascii())


@given(_TRACKERS, _heard(), _WORLDS)
def test_nothing_can_be_tapped_or_rated_in_danger(tracker: Tracker, heard: Heard, around: World) -> None:
    decision = decide(tracker, heard, around)

    if decision.name == "emergency":
        assert isinstance(decision.steps[0], Alarm)
        assert decision.choices == ()
        assert not {"feedback_ask", "Privacy", "late", "did_you_mean"} & set(said(decision))


@given(_TRACKERS, _heard())
def test_only_five_things_are_answered_while_a_person_holds_the_chat(tracker: Tracker, heard: Heard) -> None:
    decision = decide(tracker, heard, world(State.ASSIGNED, unread=frozenset({"it"})))

    if decision.name == "silent":  # a file or a tapped answer is kept for the adviser, and nothing is said
        assert all(isinstance(step, Desk) and step.action in {"f", "file"} for step in decision.steps)
    else:
        assert not decision.steps or _is_one_of_five(decision, heard)
    assert not decision.parked


def _is_one_of_five(decision: Decision, heard: Heard) -> bool:
    if decision.name == "emergency":
        return len(decision.steps) == 1
    meant = heard.understanding
    asked_for = decision.intent in _FIVE and (heard.kind is not Kind.TEXT or bool(meant and meant.commands))
    return asked_for or heard.button.startswith(_TAPS)
