"""One frozen Settings, made at start from `config.yml` (block `service:`) and from secrets in the environment.

A secret X is read from the variable X or from the file named by X_FILE. Unknown keys, half a configuration and unreadable
files stop the start with one line that names the setting.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES

_MOST_RASAS = 16
_MOST_MEGABYTES = 20  # Telegram gives no larger file to a bot
_SECOND_FACTOR = ("by_role", "required", "optional")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Secret:
    """A value that no print, log or traceback shows."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __bool__(self) -> bool:
        return bool(self._value)


@dataclass(frozen=True, slots=True)
class Telegram:
    """One bot. `mode` is polling or webhook; a webhook needs `public_url` and a secret."""

    token: Secret
    mode: str = "polling"
    webhook_secret: Secret = field(default_factory=lambda: Secret(""))
    base_url: str = "https://api.telegram.org/bot"
    office_groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """One business number on the Cloud API. `fallback_contact` is shown to Meta's reviewers and to people when we are down."""

    token: Secret
    app_secret: Secret
    verify_token: Secret
    phone_number_id: str
    fallback_contact: str
    graph_url: str = "https://graph.facebook.com"
    graph_version: str = "v26.0"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept, in days (design: 30, 90, 30, 24 months, 30, 8)."""

    bot_text: int = 30
    handed_off: int = 90
    files: int = 30  # voice, photos and papers, at the latest
    figures: int = 730
    backups: int = 30
    hashes: int = 8


@dataclass(frozen=True, slots=True)
class Mail:
    """Where notices to staff are sent; off without a host."""

    host: str = ""
    port: int = 25
    sender: str = ""
    start_tls: bool = False
    login: str = ""
    password: Secret = field(default_factory=lambda: Secret(""))
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """The machine between two people: none, the network's own LibreTranslate at `url`, or a company's service."""

    provider: str = "none"
    url: str = ""
    key: Secret = field(default_factory=lambda: Secret(""))


@dataclass(frozen=True, slots=True)
class Desk:
    """The staff's pages. `second_factor` says who must have one: required (all), optional (nobody) or by_role (all but
    operators and interpreters)."""

    second_factor: str = "by_role"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Paths are absolute."""

    root: Path
    data_dir: Path
    database: str = field(repr=False)  # it may hold a password
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    behind_proxy: bool = False
    network_name: str = "UnionMigrantNet"
    network_url: str = "https://www.unionmigrantnet.eu"
    serve: str = "source_checked"
    locales: tuple[str, ...] = LOCALES
    node: str = "node"
    workers: int = 8
    demo_office: bool = True
    shipped_points: bool = True  # the offices that come with Guichet, beside those of the network's own
    demo_hours: str = ""  # other opening hours of the demonstration than its file says
    rasa_processes: int = 1  # each understands about as many messages as one core can, in 0.8 GB
    rasa_patience: float = 30.0
    rasa_timeout: float = 2.0  # seconds for one answer; after three misses it is left alone for a while
    telegram: Telegram | None = None
    whatsapp: WhatsApp | None = None
    retention: Retention = field(default_factory=Retention)
    mail: Mail = field(default_factory=Mail)
    desk: Desk = field(default_factory=Desk)
    translation: Translation = field(default_factory=Translation)
    notices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    alarm_minutes: int = 5
    file_megabytes: int = 16  # the largest voice, photo or paper that is passed on
    understanding: Mapping[str, float] = field(default_factory=dict)

    @property
    def key_ring(self) -> Path:
        """Where the key ring lies: beside the database, never in it."""
        return self.data_dir / "keys" / "ring.json"

    @property
    def demonstration(self) -> bool:
        """Tell whether this is somebody trying it on their own machine: nobody else can reach it."""
        return self.demo_office and self.host in _LOOPBACK and not self.behind_proxy and not self.public_url

    @property
    def vectors(self) -> Path:
        """Where the vectors of the search lie; they can be made again."""
        return self.data_dir / "vectors"


_PLAIN = {
    "data_dir": str, "database": str, "host": str, "port": int, "public_url": str, "behind_proxy": bool,
    "network_name": str, "network_url": str, "serve": str, "locales": list, "node": str, "workers": int,
    "demo_office": bool, "shipped_points": bool, "demo_hours": str,
    "rasa_processes": int, "rasa_patience": float, "rasa_timeout": float,
    "telegram": dict, "whatsapp": dict, "retention": dict, "mail": dict, "desk": dict, "translation": dict,
    "notices": dict, "alarm_minutes": int, "file_megabytes": int, "understanding": dict,
}  # fmt: skip


