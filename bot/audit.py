"""The audit: who did what, when, to which object, without any text of a person."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.model.ids import new_id


async def note(
    connection: AsyncConnection, actor: str, action: str, object_id: str, contact_point: str, now: datetime
) -> None:
    """Write one line in the open transaction, so that it stands exactly when the deed does.

    `actor` is `staff:<id>`, `bot` or `system`; `action` is a past tense such as `conversation_taken`.
    """
    values = {
        "id": new_id(), "at": now, "actor": actor, "action": action, "object_id": object_id,
        "contact_point": contact_point,
    }  # fmt: skip
    await connection.execute(insert(t.audit).values(**values))
