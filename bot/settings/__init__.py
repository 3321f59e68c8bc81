"""One frozen Settings, made at start from `config.yml` (block `service:`) and from secrets in the environment.

A secret X is read from the variable X or from the file named by X_FILE. Unknown keys, half a configuration and unreadable
files stop the start with one line that names the setting.
"""

from bot.settings.model import Desk, Mail, Retention, Settings, Studio, Telegram, Translation, WhatsApp
from bot.settings.read import load_settings
from bot.settings.secrets import Secret

__all__ = [
    "Desk",
    "Mail",
    "Retention",
    "Secret",
    "Settings",
    "Studio",
    "Telegram",
    "Translation",
    "WhatsApp",
    "load_settings",
]
