"""Telegram through python-telegram-bot's `Bot` alone: sends, signals, and fetches updates as they came."""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Coroutine
from html import unescape
from typing import Any, TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bot.channels.telegram_files import Files, for_asking, send_file
from bot.channels.telegram_transport import failure_of, make_bot
from bot.markup import to_html
from bot.model.errors import Forged, SendError, SendFailure
from bot.model.messages import Address, Button, Capabilities, Outbound

T = TypeVar("T")

_ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
_CALLBACK_BYTES = 64
_COURTESY = 3.0  # seconds; a signal that takes longer is of no use
_SHORT_TITLE = 14  # two such buttons fit side by side on a phone of 360 px


class TelegramChannel:
    """One bot. It never calls getMe, so that the service starts while Telegram is unreachable."""

    name = "telegram"
    capabilities = Capabilities(buttons=100, rows=100, text_limit=4096, button_limit=24, row_limit=24, typing=True)

    def __init__(
        self,
        token: str,
        base_url: str = "https://api.telegram.org/bot",
        base_file_url: str = "",
        read_timeout: float = 15.0,
    ) -> None:
        self.account = token.partition(":")[0]
        files = base_file_url or f"{base_url.removesuffix('/bot')}/file/bot"
        self.bot, self._requests = make_bot(token, base_url, files, read_timeout)
        self._files = Files(read_timeout)

    async def send(self, message: Outbound) -> str:
        if message.attachment is not None:
            sent = await self.call(send_file(self.bot, message.address.key, message.attachment))
            return str(sent.message_id)
        html = to_html(message.text)
        _check(html, message.buttons)
        sent = await self.call(
            self.bot.send_message(
                chat_id=message.address.key,
                text=html,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(message.buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        return str(sent.message_id)

    async def fetch(self, reference: str, limit: int) -> bytes:
        try:
            found = await self.call(self.bot.get_file(reference))
        except SendError as error:
            raise for_asking(error) from None
        return await self._files.read(found, limit)

    async def signal(self, address: Address, reference: str) -> None:
        """Stop the spinner of the tapped button (`reference` is a callback's id) and show typing."""
        calls: list[Coroutine[Any, Any, bool]] = [
            self.bot.send_chat_action(address.key, ChatAction.TYPING, read_timeout=_COURTESY)
        ]
        if reference:
            calls.append(self.bot.answer_callback_query(reference, read_timeout=_COURTESY))
        await asyncio.gather(*(self._quietly(call) for call in calls))

    async def poll(self, offset: int, timeout: float) -> list[dict[str, Any]]:  # noqa: ASYNC109 - Telegram's word
        """Fetch updates as they came; `timeout` is how long Telegram holds the request open.

        `offset` confirms all updates before it: store a batch first, then ask with the next.
        Raises `SendError`; nothing is lost by a failed poll, so its kind is never UNKNOWN.
        """
        try:
            return await self.call(self.bot.raw_updates(offset, timeout, _ALLOWED_UPDATES))
        except SendError as error:
            if error.kind is not SendFailure.UNKNOWN:
                raise
            raise SendError(SendFailure.TRANSIENT, error.reason) from None

    async def set_webhook(self, url: str, secret: str, max_connections: int = 40) -> None:
        """Have updates posted to `url`, each with `secret` in its header. Raises `SendError`."""
        await self.call(
            self.bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=_ALLOWED_UPDATES,
                max_connections=max_connections,
            )
        )

    async def delete_webhook(self) -> None:
        """Go back to polling; what waits at Telegram stays. Raises `SendError`."""
        await self.call(self.bot.delete_webhook(drop_pending_updates=False))

    async def leave(self, chat: str) -> None:
        """Leave a group. Raises `SendError`."""
        await self.call(self.bot.leave_chat(chat))

    async def call(self, request: Awaitable[T]) -> T:
        """Await a call of `bot`. Raises `SendError` only; the library's own words may name token or text."""
        try:
            return await request
        except TelegramError as error:
            raise failure_of(error) from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise SendError(SendFailure.UNKNOWN, "broken_answer") from None

    async def aclose(self) -> None:
        for request in self._requests:
            await request.shutdown()
        await self._files.aclose()

    async def _quietly(self, request: Awaitable[bool]) -> None:
        try:
            await self.call(request)
        except SendError:
            return


def verify_secret(header: str | None, secret: str) -> None:
    """Compare a webhook's `X-Telegram-Bot-Api-Secret-Token`, its only proof of origin. Raises `Forged`."""
    if not secret or not hmac.compare_digest((header or "").encode(errors="backslashreplace"), secret.encode()):
        raise Forged("telegram: wrong secret token")


def _check(html: str, buttons: tuple[Button, ...]) -> None:
    """Refuse what Telegram would refuse: a text that is cut may say the opposite."""
    visible = unescape(re.sub(r"<[^>]*>", "", html))
    if len(visible) > TelegramChannel.capabilities.text_limit:
        raise SendError(SendFailure.REJECTED, "too_long")
    if not visible.strip():
        raise SendError(SendFailure.REJECTED, "empty")
    if any(not 1 <= len(button.id.encode()) <= _CALLBACK_BYTES for button in buttons):
        raise SendError(SendFailure.REJECTED, "bad_button")


def _keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup([[_key(button) for button in row] for row in rows(buttons)])


def _key(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.title, callback_data=button.id)


def rows(buttons: tuple[Button, ...]) -> list[list[Button]]:
    """Put two short neighbours side by side, everything else one below the other."""
    laid: list[list[Button]] = []
    for button in buttons:
        short = len(button.title) <= _SHORT_TITLE
        if short and laid and len(laid[-1]) == 1 and len(laid[-1][0].title) <= _SHORT_TITLE:
            laid[-1].append(button)
        else:
            laid.append([button])
    return laid
