"""A network's installation for the tests: the real content, and over it what a network changes, odd words included."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.edits import Change, Edits, content_hash
from bot.exchange.engine import Exchange
from bot.exchange.items import Item
from bot.exchange.shipped import Shipped, shipped_content
from bot.model.ids import new_id
from knowledge.store import Revisions

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
INES = UUID("0192f3c0-0000-7000-8000-000000000001")
CASES = Path(__file__).parents[2] / "nlu_cases"
WAGES = "labour_rights/unpaid_wages"
ODD = "- يقول المدير: «لا أدفع» \u200f\"ok\" {x}: # - 'é\\'"
NO_HEADINGS = "## {ODD}\n#2\n\\# 3".replace("{ODD}", ODD.replace("{x}", ""))

EDITS: dict[Item, Any] = {
    Item("wordings", f"{WAGES}/it"): {"examples": ["non mi pagano", "- - due mesi: niente", ODD]},
    Item("wordings", f"{WAGES}/ar"): None,
    Item("wordings", "permits/night_shift/en"): {"examples": ["can they make me work at night", " kept as it is "]},
    Item("cases", f"{WAGES}/it"): {"examples": [ODD, "a\u2028b"]},
    Item("intent", "permits/night_shift"): {
        "about": ODD, "not": "", "deadline": True, "retired": False, "titles": {"en": "Night work", "ar": "عمل الليل"},
    },
    Item("intent", "arrival/find_job"): {"about": "Jobs", "not": "", "retired": True, "titles": {}},
    Item("phrase", "it/menu_again"): {"text": 'Scrivi: "ciao" #1', "state": "read"},
    Item("title", f"it/{WAGES}"): {"text": "Paga: no"},
    Item("ready", "*/office-hours"): {"title": "Hours", "texts": {"en": "Mo\nTu\n\n  {office}", "ur": ODD}},
    Item("ready", "milano-welcome-center/bring"): {"title": "Bring", "texts": {"it": "null"}},
}  # fmt: skip


def exchange(folder: Path) -> Exchange:
    """An installation without contact points of its own."""
    return Exchange(partial(shipped_content, folder, CASES), lambda: NOW)


async def install(connection: AsyncConnection, shipped: Shipped) -> None:
    """What a first start does."""
    await Revisions().load(connection, list(shipped.articles.values()), NOW)


async def write(connection: AsyncConnection, key: str, body: Any) -> None:
    """Somebody publishes a text."""
    r = t.revision
    await connection.execute(r.update().where(r.c.key == key, r.c.current).values(current=False))
    values = {"kind": "article", "key": key, "origin_hash": "", "body": body, "created_at": NOW, "current": True}
    await connection.execute(insert(r).values(id=new_id(), **values))


async def edit(connection: AsyncConnection, shipped: Shipped, item: Item, body: Any) -> None:
    """Somebody saves a change over a file."""
    before = await Edits().one(connection, *item)
    change = Change(*item, body, content_hash(shipped.content.get(item)), before.id if before else None)
    await Edits().save(connection, change, INES, NOW)


def text(shipped: Shipped, key: str, summary: str, **meta: Any) -> dict[str, Any]:
    """A shipped text with another summary."""
    document = shipped.articles[key].document
    return {"meta": {**document["meta"], **meta}, "sections": {**document["sections"], "summary": summary}}


async def live_in(connection: AsyncConnection, shipped: Shipped) -> None:
    """A network changes something of every kind."""
    await install(connection, shipped)
    for item, body in EDITS.items():
        await edit(connection, shipped, item, body)
    point = {**shipped.content[Item("point", "milano-welcome-center")], "phone": "020203", "city_also": [ODD]}
    await edit(connection, shipped, Item("point", "milano-welcome-center"), point)
    await edit(connection, shipped, Item("point", "anolf-milano"), None)
    await write(connection, f"{WAGES}/IT.it", text(shipped, f"{WAGES}/IT.it", "Ti devono pagare.", title="Paga: no"))
    await write(connection, f"{WAGES}/IT.ar", text(shipped, f"{WAGES}/IT.it", NO_HEADINGS, status="draft"))
    head = shipped.articles[f"{WAGES}/article"].document
    (first, source), *_ = head["sources"].items()
    changed = {**source, "checked_on": "2026-11-01", "title": 'The "law": new'}
    await write(connection, f"{WAGES}/article", {**head, "related": [], "sources": {**head["sources"], first: changed}})
    body = {"meta": {"title": ODD}, "sections": {"summary": "unfinished\n\n- "}, "read": {"IT-1": None}}
    values = {"stage": "writing", "minor": True, "author": INES, "created_at": NOW, "updated_at": NOW, "version": 3}
    await connection.execute(insert(t.draft).values(id=new_id(), key=f"{WAGES}/IT.en", body=body, **values))
