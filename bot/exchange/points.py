"""Contact points, one file each: who changes one sees nothing else in Git."""

from collections.abc import Mapping
from typing import Any

from bot.exchange.items import Content, Files
from bot.exchange.single import Single
from handoff.offices.directory import POINT_SCHEMA, parent_faults
from handoff.offices.records import read_record


class Points(Single):
    """`handoff/points/<id>.yml`, with the same checks as everywhere."""

    def __init__(self) -> None:
        super().__init__("point", "handoff/points", _faults)

    def read(self, files: Files, problems: list[str]) -> Content:
        """Read all files; their values are as the schema writes them."""
        found = super().read(files, problems)
        return {item: plain_point(item.key, body) or body for item, body in found.items()}


def plain_point(key: str, body: Any) -> dict[str, Any] | None:
    """Return a record as the schema writes it, None for one with faults."""
    record = read_record(POINT_SCHEMA, key, body).record
    return POINT_SCHEMA.plain(record) if record is not None else None


def _faults(key: str, body: Any) -> list[str]:
    faults = list(read_record(POINT_SCHEMA, f"point {key}", body).faults)
    if body.get("id") != key:
        faults.append(f"id: must be {key}, the name of its file")
    return faults


def network_faults(bodies: Mapping[str, Any]) -> list[str]:
    """Say what is wrong among all contact points together: their chains."""
    records = {key: read_record(POINT_SCHEMA, key, body).record for key, body in bodies.items()}
    readable = {key: record for key, record in records.items() if record is not None}
    return [f"point {key}: {fault}" for key, fault in parent_faults(readable)]
