"""A course's cover as podcast apps want it: square, PNG, 1400 pixels. Made once and kept under what it shows.

An uploaded cover is cut square. Else the drawn one of `lib.cover` is painted, in the colours of the light theme:
outside our pages there is no theme to follow.
"""

import hashlib
import io
import re
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageOps

from courses.models import Course
from lib import cover

FOLDER = "feeds"
SIDE = 1400  # pixels, the least that Apple takes
FINE = 2  # drawn so many times larger, then shrunk: smooth edges
VERSION = "1"  # of what is drawn here

Point = tuple[float, float]
Colour = tuple[int, int, int]

# static/css/tokens.css: a track's colour and its soft one; static/css/cover.css: how much of the first is in a shade.
TRACKS = {
    "business": ("#0B6B58", "#DFF3EC"),
    "design": ("#A8326A", "#FBE6EF"),
    "technology": ("#3D4BD8", "#E9EBFC"),
}
DEFAULT = TRACKS["technology"]
SHARES = {"5": 1.0, "4": 0.78, "3": 0.56, "2": 0.36, "1": 0.18}
INK, SUN = "#1B1A17", "#F2B84B"

SHAPE = re.compile(r"<(polygon|circle|path) ([^>]*)/>")
TURN = re.compile(r"rotate\((\d+) 160 160\)")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def digest(course: Course) -> str:
    shown = course.cover.name or f"{course.slug}/{course.track.slug}"
    return hashlib.sha256(f"{VERSION}/{shown}".encode()).hexdigest()[:16]


def png(course: Course) -> bytes:
    name = f"{FOLDER}/{digest(course)}.png"
    if default_storage.exists(name):
        with default_storage.open(name) as kept:
            return kept.read()
    target = io.BytesIO()
    square(course).save(target, "PNG", optimize=True)
    default_storage.save(name, ContentFile(target.getvalue()))
    return target.getvalue()


def square(course: Course) -> Image.Image:
    uploaded_as = course.cover.name
    if uploaded_as and default_storage.exists(uploaded_as):
        with default_storage.open(uploaded_as) as file, Image.open(file, formats=("PNG",)) as uploaded:
            cut = ImageOps.fit(uploaded.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
        ground = Image.new("RGBA", cut.size, "white")
        ground.alpha_composite(cut)
        # As many colours as a small file can have; at this size nobody misses the others.
        return ground.convert("RGB").quantize(256)
    return drawn(course.slug, course.track.slug)


def drawn(slug: str, track: str) -> Image.Image:
    """The picture that `lib.cover` makes of `slug`, as pixels."""
    strong, soft = (_rgb(colour) for colour in TRACKS.get(track, DEFAULT))
    side = SIDE * FINE
    picture = Image.new("RGB", (side, side), soft)
    pen = ImageDraw.Draw(picture)
    markup = str(cover.cover_svg(slug, track, "small"))
    turn = TURN.search(markup)
    quarters = int(turn[1]) // 90 if turn else 0
    for kind, written in SHAPE.findall(markup):
        words = dict(re.findall(r'([\w-]+)="([^"]*)"', written))
        _paint(pen, kind, words, _colour(words["class"], strong, soft), quarters, side / cover.SIZE)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _paint(
    pen: ImageDraw.ImageDraw, kind: str, words: dict[str, str], colour: Colour, quarters: int, scale: float
) -> None:
    if kind == "circle":
        (centre,) = _points([words["cx"], words["cy"]], quarters, scale)
        pen.circle(centre, float(words["r"]) * scale, fill=colour)
    elif kind == "polygon":
        pen.polygon(_points(NUMBER.findall(words["points"]), quarters, scale), fill=colour)
    else:
        line = _points(NUMBER.findall(words["d"]), quarters, scale)
        pen.line(line, fill=colour, width=round(float(words["stroke-width"]) * scale), joint="curve")


def _points(numbers: Sequence[str], quarters: int, scale: float) -> list[Point]:
    """Pairs of numbers, turned about the middle and scaled."""
    flat = [float(number) - cover.SIZE / 2 for number in numbers]
    found = []
    for x, y in zip(flat[::2], flat[1::2], strict=True):
        for _quarter in range(quarters):
            x, y = -y, x
        found.append(((x + cover.SIZE / 2) * scale, (y + cover.SIZE / 2) * scale))
    return found


# --- Colours --------------------------------------------------------------------------------------------------------


def _colour(classes: str, strong: Colour, soft: Colour) -> Colour:
    name = classes.split()[0].removeprefix("cover__")
    if name in SHARES:
        return mixed(strong, soft, SHARES[name])
    return _rgb(INK if name == "ink" else SUN)


def _rgb(hexadecimal: str) -> Colour:
    red, green, blue = bytes.fromhex(hexadecimal.removeprefix("#"))
    return red, green, blue


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of one and the rest of the other, in Oklab, as browsers do for `color-mix(in oklab, …)`."""
    pairs = zip(_oklab(one), _oklab(other), strict=True)
    return _from_oklab(*(first * share + second * (1 - share) for first, second in pairs))


def _oklab(colour: Colour) -> tuple[float, float, float]:
    """Björn Ottosson's Oklab, by his published matrices."""
    r, g, b = (_linear(part / 255) for part in colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Colour:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return _byte(red), _byte(green), _byte(blue)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _byte(linear: float) -> int:
    share = min(max(linear, 0.0), 1.0)
    curved = 12.92 * share if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055
    return round(curved * 255)
