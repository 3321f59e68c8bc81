"""What a content manager may bring in by files: the same as on the pages, no more."""

from typing import Any

from bot.exchange.items import DRAFT, Item
from bot.exchange.plan import WhyNot
from bot.staff import Member, Right
from dialogues.sentence_rules import needs_two
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.live import may_declare
from handoff.offices.records import read_record
from knowledge.article import EU
from knowledge.editing.heads import may_change
from knowledge.editing.model import Editor, Key
from nlu.teaching.content import Content
from nlu.teaching.lines import LONGEST, MOST, Refusal, case_refusal, clean, judged

RIGHTS, SECOND_PERSON, DECLARED, DRAFTED, UNFIT = "rights", "second_person", "declared", "drafted", "unfit"
"""Why something is left out: another's country or language, two must agree, only the office says so, a draft is there."""

_NEVER = {Refusal.EMPTY, Refusal.SHORT, Refusal.LONG, Refusal.MARKUP, Refusal.EXAM, Refusal.TRAINED}


def editor_of(member: Member) -> Editor:
    """Return the member as the editing of articles knows them."""
    country = next((one for one in member.jurisdictions if one != EU), "")
    return Editor(member.id, member.login, country, member.writes)


def for_member(member: Member, taught: Content, *, four_eyes: bool) -> WhyNot:
    """Return what keeps a member from bringing in an item. `taught` is what the questions consist of now."""
    editor = editor_of(member)

    def why_not(item: Item, mine: Any, theirs: Any) -> str:
        match item.kind:
            case "article" | "draft":
                return "" if _writes(editor, item, mine, theirs) else RIGHTS
            case "wordings" | "cases":
                if not member.writes_in(item.key.rpartition("/")[2]):
                    return RIGHTS
                return UNFIT if _is_unfit(taught, item, mine, theirs) else ""
            case "phrase" if four_eyes and needs_two(item.key.partition("/")[2]):
                return SECOND_PERSON
            case "phrase" | "title" | "proposed":
                return "" if member.writes_in(item.key.partition("/")[0]) else RIGHTS
            case "point":
                return "" if _declares(member, item.key, mine, theirs) else DECLARED
        return "" if member.may(Right.CONTENT) else RIGHTS

    return why_not


def _is_unfit(taught: Content, item: Item, mine: Any, theirs: Any) -> bool:
    """Tell whether a new sentence could not be typed either: too long, a person's number in it, the exam in the lesson."""
    intent, _, locale = item.key.rpartition("/")
    known = set(mine["examples"]) if mine is not None else set()
    new = [text for text in theirs["examples"] if text not in known] if theirs is not None else []
    if len(new) > MOST or any(len(text) > LONGEST or clean(text) != text for text in new):
        return True
    if item.kind == "cases":
        return any(case_refusal(text, taught, intent, locale) in _NEVER for text in new)
    return any(line.refusal in _NEVER for line in judged(new, taught, intent, locale))


def _writes(editor: Editor, item: Item, mine: Any, theirs: Any) -> bool:
    key = Key.of(item.key)
    if not key.is_head:
        return editor.may_change(key)
    bodies = [one["body"] if one is not None and item.kind == DRAFT else one for one in (mine, theirs)]
    return may_change(editor, bodies[0], bodies[1] or {}, judging=False)


def _declares(member: Member, key: str, mine: Any, theirs: Any) -> bool:
    if theirs is None:
        return True
    before = read_record(POINT_SCHEMA, key, mine).record if mine is not None else None
    after = read_record(POINT_SCHEMA, key, theirs).record
    return after is None or may_declare(before, after, speaks_for_it=member.may(Right.NETWORK))
