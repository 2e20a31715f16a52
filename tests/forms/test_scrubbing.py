"""What residents' free text is scrubbed of, and what stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.scrubbing import read_names, scrub


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Prata med Anna i kiosken", "Prata med [namn] i kiosken"),
        ("mohameds bil", "[namn] bil"),
        ("Anna-Karin Svensson Berg skräpar ner", "[namn] skräpar ner"),
        ("Erik Okändsson säljer", "[namn] säljer"),
        ("Anna, Fatima och Cabdi", "[namn], [namn] och [namn]"),
        ("Det var Björn som gjorde det", "Det var [namn] som gjorde det"),
        ("Sten Sture Bergman bor där", "[namn] bor där"),
        ("تحدثت مع محمد وفاطمة أمس", "تحدثت مع [namn] أمس"),
        ("ring 070-123 45 67 nu, 0701234567", "ring [telefonnummer] nu, [telefonnummer]"),
        ("(08) 123 456 78, 070/123.45.67, +46 (0)70 123 45 67", "[telefonnummer], [telefonnummer], [telefonnummer]"),
        ("+252 61 1234567", "[telefonnummer]"),
        ("رقمي ٠٧٠١٢٣٤٥٦٧", "رقمي [telefonnummer]"),
        ("han är 811218-9876", "han är [personnummer]"),
        ("19811218 9876 och 701063-2391", "[personnummer] och [personnummer]"),
        ("Bilen ABC 123 och wxy987", "Bilen [registreringsnummer] och [registreringsnummer]"),
        ("skriv till anna.b@example.se.", "skriv till [e-postadress]."),
        ("Anna 070-1234567 anna@example.se", "[namn] [telefonnummer] [e-postadress]"),
    ],
)  # fmt: skip
def test_what_points_at_somebody_is_masked(text: str, left: str) -> None:
    assert scrub(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Sten ligger på gångvägen. Per månad kommer det mer. Dag och natt!",
        "en sten, en björk, en björn, varje dag, per vecka, stig upp, tom lokal, inga lampor, hans jacka",
        "Inga papperskorgar. Hans hund. Dina lampor lyser inte.",
        "Kista, Akalla, Husby, Rinkeby, Tensta, Bromsten, Spånga centrum och Hjulsta",
        "Vid hus 12b, 3 m från port 14, buss 179, E18, lykta 0413 sedan 2026-11-13 18.05",
        "More lighting, he said, and will you mark the path? In May.",
        "أريد إضاءة أكثر في الحديقة وعلى الطريق",
        "Waxaan rabaa nal badan oo habeenkii ah, waa qaali",
        "Lyktstolpe 1234567890, diarienummer 2026-0042",
        "",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert scrub(text) == text


def test_operators_list_adds_names() -> None:
    listed = read_names("# local\nzebulon  Torget # a nickname that is a word\n")
    assert scrub("Zebulon står vid torget med Torget. Torget är stort", [listed]) == (
        "[namn] står vid torget med [namn]. Torget är stort"
    )


@given(st.text(max_size=300))
def test_scrubbed_text_has_nothing_more_to_scrub(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once
