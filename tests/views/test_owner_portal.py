"""The pages that owners open by a link: what they see, what they answer, and what a bad link is told."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from app import jobs, storage
from app.db import change, now, session
from app.i18n import today
from app.models.accounts import Organisation, Role
from app.models.comments import Audience, Comment
from app.models.findings import Finding, Level, Status
from app.models.jobs import Job
from app.models.owner_links import OwnerLink
from app.models.photos import Photo
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from app.services import owner_links
from app.services.needs import Given
from app.services.photos import attach, take_in
from app.services.remedies import move
from tests.api.tus import jpeg
from tests.builders import make_finding, make_organisation, make_walk
from tests.views.pages import page
from tests.views.test_query_counts import statements

SignIn = Callable[[FlaskClient, Actor], None]
JPEG = Path(__file__).parents[1] / "data" / "photos" / "Landscape_1.jpg"
HOSTILE = "<img src=x onerror=alert(1)> ’ åäö"


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email="fel@bostad.example")


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def number(walk: Walk, organisation: Organisation) -> str:
    return sent(walk, organisation)


@pytest.fixture
def home(organisation: Organisation) -> str:
    """The path of a link for the organisation."""
    return path_for(organisation)


def sent(walk: Walk, organisation: Organisation, **values: object) -> str:
    return make_finding(
        walk, **{"status": Status.SENT, "responsible_id": organisation.id, "due_on": today(), **values}
    ).number


def path_for(organisation: Organisation, number: str | None = None, **values: Any) -> str:
    finding_id = find(number).id if number else None
    with change(SYSTEM, None) as making:
        link = owner_links.make_link(making, organisation.id, "fel@bostad.example", finding_id)
        for name, value in values.items():
            setattr(link, name, value)
    return owner_links.address_of(link).removeprefix("http://localhost")


def find(number: str) -> Finding:
    session().rollback()  # so that it is read anew
    return session().scalars(select(Finding).where(Finding.number == number)).one()


def day(days: int = 0) -> str:
    return (today() + timedelta(days=days)).isoformat()


def based_on(number: str, to: str) -> dict[str, str]:
    return {f"{to}-version": str(find(number).version)}


def add_photo(number: str) -> str:
    """The path of its small size below the finding."""
    finding = find(number)
    upload = take_in(JPEG.read_bytes())
    with change(SYSTEM, None) as adding:
        [photo_id] = attach(adding, finding, [upload])
    jobs.run_due()
    return f"/brister/{number}/foton/{photo_id}/400.jpg"


def heading(soup: BeautifulSoup) -> str:
    assert soup.h1 is not None
    return soup.h1.get_text(" ", strip=True)


class TestList:
    def test_shows_own_findings_soonest_due_first(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        later, sooner = (sent(walk, organisation, due_on=today() + timedelta(days=n)) for n in (9, 2))
        undated = sent(walk, organisation, due_on=None)
        theirs = sent(walk, make_organisation("B"))
        hidden = sent(walk, organisation, level=Level.PROTECTED)
        fixed = sent(walk, organisation, status=Status.CLOSED)

        answer = client.get(home)

        soup = page(answer)
        assert heading(soup) == "Bostadsbolag A: 3 findings wait for you"
        shown = [card.get_text() for card in soup.select(".owner-cards article")]
        assert [next(n for n in (sooner, later, undated) if n in card) for card in shown] == [
            sooner,
            later,
            undated,
        ]
        assert not [n for n in (theirs, hidden, fixed) if n in answer.text]
        assert len(soup.select(".site-svg .map-pin")) == 3
        assert fixed in client.get(f"{home}?visa=done").text

    def test_what_is_over_is_not_called_done_where_it_was_not_fixed(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        for status in (Status.WONT_FIX, Status.VERIFIED):
            sent(walk, organisation, status=status, closed_reason="cost")
        client.set_cookie("language", "sv")
        soup = page(client.get(f"{home}?visa=done"))
        tab = soup.select_one(".owner-groups [aria-current]")
        assert tab is not None
        assert tab.get_text(strip=True) == "Avslutade (2)"
        badges = {badge.get_text(strip=True) for badge in soup.select(".owner-cards .badge")}
        assert badges == {"Åtgärdas inte", "Kontrollerad"}

    def test_goes_on_where_it_stopped(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        numbers = {sent(walk, organisation, due_on=today() + timedelta(days=n // 3)) for n in range(30)}
        first = page(client.get(home))
        more = first.select_one("a[rel=next]")
        assert more is not None
        second = page(client.get(str(more["href"])))
        seen = [
            next(n for n in numbers if n in card.get_text())
            for soup in (first, second)
            for card in soup.select("article")
        ]
        assert len(seen) == 30
        assert set(seen) == numbers

    def test_only_open_answers_stand_on_a_card(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        sent(walk, organisation, status=Status.IN_PROGRESS)
        links = [str(a["href"]) for a in page(client.get(home)).select(".owner-answers a")]
        assert [link.split("svar=")[1].split("#")[0] for link in links] == [
            "planned",
            "reported_fixed",
            "declined_proposed",
        ]

    def test_every_card_leads_to_its_own_finding(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        numbers = {sent(walk, organisation) for _ in range(3)}
        cards = page(client.get(home)).select(".owner-cards article")
        found = [next(n for n in numbers if n in card.get_text()) for card in cards]
        assert set(found) == numbers
        for number, card in zip(found, cards, strict=True):
            addresses = {str(a["href"]).split("?")[0] for a in card.select("a")}
            assert addresses == {f"{home}/brister/{number}"}
            hidden = {one.get_text(strip=True) for one in card.select(".owner-answers .visually-hidden")}
            assert hidden == {f"({number})"}

    def test_card_shows_the_first_photo_that_can_be_shown(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str, number: str
    ) -> None:
        unready, first = sent(walk, organisation), add_photo(number)
        small = jpeg()
        with change(SYSTEM, None) as adding:
            for one in adding.session.scalars(select(Finding)):
                attach(adding, one, [take_in(small)])
            earlier = adding.session.scalars(select(Photo).where(Photo.sha256 == sha256(small).hexdigest()))
            for photo in earlier:
                photo.received_at = now() - timedelta(days=1)
        assert not any(photo.sizes for photo in find(unready).photos)
        pictures = [str(image["src"]) for image in page(client.get(home)).select(".owner-cards img")]
        assert pictures == [home + first]

    def test_many_findings_take_no_more_statements_than_a_few(
        self,
        database: Engine,
        client: FlaskClient,
        walk: Walk,
        organisation: Organisation,
        home: str,
        number: str,
    ) -> None:
        client.get(home)  # what is read once a process is read
        few = statements(database, client, home)
        for _ in range(8):
            sent(walk, organisation)
        assert len(statements(database, client, home)) == len(few)

    def test_nothing_waiting_is_said(self, client: FlaskClient, home: str) -> None:
        soup = page(client.get(home))
        assert heading(soup) == "Bostadsbolag A: nothing waits for you"
        assert soup.select_one(".empty") is not None

    def test_looking_writes_nothing(self, client: FlaskClient, home: str, number: str) -> None:
        from app.models.audit import AuditEvent

        def traces() -> tuple[int, object]:
            session().rollback()
            return len(session().scalars(select(AuditEvent)).all()), session().scalars(
                select(OwnerLink.used_at)
            ).all()

        before = traces()
        for path in ("", f"/brister/{number}", "/brister.csv", f"/flera?to=planned&number={number}~1"):
            assert client.get(home + path).status_code == 200
            assert client.get(home + path).status_code == 200
        assert traces() == before


class TestPrivacy:
    def test_every_answer_keeps_the_address_to_itself(
        self, client: FlaskClient, home: str, number: str
    ) -> None:
        paths = ["", f"/brister/{number}", "/brister.csv", "/brister/FINNS-INTE", add_photo(number)]
        for path in paths:
            headers = client.get(home + path).headers
            assert headers["Referrer-Policy"] == "strict-origin", path
            assert "noindex" in headers["X-Robots-Tag"], path
            assert headers["Cache-Control"] == "no-store", path

    def test_page_calls_nobody_signed_in_and_names_no_other_host(
        self, client: FlaskClient, home: str, number: str
    ) -> None:
        soup = page(client.get(f"{home}/brister/{number}"))
        for tag in soup.select("a[href], img[src], form[action], link[href], script[src]"):
            address = str(tag.get("href") or tag.get("src") or tag.get("action"))
            assert address.startswith(("/", "#")), address

    def test_forms_need_their_secret_and_work_on_https(
        self, app: APIFlask, client: FlaskClient, home: str, number: str
    ) -> None:
        app.config["WTF_CSRF_ENABLED"] = True
        try:
            path = f"{home}/brister/{number}"
            given = {"planned-planned_on": day(3), **based_on(number, "planned")}
            assert client.post(f"{path}/svar/planned", data=given).status_code == 400
            soup = page(client.get(path, base_url="https://localhost"))
            secret = soup.select_one("input[name=csrf_token]")
            assert secret is not None
            answer = client.post(
                f"{path}/svar/planned",
                data={**given, "csrf_token": str(secret["value"])},
                base_url="https://localhost",
                headers={"Referer": "https://localhost/"},  # all that strict-origin lets a browser say
            )
        finally:
            app.config["WTF_CSRF_ENABLED"] = False
        assert answer.status_code == 302
        assert find(number).status is Status.PLANNED

    def test_photos_are_shown_for_own_findings_only(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str, number: str
    ) -> None:
        other = sent(walk, make_organisation("B"))
        contractor = path_for(organisation, sent(walk, organisation))
        ours, theirs = add_photo(number), add_photo(other)
        shown = client.get(home + ours)
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
        assert client.get(home + theirs).status_code == 404
        # Not by naming a finding of one's own, nor without the link.
        assert client.get(home + theirs.replace(other, number)).status_code == 404
        assert client.get(ours).status_code == 302
        assert client.get(contractor + ours).status_code == 404


class TestAnswers:
    def test_page_says_what_follows_from_each(self, client: FlaskClient, home: str, number: str) -> None:
        soup = page(client.get(f"{home}/brister/{number}?svar=not_ours"))
        steps = soup.select("#answers details")
        assert [str(form["action"]).rsplit("/", 1)[1] for form in soup.select("#answers form")] == [
            "planned",
            "reported_fixed",
            "not_ours",
            "declined_proposed",
            "acknowledged",
            "on_hold",
            "needs_investment",
        ]
        assert all(step.select_one("p.muted") for step in steps)
        own_number = soup.select_one("label[for=planned-work_order]")
        assert own_number is not None
        assert own_number.get_text().startswith("Your own work order number")
        assert ["open" in step.attrs for step in steps].index(True) == 2

    def test_plan_with_date_and_own_number(self, client: FlaskClient, home: str, number: str) -> None:
        answer = client.post(
            f"{home}/brister/{number}/svar/planned",
            data={
                **based_on(number, "planned"),
                "planned-planned_on": day(5),
                "planned-work_order": "AO-77",
                "planned-words": HOSTILE,
            },
        )
        assert answer.location == f"{home}/brister/{number}"
        soup = page(client.get(answer.location))
        assert soup.select_one(".message.success") is not None
        finding = find(number)
        assert (finding.status, str(finding.planned_on), finding.work_order) == (
            Status.PLANNED,
            day(5),
            "AO-77",
        )
        step = finding.history[-1]
        link = session().scalars(select(OwnerLink)).one()
        assert (step.actor_role, step.actor_id) == (Role.OWNER, link.id)
        assert link.used_at is not None

    def test_date_in_the_past_is_told_at_its_field(self, client: FlaskClient, home: str, number: str) -> None:
        soup = page(
            client.post(
                f"{home}/brister/{number}/svar/planned",
                data={
                    **based_on(number, "planned"),
                    "planned-planned_on": day(-1),
                    "planned-words": HOSTILE,
                },
            ),
            422,
        )
        words = soup.select_one("#planned-words")
        assert soup.select_one("#planned-planned_on-error") is not None
        assert words is not None
        assert words.get_text().strip() == HOSTILE
        assert find(number).status is Status.SENT

    def test_fix_takes_a_photo_and_when(self, client: FlaskClient, home: str, number: str) -> None:
        path, to = f"{home}/brister/{number}/svar/reported_fixed", "reported_fixed"
        bare = page(client.post(path, data={**based_on(number, to), f"{to}-fixed_on": day()}), 422)
        assert bare.select_one(f"#{to}-photos-error") is not None

        client.post(
            path,
            data={
                **based_on(number, to),
                f"{to}-fixed_on": day(),
                f"{to}-photos": (io.BytesIO(JPEG.read_bytes()), "efter.jpg"),
            },
        )

        assert find(number).status is Status.REPORTED_FIXED
        assert len(find(number).photos) == 1
        assert find(number).fixed_by == session().scalars(select(OwnerLink.id)).one()

    def test_a_refused_form_keeps_no_more_photos_than_a_form_takes(
        self, client: FlaskClient, home: str, number: str
    ) -> None:
        path, to = f"{home}/brister/{number}/svar/reported_fixed", "reported_fixed"
        files = [jpeg() + bytes([n]) for n in range(60)]
        photos = [(io.BytesIO(data), f"{n}.jpg") for n, data in enumerate(files)]

        soup = page(client.post(path, data={**based_on(number, to), f"{to}-photos": photos}), 422)

        assert [storage.files().exists(sha256(data).hexdigest()) for data in files] == [True] * 20 + [
            False
        ] * 40
        told = soup.select_one(f"#{to}-photos-error")
        assert told is not None
        assert "40 were not taken" in told.get_text()
        kept = soup.select_one(f"[name={to}-kept_photos]")
        assert kept is not None
        data = {**based_on(number, to), f"{to}-fixed_on": day(), f"{to}-kept_photos": kept["value"]}
        assert client.post(path, data=data).status_code == 302
        assert len(find(number).photos) == 20

    def test_a_link_sends_only_so_much_whoever_holds_it(
        self, app: APIFlask, organisation: Organisation, home: str, number: str
    ) -> None:
        path = f"{home}/brister/{number}/svar/planned"
        given = {**based_on(number, "planned"), "planned-planned_on": "?", "planned-words": HOSTILE}
        for n in range(60):
            there = {"REMOTE_ADDR": f"192.0.2.{n}"}
            assert app.test_client().post(path, data=given, environ_overrides=there).status_code == 422
        assert app.test_client().get(home).status_code == 200

        answer = app.test_client().post(path, data={**given, "planned-planned_on": day(5)})

        soup = page(answer, 429)
        assert heading(soup) == "Very much was sent by this link in a short time"
        assert HOSTILE in soup.get_text()
        assert "You can send again from" in soup.get_text()
        assert soup.select_one(f'a.button[href="{home}"]') is not None
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert find(number).status is Status.SENT
        other = f"{path_for(organisation)}/brister/{number}/svar/planned"
        assert app.test_client().post(other, data=given).status_code == 422

    def test_not_ours_leaves_the_list_and_a_colleague_sees_why(
        self, client: FlaskClient, home: str, number: str
    ) -> None:
        given = {
            **based_on(number, "not_ours"),
            "not_ours-words": "Det är kommunens lampa",
            "not_ours-suggestion": "Trafikkontoret",
        }
        answer = client.post(f"{home}/brister/{number}/svar/not_ours", data=given)
        assert answer.location == home
        assert find(number).status is Status.NOT_OURS

        again = client.post(f"{home}/brister/{number}/svar/not_ours", data=given)

        soup = page(again, 404)
        assert heading(soup) == "This finding is no longer with you"
        assert "Det är kommunens lampa" in again.text

    def test_we_will_not_is_a_proposal_with_a_reason(
        self, client: FlaskClient, home: str, number: str
    ) -> None:
        path, to = f"{home}/brister/{number}/svar/declined_proposed", "declined_proposed"
        assert page(client.post(path, data=based_on(number, to)), 422).select_one(f"#{to}-words-error")

        client.post(path, data={**based_on(number, to), f"{to}-words": "För dyrt"})

        assert find(number).status is Status.DECLINED_PROPOSED

    def test_second_of_two_sees_what_the_first_did(
        self, client: FlaskClient, organisation: Organisation, home: str, number: str
    ) -> None:
        stale = based_on(number, "planned")
        first = path_for(organisation)
        client.post(
            f"{first}/brister/{number}/svar/on_hold",
            data={
                **based_on(number, "on_hold"),
                "on_hold-words": "Väntar på vår",
                "on_hold-hold_until": day(9),
            },
        )

        soup = page(
            client.post(
                f"{home}/brister/{number}/svar/planned",
                data={**stale, "planned-planned_on": day(5), "planned-words": "Vi tar det"},
            ),
            409,
        )

        alert = soup.select_one("[role=alert]")
        kept = soup.select_one("#planned-words")
        assert alert is not None
        assert "Väntar på vår" in alert.get_text()
        assert kept is not None
        assert kept.get_text().strip() == "Vi tar det"
        assert find(number).status is Status.ON_HOLD

    @pytest.mark.parametrize("status", [Status.CLOSED, Status.WONT_FIX, Status.VERIFIED])
    def test_answer_to_what_is_over_changes_nothing(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str, status: Status
    ) -> None:
        over = sent(walk, organisation, status=status)
        soup = page(
            client.post(
                f"{home}/brister/{over}/svar/planned",
                data={**based_on(over, "planned"), "planned-planned_on": day(5), "planned-words": "Nu då"},
            ),
            422,
        )
        lost = soup.select_one("#lost")
        assert lost is not None
        assert "Nu då" in lost.get_text()
        assert find(over).status is status

    def test_form_without_version_is_asked_again(self, client: FlaskClient, home: str, number: str) -> None:
        page(client.post(f"{home}/brister/{number}/svar/acknowledged", data={}), 422)
        assert find(number).status is Status.SENT

    def test_steps_of_coordinators_are_not_there(self, client: FlaskClient, home: str, number: str) -> None:
        for to in ("sent", "verified", "wont_fix", "closed", "../x"):
            assert client.post(f"{home}/brister/{number}/svar/{to}", data={}).status_code == 404

    def test_own_number_is_kept(self, client: FlaskClient, home: str, number: str) -> None:
        client.post(
            f"{home}/brister/{number}/arbetsorder",
            data={
                **based_on(number, "record"),
                "record-work_order": "AO-9",
                "record-case_number": "smuggled",
            },
        )
        assert (find(number).work_order, find(number).case_number) == ("AO-9", "")

    def test_question_goes_to_staff_as_the_organisation(
        self, client: FlaskClient, home: str, number: str, organisation: Organisation
    ) -> None:
        path = f"{home}/brister/{number}/fraga"
        page(client.post(path, data={"question-words": "   "}), 422)
        client.post(path, data={"question-words": HOSTILE})
        comment = session().scalars(select(Comment)).one()
        assert (comment.audience, comment.actor_role, comment.words) == (Audience.OWNER, Role.OWNER, HOSTILE)
        assert comment.organisation_id == organisation.id
        soup = page(client.get(f"{home}/brister/{number}"))
        assert HOSTILE in soup.get_text()
        assert soup.select_one("img[onerror]") is None

    def test_internal_words_and_those_of_others_are_not_shown(
        self, client: FlaskClient, home: str, number: str, coordinator: Actor
    ) -> None:
        other = make_organisation("Grannen")
        with change(SYSTEM, None) as adding:
            for audience, organisation_id in ((Audience.INTERNAL, None), (Audience.OWNER, other.id)):
                adding.session.add(
                    Comment(
                        finding_id=find(number).id,
                        audience=audience,
                        organisation_id=organisation_id,
                        words="HEMLIGT",
                    )
                )
        assert "HEMLIGT" not in client.get(f"{home}/brister/{number}").text


class TestHistory:
    def test_what_another_organisation_answered_before_is_not_shown(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str, coordinator: Actor
    ) -> None:
        other = make_organisation("Grannen")
        finding = make_finding(walk, status=Status.TRIAGED, severity="high")
        at_neighbour = owner_links.Holder(finding.id, other.id, "", None, None).actor
        name = finding.number
        move(coordinator, name, Status.SENT, Given(responsible_id=other.id))
        move(at_neighbour, name, Status.NOT_OURS, Given(words="HEMLIGT grannens skäl"))
        move(coordinator, name, Status.SENT, Given(responsible_id=organisation.id))

        text = client.get(f"{home}/brister/{name}").text

        assert "HEMLIGT" not in text
        assert "Grannen" not in text
        assert "Namn coordinator" not in text


class TestSeveral:
    def test_same_answer_for_several(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        numbers = [sent(walk, organisation) for _ in range(3)]
        chosen = [f"{n}~{find(n).version}" for n in numbers]
        soup = page(client.get(f"{home}/flera", query_string={"to": "planned", "number": chosen[:2]}))
        assert len(soup.select("input[name=number]")) == 2

        answer = client.post(
            f"{home}/flera", data={"to": "planned", "number": chosen[:2], "planned_on": day(4)}
        )

        assert answer.location == home
        assert [find(n).status for n in numbers] == [Status.PLANNED, Status.PLANNED, Status.SENT]

    def test_those_that_somebody_changed_are_told_and_the_rest_is_done(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        mine, theirs = sent(walk, organisation), sent(walk, organisation)
        chosen = [f"{n}~{find(n).version}" for n in (mine, theirs)]
        colleague = owner_links.find_link(path_for(organisation).rsplit("/", 1)[1]).actor
        move(colleague, theirs, Status.ACKNOWLEDGED)

        soup = page(
            client.post(f"{home}/flera", data={"to": "planned", "number": chosen, "planned_on": day(4)}), 422
        )

        assert [find(n).status for n in (mine, theirs)] == [Status.PLANNED, Status.ACKNOWLEDGED]
        assert len(soup.select(".rows .field-error")) == 1

    def test_date_in_the_past_is_told_at_its_field_too(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        chosen = [f"{n}~{find(n).version}" for n in (sent(walk, organisation), sent(walk, organisation))]
        given = {"to": "planned", "number": chosen, "planned_on": day(-1)}
        soup = page(client.post(f"{home}/flera", data=given), 422)
        assert len(soup.select(".rows .field-error")) == 2
        date = soup.select_one("#planned_on")
        assert date is not None
        assert date["aria-invalid"] == "true"
        assert soup.select_one("#planned_on-error") is not None

    def test_findings_of_others_are_passed_over(self, client: FlaskClient, walk: Walk, home: str) -> None:
        theirs = sent(walk, make_organisation("B"))
        answer = client.post(
            f"{home}/flera", data={"to": "planned", "number": f"{theirs}~1", "planned_on": day(4)}
        )
        assert answer.status_code == 302
        assert find(theirs).status is Status.SENT


class TestContractor:
    def test_link_for_one_finding_leads_there_and_nowhere_else(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, number: str
    ) -> None:
        other = sent(walk, organisation)
        home = path_for(organisation, number)
        assert client.get(home).location == f"{home}/brister/{number}"
        soup = page(client.get(f"{home}/brister/{number}"))
        offered = {str(form["action"]).rsplit("/", 1)[1] for form in soup.select("#answers form")}
        assert not offered & {"not_ours", "declined_proposed"}
        assert soup.select_one("#contractor") is None
        page(client.get(f"{home}/brister/{other}"), 404)
        assert other not in client.get(f"{home}/brister.csv").text
        assert client.post(f"{home}/brister/{other}/svar/acknowledged").status_code == 404
        assert client.post(f"{home}/brister/{number}/svar/not_ours").status_code == 403
        refused = client.post(
            f"{home}/brister/{number}/skicka-vidare", data={"pass-email": "ny@firma.example"}
        )
        assert refused.status_code == 403

    def test_finding_is_passed_on_and_taken_back(self, client: FlaskClient, home: str, number: str) -> None:
        path = f"{home}/brister/{number}"
        page(client.post(f"{path}/skicka-vidare", data={"pass-email": "inte en adress"}), 422)
        client.post(f"{path}/skicka-vidare", data={"pass-email": "lampor@firma.example"})
        soup = page(client.get(path))
        end = soup.select_one("#contractor form[action$=avsluta]")
        assert end is not None
        link = session().scalars(select(OwnerLink).where(OwnerLink.email == "lampor@firma.example")).one()
        contractor = owner_links.address_of(link).removeprefix("http://localhost")
        assert client.get(contractor).status_code == 302

        client.post(str(end["action"]))

        page(client.get(contractor), 410)


class TestBadLinks:
    def test_altered_link_says_so_and_offers_a_new_one(self, client: FlaskClient, home: str) -> None:
        altered = home[:-1] + ("A" if home[-1] != "A" else "B")
        for address in (altered, home[:-1], altered + "/brister/KISTA-2026-0001"):
            soup = page(client.get(address), 404)
            assert heading(soup) == "The link does not work"
            assert soup.select_one("form[action='/agare/ny-lank'] input[type=email]") is not None
        assert client.post(f"{altered}/brister/X/svar/planned").status_code == 404

    @pytest.mark.parametrize("way", ["expires_at", "revoked_at"])
    def test_ended_link_says_so_and_mails_a_new_one(
        self, client: FlaskClient, organisation: Organisation, way: str, number: str
    ) -> None:
        home = path_for(organisation, None, **{way: now()})
        soup = page(client.get(home), 410)
        assert heading(soup) == "The link has ended"
        assert "fel@bostad.example" not in soup.get_text()
        form = soup.select_one("main form")
        assert form is not None
        assert client.post(f"{home}/brister/{number}/svar/acknowledged").status_code == 410
        page(client.post(str(form["action"])))
        assert [row.payload.keys() for row in session().scalars(select(Job))] == [{"link_id"}]
        assert len(session().scalars(select(OwnerLink)).all()) == 2

    def test_answer_is_the_same_for_known_and_unknown_addresses(
        self, client: FlaskClient, organisation: Organisation
    ) -> None:
        texts = [
            page(client.post("/agare/ny-lank", data={"email": email})).get_text()
            for email in ("fel@bostad.example", "okand@annan.example")
        ]
        assert texts[0] == texts[1]
        page(client.post("/agare/ny-lank", data={"email": "ingen adress"}), 422)
        page(client.get("/agare/ny-lank"))

    def test_asking_is_limited(self, client: FlaskClient) -> None:
        codes = [client.post("/agare/ny-lank", data={"email": "a@b.example"}).status_code for _ in range(12)]
        assert codes.count(429) == 2


class TestFiles:
    def read_csv(self, client: FlaskClient, home: str) -> list[dict[str, str]]:
        answer = client.get(f"{home}/brister.csv")
        assert answer.mimetype == "text/csv"
        assert "attachment" in answer.headers["Content-Disposition"]
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))

    def test_csv_holds_own_findings_and_escapes_formulas(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        dangerous = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx", 'a;"b"\nc']
        for text in dangerous:
            sent(walk, organisation, description=text, title="Åäö ’")
        theirs = sent(walk, make_organisation("B"))

        rows = self.read_csv(client, home)

        assert len(rows) == len(dangerous)
        assert {row["Finding"] for row in rows} == {"Åäö ’"}
        assert all(not row["Description"].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows)
        assert 'a;"b"\nc' in {row["Description"] for row in rows}
        assert theirs not in {row["Number"] for row in rows}

    def test_csv_of_more_than_one_batch_is_whole_and_in_order(
        self,
        client: FlaskClient,
        walk: Walk,
        organisation: Organisation,
        home: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from app.services import waiting

        monkeypatch.setattr(waiting, "_BATCH", 4)
        due = [today() + timedelta(days=n % 3) for n in range(10)]
        numbers = {sent(walk, organisation, due_on=one) for one in due} | {
            sent(walk, organisation, due_on=None)
        }
        rows = self.read_csv(client, home)
        assert {row["Number"] for row in rows} == numbers
        assert [row["To be fixed by"] for row in rows] == [*sorted(map(str, due)), ""]

    def test_xlsx_holds_texts_and_no_formula(
        self, client: FlaskClient, walk: Walk, organisation: Organisation, home: str
    ) -> None:
        sent(walk, organisation, description="=cmd|' /C calc'!A0", place_words="https://ond.example/\x0b")
        answer = client.get(f"{home}/brister.xlsx")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
            names = book.namelist()
        tags = {element.tag.rsplit("}", 1)[1] for element in sheet.iter()}
        texts = [element.text for element in sheet.iter() if element.tag.endswith("}t")]
        assert "f" not in tags
        assert "hyperlink" not in tags
        assert "=cmd|' /C calc'!A0" in texts
        assert not [name for name in names if "rels/sheet" in name]


class TestStaffPage:
    def test_coordinator_sends_to_registered_addresses_only_and_revokes(
        self,
        client: FlaskClient,
        sign_in: SignIn,
        coordinator: Actor,
        organisation: Organisation,
        number: str,
    ) -> None:
        address = f"/organisationer/{organisation.id}/lankar"
        sign_in(client, coordinator)
        page(client.get(address))
        page(client.post(address, data={"email": "ond@annan.example"}), 422)
        assert session().scalars(select(OwnerLink)).all() == []

        client.post(address, data={"email": "fel@bostad.example"})

        link = session().scalars(select(OwnerLink)).one()
        home = owner_links.address_of(link).removeprefix("http://localhost")
        soup = page(client.get(address))
        end = soup.select_one("form[action$=avsluta]")
        assert end is not None
        assert home not in str(soup)
        assert client.get(home).status_code == 200
        client.post(str(end["action"]))
        page(client.get(home), 410)

    def test_nobody_else_sees_or_sends(
        self, client: FlaskClient, sign_in: SignIn, field: Actor, owner: Actor, organisation: Organisation
    ) -> None:
        address = f"/organisationer/{organisation.id}/lankar"
        for person in (field, owner):
            sign_in(client, person)
            assert client.get(address).status_code == 403
            assert client.post(address, data={"email": "fel@bostad.example"}).status_code == 403
