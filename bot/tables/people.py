"""Staff: accounts, sessions, invitations, and who did what."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Uuid

from bot.db import UtcTime
from bot.tables.base import id_column, metadata

staff = Table(
    "staff",
    metadata,
    id_column(),
    Column("login", String(80), nullable=False, unique=True),
    Column("password", String(200), nullable=False),
    Column("role", String(20), nullable=False),  # operator | lead | interpreter | content | coordinator | admin
    Column("contact_points", JSON, nullable=False, default=list),
    Column("locale", String(12), nullable=False, default="en"),
    Column("terms_at", UtcTime),
    Column("signed_in_at", UtcTime),
    Column("seen_at", UtcTime),
    Column("away", Boolean, nullable=False, default=False),
    Column("shift_until", UtcTime),  # the end of the shift they announced; then they are away by themselves
    # an interpreter's, what an operator also speaks, or what a content manager writes (then empty: all)
    Column("languages", JSON, nullable=False, default=list),
    Column("jurisdictions", JSON, nullable=False, default=list),  # of a content manager; empty: all
    Column("digest_at", UtcTime),  # when the weekly mail was last written
    Column("interprets_at", UtcTime),  # when the role of interpreter was accepted
    Column("totp", LargeBinary),  # sealed; None: no second factor yet
    Column("totp_at", UtcTime),  # when the second factor was confirmed
    Column("totp_step", BigInteger, nullable=False, default=0),  # the last step used: a code works once
    Column("recovery", JSON, nullable=False, default=list),  # hashes of unused recovery codes
    Column("disabled_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
)

staff_session = Table(
    "staff_session",
    metadata,
    id_column(),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("staff_id", Uuid, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("second_factor_at", UtcTime),  # None: only the password was given so far
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(60), nullable=False),
    Column("action", String(60), nullable=False),
    Column("object_id", String(80), nullable=False, default=""),
    Column("contact_point", String(80), nullable=False, default=""),
    Index("ix_audit_at", "at"),
)

# A link or QR code that makes one account; only the hash of its token is kept.
invitation = Table(
    "invitation",
    metadata,
    id_column(),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("contact_points", JSON, nullable=False, default=list),
    Column("languages", JSON, nullable=False, default=list),
    Column("jurisdictions", JSON, nullable=False, default=list),
    Column("locale", String(12), nullable=False, default="en"),
    Column("made_by", Uuid, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("used_by", Uuid),
    Column("withdrawn_at", UtcTime),
)
