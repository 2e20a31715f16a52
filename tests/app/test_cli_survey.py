"""`platskollen survey import` as an operator meets it."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import Runner
from tests.forms.questionnaire.test_xlsform import asked, sheet_bytes


def test_a_questionnaire_comes_in_and_a_change_is_asked_about(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "enkat.csv"
    file.write_bytes(sheet_bytes([asked("select_one yn", "safe", Anteckning="för oss")]))
    done = run("survey", "import", str(file))
    assert (done.exit_code, done.stderr) == (0, "")
    assert "prov" in done.stdout
    assert "Anteckning" in done.stdout
    again = run("survey", "import", str(file))
    assert again.exit_code == 0
    assert again.stdout != done.stdout
    file.write_bytes(sheet_bytes([asked("select_one yn", "safe", **{"label::Svenska (sv)": "Trygg?"})]))
    asks = run("survey", "import", str(file))
    assert asks.exit_code == 1
    assert "--change safe=" in asks.stderr
    assert run("survey", "import", str(file), "--change", "safe=maybe").exit_code == 2
    assert run("survey", "import", str(file), "--change", "safe=wording").exit_code == 0


def test_every_fault_is_a_line_with_sheet_row_and_column(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "enkat.csv"
    file.write_bytes(sheet_bytes([asked("select_one nope", "safe"), asked("text", "b", relevant="${c} = 1")]))
    done = run("survey", "import", str(file))
    assert done.exit_code == 1
    first, second, *_rest = done.stderr.splitlines()
    assert ("survey" in first, "3" in first, "type" in first) == (True, True, True)
    assert ("4" in second, "relevant" in second) == (True, True)
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_a_sentence(run: Runner, tmp_path: Path) -> None:
    done = run("survey", "import", str(tmp_path / "saknas.xlsx"))
    assert done.exit_code == 1
    assert "saknas.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
