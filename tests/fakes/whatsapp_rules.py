"""What Graph accepts in `POST /{phone number}/messages`: the limits of a message as Meta documents them."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.record import Json

ANSWERS: dict[str, tuple[int, int]] = {  # name of the fault: HTTP status and error code
    "131047": (400, 131047),
    "131056": (400, 131056),
    "130429": (429, 130429),
    "131042": (400, 131042),
    "131026": (400, 131026),
    "131000": (500, 131000),
    "131016": (503, 131016),
    "80007": (429, 80007),
    "190": (401, 190),
    "368": (403, 368),
}
FILES = {"audio", "image", "document"}
_TYPES = {"text", "interactive", *FILES}
_UPLOADS = {  # what may be uploaded, how large in MB, and its first bytes
    "audio/ogg": ("audio", 16, b"OggS"), "audio/mpeg": ("audio", 16, b""), "audio/mp4": ("audio", 16, b""),
    "image/jpeg": ("image", 5, b"\xff\xd8\xff"), "image/png": ("image", 5, b"\x89PNG"),
    "application/pdf": ("document", 100, b"%PDF-"),
}  # fmt: skip
_KNOWN = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
}


class GraphError(Exception):
    """An answer with `error`."""

    def __init__(self, status: int, code: int, details: str = "") -> None:
        super().__init__(details)
        self.status = status
        self.code = code
        self.details = details

    def as_json(self) -> Json:
        error = {"message": f"(#{self.code}) refused", "type": "OAuthException", "code": self.code}
        return {"error": error | {"error_data": {"details": self.details}, "fbtrace_id": "AfakeTrace"}}


def check_upload(form: Json) -> str:
    """Return what kind of message the upload is for. Raises `GraphError` for what Meta would refuse."""
    _expect(form.get("messaging_product") == "whatsapp", "messaging_product", 131008)
    kind, megabytes, start = _UPLOADS.get(str(form.get("type")), ("", 0, b""))
    _expect(bool(kind) and form["file"].content_type == form["type"], "type", 131053)
    content = form["file"].file.read()
    form["file"].file.seek(0)
    _expect(0 < len(content) <= megabytes * 2**20 and content.startswith(start), "file", 131053)
    return kind


def check(body: Json, uploads: Mapping[str, tuple[str, bytes]] | None = None) -> None:
    """Raise `GraphError` for a message that Meta would refuse."""
    _expect(body.get("messaging_product") == "whatsapp", "messaging_product", 131008)
    _expect("to" in body or "recipient" in body, "to or recipient", 131008)
    kind = body.get("type")
    _expect(kind in _TYPES, "type")
    unknown = body.keys() - _KNOWN - {kind}
    _expect(not unknown, f"unknown keys {sorted(unknown)}")
    if kind in FILES:
        _check_file(str(kind), body[str(kind)], uploads or {})
    else:
        _CHECKS[str(kind)](body[str(kind)])


def shown(body: Json) -> tuple[str, list[tuple[str, str]], str]:
    """Return text, choices and shape (text, button, list) as a person sees them."""
    if body["type"] == "text":
        return body["text"]["body"], [], "text"
    if body["type"] in FILES:
        return "", [], body["type"]
    interactive = body["interactive"]
    action = interactive["action"]
    if interactive["type"] == "button":
        choices = [(item["reply"]["id"], item["reply"]["title"]) for item in action["buttons"]]
    else:
        choices = [(row["id"], row["title"]) for section in action["sections"] for row in section["rows"]]
    return interactive["body"]["text"], choices, interactive["type"]


def _check_file(kind: str, file: Json, uploads: Mapping[str, tuple[str, bytes]]) -> None:
    known = {"id", "caption", "voice"} if kind == "audio" else {"id", "caption", "filename"}
    _expect(file.keys() <= known, f"unknown keys of {kind}")
    _expect(file.get("id") in uploads and uploads[file["id"]][0] == kind, f"{kind}.id", 131053)
    _expect("voice" not in file or uploads[file["id"]][1].startswith(b"OggS"), "voice must be Opus in Ogg", 131053)


def _check_text(text: Json) -> None:
    _length(text["body"], 4096, "text.body")
    _expect(isinstance(text.get("preview_url", False), bool), "preview_url")


def _check_interactive(interactive: Json) -> None:
    kind = interactive.get("type")
    _expect(kind in ("button", "list"), "interactive.type")
    _length(interactive.get("footer", {}).get("text", "-"), 60, "footer")
    body = interactive["body"]["text"]
    if kind == "button":
        _length(body, 1024, "body")
        _check_buttons(interactive["action"])
    else:
        _length(body, 4096, "body")
        _check_list(interactive["action"])


def _check_buttons(action: Json) -> None:
    replies = [button["reply"] for button in action["buttons"]]
    _expect(1 <= len(replies) <= 3, "number of buttons")
    _expect(len({reply["title"] for reply in replies}) == len(replies), "titles must differ")
    _expect(len({reply["id"] for reply in replies}) == len(replies), "ids must differ")
    for reply in replies:
        _length(reply["id"], 256, "reply.id")
        _length(reply["title"], 20, "reply.title")


def _check_list(action: Json) -> None:
    sections = action["sections"]
    rows = [row for section in sections for row in section["rows"]]
    _length(action["button"], 20, "action.button")
    _expect(1 <= len(sections) <= 10 and 1 <= len(rows) <= 10, "number of rows")
    _expect(len({row["id"] for row in rows}) == len(rows), "row ids must differ")
    for section in sections:
        if len(sections) > 1:
            _length(section.get("title", ""), 24, "section.title")
    for row in rows:
        _length(row["id"], 200, "row.id")
        _length(row["title"], 24, "row.title")
        _length(row.get("description", "-"), 72, "row.description")


def _length(value: Any, limit: int, name: str) -> None:
    _expect(isinstance(value, str) and 1 <= len(value) <= limit, f"length of {name}")


def _expect(right: bool, name: str, code: int = 131009) -> None:
    if not right:
        raise GraphError(400, code, name)


_CHECKS = {"text": _check_text, "interactive": _check_interactive}
