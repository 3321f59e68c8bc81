"""What makes no sense although each setting is of its type."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.model.errors import SettingsError
from bot.settings.model import LOOPBACK, Retention, Settings

_MOST_RASAS = 16
_MOST_MEGABYTES = 20  # Telegram gives no larger file to a bot
_SECOND_FACTOR = ("by_role", "required", "optional")


def _check_retention(retention: Retention) -> None:
    """A number below 1 would erase what somebody wrote a moment ago."""
    for one in fields(retention):
        if getattr(retention, one.name) < 1:
            raise SettingsError(f"config.yml: service.retention.{one.name} must be at least 1 day")


def _check_notices(notices: Mapping[str, Any]) -> None:
    for point, target in notices.items():
        if not isinstance(target, dict) or not target.keys() <= {"mail", "telegram", "lead"}:
            raise SettingsError(f"config.yml: service.notices.{point} may hold `mail`, `telegram` and `lead`")
        for name in ("mail", "lead"):
            mail = target.get(name, [])
            if not isinstance(mail, list) or not all("@" in str(address) for address in mail):
                raise SettingsError(f"config.yml: service.notices.{point}.{name} must be a list of addresses")


def _check_database(address: str) -> None:
    try:
        kind = make_url(address).get_backend_name()
    except (ArgumentError, ValueError):
        kind = ""
    if kind not in {"sqlite", "postgresql"}:
        raise SettingsError("the address of the database is not valid; it begins with sqlite:/// or postgresql://")


def check(settings: Settings) -> None:
    """Raise SettingsError for the first setting that makes no sense, alone or with the others."""
    _check_database(settings.database)
    _check_retention(settings.retention)
    _check_notices(settings.notices)
    if settings.serve not in {"source_checked", "reviewed"}:
        raise SettingsError("config.yml: service.serve must be source_checked or reviewed")
    if settings.desk.second_factor not in _SECOND_FACTOR:
        raise SettingsError(f"config.yml: service.desk.second_factor must be one of {', '.join(_SECOND_FACTOR)}")
    if not 1 <= settings.rasa_processes <= _MOST_RASAS:
        raise SettingsError(f"config.yml: service.rasa_processes must be between 1 and {_MOST_RASAS}")
    if not 1 <= settings.file_megabytes <= _MOST_MEGABYTES:
        raise SettingsError(f"config.yml: service.file_megabytes must be between 1 and {_MOST_MEGABYTES}")
    if not 0 < settings.port < 65536:
        raise SettingsError("config.yml: service.port must be between 1 and 65535")
    if settings.host not in LOOPBACK and not settings.behind_proxy:
        raise SettingsError(
            f"host {settings.host} can be reached from outside; put a proxy with TLS before it and set service.behind_proxy"
        )
    webhook = settings.telegram is not None and settings.telegram.mode == "webhook"
    if webhook and not settings.public_url.startswith("http"):
        raise SettingsError("config.yml: service.public_url is missing: webhook mode needs the address Telegram calls")
