"""The offices and operators of the played scenes: made up, so that no real office is put words into its mouth."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import select, update

from bot import tables as t
from bot.staff import Role
from handoff.offices.contact_point import Scope
from tests.conversations.scene import Stage

UNION = "scene-union"  # reports nobody, speaks English and Italian
BRUSSELS = "scene-brussels"  # speaks French and Dutch only

_POINT: dict[str, Any] = {
    "organisation": "Scene", "sources": ["https://example.org"], "checked_on": "2026-11", "hours": "Mo-Fr 09:00-18:00; PH off",
}  # fmt: skip
_POINTS: list[dict[str, Any]] = [
    {
        "id": UNION, "name": "Scene union", "kind": "union", "country": "IT", "zone": "Europe/Rome", "holidays": "IT",
        "city": "Milano", "address": "via Scena 1", "languages": ["en", "it"], "duty_to_report": "none", "minors": True,
        "declared_on": date(2026, 11, 2), "lat": 45.46, "lon": 9.19,
    },
    {
        "id": BRUSSELS, "name": "Scene Brussels", "kind": "union", "country": "BE", "zone": "Europe/Brussels",
        "holidays": "BE", "city": "Bruxelles", "address": "rue de la Scène 1", "languages": ["fr", "nl"],
    },
]  # fmt: skip


def write_points(folder: Path) -> None:
    """Make the offices the installation's own."""
    (folder / "points").mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"points": [_POINT | point for point in _POINTS]}, allow_unicode=True)
    (folder / "points" / "scene.yml").write_text(text, encoding="utf-8")


async def hire(stage: Stage, *points: str) -> Mapping[str, Scope]:
    """Give each office an operator who accepted the terms and signed in this week, but does not sit there now."""
    found: dict[str, Scope] = {}
    for point in points:
        await stage.service.staff.add(f"op-{point}", Role.OPERATOR, [point])
        async with stage.service.database.transaction() as connection:
            mine = t.staff.c.login == f"op-{point}"
            now = stage.clock()
            await connection.execute(update(t.staff).where(mine).values(terms_at=now, signed_in_at=now, seen_at=None))
            staff_id: UUID = (await connection.execute(select(t.staff.c.id).where(mine))).scalar_one()
        found[point] = Scope(frozenset({point}), staff_id)
    return found
