"""The bodies that go to Graph, within its limits: what does not fit is refused, never cut."""

from collections.abc import Mapping
from typing import Any

from bot.markup import to_whatsapp
from bot.model.errors import SendError, SendFailure
from bot.model.messages import Address, Attached, Button, Capabilities, Outbound

CAPABILITIES = Capabilities(
    buttons=3, rows=10, text_limit=4096, button_limit=20, row_limit=24, typing=True, window_hours=24
)
_BUTTON_BODY = 1024
_BUTTON_ID = 256
_ROW_ID = 200
_LIST_LABEL = 20
_DEFAULT_LABEL = "☰"  # understood without words, for a list that nobody gave a title

_FILES = {
    "audio/ogg": "audio", "audio/mpeg": "audio", "audio/mp4": "audio", "image/jpeg": "image", "image/png": "image",
    "application/pdf": "document",
}  # fmt: skip

Body = dict[str, Any]


def message_body(message: Outbound, media_id: str = "") -> Body:
    """Return the body of a message: text, up to three buttons, a list, or an uploaded file. Raises `SendError` REJECTED."""
    if message.attachment is not None:
        return _envelope(message, _file(message.attachment, media_id))
    text = to_whatsapp(message.text)
    _refuse_if(not text.strip(), "empty")
    _refuse_if(len(text) > CAPABILITIES.text_limit, "too_long")
    return _envelope(message, _content(text, message))


def _envelope(message: Outbound, content: Body) -> Body:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **recipient(message.address),
        **content,
        "biz_opaque_callback_data": str(message.id),
    }


def _file(file: Attached, media_id: str) -> Body:
    """Name the uploaded file as what WhatsApp shows: only Opus in Ogg is a voice note."""
    kind = _FILES.get(file.mime, "")
    _refuse_if(not kind, "file_type")
    more: Body = {"voice": True} if file.mime == "audio/ogg" else {}
    more |= {"filename": "document.pdf"} if kind == "document" else {}
    return {"type": kind, kind: {"id": media_id, **more}}


def read_body(reference: str) -> Body:
    """Return the body that marks a message as read and shows that somebody types."""
    return {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": reference,
        "typing_indicator": {"type": "text"},
    }


def recipient(address: Address) -> Mapping[str, str]:
    """Name the person: by number with "+" (else Meta puts our own country code before it), or by BSUID."""
    if "to" in address.extra:
        return {"to": "+" + address.extra["to"].lstrip("+")}
    if "recipient" in address.extra:
        return {"recipient": address.extra["recipient"]}
    return {"to": f"+{address.key}"} if address.key.isdigit() else {"recipient": address.key}


def _content(text: str, message: Outbound) -> Body:
    if not message.buttons:
        return {"type": "text", "text": {"body": text, "preview_url": False}}
    _refuse_if(len(message.buttons) > CAPABILITIES.rows, "too_many_buttons")
    _refuse_if(len({button.id for button in message.buttons}) < len(message.buttons), "same_button_twice")
    if _fits_buttons(text, message.buttons):
        return _interactive(text, "button", _buttons(message.buttons))
    return _interactive(text, "list", _list(message))


def _fits_buttons(text: str, buttons: tuple[Button, ...]) -> bool:
    """Tell whether few and short choices stand below a short text; a list takes more of all three."""
    short = all(len(button.title) <= CAPABILITIES.button_limit for button in buttons)
    return short and len(buttons) <= CAPABILITIES.buttons and len(text) <= _BUTTON_BODY


def _interactive(text: str, kind: str, action: Body) -> Body:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _buttons(buttons: tuple[Button, ...]) -> Body:
    _refuse_if(len({button.title for button in buttons}) < len(buttons), "same_title_twice")
    replies = [_choice(button, _BUTTON_ID, CAPABILITIES.button_limit) for button in buttons]
    return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}


def _list(message: Outbound) -> Body:
    label = message.list_title or _DEFAULT_LABEL
    _refuse_if(len(label) > _LIST_LABEL, "title_too_long")
    lines = [_choice(button, _ROW_ID, CAPABILITIES.row_limit) for button in message.buttons]
    return {"button": label, "sections": [{"rows": lines}]}


def _choice(button: Button, id_limit: int, title_limit: int) -> dict[str, str]:
    _refuse_if(not button.id or len(button.id) > id_limit, "bad_button")
    _refuse_if(not button.title.strip(), "title_empty")
    _refuse_if(len(button.title) > title_limit, "title_too_long")
    return {"id": button.id, "title": button.title}


def _refuse_if(wrong: bool, reason: str) -> None:
    if wrong:
        raise SendError(SendFailure.REJECTED, reason)
