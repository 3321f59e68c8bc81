"""The people's side of the fake WhatsApp: what they do becomes signed webhooks, in batches if wanted."""

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Any

from tests.fakes.record import Json, Said
from tests.fakes.server import FakeServer

PHONE_NUMBER_ID = "106540352242922"
TOKEN = "EAAG-fake-token-of-the-tests"  # noqa: S105
APP_SECRET = "test_app_secret"  # noqa: S105
VERIFY_TOKEN = "verify-me"  # noqa: S105

_FILE = {"id": "1908647269898587", "mime_type": "application/x", "sha256": "q1w2"}
CONTENTS: dict[str, Json] = {
    "voice": {"type": "audio", "audio": {**_FILE, "voice": True}},
    "audio": {"type": "audio", "audio": {**_FILE, "voice": False}},
    "photo": {"type": "image", "image": _FILE},
    "video": {"type": "video", "video": _FILE},
    "document": {"type": "document", "document": {**_FILE, "filename": "letter.pdf"}},
    "sticker": {"type": "sticker", "sticker": {**_FILE, "animated": False}},
    "unsupported": {
        "type": "unsupported",
        "unsupported": {"type": "poll_creation"},
        "errors": [{"code": 131051, "title": "Message type unknown"}],
    },
}
_Item = tuple[Json, Said | None]


