"""The way in and out: everything of the store as files, and files into the store after a plan."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.exchange.conflicts import Conflicts
from bot.exchange.faults import contradictions
from bot.exchange.formats import read, write
from bot.exchange.held import Held, read_held
from bot.exchange.items import ARTICLE, DRAFT, Content, Files, Item, fingerprint
from bot.exchange.manifest import NAME, Manifest, Was, manifest_of, read_manifest, write_manifest
from bot.exchange.plan import Entry, Plan, Verdict, WhyNot, make_plan
from bot.exchange.points import network_faults
from bot.exchange.proposing import Proposing, drafted
from bot.exchange.rights import DRAFTED
from bot.exchange.shipped import Shipped
from bot.exchange.taking import Taking
from bot.model.errors import GuichetError
from handoff.offices.live import open_cases
from knowledge.editing import Editing, Editor
from knowledge.store import Revisions

Side = Literal["mine", "theirs"]
Road = tuple[Editing, Editor]


class CannotImport(GuichetError):
    """Nothing was changed. `problems` says what is wrong with the files, in words for whoever wrote them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PlanChanged(CannotImport):
    """The content is not what the plan was made of any more; nothing is wrong with the files."""

    def __init__(self) -> None:
        super().__init__(("Somebody changed the content meanwhile; look at the plan again.",))


