"""Existing cases from another system's file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, text

from app.db import session
from app.errors import ForbiddenError, InvalidInputError
from app.models.accounts import Organisation
from app.models.findings import Finding, Severity, Status
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from app.services.finding_mapping import FindingMapping, parse_mapping, read_mapping, write_mapping
from app.services.import_findings import CaseReport, import_findings
from app.services.needs import Given
from app.services.remedies import move
from app.services.site_figures import figures
from app.services.walks import list_walks
from geo.crs import Crs, from_wgs84
from tests import databases
from tests.builders import make_site

EXCERPT = Path(__file__).parents[1] / "data" / "issues"
HEAD = "external_id,reported_at,category,lon,lat,title,status,closed_at"
ROW = "7,2025-03-01T10:00,belysning,17.9421,59.4037,Släckt lampa,open,"


def mapping(**content: Any) -> FindingMapping:
    return parse_mapping({"source": "tyck-till", **content})


def bring(tmp_path: Path, *rows: str, head: str = HEAD, **content: Any) -> CaseReport:
    file = tmp_path / "cases.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return import_findings(SYSTEM, file, mapping(**content))


def faults(report: CaseReport) -> list[tuple[int, str]]:
    return [(remark.number, remark.what.code) for remark in report.told]


def only() -> Finding:
    session().rollback()
    return session().scalars(select(Finding)).one()


def count() -> int:
    return session().scalar(select(func.count()).select_from(Finding)) or 0


def test_a_case_becomes_a_finding_with_number_history_and_where_it_came_from(
    tmp_path: Path, site: Site
) -> None:
    report = bring(tmp_path, ROW)
    assert (report.added, report.refused, report.imported) == (1, 0, True)
    found = only()
    assert found.number == "KISTA-2025-0001"
    assert found.external_id == "tyck-till:7"
    assert (found.status, found.title, found.site_id) == (Status.NEW, "Släckt lampa", site.id)
    assert found.reported_at == datetime(2025, 3, 1, 9, tzinfo=UTC)  # by the clock in Stockholm
    assert "släckt lampa" in found.search_text
    assert found.quadkey
    assert [(step.number, step.after, step.given) for step in found.history] == [
        (1, Status.NEW, {"source": "tyck-till"})
    ]


def test_cases_are_numbered_by_when_they_were_reported(tmp_path: Path, site: Site) -> None:
    bring(tmp_path, ROW.replace("7,", "9,", 1).replace("-03-", "-04-"), ROW)
    stored = {finding.external_id: finding.number for finding in session().scalars(select(Finding))}
    assert stored == {"tyck-till:7": "KISTA-2025-0001", "tyck-till:9": "KISTA-2025-0002"}


def test_the_same_file_again_changes_nothing(tmp_path: Path, site: Site) -> None:
    bring(tmp_path, ROW)
    again = bring(tmp_path, ROW)
    assert (again.added, again.updated, again.known) == (0, 0, 1)
    assert count() == 1


@pytest.mark.skipif(databases.WANTED != "postgresql", reason="SQLite plans well without it")
def test_the_database_knows_how_much_has_come(tmp_path: Path, site: Site) -> None:
    bring(tmp_path, ROW)
    known = select(text("reltuples")).select_from(text("pg_class")).where(text("relname = 'findings'"))
    assert session().scalar(known) == 1


def test_the_same_id_of_another_source_is_another_case(tmp_path: Path, site: Site) -> None:
    bring(tmp_path, ROW)
    assert bring(tmp_path, ROW, source="svenska-bostader").added == 1


def test_closed_at_the_source_is_reported_fixed_here_and_never_verified(tmp_path: Path, site: Site) -> None:
    bring(tmp_path, ROW.replace("open,", "closed,2025-04-02T08:00"))
    found = only()
    assert found.status is Status.REPORTED_FIXED
    assert found.reported_fixed_at == datetime(2025, 4, 2, 6, tzinfo=UTC)
    assert (found.verified_at, found.verified_how, found.fixed_by) == (None, None, None)
    assert [step.after for step in found.history] == [Status.NEW, Status.REPORTED_FIXED]
    assert found.history[1].given["source"] == "tyck-till"


def test_closed_without_a_fix_is_closed_unfixed_with_its_reason(tmp_path: Path, site: Site) -> None:
    bring(
        tmp_path,
        ROW.replace("open,", "closed,2025-04-02T08:00,Inget fel hittades"),
        head=HEAD + ",outcome",
        values={"outcome": {"Inget fel*": "unfixed/no_fault", "*": "fixed"}},
    )
    found = only()
    assert (found.status, found.closed_reason) == (Status.WONT_FIX, "no_fault")


def test_what_has_been_closed_at_the_source_since_follows_unless_somebody_here_has_touched_it(
    tmp_path: Path, site: Site, coordinator: Actor
) -> None:
    other = ROW.replace("7,", "8,", 1)
    bring(tmp_path, ROW, other)
    session().rollback()
    touched = session().scalars(select(Finding).where(Finding.external_id == "tyck-till:8")).one()
    move(coordinator, touched.number, Status.TRIAGED, Given(severity=Severity.LOW))
    report = bring(tmp_path, *(row.replace("open,", "closed,2025-04-02T08:00") for row in (ROW, other)))
    assert (report.added, report.updated, report.known) == (0, 1, 1)
    session().rollback()
    found = {one.external_id: one for one in session().scalars(select(Finding))}
    followed = found["tyck-till:7"]
    assert followed.status is Status.REPORTED_FIXED
    assert [step.given.get("source") for step in followed.history] == ["tyck-till", "tyck-till"]
    assert found["tyck-till:8"].status is Status.TRIAGED


def test_sent_needs_an_organisation_that_is_there(
    tmp_path: Path, site: Site, organisation: Organisation
) -> None:
    head = HEAD + ",responsible,due_on"
    row = ROW.replace("open", "sent")
    assert faults(bring(tmp_path, f"{row},,", f"{row},Ingen,".replace("7", "8", 1), head=head)) == [
        (2, "empty"),
        (3, "unknown_organisation"),
    ]
    bring(tmp_path, f"{row},bostadsbolag a,2025-05-01", head=head)
    found = only()
    assert (found.status, found.responsible_id, found.due_on) == (
        Status.SENT,
        organisation.id,
        date(2025, 5, 1),
    )


def test_one_refused_row_stores_nothing_and_is_named_by_its_line(tmp_path: Path, site: Site) -> None:
    report = bring(
        tmp_path,
        ROW,
        '8,2025-03-01,belysning,17.94,59.40,"två\nrader",open,',
        "9,igår,belysning,17.94,59.40,,open,",
        "10,2025-03-01,trolleri,17.94,59.40,,open,",
        "11,2025-03-01,belysning,59.40,17.94,,open,",
        "12,2025-03-01,belysning,17.94,59.40,,borta,",
        "13,2025-03-01,belysning,,,,open,",
        "14,2099-03-01,belysning,17.94,59.40,,open,",
        "15,2025-03-01,belysning,17.94,59.40,,closed,",
        ",2025-03-01,belysning,17.94,59.40,,open,",
        ROW,
        "16,2025-03-01,belysning",
    )
    assert not report.imported
    assert (report.rows, report.refused) == (12, 10)
    assert faults(report) == [
        (5, "not_a_moment"),
        (6, "unknown_category"),
        (7, "swapped"),
        (8, "unknown_value"),
        (9, "nowhere"),
        (10, "future"),
        (11, "empty"),
        (12, "empty"),
        (13, "repeated"),
        (14, "wrong_columns"),
    ]
    assert count() == 0


def test_refused_rows_may_be_left_out(tmp_path: Path, site: Site) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(f"{HEAD}\n{ROW}\n8,igår,belysning,17.94,59.4,,open,\n", encoding="utf-8")
    report = import_findings(SYSTEM, file, mapping(), skip_invalid=True)
    assert (report.added, report.refused, report.imported) == (1, 1, True)


def test_a_dry_run_says_what_would_happen_and_stores_nothing(tmp_path: Path, site: Site) -> None:
    bring(tmp_path, ROW)
    file = tmp_path / "cases.csv"
    file.write_text(f"{HEAD}\n{ROW}\n{ROW.replace('7,', '8,', 1)}\n9,igår,x,,,,,\n", encoding="utf-8")
    report = import_findings(SYSTEM, file, mapping(), dry_run=True)
    assert (report.added, report.known, report.refused, report.imported) == (1, 1, 1, False)
    assert count() == 1


@pytest.mark.parametrize("crs", [Crs.SWEREF99_TM, Crs.SWEREF99_18_00])
def test_coordinates_in_metres_arrive_where_they_are(tmp_path: Path, site: Site, crs: Crs) -> None:
    east, north = from_wgs84(17.9421, 59.4037, crs)
    bring(tmp_path, ROW.replace("17.9421,59.4037", f"{east:.2f},{north:.2f}"), crs=int(crs))
    assert (only().lon, only().lat) == pytest.approx((17.9421, 59.4037), abs=1e-6)


def test_cases_of_another_town_are_moved_and_those_at_no_site_get_the_one_that_was_named(
    tmp_path: Path, site: Site
) -> None:
    far = ROW.replace("17.9421,59.4037", "-71.0703,42.3444")
    assert faults(bring(tmp_path, far)) == [(2, "no_site")]
    bring(tmp_path, far, shift=(89.0124, 17.0593))
    assert (only().lon, only().lat) == pytest.approx((17.9421, 59.4037), abs=1e-6)
    elsewhere = far.replace("7,", "8,", 1)
    assert bring(tmp_path, elsewhere, site="kista-centrum").added == 1


def test_a_place_in_words_is_enough_with_a_site(tmp_path: Path, site: Site) -> None:
    report = bring(
        tmp_path,
        "7,2025-03-01,belysning,Vid torget",
        head="external_id,reported_at,category,place_words",
        site="kista-centrum",
    )
    assert report.added == 1
    assert only().lon is None


def test_latin_1_is_refused_with_its_line_until_it_is_said(tmp_path: Path, site: Site) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes(
        f"{HEAD}\n{ROW.replace('Släckt lampa', 'Mork')}\n{ROW.replace('7,', '8,', 1)}\n".encode("latin-1")
    )
    with pytest.raises(InvalidInputError) as refused:
        import_findings(SYSTEM, file, mapping())
    [fault] = refused.value.errors
    assert (fault.code, dict(fault.values)["line"]) == ("wrong_encoding", 3)
    import_findings(SYSTEM, file, mapping(encoding="latin-1"))
    assert session().scalars(select(Finding.title).order_by(Finding.number)).all() == ["Mork", "Släckt lampa"]


def test_a_byte_order_mark_and_semicolons_are_understood(tmp_path: Path, site: Site) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(f"{HEAD}\n{ROW}\n".replace(",", ";"), encoding="utf-8-sig")
    assert import_findings(SYSTEM, file, mapping()).added == 1


def test_utf_16_is_named(tmp_path: Path, site: Site) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(f"{HEAD}\n{ROW}\n", encoding="utf-16")
    with pytest.raises(InvalidInputError, match="wrong_encoding"):
        import_findings(SYSTEM, file, mapping())


def test_formula_cells_stay_the_text_they_are(tmp_path: Path, site: Site) -> None:
    formula = "=cmd|'/c calc'!A1"
    bring(tmp_path, ROW.replace("Släckt lampa", formula))
    assert only().title == formula


def test_a_field_of_ten_megabytes_is_refused_with_its_line(tmp_path: Path, site: Site) -> None:
    report = bring(tmp_path, ROW, ROW.replace("Släckt lampa", "x" * 10_000_000).replace("7,", "8,", 1))
    assert faults(report) == [(3, "too_long")]


def test_a_quote_that_is_never_closed_is_named(tmp_path: Path, site: Site) -> None:
    with pytest.raises(InvalidInputError, match="broken_csv"):
        bring(tmp_path, ROW, ROW.replace("Släckt", '"Släckt'))


def test_a_column_that_is_not_there_is_named(tmp_path: Path, site: Site) -> None:
    with pytest.raises(InvalidInputError, match="missing_column"):
        bring(tmp_path, ROW, columns={"external_id": "Ärendenummer"})


def test_a_mapping_is_kept_and_read_again(tmp_path: Path, site: Site) -> None:
    agreed = mapping(columns={"title": "Rubrik"}, values={"status": {"Klar": "closed"}}, shift=(1.0, 2.0))
    file = tmp_path / "mapping.json"
    write_mapping(file, agreed)
    assert parse_mapping(read_mapping(file)) == agreed


@pytest.mark.parametrize(
    "content",
    [{"source": "Två ord"}, {"columns": {"colour": "x"}}, {"crs": 3857}, {"time_zone": "Mars/Olympus"}],
)
def test_a_mapping_that_cannot_be_used_is_refused(app: APIFlask, content: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="broken_mapping"):
        mapping(**content)


def test_real_reports_come_in_by_their_mapping(tmp_path: Path, site: Site) -> None:
    agreed = parse_mapping(read_mapping(EXCERPT / "boston311.mapping.json"))
    report = import_findings(SYSTEM, EXCERPT / "boston311_excerpt.csv", agreed)
    assert report.refused == 0
    assert report.added == count() > 30
    by_status = dict(iter(session().execute(select(Finding.status, func.count()).group_by(Finding.status))))
    assert by_status.keys() == {Status.NEW, Status.REPORTED_FIXED, Status.WONT_FIX}
    assert session().scalar(select(func.count()).where(Finding.category == "klotter"))


def test_what_gathers_them_is_no_walk(tmp_path: Path, site: Site, coordinator: Actor) -> None:
    bring(tmp_path, ROW)
    assert session().scalar(select(func.count()).select_from(Walk)) == 1
    assert list(list_walks(coordinator)) == []
    assert figures(coordinator, [site])[site.id].walks == 0


def test_numbers_go_on_from_chunk_to_chunk(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.case_store.CHUNK", 3)
    make_site("akalla-centrum", lon=17.93)
    bring(tmp_path, *(ROW.replace("7,", f"{n},", 1) for n in range(100, 110)))
    numbers = session().scalars(select(Finding.number).order_by(Finding.number)).all()
    assert numbers == [f"KISTA-2025-{n:04d}" for n in range(1, 11)]


def test_only_administrators_import(tmp_path: Path, site: Site, coordinator: Actor) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    with pytest.raises(ForbiddenError):
        import_findings(coordinator, file, mapping())
    assert count() == 0
