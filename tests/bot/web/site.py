"""The pages over real stores: a person's browser, an operator's browser, and a bot whose replies a test writes itself."""

import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select, update
from yarl import URL

from bot import tables as t
from bot.attachments.store import Attachments
from bot.buckets import Buckets
from bot.bus import Bus
from bot.channels.webchat import WebChat
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import Database
from bot.edits import Edits
from bot.encoder import Encoder
from bot.exchange.engine import Exchange
from bot.exchange.shipped import shipped_content
from bot.gaps.borrowed import Borrowed
from bot.gaps.loop import GapLoop
from bot.gaps.store import Gaps
from bot.inbox import Inbox
from bot.intake import Intake
from bot.live import Live
from bot.model.conversation import Conversation
from bot.model.messages import Button
from bot.outbox import Draft, Outbox
from bot.replies import Replies, Shelf
from bot.sender import Sender
from bot.settings import Settings
from bot.shelf import answers, sentence
from bot.staff import NewAccount, Role, Staff
from bot.training import Trainer
from bot.web.app import create_app
from bot.web.context import Health, WebContext, WhatsAppHook
from bot.web.studio.workshop import Workshop
from bot.wording import Wording
from dialogues.phrases import Phrases, load_menu, load_phrases
from dialogues.sentences import Sentences
from handoff.offices.contact_point import ContactPoint, PointKind
from handoff.offices.live import Offices
from handoff.offices.ready_words import ReadyBook
from handoff.request import Request, Urgency
from handoff.room import Handoff
from knowledge.editing import Editing, Rules
from knowledge.store import Revisions
from nlu.batch import RankedTable
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from nlu.teaching import Questions, read_shipped
from nlu.teaching.likeness import Likeness
from tests.conftest import Clock
from tests.support.builders import QUICK

NO_FOLDER = Path("/no-such-folder")  # a place without a model
SAME = {"Sec-Fetch-Site": "same-origin"}
BOT_ID, SECRET = "42", "telegram-secret"
HOOK = WhatsAppHook("app-secret", "verify-me", frozenset({"1000"}))
OFFICE = ContactPoint(
    id="milano", name="Sportello Milano", organisation="Unione", kind=PointKind.UNION, country="IT", zone="Europe/Rome",
    city="Milano", hours="Mo-Fr 09:00-18:00", languages=("it", "en", "ar"),
)  # fmt: skip
OTHER_OFFICE = replace(OFFICE, id="torino", name="Sportello Torino", city="Torino")
_PAGE = re.compile(r'data-page="([^"]+)"')
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_FORM = re.compile(r'name="form" value="([^"]+)"')


@cache
def interpreter() -> Interpreter:
    """The understanding while Rasa is away."""
    return Interpreter(RankedTable({}), Keywords.load(KEYWORDS))


@cache
def phrases() -> Phrases:
    """The real phrases of four locales."""
    return load_phrases(locales=("en", "it", "fr", "ar"))


def _nothing(*_arguments: Any) -> Any:
    return None


