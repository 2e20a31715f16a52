"""The list of findings and the page of one, as people see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.db import now
from app.i18n import today
from app.models.accounts import Organisation, Role
from app.models.findings import Level, Severity, Status, VerificationMethod
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import Actor
from app.services.corrections import correct
from app.services.needs import Given
from app.services.photos import Upload
from app.services.remedies import move
from tests.builders import NOON, make_finding, make_organisation, make_user, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
PHOTO = Upload("a" * 64, "image/jpeg", 400, 300, None, None, None)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def listed(soup: BeautifulSoup) -> list[str]:
    return [str(row.a["href"]).rsplit("/", 1)[1] for row in soup.select("tr[data-row]") if row.a]


class TestList:
    def test_address_holds_the_filter(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        late = make_finding(
            walk,
            status=Status.SENT,
            responsible_id=organisation.id,
            due_on=today() - timedelta(days=1),
        ).number
        make_finding(walk)
        address = f"/brister?status=open&site=kista-centrum&owner={organisation.id}&overdue=1&lang=en"
        sign_in(client, coordinator)

        soup = page(client.get(address))

        assert listed(soup) == [late]
        assert "Open in Kista centrum with Bostadsbolag A, overdue:" in soup.get_text(" ", strip=True)
        chosen = {
            str(field["name"]): field.find("option", selected=True)
            for field in soup.select(".filters select")
        }
        assert chosen["site"] is not None
        assert chosen["site"]["value"] == "kista-centrum"
        assert soup.select_one("input[name=overdue][checked]") is not None

    def test_open_ones_are_shown_where_nothing_is_asked(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        new = make_finding(walk).number
        make_finding(walk, status=Status.CLOSED)
        sign_in(client, coordinator)

        assert listed(page(client.get("/brister"))) == [new]

    @pytest.mark.parametrize(
        "query",
        ["status=nonsense", "owner=x", "severity=dreadful", "sort=magic", "site=nowhere", "after=x&before=y"],
    )
    def test_filter_that_means_nothing_is_passed_over(
        self, query: str, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        new = make_finding(walk).number
        sign_in(client, coordinator)

        assert listed(page(client.get(f"/brister?{query}"))) == [new]

    def test_pages_keep_the_filter(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        for minute in range(52):
            make_finding(walk, category="skrap", reported_at=NOON + timedelta(minutes=minute))
        make_finding(walk, category="belysning", reported_at=NOON)
        sign_in(client, coordinator)

        first = page(client.get("/brister?category=skrap"))
        older = first.select_one("a[rel=next]")
        assert older is not None
        second = page(client.get(str(older["href"])))
        newer = second.select_one("a[rel=prev]")
        assert newer is not None

        assert (len(listed(first)), len(listed(second))) == (50, 2)
        assert listed(page(client.get(str(newer["href"])))) == listed(first)

    def test_what_people_wrote_is_shown_as_typed(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        make_finding(walk, title="<script>alert(1)</script>", place_words="“bron” & <b>")
        sign_in(client, coordinator)

        soup = page(client.get("/brister?text=%3Cimg+src%3Dx%3E&status=all"))
        assert soup.find("img", src="x") is None
        soup = page(client.get("/brister"))
        assert "<script>alert(1)</script>" in soup.get_text()

    def test_owner_sees_only_their_own(
        self, client: FlaskClient, sign_in: SignIn, owner: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        theirs = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        make_finding(walk)
        sign_in(client, owner)

        assert listed(page(client.get("/brister"))) == [theirs]

    def test_nothing_found_says_what_to_do(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        sign_in(client, coordinator)

        soup = page(client.get("/brister?text=finns+inte"))

        link = soup.select_one(".empty a")
        assert link is not None
        assert "status=all" in str(link["href"])


class TestOne:
    def test_outsider_gets_404(
        self, client: FlaskClient, sign_in: SignIn, outsider: Actor, walk: Walk
    ) -> None:
        finding = make_finding(walk).number
        sign_in(client, outsider)

        page(client.get(f"/brister/{finding}"), 404)
        page(client.get("/brister/KISTA-1999-0001"), 404)
        page(client.get("/brister/%00"), 404)

    def test_number_is_found_in_any_case(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        finding = make_finding(walk).number
        sign_in(client, coordinator)

        page(client.get(f"/brister/{finding.lower()}"))

    def test_place_is_told_in_words_and_both_systems(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        finding = make_finding(walk, place_words="Vid trappan", accuracy_m=8.4).number
        sign_in(client, coordinator)

        text = page(client.get(f"/brister/{finding}")).get_text(" ", strip=True)

        assert "Vid trappan" in text
        assert "N 59.40370, E 17.94210" in text
        assert "± 8 m" in text
        assert "SWEREF 99 18 00 N 658" in text

    def test_place_in_words_alone_is_enough(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        finding = make_finding(walk, lon=None, lat=None, quadkey=None, place_words="Vid trappan").number
        sign_in(client, coordinator)

        soup = page(client.get(f"/brister/{finding}"))

        assert soup.select_one(".svg-map") is None

    def test_next_steps_are_those_of_the_person(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        owner: Actor,
        analyst: Actor,
        walk: Walk,
        organisation: Organisation,
    ) -> None:
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number

        def steps(actor: Actor) -> set[str]:
            sign_in(client, actor)
            soup = page(client.get(f"/brister/{finding}"))
            actions = [str(form["action"]) for form in soup.select("form[action*='/steg/']")]
            return {action.rsplit("/", 1)[1] for action in actions}

        assert steps(owner) >= {"not_ours", "declined_proposed", "planned", "reported_fixed"}
        assert "not_ours" not in steps(coordinator)
        assert steps(analyst) == set()

    def test_page_of_every_status_is_sound(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        sign_in(client, coordinator)
        for status in Status:
            finding = make_finding(
                walk,
                status=status,
                responsible_id=organisation.id,
                severity=Severity.ACUTE,
                planned_on=today(),
                hold_until=today(),
                verified_at=now(),
                verified_how=VerificationMethod.PHOTO,
                closed_reason="cost" if status is Status.WONT_FIX else "",
                level=Level.PROTECTED,
            ).number

            page(client.get(f"/brister/{finding}"))

    def test_history_tells_function_and_who_acted_or_was_sent_it_but_no_name(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        field: Actor,
        owner: Actor,
        walk: Walk,
        organisation: Organisation,
    ) -> None:
        finding = make_finding(walk, status=Status.TRIAGED).number
        move(
            coordinator,
            finding,
            Status.SENT,
            Given(responsible_id=organisation.id, words="Se stolpe 14"),
        )
        move(owner, finding, Status.ACKNOWLEDGED)
        move(coordinator, finding, Status.REPORTED_FIXED, Given(fixed_on=today()), [PHOTO])
        move(field, finding, Status.REOPENED, Given(words="Kvar"))
        sign_in(client, owner)

        soup = page(client.get(f"/brister/{finding}?lang=en"))

        said = [" ".join(row.get_text().split()) for row in soup.select(".history p.muted")]
        assert [row.split(" · ", 1)[1] for row in said] == [
            "Field staff",
            "Coordinator",
            "Responsible organisation · Bostadsbolag A",
            "Coordinator · to Bostadsbolag A",
        ]
        assert "Se stolpe 14" in soup.get_text()
        assert "Namn" not in soup.get_text()

    def test_the_next_organisation_reads_nothing_of_what_the_one_before_answered(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        owner: Actor,
        walk: Walk,
        organisation: Organisation,
    ) -> None:
        other = make_organisation("Trafikkontoret")
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        secret = Given(planned_on=today(), words="Internt pris", work_order="WO-77")
        move(owner, finding, Status.PLANNED, secret)
        move(owner, finding, Status.NOT_OURS, Given(words="Tvist om gränsen"))
        move(coordinator, finding, Status.SENT, Given(responsible_id=other.id, words="Se stolpe 14"))
        sign_in(client, make_user(Role.OWNER, organisation_id=other.id))

        read = client.get(f"/brister/{finding}").get_data(as_text=True)

        assert "Se stolpe 14" in read
        assert [
            words for words in ("Internt pris", "WO-77", "Tvist", "Bostadsbolag A") if words in read
        ] == []
        sign_in(client, coordinator)
        assert "Tvist om gränsen" in client.get(f"/brister/{finding}").get_data(as_text=True)

    def test_what_repeats_a_protected_one_does_not_tell_its_number(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, analyst: Actor, walk: Walk
    ) -> None:
        hidden, repeat = make_finding(walk, level=Level.PROTECTED), make_finding(walk)
        move(coordinator, repeat.number, Status.DUPLICATE, Given(duplicate_of=hidden.number.lower()))
        sign_in(client, analyst)
        assert hidden.number.upper() not in client.get(f"/brister/{repeat.number}").text.upper()
        sign_in(client, coordinator)
        assert client.get(f"/brister/{repeat.number}").text.count(hidden.number) == 3

    def test_step_taken_by_mistake_does_not_stand_as_passed(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        move(coordinator, finding, Status.PLANNED, Given(planned_on=today()))
        correct(coordinator, finding, "Fel brist")
        move(coordinator, finding, Status.REPORTED_FIXED, Given(fixed_on=today()), [PHOTO])
        sign_in(client, coordinator)

        soup = page(client.get(f"/brister/{finding}"))

        skipped = " ".join(step.get_text() for step in soup.select(".status-line .skipped"))
        assert "Planned" in skipped
        assert "New" not in skipped

    def test_before_and_after_stand_apart(
        self, client: FlaskClient, sign_in: SignIn, owner: Actor, walk: Walk, organisation: Organisation
    ) -> None:
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        move(owner, finding, Status.REPORTED_FIXED, Given(fixed_on=today()), [PHOTO])
        sign_in(client, owner)

        soup = page(client.get(f"/brister/{finding}"))

        assert len(soup.select(".before-after > div")) == 2

    @pytest.mark.parametrize(
        ("by_owner", "said"), [(True, "According to Bostadsbolag A"), (False, "According to coordinator")]
    )
    def test_photo_after_tells_whose_word_it_is(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        owner: Actor,
        walk: Walk,
        organisation: Organisation,
        by_owner: bool,
        said: str,
    ) -> None:
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id).number
        reporter = owner if by_owner else coordinator
        move(reporter, finding, Status.REPORTED_FIXED, Given(fixed_on=today()), [PHOTO])
        sign_in(client, coordinator)

        soup = page(client.get(f"/brister/{finding}"))

        assert soup.select(".before-after p.muted")[1].get_text().startswith(f"{said},")

    def test_text_for_the_citys_channel_is_ready_to_paste(
        self, client: FlaskClient, sign_in: SignIn, coordinator: Actor, walk: Walk
    ) -> None:
        finding = make_finding(walk, item="slackt", place_words="Vid trappan", asset_number="S-14").number
        sign_in(client, coordinator)

        field = page(client.get(f"/brister/{finding}?lang=en")).select_one("#fault-text")

        assert field is not None
        assert field.has_attr("readonly")
        text = field.get_text()
        assert text.startswith("Belysning: släckt\nPlats: Vid trappan\nLäge: N 65")
        assert text.endswith(f"S-14\nVårt nummer: {finding} (Kista centrum)")


def test_signed_out_visitor_is_sent_to_sign_in(client: FlaskClient, walk: Walk) -> None:
    finding = make_finding(walk).number

    for address in ("/brister", f"/brister/{finding}"):
        response = client.get(address)
        assert response.status_code == 302
        assert "/logga-in" in response.location
