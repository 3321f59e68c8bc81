"""Trains pipelines by Rasa itself, each in a folder and a process of its own, and lets each rank all cases.

The folder is new each time and holds the project's `nlu` as a link, so that no cache shortens a training and none of
the project's is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import yaml

from nlu.rasa.compare.figures import Json, groups
from nlu.rasa.compare.material import Material, Utterance

SAY_EVERY, LOOK_EVERY = 60.0, 0.5  # seconds
ITERATIONS = (
    100  # of the classifier on n-grams, Rasa's default: each takes seconds there, and it is as good as after 1,000
)

_WORDS = {"name": "CountVectorsFeaturizer"}
_LETTERS = {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
_TOKENS = {"name": "WhitespaceTokenizer"}

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process took."""

    seconds: float
    peak_mb: int


def ours(root: Path) -> Json:
    """Return the configuration of the project as Rasa reads it."""
    content = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))
    return {key: content[key] for key in ("recipe", "assistant_id", "language", "pipeline", "policies")}


def configurations(root: Path, epochs: int) -> dict[str, Json]:
    """Return the pipelines to compare, the quickest to train first."""
    base = ours(root)
    classifier = {"name": "LogisticRegressionClassifier", "ranking_length": 10}
    letters_and_words = [_TOKENS, _WORDS, _LETTERS, {**classifier, "max_iter": ITERATIONS}]
    sentences = [_TOKENS, {"name": "nlu.rasa.components.UseEncoder"}, {**classifier, "max_iter": 1000}]
    # What `rasa init` writes, up to the classifier of intents: what follows there answers or refuses.
    default = [{"name": "RegexFeaturizer"}, {"name": "LexicalSyntacticFeaturizer"}, _WORDS, _LETTERS]
    diet = [_TOKENS, *default, {"name": "DIETClassifier", "epochs": epochs}]
    pipelines = {"use": sentences, "n_grams": letters_and_words, "diet": diet}
    return {"ours": base, **{name: {**base, "pipeline": pipeline} for name, pipeline in pipelines.items()}}


def compare(root: Path, name: str, configuration: Json, material: Material, tell: Tell) -> Json:
    """Train one pipeline, ask it all cases, and return its figures, what it took, and its configuration."""
    folder = _prepare(root, root / ".cache" / "compare" / name, configuration, material)
    paths = ["--config", "config.yml", "--nlu", "data.yml", "--out", "."]
    training = _run(folder, "train", ["nlu.rasa", "train", "nlu", *paths, "--fixed-model-name", "model"], tell)
    (folder / "texts.json").write_text(json.dumps([case.text for case in material.cases]), encoding="utf-8")
    _run(folder, "measure", ["nlu.rasa.compare.measure", "model.tar.gz", "texts.json", "measured.json"], tell)
    measured = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    return {
        "groups": groups(material, measured.pop("rankings")),
        "training_s": round(training.seconds),
        "training_peak_mb": training.peak_mb,
        "model_mb": round((folder / "model.tar.gz").stat().st_size / 1e6, 1),
        **measured,
        "pipeline": configuration["pipeline"],
    }


def keywords_only(root: Path, material: Material) -> Json:
    """Return the figures of the keywords alone, which live in the service's environment."""
    done = subprocess.run(  # noqa: S603 - a program of ours
        [root / ".venv" / "bin" / "python", "-m", "nlu.evaluation.keyword_ranks"],
        cwd=root,
        input="".join(f"{json.dumps(case.text)}\n" for case in material.cases),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {"groups": groups(material, [json.loads(line) for line in done.stdout.splitlines()])}


def _prepare(root: Path, folder: Path, configuration: Json, material: Material) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "nlu").symlink_to(root / "nlu")
    (folder / "config.yml").write_text(yaml.safe_dump(configuration, sort_keys=False), encoding="utf-8")
    (folder / "data.yml").write_text(training_data(material.wordings), encoding="utf-8")
    return folder


def training_data(wordings: Sequence[Utterance]) -> str:
    """Return the wordings in Rasa's format."""
    examples: dict[str, list[str]] = {}
    for wording in wordings:
        examples.setdefault(wording.intent, []).append(f"- {wording.text}\n")
    blocks: list[dict[str, Any]] = [{"intent": name, "examples": "".join(lines)} for name, lines in examples.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=10_000)


def _run(folder: Path, name: str, module: list[str], tell: Tell) -> Finished:
    """Run a module in the folder; a failure names the log, which holds all that it said."""
    log = folder / f"{name}.log"
    # TensorFlow takes all cores; the threads of scikit-learn's sums wait for each other on a busy machine.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GUICHET_PARENT": str(os.getpid())}
    started = monotonic()
    with log.open("wb") as output:
        command = [sys.executable, "-m", *module]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)  # noqa: S603
    peak_mb = _wait(process, lambda: tell(f"{folder.name}: {name} for {monotonic() - started:.0f} s"))
    if process.returncode != 0:
        raise RuntimeError(f"{folder.name}: {name} failed, {log} says why")
    seconds = monotonic() - started
    tell(f"{folder.name}: {name} took {seconds:.0f} s")
    return Finished(seconds, peak_mb)


def _wait(process: subprocess.Popen[bytes], still: Callable[[], None]) -> int:
    """Return the most memory that the process had; `Popen.wait` does not tell it. `still` is called every minute."""
    said = monotonic()
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_maxrss // 1024
        if monotonic() - said > SAY_EVERY:
            said = monotonic()
            still()
        sleep(LOOK_EVERY)
