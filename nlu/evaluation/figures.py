"""The figures of a set of outcomes, each a share with a name. `TITLES` says in words what every name means."""

from collections.abc import Iterable, Mapping
from itertools import chain

from bot.model.understanding import Verdict
from nlu.evaluation.cases import Kind
from nlu.evaluation.measures import Share
from nlu.evaluation.outcomes import Outcome

TITLES: Mapping[str, str] = {
    "top1": "best guess right",
    "top3": "right one among the first three",
    "topic": "topic of the best guess right",
    "accepted": "answered without asking",
    "accepted_right": "right, of those answered without asking",
    "asked": "asked “did you mean”",
    "asked_offered": "right one among the choices, of those asked",
    "given_up": "given up, a person offered",
    "out_of_scope_fallback": "out of scope: not answered (declined or asked)",
    "out_of_scope_declined": "out of scope: declined at once",
    "out_of_scope_mistaken": "out of scope: answered by mistake",
    "danger_recall": "danger: card shown",
    "danger_right_card": "danger: the right card first",
    "danger_precision": "danger cards that were right, over all messages",
    "danger_precision_alike": "danger cards that were right, over dangers and look-alikes",
    "alike_alarms": "look-alikes that got a danger card",
    "other_alarms": "other messages that got a danger card",
    "keywords_danger_recall": "keywords alone: danger found",
    "keywords_danger_precision": "keywords alone: right, over all messages",
    "keywords_danger_precision_alike": "keywords alone: right, over dangers and look-alikes",
    "keywords_alike_alarms": "keywords alone: look-alikes taken for danger",
    "language_right": "language right",
    "language_unsure": "language not told",
    "language_wrong": "language wrong",
    "foreign_named": "language that we do not speak: named",
    "foreign_mistaken": "language that we do not speak: taken for one of ours",
    "romanised_right": "in Latin letters: language right",
    "romanised_wrong": "in Latin letters: taken for another of ours",
    "mixed_right": "mixed with another language: right",
    "mixed_wrong": "mixed with another language: taken for another",
    "pair_both": "two questions: both answered",
    "pair_one": "two questions: one answered",
    "pair_offered": "two questions: none answered, both among the choices",
    "pair_none": "two questions: none answered, not both among the choices",
    "single_second": "one question answered: a second one beside it",
}
LESS_IS_BETTER = frozenset(
    {
        "given_up",
        "out_of_scope_mistaken",
        "alike_alarms",
        "other_alarms",
        "keywords_alike_alarms",
        "language_unsure",
        "language_wrong",
        "foreign_mistaken",
        "romanised_wrong",
        "mixed_wrong",
        "pair_none",
        "single_second",
    }
)


def shares(outcomes: Iterable[Outcome]) -> dict[str, Share]:
    """Return every figure of `TITLES`, in that order."""
    of: dict[Kind, list[Outcome]] = {kind: [] for kind in Kind}
    for outcome in outcomes:
        of[outcome.case.kind].append(outcome)
    found = _intents(of[Kind.INTENT])
    found |= _out_of_scope(of[Kind.OUT_OF_SCOPE])
    found |= _danger(list(chain(of[Kind.DANGER], of[Kind.INTENT], of[Kind.OUT_OF_SCOPE])), of[Kind.NOT_DANGER])
    found |= _language(of[Kind.LANGUAGE])
    found["foreign_named"] = Share.count(one.meant.foreign == one.case.locale for one in of[Kind.FOREIGN])
    found["foreign_mistaken"] = Share.count(bool(one.meant.locale) for one in of[Kind.FOREIGN])
    for kind in (Kind.ROMANISED, Kind.MIXED):
        found[f"{kind}_right"] = Share.count(one.is_language_right for one in of[kind])
        found[f"{kind}_wrong"] = Share.count(one.is_language_wrong for one in of[kind])
    found |= _pairs(of[Kind.PAIR])
    found["single_second"] = Share.count(len(one.answered) > 1 for one in of[Kind.INTENT] if one.answered)
    return {name: found[name] for name in TITLES}


def _intents(outcomes: list[Outcome]) -> dict[str, Share]:
    accepted = [one for one in outcomes if one.is_accepted]
    asked = [one for one in outcomes if one.meant.verdict is Verdict.CLARIFY]
    return {
        "top1": Share.count(one.is_right for one in outcomes),
        "top3": Share.count(one.case.expected in one.guesses[:3] for one in outcomes),
        "topic": Share.count(one.is_topic_right for one in outcomes),
        "accepted": Share(len(accepted), len(outcomes)),
        "accepted_right": Share.count(one.is_right for one in accepted),
        "asked": Share(len(asked), len(outcomes)),
        "asked_offered": Share.count(one.is_offered for one in asked),
        "given_up": Share.count(one.meant.verdict is Verdict.GIVE_UP for one in outcomes),
    }


def _out_of_scope(outcomes: list[Outcome]) -> dict[str, Share]:
    return {
        "out_of_scope_fallback": Share.count(not one.is_accepted or one.is_declined for one in outcomes),
        "out_of_scope_declined": Share.count(one.is_declined for one in outcomes),
        "out_of_scope_mistaken": Share.count(one.is_mistaken for one in outcomes),
    }


def _danger(outcomes: list[Outcome], alike: list[Outcome]) -> dict[str, Share]:
    """Dangers are the cases of danger and of the safety intents; all others must get no card."""
    dangers = [one for one in outcomes if one.is_danger]
    others = [one for one in outcomes if not one.is_danger]
    found, alarms, elsewhere = (sum(one.has_card for one in some) for some in (dangers, alike, others))
    heard, heard_alike, heard_elsewhere = (
        sum(bool(one.hits.safety) for one in some) for some in (dangers, alike, others)
    )
    return {
        "danger_recall": Share(found, len(dangers)),
        "danger_right_card": Share.count(one.has_card and one.is_right for one in dangers),
        "danger_precision": Share(found, found + alarms + elsewhere),
        "danger_precision_alike": Share(found, found + alarms),
        "alike_alarms": Share(alarms, len(alike)),
        "other_alarms": Share(elsewhere, len(others)),
        "keywords_danger_recall": Share(heard, len(dangers)),
        "keywords_danger_precision": Share(heard, heard + heard_alike + heard_elsewhere),
        "keywords_danger_precision_alike": Share(heard, heard + heard_alike),
        "keywords_alike_alarms": Share(heard_alike, len(alike)),
    }


def _language(outcomes: list[Outcome]) -> dict[str, Share]:
    right = sum(one.is_language_right for one in outcomes)
    wrong = sum(one.is_language_wrong for one in outcomes)
    return {
        "language_right": Share(right, len(outcomes)),
        "language_unsure": Share(len(outcomes) - right - wrong, len(outcomes)),
        "language_wrong": Share(wrong, len(outcomes)),
    }


def _pairs(outcomes: list[Outcome]) -> dict[str, Share]:
    offered = [one.meant.verdict is Verdict.CLARIFY and one.is_offered and one.is_second_offered for one in outcomes]
    none = [one.right_answers == 0 for one in outcomes]
    return {
        "pair_both": Share.count(one.right_answers == 2 for one in outcomes),
        "pair_one": Share.count(one.right_answers == 1 for one in outcomes),
        "pair_offered": Share.count(offered),
        "pair_none": Share.count(missed and not choice for missed, choice in zip(none, offered, strict=True)),
    }