class WhatsAppPeople(FakeServer):
    """Everybody who writes to one business number. A user is a phone number in digits, with a BSUID of its own."""

    actions = frozenset(
        {"says", "taps", "sends_location", "sends", "reacts", "changes_number", "hides_phone", "account_error"}
        | {"hold", "release", "repeats", "verify"}
    )
    options = frozenset({"webhook_url", "statuses", "reads"})

    def __init__(self, port: int = 0, webhook_url: str = "", **options: Any) -> None:
        super().__init__(port, **options)
        self.webhook_url = webhook_url
        self.app_secret = APP_SECRET
        self.verify_token = VERIFY_TOKEN
        self.phone_number_id = PHONE_NUMBER_ID
        self.hidden: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.last_word: dict[str, float] = {}
        self._held: list[_Item] | None = None
        self._next_message = 0

    def bsuid(self, user: object) -> str:
        """Return the business-scoped id of a person."""
        return f"DE.{int(str(user)) * 7919 + 13491208655302741918}"

    async def says(self, user: object, text: str) -> str:
        """The person writes. Returns the wamid."""
        return await self._sends(user, "text", {"type": "text", "text": {"body": text}}, text)

    async def taps(self, user: object, button: str, *, unseen: bool = False) -> str:
        """The person taps a choice that a message really showed (or, `unseen`, one from long ago)."""
        shown = next((heard for heard in reversed(self.heard(user)) if heard.offers(button)), None)
        assert shown or unseen, f"{user} sees no button {button}"
        kind = "list_reply" if shown and shown.shape == "list" else "button_reply"
        reply = {"id": button, "title": dict(shown.buttons)[button] if shown else button}
        content: Json = {"type": "interactive", "interactive": {"type": kind, kind: reply}}
        content["context"] = {"from": "4930111", "id": shown.message_id if shown else "wamid.old"}
        return await self._sends(user, "button", content, button)

    async def sends_location(self, user: object, latitude: float, longitude: float) -> str:
        place = {"latitude": latitude, "longitude": longitude}
        return await self._sends(user, "location", {"type": "location", "location": place})

    async def sends(self, user: object, kind: str) -> str:
        """The person sends a voice, photo, sticker, … (see `CONTENTS`)."""
        return await self._sends(user, kind, CONTENTS[kind])

    async def sends_file(self, user: object, kind: str, content: bytes, **claims: Any) -> str:
        """The person sends this very file; `kind` as in `CONTENTS`."""
        media = f"{1908647269898587 + len(self.files)}"
        self.files[media] = content
        shape: str = CONTENTS[kind]["type"]
        return await self._sends(user, kind, {"type": shape, shape: {**CONTENTS[kind][shape], "id": media, **claims}})

    async def reacts(self, user: object, wamid: str, emoji: str = "") -> str:
        """The person reacts to a message; without an emoji the reaction is taken back."""
        reaction = {"message_id": wamid} | ({"emoji": emoji} if emoji else {})
        return await self._sends(user, "reaction", {"type": "reaction", "reaction": reaction})

    async def changes_number(self, user: object, number: object) -> str:
        """The person moves to another number, which changes the BSUID too."""
        system = {"type": "user_changed_number", "body": "changed", "wa_id": str(number)}
        system |= {"user_id": self.bsuid(number), "previous_user_id": self.bsuid(user)}
        return await self._sends(user, "moved", {"type": "system", "system": system})

    async def hides_phone(self, user: object) -> None:
        """The person takes a username: from now on only the BSUID is told."""
        self.hidden.add(str(user))

    async def account_error(self, code: int = 131031) -> None:
        """A webhook that tells of the account, with neither messages nor statuses."""
        await self._emit({"errors": [{"code": code, "title": "Account"}]}, None)

    async def repeats(self, wamid: str, user: object, text: str) -> None:
        """The same message once more, in another envelope: what a redelivery after a split batch looks like."""
        content = {"type": "text", "text": {"body": text}}
        value = self._value(str(user), wamid, content)
        await self._emit({**value, "contacts": []}, None)

    def hold(self) -> None:
        """Keep what happens from now on back, for one batch."""
        self._held = []

    async def release(self, shape: str = "spread", pad_to: int = 0) -> None:
        """Post all that was held: `one` change, or `spread` over two entries of two changes; padded to a size."""
        held, self._held = self._held or [], None
        values = [value for value, _said in held]
        groups = [values] if shape == "one" else [values[start::4] for start in range(4)]
        changes = [self._change(_merged(group)) for group in groups if group]
        body = self._envelope([changes[:2], changes[2:]], pad_to)
        self.in_background(self._deliver(body, [said for _value, said in held if said]))

    async def verify(self) -> bool:
        """Ask the webhook for its challenge, as Meta does when it is set up."""
        assert self._session
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": self.verify_token}
        async with self._session.get(self.webhook_url, params=query) as answer:
            return answer.status == 200 and await answer.text() == "1158201444"

    async def tell_status(self, status: Json, user: str, *, named: bool = True) -> None:
        """Post a status; `failed` comes without the block that names the person."""
        await self._emit({"statuses": [status]} | (self._contacts(user) if named else {}), None)

    async def tell_status_now(self, status: Json) -> None:
        """Post a status and wait for the answer, so that it beats the answer of the send."""
        await self._deliver(self._envelope([[self._change({"statuses": [status]})]]), [])

    async def _sends(self, user: object, kind: str, content: Json, text: str = "") -> str:
        self._next_message += 1
        wamid = made_wamid(str(user), self._next_message)
        self.last_word[str(user)] = self.now()
        await self._emit(self._value(str(user), wamid, content), self.say(user, kind, text, wamid))
        return wamid

    def _value(self, user: str, wamid: str, content: Json) -> Json:
        message: Json = {"id": wamid, "timestamp": str(int(self.now())), "from_user_id": self.bsuid(user)}
        if user not in self.hidden:
            message["from"] = user
        return {**self._contacts(user), "messages": [{**message, **content}]}

    def _contacts(self, user: str) -> Json:
        contact: Json = {"profile": {"name": "Somebody"}, "user_id": self.bsuid(user)}
        return {"contacts": [contact if user in self.hidden else {**contact, "wa_id": user}]}

    async def _emit(self, value: Json, said: Said | None) -> None:
        if self._held is not None:
            self._held.append((value, said))
        else:
            self.in_background(self._deliver(self._envelope([[self._change(value)]]), [said] if said else []))

    def _change(self, value: Json) -> Json:
        metadata = {"display_phone_number": "4930111", "phone_number_id": self.phone_number_id}
        return {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}

    def _envelope(self, entries: list[list[Json]], pad_to: int = 0) -> bytes:
        body: Json = {"object": "whatsapp_business_account"}
        body["entry"] = [{"id": "8856996819413533", "changes": changes} for changes in entries if changes]
        raw = json.dumps(body, separators=(",", ":")).encode()
        if len(raw) < pad_to:
            body["padding"] = "x" * (pad_to - len(raw) - 13)
            raw = json.dumps(body, separators=(",", ":")).encode()
        return raw

    async def _deliver(self, body: bytes, said: list[Said]) -> None:
        accepted = False
        for _copy in range(1 + self.duplicates):
            accepted = await self.deliver(
                lambda: self.webhook_url, body, lambda: self._headers(body), lambda status: status == 200
            )
        for one in said:
            one.acknowledged = accepted

    def _headers(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        fault = self.record.take_fault("webhook")
        signatures = {
            "bad_signature": "sha256=" + "0" * 64,
            "short_signature": f"sha256={digest[:20]}",
            "bare_signature": digest,
        }
        headers = {"Content-Type": "application/json"}
        if fault is None or fault.name != "no_signature":
            headers["X-Hub-Signature-256"] = signatures[fault.name] if fault else f"sha256={digest}"
        return headers


def made_wamid(user: str, number: int) -> str:
    """Return a message id like Meta's, which holds the phone number in base64."""
    return "wamid." + b64encode(f"{user}:{number:06d}".encode()).decode()


def _merged(values: list[Json]) -> Json:
    """Put several values into one change."""
    merged: Json = {}
    for value in values:
        for key, items in value.items():
            merged.setdefault(key, []).extend(items)
    return merged
