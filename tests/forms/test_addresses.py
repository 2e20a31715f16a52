"""Lists of addresses as spreadsheets save them."""

from __future__ import annotations

import pytest

from forms.addresses import MOST_ADDRESSES, AddressError, read_addresses


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Namn;Adress;Postnr;Ort\nTill boende;Gatan 1;164 53;Kista\n", [["Till boende", "Gatan 1", "164 53  Kista"]]),
        ("Åsa,Gränd 2,16453,KISTA".encode("cp1252"), [["Åsa", "Gränd 2", "16453  KISTA"]]),
        ("\ufeffA\t16453 B\n\nC\tSE-164 53 D".encode(), [["A", "16453 B"], ["C", "SE-164 53 D"]]),
        (b'"Bostad; AB";"Gatan\n1";164 53\n', [["Bostad; AB", "Gatan 1", "164 53"]]),
        (b"=HYPERLINK(1);#set text(1);164 53", [["=HYPERLINK(1)", "#set text(1)", "164 53"]]),
    ],
)  # fmt: skip
def test_each_row_is_an_address(data: bytes, expected: list[list[str]]) -> None:
    assert read_addresses(data) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Namn;Adress\n", "empty"),
        (b"\n;;\n", "empty"),
        (b"PK\x03\x04\0\0", "not_text"),
        ("A;B".encode("utf-16"), "not_text"),
        (b"a;b;c;d;e;f;g", "too_many_lines"),
        (b"x" * 61, "line_too_long"),
        (b"a;164 53\n" * (MOST_ADDRESSES + 1), "too_large"),
        (b"x" * 3_000_000, "too_large"),
        (b'"' + b"x" * 2000, "line_too_long"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_addresses(data)
    assert refused.value.code == code
    assert refused.value.message % refused.value.values


@pytest.mark.parametrize(
    ("row", "code", "values"),
    [
        ("bara ett;f\u00e4lt", "no_postcode", {"row": 2, "columns": 2}),
        ("A;Gatan 1, 164 53 Kista", "no_postcode", {"row": 2, "columns": 2}),
        ("A;070 12 345;070-123 45 67;1645 Kista;164 532", "no_postcode", {"row": 2, "columns": 5}),
        (";164 53;Kista", "no_street", {"row": 2, "column": 2}),
        ("16453 Kista", "no_street", {"row": 2, "column": 1}),
    ],
)
def test_a_row_that_no_letter_would_reach_is_named(row: str, code: str, values: dict[str, int]) -> None:
    with pytest.raises(AddressError) as refused:
        read_addresses(f"A;Gatan 1;164 53;Kista\n{row}\n".encode())
    assert (refused.value.code, refused.value.values) == (code, values)
