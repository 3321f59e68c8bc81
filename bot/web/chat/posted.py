"""What the page posts, from a form or as JSON, checked before anything is done with it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from bot.channels.parsed import clean
from bot.web.chat.visitor import is_page

LONGEST = 20_000  # the understanding reads both ends of what is long; a person of an office reads it all
_BUTTON_BYTES = 64
_NUMBER = re.compile(r"[0-9]{1,9}")
_OLDEST = timedelta(days=2)


class BadPost(Exception):
    """The fields are not what the page sends; the message names the field."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One message of a page. `keep` is None where the form had no such box."""

    page: str = field(repr=False)
    number: int
    text: str = field(default="", repr=False)
    button: str = field(default="", repr=False)
    keep: bool | None = None
    lang: str = ""
    age: timedelta = timedelta()
    is_json: bool = False

    def key(self, session: str, file: bytes = b"") -> str:
        """Return what makes this message itself: repeated it is known, another text under an old number is not lost."""
        content = hashlib.sha256(f"{self.button}\x1f{self.text}".encode() + file).hexdigest()[:16]
        return f"{session}:{self.page}:{self.number}:{content}"


async def read_posted(request: web.Request) -> Posted:
    """Read the body. Raises BadPost."""
    if request.content_type == "application/json":
        return posted_from(_strings(await _json(request)))
    fields = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    if "button" not in fields:
        fields.setdefault("keep", "")
    return posted_from(fields, is_json=False)


async def _json(request: web.Request) -> Mapping[str, object]:
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise BadPost("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadPost("the body is not an object")
    return body


def _strings(body: Mapping[str, object]) -> dict[str, str]:
    """Bring JSON values to the form's strings: true is "1", false and null are empty."""
    plain: dict[str, str] = {}
    for key, value in body.items():
        if isinstance(value, bool) or value is None:
            plain[key] = "1" if value else ""
        elif isinstance(value, str | int | float):
            plain[key] = str(value)
    return plain


def posted_from(fields: Mapping[str, str], *, is_json: bool = True) -> Posted:
    """Check the fields of a message. Raises BadPost."""
    page, number = fields.get("page", ""), fields.get("number", "")
    if not is_page(page):
        raise BadPost("page")
    if not _NUMBER.fullmatch(number):
        raise BadPost("number")
    text = clean(fields.get("text", "")).replace("\r\n", "\n").strip()
    button = clean(fields.get("button", ""))
    if len(text) > LONGEST:
        raise BadPost("text")
    if len(button.encode()) > _BUTTON_BYTES:
        raise BadPost("button")
    keep = bool(fields["keep"]) if "keep" in fields else None
    return Posted(
        page, int(number), "" if button else text, button, keep, fields.get("lang", "")[:12], _age(fields), is_json
    )


def _age(fields: Mapping[str, str]) -> timedelta:
    """How long ago the person wrote it, as the page measured while it had no connection."""
    seconds = fields.get("age", "0").partition(".")[0]
    return min(timedelta(seconds=int(seconds)), _OLDEST) if _NUMBER.fullmatch(seconds) else timedelta()
