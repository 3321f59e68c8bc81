"""Runs code where TensorFlow and Rasa are."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.support.service import ROOT

PYTHON = ROOT / ".venv-nlu" / "bin" / "python"


def in_rasas_environment(code: str, *arguments: str, folder: Path = ROOT) -> Any:
    """Run code in the folder; return what it prints last, as JSON."""
    environment = {**os.environ, "HOME": str(ROOT / ".cache" / "home"), "PYTHONPATH": str(ROOT)}  # Keras writes there
    command = [str(PYTHON), "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])
