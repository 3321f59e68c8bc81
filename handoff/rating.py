"""Whether an adviser helped: asked once at the end of a case, never about safety, counted without any text."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.counts import one_more
from bot.model.conversation import Conversation
from handoff.casebook import Casebook
from handoff.request import Card, Urgency
from handoff.store import Case, to_case

ASKED, GOOD, BAD = "asked", "good", "bad"

_SAFETY = "safety"
_case = tables.case


def fitting(case: Case, card: Card) -> bool:
    """Tell whether somebody may be asked at the end of this case: not in danger, not about safety, not twice."""
    in_danger = case.danger_at is not None or card.urgency is Urgency.DANGER or case.topic == _SAFETY
    return not in_danger and not case.rating


async def answer(casebook: Casebook, connection: AsyncConnection, seen: Conversation, rating: str) -> Case | None:
    """Keep the answer for the case that was asked about last and count it; None if none waits for an answer."""
    statement = select(_case).where(_case.c.conversation_id == seen.id, _case.c.rating == ASKED)
    row = (await connection.execute(statement.order_by(_case.c.closed_at.desc()).limit(1))).first()
    if row is None or rating not in (GOOD, BAD):
        return None
    case = to_case(row)
    await connection.execute(update(_case).where(_case.c.id == case.id).values(rating=rating))
    country = casebook.card(case).country
    await one_more(
        connection, casebook.clock(), f"rated_{rating}", country=country, topic=case.topic, locale=case.locale
    )
    return case
