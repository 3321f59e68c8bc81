"""What the Bot API accepts: parameters per method, and the limits of a message (specification 10.1)."""

import json
import re
from html import unescape

from tests.fakes.record import Json

_FILE_OPTIONS = {"message_thread_id", "disable_notification", "protect_content", "reply_parameters", "reply_markup"}
# method: (required, optional)
METHODS: dict[str, tuple[set[str], set[str]]] = {
    "getMe": (set(), set()),
    "getUpdates": (set(), {"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": (
        {"url"},
        {
            "certificate",
            "ip_address",
            "max_connections",
            "allowed_updates",
            "drop_pending_updates",
            "secret_token",
        },
    ),
    "deleteWebhook": (set(), {"drop_pending_updates"}),
    "getWebhookInfo": (set(), set()),
    "sendMessage": (
        {"chat_id", "text"},
        {
            "business_connection_id",
            "message_thread_id",
            "direct_messages_topic_id",
            "parse_mode",
            "entities",
            "link_preview_options",
            "disable_notification",
            "protect_content",
            "allow_paid_broadcast",
            "message_effect_id",
            "suggested_post_parameters",
            "reply_parameters",
            "reply_markup",
        },
    ),
    "getFile": ({"file_id"}, set()),
    "sendVoice": ({"chat_id", "voice"}, {"caption", "parse_mode", "duration", *_FILE_OPTIONS}),
    "sendPhoto": ({"chat_id", "photo"}, {"caption", "parse_mode", "has_spoiler", *_FILE_OPTIONS}),
    "sendDocument": (
        {"chat_id", "document"},
        {"thumbnail", "caption", "parse_mode", "disable_content_type_detection", *_FILE_OPTIONS},
    ),
    "sendChatAction": ({"chat_id", "action"}, {"business_connection_id", "message_thread_id"}),
    "answerCallbackQuery": ({"callback_query_id"}, {"text", "show_alert", "url", "cache_time"}),
    "setMyCommands": ({"commands"}, {"scope", "language_code"}),
    "setMyName": (set(), {"name", "language_code"}),
    "setMyDescription": (set(), {"description", "language_code"}),
    "setMyShortDescription": (set(), {"short_description", "language_code"}),
    "leaveChat": ({"chat_id"}, set()),
}
_AS_JSON = {"allowed_updates", "commands", "entities", "link_preview_options", "reply_markup", "scope"}
_PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote"}
_MARKUP = re.compile(r"<(/?)([a-z]+)((?:\s+[a-z]+=\"[^\"<>]*\")*)\s*>|<|&(?!(?:lt|gt|amp|quot|#[0-9]+);)")


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def check_names(method: str, given: Json) -> None:
    """Refuse a parameter that the specification does not know, and a call without a required one."""
    required, optional = METHODS[method]
    if missing := required - given.keys():
        raise ApiError(400, f"Bad Request: missing {sorted(missing)}")
    if unknown := given.keys() - required - optional:
        raise ApiError(400, f"Bad Request: unknown parameter {sorted(unknown)}")


def decode(fields: Json) -> Json:
    """Turn form fields into values: objects and lists travel as JSON texts."""
    return {key: _decoded(key, value) for key, value in fields.items()}


def _decoded(key: str, value: object) -> object:
    return json.loads(value) if key in _AS_JSON and isinstance(value, str) else value


def visible_text(text: str, parse_mode: str) -> str:
    """Return what the person sees. Raises `ApiError` for what Telegram refuses."""
    if parse_mode not in ("", "HTML"):
        raise ApiError(400, "Bad Request: unsupported parse_mode")
    visible = (_parsed(text) if parse_mode else text).strip()
    if not visible:
        raise ApiError(400, "Bad Request: message text is empty")
    if len(visible) > 4096:
        raise ApiError(400, "Bad Request: message is too long")
    return visible


def _parsed(html: str) -> str:
    open_tags: list[str] = []
    for found in _MARKUP.finditer(html):
        closing, tag = found[1], found[2]
        if tag not in _TAGS or (closing and (not open_tags or open_tags.pop() != tag)):
            raise ApiError(400, f"Bad Request: can't parse entities: byte offset {found.start()}")
        if not closing:
            open_tags.append(tag)
    if open_tags:
        raise ApiError(400, "Bad Request: can't parse entities: can't find end tag")
    return unescape(re.sub(r"<[^>]*>", "", html))


def check_file(kind: str, content: bytes, mime: str) -> None:
    """Refuse a file that Telegram would refuse, or show as something else. Raises `ApiError`."""
    if not content:
        raise ApiError(400, "Bad Request: file must be non-empty")
    if len(content) > (10 if kind == "photo" else 50) * 2**20:
        raise ApiError(413, "Request Entity Too Large")
    starts = {"voice": (b"OggS", b"ID3", b"\xff\xfb"), "photo": (b"\xff\xd8\xff", b"\x89PNG")}.get(kind, (b"",))
    if not content.startswith(starts) and content[4:8] != b"ftyp":
        raise ApiError(400, f"Bad Request: wrong type of the {kind}: {mime}")


def keyboard_buttons(markup: Json | None) -> list[tuple[str, str]]:
    """Return (callback_data, text) of every inline button. Raises `ApiError`."""
    rows = (markup or {}).get("inline_keyboard", [])
    if any(len(row) > 8 for row in rows):
        raise ApiError(400, "Bad Request: BUTTONS_TOO_MUCH")
    return [_button(button) for row in rows for button in row]


def _button(button: Json) -> tuple[str, str]:
    if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
        raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    if not button.get("text"):
        raise ApiError(400, "Bad Request: field text must not be empty")
    return button["callback_data"], button["text"]


def check_profile(given: Json) -> None:
    for name, limit in _PROFILE_LIMITS.items():
        if len(given.get(name, "")) > limit:
            raise ApiError(400, f"Bad Request: {name} is too long")
    for command in given.get("commands", []):
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    if not re.fullmatch(r"([a-z]{2})?", given.get("language_code", "")):
        raise ApiError(400, "Bad Request: invalid language code specified")
