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
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(url.database or ""), partial)
    else:
        _run("pg_dump", "-Fc", "--no-owner", "-f", str(partial), url=url)
    partial.chmod(0o600)
    partial.replace(target)
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
            "--exit-on-error",
            "-d",
            _libpq(url),
            str(source),
            url=url,
        )


def _copy_sqlite(database: Path, target: Path) -> None:
    if not database.is_file():
        raise SettingsError(f"there is no database at {database}")
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        result = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if result != "ok":
        raise SettingsError(f"the copy of the database is damaged: {result}")


def _restore_sqlite(database: Path, source: Path) -> None:
    """Check the backup first, then swap the file; the old database stays beside it as `.before-restore`."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        try:
            result = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise SettingsError(f"{source} is not a backup of Guichet") from error
    if result != "ok":
        raise SettingsError(f"the backup {source} is damaged: {result}")
    fresh = database.with_suffix(".restoring")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    if database.exists():
        with closing(sqlite3.connect(database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.replace(database.with_suffix(".before-restore"))
    for leftover in ("-wal", "-shm"):
        Path(f"{database}{leftover}").unlink(missing_ok=True)
    fresh.replace(database)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(program: str, *arguments: str, url: URL) -> None:
    """Run a PostgreSQL tool; the password travels in the environment, never on the command line."""
    path = shutil.which(program, path=os.environ.get("GUICHET_PG_BIN", "") + os.pathsep + os.environ.get("PATH", ""))
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
