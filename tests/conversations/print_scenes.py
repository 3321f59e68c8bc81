"""`python -m tests.conversations.print_scenes`: plays every scene with the real Rasa and prints what was said, as Markdown."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.migrate import migrate
from bot.rasa_process import RasaProcess
from tests.conftest import Clock
from tests.conversations import plays
from tests.conversations.cast import hire, write_points
from tests.conversations.promises import Promises
from tests.conversations.scene import ROOT, stage


async def _played(hour: str, channel: str, rasa: RasaProcess) -> tuple[Mapping[str, plays.Play], Promises]:
    folder = Path(tempfile.mkdtemp())
    write_points(folder)
    url = f"sqlite:///{folder}/guichet.db"
    await asyncio.to_thread(migrate, make_url(url))
    async with stage(url, folder, Clock(plays.HOURS[hour]), channel, rasa=(rasa,), rasa_timeout=20.0) as made:
        promises = Promises(made.service)
        made.reads = promises.read
        return await plays.play_all(made, await hire(made, *plays.POINTS)), promises


def _scene(play: plays.Play) -> str:
    lines = []
    for did, heard in play.said:
        if heard or not did.startswith("("):
            lines.append(f"- **{did}** {heard.replace(chr(10) + chr(10), ' / ').replace(chr(10), ' · ')}")
    return "\n".join(lines)


async def main() -> None:
    """Print Telegram's texts at every hour, what the other channels say differently, and the promises."""
    async with RasaProcess(ROOT, state=Path(tempfile.mkdtemp())) as rasa:
        await rasa.ready.wait()
        figures = []
        for hour in plays.HOURS:
            shown = {}
            for channel in plays.CHANNELS:
                played, promises = await _played(hour, channel, rasa)
                shown[channel] = {name: _scene(play) for name, play in played.items()}
                figures.append(f"| {hour} | {channel} | {promises.texts} | {promises.made} | {len(promises.broken)} |")
            print(f"## {hour}\n")
            for name, text in shown["telegram"].items():
                other = [one for one in plays.CHANNELS[1:] if shown[one][name] != text]
                print(f"### {name}: {getattr(plays, name).__doc__}\n\n{text}\n")
                for one in other:
                    print(f"Otherwise on {one}:\n\n{shown[one][name]}\n")
        print("| hour | channel | texts | promises | nobody assigned |\n|---|---|---|---|---|")
        print("\n".join(figures))


if __name__ == "__main__":
    asyncio.run(main())
