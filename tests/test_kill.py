"""The plug is pulled under traffic: nothing is lost, doubled or overtaken. `make faults` does the same at length."""

from pathlib import Path

import pytest

from bot.rasa_process import RasaProcess
from tests.faults import torture

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_when_the_service_is_killed(mode: str, tmp_path: Path, rasa: RasaProcess) -> None:
    count = await torture(tmp_path, mode, kills=3, messages=150, seed=7, shared=rasa.server, life=2.0)

    assert count.clean, count
    assert count.said == 150
    assert count.stored >= count.said
    assert count.rows > 0
