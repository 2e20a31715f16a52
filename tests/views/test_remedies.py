"""Steps of findings through their pages: fields, faults, somebody who was first, several at once."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import close_session, session
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import Finding, Level, RemedyType, Severity, Status, VerificationMethod
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from app.services.needs import Given
from app.services.remedies import move
from app.services.routing_rules import RuleValues, save_rule
from tests.builders import make_finding, make_organisation, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
JPEG = Path(__file__).parents[1] / "data" / "photos" / "Landscape_1.jpg"
HOSTILE = "<img src=x onerror=alert(1)> ’ åäö"


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def now_stands(number: str) -> Finding:
    close_session()
    return session().scalars(select(Finding).where(Finding.number == number)).one()


def day(days: int = 0) -> str:
    return (today() + timedelta(days=days)).isoformat()


def version_of(number: str) -> str:
    return str(session().scalars(select(Finding.version).where(Finding.number == number)).one())


class TestOneStep:
    def test_step_is_taken_and_said(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        number = make_finding(walk).number
        sign_in(client, coordinator)

        response = client.post(
            f"/brister/{number}/steg/triaged", data={"triaged-severity": "high", "triaged-version": "1"}
        )

        assert response.location == f"/brister/{number}"
        assert page(client.get(response.location)).select_one(".message.success") is not None
        assert (now_stands(number).status, now_stands(number).severity) == (Status.TRIAGED, Severity.HIGH)

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("fel@bostad.example", "Is mailed to Bostadsbolag B within a few minutes."),
            ("", "Bostadsbolag B has no mail address, so nobody there has been told."),
        ],
    )
    def test_page_of_what_was_sent_says_when_the_responsible_is_mailed(
        self, address: str, words: str, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        acute = make_finding(walk, status=Status.TRIAGED, severity=Severity.ACUTE)
        number, responsible = acute.number, make_organisation("Bostadsbolag B", email=address)
        sign_in(client, coordinator)

        response = client.post(
            f"/brister/{number}/steg/sent",
            data={
                "sent-version": version_of(number),
                "sent-responsible_id": str(responsible.id),
                "sent-due_on": day(1),
            },
        )

        assert response.status_code == 302
        assert words in page(client.get(response.location)).text

    def test_fault_stands_at_the_field_with_what_was_typed(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        number, responsible = make_finding(walk, status=Status.SENT).number, organisation.id
        sign_in(client, coordinator)
        assert responsible

        response = client.post(
            f"/brister/{number}/steg/on_hold",
            data={
                "on_hold-version": version_of(number),
                "on_hold-hold_until": day(-1),
                "on_hold-words": HOSTILE,
            },
        )

        soup = page(response, 422)
        fault = soup.select_one("#on_hold-hold_until-error")
        words = soup.select_one("#on_hold-words")
        opened = soup.select_one("details.step[open] form")
        assert fault is not None
        assert words is not None
        assert words.get_text().strip() == HOSTILE
        assert opened is not None
        assert str(opened["action"]).endswith("/on_hold")
        assert soup.select_one("a[href='#on_hold-hold_until']") is not None
        assert now_stands(number).status is Status.SENT

    @pytest.mark.parametrize("wrong", ["31 juni", "2026-13-40", "imorgon"])
    def test_date_that_is_none_is_told_at_its_field(
        self, wrong: str, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        number = make_finding(walk, status=Status.SENT).number
        sign_in(client, coordinator)

        soup = page(
            client.post(
                f"/brister/{number}/steg/planned",
                data={"planned-version": version_of(number), "planned-planned_on": wrong},
            ),
            422,
        )

        assert soup.select_one("#planned-planned_on-error") is not None

    def test_sending_takes_a_candidate_or_any_other_organisation(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        number, responsible = make_finding(walk, status=Status.TRIAGED).number, str(organisation.id)
        sign_in(client, coordinator)
        nobody = page(
            client.post(
                f"/brister/{number}/steg/sent",
                data={
                    "sent-version": version_of(number),
                },
            ),
            422,
        )
        assert nobody.select_one("#sent-responsible_id-error") is not None

        client.post(
            f"/brister/{number}/steg/sent",
            data={
                "sent-version": version_of(number),
                "sent-responsible_id": responsible,
                "sent-due_on": day(10),
            },
        )

        sent = now_stands(number)
        assert (sent.status, str(sent.responsible_id), str(sent.due_on)) == (
            Status.SENT,
            responsible,
            day(10),
        )

    def test_resending_proposes_whoever_had_it_first_and_ticked(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        ruled = make_organisation("Regelbolaget")
        save_rule(SYSTEM, None, RuleValues(ruled.id))
        responsible = str(organisation.id)
        number = make_finding(walk, status=Status.REOPENED, responsible_id=organisation.id).number
        sign_in(client, coordinator)

        soup = page(client.get(f"/brister/{number}"))
        radios = soup.select("[name=sent-candidate]")
        sent = client.post(
            f"/brister/{number}/steg/sent",
            data={
                "sent-version": version_of(number),
                "sent-candidate": str(radios[0]["value"]),
                "sent-due_on": day(9),
            },
        )

        assert [radio["value"] for radio in radios] == [responsible, str(ruled.id), "other"]
        assert [radio["value"] for radio in radios if radio.has_attr("checked")] == [responsible]
        assert sent.status_code == 302
        assert str(now_stands(number).responsible_id) == responsible

    def test_fix_is_reported_with_a_photo(
        self, client: FlaskClient, sign_in: SignIn, owner: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        number = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        sign_in(client, owner)
        fields = {"reported_fixed-version": version_of(number), "reported_fixed-fixed_on": day()}
        bare = page(client.post(f"/brister/{number}/steg/reported_fixed", data=fields), 422)
        assert bare.select_one("#reported_fixed-photos-error") is not None

        client.post(
            f"/brister/{number}/steg/reported_fixed",
            data={
                "reported_fixed-version": version_of(number),
                **fields,
                "reported_fixed-photos": (io.BytesIO(JPEG.read_bytes()), "efter.jpg"),
            },
        )

        assert now_stands(number).status is Status.REPORTED_FIXED
        assert len(now_stands(number).photos) == 1

    def test_photo_is_kept_when_another_field_is_at_fault(
        self, client: FlaskClient, sign_in: SignIn, owner: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        number = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        sign_in(client, owner)
        soup = page(
            client.post(
                f"/brister/{number}/steg/reported_fixed",
                data={
                    "reported_fixed-version": version_of(number),
                    "reported_fixed-fixed_on": day(3),
                    "reported_fixed-photos": (io.BytesIO(JPEG.read_bytes()), "efter.jpg"),
                },
            ),
            422,
        )
        note = soup.select_one("input[name='reported_fixed-kept_photos']")
        assert note is not None

        client.post(
            f"/brister/{number}/steg/reported_fixed",
            data={
                "reported_fixed-version": version_of(number),
                "reported_fixed-fixed_on": day(),
                "reported_fixed-kept_photos": str(note["value"]),
            },
        )

        assert now_stands(number).status is Status.REPORTED_FIXED

    def test_second_of_two_is_told_what_the_first_did(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        owner: Actor,
        walk: Walk,
        organisation: Organisation,
    ) -> None:
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id)
        number, seen = finding.number, finding.version
        move(owner, number, Status.PLANNED, Given(planned_on=today(), words="Byts på torsdag"))
        sign_in(client, coordinator)

        response = client.post(
            f"/brister/{number}/steg/on_hold?lang=en",
            data={"on_hold-version": str(seen), "on_hold-words": "Tjäle", "on_hold-hold_until": day(9)},
        )

        soup = page(response, 409)
        summary = soup.select_one(".error-summary")
        words = soup.select_one("#on_hold-words")
        assert summary is not None
        assert "Responsible organisation" in summary.get_text()
        assert "Byts på torsdag" in summary.get_text()
        assert words is not None
        assert words.get_text().strip() == "Tjäle"
        assert now_stands(number).status is Status.PLANNED

    def test_words_are_not_lost_when_the_step_is_no_longer_open(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        owner: Actor,
        walk: Walk,
        organisation: Organisation,
    ) -> None:
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id)
        number, seen = finding.number, finding.version
        move(owner, number, Status.NOT_OURS, Given(words="Trafikkontorets"))
        sign_in(client, coordinator)

        response = client.post(
            f"/brister/{number}/steg/on_hold",
            data={
                "on_hold-version": str(seen),
                "on_hold-words": "Väntar på tjälen",
                "on_hold-hold_until": day(9),
            },
        )

        shown = [line.get_text() for line in page(response, 409).select("#lost dd")]
        assert shown == [day(9), "Väntar på tjälen"]

    def test_photos_and_choices_are_not_lost_when_the_step_is_no_longer_open(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        field: Actor,
        walk: Walk,
    ) -> None:
        finding = make_finding(walk, status=Status.REPORTED_FIXED)
        number, seen = finding.number, finding.version
        move(field, number, Status.VERIFIED, Given(how=VerificationMethod.ON_SITE))
        sign_in(client, coordinator)

        response = client.post(
            f"/brister/{number}/steg/verified",
            data={
                "verified-version": str(seen),
                "verified-how": "on_site",
                "verified-photos": (io.BytesIO(JPEG.read_bytes()), "lyser.jpg"),
            },
        )

        soup = page(response, 409)
        shown = [line.get_text() for line in soup.select("#lost dd")]
        assert shown == ["on site"]
        form = soup.select_one("#lost-photos form")
        assert form is not None
        note = form.select_one("[name=kept_photos]")
        assert note is not None
        client.post(str(form["action"]), data={"kept_photos": str(note["value"])})
        assert len(now_stands(number).photos) == 1

    def test_owner_who_hands_back_lands_on_their_list(
        self, client: FlaskClient, sign_in: SignIn, owner: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        number = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        sign_in(client, owner)

        response = client.post(
            f"/brister/{number}/steg/not_ours",
            data={"not_ours-version": version_of(number), "not_ours-words": "Fel mark"},
        )

        assert response.location == "/brister"
        page(client.get("/brister"))

    def test_who_may_not_gets_403_and_outsider_404(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        analyst: Actor,
        outsider: Actor,
        coordinator: Actor,
        walk: Walk,
    ) -> None:
        number = make_finding(walk, status=Status.SENT).number
        own = make_finding(walk, status=Status.REPORTED_FIXED, fixed_by=coordinator.user_id).number
        sign_in(client, analyst)
        page(client.post(f"/brister/{number}/steg/acknowledged"), 403)
        page(client.post("/brister/flera?to=sent", data={"number": number}), 403)
        sign_in(client, outsider)
        page(client.post(f"/brister/{number}/steg/acknowledged"), 404)
        sign_in(client, coordinator)
        page(
            client.post(
                f"/brister/{number}/steg/not_ours",
                data={"not_ours-version": version_of(number), "not_ours-words": "x"},
            ),
            403,
        )
        page(client.post(f"/brister/{number}/steg/nonsense"), 404)
        page(client.post(f"/brister/{own}/steg/verified", data={"verified-how": "on_site"}), 403)


class TestVersion:
    @pytest.mark.parametrize(
        ("action", "prefix", "fields"),
        [
            ("steg/acknowledged", "acknowledged", {}),
            ("uppgifter", "record", {"case_number": "SJD 1", "level": "internal"}),
            ("rattelse", "correction", {"words": "Fel brist"}),
        ],
    )
    @pytest.mark.parametrize("version", ["", "nonsense"])
    def test_form_that_says_no_version_is_shown_again_with_the_one_of_now(
        self,
        action: str,
        prefix: str,
        fields: dict[str, str],
        version: str,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        walk: Walk,
        organisation: Organisation,
    ) -> None:
        number = make_finding(walk, status=Status.TRIAGED).number
        move(coordinator, number, Status.SENT, Given(responsible_id=organisation.id))
        stands = version_of(number)
        sign_in(client, coordinator)
        data = {f"{prefix}-{name}": value for name, value in fields.items()}

        soup = page(
            client.post(f"/brister/{number}/{action}", data={**data, f"{prefix}-version": version}), 422
        )

        assert version_of(number) == stands
        assert soup.select_one("[data-error-summary] li") is not None
        versions = {str(one["value"]) for one in soup.select("input[name$='-version']")}
        assert versions == {stands}
        again = client.post(f"/brister/{number}/{action}", data={**data, f"{prefix}-version": stands})
        assert again.status_code == 302


class TestRecordAndCorrection:
    def test_numbers_and_level_are_kept_and_found_again(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        number = make_finding(walk).number
        sign_in(client, coordinator)

        client.post(
            f"/brister/{number}/uppgifter",
            data={
                "record-version": version_of(number),
                "record-fault_number": "TT-99",
                "record-case_number": "SJD 2026/12",
                "record-level": "protected",
                "record-remedy_type": "",
            },
        )

        kept = now_stands(number)
        assert (kept.fault_number, kept.case_number, kept.level) == ("TT-99", "SJD 2026/12", Level.PROTECTED)
        assert "tt-99" in kept.search_text

    def test_type_of_remedy_is_set_back_to_not_decided(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        finding = make_finding(walk, remedy_type=RemedyType.PLANNED, work_order="AO 1")
        number, seen = finding.number, str(finding.version)
        sign_in(client, coordinator)

        client.post(
            f"/brister/{number}/uppgifter",
            data={
                "record-version": seen,
                "record-work_order": "AO 1",
                "record-level": "internal",
                "record-remedy_type": "",
            },
        )

        kept = now_stands(number)
        assert (kept.remedy_type, kept.work_order, kept.level) == (None, "AO 1", Level.INTERNAL)

    def test_owner_keeps_only_their_work_order(
        self, client: FlaskClient, sign_in: SignIn, owner: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        number = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        sign_in(client, owner)
        fields = {
            "record-version": version_of(number),
            "record-work_order": "AO 4711",
            "record-level": "public",
            "record-fault_number": "x",
        }

        client.post(f"/brister/{number}/uppgifter", data=fields)

        kept = now_stands(number)
        assert (kept.work_order, kept.level, kept.fault_number) == ("AO 4711", Level.INTERNAL, "")

    def test_mistake_is_taken_back(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        number = make_finding(walk, status=Status.SENT).number
        move(coordinator, number, Status.ACKNOWLEDGED)
        sign_in(client, coordinator)
        assert (
            page(
                client.post(f"/brister/{number}/rattelse", data={"correction-version": version_of(number)}),
                422,
            ).select_one("#correction-words-error")
            is not None
        )

        client.post(
            f"/brister/{number}/rattelse",
            data={"correction-version": version_of(number), "correction-words": "Fel brist"},
        )

        assert now_stands(number).status is Status.SENT
        assert "Fel brist" in page(client.get(f"/brister/{number}")).get_text()


class TestSeveral:
    def test_chosen_ones_are_sent_at_once(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        numbers = [make_finding(walk, status=Status.TRIAGED).number for _ in range(3)]
        responsible = str(organisation.id)
        sign_in(client, coordinator)
        asked = page(client.get("/brister/flera", query_string={"to": "sent", "number": numbers}))
        assert len(asked.select("input[name=number][checked]")) == 3
        label = asked.select_one("label[for=responsible_id]")
        assert label is not None
        assert label.get_text(strip=True) == "Organisation"

        response = client.post(
            "/brister/flera",
            data={
                "to": "sent",
                "number": numbers,
                "responsible_id": responsible,
                "back": "/brister?site=kista-centrum",
            },
        )

        assert response.location == "/brister?site=kista-centrum"
        assert {now_stands(number).status for number in numbers} == {Status.SENT}

    def test_each_that_cannot_be_moved_says_why_and_stays(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        ready = make_finding(walk, status=Status.TRIAGED).number
        new = make_finding(walk).number
        responsible = str(organisation.id)
        sign_in(client, coordinator)

        response = client.post(
            "/brister/flera?lang=en",
            data={"to": "sent", "number": [ready, new], "responsible_id": responsible, "words": "Se foto"},
        )

        soup = page(response, 422)
        assert [str(box["value"]) for box in soup.select("input[name=number]")] == [new]
        assert "not open where the finding stands" in soup.get_text()
        assert "1 finding is now" in soup.get_text()
        assert soup.select_one("#words") is not None
        assert "Se foto" in soup.get_text()
        assert (now_stands(ready).status, now_stands(new).status) == (Status.SENT, Status.NEW)

    def test_what_every_one_lacks_stands_at_its_field(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        numbers = [make_finding(walk, status=Status.SENT).number for _ in range(2)]
        sign_in(client, coordinator)

        soup = page(client.post("/brister/flera", data={"to": "planned", "number": numbers}), 422)

        assert soup.select_one("#planned_on-error") is not None

    def test_nothing_chosen_goes_back_with_a_word(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        make_finding(walk)
        sign_in(client, coordinator)

        response = client.get("/brister/flera?to=sent&back=https://example.com")

        assert response.status_code == 302
        assert "example.com" not in response.location

    def test_what_the_person_may_not_see_is_not_named(
        self, client: FlaskClient, sign_in: SignIn, owner: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        hidden = make_finding(walk, title="Hemlig lampa").number
        mine = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        sign_in(client, owner)

        soup = page(
            client.get("/brister/flera", query_string={"to": "acknowledged", "number": [hidden, mine]})
        )

        assert "Hemlig lampa" not in soup.get_text()
        assert len(soup.select("input[name=number]")) == 1
