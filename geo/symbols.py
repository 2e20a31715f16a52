"""How a finding's status looks on a map: never by colour alone, so that greyscale and every eye can tell."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Symbol:
    """A disc of 24 by 24 units with a glyph (an SVG path that is stroked) in it.

    `tone` is the name of the colour in the style sheet, `colour` what is used where no style sheet reaches.
    A hollow symbol has a coloured rim and glyph on paper; the others a paper glyph on a coloured disc.
    """

    key: str
    tone: str
    colour: str
    glyph: str
    hollow: bool = False


_ALL = (
    Symbol("received", "slate", "#3f4b57", "M12 10.9v2.2M10.9 12h2.2"),
    Symbol("with_responsible", "blue", "#1b4f8f", "M6.5 11.5 17 7l-3.5 10-2.3-4.2zM11.2 12.8 17 7"),
    Symbol("planned", "violet", "#593a8c", "M7.5 8.5h9v8h-9zM7.5 11h9M10 6.8v2M14 6.8v2"),
    Symbol("in_progress", "amber", "#744700", "M12 6.5a5.5 5.5 0 0 1 0 11zM14 8v8"),
    Symbol("reported_fixed", "green", "#17603a", "m7.5 12.5 3 3 6-7", hollow=True),
    Symbol("done", "green", "#17603a", "m5.5 12.5 2.8 3 5-6.5M11.5 14.5l1 1 5-6.5"),
    Symbol("wont_fix", "grey", "#55595a", "m8 8 8 8M16 8l-8 8"),
    Symbol("reopened", "red", "#a11f1b", "M16.5 12a4.5 4.5 0 1 1-1.5-3.3M15.6 6v3h-3", hollow=True),
)
SYMBOLS: Mapping[str, Symbol] = {symbol.key: symbol for symbol in _ALL}

# A finding's status to its symbol; statuses with the same public word share one.
STATUS_SYMBOLS: Mapping[str, Symbol] = {
    status: SYMBOLS[key]
    for key, statuses in {
        "received": ("new", "triaged", "not_ours", "duplicate"),
        "with_responsible": ("sent", "acknowledged", "on_hold", "needs_investment", "declined_proposed"),
        "planned": ("planned",),
        "in_progress": ("in_progress",),
        "reported_fixed": ("reported_fixed",),
        "done": ("verified", "closed"),
        "wont_fix": ("wont_fix", "withdrawn"),
        "reopened": ("reopened",),
    }.items()
    for status in statuses
}

# Severity is no status: an urgent finding has its status's symbol with this badge at its shoulder.
URGENT_TONE = "red"
URGENT_ICON = Markup(
    '<svg class="map-symbol" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">'
    '<circle cx="12" cy="12" r="8" fill="var(--tone, #a11f1b)" stroke="var(--tone, #a11f1b)"/>'
    '<path d="M12 7.5v5.5M12 16v.5" stroke="var(--on-strong, #fff)" stroke-width="2.5"/>'
    "</svg>"
)


def symbol_icon(symbol: Symbol) -> Markup:
    """Draw a symbol as a small inline SVG that takes its colour from the tone class round it."""
    colour = f"var(--tone, {symbol.colour})"
    fill = "var(--surface, #fff)" if symbol.hollow else colour
    glyph = colour if symbol.hollow else "var(--on-strong, #fff)"
    return Markup(
        '<svg class="map-symbol" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">'
        '<circle cx="12" cy="12" r="10" fill="{}" stroke="{}" stroke-width="2"/>'
        '<path d="{}" fill="none" stroke="{}" stroke-width="2"/>'
        "</svg>"
    ).format(fill, colour, symbol.glyph, glyph)
