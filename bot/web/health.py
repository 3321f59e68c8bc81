"""/health says that the process lives, /ready that the whole service works, /metrics gives the machine's figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import METRICS
from bot.web.context import CONTEXT, WebContext
from bot.web.guard import is_local


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `state` is a word or a number of our own, never anything of a person."""

    name: str
    well: bool
    state: str


def add_routes(app: web.Application) -> None:
    """Details and figures are for this machine only."""
    app.router.add_get("/health", health)
    app.router.add_get("/ready", ready)
    app.router.add_get("/metrics", metrics)


async def health(_request: web.Request) -> web.Response:
    """Answer as long as the process can."""
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """Tell whether everything works: 200 or 503. Messages are taken all the same while Rasa starts."""
    findings = await look(request.app[CONTEXT])
    well = all(finding.well for finding in findings)
    answer: dict[str, Any] = {"status": "ready" if well else "not ready"}
    if is_local(request):
        answer["checks"] = {finding.name: {"well": finding.well, "state": finding.state} for finding in findings}
    return web.json_response(answer, status=200 if well else 503)


async def metrics(request: web.Request) -> web.Response:
    """Give Prometheus its figures, with the ages as they are now."""
    if not is_local(request):
        raise web.HTTPNotFound
    context = request.app[CONTEXT]
    METRICS.rasa_ready.set(1 if context.health.rasa_ready() else 0)
    try:
        for queue, age in (await _ages(context)).items():
            METRICS.queue_age.labels(queue).set(age.total_seconds())
    except (SQLAlchemyError, OSError):
        METRICS.queue_age.labels("inbox").set(float("nan"))
    body = generate_latest(METRICS.registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def look(context: WebContext) -> list[Finding]:
    """Look at the database, the age of both queues, the channels and Rasa."""
    rasa = context.health.rasa_ready()
    findings = [Finding("rasa", rasa, "ready" if rasa else "starting or down")]
    try:
        ages = await _ages(context)
        failing = {name.split()[0]: reason for name, reason, _since in await context.health.failing_accounts()}
    except (SQLAlchemyError, OSError) as error:
        return [Finding("database", False, type(error).__name__), *findings]
    findings.insert(0, Finding("database", True, "reads"))
    for queue, age in ages.items():
        findings.append(Finding(queue, age <= context.health.alarm_after, f"oldest {int(age.total_seconds())} s"))
    for channel in context.health.channels:
        findings.append(Finding(f"channel {channel}", channel not in failing, failing.get(channel, "on")))
    return findings


async def _ages(context: WebContext) -> dict[str, timedelta]:
    now = context.clock()
    async with context.database.reading() as connection:
        await connection.execute(select(1))
        oldest = {
            "inbox": await context.inbox.oldest_waiting(connection),
            "outbox": await context.outbox.oldest_queued(connection),
        }
    return {queue: _age(at, now) for queue, at in oldest.items()}


def _age(at: datetime | None, now: datetime) -> timedelta:
    return max(now - at, timedelta()) if at is not None else timedelta()
