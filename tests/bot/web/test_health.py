"""/health, /ready and /metrics."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.crypto import KeyRing
from bot.db import Database
from bot.web.context import Health
from tests.bot.web.site import Site, open_site
from tests.conftest import Clock


async def well() -> Sequence[tuple[str, str, datetime]]:
    return []


async def test_health_says_only_that_the_process_lives(site: Site) -> None:
    answer = await (await site.browser()).client.get("/health")

    assert (answer.status, await answer.json()) == (200, {"status": "alive"})


async def test_ready_looks_at_everything(site: Site) -> None:
    answer = await (await site.browser()).client.get("/ready")

    body = await answer.json()
    assert answer.status == 200
    assert body["status"] == "ready"
    assert set(body["checks"]) == {"database", "inbox", "outbox", "channel web", "rasa"}
    assert all(check["well"] for check in body["checks"].values())


async def test_a_queue_that_is_too_old_is_not_ready(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    site.clock.move(minutes=6)

    answer = await browser.client.get("/ready")

    checks = (await answer.json())["checks"]
    assert answer.status == 503
    assert checks["inbox"] == {"well": False, "state": "oldest 360 s"}
    assert checks["outbox"]["well"]


async def test_a_channel_that_stopped_delivering_is_named(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async def failing() -> Sequence[tuple[str, str, datetime]]:
        return [("whatsapp", "payment", clock())]

    health = Health(lambda: False, failing, ("web", "whatsapp"))
    async with open_site(sqlite, ring, clock, health=health) as site:
        answer = await (await site.browser()).client.get("/ready")

        checks = (await answer.json())["checks"]
        assert answer.status == 503
        assert checks["channel whatsapp"] == {"well": False, "state": "payment"}
        assert checks["rasa"] == {"well": False, "state": "starting or down"}


async def test_a_database_that_is_away_is_said(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async def away() -> Sequence[tuple[str, str, datetime]]:
        raise OSError("away")

    async with open_site(sqlite, ring, clock, health=Health(lambda: True, away)) as site:
        answer = await (await site.browser()).client.get("/ready")

        assert answer.status == 503
        assert not (await answer.json())["checks"]["database"]["well"]


async def test_metrics_are_for_this_machine(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")

    answer = await browser.client.get("/metrics")

    text = await answer.text()
    assert answer.status == 200
    assert 'guichet_queue_age_seconds{queue="inbox"}' in text
    assert "guichet_rasa_ready 1.0" in text


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": "1.2.3.4"}, {"Via": "1.1 proxy"}, {"Host": "guichet.example"}, {"Host": ""}]
)
async def test_whoever_comes_by_a_proxy_or_another_name_sees_no_figures(site: Site, headers: dict[str, str]) -> None:
    client = (await site.browser()).client

    metrics = await client.get("/metrics", headers=headers)
    ready = await client.get("/ready", headers=headers)

    assert metrics.status == 404
    assert await ready.json() == {"status": "ready"}
