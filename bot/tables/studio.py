"""What the studio works with: drafts and reviews, changes over the files, trainings, questions without an answer."""

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
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from bot.db import UtcTime
from bot.tables.base import conversation_column, id_column, metadata

# The next edition of an article's text, while it is written and read by others; what is served is in `revision`.
draft = Table(
    "draft",
    metadata,
    id_column(),
    Column("key", String(120), nullable=False, unique=True),  # <topic>/<intent>/<JURISDICTION>.<locale>
    Column("base", Uuid),  # the revision it was begun from; None: there was none
    Column("body", JSON, nullable=False),
    Column("stage", String(12), nullable=False, default="writing"),  # writing | in_review
    Column("minor", Boolean, nullable=False, default=False),  # the meaning stays: translations are not outdated by it
    Column("author", Uuid, nullable=False),
    Column("lock_holder", Uuid),
    Column("lock_until", UtcTime),
    Column("version", Integer, nullable=False, default=1),  # rises with each saving
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("submitted_at", UtcTime),
)

# Who looked at a text and what they said. `draft_version` is what was on their screen.
review = Table(
    "review",
    metadata,
    id_column(),
    Column("key", String(120), nullable=False),
    Column("draft_id", Uuid, ForeignKey("draft.id", ondelete="SET NULL")),
    Column("draft_version", Integer, nullable=False, default=0),
    Column("revision_id", Uuid),  # the served text that was looked at
    Column("staff_id", Uuid, nullable=False),
    Column("country", String(8), nullable=False, default=""),  # for which country they answer, in a text of the EU
    Column("verdict", String(16), nullable=False),  # approve | refuse | comment | still_correct | reviewed | withdraw
    Column("comment", Text, nullable=False, default=""),
    Column("at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),  # a comment that somebody dealt with
    Index("ix_review_key_at", "key", "at"),
)

# Which text a conversation got, as a keyed hash: the row alone does not say what somebody asked.
served = Table(
    "served",
    metadata,
    id_column(),
    conversation_column(),
    Column("text_hash", LargeBinary(32), nullable=False),  # of key and version
    Column("at", UtcTime, nullable=False),
    Column("told_at", UtcTime),  # when they were told that it was withdrawn
    UniqueConstraint("conversation_id", "text_hash"),
    Index("ix_served_text_hash", "text_hash"),
)

# What people changed over the files: one row for each saving, the current one on top.
edit = Table(
    "edit",
    metadata,
    id_column(),
    Column("kind", String(20), nullable=False),  # intent | wordings | cases | phrase | title | ready | point …
    Column("key", String(160), nullable=False),
    Column("body", JSON(none_as_null=True)),  # None: taken away
    Column("base_hash", String(64), nullable=False, default=""),  # of what the file said then; empty: no file has it
    Column("author", Uuid),
    Column("note", String(200), nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("current", Boolean, nullable=False, default=True),
    Index("ix_edit_kind_key", "kind", "key"),
    Index(
        "uq_edit_current", "kind", "key", unique=True, sqlite_where=text('"current"'), postgresql_where=text('"current"'),
    ),
)  # fmt: skip

# One training of the model, from the click to what became of it.
training = Table(
    "training",
    metadata,
    id_column(),
    # queued | running | compared | refused | published | replaced | failed | cancelled
    Column("state", String(12), nullable=False, default="queued"),
    Column("step", String(24), nullable=False, default=""),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("started_by", Uuid, nullable=False),
    Column("owner", String(80), nullable=False, default=""),  # the process that works on it
    Column("seen_at", UtcTime),  # the last sign of life of that process
    Column("created_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("published_at", UtcTime),
    Column("published_by", Uuid),
    Column("data_hash", String(64), nullable=False, default=""),
    Column("model_hash", String(64), nullable=False, default=""),
    Column("before_hash", String(64), nullable=False, default=""),  # the model it was compared with
    Column("report", JSON(none_as_null=True)),
    Column("problem", String(400), nullable=False, default=""),
    Index("ix_training_state", "state"),
)

# A question that the bot could not answer well. Its words are here only with the person's yes, masked and sealed.
gap = Table(
    "gap",
    metadata,
    id_column(),
    conversation_column(),
    Column("message_id", Uuid, ForeignKey("message.id", ondelete="CASCADE")),
    Column("kind", String(16), nullable=False),  # unanswered | downvoted | refused | handed_off
    Column("locale", String(12), nullable=False, default=""),
    Column("country", String(8), nullable=False, default=""),
    Column("payload", LargeBinary),  # sealed: the masked words; None: no yes was given
    Column("vector", LargeBinary),  # sealed: where the words stand in the room of meanings
    Column("wording", String(40), nullable=False, default=""),  # the question of consent that was answered with yes
    Column("state", String(16), nullable=False, default="noted"),  # noted | open | used | out_of_scope | dismissed
    Column("used_as", String(160), nullable=False, default=""),
    Column("settled_by", Uuid),
    Column("settled_at", UtcTime),
    Column("at", UtcTime, nullable=False),
    Index("ix_gap_state", "state"),
    Index("ix_gap_conversation", "conversation_id"),
)