@dataclass
class Site:
    """One running application with its stores."""

    context: WebContext
    server: TestServer
    clock: Clock
    handoff: Handoff
    sender: Sender
    clients: list[TestClient[Any, Any]] = field(default_factory=list)

    async def browser(self) -> "Browser":
        """Open a browser with its own cookies."""
        client: TestClient[Any, Any] = TestClient(self.server, cookie_jar=CookieJar(unsafe=True))
        self.clients.append(client)
        return Browser(self, client)

    async def conversation(self) -> Conversation:
        """Return the only conversation on the page."""
        async with self.context.database.reading() as connection:
            row_id: UUID = (await connection.execute(select(t.conversation.c.id))).scalar_one()
            found = await self.context.conversations.read(connection, row_id)
            assert found is not None
            return found

    async def take_turn(self, *replies: str, buttons: Sequence[tuple[str, str]] = (), locale: str = "en") -> None:
        """Do what a turn does: record what waits, queue the reply, let the sender send it."""
        conversation = await self.conversation()
        now = self.clock()
        async with self.context.database.transaction() as connection:
            waiting = await self.context.inbox.waiting(connection, conversation.id)
            for one in waiting:
                await self.context.conversations.record(connection, conversation.id, "person", one.text, one.sent_at)
            await self.context.inbox.finish(connection, [one.id for one in waiting], "done", now)
            draft = Draft("", buttons=tuple(Button(*button) for button in buttons), locale=locale)
            for text in replies:
                await self.context.outbox.add(
                    connection, conversation.id, conversation.account_id, conversation.epoch,
                    replace(draft, text=text), now,
                )  # fmt: skip
            await self.context.conversations.write(connection, conversation.id, {"locale": locale})
        self.context.bus.publish(f"conversation:{conversation.id}")
        await self.sender.drain()

    async def wants_a_person(
        self, office: ContactPoint = OFFICE, urgency: Urgency = Urgency.NORMAL, *, share: bool = True
    ) -> UUID:
        """Queue the conversation at an office, as the person would by tapping; return the case."""
        conversation = await self.conversation()
        request = Request(country="IT", city=office.city, topic="labour_rights", locale="it", urgency=urgency)
        async with self.context.database.transaction() as connection:
            offered = await self.handoff.desk.offer(connection, conversation, request)
            queued = await self.handoff.desk.accept(connection, offered.conversation, office.id)
            await self.handoff.desk.share(connection, queued.conversation, share)
            row: UUID = (await connection.execute(select(t.case.c.id).where(t.case.c.state == "waiting"))).scalar_one()
        self.context.bus.publish("desk")
        self.context.bus.publish(f"conversation:{conversation.id}")
        return row

    async def hire(
        self, login: str = "marta", role: Role = Role.OPERATOR, points: Sequence[str] = (OFFICE.id,), *,
        terms: bool = True, locale: str = "en",
    ) -> NewAccount:  # fmt: skip
        """Make an account; an operator of it accepted the terms and has signed in before."""
        account = await self.context.staff.add(login, role, points, locale)
        values = {"terms_at": self.clock() if terms else None, "signed_in_at": self.clock()}
        async with self.context.database.transaction() as connection:
            await connection.execute(update(t.staff).where(t.staff.c.login == login).values(**values))
        return account

    async def rows(self, table: Any) -> list[Any]:
        """Return all rows of a table."""
        async with self.context.database.reading() as connection:
            return list((await connection.execute(select(table))).all())


@dataclass
class Browser:
    """A browser that sends what browsers send."""

    site: Site
    client: TestClient[Any, Any]
    number: int = 0
    page: str = ""

    async def opens(self, path: str = "/", **headers: str) -> str:
        """GET a page and return its HTML; remember the page's name."""
        answer = await self.client.get(path, headers=headers)
        html = await answer.text()
        if found := _PAGE.search(html):
            self.page = found[1]
        return html

    async def posts(self, path: str, fields: dict[str, str], **headers: str) -> ClientResponse:
        """POST a form, without following where it leads."""
        return await self.client.post(path, data=fields, headers=SAME | headers, allow_redirects=False)

    async def says(self, text: str, **more: Any) -> ClientResponse:
        """Send a message as the page's script does."""
        if not self.page:
            await self.opens()
        self.number += 1
        body = {"page": self.page, "number": self.number, "text": text} | more
        return await self.client.post("/chat/send", json=body, headers=SAME)

    def cookie(self, name: str = "guichet") -> str:
        """Return a cookie's value, or an empty string."""
        found = self.client.session.cookie_jar.filter_cookies(URL(str(self.client.make_url("/")))).get(name)
        return found.value if found else ""

    async def signs_in(self, account: NewAccount) -> ClientResponse:
        """Sign in at the desk."""
        return await self.posts("/desk/sign-in", {"login": account.login, "password": account.password})

    async def acts(self, path: str, **fields: str) -> ClientResponse:
        """POST a form of the desk with its hidden fields, as they stand on the page."""
        html = await self.opens("/desk")
        if not (found := _CSRF.search(html)):
            html = await self.opens("/desk/terms")
            found = _CSRF.search(html)
        token = found[1] if found else ""
        return await self.posts(path, {"csrf": token} | fields)

    async def answers(self, case_id: UUID, text: str) -> ClientResponse:
        """Answer a person from the page of their case."""
        html = await self.opens(f"/desk/c/{case_id}")
        csrf, form = _CSRF.search(html), _FORM.search(html)
        assert csrf is not None
        assert form is not None
        return await self.posts(f"/desk/c/{case_id}/reply", {"csrf": csrf[1], "form": form[1], "text": text})


