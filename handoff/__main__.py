"""Commands of the handoff room: contact points and services in and out, where a question goes, the table of states."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import yaml

from bot.model.errors import GuichetError
from bot.settings import load_settings
from handoff.offices.contact_point import EVERYWHERE
from handoff.offices.exchange import DELIMITERS, FORMATS, to_csv, to_json
from handoff.offices.own_points import Book, network_points, point_book, service_book
from handoff.offices.synthetic import synthesise
from handoff.route_table import BadQuestions, read_network, read_questions, routed
from handoff.routing import Network
from handoff.states import markdown

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it could do its work."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "synthesise":
            return _say(synthesise(options.seed, options.output))
        if options.command == "route":
            return _route(options)
        if options.command == "states":
            return _say(states_table())
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
    commands.add_parser("states", help="print the table of states and events as Markdown")
    route = commands.add_parser("route", help="say for each line of a file of questions which office it would go to")
    route.add_argument("--input", type=Path, required=True, help="JSON lines: id, at, country, city or lat and lon ...")
    route.add_argument("--output", type=Path, required=True, help="JSON lines: id, point, why, state, open_now ...")
    route.add_argument("--network", type=Path, help="offices of another network: .json, .csv, .yml or a folder")
    route.add_argument("--staffed", default="all", help="ids of offices where advisers answer, with commas; all; none")
    route.add_argument("--interpreters", default="", help="languages of the network's interpreters, with commas")
    return parser


def states_table() -> str:
    """Return the table of states and events with the English sentences."""
    phrases = yaml.safe_load((ROOT / "dialogues" / "phrases" / "en.yml").read_text(encoding="utf-8"))["phrases"]
    return markdown(phrases.__getitem__).rstrip("\n")


def _route(options: argparse.Namespace) -> int:
    points = read_network(options.network) if options.network else network_points(load_settings(ROOT).data_dir)
    known = {point.id for point in points}
    named = {"all": known, "none": set()}.get(options.staffed, set(options.staffed.split(",")))
    if strange := named - known:
        raise BadQuestions("\n".join(f"--staffed: there is no office {one!r}" for one in sorted(strange)))
    interpreters = frozenset(filter(None, options.interpreters.split(",")))
    network = Network(points, frozenset(named), interpreters=interpreters)
    lines = [json.dumps(routed(network, question), ensure_ascii=False) for question in read_questions(options.input)]
    options.output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return _say(
        f"{options.output}: {len(lines)} questions, {len(points)} offices, {len(named)} of them taken as staffed"
    )


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
