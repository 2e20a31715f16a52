"""What is told of a wave whose questions hang together: by who is asked, by what may be chosen, by weights."""

from __future__ import annotations

from typing import Any

from app.models.sites import Site
from app.services.result_counts import WaveTold
from app.services.results import told_of
from app.statistics.small_groups import Told
from forms.questionnaire.definition import Definition, Question
from tests.results import close_wave, make_survey, select


def told(site: Site, questions: tuple[Question, ...], people: list[dict[str, Any]], **wave: Any) -> WaveTold:
    definition = Definition(name="liten", title={"sv": "Liten"}, languages=("sv",), items=questions)
    return told_of(close_wave(make_survey(site, definition=definition), people, **wave))


def test_base_of_a_question_asked_of_some_does_not_undo_what_another_hides(site: Site) -> None:
    """37 work here and are asked about it; 40 live or work elsewhere or work here: three would be left over."""
    errand = select("errand", ("passes", "works", "lives"), required="true()")
    work = select("work", ("well", "badly"), required="true()", relevant="/data/errand = 'works'")
    people = [{"errand": "passes"}] * 60 + [{"errand": "lives"}] * 3
    people += [{"errand": "works", "work": one} for one in ["well"] * 20 + ["badly"] * 17]
    found = told(site, (errand, work), people)
    assert found.items["errand"].choices == {"passes": 60, "works": None, "lives": None}
    assert "work" not in found.items


def test_question_asked_of_some_is_told_where_none_of_its_group_is_left_out(site: Site) -> None:
    errand = select("errand", ("passes", "works"), required="true()")
    work = select("work", ("well", "badly"), required="true()", relevant="/data/errand = 'works'")
    people = [{"errand": "passes"}] * 60
    people += [{"errand": "works", "work": one} for one in ["well"] * 20 + ["badly"] * 17]
    assert told(site, (errand, work), people).items["work"].choices == {"well": 20, "badly": 17}


def test_nobody_can_be_counted_who_did_not_say_whether_they_noticed_the_only_measure(site: Site) -> None:
    """One measure or none of them: both together are all who answered."""
    noticed = select(
        "noticed",
        ("lamps", "none_of_these"),
        many=True,
        constraint="not(selected(., 'none_of_these') and count-selected(.) > 1)",
    )
    people: list[dict[str, Any]] = [{"noticed": ["lamps"]}] * 60 + [{"noticed": ["none_of_these"]}] * 37
    found = told(site, (noticed,), [*people, {}, {}, {}])
    assert found.items["noticed"] == Told(96, 100, None, {"lamps": 63, "none_of_these": 37}, {}, "lamps")


def street(women: int, men: int, good_of_men: int) -> list[dict[str, Any]]:
    return [
        {"gender": gender, "safe": "yes" if place < good else "no"}
        for gender, n, good in (("woman", women, women * 7 // 10), ("man", men, good_of_men))
        for place in range(n)
    ]


SAFE = select("safe", ("yes", "no"), good="yes", required="true()")
GENDER = select("gender", ("woman", "man"), required="true()")
HALVES = {"gender": {"woman": 0.5, "man": 0.5}}


def test_weighted_share_is_hidden_where_it_would_tell_what_few_answered(site: Site) -> None:
    found = told(site, (SAFE, GENDER), street(50, 10, 3), margins=HALVES)
    assert "gender" not in found.items["safe"].groups
    assert found.weighting is not None
    assert found.weighting.shares == {}


def test_weighted_shares_are_whole_per_cent_wherever_they_go(site: Site) -> None:
    found = told(site, (SAFE, GENDER), street(400, 210, 90), margins=HALVES)
    assert found.weighting is not None
    share = found.weighting.shares["safe"]
    assert [round(100 * one, 9) % 1 for one in (share.share, share.low, share.high)] == [0, 0, 0]
    assert round(10 * found.weighting.deff, 9) % 1 == 0


def test_weights_hang_on_no_count_that_is_hidden(site: Site) -> None:
    """Three of the margin's third category: they weigh as they come, or their number could be worked out."""
    gender = select("gender", ("woman", "man", "other"), required="true()")
    people = street(200, 160, 90)
    margins = {"gender": {"woman": 0.49, "man": 0.48, "other": 0.03}}
    few = [{"gender": "other", "safe": "yes"}] * 3
    found = told(site, (SAFE, gender), [*people, *few], margins=margins)
    assert found.items["gender"].choices == {"woman": 200, "man": None, "other": None}
    assert found.weighting is None
