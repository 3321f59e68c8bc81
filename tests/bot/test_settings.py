"""The settings: each mistake is one line that names the setting; secrets come from X or X_FILE and are never shown."""

from pathlib import Path

import pytest

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from bot.settings import Secret, Settings, load_settings
from bot.staff.rights import must_have_second_factor

TOKEN = "123456:AAFsecret-of-the-bot"  # noqa: S105
WHATSAPP = {"WHATSAPP_TOKEN": "EAAG-secret", "WHATSAPP_APP_SECRET": "app-secret", "WHATSAPP_VERIFY_TOKEN": "verify-me"}
NUMBER = "service:\n  whatsapp: {phone_number_id: 1065, fallback_contact: 'https://example.org'}\n"
WEBHOOK = "service:\n  telegram: {mode: webhook}\n"


class Home:
    """A project folder with a config.yml."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def load(self, config: str = "service: {}\n", **env: str) -> Settings:
        (self.root / "config.yml").write_text(config, encoding="utf-8")
        return load_settings(self.root, env)

    def refusal(self, config: str = "service: {}\n", **env: str) -> str:
        with pytest.raises(SettingsError) as caught:
            self.load(config, **env)
        line = str(caught.value)
        assert "\n" not in line
        return line


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_nothing_set_is_a_working_web_chat_on_this_machine(home: Home) -> None:
    settings = home.load()

    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.database == f"sqlite:///{home.root}/var/guichet.db"
    assert settings.key_ring == home.root / "var" / "keys" / "ring.json"
    assert settings.telegram is None
    assert settings.whatsapp is None
    assert settings.locales == LOCALES
    assert (settings.retention.bot_text, settings.retention.handed_off, settings.retention.figures) == (30, 90, 730)


def test_the_defaults_do_not_need_the_block(home: Home) -> None:
    assert home.load("recipe: default.v1\n").port == 8080
    assert home.load("").port == 8080
    assert home.load("service:\n").port == 8080


def test_what_is_set_is_taken(home: Home) -> None:
    config = """
service:
  port: 9000
  public_url: https://help.example.org
  locales: [en, ti]
  rasa_patience: 5
  data_dir: elsewhere
  retention: {bot_text: 7}
  mail: {host: mail.example.org, port: 587, sender: desk@example.org, start_tls: true}
  notices: {it_milano: {mail: [a@example.org], telegram: -100}}
  telegram: {office_groups: [-1001]}
