"""The command line: arguments only. Every command ends with one clear line and a non-zero exit when it cannot work."""

import argparse
import asyncio
import contextlib
import logging
import sys
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.model.errors import GuichetError
from bot.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
_CHANNELS = ("telegram", "whatsapp", "web")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code."""
    parsed = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses, and Telegram's holds the token
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        settings = load_settings(ROOT)
        with contextlib.suppress(KeyboardInterrupt):
            _run(parsed, settings)
    except GuichetError as error:
        sys.stderr.write(f"guichet: {error}\n")
        return 1
    except (SQLAlchemyError, OSError) as error:
        sys.stderr.write(f"guichet: the database or a file cannot be used: {type(error).__name__}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The help desk for migrants.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="start everything")
    commands.add_parser("check", help="say which channels can work here and why not")
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("backup", help="copy the database into var/backups").add_argument("--to", type=Path)
    commands.add_parser("restore", help="put a backup in its place").add_argument("file", type=Path)
    converse = commands.add_parser("converse", help="talk to the bot, one JSON object a line")
    converse.add_argument("--channel", choices=_CHANNELS, default="web")
    converse.add_argument("--locale-hint", default="")
    converse.add_argument("--at", default="", help="start of the injected clock, ISO 8601 with a zone")
    staff = commands.add_parser("staff", help="accounts of all who work here")
    actions = staff.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make an account; its password is shown once")
    add.add_argument("login")
    add.add_argument("--role", default="operator", help="operator, lead, interpreter, content, coordinator or admin")
    add.add_argument("--point", action="append", default=[], help="a contact point's id, for operators and leads")
    add.add_argument("--locale", default="en", help="language of the pages")
    speaks = "a language that they speak with people, or that a content manager may change (none: all)"
    add.add_argument("--speaks", "--language", action="append", default=[], help=speaks)
    add.add_argument(
        "--country", action="append", default=[], help="of a content manager: IT, BE-VLG, EU … (none: all)"
    )
    actions.add_parser("reset", help="a new password, no second factor any more").add_argument("login")
    actions.add_parser("disable", help="close an account").add_argument("login")
    actions.add_parser("list", help="all accounts, without passwords")
    model = commands.add_parser("model", help="the model that understands").add_subparsers(dest="action", required=True)
    model.add_parser("exchange", help="go back to the model before the last training, or forward again")
    content = commands.add_parser("content", help="answers, questions, sentences and offices as files, for Git")
    ways = content.add_subparsers(dest="action", required=True)
    ways.add_parser("export", help="write everything into a folder").add_argument("folder", type=Path)
    taken = ways.add_parser("import", help="take a folder or a ZIP archive: all of it or nothing")
    taken.add_argument("folder", type=Path)
    taken.add_argument("--plan", action="store_true", help="only say what would be done")
    taken.add_argument("--gone", action="store_true", help="also take away what has no file any more")
    taken.add_argument("--take", choices=("mine", "theirs"), help="settle every conflict for one side")
    ways.add_parser("conflicts", help="what was changed here and by a new version of Guichet")
    keys = commands.add_parser("keys", help="the key ring").add_subparsers(dest="action", required=True)
    keys.add_parser("rotate", help="seal with a new key from now on")
    return parser


def _run(parsed: argparse.Namespace, settings: Settings) -> None:
    match parsed.command:
        case "serve":
            from bot.serve import serve

            asyncio.run(serve(settings))
        case "converse":
            from bot.converse import converse

            asyncio.run(converse(settings, parsed.channel, parsed.locale_hint, parsed.at))
        case "content":
            from bot.content_commands import content

            asyncio.run(content(parsed, settings))
        case _:
            from bot import commands

            commands.run(parsed, settings, make_url(settings.database))
