"""`python -m nlu predict | report | check`: the understanding without a conversation. Arguments only."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from bot.model.errors import GuichetError
from nlu import commands

ROOT = Path(__file__).resolve().parent.parent
REPORT = Path("build", "nlu-report")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; an error is told without a traceback, and 1 is returned."""
    chosen = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        if chosen.command == "predict":
            asyncio.run(commands.predict_table(ROOT, chosen.input, chosen.output, _tell))
        elif chosen.command == "report" and chosen.suggest_floors:
            commands.suggest_floors(chosen.output, print)
        elif chosen.command == "report":
            asyncio.run(commands.report_all(ROOT, chosen.output, chosen.live, _tell))
        else:
            commands.check_all(ROOT, _tell)
    except GuichetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlu", description="Understanding without a conversation.")
    kinds = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    table = kinds.add_parser("predict", help="understand each row of a table with the columns id, text, locale")
    table.add_argument("--input", type=Path, required=True, help="tab-separated, UTF-8; locale is optional")
    table.add_argument("--output", type=Path, required=True, help="gets one line for each row, in the same order")
    report = kinds.add_parser(
        "report",
        help="measure the current model on tests/nlu_cases",
        description="Writes report.json, report.md and index.html. Returns 1 if a figure is beyond nlu/floors.yml.",
    )
    report.add_argument("--output", type=Path, default=REPORT, help=f"folder of the report; {REPORT} unless told")
    report.add_argument("--live", action="store_true", help="by requests to a running Rasa, as in the service: slower")
    told = "measure nothing, print the nlu/floors.yml that the last report would set"
    report.add_argument("--suggest-floors", action="store_true", help=told)
    kinds.add_parser(
        "check",
        help="check the training data and the test cases",
        description="Counts, repetitions, and sentences that are in both. Returns 1 if a limit is broken.",
    )
    return parser


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
