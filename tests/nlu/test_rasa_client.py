"""The client of Rasa: topics, the circuit breaker, and a server that misbehaves in every way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.errors import InterpreterUnavailable, SettingsError
from bot.model.understanding import Ranked
from nlu.rasa_client import Circuit, Endpoint, RasaClient, load_topics

DOMAIN = Path(__file__).parents[2] / "dialogues" / "domain"
TOPICS = {"unpaid_wages": "labour_rights", "greet": "service"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(
    handler: Handler, *, seconds: float = 2.0, patience: float = 30.0, gone: Sequence[object] = ()
) -> AsyncIterator[RasaClient]:
    """Give a client whose server answers so, and is away as soon as `gone` holds anything."""
    app = web.Application()
    app.router.add_post("/model/parse", handler)
    async with TestServer(app) as server:
        endpoint = Endpoint(str(server.make_url("/")).rstrip("/"), "secret-token")
        async with RasaClient(lambda: None if gone else endpoint, TOPICS, timeout=seconds, patience=patience) as client:
            yield client


async def test_the_ranking_has_topics_and_nothing_unknown() -> None:
    asked: list[tuple[str, object]] = []

    async def rank(request: web.Request) -> web.Response:
        asked.append((request.query["token"], await request.json()))
        names = {"unpaid_wages": 0.7, "something_old": 0.2, "greet": 0.1}
        return web.json_response({"intent_ranking": [{"name": n, "confidence": c} for n, c in names.items()]})

    async with answering(rank) as client:
        found = await client.parse("  My BOSS\ndoes not pay ")

    assert found == (Ranked("labour_rights/unpaid_wages", 0.7), Ranked("service/greet", 0.1))
    assert asked == [("secret-token", {"text": "my boss does not pay"})]


async def failing(_: web.Request) -> web.StreamResponse:
    raise web.HTTPInternalServerError


async def no_json(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>", content_type="text/html")


async def other_json(_: web.Request) -> web.StreamResponse:
    return web.json_response([1])


async def too_slow(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(5)
    return web.json_response({})


async def hanging_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize("handler", [failing, no_json, other_json, too_slow, hanging_up])
async def test_every_failure_is_the_same_error_without_text_or_token(handler: Handler) -> None:
    async with answering(handler, seconds=0.05) as client:
        with pytest.raises(InterpreterUnavailable) as raised:
            await client.parse("my secret words")

    told = f"{raised.value!r} {raised.value.__cause__!r}"
    assert "secret" not in told


async def test_after_three_failures_it_is_left_alone() -> None:
    calls: list[int] = []

    async def count(_: web.Request) -> web.StreamResponse:
        calls.append(1)
        raise web.HTTPInternalServerError

    async with answering(count) as client:
        for _ in range(6):
            with pytest.raises(InterpreterUnavailable):
                await client.parse("hello")

    assert len(calls) == 3


class OneAtATime:
    """Answers like Rasa: everything is taken, one thing at a time is worked on."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._working = asyncio.Lock()
        self._here = 0
        self.most = 0  # at once in the house
        self.answered: list[str] = []

    async def rank(self, request: web.Request) -> web.StreamResponse:
        self._here += 1
        self.most = max(self.most, self._here)
        async with self._working:
            await asyncio.sleep(self._seconds)
        self._here -= 1
        self.answered.append((await request.json())["text"])
        return web.json_response({"intent_ranking": [{"name": "greet", "confidence": 1.0}]})


async def test_waiting_for_the_others_is_no_failure() -> None:
    rasa = OneAtATime(0.05)
    async with answering(rasa.rank, seconds=0.8) as client:  # 32 of them take 1.6 s
        found = await asyncio.gather(*(client.parse(f"hello {number}") for number in range(32)))

    assert found == [(Ranked("service/greet", 1.0),)] * 32
    assert rasa.answered == [f"hello {number}" for number in range(32)]
    assert rasa.most == 2


async def test_who_waits_too_long_is_told_so_and_rasa_is_not_blamed() -> None:
    rasa = OneAtATime(0.2)
    async with answering(rasa.rank, patience=0.1) as client:
        found = await asyncio.gather(*(client.parse("hello") for _ in range(8)), return_exceptions=True)

        assert [isinstance(one, InterpreterUnavailable) for one in found] == [False, False, *[True] * 6]
        assert client.unanswered == 0
        assert await client.parse("hello")


async def test_an_urgent_text_does_not_wait_for_its_turn() -> None:
    rasa = OneAtATime(0.05)
    async with answering(rasa.rank) as client:
        others = [asyncio.create_task(client.parse(f"hello {number}")) for number in range(10)]
        await asyncio.sleep(0.02)
        await client.parse("help", urgent=True)
        assert rasa.answered.index("help") <= 2
        await asyncio.gather(*others)


async def test_whoever_waits_is_told_at_once_when_rasa_goes() -> None:
    rasa = OneAtATime(0.05)
    gone: list[str] = []
    async with answering(rasa.rank, gone=gone) as client:
        asked = [asyncio.create_task(client.parse("hello")) for _ in range(6)]
        await asyncio.sleep(0.02)
        gone.append("now")
        found = await asyncio.gather(*asked, return_exceptions=True)

    assert [isinstance(one, InterpreterUnavailable) for one in found] == [False, False, *[True] * 4]


async def test_nothing_is_asked_for_an_empty_text_or_while_rasa_is_away() -> None:
    async with RasaClient(lambda: None, TOPICS) as client:
        assert await client.parse(" \u200b ") == ()
        with pytest.raises(InterpreterUnavailable):
            await client.parse("hello")


def test_the_circuit_opens_tries_once_and_closes() -> None:
    now = [0.0]
    circuit = Circuit(clock=lambda: now[0])
    for _ in range(3):
        assert circuit.allows()
        circuit.failed()

    assert not circuit.allows()
    now[0] = 5.1
    assert circuit.allows()
    assert not circuit.allows()
    circuit.failed()
    assert not circuit.allows()
    now[0] = 10.3
    assert circuit.allows()
    circuit.succeeded()
    assert circuit.allows()
    assert circuit.allows()


def test_each_intent_of_the_catalogue_has_one_topic() -> None:
    topics = load_topics(DOMAIN)

    assert topics["unpaid_wages"] == "labour_rights"
    assert topics["violence"] == "safety"
    assert len(topics) > 90


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({}, "no intents found"),
        ({"a.yml": "intents: {x: 1}"}, "must be a list"),
        ({"a.yml": "intents: [x]", "b.yml": "intents: [x]"}, "already in a.yml"),
    ],
)
def test_a_domain_that_cannot_be_is_named(tmp_path: Path, files: dict[str, str], named: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    with pytest.raises(SettingsError, match=named):
        load_topics(tmp_path)
