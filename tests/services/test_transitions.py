"""The one table of steps: every pair once, and the document is what it draws."""

from collections import Counter

from app.models.findings import Finding, Status
from app.services.transitions import (
    DOCUMENT,
    PUBLIC_WORDS,
    TRANSITIONS,
    draw,
    find_transition,
    public_word,
    transitions_from,
)


def test_every_pair_stands_in_the_table_once() -> None:
    pairs = Counter((before, row.after) for row in TRANSITIONS for before in row.before)

    assert {pair for pair, times in pairs.items() if times > 1} == set()


def test_every_status_can_be_reached_from_new() -> None:
    reached, waiting = {Status.NEW}, [Status.NEW]
    while waiting:
        for row in transitions_from(waiting.pop()):
            if row.after not in reached:
                reached.add(row.after)
                waiting.append(row.after)

    assert reached == set(Status)


def test_closed_is_reached_only_through_verified_and_verified_only_through_reported_fixed() -> None:
    assert [row.before for row in TRANSITIONS if row.after is Status.CLOSED] == [(Status.VERIFIED,)]
    assert [row.before for row in TRANSITIONS if row.after is Status.VERIFIED] == [(Status.REPORTED_FIXED,)]


def test_what_is_not_in_the_table_is_not_found() -> None:
    assert find_transition(Status.NEW, Status.CLOSED) is None


def test_document_is_what_the_table_draws() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == draw(), "run: python -m app.services.transitions"


def test_diagram_has_an_arrow_for_every_pair() -> None:
    drawing = draw()

    assert all(f"    {before} --> {row.after}\n" in drawing for row in TRANSITIONS for before in row.before)


def test_every_status_but_duplicate_has_one_public_word() -> None:
    assert set(PUBLIC_WORDS) == set(Status) - {Status.DUPLICATE}


def test_reported_fixed_verified_and_closed_unfixed_are_three_public_words() -> None:
    words = {PUBLIC_WORDS[status] for status in (Status.REPORTED_FIXED, Status.VERIFIED, Status.WONT_FIX)}

    assert len(words) == 3


def test_duplicate_shows_the_public_word_of_the_one_it_repeats() -> None:
    original = Finding(status=Status.PLANNED)
    middle = Finding(status=Status.DUPLICATE, duplicate_of=original)

    assert public_word(Finding(status=Status.DUPLICATE, duplicate_of=middle)) == PUBLIC_WORDS[Status.PLANNED]
