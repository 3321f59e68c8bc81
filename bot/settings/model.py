"""What can be set, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.model.locales import LOCALES
from bot.settings.secrets import Secret

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


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
class Studio:
    """How the staff change what Guichet says and understands.

    `cases` is a folder inside the project; `floors` is checked by the gate that it overrides.
    """

    four_eyes: bool = True  # a text is published only after a second person's yes
    eu_countries: int = 2  # how many countries must agree to a text for the whole EU
    digest_day: str = "monday"  # weekday of the weekly mail; empty: no mail
    cases: str = "tests/nlu_cases"  # what a new model is compared on
    floors: Mapping[str, Any] = field(default_factory=dict)


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
    studio: Studio = field(default_factory=Studio)
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
        return self.demo_office and self.host in LOOPBACK and not self.behind_proxy and not self.public_url

    @property
    def vectors(self) -> Path:
        """Where the vectors of the search lie; they can be made again."""
        return self.data_dir / "vectors"
