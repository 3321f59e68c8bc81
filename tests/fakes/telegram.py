"""Telegram's Bot API on loopback: people on one side, a bot over HTTP on the other, faults on demand.

Faults of a method (default `sendMessage`): 429, 429_bare, 403, 400_chat, 400_thread, 401, 409, migrate, 500,
502_html; slow (answers after `seconds`), late (accepts, then answers after `seconds`), lost (accepts, then drops
the connection), dropped (drops it without accepting), garbage (accepts, then answers nonsense).
Faults of the method `webhook`: bad_secret, no_secret.
Faults of the method `file` (a download): 404, 500, slow, dropped, lies (gives more than was announced).
"""

import argparse
import asyncio
from typing import Any

from aiohttp import web

from tests.fakes import telegram_updates as updates
from tests.fakes.record import Fault, Heard, Json
from tests.fakes.server import hang_up, run
from tests.fakes.telegram_people import TOKEN, TelegramPeople
from tests.fakes.telegram_rules import (
    METHODS,
    ApiError,
    check_file,
    check_names,
    check_profile,
    decode,
    keyboard_buttons,
    visible_text,
)

_ANSWERS = {
    "429": ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
    "429_bare": ApiError(429, "Too Many Requests"),
    "403": ApiError(403, "Forbidden: bot was blocked by the user"),
    "400_chat": ApiError(400, "Bad Request: chat not found"),
    "400_thread": ApiError(400, "Bad Request: message thread not found"),
    "401": ApiError(401, "Unauthorized"),
    "409": ApiError(409, "Conflict: terminated by other getUpdates request"),
    "migrate": ApiError(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -1009}),
    "500": ApiError(500, "Internal Server Error"),
}
_LARGEST_DOWNLOAD = 20 * 2**20
_AFTERWARDS = {"late", "lost", "garbage"}


