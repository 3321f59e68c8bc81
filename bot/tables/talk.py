"""What is said: accounts, conversations, what comes in, what goes out, the record, consents."""

from sqlalchemy import (
    JSON,
    BigInteger,
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

# A channel account: platform + bot or number + owner + countries. Windows, budgets and cost belong to it.
account = Table(
    "account",
    metadata,
    id_column(),
    Column("channel", String(20), nullable=False),
    Column("external", String(80), nullable=False),
    Column("owner", String(120), nullable=False, default=""),
    Column("countries", JSON, nullable=False, default=list),
    Column("failing_since", UtcTime),
    Column("failing_reason", String(80), nullable=False, default=""),
    Column("last_sent_at", UtcTime),
    UniqueConstraint("channel", "external"),
)

conversation = Table(
    "conversation",
    metadata,
    id_column(),
    Column("account_id", Uuid, ForeignKey("account.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("address_hash", LargeBinary(32)),
    Column("address", LargeBinary),
    Column("locale", String(12), nullable=False, default=""),
    Column("state", String(20), nullable=False, default="bot"),
    Column("contact_point", String(80), nullable=False, default=""),
    Column("operator_id", Uuid),
    Column("version", Integer, nullable=False, default=0),
    Column("epoch", Integer, nullable=False, default=0),
    Column("tracker", LargeBinary),
    # who works on it: a lease with a fencing number
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_holder", String(80)),
    Column("lease_until", UtcTime),
    Column("ready_at", UtcTime),
    Column("first_waiting_at", UtcTime),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("out_seq", Integer, nullable=False, default=0),
    Column("created_at", UtcTime, nullable=False),
    Column("last_inbound_at", UtcTime),
    Column("window_until", UtcTime),  # WhatsApp's 24 hours
    Column("handed_off_at", UtcTime),  # the end of the last case: such text is kept 90 days
    Column("stopped_at", UtcTime),
    Column("blocked_at", UtcTime),
    Column("limited_until", UtcTime),  # abuse: no person is asked for this conversation until then; danger excepted
    Column("limited_by", Uuid),  # the operator who muted it
    Column("limit_confirmed_at", UtcTime),  # when the office's lead confirmed it
    Column("erase_at", UtcTime),  # "erase my data" was asked: the row itself goes then
    UniqueConstraint("account_id", "address_hash"),
    Index("ix_conversation_ready", "ready_at"),
)

# What came in. The row outlives the erasure of its payload by 8 days, so that a redelivery is still recognised.
inbox = Table(
    "inbox",
    metadata,
    id_column(),
    Column("account_id", Uuid, ForeignKey("account.id"), nullable=False),
    conversation_column(nullable=True),
    Column("dedupe_hash", LargeBinary(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("payload", LargeBinary),
    Column("state", String(12), nullable=False, default="waiting"),  # waiting | parked | done | dead
    Column("urgent", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("reason", String(80), nullable=False, default=""),
    Column("sent_at", UtcTime, nullable=False),
    Column("platform_number", BigInteger, nullable=False, default=0),
    Column("received_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    UniqueConstraint("account_id", "dedupe_hash"),
    Index("ix_inbox_conversation_state", "conversation_id", "state"),
    Index("ix_inbox_state_kind", "state", "kind"),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    conversation_column(),
    Column("account_id", Uuid, ForeignKey("account.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("purpose", String(12), nullable=False),  # bot | danger | handoff | operator
    Column("lane", Integer, nullable=False, default=0),  # 0 live reply, 1 broadcast
    Column("epoch", Integer, nullable=False, default=0),
    Column("payload", LargeBinary),
    Column(
        "state", String(12), nullable=False, default="queued"
    ),  # queued | sending | sent | rejected | unknown | cancelled
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", UtcTime, nullable=False),
    Column("reason", String(80), nullable=False, default=""),
    Column("platform_hash", LargeBinary(32)),
    Column("platform_state", String(12), nullable=False, default=""),
    Column("resolved", Boolean, nullable=False, default=False),  # an unknown row was dealt with
    Column("answers_at", UtcTime),  # when the message it answers was received
    Column("created_at", UtcTime, nullable=False),
    Column("sending_at", UtcTime),
    Column("finished_at", UtcTime),
    UniqueConstraint("conversation_id", "seq"),
    Index("ix_outbox_state_not_before", "state", "not_before"),
    Index("ix_outbox_platform_hash", "platform_hash"),
)

# The record of what was said, for the desk, for "show my data" and for the web page.
message = Table(
    "message",
    metadata,
    id_column(),
    conversation_column(),
    Column("author", String(12), nullable=False),  # person | bot | operator
    Column("staff_id", Uuid),
    Column("payload", LargeBinary),
    Column("locale", String(12), nullable=False, default=""),
    Column("at", UtcTime, nullable=False),
    Column("seq", Integer, nullable=False, default=0),
    Column("outbox_id", Uuid),
    Index("ix_message_conversation_at", "conversation_id", "at"),
)

consent = Table(
    "consent",
    metadata,
    id_column(),
    conversation_column(),
    Column("kind", String(20), nullable=False),  # learn | contact
    Column("answer", String(20), nullable=False),
    Column("wording", String(40), nullable=False),
    Column("locale", String(12), nullable=False, default=""),
    Column("at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Index("ix_consent_conversation", "conversation_id"),
)

# A webhook body that could not be read: kept sealed for 24 hours for the person who mends the parser.
raw_webhook = Table(
    "raw_webhook",
    metadata,
    id_column(),
    Column("channel", String(20), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)
