"""The frame of every page of the studio: who may see it, its words, the way to its other rooms."""

from dataclasses import dataclass
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.staff import Right, SignedIn
from bot.web.desk.session import locale_of
from bot.web.studio.texts import STUDIO_TEXTS


@dataclass(frozen=True, slots=True)
class Room:
    """One room of the studio: where it is, the key of its name, who may enter."""

    address: str
    name: str
    right: Right = Right.CONTENT
    also: tuple[str, ...] = ()  # addresses elsewhere that belong to it


ROOMS = (
    Room("/studio", "todo", Right.OFFICES),
    Room("/studio/articles", "articles", also=("/studio/coverage",)),
    Room("/studio/intents", "intents"),
    Room("/studio/training", "training"),
    Room("/studio/gaps", "gaps"),
    Room("/studio/texts", "texts"),
    Room("/studio/offices", "offices", Right.OFFICES),
    Room("/studio/ready", "ready", Right.OFFICES),
    Room("/studio/files", "files"),
)


def studio_page(
    request: web.Request, session: SignedIn, template: str, values: dict[str, Any] | None = None, status: int = 200
) -> web.Response:
    """Render a page of the studio in the staff member's language. `values` may hold `said`, a key of what was done."""
    locale, texts = locale_of(request, session), request.app[STUDIO_TEXTS]
    rooms = [room for room in ROOMS if session.member.may(room.right)]
    here = max((room for room in rooms if _is_in(request.path, room)), key=lambda room: len(room.address), default=None)
    shared: dict[str, Any] = {
        "locale": locale,
        "say": lambda key, **fill: texts.text(locale, key, **fill),
        "csrf": session.csrf,
        "member": session.member,
        "rooms": rooms,
        "here": here.name if here else "",
        "said": "",
        "problem": "",
    }
    return aiohttp_jinja2.render_template(template, request, shared | (values or {}), status=status)


def _is_in(path: str, room: Room) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in (room.address, *room.also))
