"""The help lines of each country for each kind of danger. 112 is not here: the phrases say it."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.model.shown import ShownLine
from knowledge.fields import ContentError, Fields, read_yaml
from knowledge.findings import Code

HELPLINES = Path(__file__).parent / "helplines.yml"
LABELS = ("line_missing_child", "line_child", "line_trafficking", "line_violence", "line_social", "line_listening")
_KEYS = (
    "country", "intents", "number", "name", "label", "free", "always", "hours", "languages", "verified", "source",
    "url", "checked_on",
)  # fmt: skip
_NEVER = "safety/police_detention"
_NUMBER = re.compile(r"\+?[0-9]+(?: [0-9]+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """A help line. `label` is the phrase that names it, `name` its own name; `verified` is V or V2 (see the file)."""

    country: str
    intents: tuple[str, ...]
    number: str
    name: str
    label: str
    free: bool
    always: bool
    hours: str
    languages: tuple[str, ...]
    verified: str
    source: str
    url: str
    checked_on: date

    def shown(self) -> ShownLine:
        """Return what a person sees of it."""
        notes = (*(("line_free",) if self.free else ()), *(("line_always",) if self.always else ()))
        number = f"{self.number}, {self.name}" if self.name else self.number
        return ShownLine(self.label, number, notes, self.hours, self.languages)


@dataclass(frozen=True, slots=True)
class Helplines:
    """All help lines, in the order in which they are shown."""

    lines: tuple[Line, ...]

    def lines_for(self, intent: str, country: str) -> tuple[ShownLine, ...]:
        """Return the lines for this danger in this country. Unknown country: none, a wrong number is worse than none."""
        place = country.partition("-")[0]
        return tuple(line.shown() for line in self.lines if place and line.country == place and intent in line.intents)

    @property
    def numbers(self) -> frozenset[str]:
        """All numbers, for the check that articles name no others."""
        return frozenset(line.number for line in self.lines)


def load_helplines(path: Path = HELPLINES) -> Helplines:
    """Read the file. Raises ContentError with everything that is wrong."""
    problems: list[str] = []
    raw = path.read_text(encoding="utf-8")
    top = Fields.of(read_yaml(raw, path.name, problems), path.name, problems, raw)
    top.only("lines")
    entries = top.values.get("lines")
    lines = [
        _line(Fields.of(entry, f"{path.name}: line {number} of the list", problems))
        for number, entry in enumerate(entries if isinstance(entries, list) else (), 1)
    ]
    if not lines:
        problems.append(f"{path.name}: there must be a list `lines`")
    if problems:
        raise ContentError(problems)
    return Helplines(tuple(lines))


def _line(fields: Fields) -> Line:
    fields.only(*_KEYS)
    line = Line(
        country=fields.text("country"), intents=fields.words("intents"), number=fields.text("number"),
        name=fields.text("name", ""), label=fields.choice("label", LABELS), free=fields.flag("free"),
        always=fields.flag("always"), hours=fields.text("hours", ""), languages=fields.words("languages"),
        verified=fields.choice("verified", ("V", "V2")), source=fields.text("source"), url=fields.text("url", ""),
        checked_on=fields.day("checked_on"),
    )  # fmt: skip
    if not _NUMBER.fullmatch(line.number):
        fields.complain("number", Code.LINE_DIGITS)
    if not line.intents or any(not intent.startswith("safety/") for intent in line.intents):
        fields.complain("intents", Code.LINE_INTENTS)
    if _NEVER in line.intents:
        fields.complain("intents", Code.LINE_NEVER, intent=_NEVER)
    if line.verified == "V" and not line.url:
        fields.complain("url", Code.LINE_UNREAD)
    if line.always and line.hours:
        fields.complain("hours", Code.LINE_HOURS)
    return line
