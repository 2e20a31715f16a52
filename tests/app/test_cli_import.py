"""`platskollen import` as an operator meets it: what is printed where, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.conftest import Runner

SHAPEFILE = "tests/data/stadsdelar_epsg3011/jarva_stadsdelar.shp"
BOW_TIE = "POLYGON ((17.94 59.40, 17.95 59.41, 17.95 59.40, 17.94 59.41, 17.94 59.40))"


def test_shapefile_comes_in_and_the_system_it_was_in_is_said(run: Runner) -> None:
    done = run("import", "areas", SHAPEFILE, "--set", "kind=stadsdel")
    assert done.exit_code == 0, done.stderr
    assert "SWEREF 99 18 00" in done.stdout
    assert "11" in done.stdout
    again = run("import", "areas", SHAPEFILE, "--set", "kind=stadsdel")
    assert "11" in again.stdout
    assert again.stdout != done.stdout


def test_refused_row_is_named_with_its_line_and_place_and_the_exit_code_is_1(
    run: Runner, tmp_path: Path
) -> None:
    file = tmp_path / "platser.csv"
    file.write_text(f'slug;namn;wkt\nkista;Kista;"{BOW_TIE}"\n', encoding="utf-8")
    done = run("import", "sites", str(file))
    assert done.exit_code == 1
    assert "2:" in done.stderr
    assert "59.405000" in done.stderr
    assert "17.945000" in done.stderr
    assert "Traceback" not in done.stderr
    mended = run("import", "sites", str(file), "--repair")
    assert mended.exit_code == 0
    assert "59.405000" in mended.stderr


def test_file_that_is_not_there_is_a_sentence(run: Runner, tmp_path: Path) -> None:
    done = run("import", "organisations", str(tmp_path / "saknas.csv"))
    assert done.exit_code == 1
    assert "saknas.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_half_an_option_is_refused(run: Runner) -> None:
    done = run("import", "organisations", "x.csv", "--map", "namn")
    assert done.exit_code == 2
    assert "name=value" in done.stderr


def test_existing_cases_come_in_by_a_mapping_that_is_kept(run: Runner, tmp_path: Path) -> None:
    square = "POLYGON ((17.93 59.40, 17.95 59.40, 17.95 59.41, 17.93 59.41, 17.93 59.40))"
    (tmp_path / "platser.csv").write_text(f'slug;namn;wkt\nkista;Kista;"{square}"\n', encoding="utf-8")
    assert run("import", "sites", str(tmp_path / "platser.csv")).exit_code == 0
    cases, kept = tmp_path / "cases.csv", tmp_path / "mapping.json"
    cases.write_text("Nr;Inkom;lon;lat\n1;2025-03-01;17.94;59.405\n2;igår;17.94;59.405\n", encoding="utf-8")
    options = ("--map", "external_id=Nr", "--map", "reported_at=Inkom", "--set", "category=belysning")
    broken = run(
        "import", "findings", str(cases), "--source", "tyck-till", *options, "--save-mapping", str(kept)
    )
    assert broken.exit_code == 1
    assert "3:" in broken.stderr
    assert "Traceback" not in broken.stderr
    tried = run("import", "findings", str(cases), "--mapping", str(kept), "--skip-invalid", "--dry-run")
    assert tried.exit_code == 0, tried.stderr
    done = run("import", "findings", str(cases), "--mapping", str(kept), "--skip-invalid")
    assert done.exit_code == 0, done.stderr
    assert "1" in done.stdout


WRONG: list[dict[str, object]] = [
    {"columns": []},
    {"columns": None},
    {"columns": {"title": 1}},
    {"fixed": "category"},
    {"fixed": {"category": []}},
    {"values": []},
    {"values": {"status": ["Klar"]}},
    {"shift": 1},
    {"shift": [1]},
    {"shift": [float("nan"), 0]},
    {"shift": [1e999, 0]},
    {"crs": "RT90"},
    {"crs": []},
    {"crs": None},
    {"moments": []},
    {"site": {}},
    {"source": []},
    {"time_zone": 1},
    {"time_zone": "\ud800"},
    {"columns": {"\ud800": "x"}},
    {"more": 1},
]


@pytest.mark.parametrize(
    "text",
    [*(json.dumps({"source": "x", **wrong}) for wrong in WRONG), "[]", "null", "{", "[" * 100_000],
)
def test_a_mapping_of_a_wrong_shape_is_a_sentence(run: Runner, tmp_path: Path, text: str) -> None:
    mapping, cases = tmp_path / "mapping.json", tmp_path / "cases.csv"
    mapping.write_text(text, encoding="utf-8")
    cases.write_text("external_id;reported_at;category\n1;2025-03-01;belysning\n", encoding="utf-8")
    done = run("import", "findings", str(cases), "--mapping", str(mapping), "--dry-run")
    assert done.exit_code == 1
    assert "mappning" in done.stderr.lower()
    assert "Traceback" not in done.stderr
