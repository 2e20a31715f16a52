"""What looks like personal data in free text, and what does not."""

from __future__ import annotations

import pytest

from forms.personal_data import Hint, hints


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Person 811218-9876 bor här", {Hint.IDENTITY_NUMBER}),
        ("198112189876", {Hint.IDENTITY_NUMBER}),
        ("samordningsnummer 701063-2391", {Hint.IDENTITY_NUMBER}),
        ("811218-9875", set()),  # the check digit is wrong
        ("Lyktstolpe 1234567890", set()),
        ("ring 070-123 45 67", {Hint.PHONE}),
        ("+46 8 123 456 78", {Hint.PHONE}),
        ("Bilen ABC 123 står kvar", {Hint.REGISTRATION}),
        ("abc12d", set()),
        ("moped wxy987", {Hint.REGISTRATION}),
        ("vid hus 12b, 3 m från port 14", set()),
        ("KISTA-2026-0042, 20 m häck, 59.4037 17.9421", set()),
        ("Släckt lykta 0413 sedan 2026-11-13 18.05", set()),
        ("", set()),
    ],
)
def test_hints(text: str, expected: set[Hint]) -> None:
    assert hints([text]) == expected
