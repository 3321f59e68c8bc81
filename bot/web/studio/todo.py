"""/studio: what there is to do for whoever is signed in."""

from dataclasses import dataclass

from aiohttp import web

from bot.staff import Right, SignedIn
from bot.todo import Kind, Task, Todo
from bot.todo.model import LISTS
from bot.todo.tasks import tasks_of
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import offices_only
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of

_SHOWN = 6
_LINK_ONLY = {Kind.CONFLICTS}  # their page shows both sides
_WITH_TIMES = {Kind.MISSING, Kind.GAPS}


@dataclass(frozen=True, slots=True)
class Section:
    """The tasks of one kind: some of them, how many there are, and where all are."""

    kind: Kind
    tasks: tuple[Task, ...]
    count: int
    address: str


def todo_of(context: WebContext) -> Todo:
    """Return what finds the tasks."""
    workshop = context.workshop
    return Todo(
        context.database, workshop.editing, workshop.gaps, workshop.edits, workshop.questions,
        context.library.catalogue, lambda: workshop.offices.points.values(), workshop.exchange.shipped, context.clock,
    )  # fmt: skip


@offices_only
async def todo(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the tasks; who edits no texts has those of offices only."""
    found = tasks_of(await todo_of(request.app[CONTEXT]).look(), session.member)
    sections = [
        Section(kind, () if kind in _LINK_ONLY else tasks[:_SHOWN], len(tasks), LISTS[kind])
        for kind, tasks in found.items()
    ]
    values = {
        "sections": sections, "names": names_of(request, session), "with_times": _WITH_TIMES,
        "writes": session.member.may(Right.CONTENT),
    }  # fmt: skip
    return studio_page(request, session, "studio/todo.html", values)


def add_routes(app: web.Application) -> None:
    """The first page of the studio."""
    app.router.add_get("/studio", todo)
