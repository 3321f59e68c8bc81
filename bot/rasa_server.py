"""A Rasa process of this machine: its model, where it answers, whether it lives, how it ends; what a start of one needs."""

import asyncio
import hashlib
import json
import os
import secrets
import signal
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

CURRENT = Path("models", "current.tar.gz")
POLL = 0.2  # seconds between two looks at the process
STOP_TIMEOUT = 5.0
PORTS = range(20_000, 32_000)  # below those that Linux hands out by itself
LOG_LIMIT = 1_000_000  # bytes; a longer log is put aside at the next start


@dataclass(frozen=True)
class RasaServer:
    """Where a Rasa process answers, the hash of its model, and the process that answers for its life."""

    pid: int
    port: int
    model: str
    owner: int
    token: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def digest(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()


def free_port() -> int:
    """Return a port that is free now and that the system gives to nobody during the seconds of the start."""
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def is_rasa(pid: int, root: Path) -> bool:
    """Tell whether this living process is a Rasa server started in this project folder."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return b"nlu.rasa" in arguments and b"run" in arguments and Path(f"/proc/{pid}/cwd").samefile(root)
    except OSError:
        return False


async def end(pid: int, root: Path) -> None:
    """End this Rasa process: politely, then by force."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        if is_rasa(pid, root):
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
        for _ in range(int(STOP_TIMEOUT / POLL)):
            if not is_rasa(pid, root):
                return
            await asyncio.sleep(POLL)


def read_run_file(path: Path) -> RasaServer | None:
    try:
        return RasaServer(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):  # none, or not one of ours: as good as none
        return None


def write_run_file(path: Path, server: RasaServer) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(json.dumps(asdict(server)))
    new.replace(path)


def open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    path.touch(mode=0o600)
    return path.open("ab")


def child_environment(token: str) -> dict[str, str]:
    """Return what Rasa needs and nothing else: our secrets are none of its business."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**kept, **one_thread, "RASA_TOKEN": token, "GUICHET_PARENT": str(os.getpid())}
