"""WhatsApp's Cloud API on loopback: people on one side, a business number over HTTP on the other, faults on demand.

Faults of the method `messages`: the codes of `whatsapp_rules.ANSWERS` ("131056", …), 429_bare, 502_html, 500_bare;
failed (accepts, then tells the status `failed` with `code`), slow, late, lost, dropped, garbage (as in the fake
Telegram). Faults of the method `webhook`: bad_signature, no_signature, short_signature, bare_signature.
Faults of the method `media` (where a file lies), `download` and `upload`: 404, 500, slow, dropped.
Option `statuses`: normal (sent, delivered), early (`sent` arrives before the answer of the send), read_first, none.
"""

import argparse
import asyncio
import json
from typing import Any

from aiohttp import web

from tests.fakes.record import Fault, Heard, Json
from tests.fakes.server import hang_up, run
from tests.fakes.whatsapp_people import TOKEN, WhatsAppPeople, made_wamid
from tests.fakes.whatsapp_rules import ANSWERS, FILES, GraphError, check, check_upload, shown

_BARE = {"429_bare": 429, "502_html": 502, "500_bare": 500}
_WINDOW = 24 * 3600
_ORDER = {"normal": ("sent", "delivered"), "read_first": ("read", "sent"), "early": ("delivered",), "none": ()}


