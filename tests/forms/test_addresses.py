"""Lists of addresses as spreadsheets save them."""

from __future__ import annotations

import pytest

from forms.addresses import MOST_ADDRESSES, AddressError, read_addresses


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Namn;Adress;Postnr;Ort\nTill boende;Gatan 1;164 53;Kista\n", [["Till boende", "Gatan 1", "164 53  Kista"]]),
        ("Åsa,Gränd 2,16453,KISTA".encode("cp1252"), [["Åsa", "Gränd 2", "16453  KISTA"]]),
        ("\ufeffA\tB\n\nC\tD".encode(), [["A", "B"], ["C", "D"]]),
        (b'"Bostad; AB";"Gatan\n1"\n', [["Bostad; AB", "Gatan 1"]]),
        (b"=HYPERLINK(1);#set text(1)", [["=HYPERLINK(1)", "#set text(1)"]]),
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
        (b"a\n" * (MOST_ADDRESSES + 1), "too_large"),
        (b"x" * 3_000_000, "too_large"),
        (b'"' + b"x" * 2000, "line_too_long"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_addresses(data)
    assert refused.value.code == code
    assert refused.value.message % refused.value.values
