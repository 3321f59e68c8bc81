"""Backup and restore: a consistent copy of the database, without the key ring, which is kept apart on purpose.

SQLite is copied by its own online backup; PostgreSQL by `pg_dump -Fc` and `pg_restore`.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL

from bot.model.errors import SettingsError


def backup(url: URL, folder: Path, now: datetime) -> Path:
    """Write a backup into `folder` (mode 600) and return its path."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"guichet-{now:%Y%m%d-%H%M%S}.backup"
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # before the first word is in it
    try:
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(Path(url.database or ""), partial)
        else:
            _run("pg_dump", "-Fc", "--no-owner", "-f", str(partial), url=url)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def restore(url: URL, source: Path) -> None:
    """Put a backup in the place of the database. The service must be stopped; the key ring must be the one of then."""
    if not source.is_file():
        raise SettingsError(f"there is no backup at {source}")
    if url.get_backend_name() == "sqlite":
        _restore_sqlite(Path(url.database or ""), source)
    else:
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",  # a damaged backup changes nothing
            "-d",
            _libpq(url),
            str(source),
            url=url,
        )


def _copy_sqlite(database: Path, target: Path) -> None:
    if not database.is_file():
        raise SettingsError(f"there is no database at {database}")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        result = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if result != "ok":
        raise SettingsError(f"the copy of the database is damaged: {result}")


def _restore_sqlite(database: Path, source: Path) -> None:
    """Check the backup first, then swap the file. The old database is kept among the backups, and ends as they do."""
    _check_sqlite(source)
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = database.with_suffix(".restoring")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    shutil.copyfile(source, fresh)
    if database.exists():
        with closing(sqlite3.connect(database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        backups = database.parent / "backups"
        backups.mkdir(exist_ok=True, mode=0o700)
        database.replace(backups / "guichet-before-restore.backup")
    for leftover in ("-wal", "-shm"):
        Path(f"{database}{leftover}").unlink(missing_ok=True)
    fresh.replace(database)


def _check_sqlite(source: Path) -> None:
    """Refuse what is no database, a damaged one, or another programme's."""
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        try:
            result = copy.execute("PRAGMA integrity_check").fetchone()[0]
            ours = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'conversation'").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise SettingsError(f"{source} is not a backup of Guichet, or it is damaged") from error
    if result != "ok":
        raise SettingsError(f"the backup {source} is damaged: {result.splitlines()[0]}")
    if not ours:
        raise SettingsError(f"{source} is not a backup of Guichet")


def _libpq(url: URL) -> str:
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


def _run(program: str, *arguments: str, url: URL) -> None:
    """Run a PostgreSQL tool; the password travels in the environment, never on the command line."""
    places = [os.environ.get("GUICHET_PG_BIN", ""), os.environ.get("PATH", "")]
    path = shutil.which(program, path=os.pathsep.join(place for place in places if place))
    if path is None:
        raise SettingsError(f"{program} is not installed; put PostgreSQL's client tools on the PATH")
    command = [path, *arguments]
    if program == "pg_dump":
        command += ["-d", _libpq(url)]
    done = subprocess.run(
        command,
        env={**os.environ, "PGPASSWORD": url.password or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SettingsError(
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )
