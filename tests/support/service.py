"""The whole service as a process of its own, on a folder of its own, between the two fake platforms."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from tests.fakes.telegram_people import TOKEN as TELEGRAM_TOKEN
from tests.fakes.whatsapp_people import APP_SECRET, PHONE_NUMBER_ID, VERIFY_TOKEN
from tests.fakes.whatsapp_people import TOKEN as WHATSAPP_TOKEN
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
WEBHOOK_SECRET = "a-secret-of-the-tests"  # noqa: S105
START = 180.0


@dataclass
class ServiceProcess:
    """`start`, `kill` (SIGKILL, as when the plug is pulled) and `stop`; the folder with database and keys stays."""

    folder: Path
    telegram_url: str
    whatsapp_url: str
    telegram_mode: str = "polling"
    database: str = ""
    office_always_open: bool = False
    settings: dict[str, Any] = field(default_factory=dict)  # more of the block `service:`
    port: int = field(default_factory=free_port)
    process: Process | None = None

    @property
    def url(self) -> str:
        """Where the service answers."""
        return f"http://127.0.0.1:{self.port}"

    def _configure(self) -> Path:
        config = yaml.safe_load((ROOT / "config.yml").read_text())
        config["service"] = {
            **config["service"], "port": self.port, "public_url": self.url,
            "telegram": {"mode": self.telegram_mode, "base_url": f"{self.telegram_url}/bot"},
            "whatsapp": {
                "phone_number_id": PHONE_NUMBER_ID, "fallback_contact": "https://example.org",
                "graph_url": self.whatsapp_url,
            },
            "demo_hours": "24/7" if self.office_always_open else "", **self.settings,
        }  # fmt: skip
        path = self.folder / "config.yml"
        path.write_text(yaml.safe_dump(config, allow_unicode=True))
        return path

    def _environment(self) -> dict[str, str]:
        made = {
            "GUICHET_CONFIG": os.path.relpath(self._configure(), ROOT), "GUICHET_DATA": str(self.folder / "var"),
            "TELEGRAM_TOKEN": TELEGRAM_TOKEN, "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "WHATSAPP_TOKEN": WHATSAPP_TOKEN, "WHATSAPP_APP_SECRET": APP_SECRET, "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        }  # fmt: skip
        if self.database:
            made["GUICHET_DATABASE"] = self.database
        return {**os.environ, **made}

    async def start(self) -> None:
        """Start it and wait until it accepts messages (Rasa may come later)."""
        with (self.folder / "service.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=ROOT, env=self._environment(), stdout=log, stderr=log
            )
        async with aiohttp.ClientSession() as session, asyncio.timeout(START):
            while not await self._answers(session):
                if self.process.returncode is not None:
                    raise RuntimeError((self.folder / "service.log").read_text()[-2000:])
                await asyncio.sleep(0.1)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/health") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """Pull the plug."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; return its exit code."""
        return await self._end(signal.SIGINT)

    async def _end(self, how: signal.Signals) -> int:
        if self.process is None or self.process.returncode is not None:
            return 0
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 30)
