"""The tables of cases as they stand in docs/contact-points.md; `python -m tests.handoff.case_tables` writes them there."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "contact-points.md"


def hours_cases() -> list[dict[str, str]]:
    """The tricky opening hours; times stay texts."""
    text = (HERE / "hours_cases.yml").read_text(encoding="utf-8")
    cases: list[dict[str, str]] = yaml.load(text, yaml.BaseLoader)["cases"]  # noqa: S506 -- our own file
    return cases


def routing_cases() -> list[dict[str, Any]]:
    """The questions on the made-up network."""
    cases: list[dict[str, Any]] = yaml.safe_load((HERE / "routing_cases.yml").read_text(encoding="utf-8"))["cases"]
    return cases


def hours_table(cases: Iterable[dict[str, str]]) -> str:
    """What is tricky, the hours, when it is asked, and what comes out."""
    rows = ["| case | hours | at | office | next opening |", "| --- | --- | --- | --- | --- |"]
    return "\n".join((*rows, *(_hours_row(case) for case in cases)))


def _hours_row(case: dict[str, str]) -> str:
    state = {"true": "open", "false": "closed", "null": "not known"}[case["open"]]
    until = f" until {case['closes']}" if case["closes"] != "null" else ""
    opens = "—" if case["opens"] == "null" else case["opens"]
    opening = f"`{_cell(case['hours'])}`" if case["hours"] else "(empty)"
    closed = f"; closures `{case['closures']}`" if "closures" in case else ""
    return f"| {_cell(case['what'])} | {opening}{closed} | {case['at']} | {state}{until} | {opens} |"


def routing_table(cases: Iterable[dict[str, Any]]) -> str:
    """The question, the office and the reason."""
    rows = ["| question | who is there | office | why |", "| --- | --- | --- | --- |"]
    return "\n".join((*rows, *(_routing_row(case) for case in cases)))


def _routing_row(case: dict[str, Any]) -> str:
    asked = [
        f"{value}" if key != "minor" else "under 18" for key, value in case["ask"].items() if key != "trusted_only"
    ]
    asked += ["trusted offices only"] if case["ask"].get("trusted_only") else []
    asked += [f"at {case['at']}"] if "at" in case else []
    there = [
        f"{name} {_listed(case[name])}" for name in ("staffed", "load", "interpreters", "translation") if name in case
    ]
    expected = case["expect"]
    office = [str(expected[name]) for name in ("point", "state", "bridge") if expected.get(name)]
    nobody = "point" in expected and expected["point"] is None
    found = "nobody" if nobody else ", ".join(office) or "one of the country"
    return f"| {_cell(', '.join(asked))} | {_cell('; '.join(there) or 'all')} | {found} | {_cell(case['reason'])} |"


def _listed(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_listed(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "on" if value is True else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def table(name: str) -> str:
    """The table that stands between its two marks in the docs."""
    return _around(name)[1].strip()


def _around(name: str) -> tuple[str, str, str]:
    before, rest = DOCS.read_text(encoding="utf-8").split(f"<!-- {name} cases -->")
    inside, after = rest.split(f"<!-- end of {name} cases -->")
    return before, inside, after


def write(name: str, content: str) -> None:
    """Put a table between its marks."""
    before, _, after = _around(name)
    DOCS.write_text(f"{before}<!-- {name} cases -->\n{content}\n<!-- end of {name} cases -->{after}", encoding="utf-8")


if __name__ == "__main__":
    write("routing", routing_table(routing_cases()))
    write("hours", hours_table(hours_cases()))