"""
    settings = home.load(config, TELEGRAM_TOKEN=TOKEN)

    assert (settings.port, settings.locales, settings.rasa_patience) == (9000, ("en", "ti"), 5)
    assert settings.data_dir == home.root / "elsewhere"
    assert settings.retention.bot_text == 7
    assert settings.mail.port == 587
    assert settings.notices["it_milano"]["telegram"] == -100
    assert settings.telegram is not None
    assert settings.telegram.office_groups == (-1001,)
    assert settings.telegram.token.reveal() == TOKEN


@pytest.mark.parametrize(
    ("block", "trying"),
    [
        ("service: {}\n", True),
        ("service: {demo_office: false}\n", False),
        ("service: {public_url: 'https://example.org'}\n", False),
        ("service: {behind_proxy: true}\n", False),
        ("service: {behind_proxy: true, host: '0.0.0.0'}\n", False),
    ],
)
def test_only_the_demonstration_on_the_machine_itself_is_one(home: Home, block: str, trying: bool) -> None:
    assert home.load(block).demonstration is trying


@pytest.mark.parametrize(
    ("setting", "roles"),
    [
        ("by_role", {"lead", "content", "coordinator", "admin"}),
        ("required", {"operator", "lead", "interpreter", "content", "coordinator", "admin"}),
        ("optional", set()),
    ],
)
def test_who_must_have_a_second_factor(home: Home, setting: str, roles: set[str]) -> None:
    settings = home.load(f"service: {{desk: {{second_factor: {setting}}}}}\n")

    assert must_have_second_factor(settings.desk.second_factor) == roles


def test_the_studio_is_careful_unless_told_otherwise(home: Home) -> None:
    careful = home.load().studio
    changed = home.load(
        "service: {studio: {four_eyes: false, eu_countries: 3, digest_day: '', cases: mine, floors: {all: 0.9}}}\n"
    ).studio

    assert (careful.four_eyes, careful.eu_countries, careful.digest_day) == (True, 2, "monday")
    assert (careful.cases, careful.floors) == ("tests/nlu_cases", {})
    assert (changed.four_eyes, changed.eu_countries, changed.digest_day) == (False, 3, "")
    assert (changed.cases, changed.floors) == ("mine", {"all": 0.9})


def test_the_environment_comes_before_the_file(home: Home) -> None:
    config = "service: {port: 9000, host: 127.0.0.1, database: 'sqlite:///a.db', data_dir: a}\n"
    env = {
        "GUICHET_PORT": "9100", "GUICHET_HOST": "localhost", "GUICHET_DATABASE": "postgresql://u:pw@h/d",
        "GUICHET_DATA": "b",
    }  # fmt: skip
    settings = home.load(config, **env)

    assert (settings.port, settings.host) == (9100, "localhost")
    assert settings.database == "postgresql://u:pw@h/d"
    assert settings.data_dir == home.root / "b"


def test_another_file_can_be_named(home: Home) -> None:
    (home.root / "mine.yml").write_text("service: {port: 9001}\n")

    assert home.load(GUICHET_CONFIG="mine.yml").port == 9001


def test_a_missing_file_is_named(home: Home) -> None:
    assert home.refusal(GUICHET_CONFIG="gone.yml") == "gone.yml is missing; take it from the repository"


def test_broken_yaml_is_named_with_its_line(home: Home) -> None:
    assert home.refusal("service:\n  port: 8080\n  host: [a\n") == "config.yml line 4: this is not valid YAML"


def test_a_file_in_another_encoding_is_named(home: Home) -> None:
    (home.root / "latin.yml").write_bytes("service: {network_name: Gewerkschaft für alle}".encode("latin-1"))

    assert home.refusal(GUICHET_CONFIG="latin.yml") == "latin.yml cannot be read as a text in UTF-8"
    assert "cannot be read" in home.refusal(GUICHET_CONFIG=".")


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("[1]", "config.yml: `service:` must be a block of settings"),
        ("{portt: 1}", "config.yml: unknown setting service.portt"),
        ("{1: 1}", "config.yml: unknown setting service.1"),
        ("{rasa: false}", "config.yml: unknown setting service.rasa"),
        ("{rasa_processes: 0}", "config.yml: service.rasa_processes must be between 1 and 16"),
        ("{rasa_processes: two}", "config.yml: service.rasa_processes must be of type int"),
        ("{port: '8080'}", "config.yml: service.port must be of type int"),
        ("{port: true}", "config.yml: service.port must be of type int"),
        ("{port: null}", "config.yml: service.port must be of type int"),
        ("{rasa_patience: true}", "config.yml: service.rasa_patience must be of type float"),
        ("{behind_proxy: 1}", "config.yml: service.behind_proxy must be of type bool"),
        ("{telegram: webhook}", "config.yml: service.telegram must be of type dict"),
        ("{port: 0}", "config.yml: service.port must be between 1 and 65535"),
        ("{port: 65536}", "config.yml: service.port must be between 1 and 65535"),
        ("{serve: draft}", "config.yml: service.serve must be source_checked or reviewed"),
        ("{locales: [en, xx]}", "config.yml: service.locales: unknown ['xx']; `en` must be among them"),
        ("{locales: [fr]}", "config.yml: service.locales: unknown []; `en` must be among them"),
        ("{retention: {bot_txt: 1}}", "config.yml: unknown setting service.retention.bot_txt"),
        ("{retention: {bot_text: long}}", "config.yml: service.retention.bot_text must be of type int"),
        ("{retention: {backups: 0}}", "config.yml: service.retention.backups must be at least 1 day"),
        ("{mail: {host: mail.example.org}}", "config.yml: service.mail.sender is missing"),
        ("{mail: {port: '25'}}", "config.yml: service.mail.port must be of type int"),
        ("{mail: {password: x}}", "config.yml: unknown setting service.mail.password"),
        ("{studio: {four_eye: true}}", "config.yml: unknown setting service.studio.four_eye"),
        ("{studio: {four_eyes: 1}}", "config.yml: service.studio.four_eyes must be of type bool"),
        ("{studio: {eu_countries: 0}}", "config.yml: service.studio.eu_countries must be at least 1"),
        ("{studio: {eu_countries: true}}", "config.yml: service.studio.eu_countries must be of type int"),
        (
            "{studio: {digest_day: Monday}}",
            "config.yml: service.studio.digest_day must be empty or one of "
            "monday, tuesday, wednesday, thursday, friday, saturday, sunday",
        ),
        ("{studio: {cases: [a]}}", "config.yml: service.studio.cases must be of type str"),
        ("{studio: {floors: 0.9}}", "config.yml: service.studio.floors must be of type dict"),
        ("{notices: {a: a@example.org}}", "config.yml: service.notices.a may hold `mail`, `telegram` and `lead`"),
        ("{notices: {a: {mail: a@example.org}}}", "config.yml: service.notices.a.mail must be a list of addresses"),
        ("{notices: {a: {lead: [me]}}}", "config.yml: service.notices.a.lead must be a list of addresses"),
        ("{notices: {a: {phone: 1}}}", "config.yml: service.notices.a may hold `mail`, `telegram` and `lead`"),
        ("{database: nonsense}", "the address of the database is not valid; it begins with sqlite:/// or postgresql://"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(home: Home, block: str, line: str) -> None:
    assert home.refusal(f"service: {block}\n") == line


def test_a_list_at_the_top_is_no_configuration(home: Home) -> None:
    assert home.refusal("- a\n") == "config.yml: `service:` must be a block of settings"


@pytest.mark.parametrize("port", ["http", "-1", "8080 ", "²", ""])
def test_a_port_that_is_no_number_is_named(home: Home, port: str) -> None:
    assert home.refusal(GUICHET_PORT=port) == f"GUICHET_PORT must be a number, not {port!r}"


def test_a_host_that_strangers_reach_needs_a_proxy(home: Home) -> None:
    line = home.refusal(GUICHET_HOST="0.0.0.0")  # noqa: S104

    assert "0.0.0.0 can be reached from outside" in line
    assert "service.behind_proxy" in line
    assert home.load("service: {behind_proxy: true}\n", GUICHET_HOST="0.0.0.0").behind_proxy  # noqa: S104


@pytest.mark.parametrize("token", ["nonsense", "abc:def"])
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(home: Home, token: str) -> None:
    line = home.refusal(TELEGRAM_TOKEN=token)

    assert line.startswith("TELEGRAM_TOKEN does not look like a token")
    assert token not in line


@pytest.mark.parametrize(
    ("block", "env", "line"),
    [
        ("{mode: carrier_pigeon}", {}, "config.yml: service.telegram.mode must be polling or webhook"),
        ("{mode: webhook}", {}, "TELEGRAM_WEBHOOK_SECRET is missing: webhook mode needs it"),
        (
            "{mode: webhook}", {"TELEGRAM_WEBHOOK_SECRET": "two words"},
            "TELEGRAM_WEBHOOK_SECRET may hold 1 to 256 letters, digits, _ and -",
        ),
        (
            "{mode: webhook}", {"TELEGRAM_WEBHOOK_SECRET": "s3cret"},
            "config.yml: service.public_url is missing: webhook mode needs the address Telegram calls",
        ),
        ("{token: x}", {}, "config.yml: unknown setting service.telegram.token"),
        ("{office_groups: 5}", {}, "config.yml: service.telegram.office_groups must be a list of numbers"),
        ("{office_groups: ['x']}", {}, "config.yml: service.telegram.office_groups must be a list of numbers"),
    ],
)  # fmt: skip
def test_half_a_telegram_is_named(home: Home, block: str, env: dict[str, str], line: str) -> None:
    assert home.refusal(f"service:\n  telegram: {block}\n", TELEGRAM_TOKEN=TOKEN, **env) == line


def test_a_webhook_with_secret_and_address_is_taken(home: Home) -> None:
    config = WEBHOOK + "  public_url: https://help.example.org\n"
    settings = home.load(config, TELEGRAM_TOKEN=TOKEN, TELEGRAM_WEBHOOK_SECRET="s3cret")  # noqa: S106

    assert settings.telegram is not None
    assert settings.telegram.webhook_secret.reveal() == "s3cret"


def test_telegram_without_a_token_is_off_whatever_its_block_says(home: Home) -> None:
    assert home.load(WEBHOOK).telegram is None


@pytest.mark.parametrize("missing", sorted(WHATSAPP))
def test_half_a_whatsapp_is_named(home: Home, missing: str) -> None:
    env = {name: value for name, value in WHATSAPP.items() if name != missing}

    assert home.refusal(NUMBER, **env) == f"WhatsApp is half configured; missing: {missing}"


def test_whatsapp_without_its_number_is_named(home: Home) -> None:
    assert home.refusal(**WHATSAPP) == (
        "WhatsApp is half configured; missing: service.whatsapp.phone_number_id, service.whatsapp.fallback_contact"
    )


def test_a_whole_whatsapp_is_taken(home: Home) -> None:
    settings = home.load(NUMBER, **WHATSAPP)

    assert settings.whatsapp is not None
    assert settings.whatsapp.phone_number_id == "1065"
    assert settings.whatsapp.app_secret.reveal() == "app-secret"
    assert home.load(NUMBER).whatsapp is None


def test_a_secret_may_lie_in_a_file(home: Home) -> None:
    (home.root / "token").write_text(f"{TOKEN}\n")
    settings = home.load(TELEGRAM_TOKEN_FILE="token")  # noqa: S106

    assert settings.telegram is not None
    assert settings.telegram.token.reveal() == TOKEN


def test_the_variable_comes_before_the_file(home: Home) -> None:
    settings = home.load(TELEGRAM_TOKEN=TOKEN, TELEGRAM_TOKEN_FILE="gone")  # noqa: S106

    assert settings.telegram is not None


def test_a_secret_file_that_cannot_be_read_is_named(home: Home) -> None:
    (home.root / "binary").write_bytes(b"\xff\xfe")

    for name in ("gone", "binary", "."):
        assert home.refusal(TELEGRAM_TOKEN_FILE=name) == (
            f"TELEGRAM_TOKEN_FILE names a file that cannot be read: {name}"
        )


def test_nothing_that_is_printed_shows_a_secret(home: Home) -> None:
    env = {
        **WHATSAPP, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": "hook-secret", "MAIL_PASSWORD": "mail-secret",
        "GUICHET_DATABASE": "postgresql://app:db-secret@db.example.org/guichet",
    }  # fmt: skip
    settings = home.load(NUMBER, **env)

    for shown in (repr(settings), str(settings), f"{settings}"):
        for secret in (TOKEN, "EAAG-secret", "app-secret", "verify-me", "hook-secret", "mail-secret", "db-secret"):
            assert secret not in shown


def test_a_secret_shows_itself_to_nobody_but_its_user() -> None:
    secret = Secret("value")

    assert f"{secret} {secret!r} {[secret]}" == "Secret('***') Secret('***') [Secret('***')]"
    assert secret.reveal() == "value"
    assert not Secret("")
