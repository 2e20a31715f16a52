"""Draws the icons of the installed app, as PNG: the same shape as app/frontend/mark.svg, whose units these are."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

TEAL = "#0f7a74"
WHITE = "#ffffff"
NIGHT = "#121413"
UNITS = 32
FINER = 4
"""Drawn larger and scaled down, for smooth edges."""
CHECK = [(10.8, 13.3), (14.5, 17.0), (21.4, 9.8)]
# The left flank of the pin, from the head to the tip, as a cubic curve; the right one is its mirror.
FLANK = [(4.5, 13.0), (4.5, 20.6), (12.8, 28.0), (15.2, 30.0)]

Point = tuple[float, float]


def _curve(points: list[Point], steps: int = 40) -> list[Point]:
    def at(t: float) -> Point:
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        x, y = (sum(w * point[axis] for w, point in zip(weights, points, strict=True)) for axis in (0, 1))
        return x, y

    return [at(step / steps) for step in range(steps + 1)]


def draw(size: int, maskable: bool = False) -> bytes:
    """The icon as PNG, `size` pixels wide; a maskable one fills its square and keeps the mark in the safe middle."""
    side = size * FINER
    image = Image.new("RGBA", (side, side), NIGHT if maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    scale = side / UNITS * (0.6 if maskable else 1)
    margin = (side - UNITS * scale) / 2

    def place(points: list[Point]) -> list[Point]:
        return [(margin + x * scale, margin + y * scale) for x, y in points]

    def dot(x: float, y: float, radius: float, colour: str) -> None:
        pen.ellipse(
            [*place([(x - radius, y - radius)])[0], *place([(x + radius, y + radius)])[0]], fill=colour
        )

    left = _curve(FLANK)
    right = [(UNITS - x, y) for x, y in reversed(left)]
    pen.polygon(place(left + right), fill=TEAL)
    dot(16, 13, 11.5, TEAL)
    dot(16, 28.98, 1.3, TEAL)
    pen.line(place(CHECK), fill=WHITE, width=round(3 * scale), joint="curve")
    for x, y in (CHECK[0], CHECK[-1]):
        dot(x, y, 1.5, WHITE)
    packed = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(packed, "PNG", optimize=True)
    return packed.getvalue()
