"""The client of the Rasa processes: one question, one ranking, or `InterpreterUnavailable`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Self

import aiohttp
import yaml

from bot.model.errors import InterpreterUnavailable, SettingsError
from bot.model.understanding import Ranked
from nlu.normalise import normalise

FAILURES = 3
OPEN_FOR = 5.0
PATIENCE = 30.0
AT_ONCE = 2  # Rasa works on one message at a time; the next is there already when it is done


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where Rasa answers at the moment."""

    url: str
    token: str = field(default="", repr=False)


def load_topics(folder: Path) -> dict[str, str]:
    """Return the topic of each intent: `dialogues/domain/<topic>.yml` lists the topic's intents.

    Raises SettingsError for a file that cannot be read or an intent that two topics claim.
    """
    topics: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        intents = content.get("intents") if isinstance(content, dict) else None
        if not isinstance(intents, list):
            raise SettingsError(f"{path}: `intents:` must be a list of names")
        for intent in intents:
            if intent in topics:
                raise SettingsError(f"{path}: the intent {intent} is already in {topics[intent]}.yml")
            topics[intent] = path.stem
    if not topics:
        raise SettingsError(f"{folder}: no intents found")
    return topics


def ranked(ranking: Iterable[tuple[str, float]], topics: Mapping[str, str]) -> tuple[Ranked, ...]:
    """Return Rasa's ranking with the topics; an intent that the catalogue no longer has is left out."""
    return tuple(Ranked(f"{topics[name]}/{name}", float(confidence)) for name, confidence in ranking if name in topics)


@dataclass(slots=True)
class Circuit:
    """Lets calls through until three in a row fail; then none for five seconds; then one to try."""

    clock: Callable[[], float] = monotonic
    _failures: int = 0
    _open_until: float = 0.0
    _trying: bool = False

    def allows(self) -> bool:
        """Tell whether a call may be made now; in the half-open state only to the first who asks."""
        if self._failures < FAILURES:
            return True
        if self.clock() < self._open_until or self._trying:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failures, self._trying = 0, False

    def failed(self) -> None:
        self._failures, self._trying = self._failures + 1, False
        if self._failures >= FAILURES:
            self._open_until = self.clock() + OPEN_FOR


class RasaClient:
    """Asks Rasa what an utterance means. `locate` tells where it answers, or None while it does not.

    Two messages at once are with Rasa, the others wait here for their turn, at most `patience` seconds: `timeout` is
    for Rasa's own work, and a long line says nothing about Rasa's health.
    Neither the text nor the address with its token ever gets into an error or a log.
    """

    def __init__(
        self,
        locate: Callable[[], Endpoint | None],
        topics: Mapping[str, str],
        *,
        timeout: float = 2.0,
        patience: float = PATIENCE,
        circuit: Circuit | None = None,
    ) -> None:
        self._locate = locate
        self._topics = topics
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._patience = patience
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._circuit = circuit or Circuit()
        self._session: aiohttp.ClientSession | None = None
        self.asked = 0  # so far
        self.unanswered = 0  # at this moment

    async def parse(self, text: str, *, urgent: bool = False) -> tuple[Ranked, ...]:
        """Return the likeliest intents as `topic/intent`, best first; nothing for a text without content.

        An urgent text does not wait for its turn. Raises InterpreterUnavailable at once while Rasa is away, and when
        the turn does not come or the answer takes too long.
        """
        text = normalise(text)
        if not text:  # Rasa is 99 % sure about an empty text
            return ()
        self._endpoint()
        self.asked += 1
        self.unanswered += 1
        try:
            async with self._turn(urgent):
                endpoint = self._endpoint()  # it may have gone meanwhile
                if not self._circuit.allows():
                    raise InterpreterUnavailable("Rasa failed several times; it is left alone for some seconds")
                return self._ranking(await self._ask(endpoint, text))
        finally:
            self.unanswered -= 1

    def _endpoint(self) -> Endpoint:
        endpoint = self._locate()
        if endpoint is None:
            raise InterpreterUnavailable("Rasa is not there yet")
        return endpoint

    @asynccontextmanager
    async def _turn(self, urgent: bool) -> AsyncIterator[None]:
        if urgent:
            yield
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError:
            raise InterpreterUnavailable("too many others wait for Rasa") from None
        try:
            yield
        finally:
            self._turns.release()

    async def _ask(self, endpoint: Endpoint, text: str) -> Any:
        done = False
        try:
            parameters = {"token": endpoint.token} if endpoint.token else {}
            url = f"{endpoint.url}/model/parse"
            async with self._http().post(url, params=parameters, json={"text": text}) as answer:
                if answer.status != 200:
                    raise InterpreterUnavailable(f"Rasa answered with status {answer.status}")
                content = await answer.json()
            done = True
            return content
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            # Without its cause: that one prints the address, and the token is part of it.
            raise InterpreterUnavailable(f"Rasa did not answer: {type(error).__name__}") from None
        finally:
            if done:
                self._circuit.succeeded()
            else:
                self._circuit.failed()

    def _ranking(self, content: Any) -> tuple[Ranked, ...]:
        ranking = content.get("intent_ranking") if isinstance(content, dict) else None
        if not isinstance(ranking, list):
            raise InterpreterUnavailable("Rasa's answer has no ranking")
        return ranked(((one["name"], one["confidence"]) for one in ranking), self._topics)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session

    async def close(self) -> None:
        """Close the connections to Rasa."""
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class RasaClients:
    """Asks, of several processes, the one with the least to answer; where that one fails, the next."""

    def __init__(self, clients: Sequence[RasaClient]) -> None:
        self._clients = tuple(clients)

    async def parse(self, text: str, *, urgent: bool = False) -> tuple[Ranked, ...]:
        """Return what `RasaClient.parse` returns. Raises InterpreterUnavailable if none of them answers."""
        reason = InterpreterUnavailable("there is no Rasa")
        for client in sorted(self._clients, key=lambda one: (one.unanswered, one.asked)):
            try:
                return await client.parse(text, urgent=urgent)
            except InterpreterUnavailable as error:
                reason = error
        raise reason

    async def close(self) -> None:
        """Close the connections to all of them."""
        for client in self._clients:
            await client.close()
