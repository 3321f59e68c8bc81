"""What the account pages work with, made once for the application, and the words that they share."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_date, format_datetime

from bot.model.locales import LOCALES as SPOKEN
from bot.model.locales import OWN_NAMES
from bot.model.say import Language, place_named
from bot.staff import Member, Role, SignedIn
from bot.staff.colleagues import Colleagues
from bot.staff.invitations import Invitation, Invitations
from bot.staff.log import Log
from bot.staff.own import OwnAccount
from bot.staff.second_factors import SecondFactors
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import locale_of
from bot.web.desk.texts import TEXTS, DeskTexts
from bot.wording import Wording, babel_locale
from knowledge.article import EU
from knowledge.plan import jurisdictions


@dataclass(frozen=True, slots=True)
class Accounts:
    """The staff's room, by its tasks."""

    second_factors: SecondFactors
    invitations: Invitations
    colleagues: Colleagues
    own: OwnAccount
    log: Log

    @classmethod
    def of(cls, context: WebContext) -> "Accounts":
        """Put them together on the context's database."""
        database, clock, passwords = context.database, context.clock, context.staff.passwords
        return cls(
            SecondFactors(database, context.ring, clock), Invitations(database, clock, passwords),
            Colleagues(database, clock), OwnAccount(database, clock, passwords), Log(database),
        )  # fmt: skip


ACCOUNTS: web.AppKey[Accounts] = web.AppKey("accounts", Accounts)

_ZONE = "Europe/Brussels"  # of those who belong to no office


def zone_of(context: WebContext, session: SignedIn) -> ZoneInfo:
    """Return the time zone in which this member reads times."""
    points = session.member.contact_points
    return ZoneInfo(context.counter.casebook.office(points[0]).zone if points else _ZONE)


def words(request: web.Request, session: SignedIn) -> dict[str, Any]:
    """Return what several of the pages need: times and names of languages as this member reads them."""
    context, locale, texts = request.app[CONTEXT], locale_of(request, session), request.app[TEXTS]
    zone, babel = zone_of(context, session), babel_locale(locale)
    wording = Wording(context.phrases.text, context.phrases.title)
    spoken = [(one, str(wording.value(locale, Language(one)))) for one in SPOKEN]
    places = tuple((code, _place(texts, wording, locale, code)) for code in jurisdictions())
    return {
        "places": places,
        "covers": lambda one: _covers(texts, locale, one, dict(places), dict(spoken)),
        "when": lambda at: format_datetime(at, "d MMM y, HH:mm", tzinfo=zone, locale=babel),
        "day": lambda at: format_date(at, "d MMM y", locale=babel),
        "deed": lambda action: _deed(texts, locale, action),
        "zone": zone,
        "spoken": sorted(spoken, key=lambda one: one[1].casefold()),
        "own_names": OWN_NAMES,
    }


def _place(texts: DeskTexts, wording: Wording, locale: str, code: str) -> str:
    return texts.text(locale, "whole_eu") if code == EU else str(wording.value(locale, place_named(code)))


def _covers(
    texts: DeskTexts, locale: str, one: Member | Invitation, places: Mapping[str, str], spoken: Mapping[str, str]
) -> str:
    """Say for which countries and in which languages a content manager may change texts; others have no such bounds."""
    if one.role is not Role.CONTENT:
        return ""
    everything = texts.text(locale, "covers_all")
    where = [places.get(code, code) for code in one.jurisdictions]
    tongues = [spoken.get(code, code) for code in one.languages]
    return texts.text(
        locale, "covers", places=", ".join(where) or everything, languages=", ".join(tongues) or everything
    )


def _deed(texts: DeskTexts, locale: str, action: str) -> str:
    """Return what was done; a deed of an older version stands as it was noted."""
    key = f"deed_{action.replace('.', '_')}"
    return texts.text(locale, key) if key in texts.texts["en"] else action


def later(response: web.Response, seconds: float) -> web.Response:
    """Say when it may be tried again, where that is not now."""
    if seconds:
        response.headers["Retry-After"] = str(math.ceil(seconds))
    return response