def load_settings(root: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the project folder `root`. Raises SettingsError with one line that says what to do."""
    env = os.environ if environment is None else environment
    block = _service_block(root / env.get("GUICHET_CONFIG", "config.yml"))
    secrets = _Secrets(env, root)
    data_dir = (root / env.get("GUICHET_DATA", block.get("data_dir", "var"))).resolve()
    database = secrets.get("GUICHET_DATABASE") or block.get("database") or f"sqlite:///{data_dir}/guichet.db"
    plain = {key: value for key, value in block.items() if key not in _BUILT}
    if "GUICHET_PORT" in env:
        plain["port"] = _integer("GUICHET_PORT", env["GUICHET_PORT"])
    if "GUICHET_HOST" in env:
        plain["host"] = env["GUICHET_HOST"]
    settings = Settings(
        root=root, data_dir=data_dir, database=database, **plain,
        locales=_locales(block.get("locales")), telegram=_telegram(block.get("telegram", {}), secrets),
        whatsapp=_whatsapp(block.get("whatsapp", {}), secrets),
        retention=_build("retention", Retention, block.get("retention", {})),
        mail=_mail(block.get("mail", {}), secrets), translation=_translation(block.get("translation", {}), root),
        desk=_build("desk", Desk, block.get("desk", {})),
    )  # fmt: skip
    _check(settings)
    return settings


_BUILT = {"data_dir", "database", "locales", "telegram", "whatsapp", "retention", "mail", "desk", "translation"}


def _service_block(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
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
    if not _is_of(kind, value):
        raise SettingsError(f"{name}: service.{key} must be of type {kind.__name__}")


def _is_of(kind: type[Any], value: Any) -> bool:
    accepted = (int, float) if kind is float else kind
    return isinstance(value, accepted) and (kind is bool or not isinstance(value, bool))


def _integer(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"{name} must be a number, not {value!r}")
    return int(value)


class _Secrets:
    """Reads X or the file named by X_FILE."""

    def __init__(self, env: Mapping[str, str], root: Path) -> None:
        self._env = env
        self._root = root

    def get(self, name: str) -> str:
        """Return the secret, or an empty string."""
        if value := self._env.get(name, ""):
            return value.strip()
        path = self._env.get(f"{name}_FILE", "")
        if not path:
            return ""
        try:
            return (self._root / path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_FILE names a file that cannot be read: {path}") from error


def _build(name: str, kind: type[Any], block: Mapping[str, Any], **more: Any) -> Any:
    known = {one.name: one.type for one in fields(kind) if one.name not in more}
    for key, value in block.items():
        if key not in known:
            raise SettingsError(f"config.yml: unknown setting service.{name}.{key}")
        expected = known[key]
        if isinstance(expected, type) and not _is_of(expected, value):
            raise SettingsError(f"config.yml: service.{name}.{key} must be of type {expected.__name__}")
    return kind(**block, **more)


def _telegram(block: Mapping[str, Any], secrets: _Secrets) -> Telegram | None:
    token = secrets.get("TELEGRAM_TOKEN")
    if not token:
        return None
    if ":" not in token or not token.split(":")[0].isdigit():
        raise SettingsError("TELEGRAM_TOKEN does not look like a token of @BotFather (digits, a colon, letters)")
    values = dict(block)
    groups = values.get("office_groups", [])
    if not isinstance(groups, list) or not all(_is_of(int, group) for group in groups):
        raise SettingsError("config.yml: service.telegram.office_groups must be a list of numbers")
    values["office_groups"] = tuple(groups)
    secret = Secret(secrets.get("TELEGRAM_WEBHOOK_SECRET"))
    made: Telegram = _build("telegram", Telegram, values, token=Secret(token), webhook_secret=secret)
    if made.mode not in {"polling", "webhook"}:
        raise SettingsError("config.yml: service.telegram.mode must be polling or webhook")
    if made.mode == "webhook" and not secret:
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET is missing: webhook mode needs it")
    if made.mode == "webhook" and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.reveal()):
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET may hold 1 to 256 letters, digits, _ and -")
    return made


_WHATSAPP_NEEDS = ("WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")


def _whatsapp(block: Mapping[str, Any], secrets: _Secrets) -> WhatsApp | None:
    found = {name: secrets.get(name) for name in _WHATSAPP_NEEDS}
    if not any(found.values()):
        return None
    missing = [name for name, value in found.items() if not value]
    missing += [f"service.whatsapp.{key}" for key in ("phone_number_id", "fallback_contact") if not block.get(key)]
    if missing:
        raise SettingsError(f"WhatsApp is half configured; missing: {', '.join(missing)}")
    token, app_secret, verify = (Secret(found[name]) for name in _WHATSAPP_NEEDS)
    values = {**block, "phone_number_id": str(block["phone_number_id"])}
    made: WhatsApp = _build("whatsapp", WhatsApp, values, token=token, app_secret=app_secret, verify_token=verify)
    return made


def _mail(block: Mapping[str, Any], secrets: _Secrets) -> Mail:
    made: Mail = _build("mail", Mail, block, password=Secret(secrets.get("MAIL_PASSWORD")))
    if made.host and not made.sender:
        raise SettingsError("config.yml: service.mail.sender is missing")
    return made


_PROVIDERS = {"none": (), "libretranslate": ("url",), "google": (), "microsoft": ("key_file",)}  # what each needs


def _translation(block: Mapping[str, Any], root: Path) -> Translation:
    """Half a configuration is an error: nobody should think that words stay here when they do not."""
    values = dict(block)
    path = values.pop("key_file", "")
    made: Translation = _build("translation", Translation, values, key=Secret(_key(path, root)))
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


def _locales(chosen: list[str] | None) -> tuple[str, ...]:
    if chosen is None:
        return LOCALES
    unknown = [locale for locale in chosen if locale not in LOCALES]
    if unknown or "en" not in chosen:
        raise SettingsError(f"config.yml: service.locales: unknown {unknown}; `en` must be among them")
    return tuple(chosen)


def _check(settings: Settings) -> None:
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
    if settings.host not in _LOOPBACK and not settings.behind_proxy:
        raise SettingsError(
            f"host {settings.host} can be reached from outside; put a proxy with TLS before it and set service.behind_proxy"
        )
    webhook = settings.telegram is not None and settings.telegram.mode == "webhook"
    if webhook and not settings.public_url.startswith("http"):
        raise SettingsError("config.yml: service.public_url is missing: webhook mode needs the address Telegram calls")
