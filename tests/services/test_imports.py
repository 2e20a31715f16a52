"""Registers from files: what comes in, what is refused and where, and that it can be done again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from apiflask import APIFlask
from sqlalchemy import func, select

from app.db import Base, session
from app.errors import ForbiddenError, InvalidInputError
from app.models.accounts import Contact, Organisation, OrganisationKind
from app.models.areas import Area, PlaceName
from app.models.audit import AuditEvent
from app.models.routing import RoutingRule
from app.models.sites import Phase, Property, Responsibility, Site
from app.permissions import SYSTEM, Actor
from app.services.import_registers import RegisterName
from app.services.imports import Reading, Report, import_file
from tests.builders import make_organisation, make_site

JARVA = Path(__file__).parents[2] / "data" / "jarva"
SHAPEFILE = Path(__file__).parents[1] / "data" / "stadsdelar_epsg3011" / "jarva_stadsdelar.shp"
SQUARE = [[[17.94, 59.40], [17.95, 59.40], [17.95, 59.41], [17.94, 59.41], [17.94, 59.40]]]
BOW_TIE = [[[17.94, 59.40], [17.95, 59.41], [17.95, 59.40], [17.94, 59.41], [17.94, 59.40]]]
STADSDELAR = Reading(columns={"name": "name"}, fixed={"kind": "stadsdel"})


def features(path: Path, *rows: tuple[Any, dict[str, Any]]) -> Path:
    polygons = [
        {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": rings}}
        for rings, properties in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": polygons}), encoding="utf-8")
    return path


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def count(model: type[Base]) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def said(report: Report) -> list[tuple[int, str]]:
    return [(remark.number, remark.what.code) for remark in report.refused]


def test_shapefile_in_swedish_metres_lies_where_the_real_boundaries_lie(app: APIFlask) -> None:
    report = import_file(SYSTEM, RegisterName.AREAS, SHAPEFILE, STADSDELAR)
    assert (report.imported, report.added, report.crs_title) == (True, 11, "SWEREF 99 18 00")
    truth = json.loads((JARVA / "jarva_stadsdelar.geojson").read_text(encoding="utf-8"))["features"]
    kista = next(f for f in truth if f["properties"]["stadsdel"] == "Kista")
    here = session().scalars(select(Area).where(func.lower(Area.name) == "kista")).one()
    real = shapely.geometry.shape(kista["geometry"])
    assert shapely.from_wkb(here.polygon).symmetric_difference(real).area < real.area / 100


def test_geojson_areas_get_kind_and_validity_from_the_caller(app: APIFlask) -> None:
    reading = Reading(
        columns={"name": "tidigare_stadsdelsomrade"},
        fixed={"kind": "stadsdelsområde", "valid_to": "2023-06-30"},
    )
    report = import_file(
        SYSTEM, RegisterName.AREAS, JARVA / "jarva_tidigare_stadsdelsomraden.geojson", reading
    )
    assert report.added == 2
    assert {area.name for area in session().scalars(select(Area))} == {"Rinkeby-Kista", "Spånga-Tensta"}
    assert {area.valid_to for area in session().scalars(select(Area))} == {date(2023, 6, 30)}


def test_import_done_again_changes_nothing(app: APIFlask) -> None:
    import_file(SYSTEM, RegisterName.AREAS, SHAPEFILE, STADSDELAR)
    again = import_file(SYSTEM, RegisterName.AREAS, SHAPEFILE, STADSDELAR)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 11)
    assert count(Area) == 11


def test_place_names_come_from_points(app: APIFlask) -> None:
    report = import_file(SYSTEM, RegisterName.PLACES, JARVA / "jarva_stops.geojson", Reading())
    assert report.added == 91
    assert set(report.unused_columns) >= {"id", "stadsdel"}
    again = import_file(SYSTEM, RegisterName.PLACES, JARVA / "jarva_stops.geojson", Reading())
    assert (again.unchanged, count(PlaceName)) == (91, 91)


def test_self_crossing_polygon_is_refused_with_its_place_and_nothing_comes_in(
    app: APIFlask, tmp_path: Path
) -> None:
    file = features(
        tmp_path / "platser.geojson",
        (SQUARE, {"slug": "ett", "namn": "Ett"}),
        (BOW_TIE, {"slug": "tva", "namn": "Två"}),
    )
    report = import_file(SYSTEM, RegisterName.SITES, file, Reading())
    assert not report.imported
    assert said(report) == [(2, "self_crossing")]
    place = dict(report.refused[0].what.values)
    assert place["lon"] == pytest.approx(17.945)
    assert place["lat"] == pytest.approx(59.405)
    assert count(Site) == 0
    assert session().scalar(select(AuditEvent).where(AuditEvent.name == "sites.imported")) is None


def test_skip_invalid_brings_in_the_rest(app: APIFlask, tmp_path: Path) -> None:
    file = features(
        tmp_path / "platser.geojson",
        (BOW_TIE, {"slug": "ett", "namn": "Ett"}),
        (SQUARE, {"slug": "tva", "namn": "Två"}),
    )
    report = import_file(SYSTEM, RegisterName.SITES, file, Reading(skip_invalid=True))
    assert (report.imported, report.added, report.refused_rows) == (True, 1, 1)
    assert [site.slug for site in session().scalars(select(Site))] == ["tva"]


def test_repair_mends_the_polygon_and_says_what_it_did(app: APIFlask, tmp_path: Path) -> None:
    file = features(tmp_path / "platser.geojson", (BOW_TIE, {"slug": "ett", "namn": "Ett"}))
    report = import_file(SYSTEM, RegisterName.SITES, file, Reading(repair=True))
    assert report.added == 1
    (remark,) = report.repaired
    assert (remark.number, remark.what.code) == (1, "untangled")
    assert dict(remark.what.values)["parts"] == 2
    assert shapely.from_wkb(session().scalars(select(Site.polygon)).one()).is_valid


def test_swapped_coordinates_are_refused_and_repaired(app: APIFlask, tmp_path: Path) -> None:
    swapped = [[[lat, lon] for lon, lat in SQUARE[0]]]
    file = features(tmp_path / "platser.geojson", (swapped, {"slug": "ett", "namn": "Ett"}))
    assert said(import_file(SYSTEM, RegisterName.SITES, file, Reading())) == [(1, "swapped")]
    report = import_file(SYSTEM, RegisterName.SITES, file, Reading(repair=True))
    assert [remark.what.code for remark in report.repaired] == ["exchanged_axes"]
    west = shapely.from_wkb(session().scalars(select(Site.polygon)).one()).bounds[0]
    assert west == pytest.approx(17.94)


def test_sites_take_code_phase_and_partners(app: APIFlask, tmp_path: Path) -> None:
    make_organisation("Polisen")
    make_organisation("Centrumägare B")
    row = {
        "slug": "husby-centrum",
        "namn": "Husby centrum",
        "fas": "uppstart",
        "parter": "polisen; Centrumägare B",
    }
    file = features(tmp_path / "platser.geojson", (SQUARE, row))
    import_file(SYSTEM, RegisterName.SITES, file, Reading())
    site = session().scalars(select(Site)).one()
    assert (site.code, site.phase) == ("HUSBY", Phase.STARTING)
    assert {partner.organisation.name for partner in site.partners} == {"Polisen", "Centrumägare B"}
    again = import_file(SYSTEM, RegisterName.SITES, file, Reading())
    assert again.unchanged == 1
    file = features(tmp_path / "platser.geojson", (SQUARE, {**row, "parter": "Polisen", "fas": ""}))
    assert import_file(SYSTEM, RegisterName.SITES, file, Reading()).updated == 1
    site = session().scalars(select(Site)).one()
    assert [partner.organisation.name for partner in site.partners] == ["Polisen"]
    assert site.phase is Phase.STARTING


def test_site_keeps_its_code_when_the_file_names_none(app: APIFlask, tmp_path: Path) -> None:
    make_site("kista-centrum", code="KC")
    file = features(
        tmp_path / "platser.geojson", (SQUARE, {"slug": "kista-centrum", "namn": "Kista centrum"})
    )
    assert import_file(SYSTEM, RegisterName.SITES, file, Reading()).updated == 1
    assert session().scalars(select(Site.code)).one() == "KC"


def test_code_of_another_site_is_refused(app: APIFlask, tmp_path: Path) -> None:
    make_site("kista-centrum")
    file = features(tmp_path / "platser.geojson", (SQUARE, {"slug": "kista-gard", "namn": "Kista gård"}))
    assert said(import_file(SYSTEM, RegisterName.SITES, file, Reading())) == [(1, "taken")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"slug": "Kista centrum", "namn": "Kista"}, "not_a_slug"),
        ({"slug": "kista", "namn": ""}, "empty"),
        ({"slug": "kista", "namn": "Kista", "fas": "planering"}, "unknown_phase"),
        ({"slug": "kista", "namn": "Kista", "kod": "K-1"}, "not_a_code"),
        ({"slug": "kista", "namn": "K" * 301}, "too_long"),
        ({"slug": "k" * 301, "namn": "Kista"}, "too_long"),
        ({"slug": "kista", "namn": "Kista", "syfte": "x" * 5001}, "too_long"),
        ({"slug": "kista", "namn": "Kista", "parter": "Ingen känd"}, "unknown_organisation"),
    ],
)
def test_cell_that_cannot_be_used_is_refused(
    app: APIFlask, tmp_path: Path, row: dict[str, str], code: str
) -> None:
    file = features(tmp_path / "platser.geojson", (SQUARE, row))
    assert said(import_file(SYSTEM, RegisterName.SITES, file, Reading())) == [(1, code)]
    assert count(Site) == 0


def test_organisations_come_from_a_table_and_refusals_name_its_lines(app: APIFlask, tmp_path: Path) -> None:
    file = table(
        tmp_path / "parter.csv",
        "namn;typ;e-post;felanmälan;giltig_från\n"
        "Bostadsbolag A;bostad;fel@a.example;08-123 45;2020-01-01\n"
        "Polisen;polis;;;\n"
        "Centrumägare B;slott;inte en adress;;igår\n",
    )
    refused = import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading())
    assert said(refused) == [(4, "unknown_kind"), (4, "not_an_address"), (4, "not_a_day")]
    assert (refused.refused_rows, count(Organisation)) == (1, 0)
    report = import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading(skip_invalid=True))
    assert report.added == 2
    housing = session().scalars(select(Organisation).where(Organisation.name == "Bostadsbolag A")).one()
    assert (housing.kind, housing.email) == (OrganisationKind.HOUSING, "fel@a.example")
    assert housing.valid_from == date(2020, 1, 1)


def test_column_the_file_lacks_leaves_what_was_there(app: APIFlask, tmp_path: Path) -> None:
    make_organisation("Polisen", email="polisen@example.se", kind=OrganisationKind.POLICE)
    file = table(tmp_path / "parter.csv", "namn,felanmälan\nPOLISEN,114 14\n")
    assert import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading()).updated == 1
    police = session().scalars(select(Organisation)).one()
    assert (police.email, police.fault_line, police.kind) == (
        "polisen@example.se",
        "114 14",
        OrganisationKind.POLICE,
    )


def test_organisation_is_known_again_by_its_external_id_under_a_new_name(
    app: APIFlask, tmp_path: Path
) -> None:
    import_file(
        SYSTEM,
        RegisterName.ORGANISATIONS,
        table(tmp_path / "a.csv", "namn,external_id\nGamla,7\n"),
        Reading(),
    )
    import_file(
        SYSTEM, RegisterName.ORGANISATIONS, table(tmp_path / "b.csv", "namn,external_id\nNya,7\n"), Reading()
    )
    assert [one.name for one in session().scalars(select(Organisation))] == ["Nya"]


def test_organisation_without_external_id_gets_one(app: APIFlask, tmp_path: Path) -> None:
    make_organisation("Polisen")
    file = table(tmp_path / "a.csv", "namn,external_id\nPolisen,7\n")
    assert import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading()).updated == 1
    other = table(tmp_path / "b.csv", "namn,external_id\nPolisen,8\n")
    assert said(import_file(SYSTEM, RegisterName.ORGANISATIONS, other, Reading())) == [(2, "taken")]


def test_one_thing_twice_in_a_file_is_refused(app: APIFlask, tmp_path: Path) -> None:
    file = table(tmp_path / "parter.csv", "namn\nPolisen\npolisen\n")
    report = import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading())
    assert said(report) == [(3, "repeated")]
    assert dict(report.refused[0].what.values) == {"earlier": 2}
    assert count(Organisation) == 0


def test_windows_file_read_as_utf8_is_refused_and_read_with_its_encoding(
    app: APIFlask, tmp_path: Path
) -> None:
    file = table(tmp_path / "parter.csv", "namn\nBostadsbolag Å\n", "windows-1252")
    with pytest.raises(InvalidInputError) as refused:
        import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading())
    (fault,) = refused.value.errors
    assert (fault.code, dict(fault.values)["line"]) == ("wrong_encoding", 2)
    assert count(Organisation) == 0
    import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading(encoding="windows-1252"))
    assert session().scalars(select(Organisation.name)).one() == "Bostadsbolag Å"


def test_properties_name_owner_and_leaseholder(app: APIFlask, tmp_path: Path) -> None:
    city, housing = make_organisation("Exploateringskontoret"), make_organisation("Bostadsbolag A")
    row = {
        "beteckning": "Stockholm Akalla 4:1",
        "ägare": "exploateringskontoret",
        "tomträttshavare": "Bostadsbolag A",
    }
    file = features(tmp_path / "fastigheter.geojson", (SQUARE, row))
    assert import_file(SYSTEM, RegisterName.PROPERTIES, file, Reading()).added == 1
    unit = session().scalars(select(Property)).one()
    assert (unit.owner_id, unit.leaseholder_id) == (city.id, housing.id)


def test_name_that_a_shapefile_cut_off_is_found(app: APIFlask, tmp_path: Path) -> None:
    file = features(tmp_path / "fastigheter.geojson", (SQUARE, {"DESIGNATIO": "Stockholm Akalla 4:1"}))
    assert import_file(SYSTEM, RegisterName.PROPERTIES, file, Reading()).added == 1
    assert session().scalars(select(Property.designation)).one() == "Stockholm Akalla 4:1"


def test_property_of_an_unknown_owner_is_refused(app: APIFlask, tmp_path: Path) -> None:
    row = {"beteckning": "Stockholm Akalla 4:1", "ägare": "Okänd"}
    file = features(tmp_path / "fastigheter.geojson", (SQUARE, row))
    report = import_file(SYSTEM, RegisterName.PROPERTIES, file, Reading())
    assert said(report) == [(1, "unknown_organisation")]
    assert dict(report.refused[0].what.values) == {"value": "Okänd"}
    assert (count(Property), count(Organisation)) == (0, 0)


def test_properties_that_overlap_are_told_apart_by_external_id(app: APIFlask, tmp_path: Path) -> None:
    rows = [(SQUARE, {"designation": "Kista 1:1", "external_id": key}) for key in ("a", "b")]
    file = features(tmp_path / "fastigheter.geojson", *rows)
    assert import_file(SYSTEM, RegisterName.PROPERTIES, file, Reading()).added == 2
    assert import_file(SYSTEM, RegisterName.PROPERTIES, file, Reading()).unchanged == 2
    plain = features(tmp_path / "utan.geojson", (SQUARE, {"designation": "Kista 1:1"}))
    assert said(import_file(SYSTEM, RegisterName.PROPERTIES, plain, Reading())) == [(1, "ambiguous")]


def test_responsibilities_come_for_a_category_or_for_all(app: APIFlask, tmp_path: Path) -> None:
    make_organisation("Trafikkontoret")
    rows: list[tuple[Any, dict[str, Any]]] = [
        (SQUARE, {"namn": "Gatubelysning", "ansvarig": "Trafikkontoret", "kategori": "Belysning"}),
        (SQUARE, {"namn": "Gångväg", "ansvarig": "Trafikkontoret", "kategori": None}),
    ]
    file = features(tmp_path / "skotsel.geojson", *rows)
    assert import_file(SYSTEM, RegisterName.RESPONSIBILITIES, file, Reading()).added == 2
    assert set(session().scalars(select(Responsibility.category))) == {"belysning", None}
    rows[1][1]["kategori"] = "månsken"
    file = features(tmp_path / "skotsel.geojson", *rows)
    assert said(import_file(SYSTEM, RegisterName.RESPONSIBILITIES, file, Reading())) == [
        (2, "unknown_category")
    ]


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        (Reading(columns={"name": "benämning"}), "missing_column"),
        (Reading(columns={"färg": "namn"}), "unknown_target"),
        (Reading(fixed={"färg": "röd"}), "unknown_target"),
        (Reading(), "missing_column"),
    ],
)
def test_column_that_is_not_there_stops_the_import(
    app: APIFlask, tmp_path: Path, reading: Reading, code: str
) -> None:
    file = table(tmp_path / "parter.csv", "titel\nPolisen\n")
    with pytest.raises(InvalidInputError) as refused:
        import_file(SYSTEM, RegisterName.ORGANISATIONS, file, reading)
    assert [fault.code for fault in refused.value.errors] == [code]


def test_mapped_column_is_read(app: APIFlask, tmp_path: Path) -> None:
    file = table(tmp_path / "parter.csv", "titel,namn\nPolisen,P\n")
    import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading(columns={"name": "titel"}))
    assert session().scalars(select(Organisation.name)).one() == "Polisen"


def test_metres_of_the_local_zone_are_told_by_their_size(app: APIFlask, tmp_path: Path) -> None:
    wkt = "POLYGON ((151000 6588000, 152000 6588000, 152000 6589000, 151000 6589000, 151000 6588000))"
    file = table(tmp_path / "platser.csv", f'slug;namn;wkt\nkista;Kista;"{wkt}"\n')
    report = import_file(SYSTEM, RegisterName.SITES, file, Reading())
    assert report.crs_title == "SWEREF 99 18 00"
    middle = shapely.from_wkb(session().scalars(select(Site.polygon)).one()).centroid
    assert middle.x == pytest.approx(18.02, abs=0.02)
    assert middle.y == pytest.approx(59.4, abs=0.05)


def test_import_is_for_administrators(coordinator: Actor) -> None:
    with pytest.raises(ForbiddenError):
        import_file(coordinator, RegisterName.AREAS, SHAPEFILE, STADSDELAR)


def test_import_leaves_one_audit_event_without_names(app: APIFlask, tmp_path: Path) -> None:
    file = table(tmp_path / "parter.csv", "namn\nPolisen\n")
    import_file(SYSTEM, RegisterName.ORGANISATIONS, file, Reading())
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "organisations.imported")).one()
    assert json.loads(event.payload or "") == {"added": 1, "refused": 0, "unchanged": 0, "updated": 0}


def test_contacts_and_routing_rules_come_in_and_are_known_again(app: APIFlask, tmp_path: Path) -> None:
    make_organisation("Trafikkontoret")
    site = make_site("kista-centrum")
    contacts = table(
        tmp_path / "kontakter.csv",
        "organisation;funktion;e-post;telefon;kategori;eskalering\n"
        "trafikkontoret;Driftledare;Drift@Example.se;08-1;belysning;ja\n",
    )
    rules = table(
        tmp_path / "regler.csv",
        "ordning;kategori;plats;ansvarig\n1;belysning;kista-centrum;Trafikkontoret\n2;;;Trafikkontoret\n",
    )
    for file, register, model in (
        (contacts, RegisterName.CONTACTS, Contact),
        (rules, RegisterName.ROUTING_RULES, RoutingRule),
    ):
        assert import_file(SYSTEM, register, file, Reading()).added == count(model) > 0
        again = import_file(SYSTEM, register, file, Reading())
        assert (again.added, again.updated) == (0, 0)
    contact = session().scalars(select(Contact)).one()
    assert (contact.email, contact.category, contact.escalation) == ("drift@example.se", "belysning", True)
    first = session().scalars(select(RoutingRule).order_by(RoutingRule.position)).first()
    assert first
    assert (first.category, first.site_id) == ("belysning", site.id)
    broken = table(
        tmp_path / "fel.csv", "ordning;plats;ansvarig\nförst;Kista;Trafikkontoret\n3;Ingenstans;X\n"
    )
    report = import_file(SYSTEM, RegisterName.ROUTING_RULES, broken, Reading())
    assert {code for _, code in said(report)} == {"not_a_number", "unknown_site", "unknown_organisation"}
