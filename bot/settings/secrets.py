"""Secrets: read from X or from the file named by X_FILE, and never shown."""

from collections.abc import Mapping
from pathlib import Path

from bot.model.errors import SettingsError


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


class Secrets:
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
