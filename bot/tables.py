"""The tables. In clear: our ids, times, channel, locale, state, contact point, topic. Sealed: everything else of a person."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from bot.db import UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column:  # type: ignore[type-arg]
    return Column("id", Uuid, primary_key=True)


def _conversation(nullable: bool = False) -> Column:  # type: ignore[type-arg]
    target = ForeignKey("conversation.id", ondelete="CASCADE")
    return Column("conversation_id", Uuid, target, nullable=nullable)


meta = Table(
    "meta",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", String(400), nullable=False),
)

# A channel account: platform + bot or number + owner + countries. Windows, budgets and cost belong to it.
account = Table(
    "account",
    metadata,
    _id(),
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
    _id(),
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
    Column("erase_at", UtcTime),  # "erase my data" was asked: the row itself goes then
    UniqueConstraint("account_id", "address_hash"),
    Index("ix_conversation_ready", "ready_at"),
)

# What came in. The row outlives the erasure of its payload by 8 days, so that a redelivery is still recognised.
inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("account_id", Uuid, ForeignKey("account.id"), nullable=False),
    _conversation(nullable=True),
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
    _id(),
    _conversation(),
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
    _id(),
    _conversation(),
    Column("author", String(12), nullable=False),  # person | bot | operator
    Column("staff_id", Uuid),
    Column("payload", LargeBinary),
    Column("locale", String(12), nullable=False, default=""),
    Column("at", UtcTime, nullable=False),
    Column("seq", Integer, nullable=False, default=0),
    Column("outbox_id", Uuid),
    Index("ix_message_conversation_at", "conversation_id", "at"),
)

# One request for a person: the queue's card and its clocks.
case = Table(
    "handoff_case",
    metadata,
    _id(),
    _conversation(),
    Column("contact_point", String(80), nullable=False),
    Column("state", String(20), nullable=False),  # waiting | assigned | closed
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
    Index("ix_handoff_case_point_state", "contact_point", "state"),
    Index("ix_handoff_case_conversation", "conversation_id"),
)

handoff_event = Table(
    "handoff_event",
    metadata,
    _id(),
    _conversation(),
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
    _id(),
    Column("case_id", Uuid),
    Column("contact_point", String(80), nullable=False),
    Column("kind", String(20), nullable=False),  # waiting | repeated | lead | danger
    Column("state", String(12), nullable=False, default="queued"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", UtcTime, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_notice_state", "state", "not_before"),
)

staff = Table(
    "staff",
    metadata,
    _id(),
    Column("login", String(80), nullable=False, unique=True),
    Column("password", String(200), nullable=False),
    Column("role", String(20), nullable=False),  # operator | coordinator | content | admin
    Column("contact_points", JSON, nullable=False, default=list),
    Column("locale", String(12), nullable=False, default="en"),
    Column("terms_at", UtcTime),
    Column("signed_in_at", UtcTime),
    Column("seen_at", UtcTime),
    Column("away", Boolean, nullable=False, default=False),
    Column("disabled_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
)

staff_session = Table(
    "staff_session",
    metadata,
    _id(),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("staff_id", Uuid, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(60), nullable=False),
    Column("action", String(60), nullable=False),
    Column("object_id", String(80), nullable=False, default=""),
    Column("contact_point", String(80), nullable=False, default=""),
    Index("ix_audit_at", "at"),
)

consent = Table(
    "consent",
    metadata,
    _id(),
    _conversation(),
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
    _id(),
    Column("channel", String(20), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)

# Figures without text, kept 24 months.
figure = Table(
    "figure",
    metadata,
    Column("week", String(8), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("country", String(8), primary_key=True),
    Column("locale", String(12), primary_key=True),
    Column("topic", String(80), primary_key=True),
    Column("count", Integer, nullable=False),
)

# Content loaded from files; `origin_hash` is the file's hash that this revision came from.
revision = Table(
    "revision",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),  # article | contact_point
    Column("key", String(120), nullable=False),
    Column("origin_hash", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("current", Boolean, nullable=False, default=True),
    Index("ix_revision_kind_key", "kind", "key"),
)
