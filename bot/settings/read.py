"""Reads `config.yml` and the environment into one Settings."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from bot.settings.blocks import build, is_of, mail, studio, telegram, translation, whatsapp
from bot.settings.checks import check
from bot.settings.model import Desk, Retention, Settings
from bot.settings.secrets import Secrets

_PLAIN = {
    "data_dir": str, "database": str, "host": str, "port": int, "public_url": str, "behind_proxy": bool,
    "network_name": str, "network_url": str, "serve": str, "locales": list, "node": str, "workers": int,
    "demo_office": bool, "shipped_points": bool, "demo_hours": str,
    "rasa_processes": int, "rasa_patience": float, "rasa_timeout": float,
    "telegram": dict, "whatsapp": dict, "retention": dict, "mail": dict, "desk": dict, "studio": dict, "translation": dict,
    "notices": dict, "alarm_minutes": int, "file_megabytes": int, "understanding": dict,
}  # fmt: skip


def load_settings(root: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the project folder `root`. Raises SettingsError with one line that says what to do."""
    env = os.environ if environment is None else environment
    block = _service_block(root / env.get("GUICHET_CONFIG", "config.yml"))
    secrets = Secrets(env, root)
    data_dir = (root / env.get("GUICHET_DATA", block.get("data_dir", "var"))).resolve()
    database = secrets.get("GUICHET_DATABASE") or block.get("database") or f"sqlite:///{data_dir}/guichet.db"
    plain = {key: value for key, value in block.items() if key not in _BUILT}
    if "GUICHET_PORT" in env:
        plain["port"] = _integer("GUICHET_PORT", env["GUICHET_PORT"])
    if "GUICHET_HOST" in env:
        plain["host"] = env["GUICHET_HOST"]
    settings = Settings(
        root=root, data_dir=data_dir, database=database, **plain,
        locales=_locales(block.get("locales")), telegram=telegram(block.get("telegram", {}), secrets),
        whatsapp=whatsapp(block.get("whatsapp", {}), secrets),
        retention=build("retention", Retention, block.get("retention", {})),
        mail=mail(block.get("mail", {}), secrets), translation=translation(block.get("translation", {}), root),
        desk=build("desk", Desk, block.get("desk", {})), studio=studio(block.get("studio", {})),
    )  # fmt: skip
    check(settings)
    return settings


_BUILT = {
    "data_dir", "database", "locales", "telegram", "whatsapp", "retention", "mail", "desk", "studio", "translation",
}  # fmt: skip


def _service_block(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except FileNotFoundError as error:
        raise SettingsError(f"{path.name} is missing; take it from the repository") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read as a text in UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise SettingsError(f"{path.name}{where}: this is not valid YAML") from error
    block = document.get("service") or {} if isinstance(document, dict) else document or {}
    if not isinstance(block, dict):
        raise SettingsError(f"{path.name}: `service:` must be a block of settings")
    for key, value in block.items():
        _check_type(path.name, key, value)
    return block


def _check_type(name: str, key: str, value: Any) -> None:
    kind = _PLAIN.get(key)
    if kind is None:
        raise SettingsError(f"{name}: unknown setting service.{key}")
    if not is_of(kind, value):
        raise SettingsError(f"{name}: service.{key} must be of type {kind.__name__}")


def _integer(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"{name} must be a number, not {value!r}")
    return int(value)


def _locales(chosen: list[str] | None) -> tuple[str, ...]:
    if chosen is None:
        return LOCALES
    unknown = [locale for locale in chosen if locale not in LOCALES]
    if unknown or "en" not in chosen:
        raise SettingsError(f"config.yml: service.locales: unknown {unknown}; `en` must be among them")
    return tuple(chosen)
