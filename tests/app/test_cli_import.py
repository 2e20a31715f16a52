"""`platskollen import` as an operator meets it: what is printed where, and the exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHAPEFILE = "tests/data/stadsdelar_epsg3011/jarva_stadsdelar.shp"
BOW_TIE = "POLYGON ((17.94 59.40, 17.95 59.41, 17.95 59.40, 17.94 59.41, 17.94 59.40))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PLATSKOLLEN_DATA_DIR": str(folder / "var"), "PLATSKOLLEN_DATABASE_URL": ""}
    command = [sys.executable, "-m", "app.cli", "import", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_shapefile_comes_in_and_the_system_it_was_in_is_said(folder: Path) -> None:
    done = run(folder, "areas", SHAPEFILE, "--set", "kind=stadsdel")
    assert done.returncode == 0, done.stderr
    assert "SWEREF 99 18 00" in done.stdout
    assert "11" in done.stdout
    again = run(folder, "areas", SHAPEFILE, "--set", "kind=stadsdel")
    assert "11" in again.stdout
    assert again.stdout != done.stdout


def test_refused_row_is_named_with_its_line_and_place_and_the_exit_code_is_1(folder: Path) -> None:
    file = folder / "platser.csv"
    file.write_text(f'slug;namn;wkt\nkista;Kista;"{BOW_TIE}"\n', encoding="utf-8")
    done = run(folder, "sites", str(file))
    assert done.returncode == 1
    assert "2:" in done.stderr
    assert "59.405000" in done.stderr
    assert "17.945000" in done.stderr
    assert "Traceback" not in done.stderr
    mended = run(folder, "sites", str(file), "--repair")
    assert mended.returncode == 0
    assert "59.405000" in mended.stderr


def test_file_that_is_not_there_is_a_sentence(folder: Path) -> None:
    done = run(folder, "organisations", str(folder / "saknas.csv"))
    assert done.returncode == 1
    assert "saknas.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_half_an_option_is_refused(folder: Path) -> None:
    done = run(folder, "organisations", "x.csv", "--map", "namn")
    assert done.returncode == 2
    assert "name=value" in done.stderr


def test_existing_cases_come_in_by_a_mapping_that_is_kept(folder: Path) -> None:
    square = "POLYGON ((17.93 59.40, 17.95 59.40, 17.95 59.41, 17.93 59.41, 17.93 59.40))"
    (folder / "platser.csv").write_text(f'slug;namn;wkt\nkista;Kista;"{square}"\n', encoding="utf-8")
    assert run(folder, "sites", str(folder / "platser.csv")).returncode == 0
    cases, kept = folder / "cases.csv", folder / "mapping.json"
    cases.write_text("Nr;Inkom;lon;lat\n1;2025-03-01;17.94;59.405\n2;igår;17.94;59.405\n", encoding="utf-8")
    options = ("--map", "external_id=Nr", "--map", "reported_at=Inkom", "--set", "category=belysning")
    broken = run(
        folder, "findings", str(cases), "--source", "tyck-till", *options, "--save-mapping", str(kept)
    )
    assert broken.returncode == 1
    assert "3:" in broken.stderr
    assert "Traceback" not in broken.stderr
    tried = run(folder, "findings", str(cases), "--mapping", str(kept), "--skip-invalid", "--dry-run")
    assert tried.returncode == 0, tried.stderr
    done = run(folder, "findings", str(cases), "--mapping", str(kept), "--skip-invalid")
    assert done.returncode == 0, done.stderr
    assert "1" in done.stdout
