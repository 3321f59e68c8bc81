"""What makes set-up work again, and what it says when it cannot."""

import re
from pathlib import Path

import pytest

from nlu import made_of
from nlu.made_of import fingerprint
from scripts import environments, train
from scripts.common import ROOT, Stop

CONFIG = """\
recipe: default.v1
pipeline:
  - name: E5Encoder
    scale: 8.0 # how sure
service:
  telegram:
    mode: polling
policies:
  - name: RulePolicy
"""


def test_a_setting_of_the_service_does_not_train_the_model_again() -> None:
    changed = CONFIG.replace("mode: polling", "mode: webhook\n\n    # with a comment\n    port: 1")

    assert made_of.model_part(changed) == made_of.model_part(CONFIG)


@pytest.mark.parametrize(("old", "new"), [("scale: 8.0", "scale: 4.0"), ("RulePolicy", "MemoizationPolicy")])
def test_a_change_above_or_below_the_service_block_does(old: str, new: str) -> None:
    assert made_of.model_part(CONFIG.replace(old, new)) != made_of.model_part(CONFIG)


def test_a_missing_data_folder_stops_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "DATA", Path("nlu", "dta"))

    with pytest.raises(Stop, match="nlu/dta is missing"):
        train.train()


def test_parts_of_a_fingerprint_cannot_run_into_each_other() -> None:
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])


def test_another_machine_stops_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")

    with pytest.raises(Stop, match="needs Linux on x86_64 with glibc; this is Linux on aarch64"):
        environments._check_machine(new_nlu=True)


def test_a_full_disk_stops_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "DISK_NEEDED", 10**18)

    with pytest.raises(Stop, match="of free disk are needed"):
        environments._check_machine(new_nlu=True)


def test_a_machine_without_python_3_11_stops_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "PROBE", "print(False)")

    with pytest.raises(Stop, match=r"Python 3\.11 with venv is needed"):
        environments._find_python()


@pytest.mark.parametrize("lock", ["service", "dev", "nlu"])
def test_a_lock_names_exact_versions_with_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()

    assert not re.search(r"://|^-|file:", text, re.MULTILINE)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert entry.startswith("#") or re.match(r"\S+==\S+ \\\n +--hash=sha256:", entry), entry


def test_the_development_lock_holds_the_versions_of_the_service() -> None:
    assert pins("service.lock") <= pins("dev.lock")


def test_the_list_for_rasa_is_locked_as_it_is() -> None:
    assert pins("nlu.lock") == pins("nlu.in")


def pins(name: str) -> set[str]:
    lines = Path(ROOT / "requirements" / name).read_text().splitlines()
    return {line.split()[0] for line in lines if line and line[0] not in "# "}
