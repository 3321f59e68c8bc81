"""Carries out a decision's effects in the turn's transaction and collects what is to be said."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.conversations import Conversations
from bot.figures import Figures
from bot.gaps.model import READING_ONLY
from bot.gaps.store import Gaps
from bot.model.conversation import Author, Conversation, Purpose, State
from bot.model.ids import new_id
from bot.model.say import Choice, Part, Reply, Say, ShowArticle, ShowDanger, Verbatim
from bot.model.shown import ShownArticle
from bot.outbox import Outbox
from bot.served import Served
from dialogues.decision import (
    Alarm,
    Consent,
    Decision,
    Desk,
    Effect,
    Erase,
    Export,
    Privacy,
    ShowAgain,
    Step,
    Stop,
)
from dialogues.flows.common import yes_no
from dialogues.tracker import Tracker
from handoff.outcome import HeldAnswer

_PLATFORMS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
_CHUNK = 3500


class DeskActions(Protocol):
    """What the handoff room does for a turn; every edge happens on the open transaction."""

    async def act(
        self, connection: AsyncConnection, conversation: Conversation, action: str, argument: str, tracker: Tracker,
        now: datetime,
    ) -> Reply:  # fmt: skip
        """Carry out a person's wish about a person: offer, accept, cancel, status …"""
        ...

    async def danger(
        self, connection: AsyncConnection, conversation: Conversation, intent: str, country: str, tracker: Tracker,
        written_at: datetime,
    ) -> tuple[Say, ...]:  # fmt: skip
        """Raise the desk's alarm and return the truth about who reads."""
        ...

    async def heard(
        self, connection: AsyncConnection, conversation: Conversation, now: datetime
    ) -> tuple[HeldAnswer, ...]:
        """The person wrote; returns an operator's words that waited for this moment."""
        ...


@dataclass(frozen=True)
class Carried:
    """The replies to queue (nearly always one) and what a report wants to know."""

    replies: tuple[Reply, ...] = field(default=(), repr=False)
    purpose: Purpose = Purpose.BOT
    forget: bool = False
    article: str = ""
    jurisdiction: str = ""
    sources: tuple[str, ...] = ()
    handoff: str = ""
    held: tuple[HeldAnswer, ...] = field(default=(), repr=False)


