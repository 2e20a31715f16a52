"""Words for residents: each language has its own, and says how it is written."""

from __future__ import annotations

import re

import pytest

from app.resident_words import LANGUAGES, direction, for_residents, how_long, html_language, language_name


def test_every_language_says_next_in_its_own_words() -> None:
    said = {code: for_residents(code)("It takes about 5 minutes.") for code in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)
    assert said["en"] == "It takes about 5 minutes."


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "5"), (7, "5"), (8, "10"), (15, "15"), (18, "20"), (90, "20")]
)
def test_how_long_it_takes_is_said_in_steps_of_five(minutes: int, said: str) -> None:
    assert re.findall(r"\d+", how_long(minutes)) == [said]
    assert len({for_residents(code)(how_long(minutes)) for code in LANGUAGES}) >= len(LANGUAGES) - 1


def test_easy_swedish_is_not_swedish_but_is_marked_as_swedish() -> None:
    easy, plain = (
        for_residents(code)("You have begun to answer on this device.") for code in ("sv-latt", "sv")
    )
    assert easy != plain
    assert html_language("sv-latt") == "sv"


@pytest.mark.parametrize(
    ("code", "name"), [("so", "Soomaali"), ("sv-latt", "Lätt svenska"), ("fi", "suomi"), ("xx-x", "xx-x")]
)
def test_language_has_its_own_name_or_at_least_its_code(code: str, name: str) -> None:
    assert language_name(code) == name


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_stand_in_the_words(language: str) -> None:
    said = for_residents(language)("Page %(step)s of %(steps)s", step=3, steps=16)
    assert {"3", "16"} <= set(said.split())


def test_language_without_a_catalogue_gets_swedish() -> None:
    assert for_residents("../../etc/passwd")("Next") == "Nästa"


def test_arabic_runs_from_the_right() -> None:
    assert {code for code in LANGUAGES if direction(code) == "rtl"} == {"ar"}
