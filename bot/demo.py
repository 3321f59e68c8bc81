"""The demonstration office: staffed from the first start, so that the whole road can be tried; every text says what it is."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select, update

from bot import tables as t
from bot.model.conversation import Author, Purpose
from bot.service import Service
from bot.told import tell
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.outcome import AlreadyTaken, Delivery, Outcome

DEMO = "demo-office"


async def staff_the_demo_office(service: Service) -> None:
    """Count the operator of the demonstration as one who accepted the terms and signed in: whoever starts it is there."""
    now = service.clock()
    async with service.database.transaction() as connection:
        mine = t.staff.c.role == "operator"
        await connection.execute(update(t.staff).where(mine).values(terms_at=now, signed_in_at=now))


@dataclass(frozen=True)
class DemoOperator:
    """The operator of `converse`: acts through the same desk as a person would."""

    service: Service
    scope: Scope

    @classmethod
    async def make(cls, service: Service) -> "DemoOperator":
        """Make the account and staff the office."""
        await service.staff.make_first_accounts(DEMO)
        await staff_the_demo_office(service)
        async with service.database.reading() as connection:
            query = select(t.staff.c.id).where(t.staff.c.role == "operator")
            staff_id: UUID = (await connection.execute(query)).scalar_one()
        return cls(service, Scope(frozenset({DEMO}), staff_id))

    async def act(self, action: str, text: str = "") -> None:
        """sign_in | away | take | reply | phrase | give_back | close, on the first case there is.

        `text` is what is replied, or the id of a sentence of the phrasebook that needs no fields.
        """
        now = self.service.clock()
        async with self.service.database.transaction() as connection:
            if action in {"sign_in", "away"}:
                values = {"seen_at": now, "signed_in_at": now, "away": action == "away"}
                await connection.execute(update(t.staff).where(t.staff.c.id == self.scope.staff_id).values(**values))
                return
            look = queue.waiting if action == "take" else queue.mine
            cards = await look(connection, self.service.ring, self.scope)
            if not cards:
                raise ValueError("there is no case to act on")
            counter = self.service.handoff.counter
            outcome: Outcome | AlreadyTaken
            match action:
                case "take":
                    outcome = await counter.take(connection, self.scope, cards[0].case_id)
                case "reply":
                    outcome = await counter.reply(connection, self.scope, cards[0].case_id, text)
                case "phrase":
                    outcome = await counter.say_phrase(connection, self.scope, cards[0].case_id, text, {})
                case "give_back":
                    outcome = await counter.give_back(connection, self.scope, cards[0].case_id)
                case _:
                    outcome = await counter.close(connection, self.scope, cards[0].case_id)
            if isinstance(outcome, AlreadyTaken):
                return
            stands = outcome.conversation
            if outcome.kept is not None:
                await self.service.conversations.record(
                    connection, stands.id, Author.OPERATOR, text, now, staff_id=self.scope.staff_id
                )
            if outcome.reply is None:
                return
            draft = self.service.replies.render(outcome.reply, stands.locale or "en", outcome.purpose)
            if outcome.purpose is Purpose.OPERATOR and outcome.delivery is Delivery.SEND:
                draft = replace(draft, staff_id=self.scope.staff_id)
            await tell(connection, self.service.conversations, self.service.outbox, stands, draft, now)
