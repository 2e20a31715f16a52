import re
from pathlib import Path

import pytest

from config import Settings, SettingsError, load_settings

DOCS = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_docs_name_every_setting_and_no_other() -> None:
    documented = set(re.findall(r"^\| `PLATSKOLLEN_(\w+)`", DOCS.read_text(), re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PLATSKOLLEN_DATABASE_URL", "mysql://localhost/x"),
        ("PLATSKOLLEN_STORAGE_URL", "ftp://localhost/x"),
        ("PLATSKOLLEN_SMTP_URL", "localhost:25"),
        ("PLATSKOLLEN_BASE_URL", "platskollen.example.se"),
        ("PLATSKOLLEN_TRUSTED_PROXIES", "many"),
        ("PLATSKOLLEN_OIDC_ISSUER", "http://login.example.se"),
        ("PLATSKOLLEN_BASEMAP", "map.mbtiles"),
        ("PLATSKOLLEN_BASEMAP", "https://tiles.example.se/{z}/{x}.png"),
        ("PLATSKOLLEN_BASEMAP", "https://{s}.example.se/{z}/{x}/{y}.png"),
        ("PLATSKOLLEN_BASEMAP", "https://a.example.se;script-src */{z}/{x}/{y}.png"),
        ("PLATSKOLLEN_BASEMAP", "https://user@a.example.se/{z}/{x}/{y}.png"),
        ("PLATSKOLLEN_BASEMAP", "ftp://a.example.se/{z}/{x}/{y}.png"),
    ],
)
def test_unusable_value_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable):
        load_settings()


def test_generated_secret_survives_a_restart_and_is_private(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path).secret
    assert len(first) > 40
    assert Settings(data_dir=tmp_path).secret == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
