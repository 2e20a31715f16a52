"""Photos for the demo, drawn in code: one scene per kind of fault, as it was found and as it was mended.

Nothing in them is a real place or person, and each says in its corner that it is drawn.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

SIZE = (1600, 1200)
_WIDTH, _HEIGHT = SIZE
_HORIZON = 560
_GRAIN = 7
_WORDS = "Demo: ritad bild"

Colour = tuple[int, int, int]
Points = list[tuple[float, float]]


class _Canvas:
    """A picture under way: its pixels, a pen and the chance that makes each one a little different."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  the same picture every time is what is wanted
        self.image = Image.new("RGB", SIZE)
        self.pen = ImageDraw.Draw(self.image)

    def fade(self, top: Colour, bottom: Colour, upper: int, lower: int) -> None:
        """Fill the rows from `upper` to `lower` with a gradient."""
        rows = np.linspace(top, bottom, lower - upper).astype(np.uint8)
        band = np.repeat(rows[:, np.newaxis, :], _WIDTH, axis=1)
        self.image.paste(Image.fromarray(band), (0, upper))

    def glow(self, x: float, y: float, radius: int, colour: Colour, strength: float = 1.0) -> None:
        """Add light that falls off from a point."""
        axis = np.linspace(-1, 1, 2 * radius)
        fall = np.clip(1 - np.hypot(axis[:, np.newaxis], axis), 0, 1) ** 2 * 255 * strength
        mask = Image.fromarray(fall.astype(np.uint8))
        self.image.paste(colour, (round(x) - radius, round(y) - radius), mask)

    def speckle(self, area: tuple[int, int, int, int], count: int, colours: list[Colour], size: int) -> None:
        """Strew small dots over a box: leaves, grit, gravel."""
        for _ in range(count):
            x, y = self.chance.uniform(area[0], area[2]), self.chance.uniform(area[1], area[3])
            half = self.chance.uniform(0.4, 1) * size
            self.pen.ellipse(
                (x - half, y - half / 2, x + half, y + half / 2), fill=self.chance.choice(colours)
            )

    def blob(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A lump with an uneven outline: a bush, a puddle, a heap."""
        turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        outline: Points = [
            (
                x + np.cos(turn) * width * self.chance.uniform(0.86, 1.08),
                y + np.sin(turn) * height * self.chance.uniform(0.86, 1.08),
            )
            for turn in turns
        ]
        self.pen.polygon(outline, fill=colour)


def draw(scene: str, seed: int, *, mended: bool = False) -> bytes:
    """The photo of a scene as JPEG bytes; the same arguments give the same place, `mended` the same one afterwards."""
    canvas = _Canvas(seed)
    SCENES[scene](canvas, mended)
    picture = ImageChops.add(canvas.image, _grain(), offset=-_GRAIN)
    pen = ImageDraw.Draw(picture, "RGBA")
    font = ImageFont.load_default(size=30)
    pen.rectangle((0, _HEIGHT - 56, 290, _HEIGHT), fill=(0, 0, 0, 150))
    pen.text((20, _HEIGHT - 47), _WORDS, font=font, fill=(255, 255, 255, 230))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()


@cache
def _grain() -> Image.Image:
    """What makes flat colours look as if a camera had seen them: lighter and darker by up to `_GRAIN`."""
    noise = np.random.default_rng(1).integers(0, 2 * _GRAIN + 1, (_HEIGHT, _WIDTH), dtype=np.uint8)
    return Image.merge("RGB", [Image.fromarray(noise)] * 3)


def _street(canvas: _Canvas, dark: bool) -> None:
    """Sky, houses at the horizon and a path towards them."""
    night, day = ((12, 16, 30), (26, 30, 46)), ((150, 178, 204), (214, 222, 226))
    canvas.fade(*(night if dark else day), 0, _HORIZON)
    canvas.fade(
        *(((24, 27, 24), (38, 40, 36)) if dark else ((104, 118, 84), (126, 138, 98))), _HORIZON, _HEIGHT
    )
    x = -40.0
    while x < _WIDTH:
        width, height = canvas.chance.uniform(160, 320), canvas.chance.uniform(150, 330)
        tone = canvas.chance.randint(0, 24)
        wall = (28 + tone // 3,) * 3 if dark else (150 + tone, 132 + tone, 116 + tone)
        canvas.pen.rectangle((x, _HORIZON - height, x + width, _HORIZON), fill=wall)
        for row in range(int(height // 62)):
            for column in range(int(width // 54)):
                lit = dark and canvas.chance.random() < 0.22
                pane = (214, 178, 104) if lit else ((20, 22, 30) if dark else (92, 104, 114))
                left, top = x + 16 + column * 54, _HORIZON - height + 18 + row * 62
                canvas.pen.rectangle((left, top, left + 26, top + 34), fill=pane)
        x += width + canvas.chance.uniform(-10, 60)
    ground = (52, 52, 54) if dark else (142, 140, 138)
    canvas.pen.polygon([(700, _HORIZON), (880, _HORIZON), (1420, _HEIGHT), (180, _HEIGHT)], fill=ground)


def _post(canvas: _Canvas, x: float, foot: float, height: float, lit: bool) -> None:
    width = max(4.0, height / 45)
    top = foot - height
    canvas.pen.rectangle((x - width / 2, top, x + width / 2, foot), fill=(70, 72, 76))
    canvas.pen.rectangle((x - width * 3, top - width, x + width * 3, top + width), fill=(84, 86, 90))
    if lit:
        canvas.glow(x, foot, round(height * 0.7), (196, 166, 110), 0.55)
        canvas.glow(x, top + width, round(height * 0.55), (255, 226, 168), 0.95)


def _lamp(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=True)
    for number, (x, foot, height) in enumerate(((930, 610, 170), (1060, 740, 330), (1290, 1010, 700))):
        _post(canvas, x, foot, height, lit=mended or number != 2)


def _weak(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=True)
    for x, foot, height in ((650, 610, 170), (420, 800, 380)):
        _post(canvas, x, foot, height, lit=mended)
        if not mended:
            canvas.glow(x, foot - height, round(height * 0.2), (210, 180, 130), 0.8)


def _bush(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=False)
    _post(canvas, 1180, 860, 520, lit=False)
    height = 110 if mended else 420
    for x in range(900, 1600, 60):
        green = canvas.chance.randint(0, 26)
        reach = height * canvas.chance.uniform(0.75, 1)
        canvas.blob(x, 900 - reach / 2, 120, reach / 2 + 30, (48 + green, 84 + green, 44))
    canvas.speckle((880, 900 - height, 1600, 940), 1400, [(70, 108, 58), (42, 74, 40), (96, 126, 70)], 9)


def _wall(canvas: _Canvas) -> None:
    canvas.fade((126, 84, 68), (112, 74, 60), 0, 930)
    for row in range(0, 930, 46):
        shift = 60 * (row // 46 % 2)
        for x in range(-120 + shift, _WIDTH, 120):
            tone = canvas.chance.randint(-12, 12)
            canvas.pen.rectangle((x, row, x + 114, row + 40), fill=(134 + tone, 88 + tone, 70 + tone))
    canvas.fade((120, 120, 118), (148, 147, 144), 930, _HEIGHT)


def _graffiti(canvas: _Canvas, mended: bool) -> None:
    _wall(canvas)
    if mended:
        canvas.pen.rectangle((330, 260, 1290, 720), fill=(142, 98, 80))
        canvas.speckle((330, 260, 1290, 720), 900, [(136, 92, 74), (150, 104, 86)], 14)
        return
    for colour in ((34, 62, 150), (196, 40, 62), (230, 228, 222)):
        x, y = canvas.chance.uniform(360, 460), canvas.chance.uniform(360, 620)
        line: Points = [(x, y)]
        while x < 1220:
            x += canvas.chance.uniform(30, 90)
            y = min(700, max(280, y + canvas.chance.uniform(-210, 210)))
            line.append((x, y))
        canvas.pen.line(line, fill=colour, width=26, joint="curve")


def _litter(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=False)
    canvas.pen.rectangle((980, 560, 1160, 900), fill=(52, 74, 62))
    canvas.pen.rectangle((964, 540, 1176, 580), fill=(40, 58, 50))
    if mended:
        return
    for _ in range(7):
        x, y = canvas.chance.uniform(620, 1400), canvas.chance.uniform(840, 1020)
        canvas.blob(x, y, canvas.chance.uniform(50, 110), canvas.chance.uniform(36, 76), (38, 38, 42))
    paper = [(236, 234, 226), (208, 72, 60), (70, 120, 180), (220, 190, 90)]
    for _ in range(60):
        x, y = canvas.chance.uniform(480, 1500), canvas.chance.uniform(800, 1110)
        wide, high = canvas.chance.uniform(12, 40), canvas.chance.uniform(8, 22)
        canvas.pen.polygon(
            [(x, y), (x + wide, y + 6), (x + wide - 8, y + high)], fill=canvas.chance.choice(paper)
        )


def _stairs(canvas: _Canvas, mended: bool) -> None:
    canvas.fade((176, 188, 196), (198, 204, 206), 0, _HEIGHT)
    for number in range(8):
        top, inset = 240 + number * 120, 420 - number * 52
        tone = 120 + number * 6
        canvas.pen.rectangle((inset, top, _WIDTH - inset, top + 70), fill=(tone + 34,) * 3)
        canvas.pen.rectangle((inset, top + 70, _WIDTH - inset, top + 120), fill=(tone - 22,) * 3)
        if number == 4 and not mended:
            hole: Points = [(760, top + 8), (980, top), (1040, top + 74), (930, top + 118), (800, top + 92)]
            canvas.pen.polygon(hole, fill=(58, 52, 48))
            canvas.speckle((720, top + 90, 1080, top + 190), 60, [(120, 114, 108), (88, 82, 78)], 16)
    canvas.pen.line([(330, 120), (30, 1150)], fill=(60, 64, 70), width=22)


def _puddle(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=False)
    if mended:
        canvas.blob(800, 930, 420, 100, (120, 118, 118))
        return
    canvas.blob(800, 930, 420, 110, (86, 96, 106))
    canvas.blob(820, 920, 330, 76, (150, 170, 188))


def _ice(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=False)
    canvas.fade((226, 232, 238), (240, 243, 246), _HORIZON, _HEIGHT)
    canvas.pen.polygon(
        [(700, _HORIZON), (880, _HORIZON), (1420, _HEIGHT), (180, _HEIGHT)], fill=(188, 206, 220)
    )
    if mended:
        for row in range(600, _HEIGHT, 12):  # as wide as the path is there
            reach = 60 + round((row - _HORIZON) * 0.75)
            canvas.speckle(
                (800 - reach, row, 790 + reach, row + 12), reach // 7, [(120, 104, 88), (92, 82, 72)], 5
            )
    else:
        canvas.blob(780, 940, 330, 70, (206, 224, 238))
        canvas.blob(900, 1060, 260, 50, (214, 230, 242))


def _bench(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=False)
    for x in (520, 1060):
        canvas.pen.rectangle((x, 800, x + 26, 1000), fill=(54, 56, 60))
        canvas.pen.rectangle((x, 620, x + 18, 820), fill=(54, 56, 60))
    wood = (140, 96, 58)
    for number, y in enumerate((640, 700, 760, 812, 850)):
        broken = number in {1, 3} and not mended
        if broken:
            canvas.pen.polygon([(470, y), (760, y + 8), (700, y + 34), (470, y + 34)], fill=wood)
            canvas.pen.polygon([(840, y + 60), (1120, y), (1120, y + 34), (860, y + 90)], fill=wood)
        else:
            canvas.pen.rectangle((470, y, 1120, y + 34), fill=wood)


def _cabinet(canvas: _Canvas, mended: bool) -> None:
    _street(canvas, dark=False)
    canvas.pen.rectangle((620, 520, 1000, 1010), fill=(118, 126, 118))
    if mended:
        canvas.pen.rectangle((640, 545, 980, 985), outline=(84, 92, 86), width=6)
        return
    canvas.pen.rectangle((645, 550, 975, 980), fill=(28, 28, 30))
    for x in range(690, 960, 44):
        canvas.pen.line([(x, 580), (x + canvas.chance.uniform(-30, 30), 940)], fill=(176, 92, 48), width=7)
    canvas.pen.polygon([(1000, 520), (1190, 580), (1190, 1060), (1000, 1010)], fill=(96, 104, 98))


def _tunnel(canvas: _Canvas, mended: bool) -> None:
    canvas.fade((96, 98, 100), (70, 70, 72), 0, _HEIGHT)
    canvas.pen.polygon([(0, 1200), (560, 760), (1040, 760), (1600, 1200)], fill=(84, 84, 84))
    canvas.pen.rectangle((560, 420, 1040, 760), fill=(196, 204, 206) if mended else (36, 38, 44))
    canvas.pen.polygon(
        [(0, 0), (560, 420), (1040, 420), (1600, 0)], fill=(74, 76, 78) if mended else (40, 41, 44)
    )
    for x, y, radius in ((640, 360, 150), (800, 240, 230), (980, 90, 320)):
        canvas.pen.ellipse((x - radius / 6, y - 12, x + radius / 6, y + 12), fill=(40, 40, 42))
        if mended:
            canvas.glow(x, y, radius, (255, 240, 206), 0.9)
    if not mended:
        canvas.image.paste(Image.blend(canvas.image, Image.new("RGB", SIZE, (8, 9, 14)), 0.45))


def _square(canvas: _Canvas, _mended: bool) -> None:
    _street(canvas, dark=False)
    canvas.fade((178, 170, 160), (196, 188, 178), _HORIZON, _HEIGHT)
    for x, colour in ((240, (196, 66, 58)), (620, (46, 116, 128)), (1040, (218, 160, 52))):
        canvas.pen.polygon([(x - 40, 610), (x + 300, 610), (x + 250, 520), (x + 10, 520)], fill=colour)
        canvas.pen.rectangle((x - 10, 610, x, 840), fill=(90, 86, 80))
        canvas.pen.rectangle((x + 260, 610, x + 270, 840), fill=(90, 86, 80))
        canvas.pen.rectangle((x - 10, 730, x + 270, 800), fill=(150, 118, 84))
        canvas.speckle((x, 690, x + 260, 734), 60, [(206, 60, 50), (232, 150, 40), (96, 150, 60)], 15)
    for x in (120, 900, 1460):
        canvas.pen.rectangle((x - 9, 620, x + 9, 900), fill=(92, 72, 54))
        canvas.blob(x, 540, 110, 120, (72, 118, 60))


SCENES: dict[str, Callable[[_Canvas, bool], None]] = {
    "lamp": _lamp,
    "weak": _weak,
    "bush": _bush,
    "graffiti": _graffiti,
    "litter": _litter,
    "stairs": _stairs,
    "puddle": _puddle,
    "ice": _ice,
    "bench": _bench,
    "cabinet": _cabinet,
    "tunnel": _tunnel,
    "square": _square,
}
