"""Gives the pages what they need of the service."""

from datetime import timedelta

from bot.edits import Edits
from bot.exchange.installation import exchange_for
from bot.service import Service
from bot.web.context import Health, Library, WebContext, WhatsAppHook
from bot.web.studio.workshop import Workshop
from dialogues.phrases import load_menu
from handoff.offices.own_points import network_services
from handoff.offices.ready_words import ReadyBook
from knowledge.editing import Editing, Rules
from knowledge.helplines import load_helplines
from knowledge.store import Revisions
from knowledge.surroundings import EMERGENCY


def make_context(service: Service) -> WebContext:
    """Return the context of `bot.web.app.create_app`."""
    settings, rasa = service.settings, service.rasa
    telegram, whatsapp = settings.telegram, settings.whatsapp
    hooked = telegram is not None and telegram.mode == "webhook"
    health = Health(
        rasa_ready=lambda: any(process.ready.is_set() for process in rasa),
        failing_accounts=service.sender.failing_accounts,
        channels=tuple(channel.name for channel in service.channels.values()),
        alarm_after=timedelta(minutes=settings.alarm_minutes),
    )
    hook = None
    if whatsapp is not None:
        secret, verify = whatsapp.app_secret.reveal(), whatsapp.verify_token.reveal()
        hook = WhatsAppHook(secret, verify, frozenset({whatsapp.phone_number_id}))
    return WebContext(
        database=service.database, ring=service.ring, conversations=service.conversations, inbox=service.inbox,
        outbox=service.outbox, attachments=service.attachments, bus=service.bus, intake=service.intake,
        counter=service.handoff.counter, replies=service.replies, phrases=service.phrases,
        menu=load_menu(), staff=service.staff, clock=service.clock,
        health=health, workshop=_workshop(service), public_https=settings.behind_proxy, public_url=settings.public_url,
        demonstration=settings.demonstration, locales=settings.locales,
        telegram={telegram.token.reveal().split(":")[0]: telegram.webhook_secret.reveal()} if telegram and hooked else {},
        telegram_office_groups=tuple(str(chat) for chat in telegram.office_groups) if telegram else (), whatsapp=hook,
        library=_library(service), translator=service.translator, crowd=service.crowd,
    )  # fmt: skip


def _workshop(service: Service) -> Workshop:
    return Workshop(
        live=service.live, editing=_editing(service), offices=service.offices, sentences=service.sentences,
        questions=service.questions, likeness=service.likeness, interpreter=service.interpreter, gaps=service.gaps,
        trainer=service.trainer, ready=ReadyBook(Edits(), service.clock),
        four_eyes=service.settings.studio.four_eyes, exchange=exchange_for(service.settings, service.clock),
    )  # fmt: skip


def _editing(service: Service) -> Editing:
    studio = service.settings.studio
    return Editing(Revisions(), Rules(studio.four_eyes, studio.eu_countries), service.clock)


def _library(service: Service) -> Library:
    services = network_services(service.settings.data_dir, shipped=service.settings.shipped_points)
    points = service.points

    def numbers() -> tuple[str, ...]:
        return (EMERGENCY, *load_helplines().numbers, *(point.phone for point in points.values() if point.phone))

    return Library(service.catalogue, points.values, services, numbers, service.finder.find)
