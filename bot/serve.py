"""`serve`: starts every part in one process, says what it does, and ends cleanly."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Coroutine, Iterable
from typing import IO, Any

from aiohttp import web
from sqlalchemy import insert, select, update
from sqlalchemy.engine import make_url

from bot import tables as t
from bot.assemble import build
from bot.channels.profile import publish_profile
from bot.channels.telegram import TelegramChannel
from bot.claim import check_port, only_one
from bot.clocks import Clocks
from bot.corrections import Corrections
from bot.demo import DEMO, staff_the_demo_office
from bot.edits import Edits
from bot.exchange.installation import exchange_for
from bot.metrics import METRICS
from bot.migrate import migrate
from bot.model.errors import SendError
from bot.notices.digest import Digest
from bot.notices.mail import Mailer
from bot.polling import Polling
from bot.rasa_pool import RasaPool
from bot.raw_webhooks import RawWebhooks
from bot.served import Served
from bot.service import Service
from bot.settings import Settings
from bot.staff import Member
from bot.todo import Todo
from bot.translation.incoming import Incoming
from bot.web.app import create_app
from bot.web.studio.texts import load_studio_texts
from bot.web_context import make_context
from handoff.offices.contact_point import ContactPoint
from knowledge.editing import Editing, Rules
from knowledge.store import Revisions

log = logging.getLogger(__name__)

_ZONE = "Europe/Brussels"  # of content managers who write for no country in particular
_SEARCH_EVERY = 10.0  # seconds
_SWITCH_EVERY = 0.0005  # seconds


def say(line: str) -> None:
    """Tell whoever started us."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def serve(settings: Settings) -> None:
    """Run until a signal ends it. Messages are accepted and queued before Rasa is ready."""
    sys.setswitchinterval(_SWITCH_EVERY)  # a thread that builds an index keeps the loop, and so people, waiting less
    lock = only_one(settings)
    check_port(settings)
    say("Database …")
    await asyncio.to_thread(migrate, make_url(settings.database))
    rasa = RasaPool(settings.root, settings.rasa_processes, state=settings.data_dir)
    service = await build(settings, rasa=rasa.processes)
    await show_first_accounts(service)
    await service.dispatch.end_leases(settings.node)
    runner = await start_web(service)
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    say(f"Chat page  {address}/\nDesk       {address}/desk\nHealth     {address}/health")
    _say_channels(settings)
    _say_translation(service)
    await rasa.start()
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    tasks = [asyncio.create_task(part, name=name) for name, part in _parts(service, rasa)]
    ending = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([ending, *tasks], return_when=asyncio.FIRST_COMPLETED)
        _first_failure(tasks)
    finally:
        say("Stopping …")
        await _end(tasks, runner, rasa, service, lock)


def _parts(service: Service, rasa: RasaPool) -> list[tuple[str, Coroutine[Any, Any, None]]]:
    """The loops of the service, each by its name."""
    heard = asyncio.ensure_future(asyncio.to_thread(service.interpreter.warm_up))
    parts: list[tuple[str, Coroutine[Any, Any, None]]] = [
        ("worker", _answer(service, heard)), ("sender", service.sender.run()), ("unknown", service.sender.watch_unknown()),
        ("statuses", service.statuses.run()), ("notices", service.notices.run()), ("retention", service.keeper.run()),
        ("alarm", service.alarm.run()), ("attachments", service.fetcher.run()), ("clocks", Clocks(service).run()),
        ("search", _keep_search(service, heard)), ("live", service.live.run()),
        ("training", service.trainer.run()), ("gaps", service.gaps.run()), ("rasa", _when_ready(service, rasa, heard)),
        ("corrections", _corrections(service).run()), ("digest", make_digest(service).run()),
    ]  # fmt: skip
    if service.translator is not None:
        incoming = Incoming(service.database, service.ring, service.translator, service.bus, service.clock)
        parts.append(("translation", incoming.run()))
    telegram = next((c for c in service.channels.values() if isinstance(c, TelegramChannel)), None)
    if telegram is not None and service.settings.telegram is not None:
        parts.append(("telegram", _telegram(service, telegram)))
        parts.append(("profile", _profile(service, telegram)))
    return parts


def _corrections(service: Service) -> Corrections:
    """What tells people that a text they got was withdrawn."""
    return Corrections(
        service.database, Served(service.ring), service.conversations, service.outbox, service.replies, service.bus,
        service.clock,
    )  # fmt: skip


def make_digest(service: Service) -> Digest:
    """What writes the weekly mail to content managers."""
    settings, clock = service.settings, service.clock
    todo = Todo(
        service.database, Editing(Revisions(), Rules(), clock), service.gaps, Edits(), service.questions,
        service.catalogue, service.points.values, exchange_for(settings, clock).shipped, clock,
    )  # fmt: skip
    url = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return Digest(
        service.database, todo, Mailer(settings.mail, clock), settings.studio.digest_day, load_studio_texts(), url,
        lambda member: _zone_of(member, service.points.values()), clock,
    )  # fmt: skip


