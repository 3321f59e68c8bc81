"""Exported files on a disk and in an archive. What comes in is held within limits, and no name leads anywhere else."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bot.attachments.checks import MEGABYTE
from bot.exchange.items import Files
from bot.exchange.manifest import NAME
from bot.model.errors import GuichetError

LARGEST_ARCHIVE = 20 * MEGABYTE
LARGEST = 100 * MEGABYTE  # of all files together, unpacked
LARGEST_FILE = 5 * MEGABYTE
MOST_FILES = 20_000
ROOTS = ("knowledge", "nlu", "dialogues", "handoff", "drafts")
_SUFFIXES = (".md", ".yml")
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same content gives the same archive


class BadArchive(GuichetError):
    """The archive or the folder is not taken; the message says why."""


def pack(files: Files) -> bytes:
    """Return the files as an archive."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, _WHEN), files[path], zipfile.ZIP_DEFLATED)
    return output.getvalue()


def unpack(raw: bytes) -> dict[str, bytes]:
    """Return the files of an archive that are ours, read in memory. Raises BadArchive."""
    if len(raw) > LARGEST_ARCHIVE:
        raise BadArchive(f"The archive is larger than {LARGEST_ARCHIVE // MEGABYTE} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _ours(dict(_members(archive)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BadArchive("This is no ZIP archive that can be read.") from error


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = archive.infolist()
    if len(members) > MOST_FILES:
        raise BadArchive(f"There are more than {MOST_FILES} files in the archive.")
    if len({member.filename for member in members}) != len(members):
        raise BadArchive("A file stands twice in the archive.")
    room = LARGEST
    for member in members:
        if member.is_dir():
            continue
        path = _safe(member.filename)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise BadArchive(f"{path[:80]} is a link; only files are taken.")
        with archive.open(member) as file:
            content = file.read(min(room, LARGEST_FILE) + 1)  # what its head says about its size may be wrong
        room -= len(content)
        if room < 0 or len(content) > LARGEST_FILE:
            raise BadArchive("The files are too large once they are unpacked.")
        yield path, content


def _safe(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in path.parts[0]:
        raise BadArchive("The archive holds a name that leads out of its folder.")
    return path.as_posix()


def _ours(files: dict[str, bytes]) -> dict[str, bytes]:
    """Keep what is ours; a folder around all of it, as Git services put there, does not count."""
    tops = {path.partition("/")[0] for path in files if "/" in path}
    if not tops & set(ROOTS) and len(tops) == 1 and NAME not in files:
        files = {path.partition("/")[2]: content for path, content in files.items() if "/" in path}
    found = {path: content for path, content in files.items() if is_ours(path)}
    if not found:
        raise BadArchive(f"There is no folder of ours in it: {', '.join(ROOTS)}.")
    return found


def is_ours(path: str) -> bool:
    """Tell whether an exported folder may hold such a file; others may lie beside ours and are left alone."""
    parts = path.split("/")
    hidden = any(part.startswith((".", "__")) for part in parts)
    return path == NAME or (parts[0] in ROOTS and path.endswith(_SUFFIXES) and not hidden)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder that are ours. Raises BadArchive."""
    if not folder.is_dir():
        raise BadArchive(f"{folder}: there is no such folder")
    found: dict[str, bytes] = {}
    room = LARGEST
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if not is_ours(path) or not file.is_file():
            continue
        if not file.resolve().is_relative_to(folder.resolve()):
            raise BadArchive(f"{path}: leads out of the folder")
        room -= file.stat().st_size
        if room < 0 or len(found) >= MOST_FILES:
            raise BadArchive(f"{folder}: there are too many files, or they are too large")
        found[path] = file.read_bytes()
    return found


def write_folder(folder: Path, files: Files) -> tuple[int, int]:
    """Bring a folder to these files and touch nothing else; return how many were written and taken away."""
    there = read_folder(folder) if folder.is_dir() else {}
    changed = [path for path in sorted(files) if there.get(path) != files[path]]
    for path in changed:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[path])
    gone = sorted(set(there) - set(files))
    for path in gone:
        (folder / path).unlink()
    return len(changed), len(gone)
