"""What only one running service may have: its SQLite file and its port."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from bot.model.errors import SettingsError
from bot.settings import Settings


def only_one(settings: Settings) -> IO[str] | None:
    """One `serve` owns an SQLite file; a second one stops here."""
    if not settings.database.startswith("sqlite"):
        return None
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = Path(f"{make_url(settings.database).database}.lock")
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise SettingsError(f"another Guichet already uses {settings.data_dir}; stop it first") from error
    return lock


def check_port(settings: Settings) -> None:
    """Say so at once when the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"port {settings.port} on {settings.host} is busy ({os.strerror(error.errno or 0)}); "
                "set service.port in config.yml or GUICHET_PORT"
            ) from error