class FakeTelegram(TelegramPeople):
    """The Bot API of one bot: only the methods that we use, each checked against the specification."""

    default_method = "sendMessage"

    def __init__(self, port: int = 0, token: str = TOKEN, **options: Any) -> None:
        super().__init__(port, token, **options)
        self.profile: dict[str, Json] = {}
        self.left: list[str] = []
        self._poller = 0

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self._serve),
            web.get("/file/bot{token}/{path:.+}", self._give_file),
        ]

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _failed(ApiError(401, "Unauthorized"))
        if method not in METHODS:
            return _failed(ApiError(404, "Not Found"))
        fields: Json = await request.json() if request.content_type == "application/json" else {**await request.post()}
        try:
            return await self._answer(request, method, decode(fields))
        except ApiError as error:
            self.record.refused.append({"method": method, **error.as_json()})
            return _failed(error)

    async def _answer(self, request: web.Request, method: str, given: Json) -> web.Response:
        fault = self.record.take_fault(method, str(given.get("chat_id", "")))
        if fault and fault.name not in _AFTERWARDS:
            early = await _before(fault, request)
            if early is not None:
                return early
        check_names(method, given)
        result = await getattr(self, f"_on_{method}")(given)
        if fault and fault.name in _AFTERWARDS:
            return await _after(fault, request, result)
        return web.json_response({"ok": True, "result": result})

    async def _on_getMe(self, _given: Json) -> Json:
        return self.me

    async def _on_sendMessage(self, given: Json) -> Json:
        user = str(given["chat_id"])
        text = visible_text(given["text"], given.get("parse_mode", ""))
        buttons = keyboard_buttons(given.get("reply_markup"))
        if user in self.blocked:
            raise _ANSWERS["403"]
        self.next_message += 1
        await self.accept(Heard(user, text, self.now(), str(self.next_message), buttons, raw=given["text"]))
        return updates.message(int(user), "", self.next_message, int(self.now()), {"text": text}) | {"from": self.me}

    async def _on_getFile(self, given: Json) -> Json:
        content = self.files.get(str(given["file_id"]))
        if content is None:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > _LARGEST_DOWNLOAD:
            raise ApiError(400, "Bad Request: file is too big")
        unique = f"u{given['file_id']}"
        return {"file_id": given["file_id"], "file_unique_id": unique, "file_size": len(content), "file_path": unique}

    async def _give_file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return web.Response(status=404)
        fault = self.record.take_fault("file")
        if fault and fault.name in ("404", "500"):
            return web.Response(status=int(fault.name))
        if fault and fault.name == "dropped":
            return await hang_up(request)
        if fault and fault.name == "slow":
            await asyncio.sleep(fault.seconds)
        content = self.files.get(request.match_info["path"][1:])
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content * 50 if fault and fault.name == "lies" else content)

    async def _accept_file(self, given: Json, kind: str) -> Json:
        """Take a file as the Bot API does: a voice as Ogg, MP3 or M4A, a photo of at most 10 MB, a document of 50."""
        user = str(given["chat_id"])
        if user in self.blocked:
            raise _ANSWERS["403"]
        content: bytes = given[kind].file.read()
        check_file(kind, content, given[kind].content_type)
        self.next_message += 1
        await self.accept(Heard(user, "", self.now(), str(self.next_message), shape=kind, raw=content.hex()))
        sent: Json = {kind: {"file_id": "sent", "file_unique_id": "sent", "file_size": len(content), "duration": 1}}
        if kind == "photo":
            sent = {kind: [{"file_id": "sent", "file_unique_id": "sent", "width": 1, "height": 1}]}
        return updates.message(int(user), "", self.next_message, int(self.now()), sent) | {"from": self.me}

    async def _on_sendVoice(self, given: Json) -> Json:
        return await self._accept_file(given, "voice")

    async def _on_sendPhoto(self, given: Json) -> Json:
        return await self._accept_file(given, "photo")

    async def _on_sendDocument(self, given: Json) -> Json:
        return await self._accept_file(given, "document")

    async def _on_sendChatAction(self, given: Json) -> bool:
        return self._signal("typing", user=str(given["chat_id"]))

    async def _on_answerCallbackQuery(self, given: Json) -> bool:
        return self._signal("answered", callback=given["callback_query_id"])

    async def _on_leaveChat(self, given: Json) -> bool:
        self.left.append(str(given["chat_id"]))
        return True

    async def _set_profile(self, given: Json) -> bool:
        check_profile(given)
        language = given.pop("language_code", "")
        self.profile.setdefault(language, {}).update(given)
        return True

    _on_setMyCommands = _on_setMyName = _on_setMyDescription = _on_setMyShortDescription = _set_profile

    async def _on_setWebhook(self, given: Json) -> bool:
        self._allow(given)
        self.lines = asyncio.Semaphore(int(given.get("max_connections", 40)))
        self.webhook = {"url": given["url"], "secret": given.get("secret_token", "")} if given["url"] else {}
        self.post_pending()
        return True

    async def _on_deleteWebhook(self, _given: Json) -> bool:
        self.webhook = {}
        return True

    async def _on_getWebhookInfo(self, _given: Json) -> Json:
        url = self.webhook.get("url", "")
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self.pending)}

    async def _on_getUpdates(self, given: Json) -> list[Json]:
        if self.webhook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        self._allow(given)
        self._confirm(int(given.get("offset", 0)))
        self._poller += 1
        mine, limit = self._poller, int(given.get("limit", 100))
        await self.notify()
        try:
            async with asyncio.timeout(float(given.get("timeout", 0))), self._changed:
                await self._changed.wait_for(lambda: self.pending or self._poller != mine)
        except TimeoutError:
            return []
        if self._poller != mine:
            raise _ANSWERS["409"]
        return [update for update, _said in list(self.pending.values())[:limit]]

    def _confirm(self, offset: int) -> None:
        """Forget what lies before `offset`; one beyond all we gave out is from before the ids restarted."""
        if offset > self.next_update + 1:
            return
        for number in [number for number in self.pending if number < offset]:
            self.pending.pop(number)[1].acknowledged = True

    def _allow(self, given: Json) -> None:
        if "allowed_updates" in given:  # left out: the previous setting stays
            self.allowed = given["allowed_updates"]

    def _signal(self, kind: str, **what: str) -> bool:
        self.record.signals.append({"kind": kind, "at": self.now(), **what})
        return True


async def _before(fault: Fault, request: web.Request) -> web.Response | None:
    """Fail instead of the call, or return None after a delay."""
    if fault.name == "slow":
        await asyncio.sleep(fault.seconds)
        return None
    if fault.name == "dropped":
        return await hang_up(request)
    if fault.name == "502_html":
        return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
    error = _ANSWERS[fault.name]
    if fault.name == "429" and fault.seconds:
        error = ApiError(429, error.description, {"retry_after": int(fault.seconds)})
    return _failed(error)


async def _after(fault: Fault, request: web.Request, result: object) -> web.Response:
    """The message is out; spoil what the bot learns of it."""
    if fault.name == "late":
        await asyncio.sleep(fault.seconds)
        return web.json_response({"ok": True, "result": result})
    return await hang_up(request) if fault.name == "lost" else web.Response(text="<html>hello</html>")


def _failed(error: ApiError) -> web.Response:
    return web.json_response(error.as_json(), status=error.code)


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="A Telegram of our own, on loopback.")
    _parser.add_argument("--token", default=TOKEN)
    run(lambda arguments: FakeTelegram(arguments.port, arguments.token), _parser)
