"""Which machine the settings switch on; half a configuration stops the start in one line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.model.errors import SettingsError
from bot.settings import Translation, load_settings
from bot.translation.choose import glossary_names, make_translator


def _load(folder: Path, block: dict[str, Any] | None) -> Translation:
    service = {} if block is None else {"translation": block}
    (folder / "config.yml").write_text(yaml.safe_dump({"service": service}))
    (folder / "key").write_text("sesame\n")
    (folder / "empty").write_text("\n")
    return load_settings(folder, {}).translation


def test_by_default_no_machine_translates(tmp_path: Path) -> None:
    assert make_translator(_load(tmp_path, None), tuple) is None


def test_the_network_s_own_server_needs_no_company(tmp_path: Path) -> None:
    settings = _load(tmp_path, {"provider": "libretranslate", "url": "http://127.0.0.1:5000", "key_file": "key"})

    made = make_translator(settings, tuple)

    assert made is not None
    assert (made.name, made.company) == ("LibreTranslate", "")
    assert settings.key.reveal() == "sesame"
    assert "sesame" not in repr(settings)


def test_a_company_s_service_is_named(tmp_path: Path) -> None:
    made = make_translator(_load(tmp_path, {"provider": "google"}), tuple)

    assert made is not None
    assert made.company == "Google"


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ({"provider": "babelfish"}, "provider must be one of none, libretranslate, google, microsoft"),
        ({"provider": "libretranslate"}, "url is missing"),
        ({"provider": "libretranslate", "url": "server:5000"}, "must begin with http"),
        ({"url": "http://127.0.0.1:5000"}, "url is only for libretranslate, not for none"),
        ({"provider": "google", "url": "http://127.0.0.1:5000"}, "url is only for libretranslate, not for google"),
        ({"provider": "microsoft"}, "key_file is missing"),
        ({"key_file": "key"}, "key_file is set, but no provider"),
        ({"provider": "microsoft", "key_file": "nowhere"}, "cannot be read: nowhere"),
        ({"provider": "microsoft", "key_file": "empty"}, "is empty: empty"),
        ({"provider": "microsoft", "key_file": 5}, "must be of type str"),
        ({"provider": "google", "key": "sesame"}, "unknown setting service.translation.key"),
    ],
)
def test_half_a_configuration_stops_the_start(tmp_path: Path, block: dict[str, Any], line: str) -> None:
    with pytest.raises(SettingsError, match=r"service\.translation") as refused:
        _load(tmp_path, block)

    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_glossary_gives_each_term_s_own_name() -> None:
    permit = next(term for term in glossary_names() if term["en"] == "residence permit")

    assert permit["fr"] == "titre de séjour"