@dataclass(frozen=True, slots=True)
class Incoming:
    """Files that were read: what they say, what they began from, what is wrong with them."""

    content: Content = field(repr=False)
    manifest: Manifest = field(repr=False)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decided about a plan: each conflict, and whether what has no file any more is taken away."""

    conflicts: Mapping[Item, Side] = field(default_factory=dict)
    gone: bool = False

    def of(self, plan: Plan) -> list[Entry]:
        """Return the entries to be taken."""
        taken = plan.of(Verdict.NEW, Verdict.CHANGED, *([Verdict.GONE] if self.gone else []))
        return taken + [one for one in plan.of(Verdict.CONFLICT) if self.conflicts.get(one.item) == "theirs"]


def everything(item: Item, mine: object, theirs: object) -> str:
    """Refuse nothing: for the command line, which only who runs the installation can use."""
    return ""


@dataclass(frozen=True)
class Exchange:
    """Exports and imports. Functions that take a connection never commit."""

    shipped: Callable[[], Shipped] = field(repr=False)  # what the files say: some seconds the first time
    clock: Callable[[], datetime]

    @property
    def conflicts(self) -> Conflicts:
        """What was changed here and by a new version."""
        return Conflicts(self.shipped, self.clock)

    def read(self, files: Files) -> Incoming:
        """Read files that somebody brings: seconds for all of them, so the caller does it in a thread."""
        shipped, problems = self.shipped(), list[str]()
        manifest = read_manifest(files, problems)
        found = read(files, shipped.questions, shipped.content, shipped.files)
        return Incoming(found.content, manifest, (*problems, *found.problems))

    async def held(self, connection: AsyncConnection, shipped: Shipped) -> Held:
        """Read what the store holds."""
        return await read_held(connection, shipped)

    def files_of(self, held: Held, shipped: Shipped) -> dict[str, bytes]:
        """Write everything as files, with the manifest."""
        files = write(held.content, shipped.content, shipped.files, shipped.questions)
        return files | {NAME: write_manifest(manifest_of(held, shipped))}

    async def export_all(self, connection: AsyncConnection) -> dict[str, bytes]:
        """Return all content as files by their paths."""
        shipped = await asyncio.to_thread(self.shipped)
        return await asyncio.to_thread(self.files_of, await self.held(connection, shipped), shipped)

    async def plan(
        self, connection: AsyncConnection, incoming: Incoming, why_not: WhyNot = everything, *, drafts: bool = False
    ) -> Plan:
        """Say what an import would do. A plan with problems is not carried out. `drafts`: articles come as drafts."""
        shipped = await asyncio.to_thread(self.shipped)
        held = await self.held(connection, shipped)
        return await asyncio.to_thread(self._plan, incoming, held, shipped, why_not, drafts=drafts)

    def _plan(self, incoming: Incoming, held: Held, shipped: Shipped, why_not: WhyNot, *, drafts: bool) -> Plan:
        """Compare everything with everything: seconds, so in a thread, while the loop answers people."""
        if incoming.problems:
            return Plan(problems=incoming.problems)
        plan = make_plan(incoming.content, incoming.manifest, held, shipped, why_not)
        taken = {entry.item: entry.theirs for entry in plan.entries if entry.theirs is not None}
        questions = {item.key for item in {*held.content, *incoming.content} if item.kind == "intent"}
        if drafts:
            there = drafted(plan.entries, held)
            entries = (
                replace(one, verdict=Verdict.LEFT_OUT, why=one.why or DRAFTED) if one.item in there else one
                for one in plan.entries
            )
            plan = replace(plan, entries=tuple(entries))
        wrong = contradictions(taken, shipped.content, shipped.questions, shipped.questions | questions)
        return replace(plan, problems=tuple(wrong))

    async def import_all(
        self, connection: AsyncConnection, incoming: Incoming, author: UUID | None, choice: Choice,
        why_not: WhyNot = everything, seen: str = "", road: Road | None = None,
    ) -> Plan:  # fmt: skip
        """Carry out the plan in the open transaction and return it. `seen` is the stamp of the plan that was shown.

        With a `road` articles and drafts go over it: as drafts that wait for a second person.

        Raises CannotImport; the caller then rolls back, and nothing was changed.
        """
        await Revisions().hold(connection)
        shipped = await asyncio.to_thread(self.shipped)
        held = await self.held(connection, shipped)
        plan = await asyncio.to_thread(self._plan, incoming, held, shipped, why_not, drafts=road is not None)
        if plan.problems:
            raise CannotImport(plan.problems)
        if seen and seen != await asyncio.to_thread(lambda: plan.stamp):
            raise PlanChanged
        entries = choice.of(plan)
        await _prove_points(connection, entries, held)
        now = self.clock()
        proposed = [entry for entry in entries if road is not None and entry.item.kind in {ARTICLE, DRAFT}]
        await Taking(connection, held, shipped, author, now).take([one for one in entries if one not in proposed])
        if road is not None:
            await Proposing(connection, *road, held).take(proposed)
        if entries:
            actor = f"staff:{author}" if author else "system"
            await audit.note(connection, actor, "content_imported", str(len(entries)), "", now)
        return plan

    def manifest_after(self, incoming: Incoming, plan: Plan, choice: Choice) -> bytes:
        """Return the manifest of a folder after its import: what was settled is where both sides begin next time."""
        waiting = {entry.item for entry in plan.entries} - {entry.item for entry in choice.of(plan)}
        waiting -= {item for item, side in choice.conflicts.items() if side == "mine"}
        shipped = self.shipped().content
        items = dict(incoming.manifest.items)
        for item in {*incoming.content, *items} - waiting:
            body = incoming.content.get(item)
            items[item] = Was(fingerprint(body), own=body != shipped.get(item))
        return write_manifest(Manifest(items, there=True))


async def _prove_points(connection: AsyncConnection, entries: list[Entry], held: Held) -> None:
    """Refuse chains of offices that lead nowhere, and to take away an office where people wait."""
    points = {item.key: body for item, body in held.content.items() if item.kind == "point"}
    before = set(network_faults(points))
    for entry in entries:
        if entry.item.kind == "point":
            points.pop(entry.item.key, None)
            if entry.theirs is not None:
                points[entry.item.key] = entry.theirs
            elif waiting := await open_cases(connection, entry.item.key):
                raise CannotImport((f"point {entry.item.key}: {waiting} people wait there; it cannot be taken away",))
    if wrong := [fault for fault in network_faults(points) if fault not in before]:
        raise CannotImport(tuple(wrong))
