"""The tables. In clear: our ids, times, channel, locale, state, contact point, topic. Sealed: everything else of a person."""

from bot.tables.base import metadata
from bot.tables.content import figure, meta, revision
from bot.tables.handoff import attachment, callback, case, handoff_event, note, notice, point_setting, translation
from bot.tables.people import audit, invitation, staff, staff_session
from bot.tables.studio import draft, edit, gap, review, served, training
from bot.tables.talk import account, consent, conversation, inbox, message, outbox, raw_webhook

__all__ = [
    "account",
    "attachment",
    "audit",
    "callback",
    "case",
    "consent",
    "conversation",
    "draft",
    "edit",
    "figure",
    "gap",
    "handoff_event",
    "inbox",
    "invitation",
    "message",
    "meta",
    "metadata",
    "note",
    "notice",
    "outbox",
    "point_setting",
    "raw_webhook",
    "review",
    "revision",
    "served",
    "staff",
    "staff_session",
    "training",
    "translation",
]
