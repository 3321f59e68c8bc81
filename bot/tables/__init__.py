"""The tables. In clear: our ids, times, channel, locale, state, contact point, topic. Sealed: everything else of a person."""

from bot.tables.base import metadata
from bot.tables.content import figure, meta, revision
from bot.tables.handoff import attachment, callback, case, handoff_event, note, notice, point_setting, translation
from bot.tables.people import audit, invitation, staff, staff_session
from bot.tables.talk import account, consent, conversation, inbox, message, outbox, raw_webhook

__all__ = [
    "account",
    "attachment",
    "audit",
    "callback",
    "case",
    "consent",
    "conversation",
    "figure",
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
    "revision",
    "staff",
    "staff_session",
    "translation",
]
