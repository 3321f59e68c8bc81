"""Predictions for a table of utterances, as scripts and reports want them."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.errors import SettingsError
from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.interpreter import Interpreter

COLUMNS = (
    "id",
    "locale",
    "intent",
    "confidence",
    "decision",
    "intent_2",
    "confidence_2",
    "intent_3",
    "confidence_3",
)
AT_ONCE = 4
TRIES, PAUSE = 5, 6.0  # Rasa is asked again after the circuit breaker has closed
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_UNESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the input; a bad one has no text."""

    id: str
    text: str = field(default="", repr=False)
    locale: str = ""


def read_rows(path: Path) -> list[Row]:
    """Return one row for each line after the header, in order; a line that lacks a text gives a row without one.

    Raises SettingsError if the file cannot be read or its header does not name `id` and `text`.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    lines = [line.removesuffix("\r") for line in content.split("\n")]
    header = [name.strip() for name in lines[0].split("\t")]
    if "id" not in header or "text" not in header:
        raise SettingsError(f"{path}: the first line must name the columns id and text, with a tab between them")
    if not lines[-1]:
        lines.pop()
    return [_row(header, line.split("\t")) for line in lines[1:]]


def _row(header: list[str], cells: list[str]) -> Row:
    if len(cells) > len(header):
        return Row(unescape(cells[header.index("id")]))
    named = {name: unescape(cell) for name, cell in zip(header, cells, strict=False)}
    return Row(named.get("id", ""), named.get("text", ""), named.get("locale", "").strip())


async def predict(interpreter: Interpreter, rows: Sequence[Row]) -> list[str]:
    """Return the lines of the output, without the header, in the order of the rows."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> str:
        async with gate:
            return line(row, await understand(interpreter, row.text, row.locale or None))

    return list(await asyncio.gather(*(one(row) for row in rows)))


async def understand(interpreter: Interpreter, text: str, known_locale: str | None = None) -> Understanding:
    """Understand as the bot does, but wait for Rasa where the bot would go on without it."""
    for _ in range(TRIES):
        meant = await interpreter.understand(text, known_locale)
        if not meant.degraded:
            break
        await asyncio.sleep(PAUSE)
    return meant


def line(row: Row, meant: Understanding) -> str:
    """Return one line of the output: the best guess and the two next, whatever was decided."""
    best = [*guesses(meant), None, None, None][:3]
    first, second, third = (_cells(ranked) for ranked in best)
    locale = meant.locale or meant.foreign or row.locale
    cells = [row.id, locale, *first, meant.verdict.value, *second, *third]
    return "\t".join(escape(cell) for cell in cells)


def guesses(meant: Understanding) -> list[Ranked]:
    """Return what the bot takes the utterance for, best first: danger, then a command, then by confidence."""
    by_confidence = sorted(meant.ranking, key=lambda ranked: -ranked.confidence)
    leading = ""
    if meant.verdict is Verdict.EMERGENCY and meant.safety:
        leading = meant.safety[0]
    elif meant.commands:
        leading = meant.commands[0]
    if not leading:
        return by_confidence
    known = next((ranked for ranked in by_confidence if ranked.intent == leading), Ranked(leading, 1.0))
    return [known, *(ranked for ranked in by_confidence if ranked.intent != leading)]


def write(path: Path, lines: Iterable[str]) -> None:
    """Write header and lines. Raises SettingsError if the file cannot be written."""
    try:
        path.write_text("".join(f"{line}\n" for line in _with_header(lines)), encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error


def _with_header(lines: Iterable[str]) -> Iterator[str]:
    yield "\t".join(COLUMNS)
    yield from lines


def _cells(ranked: Ranked | None) -> tuple[str, str]:
    return (ranked.intent, f"{ranked.confidence:.4f}") if ranked else ("", "")


def escape(value: str) -> str:
    """Return the value as one cell: tab, line ends and backslash as \\t, \\n, \\r, \\\\."""
    return "".join(_ESCAPES.get(char, char) for char in value)


def unescape(cell: str) -> str:
    """Return what `escape` was given; a backslash before any other character stands for itself."""
    parts: list[str] = []
    chars = iter(cell)
    for char in chars:
        if char != "\\":
            parts.append(char)
            continue
        after = next(chars, "")
        parts.append(_UNESCAPES.get(after, "\\" + after))
    return "".join(parts)
