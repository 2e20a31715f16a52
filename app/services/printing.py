"""Paper: PDFs set by typst from the files in `app/print/`, tagged for those who listen (PDF/UA-1), and QR codes.

What is written comes as data and is never read as markup. PDF/UA refuses a picture without words and a document without
a title, so that a mistake of ours shows in a test.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.assets import BUILD

TEMPLATES = Path(__file__).resolve().parents[1] / "print"
FONTS = BUILD / "fonts"
"""Noto Sans for Latin and Arabic letters, as `tools/fonts.py` unpacks them."""


def make_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF that a file of `app/print/` makes of these data (JSON values)."""
    # Brings a compiler of some 40 MB along, which few processes ever need.
    import typst

    made = typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data)},
    )
    assert isinstance(made, bytes)
    return made


def qr_svgs(addresses: Sequence[str]) -> list[str]:
    """A QR code for each, as SVG, with the quiet zone that readers need; 15 % of it may be lost (level M).

    The mask that suits the first one best is taken for all: weighing the eight for each takes 7 ms a code.
    """
    import segno

    drawn, mask = [], None
    for address in addresses:
        code = segno.make(address, error="m", micro=False, mask=mask)
        mask, target = code.mask, io.BytesIO()
        code.save(target, kind="svg", border=4, xmldecl=False, light="#fff")
        drawn.append(target.getvalue().decode())
    return drawn
