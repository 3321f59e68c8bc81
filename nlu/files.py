"""Reading YAML in which every scalar is a string, so that "no", "on" and "1" stay words."""

from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CBaseLoader as _Loader
except ImportError:  # PyYAML without its C library is ten times slower, and right all the same
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]


def read_strings(path: Path) -> Any:
    """Return the content of the file as mappings, lists and strings."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
