"""The command line when something is wrong: one line that says what to do, and an exit code that is not 0."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.support.service import ROOT

SECRETS = ("TELEGRAM_TOKEN", "WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "GUICHET_DATABASE")


def _run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in SECRETS}
    given: Mapping[str, str] = {**clean, "GUICHET_DATA": str(folder / "var"), **environment}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False)


def _config(folder: Path, **service: object) -> str:
    document = yaml.safe_load((ROOT / "config.yml").read_text())
    document["service"] = service
    path = folder / "config.yml"
    path.write_text(yaml.safe_dump(document))
    return str(path)


def _one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("guichet: ")
    for word in words:
        assert word in done.stderr


def test_a_busy_port_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        _one_line(_run(tmp_path, "serve", GUICHET_PORT=str(port)), str(port), "busy", "GUICHET_PORT")


def test_a_missing_config_is_one_line(tmp_path: Path) -> None:
    _one_line(_run(tmp_path, "check", GUICHET_CONFIG=str(tmp_path / "none.yml")), "none.yml", "missing")


@pytest.mark.parametrize(
    "content", ["service: [", "a: b: c", "service: [1]", "\x00"], ids=["open", "nested", "list", "nul"]
)
def test_a_broken_config_is_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.yml"
    path.write_text(content)

    _one_line(_run(tmp_path, "check", GUICHET_CONFIG=str(path)), "broken.yml")


@pytest.mark.parametrize(
    ("service", "word"),
    [
        ({"port": "many"}, "port"),
        ({"port": 0}, "port"),
        ({"colour": "red"}, "colour"),
        ({"serve": "all"}, "serve"),
        ({"locales": ["en", "tlh"]}, "tlh"),
        ({"host": "0.0.0.0"}, "behind_proxy"),  # noqa: S104
        ({"database": "oracle://x"}, "database"),
        ({"database": "nonsense"}, "database"),
        ({"retention": {"bot_text": "long"}}, "bot_text"),
        ({"understanding": {"accept": 2}}, "accept"),
        ({"desk": {"second_factor": "never"}}, "second_factor"),
        ({"desk": {"colour": "red"}}, "colour"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_wrong_value_is_one_line_that_names_it(tmp_path: Path, service: dict[str, object], word: str) -> None:
    _one_line(_run(tmp_path, "serve", GUICHET_CONFIG=_config(tmp_path, **service)), word)


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"TELEGRAM_TOKEN": "secret-but-wrong"}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN_FILE": "/nowhere"}, "TELEGRAM_TOKEN_FILE"),
        ({"WHATSAPP_TOKEN": "half"}, "WHATSAPP_APP_SECRET"),
        ({"GUICHET_PORT": "ninety"}, "GUICHET_PORT"),
    ],
)
def test_half_a_secret_is_one_line_and_is_not_shown(tmp_path: Path, environment: dict[str, str], word: str) -> None:
    done = _run(tmp_path, "check", **environment)

    _one_line(done, word)
    assert "secret-but-wrong" not in done.stderr


def test_a_wrong_start_of_the_clock_is_one_line(tmp_path: Path) -> None:
    _one_line(_run(tmp_path, "converse", "--at", "yesterday"), "--at", "2026-11-21T03:00:00+01:00")


def test_check_says_what_works_here_and_why_not(tmp_path: Path) -> None:
    done = _run(tmp_path, "check")

    assert done.returncode == 0
    assert "web       on   http://127.0.0.1:" in done.stdout
    assert "telegram  off  TELEGRAM_TOKEN is not set" in done.stdout
    assert "whatsapp  off  WHATSAPP_TOKEN is not set" in done.stdout
    assert not (tmp_path / "var" / "guichet.db").exists()


def test_check_names_what_whatsapp_lacks(tmp_path: Path) -> None:
    config = _config(tmp_path, whatsapp={"phone_number_id": "1", "fallback_contact": "https://example.org"})
    secrets = {"WHATSAPP_TOKEN": "a", "WHATSAPP_APP_SECRET": "b", "WHATSAPP_VERIFY_TOKEN": "c"}
    done = _run(tmp_path, "check", GUICHET_CONFIG=config, **secrets)

    assert "whatsapp  on   number 1" in done.stdout
    assert "service.public_url" in done.stdout


@pytest.mark.slow
def test_accounts_are_made_listed_reset_and_closed(tmp_path: Path) -> None:
    """One database, seven commands; the passwords are shown once and never again."""
    add = ("staff", "add", "Ines", "--role", "lead", "--point", "demo-office", "--speaks", "ar")

    made = _run(tmp_path, *add).stdout
    _run(tmp_path, "staff", "add", "carla", "--role", "coordinator")
    _run(tmp_path, "staff", "add", "giulia", "--role", "content", "--country", "IT", "--language", "it")
    reset = _run(tmp_path, "staff", "reset", "ines").stdout
    closed = _run(tmp_path, "staff", "disable", "carla").stdout
    listed = _run(tmp_path, "staff", "list").stdout

    assert made.startswith("login ines  role lead  password ")
    assert reset.split()[5] != made.split()[5]
    assert closed == "carla is closed.\n"
    assert [line.split() for line in listed.splitlines()] == [
        ["carla", "coordinator", "closed"],
        ["giulia", "content", "no", "second", "factor", "IT"],
        ["ines", "lead", "no", "second", "factor", "demo-office"],
    ]
    assert reset.split()[5] not in listed


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--role", "boss"), "operator, lead, interpreter, content, coordinator, admin"),
        (("--role", "lead"), "at least one --point"),
        (("--role", "admin", "--point", "demo-office"), "no --point"),
        (("--point", "nowhere"), "nowhere"),
        (("--point", "demo-office", "--speaks", "tlh"), "tlh"),
        (("--point", "demo-office", "--country", "IT"), "role content only"),
        (("--role", "content", "--country", "XX"), "known are EU, IT"),
    ],
)
def test_an_account_that_cannot_be_is_one_line(tmp_path: Path, arguments: tuple[str, ...], word: str) -> None:
    _one_line(_run(tmp_path, "staff", "add", "marta", *arguments), word)


def test_an_unknown_command_shows_the_usage(tmp_path: Path) -> None:
    done = _run(tmp_path, "dance")

    assert done.returncode == 2
    assert "usage:" in done.stderr
