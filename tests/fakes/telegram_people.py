"""The people's side of the fake Telegram: what they do becomes updates, fetched or posted."""

import asyncio
import json
from typing import Any

from tests.fakes import telegram_updates as updates
from tests.fakes.record import Json, Said
from tests.fakes.server import FakeServer

TOKEN = "123456789:AAF-fake-token-of-the-tests"  # noqa: S105


class TelegramPeople(FakeServer):
    """Everybody who has the bot in their app. Users are numbers; a private chat has its person's number."""

    actions = frozenset(
        {"says", "taps", "sends_location", "sends", "edits", "blocks", "unblocks", "writes_in_group"}
        | {"restart_ids", "push"}
    )

    def __init__(self, port: int = 0, token: str = TOKEN, **options: Any) -> None:
        super().__init__(port, **options)
        self.token = token
        number = int(token.partition(":")[0])
        self.me = {"id": number, "is_bot": True, "first_name": "Guichet", "username": "guichet_bot"}
        self.languages: dict[int, str] = {}
        self.webhook: Json = {}
        self.allowed: list[str] = []
        self.blocked: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.pending: dict[int, tuple[Json, Said]] = {}
        self.lines = asyncio.Semaphore(40)
        self.next_update, self.next_message, self.next_callback = 7000, 0, 0
        self._under_way: set[int] = set()

    async def says(self, user: int | str, text: str, language: str = "") -> int:
        """The person writes; the `language` of their app is remembered. Returns the message's number."""
        return await self._sends(int(user), "text", {"text": text}, language)

    async def taps(self, user: int | str, button: str, *, unseen: bool = False) -> None:
        """The person taps a button that a message really showed (or, `unseen`, one from long ago)."""
        shown = next((heard for heard in reversed(self.heard(user)) if heard.offers(button)), None)
        assert shown or unseen, f"{user} sees no button {button}"
        self.next_callback += 1
        callback_id = f"{self.next_callback:018d}"
        number = int(shown.message_id) if shown else 1
        under = updates.message(int(user), "", number, int(self.now()), {"text": shown.text if shown else ""})
        body = updates.callback(int(user), self._language(user), callback_id, button, under)
        await self.push("callback_query", body, self.say(user, "button", button, callback_id))

    async def sends_location(self, user: int | str, latitude: float, longitude: float, *, live: bool = False) -> int:
        place: Json = {"latitude": latitude, "longitude": longitude}
        content = {"location": place | ({"live_period": 900} if live else {})}
        return await self._sends(int(user), "location", content)

    async def sends(self, user: int | str, kind: str, caption: str = "") -> int:
        """The person sends a voice, photo, sticker, … (see `telegram_updates.CONTENTS`)."""
        return await self._sends(int(user), kind, updates.CONTENTS[kind] | _captioned(caption))

    async def sends_file(self, user: int | str, kind: str, content: bytes, caption: str = "", **claims: Any) -> int:
        """The person sends this very file; `claims` is what Telegram says of it (mime_type, file_size, duration …)."""
        name = f"F{len(self.files)}"
        self.files[name] = content
        file = {"file_id": name, "file_unique_id": f"u{name}", "file_size": len(content), **claims}
        if kind == "photo":
            small = {"file_id": "small", "file_unique_id": "small", "file_size": 9, "width": 9, "height": 9}
            sizes = {"photo": [small, {**file, "width": 90, "height": 90}]}
            return await self._sends(int(user), kind, sizes | _captioned(caption))
        return await self._sends(int(user), kind, {kind: file} | _captioned(caption))

    async def edits(self, user: int | str, text: str, number: int = 0) -> None:
        """The person edits a message, by default the last."""
        number = number or self.next_message
        content = {"text": text, "edit_date": int(self.now())}
        body = updates.message(int(user), self._language(user), number, int(self.now()), content)
        await self.push("edited_message", body, self.say(user, "edited", text, number))

    async def blocks(self, user: int | str) -> None:
        self.blocked.add(str(user))
        await self._changes_membership(int(user), "member", "kicked")

    async def unblocks(self, user: int | str) -> None:
        self.blocked.discard(str(user))
        await self._changes_membership(int(user), "kicked", "member")

    async def writes_in_group(self, group: int, user: int | str, text: str) -> None:
        self.next_message += 1
        body = updates.message(int(user), self._language(user), self.next_message, int(self.now()), {"text": text})
        body["chat"] = {"id": group, "title": "Group", "type": "supergroup"}
        await self.push("message", body, self.say(user, "group", text, self.next_message))

    def restart_ids(self, first: int) -> None:
        """After a week of silence Telegram goes on with a random update id."""
        self.next_update = first

    async def push(self, kind: str, body: Json, said: Said | None = None) -> int:
        """Queue an update of any kind, also one that does not exist."""
        self.next_update += 1
        number = self.next_update
        if self.allowed and kind not in self.allowed:
            return number
        self.pending[number] = {"update_id": number, kind: body}, said or self.say("", kind, "", number)
        await self.notify()
        self.post_pending()
        return number

    def post_pending(self) -> None:
        """Start to deliver what is not under way yet, if there is a webhook."""
        for number in self.pending.keys() - self._under_way if self.webhook else ():
            self._under_way.add(number)
            self.in_background(self._deliver(number))

    async def _sends(self, user: int, kind: str, content: Json, language: str = "") -> int:
        if language:
            self.languages[user] = language
        self.next_message += 1
        number = self.next_message
        body = updates.message(user, self._language(user), number, int(self.now()), content)
        await self.push("message", body, self.say(user, kind, str(content.get("text", "")), number))
        return number

    async def _changes_membership(self, user: int, old: str, new: str) -> None:
        body = updates.membership(user, self._language(user), int(self.now()), old, new, self.me)
        await self.push("my_chat_member", body, self.say(user, new, "", ""))

    def _language(self, user: int | str) -> str:
        return self.languages.get(int(user), "en")

    async def _deliver(self, number: int) -> None:
        """Post one update until it is accepted; several are under way at once, so their order is not sure."""
        update, said = self.pending[number]
        body = json.dumps(update).encode()
        async with self.lines:
            for _copy in range(1 + self.duplicates):
                accepted = await self.deliver(
                    lambda: str(self.webhook.get("url", "")),
                    body,
                    self._headers,
                    lambda status: 200 <= status < 300,
                )
        self._under_way.discard(number)
        if accepted:
            self.pending.pop(number, None)
            said.acknowledged = True

    def _headers(self) -> dict[str, str]:
        fault = self.record.take_fault("webhook")
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret") and not (fault and fault.name == "no_secret"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = "wrong" if fault else self.webhook["secret"]
        return headers


def _captioned(caption: str) -> Json:
    return {"caption": caption} if caption else {}
