"""The tables `draft` and `review`: who writes, who looked, what they said. Nothing is decided here but who holds a lock."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import insert_once
from bot.edits import Outdated
from bot.model.ids import new_id
from knowledge.editing.model import LOCK, Approval, Comment, Draft, Editor, Locked, Stage, Verdict

_NOT_SAID = (Verdict.WROTE, Verdict.MACHINE)
_ANSWERED = (Verdict.REFUSE, Verdict.WITHDRAW)
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_D, _R = t.draft.c, t.review.c


async def begin(
    connection: AsyncConnection, key: str, body: Mapping[str, Any], base: UUID | None, editor: Editor, now: datetime
) -> bool:
    """Make a draft, locked for its author; False where there is one already, perhaps made at this very moment.

    Its first version is a time: a page that was left open over a publication never fits the next draft.
    """
    values = {
        "id": new_id(), "key": key, "base": base, "body": dict(body), "author": editor.id, "stage": Stage.WRITING,
        "lock_holder": editor.id, "lock_until": now + LOCK, "created_at": now, "updated_at": now,
        "version": int((now - _BEGAN).total_seconds()),
    }  # fmt: skip
    return (await connection.execute(insert_once(connection, t.draft).values(**values))).rowcount == 1


async def read(connection: AsyncConnection, key: str, now: datetime, lock: bool = False) -> Draft | None:
    """Return a draft without what the checks say; `lock` takes the row lock on PostgreSQL."""
    query = select(t.draft).where(_D.key == key)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _draft(row, now) if row is not None else None


async def every(connection: AsyncConnection, now: datetime) -> list[Draft]:
    """Return all drafts, by key."""
    return [_draft(row, now) for row in await connection.execute(select(t.draft).order_by(_D.key))]


async def take_lock(connection: AsyncConnection, key: str, editor: Editor, now: datetime) -> None:
    """Keep others from writing for ten minutes. Raises Locked while somebody else does."""
    values = {"lock_holder": editor.id, "lock_until": now + LOCK}
    mine = and_(_D.key == key, _free_for(editor, now))
    if (await connection.execute(update(t.draft).where(mine).values(**values))).rowcount != 1:
        await _refuse(connection, key, editor, now)


async def release(connection: AsyncConnection, key: str, editor: Editor) -> None:
    """Let others write."""
    mine = and_(_D.key == key, _D.lock_holder == editor.id)
    await connection.execute(update(t.draft).where(mine).values(lock_holder=None, lock_until=None))


async def change(
    connection: AsyncConnection, key: str, editor: Editor, version: int, values: Mapping[str, Any], now: datetime
) -> None:
    """Change a draft that is still what its editor saw. Raises Locked or Outdated, and then nothing was changed."""
    mine = and_(_D.key == key, _D.version == version, _free_for(editor, now))
    new = {"version": version + 1, "updated_at": now, "lock_holder": editor.id, "lock_until": now + LOCK, **values}
    if (await connection.execute(update(t.draft).where(mine).values(**new))).rowcount != 1:
        await _refuse(connection, key, editor, now)


async def mark(connection: AsyncConnection, draft: Draft, values: Mapping[str, Any]) -> None:
    """Change columns of a draft whose row the caller holds; its words stay, and with them its version."""
    await connection.execute(update(t.draft).where(_D.id == draft.id).values(**values))


async def remove(connection: AsyncConnection, draft: Draft) -> None:
    """Take a draft away."""
    await connection.execute(delete(t.draft).where(_D.id == draft.id))


async def say(
    connection: AsyncConnection, key: str, editor: Editor, verdict: Verdict, now: datetime,
    *, draft: Draft | None = None, revision: UUID | None = None, comment: str = "",
) -> UUID:  # fmt: skip
    """Note what somebody said or did about a text."""
    row = new_id()
    values = {
        "id": row, "key": key, "draft_id": draft.id if draft else None, "draft_version": draft.version if draft else 0,
        "revision_id": revision, "staff_id": editor.id, "country": editor.answers_for, "verdict": verdict,
        "comment": comment.strip(), "at": now,
    }  # fmt: skip
    await connection.execute(insert(t.review).values(**values))
    return row


async def wrote(connection: AsyncConnection, draft: Draft, person: UUID, now: datetime) -> None:
    """Remember that a draft holds words of this person: they cannot approve it any more."""
    if person not in await writers(connection, draft):
        values = {
            "id": new_id(), "key": draft.key, "draft_id": draft.id, "draft_version": draft.version, "staff_id": person,
            "country": "", "verdict": Verdict.WROTE, "comment": "", "at": now,
        }  # fmt: skip
        await connection.execute(insert(t.review).values(**values))


async def writers(connection: AsyncConnection, draft: Draft) -> frozenset[UUID]:
    """Return everybody whose words a draft holds."""
    query = select(_R.staff_id).where(_R.draft_id == draft.id, _R.verdict == Verdict.WROTE)
    return frozenset((await connection.execute(query)).scalars()) | {draft.author}


async def by_machine(connection: AsyncConnection, draft: Draft) -> bool:
    """Tell whether a machine translated it: then somebody else reads it, whatever the settings say."""
    query = select(_R.id).where(_R.draft_id == draft.id, _R.verdict == Verdict.MACHINE).limit(1)
    return (await connection.execute(query)).scalar() is not None


async def approvals(connection: AsyncConnection, draft: Draft) -> tuple[Approval, ...]:
    """Return the approvals of a draft as it is now; those of earlier versions do not count."""
    mine = and_(_R.draft_id == draft.id, _R.draft_version == draft.version, _R.verdict == Verdict.APPROVE)
    return await _yeses(connection, mine)


async def vouched(connection: AsyncConnection, revision: UUID) -> tuple[Approval, ...]:
    """Return who read a served text and called it right."""
    return await _yeses(connection, and_(_R.revision_id == revision, _R.verdict == Verdict.REVIEWED))


async def _yeses(connection: AsyncConnection, mine: Any) -> tuple[Approval, ...]:
    """One for each person, the earliest first."""
    query = select(_R.staff_id, t.staff.c.login, _R.country, _R.at).outerjoin(t.staff, t.staff.c.id == _R.staff_id)
    found: dict[UUID, Approval] = {}
    for row in await connection.execute(query.where(mine).order_by(_R.at, _R.id)):
        found.setdefault(row.staff_id, Approval(row.staff_id, row.login or "", row.country, row.at))
    return tuple(found.values())


async def names(connection: AsyncConnection, people: Collection[UUID]) -> list[str]:
    """Return the logins of these people in the order of the alphabet."""
    query = select(t.staff.c.login).where(t.staff.c.id.in_(people)).order_by(t.staff.c.login)
    return list((await connection.execute(query)).scalars())


async def comments(connection: AsyncConnection, key: str = "") -> list[Comment]:
    """Return what was said of a text, or what nobody has dealt with of all texts, the newest first."""
    which = _R.key == key if key else _R.settled_at.is_(None)
    query = select(t.review).where(which, _R.verdict.not_in(_NOT_SAID), _R.comment != "")
    return [_comment(row) for row in await connection.execute(query.order_by(_R.at.desc(), _R.id.desc()))]


async def settle(connection: AsyncConnection, comment: UUID, now: datetime) -> None:
    """Note that somebody dealt with a comment; the first time counts."""
    mine = and_(_R.id == comment, _R.settled_at.is_(None))
    await connection.execute(update(t.review).where(mine).values(settled_at=now))


async def answered(connection: AsyncConnection, key: str, now: datetime) -> None:
    """Note that a published text deals with why it was refused or withdrawn; other comments stay open."""
    mine = and_(_R.key == key, _R.verdict.in_(_ANSWERED), _R.settled_at.is_(None))
    await connection.execute(update(t.review).where(mine).values(settled_at=now))


def _free_for(editor: Editor, now: datetime) -> Any:
    return or_(_D.lock_holder.is_(None), _D.lock_holder == editor.id, _D.lock_until <= now)


async def _refuse(connection: AsyncConnection, key: str, editor: Editor, now: datetime) -> None:
    found = await read(connection, key, now)
    if found is not None and found.holder not in {None, editor.id} and found.until is not None:
        raise Locked(found.holder or found.author, found.until)
    raise Outdated(f"the draft of {key} is not what you saw any more")


def _draft(row: Row[Any], now: datetime) -> Draft:
    held = row.lock_until is not None and row.lock_until > now
    return Draft(
        id=row.id, key=row.key, body=row.body, base=row.base, stage=Stage(row.stage), minor=row.minor, author=row.author,
        holder=row.lock_holder if held else None, until=row.lock_until if held else None, version=row.version,
        updated_at=row.updated_at, submitted_at=row.submitted_at,
    )  # fmt: skip


def _comment(row: Row[Any]) -> Comment:
    return Comment(row.id, row.key, row.staff_id, Verdict(row.verdict), row.comment, row.at, row.settled_at)
