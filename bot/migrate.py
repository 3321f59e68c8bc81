"""Brings the database to the present tables with Alembic; the same migrations run on SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL

_HERE = Path(__file__).parent


def alembic_config(url: URL) -> Config:
    """Return Alembic's configuration for this database."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    config.attributes["url"] = sync_url(url)
    return config


def sync_url(url: URL) -> URL:
    """Return the address for the drivers that Alembic's own loop uses."""
    driver = "sqlite+aiosqlite" if url.get_backend_name() == "sqlite" else "postgresql+asyncpg"
    return url.set(drivername=driver)


def migrate(url: URL) -> None:
    """Upgrade to the newest revision. Must be called without a running event loop (use `asyncio.to_thread` in one)."""
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    command.upgrade(alembic_config(url), "head")
