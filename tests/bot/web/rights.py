"""Every address and who may open it: read by `test_rights.py`, which tries them all, and printed as `docs/rights.md`."""

from collections.abc import Mapping

from aiohttp import web

from bot.staff.rights import MAKES, RESETS, RIGHTS, Role

ROLES = tuple(role.value for role in Role)
DESK = frozenset({"operator", "lead", "interpreter"})
ANSWERING = frozenset({"operator", "lead"})

# A guard and the roles that pass it. `everybody` needs no account, `password` and `setting up` only a
# password so far.
GUARDS: Mapping[str, frozenset[str]] = {
    "everybody": frozenset(ROLES),
    "password": frozenset(ROLES),
    "setting up": frozenset(ROLES),
    "staff": frozenset(ROLES),
    "answering": ANSWERING,
    "desk": DESK,
    "interpreters": frozenset({"interpreter"}),
    "leads": frozenset({"lead"}),
    "accounts": frozenset({"lead", "coordinator", "admin"}),
    "all offices": frozenset({"content", "coordinator", "admin"}),
    "offices": frozenset({"lead", "content", "coordinator", "admin"}),
    "content": frozenset({"content"}),
}

# Who asks, beside the roles: the desk sends them elsewhere before any role counts.
OTHERS: Mapping[str, str] = {
    "signed out": "sign in",
    "account closed": "sign in",
    "second factor not given": "second factor",
    "second factor not set up": "second factor",
    "terms not accepted": "terms",
}

ROUTES: Mapping[str, str] = {
    # the desk
    "GET /desk/sign-in": "everybody",
    "POST /desk/sign-in": "everybody",
    "GET /desk/join": "everybody",
    "POST /desk/join": "everybody",
    "POST /desk/sign-out": "password",
    "GET /desk/second-factor": "password",
    "POST /desk/second-factor": "password",
    "GET /desk/second-factor/set-up": "setting up",
    "POST /desk/second-factor/set-up": "setting up",
    "POST /desk/second-factor/set-up/skip": "password",
    "GET /desk/terms": "staff",
    "POST /desk/terms": "staff",
    "GET /desk/account": "staff",
    "POST /desk/account/sessions": "staff",
    "POST /desk/account/password": "staff",
    "POST /desk/account/languages": "staff",
    "POST /desk/account/codes": "staff",
    "POST /desk/account/second-factor": "staff",
    "GET /desk/staff": "accounts",
    "POST /desk/staff/invite": "accounts",
    "POST /desk/staff/invitations/{id}/withdraw": "accounts",
    "POST /desk/staff/{id}/disable": "accounts",
    "POST /desk/staff/{id}/reset": "accounts",
    "GET /desk/log": "accounts",
    "GET /desk": "desk",
    "GET /desk/events": "desk",
    "GET /desk/c/{case}": "desk",
    "POST /desk/c/{case}/take": "answering",
    "POST /desk/c/{case}/reply": "desk",
    "POST /desk/c/{case}/again": "desk",
    "POST /desk/c/{case}/give-back": "answering",
    "POST /desk/c/{case}/close": "answering",
    "POST /desk/c/{case}/note": "desk",
    "POST /desk/c/{case}/pass": "answering",
    "POST /desk/c/{case}/transfer": "answering",
    "POST /desk/c/{case}/called": "answering",
    "POST /desk/c/{case}/mute": "answering",
    "POST /desk/c/{case}/propose": "answering",
    "POST /desk/c/{case}/interpret": "interpreters",
    "POST /desk/limits/{conversation}/{deed}": "leads",
    "GET /desk/c/{case}/insert": "desk",
    "POST /desk/c/{case}/article": "desk",
    "POST /desk/c/{case}/phrase": "desk",
    "GET /desk/c/{case}/file/{id}": "desk",
    "POST /desk/c/{case}/file": "answering",
    "GET /desk/protocol": "leads",
    "POST /desk/protocol": "leads",
    "POST /desk/away": "answering",
    "POST /desk/shift": "answering",
    "POST /desk/here": "desk",
    # the studio: to do, and the reading list for a lawyer
    "GET /studio": "offices",
    "GET /studio/lawyer": "content",
    "GET /studio/lawyer/{topic}/{intent}/{variant}": "content",
    "POST /studio/lawyer/{topic}/{intent}/{variant}/reviewed": "content",
    "POST /studio/lawyer/{topic}/{intent}/{variant}/comment": "content",
    # the studio: training
    "GET /studio/training": "content",
    "GET /studio/training/progress": "content",
    "GET /studio/training/{id}": "content",
    "POST /studio/training/start": "content",
    "POST /studio/training/back": "content",
    "POST /studio/training/{id}/cancel": "content",
    "POST /studio/training/{id}/publish": "content",
    # the studio: files
    "GET /studio/files": "content",
    "GET /studio/files/content.zip": "content",
    "POST /studio/files/file": "content",
    "GET /studio/files/plan": "content",
    "POST /studio/files/plan": "content",
    "GET /studio/files/conflicts": "content",
    "POST /studio/files/conflicts": "content",
    "GET /studio/files/paper": "content",
    "GET /studio/files/paper/document": "content",
    # the studio: ready words
    "GET /studio/ready": "offices",
    "POST /studio/ready": "offices",
    # the studio: sentences
    "GET /studio/texts": "content",
    "POST /studio/texts": "content",
    # the studio: contact points
    "GET /studio/offices": "offices",
    "GET /studio/offices/new": "all offices",
    "POST /studio/offices/new": "all offices",
    "GET /studio/offices/{id}": "offices",
    "POST /studio/offices/{id}": "offices",
    "POST /studio/offices/{id}/away": "all offices",
    "POST /studio/offices/{id}/file": "offices",
    # the studio: questions
    "GET /studio/intents": "content",
    "GET /studio/intents/new": "content",
    "POST /studio/intents/new": "content",
    "GET /studio/intents/try": "content",
    "POST /studio/intents/try": "content",
    "GET /studio/intents/{topic}/{intent}": "content",
    "POST /studio/intents/{topic}/{intent}/about": "content",
    "POST /studio/intents/{topic}/{intent}/check": "content",
    "POST /studio/intents/{topic}/{intent}/wordings": "content",
    "POST /studio/intents/{topic}/{intent}/wordings/away": "content",
    "POST /studio/intents/{topic}/{intent}/wordings/restore": "content",
    "POST /studio/intents/{topic}/{intent}/cases": "content",
    "GET /studio/intents/{topic}/{intent}/retire": "content",
    "POST /studio/intents/{topic}/{intent}/retire": "content",
    "POST /studio/intents/{topic}/{intent}/back": "content",
    # the studio: questions without an answer
    "GET /studio/gaps": "content",
    "GET /studio/gaps/{gap}": "content",
    "POST /studio/gaps/{gap}": "content",
    "POST /studio/gaps/{gap}/group": "content",
    # the studio: articles
    "GET /studio/articles": "content",
    "GET /studio/articles/new": "content",
    "GET /studio/coverage": "content",
    "GET /studio/articles/{topic}/{intent}/{variant}": "content",
    "GET /studio/articles/{topic}/{intent}/{variant}/review": "content",
    "GET /studio/articles/{topic}/{intent}/{variant}/history": "content",
    "GET /studio/articles/{topic}/{intent}/{variant}/withdraw": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/withdraw": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/tell": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/write": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/save": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/preview": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/discard": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/approve": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/refuse": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/still-correct": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/restore": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/machine": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/take-base": "content",
    "POST /studio/articles/{topic}/{intent}/{variant}/settle": "content",
}

