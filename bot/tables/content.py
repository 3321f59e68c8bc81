"""Facts of the installation, figures without text, and content loaded from files."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Uuid

from bot.db import UtcTime
from bot.tables.base import id_column, metadata

meta = Table(
    "meta",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", String(400), nullable=False),
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
    id_column(),
    Column("kind", String(20), nullable=False),  # article | contact_point
    Column("key", String(120), nullable=False),
    Column("origin_hash", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("current", Boolean, nullable=False, default=True),
    Column("author", Uuid),  # who wrote it in the studio; None: it came from a file
    Column("note", String(200), nullable=False, default=""),
    Index("ix_revision_kind_key", "kind", "key"),
)
