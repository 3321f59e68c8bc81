"""Whom a message is from: the conversations of many people who wrote together, in a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.conversations import Conversations, address_json
from bot.crypto import KeyRing
from bot.db import insert_once
from bot.model.conversation import WITH_OPERATOR
from bot.model.ids import new_id
from bot.model.messages import Address, Inbound
from bot.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Met:
    """A conversation as an arrival finds it. `news` are columns to write because the way to reach the person changed.

    `with_operator`: somebody of an office reads and answers, not the bot.
    """

    id: UUID
    first_waiting_at: datetime | None = None
    urgent: bool = False
    with_operator: bool = False
    news: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Meeting:
    """Finds conversations or makes them. Takes the open connection and never commits."""

    def __init__(self, ring: KeyRing, conversations: Conversations) -> None:
        self._sealed = Sealed(ring)
        self._conversations = conversations

    async def all(
        self, connection: AsyncConnection, account_id: UUID, people: Sequence[Inbound], now: datetime
    ) -> list[Met]:
        """Return the conversations with these people (each at most once), made where there are none, in their order.

        Somebody whom WhatsApp named by number until now may come with a user id: the same person, the same case.
        """
        digests = [self._conversations.address_hash(account_id, one.address) for one in people]
        numbers = [self._number_hash(account_id, one.address) for one in people]
        known = await self._by_hashes(connection, account_id, [*digests, *(one for one in numbers if one)])
        unknown = [
            (digest, one) for digest, number, one in zip(digests, numbers, people, strict=True)
            if digest not in known and number not in known
        ]  # fmt: skip
        made = await self._make(connection, account_id, unknown, now)
        return [
            made[digest]
            if digest in made
            else self._met(known.get(digest) or known[number or b""], digest, one.address)
            for digest, number, one in zip(digests, numbers, people, strict=True)
        ]

    def _number_hash(self, account_id: UUID, address: Address) -> bytes | None:
        number = address.extra.get("to", "").lstrip("+")
        if not number or number == address.key:
            return None
        return self._conversations.address_hash(account_id, Address(number))

    async def _by_hashes(
        self, connection: AsyncConnection, account_id: UUID, digests: Sequence[bytes]
    ) -> dict[bytes, Any]:
        c = t.conversation.c
        columns = (c.id, c.address_hash, c.first_waiting_at, c.urgent, c.state, c.address)
        query = select(*columns).where(c.account_id == account_id, c.address_hash.in_(digests))
        return {bytes(row.address_hash): row for row in (await connection.execute(query)).all()}

    def _met(self, row: Any, digest: bytes, address: Address) -> Met:
        stored = self._sealed.open_json("conversation", "address", row.id, row.address) if row.address else {}
        news: dict[str, Any] = {}
        if stored != address_json(address) or bytes(row.address_hash) != digest:
            news = {**self._conversations.sealed_address(row.id, address), "address_hash": digest}
        return Met(row.id, row.first_waiting_at, row.urgent, row.state in WITH_OPERATOR, news)

    async def _make(
        self, connection: AsyncConnection, account_id: UUID, people: Sequence[tuple[bytes, Inbound]], now: datetime
    ) -> dict[bytes, Met]:
        """Make conversations; somebody else may make the same one at this moment, so the ids are read back."""
        if not people:
            return {}
        rows = []
        for digest, one in people:
            row = new_id()
            rows.append({
                "id": row, "account_id": account_id, "channel": one.channel, "address_hash": digest, "created_at": now,
                **self._conversations.sealed_address(row, one.address),
            })  # fmt: skip
        await connection.execute(insert_once(connection, t.conversation), rows)
        found = await self._by_hashes(connection, account_id, [digest for digest, _ in people])
        return {digest: Met(row.id, row.first_waiting_at, row.urgent) for digest, row in found.items()}
