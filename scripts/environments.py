"""Makes the two Python environments from their lock files: `.venv` for the service, `.venv-nlu` for Rasa."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nlu.made_of import fingerprint
from scripts.common import ROOT, Stop, run, say, signs_of_life

DISK_NEEDED = 6 * 10**9
PROBE = "import sys, venv, ensurepip; print(sys.version_info[:2] == (3, 11))"
SERVICE, NLU = ROOT / ".venv", ROOT / ".venv-nlu"


def make_environments(development: bool) -> None:
    """Install what is missing or no longer as the locks say; the two environments at the same time."""
    wanted = [(SERVICE, "dev" if development else "service"), (NLU, "nlu")]
    missing = [(folder, lock) for folder, lock in wanted if not _is_current(folder, lock)]
    if not missing:
        return
    _check_machine(new_nlu=(NLU, "nlu") in missing)
    python = _find_python()
    with signs_of_life(lambda: "installing"), ThreadPoolExecutor() as pool:
        for done in [pool.submit(_install, python, folder, lock) for folder, lock in missing]:
            done.result()


def _is_current(folder: Path, lock: str) -> bool:
    stamp = folder / f"{lock}.stamp"
    return stamp.exists() and stamp.read_text() == _stamp(folder, lock)


def _stamp(folder: Path, lock: str) -> str:
    """An environment cannot be moved, hence the path; it is made anew for another lock."""
    return fingerprint([str(folder), (ROOT / "requirements" / f"{lock}.lock").read_bytes()])


def _install(python: str, folder: Path, lock: str) -> None:
    keep = lock == "dev" and _is_current(folder, "service")
    if not keep:
        run(f"venv-{lock}", [python, "-m", "venv", "--clear", str(folder)])
    file = ROOT / "requirements" / f"{lock}.lock"
    total = len(re.findall(r"^\S+==", file.read_text(), re.MULTILINE))
    say(f"{folder.name}: installing {total} packages of requirements/{file.name}")
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--no-cache-dir", "--no-input"]
    command += ["--disable-pip-version-check", "--use-pep517", "--require-hashes", "--no-deps", "-r", str(file)]
    environment = {"MULTIDICT_NO_EXTENSIONS": "1"}  # Rasa's old multidict would need a compiler otherwise
    if lock == "nlu":
        command += ["--ignore-requires-python", "--no-compile"]
    run(f"install-{lock}", command, _Progress(folder.name, total), environment)
    for name in ["dev", "service"] if lock == "dev" else [lock]:
        (folder / f"{name}.stamp").write_text(_stamp(folder, name))
    say(f"{folder.name}: done")


class _Progress:
    """Turns pip's lines into four or five of our own."""

    def __init__(self, name: str, total: int) -> None:
        self._name, self._total, self._seen = name, total, 0

    def __call__(self, line: str) -> None:
        if line.startswith("Collecting "):
            self._seen += 1
            if self._seen % max(self._total // 4, 1) == 0:
                say(f"{self._name}: {self._seen} of {self._total} packages fetched")
        elif line.startswith("Installing collected packages"):
            say(f"{self._name}: unpacking")


def _check_machine(new_nlu: bool) -> None:
    system, machine, libc = platform.system(), platform.machine(), platform.libc_ver()[0]
    if (system, machine, libc) != ("Linux", "x86_64", "glibc"):
        raise Stop(f"Guichet needs Linux on x86_64 with glibc; this is {system} on {machine} {libc}".rstrip())
    free = shutil.disk_usage(ROOT).free
    if new_nlu and free < DISK_NEEDED:
        raise Stop(f"6 GB of free disk are needed, {free / 10**9:.1f} GB are free at {ROOT}")


def _find_python() -> str:
    candidates = [os.environ.get("PYTHON", ""), sys.executable, "python3.11"]
    found = [path for path in (shutil.which(name) for name in candidates if name) if path]
    for path in found:
        probe = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, check=False)
        if probe.stdout.strip() == "True":
            return path
    raise Stop("Python 3.11 with venv is needed (Debian: apt install python3.11-venv), or name it: PYTHON=…")