class FakeWhatsApp(WhatsAppPeople):
    """Graph for one business number: `base_url` of a channel is `url`."""

    default_method = "messages"

    def __init__(self, port: int = 0, webhook_url: str = "", token: str = TOKEN, **options: Any) -> None:
        super().__init__(port, webhook_url, **options)
        self.token = token
        self.statuses = "normal"
        self.reads = False
        self.misdirected: list[Json] = []
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self._next_sent = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/{version}/{number}/messages", self._serve),
            web.post("/{version}/{number}/media", self._take_media),
            web.get("/{version}/{media}", self._name_media),
            web.get("/media/{media}", self._give_media),
        ]

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            self._check_access(request)
            body: Json = await request.json()
            if body.get("status") == "read":
                return self._mark_read(body)
            return await self._accept(request, body)
        except GraphError as error:
            self.record.refused.append({"status": error.status, **error.as_json()})
            return web.json_response(error.as_json(), status=error.status)

    async def _name_media(self, request: web.Request) -> web.Response:
        early = await self._spoilt("media", request)
        if early is not None:
            return early
        media = request.match_info["media"]
        if not self._may(request) or media not in self.files:
            error = GraphError(400, 100, "unknown media") if self._may(request) else GraphError(401, 190, "token")
            return web.json_response(error.as_json(), status=error.status)
        content = self.files[media]
        body = {"messaging_product": "whatsapp", "url": f"{self.url}/media/{media}", "file_size": str(len(content))}
        return web.json_response(body | {"id": media, "mime_type": "application/x", "sha256": "x"})

    async def _give_media(self, request: web.Request) -> web.Response:
        early = await self._spoilt("download", request)
        if early is not None:
            return early
        content = self.files.get(request.match_info["media"])
        known = content is not None and self._may(request)
        return web.Response(body=content) if known else web.Response(status=404)

    async def _take_media(self, request: web.Request) -> web.Response:
        early = await self._spoilt("upload", request)
        if early is not None:
            return early
        try:
            self._check_access(request)
            form: Json = {**await request.post()}
            name = check_upload(form)
        except GraphError as error:
            self.record.refused.append({"status": error.status, **error.as_json()})
            return web.json_response(error.as_json(), status=error.status)
        media = f"up{len(self.uploads)}"
        self.uploads[media] = (name, form["file"].file.read())
        return web.json_response({"id": media})

    def _may(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.token}"

    async def _spoilt(self, method: str, request: web.Request) -> web.Response | None:
        fault = self.record.take_fault(method)
        if fault is None:
            return None
        if fault.name == "dropped":
            return await hang_up(request)
        if fault.name == "slow":
            await asyncio.sleep(fault.seconds)
            return None
        return web.Response(status=int(fault.name), text="<html>no</html>", content_type="text/html")

    def _check_access(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise GraphError(401, 190, "token")
        if request.match_info["number"] != self.phone_number_id:
            raise GraphError(400, 100, "phone number id")

    def _mark_read(self, body: Json) -> web.Response:
        known = any(said.message_id == body.get("message_id") for said in self.record.said)
        if not known or body.get("typing_indicator", {"type": "text"}) != {"type": "text"}:
            raise GraphError(400, 131009, "message_id or typing_indicator")
        typing = "typing_indicator" in body
        self.record.signals.append({"kind": "read", "message_id": body["message_id"], "typing": typing})
        return web.json_response({"success": True})

    async def _accept(self, request: web.Request, body: Json) -> web.Response:
        user = self._user(body)
        fault = self.record.take_fault("messages", user)
        early = await _before(fault, request) if fault else None
        if early is not None:
            return early
        check(body, self.uploads)
        if self.now() - self.last_word.get(user, self.now()) > _WINDOW:
            raise GraphError(400, 131047, "more than 24 hours")
        wamid = await self._keep(user, body)
        await self._tell(fault, user, wamid, body)
        answer = {"messaging_product": "whatsapp", "contacts": [{"input": user}], "messages": [{"id": wamid}]}
        return await _after(fault, request, answer)

    def _user(self, body: Json) -> str:
        """Find the person. A number without "+" gets our own country's code, a BSUID in `to` goes nowhere."""
        if "to" in body:
            return str(body["to"]).removeprefix("+") if str(body["to"]).startswith("+") else ""
        people = {self.bsuid(said.user): said.user for said in self.record.said if said.user}
        return people.get(str(body.get("recipient")), "")

    async def _keep(self, user: str, body: Json) -> str:
        self._next_sent += 1
        wamid = made_wamid(f"to {user}", self._next_sent)
        if not user:
            self.misdirected.append(body)
            return wamid
        text, buttons, shape = shown(body)
        row = str(body.get("biz_opaque_callback_data", ""))
        raw = self.uploads[body[shape]["id"]][1].hex() if shape in FILES else text
        await self.accept(Heard(user, text, self.now(), wamid, buttons, shape, raw, row))
        return wamid

    async def _tell(self, fault: Fault | None, user: str, wamid: str, body: Json) -> None:
        status: Json = {"id": wamid, "timestamp": str(int(self.now())), "recipient_id": user}
        if "biz_opaque_callback_data" in body:
            status["biz_opaque_callback_data"] = body["biz_opaque_callback_data"]
        if fault and fault.name == "failed":
            errors = [{"code": fault.code, "title": "Failed", "error_data": {"details": "-"}}]
            await self.tell_status({**status, "status": "failed", "errors": errors}, user, named=False)
            return
        if self.statuses == "early":
            await self.tell_status_now({**status, "status": "sent"})
        words = _ORDER[self.statuses] + (("read",) if self.reads else ())
        self.in_background(self._tell_in_order(words, status, user))

    async def _tell_in_order(self, words: tuple[str, ...], status: Json, user: str) -> None:
        for word in words:
            await asyncio.sleep(0.01)
            await self.tell_status({**status, "status": word}, user)


async def _before(fault: Fault, request: web.Request) -> web.Response | None:
    """Fail instead of the call, or return None (after a delay)."""
    if fault.name in ANSWERS:
        status, code = ANSWERS[fault.name]
        raise GraphError(status, code)
    if fault.name in _BARE:
        return web.Response(status=_BARE[fault.name], text="<html>no</html>", content_type="text/html")
    if fault.name == "dropped":
        return await hang_up(request)
    if fault.name == "slow":
        await asyncio.sleep(fault.seconds)
    return None


async def _after(fault: Fault | None, request: web.Request, answer: Json) -> web.Response:
    """The message is out; spoil what the sender learns of it, if a fault says so."""
    name = fault.name if fault else ""
    if fault and name == "late":
        await asyncio.sleep(fault.seconds)
    if name == "lost":
        return await hang_up(request)
    text = "<html>hello</html>" if name == "garbage" else json.dumps(answer)
    return web.Response(text=text, content_type="application/json")


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="A WhatsApp of our own, on loopback.")
    _parser.add_argument("--webhook-url", default="")
    run(lambda arguments: FakeWhatsApp(arguments.port, arguments.webhook_url), _parser)
