"""/studio/articles: all texts of all questions, found by topic, country, language and state."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.staff import SignedIn
from bot.staff.model import Member
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.rows import FLAGS, STATES, address_of, read_rows
from bot.web.studio.frame import studio_page
from bot.web.studio.names import Names, names_of
from bot.web.studio.paging import page_of
from knowledge.editing.overview import Row

_ON_A_PAGE = 50
_LONGEST_WORD = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for; empty means all. `state` is one of STATES or FLAGS."""

    topic: str = ""
    place: str = ""
    language: str = ""
    state: str = ""
    mine: bool = False
    word: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """Read the fields of the form from the address."""
        state = query.get("state", "")
        return cls(
            query.get("topic", ""), query.get("place", ""), query.get("language", ""),
            state if state in (*STATES, *FLAGS) else "", query.get("mine") == "1",
            query.get("q", "").strip()[:_LONGEST_WORD],
        )  # fmt: skip

    def fits(self, row: Row, member: Member, names: Names) -> bool:
        """Tell whether a row is asked for."""
        return (
            self.topic in ("", row.topic)
            and self.place in ("", row.jurisdiction)
            and self.language in ("", row.locale)
            and (not self.state or self.state == row.state or bool(getattr(row, self.state, False)))
            and (not self.mine or member.writes(row.jurisdiction, row.locale))
            and (not self.word or self._is_named(row, names))
        )

    def _is_named(self, row: Row, names: Names) -> bool:
        word = self.word.casefold()
        return word in row.title.casefold() or word in names.title(row.intent).casefold()

    def address(self, page: int) -> str:
        """Return where another page of the same list is."""
        fields = {
            "topic": self.topic, "place": self.place, "language": self.language, "state": self.state,
            "mine": "1" if self.mine else "", "q": self.word, "page": str(page) if page > 1 else "",
        }  # fmt: skip
        return "/studio/articles?" + urlencode({name: value for name, value in fields.items() if value})


@content_only
async def articles(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what was asked for, a page at a time."""
    names, rows = names_of(request, session), await read_rows(request.app[CONTEXT])
    wanted = Wanted.of(request.query)
    found = [row for row in rows if wanted.fits(row, session.member, names)]
    page = page_of(found, request.query.get("page", ""), _ON_A_PAGE, wanted.address)
    values = {
        "wanted": wanted, "names": names, "page": page, "address_of": address_of,
        "topics": sorted({row.topic for row in rows}), "states": (*STATES, *FLAGS),
        "places": _named({row.jurisdiction for row in rows}, names.place),
        "languages": _named({row.locale for row in rows}, names.language),
    }  # fmt: skip
    return studio_page(request, session, "studio/articles.html", values)


def _named(codes: Iterable[str], name: Callable[[str], str]) -> list[tuple[str, str]]:
    return sorted(((code, name(code)) for code in codes), key=lambda pair: pair[1])


def add_routes(app: web.Application) -> None:
    """The list."""
    app.router.add_get("/studio/articles", articles)