async def taken(site: Site, marta: Browser) -> UUID:
    """Let the person wait and Marta take them; return the case."""
    case = await site.wants_a_person()
    answer = await marta.acts(f"/desk/c/{case}/take")
    assert answer.headers["Location"] == f"/desk/c/{case}"
    return case


@asynccontextmanager
async def open_site(database: Database, ring: KeyRing, clock: Clock, **changes: Any) -> AsyncIterator[Site]:
    """Start the application on a free port of loopback."""
    context, handoff = make_context(database, ring, clock, **changes)
    async with database.transaction() as connection:
        account = await context.conversations.account(connection, "web", "web")
    sender = Sender(
        database, context.conversations, context.outbox, context.bus, {account: WebChat()}, clock, Buckets(),
        lambda locale: Draft("?", locale=locale), context.attachments.open,
    )  # fmt: skip
    server = TestServer(create_app(context))
    await server.start_server()
    site = Site(context, server, clock, handoff, sender)
    try:
        yield site
    finally:
        for client in site.clients:
            await client.session.close()
        await server.close()


def make_context(database: Database, ring: KeyRing, clock: Clock, **changes: Any) -> tuple[WebContext, Handoff]:
    """Put real parts together; only Rasa and the platforms are absent."""
    conversations, bus = Conversations(ring), Bus()
    inbox, outbox = Inbox(ring, conversations), Outbox(ring, conversations)
    attachments = Attachments(ring)
    files = {office.id: office for office in (OFFICE, OTHER_OFFICE)}
    offices = Offices(files, files, Edits(), clock)
    handoff = Handoff(ring, lambda: tuple(offices.points.values()), clock)
    loaded = phrases().copied()
    shelf = Shelf(
        article=_nothing, office=_nothing, lines=lambda _i, _c: (), foreign=lambda _l: "", eu=lambda _c: True,
        sentence=sentence, answers=answers,
    )  # fmt: skip
    context = WebContext(
        database=database, ring=ring, conversations=conversations, inbox=inbox, outbox=outbox, attachments=attachments,
        bus=bus,
        intake=Intake(database, inbox, bus, clock, lambda _text: False, _nothing, _nothing, _nothing),
        counter=handoff.counter, replies=Replies(Wording(loaded.text, loaded.title), shelf), phrases=loaded,
        menu=load_menu(), staff=Staff(database, clock, QUICK), clock=clock, health=Health(lambda: True, _no_failures),
        workshop=_workshop(database, ring, clock, loaded, offices),
        locales=("en", "it", "fr", "ar"), telegram={BOT_ID: SECRET}, whatsapp=HOOK,
    )  # fmt: skip
    return replace(context, **changes), handoff


def _workshop(database: Database, ring: KeyRing, clock: Clock, said: Phrases, offices: Offices) -> Workshop:
    """The engines of the studio; what is saved on its pages is in force after `live.refresh`."""
    questions = Questions(read_shipped(), Edits(), clock)
    sentences = Sentences(phrases(), said, Edits(), clock, lambda: questions.titles(("en", "it", "fr", "ar")))
    live = Live(database, {"questions": questions.reload, "sentences": sentences.reload, "offices": offices.reload})
    return Workshop(
        live=live, editing=Editing(Revisions(), Rules(), clock), offices=offices, sentences=sentences,
        ready=ReadyBook(Edits(), clock), questions=questions,
        likeness=Likeness(Path(), Encoder(cpu=Path(os.devnull))), interpreter=interpreter(), gaps=GapLoop(
            database, Gaps(ring), Borrowed(ring, Edits()), questions, Encoder(cpu=Path(os.devnull)), _nowhere, clock
        ),
        trainer=Trainer(database, Settings(NO_FOLDER, NO_FOLDER, ""), questions, clock),
        exchange=Exchange(lambda: shipped_content(NO_FOLDER, NO_FOLDER), clock),
    )  # fmt: skip


async def _nowhere(_text: str, _locale: str) -> tuple[str, ...]:
    return ()


async def _no_failures() -> list[tuple[str, str, Any]]:
    return []