class CarryOut:
    """Turns steps into parts: effects are done first, what they answer takes their place."""

    def __init__(
        self, conversations: Conversations, outbox: Outbox, desk: DeskActions, figures: Figures, gaps: Gaps,
        served: Served, article: Callable[[str, str, str, str], ShownArticle | None], keep_days: int,
    ) -> None:  # fmt: skip
        self._conversations = conversations
        self._outbox = outbox
        self._desk = desk
        self._figures = figures
        self._gaps = gaps
        self._served = served
        self._article = article
        self._keep = timedelta(days=keep_days)

    async def carry_out(
        self, connection: AsyncConnection, conversation: Conversation, decision: Decision, now: datetime
    ) -> Carried:
        """Do what was decided; the conversation row is locked by the caller."""
        held = await self._desk.heard(connection, conversation, now)
        parts: list[Part] = []
        choices = decision.choices
        extra: list[Reply] = []
        for step in decision.steps:
            reply = await self._step(connection, conversation, step, decision, now)
            parts += reply.parts
            choices = reply.choices or choices
            if isinstance(step, Export) and step.text:
                extra = _chunks(reply)
        await self._figures.count(connection, decision, now)
        await self._gaps.note(connection, conversation.id, decision, now)
        await self._note_served(connection, conversation, decision, now)
        replies = extra or ([Reply(tuple(parts), choices)] if parts else [])
        after = await self._conversations.read(connection, conversation.id)
        forget = any(isinstance(step, Erase) for step in decision.steps)
        carried = self._carried(decision, tuple(replies), forget, after.state if after else State.BOT)
        return replace(carried, held=() if forget else held)

    def _carried(self, decision: Decision, replies: tuple[Reply, ...], forget: bool, state: State) -> Carried:
        purpose = Purpose.BOT
        if decision.name == "emergency":
            purpose = Purpose.DANGER
        elif any(isinstance(step, Desk | Erase | Stop) for step in decision.steps):
            purpose = Purpose.HANDOFF
        shown = self._shown(decision)
        return Carried(
            replies, purpose, forget,
            article=shown.intent if shown else "", jurisdiction=shown.jurisdiction if shown else "",
            sources=tuple(source.url for source in shown.sources) if shown else (), handoff=state,
        )  # fmt: skip

    def _shown(self, decision: Decision) -> ShownArticle | None:
        step = next((step for step in decision.steps if isinstance(step, ShowArticle)), None)
        return self._picked(step, decision) if step is not None else None

    def _picked(self, step: ShowArticle, decision: Decision) -> ShownArticle | None:
        return self._article(step.intent, step.country, decision.tracker.locale or "en", step.part)

    async def _note_served(
        self, connection: AsyncConnection, conversation: Conversation, decision: Decision, now: datetime
    ) -> None:
        """Remember which texts this person gets, should one of them turn out to be wrong."""
        for step in decision.steps:
            if isinstance(step, ShowArticle):
                part = "steps" if step.part == "papers" else step.part
                if shown := self._picked(replace(step, part=part), decision):
                    await self._served.note(connection, conversation.id, shown, now)

    async def _step(
        self,
        connection: AsyncConnection,
        conversation: Conversation,
        step: Step,
        decision: Decision,
        now: datetime,
    ) -> Reply:
        if not isinstance(step, Effect):
            return Reply((step,))
        current = await self._conversations.read(connection, conversation.id) or conversation
        tracker = decision.tracker
        match step:
            case Desk(action, argument):
                return await self._desk.act(connection, current, action, argument, tracker, now)
            case Alarm(intent, country, card, written_at, here):
                truth, *also = await self._desk.danger(connection, current, intent, country, tracker, written_at or now)
                card_parts = (ShowDanger(intent, country, truth, here),) if card else (Say("danger_again"), truth)
                return Reply((*card_parts, *also))
            case Erase():
                return await self._erase(connection, current, now)
            case Export(text):
                return await self._export(connection, current, text, now)
            case Stop():
                return await self._stop(connection, current, now)
            case Consent():
                return await self._consent(connection, current, step, tracker, now)
            case ShowAgain():
                return await self._again(connection, current)
            case Privacy():
                return _privacy(current)

    async def _erase(self, connection: AsyncConnection, conversation: Conversation, now: datetime) -> Reply:
        """Everything goes at once; the address stays until this last sentence is sent (retention ends it)."""
        await self._desk.act(connection, conversation, "delete", "", Tracker(), now)
        await self._conversations.forget(connection, conversation.id, now)
        hint = {"telegram": "erase_on_telegram", "whatsapp": "erase_on_whatsapp", "web": "erase_on_web"}
        said = [Say("delete_done")]
        if conversation.channel in hint:
            said.append(Say(hint[conversation.channel]))
        return Reply(tuple(said))

    async def _export(
        self, connection: AsyncConnection, conversation: Conversation, text: bool, _now: datetime
    ) -> Reply:
        """First counts and dates; the words only after the second yes."""
        c = t.message.c
        query = select(func.count(), func.min(c.at), func.max(c.at)).where(
            c.conversation_id == conversation.id, c.author == Author.PERSON
        )
        count, first, last = (await connection.execute(query)).one()
        if not count:
            return Reply((Say("export_none"),))
        if text:
            records = await self._conversations.messages(connection, conversation.id)
            own = [
                Verbatim(f"{record['at']:%Y-%m-%d %H:%M} {record['text']}")
                for record in records
                if record["author"] == "person"
            ]
            return Reply((Say("export_text"), *own))
        dates = {
            "count": count,
            "first": first.date(),
            "last": last.date(),
            "erased": (last + self._keep).date(),
        }
        given = await self._given(connection, conversation)
        revoke = (Choice("d:revoke", Say("choice_revoke")),) if given else ()
        return Reply((Say("export_ask", dates), *given), (*yes_no("export"), *revoke) if revoke else ())

    async def _given(self, connection: AsyncConnection, conversation: Conversation) -> tuple[Say, ...]:
        c = t.consent.c
        query = select(c.at, c.wording).where(
            c.conversation_id == conversation.id, c.kind == "learn", c.answer == "yes", c.revoked_at.is_(None)
        )
        given = (await connection.execute(query.order_by(c.at.desc()).limit(1))).one_or_none()
        if given is None:
            return ()
        if given.wording in READING_ONLY:
            return (Say("consent_given", {"date": given.at.date()}),)
        kept = await self._gaps.kept(connection, conversation.id)
        return (Say("consent_given_2", {"date": given.at.date(), "count": kept}),)

    async def _stop(self, connection: AsyncConnection, conversation: Conversation, now: datetime) -> Reply:
        await self._conversations.write(connection, conversation.id, {"stopped_at": now})
        await self._outbox.cancel_bot(connection, conversation.id, now)
        return Reply((Say("stop", {"date": (now + self._keep).date()}),))

    async def _consent(
        self,
        connection: AsyncConnection,
        conversation: Conversation,
        step: Consent,
        tracker: Tracker,
        now: datetime,
    ) -> Reply:
        """Store the answer; any new answer ends an earlier yes."""
        c = t.consent.c
        mine = (c.conversation_id == conversation.id) & (c.kind == step.kind) & c.revoked_at.is_(None)
        await connection.execute(update(t.consent).where(mine).values(revoked_at=now))
        values = {
            "id": new_id(), "conversation_id": conversation.id, "kind": step.kind, "answer": step.answer,
            "wording": step.wording, "locale": tracker.locale, "at": now,
        }  # fmt: skip
        await connection.execute(insert(t.consent).values(**values))
        if step.kind == "learn":
            agreed = step.wording if step.answer == "yes" else ""
            await self._gaps.answered(connection, conversation.id, agreed)
        return Reply()

    async def _again(self, connection: AsyncConnection, conversation: Conversation) -> Reply:
        records = await self._conversations.messages(connection, conversation.id)
        mine = [record for record in records if record["author"] == "bot"]
        if not mine:
            return Reply((Say("nothing_pending"),))
        last = mine[-2] if len(mine) > 1 and any(b[0] == "again" for b in mine[-1]["buttons"]) else mine[-1]
        return Reply((Verbatim(last["text"]),), tuple(Choice(i, title) for i, title in last["buttons"]))


def _privacy(conversation: Conversation) -> Reply:
    platform = _PLATFORMS.get(conversation.channel)
    return Reply((Say("privacy_words", {"platform": platform}) if platform else Say("privacy_words_web"),))


def _chunks(reply: Reply) -> list[Reply]:
    """A copy of one's own words may need several messages."""
    chunks: list[list[Part]] = [[]]
    size = 0
    for part in reply.parts:
        length = len(part.text) if isinstance(part, Verbatim) else 60
        if size + length > _CHUNK and chunks[-1]:
            chunks.append([])
            size = 0
        chunks[-1].append(part)
        size += length + 2
    return [replace(reply, parts=tuple(chunk)) for chunk in chunks]
