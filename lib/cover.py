"""Course covers, drawn from the slug: five folds of paper in the colours of the track.

The picture holds no colour of its own. Its shapes carry classes from `static/css/cover.css` (`cover__1` lightest to
`cover__5` strongest), so it follows the theme. The same slug always gives the same picture; the numbers come from a
hash of it, fine enough that two slugs do not meet.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SIZE = 320  # both ways: what matters is kept inside the middle, so a wide crop loses nothing
FOLDS = 5
SHADES = {"rising": (1, 2, 3, 4, 5), "folded": (5, 3, 4, 2, 5), "valley": (5, 3, 1, 3, 5)}

T = TypeVar("T")
Point = tuple[float, float]


class Draws:
    """Numbers from the slug, in a fixed order. Our own rather than `random`, whose stream may change with Python."""

    def __init__(self, slug: str) -> None:
        self._bytes = self._stream(slug)

    @staticmethod
    def _stream(slug: str) -> Iterator[int]:
        block = 0
        while True:
            yield from hashlib.sha256(f"{slug}/{block}".encode()).digest()
            block += 1

    def share(self) -> float:
        """At least 0, below 1, in 65,536 steps."""
        return (next(self._bytes) * 256 + next(self._bytes)) / 65536

    def between(self, low: float, high: float) -> float:
        return low + self.share() * (high - low)

    def one_of(self, options: Sequence[T]) -> T:
        return options[int(self.share() * len(options))]


def cover_svg(slug: str, track: str, size: str = "") -> SafeString:
    """An inline `<svg>`, decorative, so hidden from screen readers.

    size: a `cover--…` variant that is square, or none for full width.
    """
    draws = Draws(slug)
    motif = draws.one_of(MOTIFS)
    turn = draws.one_of((0, 90, 180, 270)) if motif in TURNABLE else 0
    variant = f" cover--{size}" if size else ""
    # Only numbers and class names from this module are inside.
    shapes = mark_safe("".join(motif(draws)))
    box = f"0 0 {SIZE} {SIZE}" if size else f"0 60 {SIZE} 200"
    return format_html(
        '<svg class="cover track--{}{}" viewBox="{}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        '<g transform="rotate({} 160 160)">{}</g></svg>',
        track,
        variant,
        box,
        turn,
        shapes,
    )


def polygon(shade: int | str, points: Sequence[Point]) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="cover__{shade} cover__flat" points="{corners}"/>'


def circle(shade: int | str, x: float, y: float, radius: float) -> str:
    return f'<circle class="cover__{shade} cover__flat" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def parts(draws: Draws, total: float, evenness: float) -> list[float]:
    """FOLDS lengths that add up to `total`. evenness: 1 makes them all alike, 0 lets them differ freely."""
    raw = [evenness + (1 - evenness) * draws.between(0.25, 1.75) for _ in range(FOLDS)]
    return [total * one / sum(raw) for one in raw]


def leporello(draws: Draws) -> Iterator[str]:
    """A strip of paper folded to and fro, standing on its edge."""
    shades = draws.one_of((SHADES["folded"], (5, 2, 4, 2, 5), (4, 5, 3, 5, 2)))
    yield circle("sun", draws.between(70, 250), draws.between(98, 118), draws.between(26, 40))
    x, top, depth = -4.0, draws.between(100, 130), draws.between(26, 54)
    height, drift = draws.between(110, 160), draws.between(-9, 9)
    for fold, width in enumerate(parts(draws, SIZE + 8, 0.55)):
        here, there = (top, top + depth) if fold % 2 == 0 else (top + depth, top)
        here, there = here + drift * fold, there + drift * (fold + 1)
        yield polygon(shades[fold], [(x, here), (x + width, there), (x + width, there + height), (x, here + height)])
        x += width


def fan(draws: Draws) -> Iterator[str]:
    """Five leaves that open from one point."""
    shades = SHADES[draws.one_of(("rising", "valley", "folded"))]
    x, y, radius = draws.between(120, 200), draws.between(246, 262), draws.between(160, 190)
    angle = math.radians(draws.between(188, 206))
    for fold, width in enumerate(parts(draws, math.radians(draws.between(138, 160)), 0.7)):
        reach = radius * (1 - 0.06 * (fold % 2))
        ends = [(x + reach * math.cos(a), y + reach * math.sin(a)) for a in (angle, angle + width)]
        yield polygon(shades[fold], [(x, y), *ends])
        angle += width
    yield circle("ink", x, y, draws.between(18, 30))


def rings(draws: Draws) -> Iterator[str]:
    """Five rounds about a corner."""
    x, y = draws.between(20, 80), draws.between(240, 300)
    shades = draws.one_of(((1, 2, 3, 4, 5), (2, 4, 1, 3, 5), (1, 3, 2, 5, 4), (3, 1, 4, 2, 5)))
    radius = draws.between(270, 310)
    for shade, width in zip(shades, parts(draws, radius - 20, 0.5), strict=True):
        yield circle(shade, x, y, radius)
        radius -= width
    yield circle("sun", draws.between(208, 234), draws.between(88, 108), draws.between(16, 26))


def sheets(draws: Draws) -> Iterator[str]:
    """Five sheets, each turned on the one below."""
    x, y, side = draws.between(140, 180), draws.between(140, 180), draws.between(250, 300)
    turn, step, shrink = draws.between(0, 90), draws.between(7, 19), draws.between(0.76, 0.84)
    for shade in draws.one_of(((1, 2, 3, 4, 5), (5, 4, 3, 2, 1), (2, 1, 3, 4, 5))):
        corners = [math.radians(turn + quarter) for quarter in (45, 135, 225, 315)]
        yield polygon(shade, [(x + side * 0.7 * math.cos(a), y + side * 0.7 * math.sin(a)) for a in corners])
        turn, side = turn + step, side * shrink
    yield circle(draws.one_of(("sun", "ink")), x, y, side * draws.between(0.2, 0.34))


def strokes(draws: Draws) -> Iterator[str]:
    """Five strokes that turn together."""
    shades = draws.one_of((SHADES["rising"], (5, 4, 3, 2, 1), (2, 4, 5, 3, 1)))
    bend, lean, pitch = draws.between(110, 210), draws.between(50, 120), draws.between(40, 50)
    start, odd = draws.between(20, 50), draws.one_of((0, 1, 2, 3, 4))
    for fold, shade in enumerate(shades):
        x = start + fold * pitch
        path = f"M{x - lean / 2:.1f} -30 L{x + lean / 2:.1f} {bend:.1f} L{x - lean / 2:.1f} 350"
        name = "ink" if fold == odd else str(shade)
        yield f'<path class="cover__{name} cover__line" stroke-width="{pitch * 0.66:.1f}" d="{path}"/>'


def blocks(draws: Draws) -> Iterator[str]:
    """Five slips of paper, stood up and cut aslant, each with its shaded half."""
    ups, x = [draws.between(100, 205) for _ in range(FOLDS)], 14.0
    yield circle("sun", draws.between(60, 260), draws.between(100, 122), draws.between(24, 36))
    slant = draws.between(-36, 36)
    order = draws.one_of((sorted(ups), sorted(ups, reverse=True), ups, sorted(ups)[::2] + sorted(ups)[1::2]))
    for up, width in zip(order, parts(draws, SIZE - 28, 0.8), strict=True):
        top, middle, half = SIZE - up, SIZE - up + slant / 2, width / 2
        yield polygon(5, [(x, top), (x + half, middle), (x + half, 330), (x, 330)])
        yield polygon(3, [(x + half, middle), (x + width, top), (x + width, 330), (x + half, 330)])
        x += width


TURNABLE = (rings, sheets, strokes)  # the others stand on the ground
MOTIFS: tuple[Callable[[Draws], Iterator[str]], ...] = (leporello, fan, rings, sheets, strokes, blocks)
