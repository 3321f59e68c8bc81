"""Commands of the handoff room: contact points and services in and out, checked, or made up for a demonstration."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bot.model.errors import GuichetError
from bot.settings import load_settings
from handoff.contact_point import EVERYWHERE
from handoff.exchange import DELIMITERS, FORMATS, to_csv, to_json
from handoff.own_points import Book, point_book, service_book
from handoff.synthetic import synthesise

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it could do its work."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "synthesise":
            return _say(synthesise(options.seed, options.output))
        data_dir = load_settings(ROOT).data_dir
        book: Book[Any] = service_book(data_dir) if options.services else point_book(data_dir)
        return _run(options, book)
    except GuichetError as error:
        faults = str(error).splitlines()
        sys.stderr.write("".join(f"error: {fault}\n" for fault in faults))
        sys.stderr.write(f"{len(faults)} errors; nothing was changed\n")
    except OSError as error:
        sys.stderr.write(f"error: {error.filename or 'a file'}: {error.strerror}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m handoff", description="The network's contact points and services.")
    commands = parser.add_subparsers(dest="command", required=True)
    which = argparse.ArgumentParser(add_help=False)
    which.add_argument(
        "--services", action="store_true", help="services (shelter, food, courses ...) instead of offices"
    )
    take = commands.add_parser("import", parents=[which], help="take offices from a spreadsheet (.csv) or from .json")
    take.add_argument("file", type=Path)
    take.add_argument("--check", action="store_true", help="say what is wrong and what would change; change nothing")
    take.add_argument(
        "--replace", action="store_true", help="take away what was imported before and is not in the file"
    )
    give = commands.add_parser("export", parents=[which], help="write all offices as a spreadsheet or as JSON")
    give.add_argument("--format", choices=FORMATS, default="csv")
    give.add_argument("--delimiter", choices=DELIMITERS, default=",", help="between the cells of a spreadsheet")
    give.add_argument("--own", action="store_true", help="without those that come with Guichet")
    give.add_argument("--output", type=Path, help="a file; otherwise it is printed")
    commands.add_parser("check", parents=[which], help="look for what is wrong in all files")
    made_up = commands.add_parser("synthesise", help="make up a network of 186 offices, for tests and demonstrations")
    made_up.add_argument("--seed", type=int, default=1, help="the same number makes the same network")
    made_up.add_argument("--output", type=Path, required=True, help="an empty folder, then used as GUICHET_DATA")
    return parser


def _run(options: argparse.Namespace, book: Book[Any]) -> int:
    match options.command:
        case "import":
            change = book.take(options.file, replace=options.replace, only_check=options.check)
            after = "nothing was changed (--check)" if options.check else "in effect when the service starts again"
            return _say(f"{options.file.name}: {change}; {after}")
        case "export":
            return _export(options, book)
    faults = book.faults()
    sys.stderr.write("".join(f"error: {fault}\n" for fault in faults))
    _say(f"{len(book.read())} {book.schema.many}, {len(book.read_own())} of them your own; {len(faults)} errors")
    return 1 if faults else 0


def _export(options: argparse.Namespace, book: Book[Any]) -> int:
    records = (book.read_own() if options.own else book.read()).values()
    real = [record for record in records if record.country != EVERYWHERE]  # the demonstration is nobody's office
    if options.format == "json":
        content = to_json(book.schema, real).encode()
    else:
        # The mark in front tells spreadsheets that these are not the letters of one country.
        content = to_csv(book.schema, real, options.delimiter).encode("utf-8-sig")
    if options.output is None:
        sys.stdout.buffer.write(content)
        return 0
    options.output.write_bytes(content)
    return _say(f"{options.output}: {len(real)} {book.schema.many}")


def _say(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
