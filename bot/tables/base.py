"""What all tables share."""

from sqlalchemy import Column, ForeignKey, MetaData, Uuid

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column:  # type: ignore[type-arg]
    """Return the primary key: a UUIDv7 of ours, made before the insert."""
    return Column("id", Uuid, primary_key=True)


def conversation_column(nullable: bool = False) -> Column:  # type: ignore[type-arg]
    """Return the reference to a conversation; the row goes with it."""
    target = ForeignKey("conversation.id", ondelete="CASCADE")
    return Column("conversation_id", Uuid, target, nullable=nullable)