# Addresses outside the desk: who is let in is tested where they are.
OUTSIDE: Mapping[str, str] = {
    "GET /": "the chat page: one's own chat, by its cookie",
    "POST /chat/send": "one's own chat, by its cookie",
    "POST /chat/keep": "one's own chat, by its cookie",
    "POST /chat/leave": "one's own chat, by its cookie",
    "GET /chat/events": "one's own chat, by its cookie",
    "POST /chat/file": "one's own chat, by its cookie",
    "GET /chat/file/{id}": "one's own chat, by its cookie",
    "GET /leave": "everybody",
    "GET /static/{name}": "everybody",
    "GET /help": "everybody",
    "GET /help/{locale}": "everybody",
    "GET /help/{locale}/{topic}": "everybody",
    "GET /help/{locale}/{topic}/{intent}": "everybody",
    "GET /places": "everybody",
    "GET /health": "everybody",
    "GET /ready": "everybody",
    "GET /metrics": "this machine only",
    "POST /telegram/{account}": "Telegram, by its secret",
    "GET /whatsapp": "Meta, by its token",
    "POST /whatsapp": "Meta, by its signature",
}


def routes_of(app: web.Application) -> list[str]:
    """Return every method and address of the application; HEAD comes with GET."""
    found = {
        f"{route.method} {route.resource.canonical}"
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    return sorted(found, key=lambda one: (one.split()[1], one.split()[0]))


def passes(who: str, guard: str) -> str:
    """Return what somebody meets at a guard: `opens`, `refused`, or where they are sent first."""
    if guard == "everybody":
        return "opens"
    if who in ROLES:
        return "opens" if who in GUARDS[guard] else "refused"
    first = OTHERS[who]
    if first == "terms" and "operator" not in GUARDS[guard]:
        return "refused"
    if first == "terms" and guard in {"password", "setting up", "staff"}:
        return "opens"
    if first == "second factor" and (guard == "password" or (guard == "setting up" and who.endswith("set up"))):
        return "opens"
    return first


def markdown(routes: list[str]) -> str:
    """Print who may do what."""
    lines = [
        "# Who may do what",
        "",
        "Printed by `GUICHET_WRITE_DOCS=1 pytest tests/bot/web/test_rights.py`, which tries every address as everybody.",
        "A contact point is the boundary: operators and leads reach the cases of their own ones only, and read a conversation",
        "only after they took it. Coordinators, administrators and content managers have no way to what people wrote.",
        "",
        "## Rights of a role",
        "",
        "| role | rights | invites and closes | takes a lost second factor away from |",
        "|---|---|---|---|",
    ]
    for role in Role:
        cells = (_names(RIGHTS[role]), _names(MAKES[role]), _names(RESETS[role]))
        lines.append(f"| {role} | {' | '.join(cells)} |")
    lines += ["", "A lead does so at their own contact points only; nobody does it to their own account.", ""]
    lines += ["## Addresses of the desk", "", _row("address", [*ROLES, *OTHERS]), _row("---", ["---"] * 11)]
    for route in routes:
        if route in ROUTES:
            met = [passes(who, ROUTES[route]) for who in (*ROLES, *OTHERS)]
            lines.append(
                _row(
                    f"`{route}`", ["yes" if one == "opens" else "no" if one == "refused" else f"→ {one}" for one in met]
                )
            )
    lines += ["", "Every form bears its session's own token; without it the answer is 403.", ""]
    lines += ["## Addresses outside the desk", "", "| address | who |", "|---|---|"]
    lines += [f"| `{route}` | {OUTSIDE[route]} |" for route in routes if route in OUTSIDE]
    return "\n".join(lines) + "\n"


def _names(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or "–"


def _row(first: str, cells: list[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"