def _zone_of(member: Member, points: Iterable[ContactPoint]) -> str:
    """The time zone of the country that somebody writes for, as its offices have it."""
    country = next((one.partition("-")[0] for one in member.jurisdictions), "")
    return next((point.zone for point in points if country and point.country == country), _ZONE)


async def _answer(service: Service, heard: Awaitable[None]) -> None:
    """Take turns when messages can be understood: earlier, a turn would load the same on the loop and hold everybody."""
    await heard
    await service.worker.run()


async def _when_ready(service: Service, rasa: RasaPool, heard: Awaitable[None]) -> None:
    """Say when messages are understood and Rasa answers, take up what waited for it, and keep watching."""
    await heard
    told = False
    while True:
        await rasa.wait_ready()
        METRICS.rasa_ready.set(1)
        async with service.database.transaction() as connection:
            taken_up = await service.inbox.unpark(connection, service.clock())
        if taken_up:
            service.dispatch.wake()
        if not told:
            say("Ready. Stop with Ctrl-C.")
            told = True
        while rasa.ready:  # noqa: ASYNC110 - asyncio has no event for "no longer set"
            await asyncio.sleep(1)
        METRICS.rasa_ready.set(0)


async def _keep_search(service: Service, heard: Awaitable[None]) -> None:
    """Let the search follow the articles: words at once, meaning when it is encoded.

    It begins when messages are understood: at the start people wait for that, and the two would slow each other down.
    """
    await heard
    while True:
        if await asyncio.to_thread(lambda: service.finder.is_stale):
            await service.finder.encode()
        await asyncio.sleep(_SEARCH_EVERY)


async def _telegram(service: Service, channel: TelegramChannel) -> None:
    """Poll, or have updates posted to us; either way until cancelled."""
    settings = service.settings.telegram
    if settings is None:
        return
    if settings.mode == "webhook":
        address = f"{service.settings.public_url.rstrip('/')}/telegram/{channel.account}"
        await _patiently(lambda: channel.set_webhook(address, settings.webhook_secret.reveal()))
        await asyncio.Event().wait()
    await _patiently(channel.delete_webhook)
    keep = RawWebhooks(service.database, service.ring, service.clock).keep
    await Polling(channel, service.intake.receive, keep, service.clock, settings.office_groups).run()


async def _patiently(call: Any) -> None:
    """Telegram may be out of reach when we start; the rest of the service goes on meanwhile."""
    pause = 1.0
    while True:
        try:
            await call()
        except SendError as error:
            log.warning("telegram set-up failed kind=%s reason=%s", error.kind, error.reason)
            await asyncio.sleep(pause)
            pause = min(60.0, pause * 2)
        else:
            return


async def _profile(service: Service, channel: TelegramChannel) -> None:
    """Bring the public profile up to date once, then rest (a task that ends would end the service)."""
    await publish_profile(channel, service.phrases.texts, Memory(service).recall, Memory(service).remember)
    await asyncio.Event().wait()


class Memory:
    """Small values kept across starts in the table `meta`."""

    def __init__(self, service: Service) -> None:
        self._database = service.database

    async def recall(self, key: str) -> str | None:
        """Return what was remembered."""
        async with self._database.reading() as connection:
            found: str | None = (await connection.execute(select(t.meta.c.value).where(t.meta.c.key == key))).scalar()
        return found

    async def remember(self, key: str, value: str) -> None:
        """Remember it."""
        async with self._database.transaction() as connection:
            changed = await connection.execute(update(t.meta).where(t.meta.c.key == key).values(value=value))
            if changed.rowcount == 0:
                await connection.execute(insert(t.meta).values(key=key, value=value))


async def start_web(service: Service) -> web.AppRunner:
    """Open the pages and webhooks."""
    runner = web.AppRunner(create_app(make_context(service)), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    await web.TCPSite(runner, service.settings.host, service.settings.port).start()
    return runner


async def show_first_accounts(service: Service) -> None:
    """Make the first accounts and show their passwords this one time."""
    made = await service.staff.make_first_accounts(DEMO)
    if not made:
        return
    await staff_the_demo_office(service)
    say("First accounts (shown only now; `python -m bot staff reset LOGIN` makes a new password):")
    for account in made:
        say(f"  {account.login:<10} {account.password}   ({account.role})")


def _say_channels(settings: Settings) -> None:
    say(f"Telegram   {settings.telegram.mode if settings.telegram else 'off: TELEGRAM_TOKEN is not set'}")
    say(f"WhatsApp   {'on' if settings.whatsapp else 'off: WHATSAPP_TOKEN is not set'}")


def _say_translation(service: Service) -> None:
    """Nobody should find out later that words went to somebody."""
    if service.translator is not None:
        say(f"Translation {service.translator.name}")
        if service.translator.company:
            say(f"WARNING    Words of people go to {service.translator.company}.")


def _first_failure(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            log.error("the part %s failed", task.get_name())
            raise error


async def _end(
    tasks: list[asyncio.Task[None]], runner: web.AppRunner, rasa: RasaPool, service: Service, lock: IO[str] | None
) -> None:
    """Edges first, so that nothing new comes in; then the loops, Rasa, the database."""
    await runner.cleanup()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await rasa.stop()
    await service.close()
    if lock is not None:
        lock.close()
