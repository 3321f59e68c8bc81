"""The platforms' webhooks: verify, store, then acknowledge with exactly 200; what was not stored is answered with 503."""

import logging
from collections.abc import Iterable, Sequence

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.parsed import Ignored, Parsed, Unreadable, read_json
from bot.channels.telegram import verify_secret
from bot.channels.telegram_payloads import parse_updates
from bot.channels.whatsapp import challenge, verify_signature
from bot.channels.whatsapp_payloads import parse_webhook
from bot.model.errors import BadPayload, Forged, GuichetError
from bot.model.messages import Delivery, Inbound
from bot.raw_webhooks import RawWebhooks
from bot.web.context import CONTEXT, WebContext, WhatsAppHook

log = logging.getLogger(__name__)

_NOT_STORED = (SQLAlchemyError, OSError, GuichetError)
_SIGNATURE = "X-Hub-Signature-256"
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header


def add_routes(app: web.Application) -> None:
    """Both platforms have an address, also while their channel is off: it then refuses."""
    app.router.add_post("/telegram/{account}", telegram)
    app.router.add_get("/whatsapp", whatsapp_challenge, allow_head=False)
    app.router.add_post("/whatsapp", whatsapp)


async def telegram(request: web.Request) -> web.Response:
    """Take one update. The secret header is the only proof that Telegram sent it."""
    context, account = request.app[CONTEXT], request.match_info["account"]
    try:
        verify_secret(request.headers.get(_SECRET), context.telegram.get(account, ""))
    except Forged:
        return _forged("telegram")
    raw, now = await request.read(), context.clock()
    try:
        parsed = parse_updates([read_json(raw)], account, now, context.telegram_office_groups)
    except BadPayload as error:
        parsed = [Unreadable(raw.decode("utf-8", "replace"), str(error))]
    return await _keep(context, "telegram", parsed)


async def whatsapp_challenge(request: web.Request) -> web.Response:
    """Answer Meta's question whether this address is ours."""
    hook = request.app[CONTEXT].whatsapp
    try:
        answer = challenge(request.query, hook.verify_token if hook else "")
    except Forged:
        return _forged("whatsapp")
    return web.Response(text=answer, content_type="text/plain")


async def whatsapp(request: web.Request) -> web.Response:
    """Take a whole batch: the signature is of the raw bytes, so it is proved before anything is parsed."""
    context = request.app[CONTEXT]
    raw = await request.read()
    try:
        hook = _proved(context.whatsapp, raw, request.headers.get(_SIGNATURE, ""))
    except Forged:
        return _forged("whatsapp")
    now = context.clock()
    try:
        parsed = parse_webhook(read_json(raw), now)
    except BadPayload as error:
        parsed = [Unreadable(raw.decode("utf-8", "replace"), str(error))]
    return await _keep(context, "whatsapp", _of_our_numbers(parsed, hook))


def _proved(hook: WhatsAppHook | None, raw: bytes, signature: str) -> WhatsAppHook:
    if hook is None:
        raise Forged("no such channel")
    verify_signature(raw, signature, hook.app_secret)
    return hook


def _of_our_numbers(parsed: Iterable[Parsed], hook: WhatsAppHook) -> list[Parsed]:
    """Drop what belongs to a number that is not ours: with another answer than 200 Meta would insist for 7 days."""
    ours: list[Parsed] = []
    strange = 0
    for item in parsed:
        if isinstance(item, Inbound | Delivery) and item.account not in hook.accounts:
            strange += 1
        else:
            ours.append(item)
    if strange:
        log.warning("whatsapp webhook items=%d unknown phone_number_id", strange)
    return ours


async def _keep(context: WebContext, channel: str, parsed: Sequence[Parsed]) -> web.Response:
    """Store everything, then acknowledge; an item that nobody could read is kept sealed for 24 hours."""
    ignored = sorted({item.reason for item in parsed if isinstance(item, Ignored)})
    if ignored:
        log.info("%s webhook ignored=%s", channel, ",".join(ignored))
    try:
        await context.intake.receive([item for item in parsed if isinstance(item, Inbound | Delivery)])
        unreadable = [item for item in parsed if isinstance(item, Unreadable)]
        await RawWebhooks(context.database, context.ring, context.clock).keep(channel, unreadable)
    except _NOT_STORED as error:
        log.error("%s webhook not stored: %s", channel, type(error).__name__)
        return web.Response(status=503)
    return web.Response()


def _forged(channel: str) -> web.Response:
    log.info("%s webhook refused", channel)
    return web.Response(status=403)
