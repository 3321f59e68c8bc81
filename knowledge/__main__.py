"""Commands of the knowledge room: `python -m knowledge check`."""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from knowledge.checks import check
from knowledge.fields import ContentError
from knowledge.files import ARTICLES, read_articles
from knowledge.surroundings import Plan, read_surroundings
from knowledge.text_checks import Finding, Level


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when there is no error."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The articles and who vouches for them.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("check", help="look for what is missing, overdue, unsourced, unsafe or too long")
    command.add_argument("--articles", type=Path, default=ARTICLES, help="the folder to check")
    command.add_argument("--notes", action="store_true", help="list every sentence without a source, for a human")
    command.add_argument("--only", nargs="+", default=(), metavar="TOPIC/INTENT", help="look at these articles alone")
    options = parser.parse_args(arguments)
    try:
        around = read_surroundings()
        if options.only:
            around = replace(around, plan=Plan())
        findings = check(read_articles(options.articles, options.only), around, datetime.now(UTC).date())
    except ContentError as error:
        for problem in error.problems:
            print(f"error: {problem}")
        print(f"{len(error.problems)} errors: the articles cannot be read")
        return 1
    return _show(findings, options.notes)


def _show(findings: list[Finding], notes: bool) -> int:
    for finding in findings:
        if notes or finding.level is not Level.NOTE:
            print(finding)
    count = {level: sum(finding.level is level for finding in findings) for level in Level}
    unsourced = f"{count[Level.NOTE]} sentences without a source (--notes lists them)"
    print(f"{count[Level.ERROR]} errors, {count[Level.WARNING]} warnings, {unsourced}")
    return 1 if count[Level.ERROR] else 0


if __name__ == "__main__":
    sys.exit(main())
