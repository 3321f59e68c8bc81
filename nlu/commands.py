"""What `python -m nlu` does: predict a table, measure the understanding, check the training data."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import yaml

from bot.model.errors import GuichetError, InterpreterUnavailable, SettingsError
from bot.rasa_process import RasaProcess
from bot.rasa_server import digest
from bot.settings import load_settings
from nlu.batch import rank_all
from nlu.evaluation.cases import read_cases
from nlu.evaluation.choose import choose
from nlu.evaluation.data_check import Data, findings, read_data
from nlu.evaluation.floors import broken, read_floors, suggested
from nlu.evaluation.outcomes import Outcome, run
from nlu.evaluation.pages import percent, write_pages
from nlu.evaluation.pairs import pairs
from nlu.evaluation.report import Json, report
from nlu.fallback import LocaleThresholds
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from nlu.predict import predict, read_rows, write
from nlu.rasa_client import Endpoint, RasaClient, load_topics

MODEL = Path("models", "current.tar.gz")
CASES = Path("tests", "nlu_cases")
ENTITIES = "entities.yml"
START_TIMEOUT = 150.0
LIVE_TIMEOUT = 20.0  # nobody waits for a report: better slow than incomplete
SUMMARY = ("top1", "top3", "accepted", "accepted_right", "out_of_scope_mistaken", "danger_recall", "language_right")

Tell = Callable[[str], None]


class BelowFloor(GuichetError):
    """The understanding is worse than `nlu/floors.yml` allows, or the data than its limits; each line says where."""


async def predict_table(root: Path, source: Path, target: Path, tell: Tell) -> None:
    """Understand each row of a table and write one line for each. Raises GuichetError."""
    rows = read_rows(source)
    interpreter = await batch_interpreter(root, [row.text for row in rows], tell)
    write(target, await predict(interpreter, rows))


async def report_all(root: Path, folder: Path, live: bool, tell: Tell) -> None:
    """Measure on all test cases and write the report. Raises BelowFloor after writing it."""
    outcomes = await measure(root, live, tell)
    figures = report(outcomes, root / CASES / ENTITIES)
    figures["model"] = digest(root / MODEL)
    figures["thresholds"] = choose(outcomes, LocaleThresholds.load(load_settings(root).understanding).common)
    write_pages(folder, figures, root)
    for line in summary(figures):
        tell(line)
    tell(f"{folder / 'index.html'} has all figures")
    if lines := broken(figures["groups"], read_floors()):
        raise BelowFloor("\n".join(lines))


async def measure(root: Path, live: bool, tell: Tell) -> list[Outcome]:
    """Let the whole understanding loose on all test cases and on pairs of them.

    `live` by requests to a running Rasa, as in the service.
    """
    cases = read_cases(root / CASES, known_intents(root))
    cases += pairs(cases)
    if live:
        async with live_interpreter(root) as interpreter:
            return await run(interpreter, cases, tell)
    texts = [case.text for case in cases if case.needs_rasa]
    return await run(await batch_interpreter(root, texts, tell), cases, tell)


def suggest_floors(folder: Path, tell: Tell) -> None:
    """Tell what `nlu/floors.yml` would be after the last report in this folder. Raises SettingsError without one."""
    path = folder / "report.json"
    try:
        groups = json.loads(path.read_text(encoding="utf-8"))["groups"]
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; run `make nlu-report`") from error
    tell(yaml.safe_dump(suggested(groups, read_floors()), sort_keys=False, default_flow_style=None, width=120))


def check_all(root: Path, tell: Tell) -> None:
    """Check training data and test cases. Raises BelowFloor with one line for each finding."""
    intents = known_intents(root)
    data = Data(read_data(root / "nlu" / "data"), read_cases(root / CASES, intents), intents)
    failures = []
    for finding in findings(data):
        if finding.fails:
            failures.append(finding.line)
        else:
            tell(finding.line)
    if failures:
        raise BelowFloor("\n".join(failures))


def known_intents(root: Path) -> frozenset[str]:
    """Return all intents as `topic/intent`."""
    topics = load_topics(root / "dialogues" / "domain")
    return frozenset(f"{topic}/{intent}" for intent, topic in topics.items())


def summary(figures: Json) -> list[str]:
    """Return a line for all, the eight and the others."""
    return [
        f"{group:7}" + "".join(f" {name} {percent(figures['groups'][group][name])}" for name in SUMMARY)
        for group in ("all", "eight", "others")
    ]


async def batch_interpreter(root: Path, texts: Iterable[str], tell: Tell) -> Interpreter:
    """Return an interpreter that knows these texts; the model ranks all of them beforehand, in batches."""
    settings = load_settings(root)
    topics = load_topics(root / "dialogues" / "domain")
    log = settings.data_dir / "log" / "rank.log"
    table = await rank_all(root, root / MODEL, log, texts, topics, tell)
    return Interpreter(table, Keywords.load(KEYWORDS), LocaleThresholds.load(settings.understanding))


@asynccontextmanager
async def live_interpreter(root: Path) -> AsyncIterator[Interpreter]:
    """Give an interpreter that asks a running Rasa, as the service does."""
    settings = load_settings(root)
    topics = load_topics(root / "dialogues" / "domain")
    async with RasaProcess(root, state=settings.data_dir) as process:
        try:
            await asyncio.wait_for(process.ready.wait(), START_TIMEOUT)
        except TimeoutError:
            raise InterpreterUnavailable("Rasa did not start; see var/log/rasa.log") from None
        async with RasaClient(lambda: endpoint(process), topics, timeout=LIVE_TIMEOUT) as client:
            yield Interpreter(client, Keywords.load(KEYWORDS), LocaleThresholds.load(settings.understanding))


def endpoint(process: RasaProcess) -> Endpoint | None:
    """Return where this Rasa answers, or None while it does not."""
    server = process.server
    if server is None or not process.ready.is_set():
        return None
    return Endpoint(server.url, server.token)
