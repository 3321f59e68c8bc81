"""Commands of the knowledge room: `python -m knowledge check | coverage | rank`."""

import argparse
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from knowledge.checks import check
from knowledge.coverage import coverage, markdown
from knowledge.fields import ContentError
from knowledge.files import ARTICLES, read_articles, read_tree
from knowledge.findings import Level
from knowledge.plan import Plan
from knowledge.search import batch
from knowledge.surroundings import read_surroundings


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when there is no error."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The articles and who vouches for them.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_check(commands.add_parser("check", help="look for what is missing, overdue, unsourced, unsafe or too long"))
    _add_coverage(commands.add_parser("coverage", help="count texts, statements and sources"))
    batch.add_arguments(commands.add_parser("rank", help="rank a corpus for questions with the search, to measure it"))
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except ContentError as error:
        for problem in error.problems:
            print(f"error: {problem}")
        print(f"{len(error.problems)} errors: the articles cannot be read")
        return 1


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("--articles", type=Path, default=ARTICLES, help="the folder to check")
    command.add_argument("--notes", action="store_true", help="list every sentence without a source, for a human")
    command.add_argument("--only", nargs="+", default=(), metavar="TOPIC/INTENT", help="look at these articles alone")
    command.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    around = read_surroundings()
    if options.only:
        around = replace(around, plan=Plan())
    tree = read_tree(options.articles, options.only)
    findings = check(tree.articles, around, datetime.now(UTC).date(), tree.unused)
    for finding in findings:
        if options.notes or finding.level is not Level.NOTE:
            print(finding)
    count = {level: sum(finding.level is level for finding in findings) for level in Level}
    notes = (
        f"{count[Level.NOTE]} notes: sentences without a source, terms of the glossary not used (--notes lists them)"
    )
    print(f"{count[Level.ERROR]} errors, {count[Level.WARNING]} warnings, {notes}")
    return 1 if count[Level.ERROR] else 0


def _add_coverage(command: argparse.ArgumentParser) -> None:
    command.add_argument("--articles", type=Path, default=ARTICLES, help="the folder to count")
    command.add_argument("--json", action="store_true", help="figures for programs instead of tables")
    command.set_defaults(run=_coverage)


def _coverage(options: argparse.Namespace) -> int:
    figures = coverage(read_articles(options.articles))
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else "\n".join(markdown(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
