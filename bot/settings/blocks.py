"""The blocks inside `service:`, each checked by itself and made into its frozen value."""

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from bot.model.errors import SettingsError
from bot.settings.model import Mail, Studio, Telegram, Translation, WhatsApp
from bot.settings.secrets import Secret, Secrets


def is_of(kind: type[Any], value: Any) -> bool:
    """Tell whether a value is of a type; true and false are no numbers, and a whole number is also a float."""
    accepted = (int, float) if kind is float else kind
    return isinstance(value, accepted) and (kind is bool or not isinstance(value, bool))


def build(name: str, kind: type[Any], block: Mapping[str, Any], **more: Any) -> Any:
    """Make the frozen value of `service.<name>`; `more` are fields that the block may not hold."""
    known = {one.name: one.type for one in fields(kind) if one.name not in more}
    for key, value in block.items():
        if key not in known:
            raise SettingsError(f"config.yml: unknown setting service.{name}.{key}")
        expected = known[key]
        if isinstance(expected, type) and not is_of(expected, value):
            raise SettingsError(f"config.yml: service.{name}.{key} must be of type {expected.__name__}")
    return kind(**block, **more)


def telegram(block: Mapping[str, Any], secrets: Secrets) -> Telegram | None:
    """Return the bot, or None without a token, whatever the block says."""
    token = secrets.get("TELEGRAM_TOKEN")
    if not token:
        return None
    if ":" not in token or not token.split(":")[0].isdigit():
        raise SettingsError("TELEGRAM_TOKEN does not look like a token of @BotFather (digits, a colon, letters)")
    values = dict(block)
    groups = values.get("office_groups", [])
    if not isinstance(groups, list) or not all(is_of(int, group) for group in groups):
        raise SettingsError("config.yml: service.telegram.office_groups must be a list of numbers")
    values["office_groups"] = tuple(groups)
    secret = Secret(secrets.get("TELEGRAM_WEBHOOK_SECRET"))
    made: Telegram = build("telegram", Telegram, values, token=Secret(token), webhook_secret=secret)
    if made.mode not in {"polling", "webhook"}:
        raise SettingsError("config.yml: service.telegram.mode must be polling or webhook")
    if made.mode == "webhook" and not secret:
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET is missing: webhook mode needs it")
    if made.mode == "webhook" and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.reveal()):
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET may hold 1 to 256 letters, digits, _ and -")
    return made


_WHATSAPP_NEEDS = ("WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")


def whatsapp(block: Mapping[str, Any], secrets: Secrets) -> WhatsApp | None:
    """Return the number, or None without any of its secrets; half a configuration is an error."""
    found = {name: secrets.get(name) for name in _WHATSAPP_NEEDS}
    if not any(found.values()):
        return None
    missing = [name for name, value in found.items() if not value]
    missing += [f"service.whatsapp.{key}" for key in ("phone_number_id", "fallback_contact") if not block.get(key)]
    if missing:
        raise SettingsError(f"WhatsApp is half configured; missing: {', '.join(missing)}")
    token, app_secret, verify = (Secret(found[name]) for name in _WHATSAPP_NEEDS)
    values = {**block, "phone_number_id": str(block["phone_number_id"])}
    made: WhatsApp = build("whatsapp", WhatsApp, values, token=token, app_secret=app_secret, verify_token=verify)
    return made


def mail(block: Mapping[str, Any], secrets: Secrets) -> Mail:
    """Return where mail is sent; a host needs a sender."""
    made: Mail = build("mail", Mail, block, password=Secret(secrets.get("MAIL_PASSWORD")))
    if made.host and not made.sender:
        raise SettingsError("config.yml: service.mail.sender is missing")
    return made


_PROVIDERS = {"none": (), "libretranslate": ("url",), "google": (), "microsoft": ("key_file",)}  # what each needs


def translation(block: Mapping[str, Any], root: Path) -> Translation:
    """Half a configuration is an error: nobody should think that words stay here when they do not."""
    values = dict(block)
    path = values.pop("key_file", "")
    made: Translation = build("translation", Translation, values, key=Secret(_key(path, root)))
    where = "config.yml: service.translation"
    if made.provider not in _PROVIDERS:
        raise SettingsError(f"{where}.provider must be one of {', '.join(_PROVIDERS)}")
    for name in _PROVIDERS[made.provider]:
        if not block.get(name):
            raise SettingsError(f"{where}.{name} is missing: {made.provider} needs it")
    if made.url and made.provider != "libretranslate":
        raise SettingsError(f"{where}.url is only for libretranslate, not for {made.provider}")
    if path and made.provider == "none":
        raise SettingsError(f"{where}.key_file is set, but no provider")
    if made.url and not re.match(r"https?://[^\s/]", made.url):
        raise SettingsError(f"{where}.url must begin with http:// or https://")
    return made


def _key(path: object, root: Path) -> str:
    if not isinstance(path, str):
        raise SettingsError("config.yml: service.translation.key_file must be of type str")
    try:
        key = (root / path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"config.yml: service.translation.key_file cannot be read: {path}") from error
    if path and not key:
        raise SettingsError(f"config.yml: service.translation.key_file is empty: {path}")
    return key


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def studio(block: Mapping[str, Any]) -> Studio:
    """Return how texts and models are changed."""
    made: Studio = build("studio", Studio, block)
    where = "config.yml: service.studio"
    if made.eu_countries < 1:
        raise SettingsError(f"{where}.eu_countries must be at least 1")
    if made.digest_day not in {"", *_WEEKDAYS}:
        raise SettingsError(f"{where}.digest_day must be empty or one of {', '.join(_WEEKDAYS)}")
    if not isinstance(made.floors, dict):
        raise SettingsError(f"{where}.floors must be of type dict")
    return made
