"""Archives and folders: the same content gives the same bytes, and nothing that comes in leads anywhere or fills the memory."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from bot.exchange import folders
from bot.exchange.folders import BadArchive, pack, read_folder, unpack, write_folder
from bot.exchange.items import parts_of, path_of

FILES = {
    "nlu/data/it/work.yml": b"nlu: []\n",
    "exported.tsv": b"# x\n",
    "knowledge/articles/a/b/IT.it.md": "ά".encode(),
}


def _zip(members: dict[str, bytes], mode: int = stat.S_IFREG) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (mode | 0o644) << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def test_the_same_content_gives_the_same_archive() -> None:
    assert pack(FILES) == pack(dict(reversed(FILES.items())))
    assert unpack(pack(FILES)) == FILES


def test_a_folder_around_all_of_it_and_other_files_do_not_count() -> None:
    around = {f"content-main/{path}": raw for path, raw in FILES.items()} | {"content-main/README.md": b"x"}
    assert unpack(_zip(around)) == FILES
    assert unpack(_zip({**FILES, "__MACOSX/nlu/x.yml": b"", ".git/config": b"", "nlu/.hidden.yml": b""})) == FILES


@pytest.mark.parametrize(
    "name",
    ["../nlu/a.yml", "/nlu/a.yml", "nlu/../../a.yml", "nlu\\..\\a.yml", "C:/nlu/a.yml", "nlu/data/../../../x.yml"],
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(BadArchive, match="leads out"):
        unpack(_zip({**FILES, name: b"x"}))


def test_links_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="link"):
        unpack(_zip({"nlu/a.yml": b"/etc/passwd"}, stat.S_IFLNK))
    (tmp_path / "out.yml").write_text("secret")
    (tmp_path / "content/nlu").mkdir(parents=True)
    (tmp_path / "content/nlu/a.yml").symlink_to(tmp_path / "out.yml")
    with pytest.raises(BadArchive, match="leads out"):
        read_folder(tmp_path / "content")


def test_what_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = _zip({"nlu/a.yml": b"0" * 4_000_000, "nlu/b.yml": b"0" * 4_000_000})
    assert len(bomb) < 20_000
    monkeypatch.setattr(folders, "LARGEST", 5_000_000)
    with pytest.raises(BadArchive, match="too large"):
        unpack(bomb)
    monkeypatch.setattr(folders, "MOST_FILES", 1)
    with pytest.raises(BadArchive, match="more than 1 files"):
        unpack(_zip(FILES))
    monkeypatch.setattr(folders, "LARGEST_ARCHIVE", 10)
    with pytest.raises(BadArchive, match="larger than"):
        unpack(_zip(FILES))


def test_a_single_large_file_is_refused() -> None:
    with pytest.raises(BadArchive, match="too large"):
        unpack(_zip({"nlu/a.yml": b"0" * (folders.LARGEST_FILE + 1)}))


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"no archive", _zip(FILES)[:-30]])
def test_what_is_no_archive_is_refused(raw: bytes) -> None:
    with pytest.raises(BadArchive, match="no ZIP"):
        unpack(raw)


def test_an_archive_of_something_else_is_refused() -> None:
    with pytest.raises(BadArchive, match="no folder of ours"):
        unpack(_zip({"photos/a.jpg": b""}))


def test_only_files_that_changed_are_written_and_others_stay(tmp_path: Path) -> None:
    assert write_folder(tmp_path, FILES) == (3, 0)
    (tmp_path / "README.md").write_text("ours")
    (tmp_path / ".git").mkdir()
    before = (tmp_path / "exported.tsv").stat().st_mtime_ns
    now = {**FILES, "nlu/data/it/work.yml": b"nlu: [1]\n"}
    del now["knowledge/articles/a/b/IT.it.md"]
    assert write_folder(tmp_path, now) == (1, 1)
    assert (tmp_path / "exported.tsv").stat().st_mtime_ns == before
    assert (tmp_path / "README.md").exists()
    assert read_folder(tmp_path) == now


@pytest.mark.parametrize("part", ["..", ".", ".git", "a/b", "a\\b", "عمل", "a%2Fb", "*"])
def test_no_key_becomes_a_path_that_leads_elsewhere(part: str) -> None:
    path = path_of("nlu", part)
    assert path.count("/") == 1
    assert not path.partition("/")[2].startswith(".")
    assert parts_of(path) == ["nlu", part]
