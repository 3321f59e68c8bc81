"""What the desk works with: cases, their events and notices, and all that belongs to a case."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from bot.db import UtcTime
from bot.tables.base import conversation_column, id_column, metadata

# One request for a person: the queue's card and its clocks.
case = Table(
    "handoff_case",
    metadata,
    id_column(),
    conversation_column(),
    Column("contact_point", String(80), nullable=False),
    Column("state", String(20), nullable=False),  # offered | waiting | callback | assigned | held | closed
    Column("locale", String(12), nullable=False, default=""),
    Column("topic", String(40), nullable=False, default=""),
    Column("card", LargeBinary),  # country, city, urgency and intent, sealed
    Column("share_from", UtcTime),  # what was said since then may be read after a take; None: not asked yet
    Column("opened_at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime),
    Column("operator_id", Uuid),
    Column("taken_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("close_reason", String(40), nullable=False, default=""),
    Column("last_word", String(12), nullable=False, default="person"),
    Column("last_word_at", UtcTime, nullable=False),
    Column("notices", Integer, nullable=False, default=0),
    Column("danger_at", UtcTime),
    Column("bridge", String(12), nullable=False, default=""),  # office | interpreter | phrasebook | translation
    Column("interpreter_id", Uuid),  # who accepted to interpret this very case
    Column("rating", String(8), nullable=False, default=""),  # asked | good | bad; never of a danger
    Index("ix_handoff_case_point_state", "contact_point", "state"),
    Index("ix_handoff_case_conversation", "conversation_id"),
)

handoff_event = Table(
    "handoff_event",
    metadata,
    id_column(),
    conversation_column(),
    Column("case_id", Uuid),
    Column("at", UtcTime, nullable=False),
    Column("edge", String(40), nullable=False),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("actor", String(60), nullable=False),
    Column("contact_point", String(80), nullable=False, default=""),
    Column("version", Integer, nullable=False),
    Index("ix_handoff_event_conversation_at", "conversation_id", "at"),
)

# A notice to staff that somebody waits: never with the person's words.
notice = Table(
    "notice",
    metadata,
    id_column(),
    Column("case_id", Uuid),
    Column("contact_point", String(80), nullable=False),
    Column("kind", String(20), nullable=False),  # waiting | repeated | lead | danger | callback | transfer | unstaffed
    Column("state", String(12), nullable=False, default="queued"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", UtcTime, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_notice_state", "state", "not_before"),
)

# A call-back that a person asked for. The number is erased when the call is done.
callback = Table(
    "callback",
    metadata,
    id_column(),
    conversation_column(),
    Column("case_id", Uuid, nullable=False),
    Column("number", LargeBinary),  # sealed
    Column("safe_if_other", Boolean, nullable=False, default=False),  # may the call be mentioned to whoever picks up
    Column("wish", String(20), nullable=False, default=""),  # morning | afternoon | evening | any
    Column("asked_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("result", String(20), nullable=False, default=""),  # reached | not_reached | cancelled
    Index("ix_callback_case", "case_id"),
)

# What operators write to each other about a case; never shown to the person, erased with the case.
note = Table(
    "note",
    metadata,
    id_column(),
    Column("case_id", Uuid, nullable=False),
    Column("staff_id", Uuid, nullable=False),
    Column("payload", LargeBinary),  # sealed
    Column("at", UtcTime, nullable=False),
    Index("ix_note_case", "case_id"),
)

# A voice note, photo or document, sealed; erased with the case and after 30 days at the latest.
attachment = Table(
    "attachment",
    metadata,
    id_column(),
    conversation_column(),
    Column("case_id", Uuid),
    Column("message_id", Uuid),
    Column("author", String(12), nullable=False),  # person | operator
    Column("staff_id", Uuid),
    Column("kind", String(12), nullable=False),  # voice | photo | file
    Column("mime", String(80), nullable=False, default=""),
    Column("size", Integer, nullable=False, default=0),
    Column("seconds", Integer, nullable=False, default=0),
    Column("reference", LargeBinary),  # sealed: where the platform keeps it; gone when fetched
    Column("payload", LargeBinary),  # sealed
    Column("state", String(12), nullable=False, default="queued"),  # kept | queued | ready | refused | failed | erased
    Column("reason", String(40), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", UtcTime, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("erase_at", UtcTime, nullable=False),
    Index("ix_attachment_state_not_before", "state", "not_before"),
    Index("ix_attachment_conversation", "conversation_id"),
)

# A machine's translation of one message; the message's own row keeps the original.
translation = Table(
    "translation",
    metadata,
    id_column(),
    Column("message_id", Uuid, ForeignKey("message.id", ondelete="CASCADE"), nullable=False),
    Column("locale", String(12), nullable=False),  # of the translation
    Column("provider", String(40), nullable=False),
    Column("payload", LargeBinary),  # sealed
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("message_id", "locale"),
)

# What an office settles for itself, and what was told about it.
point_setting = Table(
    "point_setting",
    metadata,
    Column("contact_point", String(80), primary_key=True),
    Column("protocol", JSON, nullable=False, default=list),  # five lines for a danger case, in the office's words
    Column("unstaffed_told_at", UtcTime),  # that nobody signed in for 14 days was told
    Column("updated_at", UtcTime),
    Column("updated_by", Uuid),
)
