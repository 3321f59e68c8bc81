"""The small commands: check, migrate, backup, restore, staff, model, keys."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from sqlalchemy.engine import URL, make_url

from bot.backup import backup, restore
from bot.claim import check_port, only_one
from bot.content import read_points
from bot.crypto import load_ring, rotate, save_ring
from bot.db import Database
from bot.edits import Edits
from bot.migrate import migrate
from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from bot.rasa_models import exchange, taken
from bot.settings import Settings
from bot.staff import Member, NewAccount, Role, Staff
from bot.staff.rights import OF_AN_OFFICE
from handoff.offices.live import Offices
from knowledge.plan import jurisdictions

_SWAP_PATIENCE = 120.0  # seconds for all processes, one after another


def run(parsed: argparse.Namespace, settings: Settings, url: URL) -> None:
    """Run one command and print its result."""
    match parsed.command:
        case "check":
            _print(*check(settings))
        case "migrate":
            migrate(url)
            _print("The database is up to date.")
        case "backup":
            _print(str(backup(url, parsed.to or settings.data_dir / "backups", datetime.now(UTC))))
            _print("The key ring is not in it: keep a copy of var/keys/ring.json in another place.")
        case "restore":
            lock = only_one(settings)
            restore(url, parsed.file)
            migrate(url)
            if lock is not None:
                lock.close()
            _print("Restored. Start the service with the key ring of that time.")
        case "staff":
            asyncio.run(_staff(parsed, settings))
        case "model":
            asyncio.run(_exchange_models(settings))
        case "keys":
            _rotate(settings)


def _print(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def check(settings: Settings) -> list[str]:
    """Say, without connecting to anybody, which parts can work here and why not."""
    telegram, whatsapp = settings.telegram, settings.whatsapp
    lines = [
        f"web       on   http://{settings.host}:{settings.port}/",
        f"telegram  on   {telegram.mode}" if telegram else "telegram  off  TELEGRAM_TOKEN is not set",
        f"whatsapp  on   number {whatsapp.phone_number_id}" if whatsapp else "whatsapp  off  WHATSAPP_TOKEN is not set",
    ]
    if whatsapp and not settings.public_url.startswith("https://"):
        lines.append("whatsapp  !    Meta only posts to a public https address: set service.public_url")
    lines.append(
        f"mail      {'on   ' + settings.mail.host if settings.mail.host else 'off  service.mail.host is not set'}"
    )
    lines.append(f"database  {settings.database.split(':')[0]}")
    lines.append(f"articles  served when {settings.serve.replace('_', ' ')}")
    try:
        check_port(settings)
    except SettingsError as error:
        lines.append(f"port      !    {error}")
    return lines


async def _staff(parsed: argparse.Namespace, settings: Settings) -> None:
    await asyncio.to_thread(migrate, make_url(settings.database))
    database = Database(settings.database)
    staff = Staff(database, lambda: datetime.now(UTC))
    try:
        if parsed.action == "add":
            _show(await _add(staff, parsed, await _points(database, settings)))
        elif parsed.action == "reset":
            _show(await staff.reset(parsed.login))
        elif parsed.action == "list":
            _print(*map(_line, await staff.everybody()))
        else:
            await staff.disable(parsed.login)
            _print(f"{parsed.login} is closed.")
    finally:
        await database.close()


async def _points(database: Database, settings: Settings) -> frozenset[str]:
    """Return the contact points that the files and the studio have."""
    offices = Offices({}, read_points(settings), Edits(), lambda: datetime.now(UTC))
    async with database.reading() as connection:
        await offices.reload(connection)
    return frozenset(offices.points)


async def _add(staff: Staff, parsed: argparse.Namespace, known: frozenset[str]) -> NewAccount:
    if parsed.role not in set(Role):
        raise SettingsError(f"the role must be one of {', '.join(Role)}")
    role = Role(parsed.role)
    if bool(parsed.point) is not (role in OF_AN_OFFICE):
        needs = "at least one --point" if role in OF_AN_OFFICE else "no --point"
        raise SettingsError(f"the role {role} needs {needs}")
    if unknown := sorted({*parsed.point} - known):
        raise SettingsError(f"--point: there is no contact point {', '.join(unknown)}")
    if unknown := sorted({*parsed.speaks} - {*LOCALES}):
        raise SettingsError(f"--speaks: unknown {', '.join(unknown)}; known are {', '.join(LOCALES)}")
    if parsed.country and role is not Role.CONTENT:
        raise SettingsError("--country is for the role content only")
    if unknown := sorted({*parsed.country} - {*jurisdictions()}):
        raise SettingsError(f"--country: unknown {', '.join(unknown)}; known are {', '.join(jurisdictions())}")
    return await staff.add(parsed.login, role, parsed.point, parsed.locale, parsed.speaks, parsed.country)


def _line(member: Member) -> str:
    factor = "second factor" if member.second_factor_at else "no second factor"
    stands = "closed" if member.disabled_at else factor
    where = member.contact_points or member.jurisdictions
    return f"{member.login:<20} {member.role:<12} {stands:<17} {', '.join(where)}".rstrip()


def _show(account: NewAccount) -> None:
    _print(f"login {account.login}  role {account.role}  password {account.password}  (shown only now)")


async def _exchange_models(settings: Settings) -> None:
    model = exchange(settings.root)
    _print(f"The model before is the current one again: {model[:12]}. The same command takes this back.")
    answering = await taken(settings.root, settings.data_dir, model, _SWAP_PATIENCE)
    if answering is None:
        _print("No service runs here; the next start uses it.")
    elif answering:
        _print("The running service answers with it.")
    else:
        raise SettingsError("the running service did not take it and goes on with the model it had; its log says why")


def _rotate(settings: Settings) -> None:
    lock = only_one(settings)
    ring = load_ring(settings.key_ring)
    if ring is None:
        raise SettingsError("there is no key ring yet; it is made at the first start")
    save_ring(rotate(ring), settings.key_ring)
    if lock is not None:
        lock.close()
    _print("A new key seals from the next start on. Old keys stay in the ring: what they sealed still needs them.")
