"""/studio/coverage: which question has a text for which country in which language, as a picture that can be clicked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.rows import address_of, read_rows
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from knowledge.article import EU
from knowledge.editing.overview import Row

KINDS = ("good", "look", "draft", "none")
"""What a square of the picture says: served, served but to be looked at again, written but not served, nobody wrote it."""
_HEIGHTS = {"good": 12, "look": 12, "draft": 6, "none": 2}
_STEP, _WIDE, _HIGH = 6, 5, 12


@dataclass(frozen=True, slots=True)
class Strip:
    """One question in one country: a bar for each language, drawn as one path for each kind."""

    paths: tuple[tuple[str, str], ...]
    width: int
    served: int
    of: int
    counts: Mapping[str, int] = field(default_factory=dict)


def kind_of(row: Row) -> str:
    """Return what a text's square looks like."""
    if row.serving:
        return "look" if row.overdue or row.outdated else "good"
    return "none" if row.state == "missing" else "draft"


def strip(rows: Sequence[Row]) -> Strip:
    """Draw the languages of one question in one country."""
    drawn: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for at, row in enumerate(rows):
        kind = kind_of(row)
        counts[kind] += 1
        drawn[kind].append(_bar(at * _STEP, kind))
    paths = tuple((kind, "".join(drawn[kind])) for kind in KINDS if kind in drawn)
    return Strip(paths, max(len(rows), 1) * _STEP, counts["good"] + counts["look"], len(rows), counts)


def _bar(left: int, kind: str) -> str:
    """A full bar, a hollow one, a half one, or a line on the ground: shapes that are told apart without colour."""
    height = _HEIGHTS[kind]
    top = _HIGH - height
    outer = f"M{left} {top}h{_WIDE}v{height}h-{_WIDE}z"
    hole = f"M{left + 1} {top + 1}v{height - 2}h{_WIDE - 2}v-{height - 2}z"
    return outer + hole if kind == "look" else outer


@content_only
async def coverage(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show all countries; with `?place=IT` one country, language by language."""
    names, rows = names_of(request, session), await read_rows(request.app[CONTEXT])
    places = sorted({row.jurisdiction for row in rows}, key=lambda place: (place != EU, names.place(place)))
    place = request.query.get("place", "")
    table = _table(row for row in rows if place in ("", row.jurisdiction))
    values = {
        "names": names, "places": places, "place": place if place in places else "", "kinds": KINDS,
        "topics": _by_topic(table), "address_of": address_of, "kind_of": kind_of, "strip": strip,
        "totals": {one: strip([row for row in rows if row.jurisdiction == one]) for one in places},
    }  # fmt: skip
    return studio_page(request, session, "studio/article_coverage.html", values)


Table = dict[str, dict[str, list[Row]]]


def _table(rows: Iterable[Row]) -> Table:
    """Return the rows by question and country."""
    table: Table = defaultdict(lambda: defaultdict(list))
    for row in rows:
        table[row.intent][row.jurisdiction].append(row)
    return table


def _by_topic(table: Table) -> dict[str, Table]:
    topics: dict[str, Table] = defaultdict(dict)
    for intent, places in table.items():
        topics[intent.partition("/")[0]][intent] = places
    return topics


def add_routes(app: web.Application) -> None:
    """The map."""
    app.router.add_get("/studio/coverage", coverage)
