"""`python -m nlu predict --input F.tsv --output G.tsv`: understand a table of utterances without a conversation."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from bot.model.errors import GuichetError, InterpreterUnavailable
from bot.rasa_process import RasaProcess
from bot.settings import load_settings
from nlu.fallback import Thresholds
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from nlu.predict import predict, read_rows, write
from nlu.rasa_client import Endpoint, RasaClient, load_topics

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT = 150.0
ANSWER_TIMEOUT = 20.0  # nobody waits for a table: better slow than incomplete


def main(arguments: list[str] | None = None) -> int:
    """Run the command; an error is one line, and 1 is returned."""
    parser = argparse.ArgumentParser(prog="python -m nlu", description="Understanding without a conversation.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    table = commands.add_parser("predict", help="understand each row of a table with the columns id, text, locale")
    table.add_argument("--input", type=Path, required=True, help="tab-separated, UTF-8; locale is optional")
    table.add_argument("--output", type=Path, required=True, help="gets one line for each row, in the same order")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        asyncio.run(_predict(chosen.input, chosen.output))
    except GuichetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _predict(source: Path, target: Path) -> None:
    rows = read_rows(source)
    settings = load_settings(ROOT)
    keywords = Keywords.load(KEYWORDS)
    topics = load_topics(ROOT / "dialogues" / "domain")
    async with RasaProcess(ROOT, state=settings.data_dir) as process:
        await _until_ready(process)
        async with RasaClient(lambda: _endpoint(process), topics, timeout=ANSWER_TIMEOUT) as rasa:
            interpreter = Interpreter(rasa, keywords, Thresholds.of(settings.understanding))
            lines = await predict(interpreter, rows)
    write(target, lines)


async def _until_ready(process: RasaProcess) -> None:
    try:
        await asyncio.wait_for(process.ready.wait(), START_TIMEOUT)
    except TimeoutError:
        raise InterpreterUnavailable("Rasa did not start; see var/log/rasa.log") from None


def _endpoint(process: RasaProcess) -> Endpoint | None:
    server = process.server
    if server is None or not process.ready.is_set():
        return None
    return Endpoint(server.url, server.token)


if __name__ == "__main__":
    sys.exit(main())
