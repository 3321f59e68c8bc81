"""One real Rasa for all tests of a run, shared by the workers of xdist: whoever comes first starts it and stays the longest."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest_asyncio

from bot.rasa_process import RasaProcess
from tests.support.service import ROOT

# One folder for each run, so that two runs on one machine do not end each other's Rasa.
STATE = ROOT / ".cache" / "tests-rasa" / os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
_START = 240.0


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rasa() -> AsyncIterator[RasaProcess]:
    """Rasa with the current model. Its host ends it only when no other worker needs it any more."""
    STATE.mkdir(parents=True, exist_ok=True)
    process = RasaProcess(ROOT, state=STATE)
    with ExitStack() as stack:
        users = stack.enter_context((STATE / "users.lock").open("w"))
        with (STATE / "start.lock").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)
            await process.start()
            await asyncio.wait_for(process.ready.wait(), _START)
        try:
            yield process
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            if process.server is not None and process.server.owner == os.getpid():
                fcntl.flock(users, fcntl.LOCK_EX)
                await process.stop()
                shutil.rmtree(STATE, ignore_errors=True)
            await process.stop()
