"""The table of states and events, made from the machine: where each event leads, and what the person reads."""

from collections.abc import Callable, Iterator, Mapping

from bot.model.conversation import State
from handoff.machine import EDGES, Edge

_PLACE = ("waiting", "waiting_minutes", "question_kept", "contact_later")
_ADDRESSES = ("no_staffed", "no_staffed_unknown", "no_office", "no_pass_on", "ask_country")
_CALL_NOTED = ("call_noted", "call_noted_open", "call_noted_only")
_PAPERS = ("papers_no_duty", "papers_unknown")
_TRUTH = ("truth_told", "truth_before", "truth_nobody")

# Which sentences of `dialogues/phrases` the person may read when an event happened; none: they read nothing.
SAYS: Mapping[Edge, tuple[str, ...]] = {
    Edge.OFFER: ("offer_open", "office_closed"),
    Edge.DECLINE: ("not_connected",),
    Edge.ANOTHER_OFFICE: ("offer_open", "office_closed"),
    Edge.ACCEPT: (*_PAPERS, "consent_share", *_PLACE),
    Edge.RESUME: (*_PAPERS, "consent_share"),
    Edge.SHARE_YES: (*_PLACE, *_CALL_NOTED),
    Edge.SHARE_NO: (*_PLACE, *_CALL_NOTED, "office_closed"),
    Edge.CANCEL: ("cancelled", "silence_closed"),
    Edge.ASK_CALL: (*_PAPERS, *_CALL_NOTED),
    Edge.CALL_CANCELLED: ("call_cancelled",),
    Edge.TRANSFER_YES: ("call_cancelled", *_PAPERS, *_PLACE),
    Edge.TRANSFER_NO: ("transfer_no",),
    Edge.INTERPRET_YES: ("interpret_yes",),
    Edge.INTERPRET_NO: ("interpret_no",),
    Edge.DELIVER_HELD: (),
    Edge.RATED: ("feedback_yes", "feedback_no"),
    Edge.DANGER: (*_TRUTH, "call_cancelled"),
    Edge.DANGER_WHILE_ASSIGNED: _TRUTH,
    Edge.STOP: ("stop",),
    Edge.DELETE: ("delete_done",),
    Edge.TAKE: ("person_joined", "call_taken"),
    Edge.REPLY: (),
    Edge.HOLD_ANSWER: ("neutral_sign",),
    Edge.TO_COLLEAGUE: ("another_adviser",),
    Edge.TRANSFER_ASKED: ("transfer_ask",),
    Edge.INTERPRET_ASKED: ("interpret_ask",),
    Edge.CALL_DONE: ("call_done", "feedback_ask"),
    Edge.CALL_NOT_REACHED: ("call_not_reached",),
    Edge.GIVE_BACK: ("person_left", "feedback_ask"),
    Edge.CLOSE: ("conversation_closed", "feedback_ask"),
    Edge.OPERATOR_AWAY: ("person_left", *_PLACE),
    Edge.LIMIT: ("limited_until", "no_pass_on"),
    Edge.LIMIT_CONFIRMED: (),
    Edge.LIMIT_LIFTED: (),
    Edge.NO_REPLY: ("operator_slow",),
    Edge.NOBODY_ANSWERED: ("nobody_answered",),
    Edge.CALL_MISSED: ("call_missed", "call_missed_only"),
    Edge.WINDOW_CLOSING: ("window_closing",),
    Edge.OFFICE_LOST: _ADDRESSES,
    Edge.SILENCE_QUESTION: ("still_needed",),
    Edge.SILENCE_CLOSE: ("silence_closed",),
    Edge.LIMIT_OVER: (),
}

# What the person reads in a state who asks how the question stands, or taps what does not lead out of it. While an
# operator has the conversation, only the question is answered; a tap that leads nowhere is met with silence.
STANDS: Mapping[State, tuple[str, ...]] = {
    State.BOT: ("status_none",),
    State.OFFERED: ("status_none",),
    State.WAITING: _PLACE,
    State.CALLBACK: _CALL_NOTED,
    State.ASSIGNED: ("status_assigned",),
    State.ANSWER_HELD: ("status_assigned",),
    State.LIMITED: ("limited_until", "no_pass_on"),
}

# Every state is left by itself: what its clock does, and when.
CLOCKS: Mapping[State, str] = {
    State.BOT: "no case, no clock",
    State.OFFERED: "an offer nobody answers lapses after a day (declined)",
    State.WAITING: "notice to staff at once, again after 15 minutes of opening time, then to the lead; at closing "
    "`nobody_answered`; `office_lost` when nobody works there any more",
    State.CALLBACK: "`call_missed` at the end of an opening day; `office_lost`",
    State.ASSIGNED: "`no_reply` after 15 minutes of opening time in which the last word is the person's; "
    "`silence_question` after three opening days in which it is the adviser's, then `silence_close`; `call_missed` at the "
    "end of an opening day in which a call was taken and nothing happened; `window_closing` two hours before the end of "
    "WhatsApp's 24",
    State.ANSWER_HELD: "`silence_question` and `silence_close` as above; what is held is delivered with the next word, "
    "however late",
    State.LIMITED: "`limit_over` after a day, or after 30 if a lead confirmed it",
}

_WHO = {Edge.OFFER: "person", Edge.TAKE: "staff", Edge.NO_REPLY: "clock"}  # from this edge on


def markdown(phrase: Callable[[str], str]) -> str:
    """Return the tables; `phrase` gives the English sentence of a key."""
    return "\n".join([*_where(), "", *_reads(phrase), "", *_states(phrase)]) + "\n"


def _where() -> Iterator[str]:
    yield f"| event | who | {' | '.join(State)} |"
    yield "|---|---|" + "---|" * len(State)
    who = ""
    for edge in EDGES:
        who = _WHO.get(edge, who)
        yield f"| {edge} | {who} | {' | '.join(_cell(state, edge) for state in State)} |"


def _cell(state: State, edge: Edge) -> str:
    rule = EDGES[edge]
    if state not in rule.sources:
        return "–"
    return "stays" if rule.target in (None, state) else f"**{rule.target}**"


def _reads(phrase: Callable[[str], str]) -> Iterator[str]:
    yield "| event | what the person reads |"
    yield "|---|---|"
    for edge, phrases in SAYS.items():
        yield f"| {edge} | {_sentences(phrases, phrase) or 'nothing'} |"


def _states(phrase: Callable[[str], str]) -> Iterator[str]:
    yield "| state | how the question stands | clock |"
    yield "|---|---|---|"
    for state in State:
        yield f"| {state} | {_sentences(STANDS[state], phrase)} | {CLOCKS[state]} |"


def _sentences(phrases: tuple[str, ...], phrase: Callable[[str], str]) -> str:
    return "<br>".join(phrase(key).replace("|", "\\|") for key in phrases)
