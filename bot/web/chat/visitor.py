"""Who looks at the chat page: a random token in one strictly necessary cookie, set when the person first writes.

The database knows only a hash of a hash of the token. Nothing that opens a chat ever stands in an address (URL).
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.channels.webchat import ACCOUNT, NAME
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.model.messages import Address
from bot.web.context import CONTEXT, WebContext

KEPT_FOR = timedelta(days=30)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_KEPT, _SESSION = "k", "s"


@dataclass(frozen=True, slots=True)
class Visitor:
    """`token` is empty while the browser has no chat of ours; `keep` says that the person wants it kept on the device."""

    token: str = field(default="", repr=False)
    keep: bool = False
    account_id: UUID | None = None
    conversation_id: UUID | None = None

    @property
    def address(self) -> Address:
        """The person's address on the channel: a hash of the token, never the token."""
        return address_of(self.token)


def address_of(token: str) -> Address:
    """Return the address that belongs to a token."""
    return Address(hashlib.sha256(b"guichet web chat\0" + token.encode()).hexdigest())


def new_page() -> str:
    """Return the name of one loaded page: 256 random bits. Its messages are numbered under it.

    Like the token it never stands in an address (URL): a first message under it opens the chat.
    """
    return secrets.token_urlsafe(32)


def is_page(name: str) -> bool:
    """Tell whether this looks like the name of a page."""
    return _TOKEN.fullmatch(name) is not None


def token_for(ring: KeyRing, page: str) -> str:
    """Return the token that a page without a chat gets with its first message.

    It follows from the page's random name, so that a first message repeated because our answer was lost finds the same
    chat and is known already.
    """
    return base64.urlsafe_b64encode(ring.lookup("web session", page)).decode().rstrip("=")


async def find_visitor(request: web.Request) -> Visitor:
    """Return who asks. A token without a conversation (erased, left, forged) counts for nothing."""
    context = request.app[CONTEXT]
    kind, _, token = request.cookies.get(cookie_name(context), "").partition(".")
    if kind not in {_KEPT, _SESSION} or not is_page(token):
        return Visitor()
    async with context.database.reading() as connection:
        return await visitor_of(connection, context.conversations, token, kind == _KEPT)


async def visitor_of(
    connection: AsyncConnection, conversations: Conversations, token: str, keep: bool = False
) -> Visitor:
    """Return whose token this is; an empty visitor if it opens no conversation."""
    account = t.account.c
    query = select(account.id).where(account.channel == NAME, account.external == ACCOUNT)
    account_id = (await connection.execute(query)).scalar()
    if account_id is None:
        return Visitor()
    found = await conversations.find(connection, account_id, address_of(token))
    return Visitor(token, keep, account_id, found) if found else Visitor()


def cookie_name(context: WebContext) -> str:
    """Browsers take `__Host-` only with `Secure`, which plain http on loopback cannot have."""
    return "__Host-guichet" if context.public_https else "guichet"


def give_cookie(context: WebContext, response: web.StreamResponse, token: str, keep: bool) -> None:
    """Let the browser come back: until it is closed, or for 30 days if the person chose so."""
    response.set_cookie(
        cookie_name(context), f"{_KEPT if keep else _SESSION}.{token}", path="/", httponly=True, samesite="Strict",
        secure=context.public_https, max_age=int(KEPT_FOR.total_seconds()) if keep else None,
    )  # fmt: skip


def end_cookie(context: WebContext, response: web.StreamResponse) -> None:
    """Take the cookie back."""
    response.del_cookie(cookie_name(context), path="/", httponly=True, samesite="Strict", secure=context.public_https)
